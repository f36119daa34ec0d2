package metrics

import "weir/internal/facts"

// PullRequestsMergedDefinition explains the number of merged pull requests.
var PullRequestsMergedDefinition = Definition{
	ID: "pull_requests_merged", Title: "Pull requests merged", Question: "How many pull requests came in?", Unit: "pull requests",
	Formula: "Number of pull requests that count.",
	LeftOut: countedPullRequests, Window: mergedInPeriod, TimeZone: workspaceZone,
	Bias: "A large change in ten small pull requests counts ten times; that is often the better way.",
}

func pullRequestsMerged(pr *facts.JudgedPullRequest, l Lens) []float64 {
	if !l.People.Has(pr.Person) {
		return nil
	}
	return []float64{1}
}
