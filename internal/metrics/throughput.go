package metrics

import "weir/internal/facts"

// The definitions of throughput.
var (
	ThroughputRawDefinition = Definition{
		ID: "throughput_raw", Title: "Raw throughput", Question: "How many lines of work went through?", Unit: "lines",
		Formula: "HALOC.", LeftOut: countedLines, Window: thePeriod, TimeZone: authorsDay,
		Bias: "That of HALOC.",
	}
	ThroughputProductiveDefinition = Definition{
		ID: "throughput_productive", Title: "Productive throughput", Question: "How many lines of work went through that were not rework?", Unit: "lines",
		Formula: "HALOC - rework.", LeftOut: countedLines, Window: thePeriod, TimeZone: authorsDay,
		Bias: "That of HALOC and of rework.",
	}
)

// ThroughputRaw folds HALOC.
type ThroughputRaw struct{ HALOC }

// ThroughputProductive folds HALOC less rework.
type ThroughputProductive struct{ lines, commits int }

// Add takes a roll-up.
func (t *ThroughputProductive) Add(d *facts.Daily) {
	t.lines += d.Lines.HALOC() - d.Lines.Rework
	t.commits += d.Commits
}

// Result gives the lines.
func (t *ThroughputProductive) Result(Scope) Value { return Of(float64(t.lines), t.commits) }
