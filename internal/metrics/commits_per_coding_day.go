package metrics

import "weir/internal/facts"

// CommitsPerCodingDayDefinition explains CommitsPerCodingDay.
var CommitsPerCodingDayDefinition = Definition{
	ID: "commits_per_coding_day", Title: "Commits per coding day", Question: "In how small steps is code committed?", Unit: "commits per day",
	Formula: "Commits that count / coding days, sums pooled first.",
	LeftOut: countedCommits, Window: thePeriod, TimeZone: authorsDay,
	Bias: "Squashing before a push hides steps.",
}

// CommitsPerCodingDay folds counted commits over coding days.
type CommitsPerCodingDay struct {
	commits int
	days    personDays
}

// Add takes a roll-up.
func (c *CommitsPerCodingDay) Add(d *facts.Daily) {
	c.commits += d.Commits
	c.days.add(d)
}

// Result divides once.
func (c *CommitsPerCodingDay) Result(Scope) Value {
	return Ratio(float64(c.commits), float64(c.days.len()), c.commits, noCodingDays)
}
