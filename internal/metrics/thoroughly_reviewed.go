package metrics

import "weir/internal/facts"

// Weight is what a comment amounts to.
type Weight string

// The weights of comments.
const (
	Trivial Weight = "trivial"
	Regular Weight = "regular"
	Robust  Weight = "robust"
)

// Where a comment becomes regular, and where robust.
const (
	regularWords = 3
	robustWords  = 20
)

// WeightOf weighs a comment by the words that its author wrote; one that suggests code is robust.
func WeightOf(words int, suggestion bool) Weight {
	switch {
	case suggestion || words >= robustWords:
		return Robust
	case words >= regularWords:
		return Regular
	}
	return Trivial
}

// ThoroughlyReviewedDefinition explains the share of thoroughly reviewed pull requests.
var ThoroughlyReviewedDefinition = Definition{
	ID: "thoroughly_reviewed_prs", Title: "Thoroughly reviewed PRs", Question: "How many pull requests get a comment of substance?", Unit: "%",
	Formula: "100 x merged pull requests with at least one regular or robust comment of a reviewer / merged pull requests. A comment of fewer than 3 words is trivial, of fewer than 20 regular, a longer one or one with a code suggestion robust; quotes and code do not count as words.",
	LeftOut: countedPullRequests, Window: mergedInPeriod, TimeZone: workspaceZone,
	Bias: "Words are counted, not weighed: a short remark may be the one that mattered. A small change that needs none counts as not thoroughly reviewed.",
}

func thoroughlyReviewed(pr *facts.JudgedPullRequest, l Lens) (part, whole int) {
	if !l.People.Has(pr.Person) {
		return 0, 0
	}
	for a := range actsOf(pr) {
		if remark(pr, a) && WeightOf(a.Words, a.Suggestion) != Trivial {
			return 1, 1
		}
	}
	return 0, 1
}
