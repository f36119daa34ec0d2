package metrics

import "weir/internal/facts"

// ResponsivenessDefinition explains the responsiveness of submitters.
var ResponsivenessDefinition = Definition{
	ID: "responsiveness", Title: "Responsiveness", Question: "How long does a reviewer wait for the submitter's answer?", Unit: "hours",
	Formula: "Mean over the submitter's answers of (answer - last reviewer act before it). Submitter acts are opening, commit, comment, merge and close by the author; reviewer acts are review, comment, commit, merge and close by anyone else; a run of submitter acts is one answer, timed by its first.",
	LeftOut: countedPullRequests, Window: mergedInPeriod, TimeZone: workspaceZone,
	Bias: "Merging after an approval is an answer too. An answer by word of mouth is not seen.",
}

func responsiveness(pr *facts.JudgedPullRequest, l Lens) []float64 {
	if !l.People.Has(pr.Person) {
		return nil
	}
	var hours []float64
	waiting := int64(0)
	for a := range actsOf(pr) {
		switch {
		case ReviewerAct(pr, a):
			waiting = a.At
		case SubmitterAct(pr, a) && waiting != 0:
			hours = append(hours, l.Clock.Hours(waiting, a.At))
			waiting = 0
		}
	}
	return hours
}
