package metrics

import "weir/internal/facts"

// TimeToFirstCommentDefinition explains the time to the first comment.
var TimeToFirstCommentDefinition = Definition{
	ID: "time_to_first_comment", Title: "Time to first comment", Question: "How long does a pull request wait until somebody looks at it?", Unit: "hours",
	Formula: "Mean over pull requests of (first comment or review by somebody other than the author - ready). Ready is when it was opened, or when it was last made ready for review if it was a draft. A comment before that is 0 hours.",
	LeftOut: countedPullRequests + " Pull requests without any comment or review of another person.",
	Window:  mergedInPeriod, TimeZone: workspaceZone,
	Bias: "Pull requests that nobody looked at have no such time: read it beside Unreviewed. Talk outside the server is not seen.",
}

func timeToFirstComment(pr *facts.JudgedPullRequest, l Lens) []float64 {
	return since(pr, l, first(pr, response))
}

// since gives the hours from ready to an act of a pull request of the lens's people; nothing when there is no such act.
func since(pr *facts.JudgedPullRequest, l Lens, a *facts.Act) []float64 {
	if a == nil || !l.People.Has(pr.Person) {
		return nil
	}
	return []float64{l.Clock.Hours(ready(pr), a.At)}
}
