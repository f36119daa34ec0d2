package metrics

import (
	"slices"

	"weir/internal/facts"
)

// People is who a number is about; nil means everybody.
type People map[facts.PersonID]bool

// Has tells whether a person is among them. Somebody whose account is gone is so only where everybody is meant.
func (p People) Has(id facts.PersonID) bool { return p == nil || p[id] }

// Start is what a time to merge begins with.
type Start string

// The starts that a page offers.
const (
	StartReady        Start = ""
	StartCreated      Start = "created"
	StartFirstComment Start = "first_comment"
)

// Lens is how a page looks at pull requests. The zero Lens sees what everybody did, in elapsed hours from when it was ready.
type Lens struct {
	// People narrows metrics of submitters to pull requests that these people opened, and those of reviewers to what they did.
	People People
	// Team is who shares the work of reviewing; Involvement and the sharing index are about it.
	Team  People
	Clock Clock
	Start Start
	// Sizes are the bounds of the bands of size; the zero bounds know no band.
	Sizes SizeBounds
}

// ReviewFold is a metric of pull requests under way. It takes those that count.
type ReviewFold interface {
	Add(pr *facts.JudgedPullRequest)
	Result() Value
}

// Found is what one pull request adds to a metric: some values of their own, or a part of a whole.
type Found struct {
	Values      []float64
	Part, Whole float64
}

// Empty tells whether it adds nothing.
func (f Found) Empty() bool { return len(f.Values) == 0 && f.Whole == 0 }

// Side is whose number a metric is.
type Side uint8

// A metric is that of the one who opened a pull request, of those who review it, or of all who share the reviewing.
const (
	SideSubmitter Side = iota
	SideReviewer
	SideTeam
)

// ReviewMetric is a definition with the fold that follows it.
type ReviewMetric struct {
	Definition
	Side Side
	// SampleOf names what the number rests on.
	SampleOf string
	// New starts a fold.
	New func(Lens) ReviewFold
	// Of gives what one pull request adds; nil where the number is no sum over pull requests.
	Of func(*facts.JudgedPullRequest, Lens) Found
}

// OfReviews lists the metrics of pull requests, in the order of the pages.
func OfReviews() []ReviewMetric {
	return []ReviewMetric{
		sumOf(PullRequestsMergedDefinition, SideSubmitter, "pull requests", pullRequestsMerged),
		meanOf(TimeToFirstCommentDefinition, SideSubmitter, "pull requests", timeToFirstComment),
		meanOf(TimeToFirstApprovalDefinition, SideSubmitter, "pull requests", timeToFirstApproval),
		meanOf(TimeToMergeDefinition, SideSubmitter, "pull requests", timeToMerge),
		meanOf(IterationTimeDefinition, SideSubmitter, "pull requests", iterationTime),
		shareOf(IteratedDefinition, SideSubmitter, "pull requests", iterated),
		sumOf(FollowOnCommitsDefinition, SideSubmitter, "pull requests", followOnCommits),
		shareOf(UnreviewedDefinition, SideSubmitter, "pull requests", unreviewed),
		shareOf(ThoroughlyReviewedDefinition, SideSubmitter, "pull requests", thoroughlyReviewed),
		meanOf(ResponsivenessDefinition, SideSubmitter, "answers", responsiveness),
		shareOf(CommentsAddressedDefinition, SideSubmitter, "threads", commentsAddressed),
		shareOf(ReceptivenessDefinition, SideSubmitter, "pull requests", receptiveness),
		shareOf(ReviewCoverageDefinition, SideSubmitter, "hunks", reviewCoverage),
		meanOf(PRSizeDefinition, SideSubmitter, "pull requests", prSize),
		meanOf(PRFilesDefinition, SideSubmitter, "pull requests", prFiles),
		shareOf(LowComplexityPRsDefinition, SideSubmitter, "pull requests", sized(facts.ComplexityLow)),
		shareOf(MediumComplexityPRsDefinition, SideSubmitter, "pull requests", sized(facts.ComplexityMedium)),
		shareOf(HighComplexityPRsDefinition, SideSubmitter, "pull requests", sized(facts.ComplexityHigh)),
		meanOf(CodingStageDefinition, SideSubmitter, "pull requests", stage(0)),
		meanOf(PickupStageDefinition, SideSubmitter, "pull requests", stage(1)),
		meanOf(ReviewStageDefinition, SideSubmitter, "pull requests", stage(2)),
		meanOf(MergeStageDefinition, SideSubmitter, "pull requests", stage(3)),
		sumOf(PullRequestsReviewedDefinition, SideReviewer, "pull requests", pullRequestsReviewed),
		meanOf(ReactionTimeDefinition, SideReviewer, "answers", reactionTime),
		ratioOf(InfluenceDefinition, SideReviewer, "comments", influence, 1),
		{Definition: InvolvementDefinition, Side: SideTeam, SampleOf: "pull requests", New: func(l Lens) ReviewFold { return NewInvolvement(l) }},
		{Definition: SharingIndexDefinition, Side: SideTeam, SampleOf: "contributors", New: func(l Lens) ReviewFold { return NewSharingIndex(l) }},
	}
}

// FindReview gives the metric of that id among those of pull requests.
func FindReview(id string) (ReviewMetric, bool) {
	all := OfReviews()
	i := slices.IndexFunc(all, func(m ReviewMetric) bool { return m.ID == id })
	if i < 0 {
		return ReviewMetric{}, false
	}
	return all[i], true
}

// valuesFunc gives the values that a pull request adds, ratioFunc the part of a whole.
type (
	valuesFunc func(*facts.JudgedPullRequest, Lens) []float64
	ratioFunc  func(*facts.JudgedPullRequest, Lens) (part, whole int)
)

func meanOf(d Definition, side Side, sample string, of valuesFunc) ReviewMetric {
	found := func(pr *facts.JudgedPullRequest, l Lens) Found { return Found{Values: of(pr, l)} }
	return ReviewMetric{Definition: d, Side: side, SampleOf: sample, Of: found, New: func(l Lens) ReviewFold { return &Mean{of: of, lens: l} }}
}

func sumOf(d Definition, side Side, sample string, of valuesFunc) ReviewMetric {
	m := meanOf(d, side, sample, of)
	m.New = func(l Lens) ReviewFold { return &Sum{Mean{of: of, lens: l}} }
	return m
}

func shareOf(d Definition, side Side, sample string, of ratioFunc) ReviewMetric {
	return ratioOf(d, side, sample, of, 100)
}

func ratioOf(d Definition, side Side, sample string, of ratioFunc, times float64) ReviewMetric {
	found := func(pr *facts.JudgedPullRequest, l Lens) Found {
		part, whole := of(pr, l)
		return Found{Part: float64(part), Whole: float64(whole)}
	}
	return ReviewMetric{Definition: d, Side: side, SampleOf: sample, Of: found,
		New: func(l Lens) ReviewFold { return &Portion{of: of, lens: l, times: times} }}
}

// What the definitions of pull requests share.
const (
	countedDiffs        = "Files that count in no commit: generated, vendored, lock and binary files, submodules, and files that a rule of the repo names. Pull requests whose commits are not in the mirror, and those that are too large: with more than 3,000 files, or with texts above 8 MiB or 128 MiB together."
	countedPullRequests = "Pull requests that are not merged, were opened by bots, excluded or hidden people, are gone from the server or of a deleted repo, or were marked by hand; comments and reviews of bots, of excluded and hidden people, and those that a rule leaves out."
	mergedInPeriod      = "Pull requests merged in the period of the page, both days included, clipped to today."
	workspaceZone       = "Days are those of the workspace's time zone; durations are elapsed hours, or working hours (Monday to Friday, 9 to 17 in that zone) by choice on the page."
	noPullRequests      = "no merged pull request counts in this period"
)
