package metrics

import "weir/internal/facts"

// TimeToMergeDefinition explains the time to merge.
var TimeToMergeDefinition = Definition{
	ID: "time_to_merge", Title: "Time to merge", Question: "How long does a pull request take from ready to merged?", Unit: "hours",
	Formula: "Mean over pull requests of (merged - ready). Ready is when it was opened, or when it was last made ready for review if it was a draft. By choice on the page it begins with the opening, or with the first comment or review of another person.",
	LeftOut: countedPullRequests, Window: mergedInPeriod, TimeZone: workspaceZone,
	Bias: "A few pull requests that lay for months rule the mean: read the median beside it. Those that were never merged are not in it.",
}

func timeToMerge(pr *facts.JudgedPullRequest, l Lens) []float64 {
	if !l.People.Has(pr.Person) {
		return nil
	}
	from := ready(pr)
	switch l.Start {
	case StartCreated:
		from = pr.CreatedAt
	case StartFirstComment:
		a := first(pr, response)
		if a == nil {
			return nil
		}
		from = a.At
	}
	return []float64{l.Clock.Hours(from, pr.MergedAt)}
}
