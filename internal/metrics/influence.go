package metrics

import "weir/internal/facts"

// InfluenceDefinition explains the influence of reviewers.
var InfluenceDefinition = Definition{
	ID: "influence", Title: "Influence", Question: "How often does a comment lead to a commit?", Unit: "commits per comment",
	Formula: "Follow-on commits after a reviewer's first comment on a pull request / comments of this reviewer, sums pooled over reviewers and pull requests first.",
	LeftOut: countedPullRequests, Window: mergedInPeriod, TimeZone: workspaceZone,
	Bias: "A commit that came after a comment need not have come for it; where several comment, it counts for each of them.",
}

func influence(pr *facts.JudgedPullRequest, l Lens) (part, whole int) {
	commenting := map[facts.PersonID]bool{}
	for a := range actsOf(pr) {
		switch {
		case remark(pr, a) && l.People.Has(a.Person):
			commenting[a.Person] = true
			whole++
		case a.FollowOn:
			part += len(commenting)
		}
	}
	return part, whole
}
