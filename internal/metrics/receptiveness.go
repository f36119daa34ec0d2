package metrics

import "weir/internal/facts"

// ReceptivenessDefinition explains the receptiveness of submitters.
var ReceptivenessDefinition = Definition{
	ID: "receptiveness", Title: "Receptiveness", Question: "How often does a comment on a pull request lead to a change?", Unit: "%",
	Formula: "100 x pull requests with a follow-on commit after a reviewer's comment / pull requests with a reviewer's comment.",
	LeftOut: countedPullRequests, Window: mergedInPeriod, TimeZone: workspaceZone,
	Bias: "Praise and questions need no change. Commits that are not yet read from git are missing.",
}

func receptiveness(pr *facts.JudgedPullRequest, l Lens) (part, whole int) {
	if !l.People.Has(pr.Person) {
		return 0, 0
	}
	for a := range actsOf(pr) {
		switch {
		case remark(pr, a):
			whole = 1
		case a.FollowOn && whole == 1:
			return 1, 1
		}
	}
	return 0, whole
}
