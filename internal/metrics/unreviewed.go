package metrics

import "weir/internal/facts"

// UnreviewedDefinition explains the share of unreviewed pull requests.
var UnreviewedDefinition = Definition{
	ID: "unreviewed_prs", Title: "Unreviewed PRs", Question: "How many pull requests come in without anybody looking at them?", Unit: "%",
	Formula: "100 x merged pull requests with neither a comment nor a review of anybody but the author / merged pull requests.",
	LeftOut: countedPullRequests, Window: mergedInPeriod, TimeZone: workspaceZone,
	Bias: "Work done in pairs may need no further review and counts as unreviewed. A review by a bot is none.",
}

func unreviewed(pr *facts.JudgedPullRequest, l Lens) (part, whole int) {
	if !l.People.Has(pr.Person) {
		return 0, 0
	}
	if first(pr, response) == nil {
		return 1, 1
	}
	return 0, 1
}
