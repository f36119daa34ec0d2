package metrics

import "weir/internal/facts"

const bandsOfSize = "Bands go by PR size: low is below the median of all pull requests of the workspace that count and have a size, whenever they were merged; high is from where 85 % of them end on; medium lies between. Both bounds interpolate between the two nearest ranks; with fewer than five pull requests there are no bands."

func complexPRs(id, title, question, band string) Definition {
	return Definition{
		ID: id, Title: title, Question: question, Unit: "%",
		Formula: "100 x merged pull requests of " + band + " complexity / merged pull requests with a size. " + bandsOfSize,
		LeftOut: countedPullRequests + " " + countedDiffs, Window: mergedInPeriod, TimeZone: workspaceZone,
		Bias: "The bounds are the workspace's own and move as it grows: they say what is large here, not what is too large. Many lines may be simple, and few hard.",
	}
}

// The definitions of the shares of pull requests by complexity.
var (
	LowComplexityPRsDefinition    = complexPRs("pr_complexity_low", "Low complexity PRs", "How many pull requests are small, by what is usual here?", "low")
	MediumComplexityPRsDefinition = complexPRs("pr_complexity_medium", "Medium complexity PRs", "How many pull requests are of medium size, by what is usual here?", "medium")
	HighComplexityPRsDefinition   = complexPRs("pr_complexity_high", "High complexity PRs", "How many pull requests are large, by what is usual here?", "high")
)

// SizeBounds are the sizes at which the bands of complexity begin. The zero bounds know no band.
type SizeBounds struct {
	Medium, High float64
	// PullRequests is how many they rest on.
	PullRequests int
}

// The quantiles at which the bands begin.
const (
	mediumQuantile = 0.5
	highQuantile   = 0.85
)

// SizeBoundsOf gives the bounds of all pull requests of a workspace, counted by their lines, the smallest first.
func SizeBoundsOf(counts []facts.SizeCount) SizeBounds {
	n := 0
	for _, c := range counts {
		n += c.PullRequests
	}
	if n < FewItems {
		return SizeBounds{}
	}
	return SizeBounds{Medium: countedQuantile(counts, n, mediumQuantile), High: countedQuantile(counts, n, highQuantile), PullRequests: n}
}

// countedQuantile is Quantile of values that are counted.
func countedQuantile(counts []facts.SizeCount, n int, q float64) float64 {
	rank := float64(n-1) * q
	low := int(rank)
	at := func(rank int) float64 {
		for _, c := range counts {
			if rank -= c.PullRequests; rank < 0 {
				return float64(c.Lines)
			}
		}
		return 0
	}
	return Quantile([]float64{at(low), at(min(low+1, n-1))}, rank-float64(low))
}

// Band gives the complexity of a pull request, none when it has no size or there are no bounds.
func (b SizeBounds) Band(s facts.SizeVerdict) facts.Complexity {
	if s.State != facts.SizeKnown || b.PullRequests == 0 {
		return facts.ComplexityNone
	}
	switch lines := float64(s.Lines); {
	case lines < b.Medium:
		return facts.ComplexityLow
	case lines < b.High:
		return facts.ComplexityMedium
	}
	return facts.ComplexityHigh
}

// sized gives the share of one band.
func sized(band facts.Complexity) ratioFunc {
	return func(pr *facts.JudgedPullRequest, l Lens) (part, whole int) {
		of := l.Sizes.Band(pr.Size)
		if of == facts.ComplexityNone || !l.People.Has(pr.Person) {
			return 0, 0
		}
		if of == band {
			return 1, 1
		}
		return 0, 1
	}
}
