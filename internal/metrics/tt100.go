package metrics

import "weir/internal/facts"

// hoursPerCodingDay is what a coding day is taken for.
const hoursPerCodingDay = 8

const tt100Bias = "It takes every coding day for eight hours, whatever was done in them; compare it with itself over time, not between teams."

// The definitions of tt100.
var (
	TT100RawDefinition = Definition{
		ID: "tt100_raw", Title: "Time to 100 raw", Question: "How long do 100 lines of work take?", Unit: "hours",
		Formula: "8 h x coding days x 100 / raw throughput, sums pooled first.",
		LeftOut: countedLines, Window: thePeriod, TimeZone: authorsDay, Bias: tt100Bias,
	}
	TT100ProductiveDefinition = Definition{
		ID: "tt100_productive", Title: "Time to 100 productive", Question: "How long do 100 lines of work that is not rework take?", Unit: "hours",
		Formula: "8 h x coding days x 100 / productive throughput, sums pooled first.",
		LeftOut: countedLines, Window: thePeriod, TimeZone: authorsDay, Bias: tt100Bias,
	}
)

// TT100Raw folds the hours per 100 lines of raw throughput.
type TT100Raw struct {
	lines, commits int
	days           personDays
}

// Add takes a roll-up.
func (t *TT100Raw) Add(d *facts.Daily) {
	t.lines += d.Lines.HALOC()
	t.commits += d.Commits
	t.days.add(d)
}

// Result gives hours.
func (t *TT100Raw) Result(Scope) Value {
	return Ratio(hoursPerCodingDay*100*float64(t.days.len()), float64(t.lines), t.commits, noLines)
}

// TT100Productive folds the hours per 100 lines of productive throughput.
type TT100Productive struct {
	lines, commits int
	days           personDays
}

// Add takes a roll-up.
func (t *TT100Productive) Add(d *facts.Daily) {
	t.lines += d.Lines.HALOC() - d.Lines.Rework
	t.commits += d.Commits
	t.days.add(d)
}

// Result gives hours.
func (t *TT100Productive) Result(Scope) Value {
	return Ratio(hoursPerCodingDay*100*float64(t.days.len()), float64(t.lines), t.commits, noProductive)
}
