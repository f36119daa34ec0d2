package metrics

import (
	"slices"

	"weir/internal/facts"
)

// ReactionTimeDefinition explains the reaction time of reviewers.
var ReactionTimeDefinition = Definition{
	ID: "reaction_time", Title: "Reaction time", Question: "How long does a submitter wait for a reviewer's answer?", Unit: "hours",
	Formula: "Mean over each reviewer's first answer to a submitter act of (answer - last submitter act before it). Submitter acts are opening, commit, comment, merge and close by the author; reviewer acts are review, comment, commit, merge and close by anyone else; what a reviewer does after that, with no submitter act between, is no further answer.",
	LeftOut: countedPullRequests + " Reviewers who did nothing.",
	Window:  mergedInPeriod, TimeZone: workspaceZone,
	Bias: "It counts from the opening, also of a draft that was not yet to be looked at. Somebody asked late looks slow.",
}

func reactionTime(pr *facts.JudgedPullRequest, l Lens) []float64 {
	var hours []float64
	asked := int64(0)
	var answered []facts.PersonID
	for a := range actsOf(pr) {
		switch {
		case SubmitterAct(pr, a):
			asked = a.At
			answered = answered[:0]
		case ReviewerAct(pr, a) && asked != 0 && !slices.Contains(answered, a.Person):
			answered = append(answered, a.Person)
			if l.People.Has(a.Person) {
				hours = append(hours, l.Clock.Hours(asked, a.At))
			}
		}
	}
	return hours
}
