package metrics

import "weir/internal/facts"

// StageNames are the stages of a pull request, in order.
var StageNames = [4]string{"Coding", "Pickup", "Review", "Merge"}

// Stages are the hours of a pull request from its first commit to its merge. They add up to that time by construction.
type Stages struct {
	Hours [4]float64
	// Untold says of the boundary that begins each stage (first commit, ready, first reviewer act, last approval) that there is
	// none, so that it was taken for the next one; the stage that it begins is then 0 hours.
	Untold [4]bool
}

// StagesOf gives the stages of a merged pull request.
func StagesOf(pr *facts.JudgedPullRequest, c Clock) Stages {
	bounds := [5]int64{pr.FirstCommitAt, ready(pr), 0, 0, pr.MergedAt}
	if a := first(pr, ReviewerAct); a != nil {
		bounds[2] = a.At
	}
	for a := range actsOf(pr) {
		if approval(pr, a) && a.At <= pr.MergedAt && (a.DismissedAt == 0 || a.DismissedAt > pr.MergedAt) {
			bounds[3] = a.At
		}
	}
	var s Stages
	for i := 3; i >= 0; i-- {
		if bounds[i] == 0 {
			bounds[i], s.Untold[i] = bounds[i+1], true
		}
	}
	bounds[0] = min(bounds[0], pr.MergedAt)
	for i := 1; i < len(bounds); i++ {
		bounds[i] = min(max(bounds[i], bounds[i-1]), pr.MergedAt)
		s.Hours[i-1] = c.Hours(bounds[i-1], bounds[i])
	}
	return s
}

func stageDefinition(id, title, question, from, to string) Definition {
	return Definition{
		ID: id, Title: title, Question: question, Unit: "hours",
		Formula: "Mean over pull requests of (" + to + " - " + from + "). The boundaries are first commit's author time, ready, first reviewer act, last approval before the merge that was not dismissed before it, merged; each is moved to the one before if it is earlier, and one that is missing is taken for the next, so that the four stages add up to merged - first commit.",
		LeftOut: countedPullRequests, Window: mergedInPeriod, TimeZone: workspaceZone,
		Bias: "Without a review the whole time from ready counts as pickup; without an approval the stage of merging is 0 hours; while commits are not yet read from git so is coding.",
	}
}

// The definitions of the stages.
var (
	CodingStageDefinition = stageDefinition("stage_coding", "Coding", "How long is the work written before it is ready?", "first commit", "ready")
	PickupStageDefinition = stageDefinition("stage_pickup", "Pickup", "How long does it wait for the first reviewer?", "ready", "first reviewer act")
	ReviewStageDefinition = stageDefinition("stage_review", "Review", "How long is it under review?", "first reviewer act", "last approval")
	MergeStageDefinition  = stageDefinition("stage_merge", "Merge", "How long does it wait for the merge once it is approved?", "last approval", "merged")
)

func stage(i int) valuesFunc {
	return func(pr *facts.JudgedPullRequest, l Lens) []float64 {
		if !l.People.Has(pr.Person) {
			return nil
		}
		return []float64{StagesOf(pr, l.Clock).Hours[i]}
	}
}
