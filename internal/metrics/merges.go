package metrics

import "weir/internal/facts"

// MergesDefinition explains Merges.
var MergesDefinition = Definition{
	ID: "merges", Title: "Merges", Question: "How many merge commits were made?", Unit: "merges",
	Formula: "The number of commits with more than one parent.",
	LeftOut: "Nothing; merges are shown apart and count in no other number.",
	Window:  thePeriod, TimeZone: authorsDay,
	Bias: "It depends on how pull requests are merged: squash and rebase leave no merge commit.",
}

// Merges folds the number of merge commits.
type Merges struct{ n int }

// Add takes a roll-up.
func (m *Merges) Add(d *facts.Daily) { m.n += d.Merges }

// Result gives the number.
func (m *Merges) Result(Scope) Value { return Of(float64(m.n), m.n) }
