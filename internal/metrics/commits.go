package metrics

import "weir/internal/facts"

// CommitsDefinition explains Commits.
var CommitsDefinition = Definition{
	ID: "commits", Title: "Commits", Question: "How many commits count?", Unit: "commits",
	Formula: "The number of commits that count, each once.", LeftOut: countedCommits,
	Window: thePeriod, TimeZone: authorsDay,
	Bias: "It follows habit: some people commit every hour, some squash a week into one.",
}

// Commits folds the number of commits that count.
type Commits struct{ n int }

// Add takes a roll-up.
func (c *Commits) Add(d *facts.Daily) { c.n += d.Commits }

// Result gives the number; no commits at all is the number 0.
func (c *Commits) Result(Scope) Value { return Of(float64(c.n), c.n) }
