package metrics

import (
	"slices"

	"weir/internal/facts"
)

// PullRequestsReviewedDefinition explains the number of pull requests that people reviewed.
var PullRequestsReviewedDefinition = Definition{
	ID: "pull_requests_reviewed", Title: "Reviews given", Question: "How many pull requests did people look at for others?", Unit: "reviews",
	Formula: "Number of pairs of a pull request and a person other than its author who reviewed it or commented on it; several rounds on one pull request are one.",
	LeftOut: countedPullRequests, Window: mergedInPeriod, TimeZone: workspaceZone,
	Bias: "A glance and an afternoon's reading count alike.",
}

func pullRequestsReviewed(pr *facts.JudgedPullRequest, l Lens) []float64 {
	var each []float64
	for _, person := range reviewers(pr) {
		if l.People.Has(person) {
			each = append(each, 1)
		}
	}
	return each
}

// reviewers gives who reviewed or commented beside the author, each once; a ghost is person 0. They are few: most metrics ask for
// them of every pull request, and a map would cost more than they do.
func reviewers(pr *facts.JudgedPullRequest) []facts.PersonID {
	var found []facts.PersonID
	for a := range actsOf(pr) {
		if response(pr, a) && !slices.Contains(found, a.Person) {
			found = append(found, a.Person)
		}
	}
	return found
}

// Reviewed tells whether a person reviewed or commented on a pull request of somebody else.
func Reviewed(pr *facts.JudgedPullRequest, person facts.PersonID) bool {
	return slices.Contains(reviewers(pr), person)
}

// Reviewers lists who reviewed or commented beside the author, each once, by their first act; a ghost is person 0.
func Reviewers(pr *facts.JudgedPullRequest) []facts.PersonID { return reviewers(pr) }
