package metrics

import "weir/internal/facts"

// Fold is a metric of commits under way: it takes the roll-ups of days one after the other, in any order, and gives
// its number at any time.
type Fold interface {
	Add(d *facts.Daily)
	Result(s Scope) Value
}

// Scope is what the denominators of a result need to know besides the facts.
type Scope struct {
	// Days is the length of the period, clipped to today.
	Days int
	// People is how many people the period was asked about, 0 when nobody in particular was: then those
	// count who have a counted commit in it.
	People int
}

// Metric is a definition with the fold that follows it.
type Metric struct {
	Definition
	New func() Fold
}

// OfCommits lists the metrics that fold roll-ups of commits, in the order of the pages.
func OfCommits() []Metric {
	return []Metric{
		{CommitsDefinition, func() Fold { return new(Commits) }},
		{MergesDefinition, func() Fold { return new(Merges) }},
		{CodingDaysDefinition, func() Fold { return new(CodingDays) }},
		{CodingDaysPerWeekDefinition, func() Fold { return new(CodingDaysPerWeek) }},
		{CommitsPerCodingDayDefinition, func() Fold { return new(CommitsPerCodingDay) }},
		{HALOCDefinition, func() Fold { return new(HALOC) }},
		{NewWorkShareDefinition, func() Fold { return NewShare(NewWork) }},
		{LegacyRefactorShareDefinition, func() Fold { return NewShare(LegacyRefactor) }},
		{HelpOthersShareDefinition, func() Fold { return NewShare(HelpOthers) }},
		{ReworkShareDefinition, func() Fold { return NewShare(Rework) }},
		{UnattributedShareDefinition, func() Fold { return NewShare(Unattributed) }},
		{EfficiencyDefinition, func() Fold { return new(Efficiency) }},
		{ThroughputRawDefinition, func() Fold { return new(ThroughputRaw) }},
		{ThroughputProductiveDefinition, func() Fold { return new(ThroughputProductive) }},
		{TT100RawDefinition, func() Fold { return new(TT100Raw) }},
		{TT100ProductiveDefinition, func() Fold { return new(TT100Productive) }},
		{ImpactDefinition, func() Fold { return new(Impact) }},
		{ImpactPerWeekDefinition, func() Fold { return new(ImpactPerWeek) }},
	}
}

// Find gives the metric of that id among those of commits.
func Find(id string) (Metric, bool) {
	for _, m := range OfCommits() {
		if m.ID == id {
			return m, true
		}
	}
	return Metric{}, false
}

// The reasons of values that are missing.
const (
	noCommits    = "no commit counts in this period"
	noCodingDays = "no day with a commit that counts in this period"
	noLines      = "no line counts in this period"
	noProductive = "no line but rework counts in this period"
	noDays       = "the period has not begun"
	noPeople     = "nobody has a commit that counts in this period"
)

// What most definitions of commits share.
const (
	countedCommits = "Merges, commits on no branch, superseded and duplicate commits, bots, excluded and hidden people, outliers, deleted repos."
	countedLines   = "All lines of commits that do not count; generated, vendored, lock and binary files, submodules, and files that a rule of the repo names; lines that a merge itself wrote."
	thePeriod      = "The period of the page, both days included, clipped to today. The whole history begins after stray days of wrong clocks: no more than one commit in 100, with five years and no commit after them."
	authorsDay     = "The author's own calendar day, by the offset in the commit."
)
