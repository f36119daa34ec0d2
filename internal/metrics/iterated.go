package metrics

import "weir/internal/facts"

// IteratedDefinition explains the share of iterated pull requests.
var IteratedDefinition = Definition{
	ID: "iterated_prs", Title: "Iterated PRs", Question: "How many pull requests change after they were opened?", Unit: "%",
	Formula: "100 x merged pull requests with at least one follow-on commit / merged pull requests. A follow-on commit is no merge, and its change (its patch id) first appears on the pull request's head after it was opened; a rebase alone makes none.",
	LeftOut: countedPullRequests, Window: mergedInPeriod, TimeZone: workspaceZone,
	Bias: "Neither high nor low is good by itself: opening early to get advice raises it. Commits that are not yet read from git are missing.",
}

func iterated(pr *facts.JudgedPullRequest, l Lens) (part, whole int) {
	if !l.People.Has(pr.Person) {
		return 0, 0
	}
	for a := range actsOf(pr) {
		if a.FollowOn {
			return 1, 1
		}
	}
	return 0, 1
}
