package metrics

import (
	"slices"

	"weir/internal/facts"
)

// SharingIndexDefinition explains the sharing index.
var SharingIndexDefinition = Definition{
	ID: "sharing_index", Title: "Sharing index", Question: "How evenly is the work of reviewing shared?", Unit: "index",
	Formula: "1 - G x n / (n - 1), where G is the Gini coefficient of the reviews given by the n contributors, zeros included: 0 when one person gives all, 1 when all give the same. A review given is a pull request of somebody else that a person reviewed or commented on. Contributors are the people chosen on the page, else everybody who opened or reviewed a pull request of the period.",
	LeftOut: countedPullRequests, Window: mergedInPeriod, TimeZone: workspaceZone,
	Bias: "It says nothing of how much is reviewed, and even is not always right: somebody new cannot review as much. Read it with the counts beside it.",
}

// SharingIndex folds how evenly reviews are given. Make it with NewSharingIndex.
type SharingIndex struct {
	lens          Lens
	opened, given map[facts.PersonID]int
}

// NewSharingIndex starts the index of the lens's team.
func NewSharingIndex(l Lens) *SharingIndex {
	return &SharingIndex{lens: l, opened: map[facts.PersonID]int{}, given: map[facts.PersonID]int{}}
}

// Add takes a pull request.
func (s *SharingIndex) Add(pr *facts.JudgedPullRequest) {
	s.opened[pr.Person]++
	for _, person := range reviewers(pr) {
		s.given[person]++
	}
}

// Counts gives the reviews given by each contributor, zeros included.
func (s *SharingIndex) Counts() map[facts.PersonID]int {
	counts := map[facts.PersonID]int{}
	for person := range contributors(s.lens.Team, s.opened, s.given) {
		counts[person] = s.given[person]
	}
	return counts
}

// Result gives 0 to 1. There is none for fewer than two contributors or without any review.
func (s *SharingIndex) Result() Value {
	var counts []int
	sum := 0
	for _, n := range s.Counts() {
		counts = append(counts, n)
		sum += n
	}
	n := len(counts)
	if n < 2 {
		return Value{Missing: "fewer than two contributors", Sample: n}
	}
	if sum == 0 {
		return Value{Missing: "nobody gave a review in this period", Sample: n}
	}
	return Of(1-gini(counts)*float64(n)/float64(n-1), n)
}

// gini gives the Gini coefficient of counts of which one at least is not 0: with the counts sorted upwards and their places i
// counted from 1, sum of (2i - n - 1) x count / (n x sum of counts).
func gini(counts []int) float64 {
	slices.Sort(counts)
	n, weighted, sum := len(counts), 0, 0
	for i, c := range counts {
		weighted += (2*(i+1) - n - 1) * c
		sum += c
	}
	return float64(weighted) / float64(n*sum)
}
