package metrics

import "weir/internal/facts"

// Share folds the share of one work type in HALOC, in per cent. Make it with NewShare.
type Share struct {
	of           WorkType
	lines, haloc int
	commits      int
}

// NewShare starts the share of one work type.
func NewShare(of WorkType) *Share { return &Share{of: of} }

// Add takes a roll-up.
func (s *Share) Add(d *facts.Daily) {
	s.lines += s.of.Of(d.Lines)
	s.haloc += d.Lines.HALOC()
	s.commits += d.Commits
}

// Result gives 0 to 100.
func (s *Share) Result(Scope) Value {
	return Ratio(100*float64(s.lines), float64(s.haloc), s.commits, noLines)
}

func shareDefinition(id, title, question, touched, bias string) Definition {
	return Definition{
		ID: id, Title: title, Question: question, Unit: "%",
		Formula:  "100 x lines of " + touched + " / HALOC. Sums are pooled over people, repos and days first and divided once.",
		LeftOut:  countedLines,
		Window:   thePeriod + " Lines are young up to 30 days (21 by choice) between the two author times, and when the touched line is the later one.",
		TimeZone: authorsDay + " Ages are elapsed seconds.",
		Bias:     bias,
	}
}

// The definitions of the shares.
var (
	NewWorkShareDefinition = shareDefinition("new_work_share", "New work",
		"How much of the work adds lines without touching any?", "new work (added lines that replace nothing)",
		"A rewrite that adds its lines in one place and deletes the old ones in another is new work and legacy refactor. Long lines weigh as much as short ones.")
	LegacyRefactorShareDefinition = shareDefinition("legacy_refactor_share", "Legacy refactor",
		"How much of the work changes or removes old code?", "legacy refactor (lines touched that were written longer ago than the window, by anyone)",
		"Mass formatting counts as refactoring of everything it touches; leave such commits out as outliers.")
	HelpOthersShareDefinition = shareDefinition("help_others_share", "Help others",
		"How much of the work changes what a colleague wrote lately?", "help others (lines touched that somebody else wrote within the window)",
		"It says nothing of help given in reviews or talk. Two identities of one person that are not merged look like two people.")
	ReworkShareDefinition = shareDefinition("rework_share", "Rework",
		"How much of the work changes what the same person wrote lately?", "rework (lines touched that the same person wrote within the window)",
		"Rework is a part of healthy work: small steps, prototypes and review fixes all show as rework. Squashed branches hide it.")
	UnattributedShareDefinition = shareDefinition("unattributed_share", "Unattributed",
		"For how much of the work could the earlier author not be told?", "unattributed lines (files too large to attribute line by line)",
		"A high share means that the other shares rest on less.")
)
