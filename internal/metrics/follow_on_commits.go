package metrics

import "weir/internal/facts"

// FollowOnCommitsDefinition explains the number of follow-on commits.
var FollowOnCommitsDefinition = Definition{
	ID: "follow_on_commits", Title: "Follow-on commits", Question: "How many commits follow after pull requests are opened?", Unit: "commits",
	Formula: "Number of commits whose change (their patch id) first appears on the head of a pull request after it was opened; merges and rebases alone make none. Beside it the mean and the median per pull request, those without any included.",
	LeftOut: countedPullRequests, Window: mergedInPeriod, TimeZone: workspaceZone,
	Bias: "Amending and force-pushing shows as one commit each time it changes something. Commits that are not yet read from git are missing.",
}

func followOnCommits(pr *facts.JudgedPullRequest, l Lens) []float64 {
	if !l.People.Has(pr.Person) {
		return nil
	}
	n := 0.0
	for a := range actsOf(pr) {
		if a.FollowOn {
			n++
		}
	}
	return []float64{n}
}
