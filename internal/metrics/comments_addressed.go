package metrics

import "weir/internal/facts"

// CommentsAddressedDefinition explains the share of comments that were addressed.
var CommentsAddressedDefinition = Definition{
	ID: "comments_addressed", Title: "Comments addressed", Question: "How many review threads were taken up?", Unit: "%",
	Formula: "100 x threads of reviewers that the submitter answered in a comment, whose file a later commit of the pull request touches, or that were resolved / threads of reviewers.",
	LeftOut: countedPullRequests + " Comments that stand at no line.",
	Window:  mergedInPeriod, TimeZone: workspaceZone,
	Bias: "Resolving without a change counts as addressed; so does a later change elsewhere in the file.",
}

func commentsAddressed(pr *facts.JudgedPullRequest, l Lens) (part, whole int) {
	if !l.People.Has(pr.Person) {
		return 0, 0
	}
	for _, t := range pr.Conversations {
		whole++
		if t.Addressed {
			part++
		}
	}
	return part, whole
}
