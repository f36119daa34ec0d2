package metrics

import "weir/internal/facts"

// TimeToFirstApprovalDefinition explains the time to the first approval.
var TimeToFirstApprovalDefinition = Definition{
	ID: "time_to_first_approval", Title: "Time to first approval", Question: "How long does it take until somebody approves?", Unit: "hours",
	Formula: "Mean over pull requests of (first approving review by somebody other than the author - ready). An approval before ready is 0 hours; one that was dismissed later was an approval when it was given.",
	LeftOut: countedPullRequests + " Pull requests without an approval.",
	Window:  mergedInPeriod, TimeZone: workspaceZone,
	Bias: "Where approvals are not asked for, few pull requests have one.",
}

func timeToFirstApproval(pr *facts.JudgedPullRequest, l Lens) []float64 {
	return since(pr, l, first(pr, approval))
}
