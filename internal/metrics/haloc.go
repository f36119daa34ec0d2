package metrics

import "weir/internal/facts"

// HALOCDefinition explains HALOC.
var HALOCDefinition = Definition{
	ID: "haloc", Title: "HALOC", Question: "How many lines of work were committed?", Unit: "lines",
	Formula: "Hunk-aware lines of code: the sum over hunks of the larger of added and deleted lines = new work + legacy refactor + help others + rework + unattributed. A hunk is a run of deleted and added lines with no unchanged line between.",
	LeftOut: countedLines, Window: thePeriod, TimeZone: authorsDay,
	Bias: "Lines are not value: a deleted line may be worth more than an added one, and a moved block counts twice.",
}

// HALOC folds hunk-aware lines.
type HALOC struct{ lines, commits int }

// Add takes a roll-up.
func (h *HALOC) Add(d *facts.Daily) {
	h.lines += d.Lines.HALOC()
	h.commits += d.Commits
}

// Result gives the lines.
func (h *HALOC) Result(Scope) Value { return Of(float64(h.lines), h.commits) }
