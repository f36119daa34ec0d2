package metrics

import "weir/internal/facts"

const impactFormula = "For a commit s = 1.0 x new work + 1.5 x (help others + rework) + 2.0 x legacy refactor + 2.0 x hunks + 4.0 x files, " +
	"each of the five terms capped at its 99th percentile in the baseline; impact = 10 x s / max(1, median of s in the baseline), so that a median commit is 10. " +
	"The baseline is every non-merge commit of the repo, before anything is left out, of the 365 days before the month of the commit began; with fewer than 30 of those, the first 30 of the repo by author time. " +
	"A baseline is frozen when its month is first judged. Percentiles interpolate between the two nearest ranks."

const impactBias = "It measures how much code a commit touches against what is usual in its repo, not what the change is worth."

// The definitions of impact.
var (
	ImpactDefinition = Definition{
		ID: "impact", Title: "Impact", Question: "How much code did the commits touch, by what is usual in their repo?", Unit: "points",
		Formula: impactFormula + " Over several commits: the sum.",
		LeftOut: countedLines, Window: thePeriod + " Baseline: 365 days.", TimeZone: authorsDay, Bias: impactBias,
	}
	ImpactPerWeekDefinition = Definition{
		ID: "impact_per_week", Title: "Impact per week", Question: "How much code is touched in a week?", Unit: "points per week",
		Formula: "Sum of impact / (days in the period / 7). " + impactFormula,
		LeftOut: countedLines, Window: thePeriod + " Baseline: 365 days.", TimeZone: authorsDay, Bias: impactBias,
	}
)

// Impact folds the sum of impact.
type Impact struct {
	sum     float64
	commits int
}

// Add takes a roll-up.
func (i *Impact) Add(d *facts.Daily) {
	i.sum += d.Impact
	i.commits += d.Commits
}

// Result gives the sum.
func (i *Impact) Result(Scope) Value { return Of(i.sum, i.commits) }

// ImpactPerWeek folds the sum of impact over the weeks of the scope.
type ImpactPerWeek struct{ impact Impact }

// Add takes a roll-up.
func (i *ImpactPerWeek) Add(d *facts.Daily) { i.impact.Add(d) }

// Result divides by the weeks.
func (i *ImpactPerWeek) Result(s Scope) Value {
	return Ratio(i.impact.sum*7, float64(s.Days), i.impact.commits, noDays)
}
