package metrics

import "weir/internal/facts"

// PullRequestsReviewedDefinition explains the number of pull requests that people reviewed.
var PullRequestsReviewedDefinition = Definition{
	ID: "pull_requests_reviewed", Title: "Reviews given", Question: "How many pull requests did people look at for others?", Unit: "reviews",
	Formula: "Number of pairs of a pull request and a person other than its author who reviewed it or commented on it; several rounds on one pull request are one.",
	LeftOut: countedPullRequests, Window: mergedInPeriod, TimeZone: workspaceZone,
	Bias: "A glance and an afternoon's reading count alike.",
}

func pullRequestsReviewed(pr *facts.JudgedPullRequest, l Lens) []float64 {
	var each []float64
	for person := range reviewers(pr) {
		if l.People.Has(person) {
			each = append(each, 1)
		}
	}
	return each
}

// reviewers gives who reviewed or commented beside the author; a ghost is person 0.
func reviewers(pr *facts.JudgedPullRequest) map[facts.PersonID]bool {
	found := map[facts.PersonID]bool{}
	for a := range actsOf(pr) {
		if response(pr, a) {
			found[a.Person] = true
		}
	}
	return found
}

// Reviewed tells whether a person reviewed or commented on a pull request of somebody else.
func Reviewed(pr *facts.JudgedPullRequest, person facts.PersonID) bool { return reviewers(pr)[person] }

// Reviewers lists who reviewed or commented beside the author; a ghost is person 0.
func Reviewers(pr *facts.JudgedPullRequest) map[facts.PersonID]bool { return reviewers(pr) }
