package metrics

import "weir/internal/facts"

// ComplexityDefinition explains the complexity of a commit.
var ComplexityDefinition = Definition{
	ID: "complexity", Title: "Commit complexity", Question: "How much is there to understand in a commit, by what is usual in its repo?", Unit: "low, medium, high",
	Formula: "The mean of four percentile ranks in the baseline of impact: files, distinct directories, hunks, and the share of legacy refactor in HALOC. " +
		"The rank of a value is 100 x (smaller ones + half the equal ones) / commits of the baseline. Low is below 50, medium below 85, high from 85 on.",
	LeftOut: countedLines, Window: "The 365 days before the month of the commit began, frozen when the month is first judged.", TimeZone: authorsDay,
	Bias: "A mechanical rename over many directories is rated high.",
}

// The bounds of the bands of complexity, as mean percentile ranks.
const (
	complexityMedium = 50
	complexityHigh   = 85
)

// Complexity gives the band of a commit, none when the baseline is empty.
func (b *Baseline) Complexity(s Shape) facts.Complexity {
	if b.Commits == 0 {
		return facts.ComplexityNone
	}
	switch rank := b.ComplexityRank(s); {
	case rank < complexityMedium:
		return facts.ComplexityLow
	case rank < complexityHigh:
		return facts.ComplexityMedium
	}
	return facts.ComplexityHigh
}

// ComplexityRank gives the mean of the four percentile ranks.
func (b *Baseline) ComplexityRank(s Shape) float64 {
	return (PercentRank(b.files, s.Files) + PercentRank(b.dirs, s.Dirs) +
		PercentRank(b.hunks, s.Hunks) + PercentRank(b.oldShare, s.OldShare)) / 4
}

// ComplexityTitle gives the band's name, empty for none.
func ComplexityTitle(c facts.Complexity) string {
	switch c {
	case facts.ComplexityLow:
		return "Low"
	case facts.ComplexityMedium:
		return "Medium"
	case facts.ComplexityHigh:
		return "High"
	}
	return ""
}
