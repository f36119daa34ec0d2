package metrics

import "weir/internal/facts"

// EfficiencyDefinition explains Efficiency.
var EfficiencyDefinition = Definition{
	ID: "efficiency", Title: "Efficiency", Question: "How much of the work was not rework?", Unit: "%",
	Formula: "100 - rework % = 100 x (HALOC - rework) / HALOC, sums pooled first.",
	LeftOut: countedLines, Window: thePeriod, TimeZone: authorsDay,
	Bias: "It carries every bias of rework: a high value may mean large squashed commits.",
}

// Efficiency folds the share of HALOC that is not rework.
type Efficiency struct{ rework, haloc, commits int }

// Add takes a roll-up.
func (e *Efficiency) Add(d *facts.Daily) {
	e.rework += d.Lines.Rework
	e.haloc += d.Lines.HALOC()
	e.commits += d.Commits
}

// Result gives 0 to 100.
func (e *Efficiency) Result(Scope) Value {
	return Ratio(100*float64(e.haloc-e.rework), float64(e.haloc), e.commits, noLines)
}
