package metrics

import "weir/internal/facts"

// IterationTimeDefinition explains the PR iteration time.
var IterationTimeDefinition = Definition{
	ID: "pr_iteration_time", Title: "PR iteration time", Question: "How long is a pull request worked on after the first comment?", Unit: "hours",
	Formula: "Mean over pull requests of (last follow-on commit - first comment of another person); 0 when no follow-on commit came after a comment.",
	LeftOut: countedPullRequests, Window: mergedInPeriod, TimeZone: workspaceZone,
	Bias: "Pull requests that needed no change are in it with 0 hours. Commits that are not yet read from git are missing.",
}

func iterationTime(pr *facts.JudgedPullRequest, l Lens) []float64 {
	if !l.People.Has(pr.Person) {
		return nil
	}
	comment := first(pr, remark)
	if comment == nil {
		return []float64{0}
	}
	last := comment.At
	for a := range actsOf(pr) {
		if a.FollowOn {
			last = max(last, a.At)
		}
	}
	return []float64{l.Clock.Hours(comment.At, last)}
}
