package metrics

import "weir/internal/facts"

// ReviewCoverageDefinition explains the share of hunks that were commented on.
var ReviewCoverageDefinition = Definition{
	ID: "review_coverage", Title: "Review coverage", Question: "How much of what changes do reviewers comment on?", Unit: "%",
	Formula: "100 x hunks with a reviewer's comment in range / hunks, pooled over pull requests. Hunks are those of the diff with three lines of context; " + theDiff +
		". A comment on lines is in range of a hunk when it stands at one of its lines, context included, at the commit that it was made on; that hunk stands for those of the last diff that hold the same lines of the base.",
	LeftOut: countedPullRequests + " " + countedDiffs + " Pull requests with a reviewer's comment whose commit is not in the mirror; comments on a file as a whole; hunks that are no longer part of the diff.",
	Window:  mergedInPeriod, TimeZone: workspaceZone,
	Bias: "A hunk that is read and found good has no comment: no value near 100 is to be wished for. A new file is one hunk however long it is.",
}

func reviewCoverage(pr *facts.JudgedPullRequest, l Lens) (part, whole int) {
	if pr.Size.State != facts.SizeKnown || pr.Size.Covered == facts.Untold || !l.People.Has(pr.Person) {
		return 0, 0
	}
	return pr.Size.Covered, pr.Size.Hunks
}
