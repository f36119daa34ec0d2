package metrics

import "weir/internal/facts"

// theDiff is which diff the sizes are of.
const theDiff = "the diff of a pull request is that from the commit that its base and its head stem from to its head"

// PRSizeDefinition explains the size of pull requests.
var PRSizeDefinition = Definition{
	ID: "pr_size", Title: "PR size", Question: "How much is there to review in a pull request?", Unit: "lines",
	Formula: "Mean over pull requests of their HALOC: the sum over the hunks of the diff of the larger of added and deleted lines, a hunk being a run of deleted and added lines with no unchanged line between; " + theDiff + ".",
	LeftOut: countedPullRequests + " " + countedDiffs, Window: mergedInPeriod, TimeZone: workspaceZone,
	Bias: "A few mass changes move the mean: read it beside the median. What a later commit of the same pull request takes back is not in its diff.",
}

// PRFilesDefinition explains the number of files of pull requests.
var PRFilesDefinition = Definition{
	ID: "pr_files", Title: "Files per PR", Question: "Over how many files does a pull request spread?", Unit: "files",
	Formula: "Mean over pull requests of the files in their diff; " + theDiff + ". A renamed file is one.",
	LeftOut: countedPullRequests + " " + countedDiffs, Window: mergedInPeriod, TimeZone: workspaceZone,
	Bias: "A rename over many files counts each of them.",
}

func prSize(pr *facts.JudgedPullRequest, l Lens) []float64 {
	if pr.Size.State != facts.SizeKnown || !l.People.Has(pr.Person) {
		return nil
	}
	return []float64{float64(pr.Size.Lines)}
}

func prFiles(pr *facts.JudgedPullRequest, l Lens) []float64 {
	if pr.Size.State != facts.SizeKnown || !l.People.Has(pr.Person) {
		return nil
	}
	return []float64{float64(pr.Size.Files)}
}
