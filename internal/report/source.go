package report

import (
	"context"
	"iter"

	"weir/internal/facts"
	"weir/internal/metrics"
)

// The names of the reports: the last part of an address, and what a Link leads to.
const (
	NameCode    = "code"
	NameWorkLog = "worklog"
	NameCommits = "commits"
	NameCommit  = "commit"

	NameReviewWorkflow = "workflow"
	NameReviews        = "reviews"
	NamePullRequests   = "pull_requests"
	NamePullRequest    = "pull_request"
	NameTickets        = "tickets"
	NameTicket         = "ticket"
)

// Places tells what a page is about and how complete its data is.
type Places interface {
	// People lists everybody, hidden ones included.
	People(ctx context.Context) ([]facts.Person, error)
	// ImportedRepos lists the repos that reports may speak of.
	ImportedRepos(ctx context.Context) ([]facts.Repo, error)
	// SyncStates lists the states of one kind, for all imported repos or for some.
	SyncStates(ctx context.Context, kind facts.SyncKind, repos ...facts.RepoID) ([]facts.SyncState, error)
}

// DailySource gives roll-ups; the reports Code and Work log read it.
type DailySource interface {
	Places
	// Daily streams the roll-ups of a query.
	Daily(ctx context.Context, q facts.Query) iter.Seq2[facts.Daily, error]
}

// CommitSource gives judged commits; the report Commits reads it.
type CommitSource interface {
	Places
	// JudgedCommits streams commits in the filter's order, without files.
	JudgedCommits(ctx context.Context, q facts.Query, f facts.CommitFilter, page facts.Page) iter.Seq2[facts.JudgedCommit, error]
	// SumJudgedCommits adds up all that JudgedCommits would stream without a page.
	SumJudgedCommits(ctx context.Context, q facts.Query, f facts.CommitFilter) (facts.CommitSums, error)
	// CountJudgedCommits tells how many JudgedCommits would stream without a page.
	CountJudgedCommits(ctx context.Context, q facts.Query, f facts.CommitFilter) (int, error)
}

// DetailSource gives one commit and those whose lines it replaces; the page of one commit reads it.
type DetailSource interface {
	Places
	// JudgedCommit gives one commit with its files and their hunks, facts.ErrNotFound when there is none.
	JudgedCommit(ctx context.Context, repo facts.RepoID, hash string) (facts.JudgedCommit, error)
	// JudgedByNumber gives commits of a repo without files; numbers that are not held are passed over.
	JudgedByNumber(ctx context.Context, repo facts.RepoID, numbers []facts.CommitNumber) (map[facts.CommitNumber]facts.JudgedCommit, error)
	// Identity gives one identity with the person it belongs to.
	Identity(ctx context.Context, id facts.IdentityID) (facts.Identity, error)
	// Rules gives the workspace's rules.
	Rules(ctx context.Context) (facts.Rules, error)
}

// ItemPlaces tells how complete the pull requests and tickets are beside what Places tells.
type ItemPlaces interface {
	Places
	// Rules gives the workspace's rules.
	Rules(ctx context.Context) (facts.Rules, error)
	// Integrations lists those that are not deleted.
	Integrations(ctx context.Context) ([]facts.Integration, error)
	// Completenesses tells what the server has beside what is held, for all imported repos or for some.
	Completenesses(ctx context.Context, repos ...facts.RepoID) ([]facts.Completeness, error)
	// CountUnjudged tells how many items of a kind are held and wait to be judged for the first time.
	CountUnjudged(ctx context.Context, kind facts.SyncKind, repos ...facts.RepoID) (int, error)
}

// PullRequestSource gives judged pull requests.
type PullRequestSource interface {
	ItemPlaces
	// JudgedPullRequests streams them, the newest first.
	JudgedPullRequests(ctx context.Context, f facts.PullRequestFilter) iter.Seq2[facts.JudgedPullRequest, error]
	// JudgedPullRequest gives one, facts.ErrNotFound when there is none.
	JudgedPullRequest(ctx context.Context, repo facts.RepoID, number int) (facts.JudgedPullRequest, error)
	// PullRequest gives one with all that belongs to it, facts.ErrNotFound when there is none.
	PullRequest(ctx context.Context, repo facts.RepoID, number int) (facts.PullRequest, error)
	// HoldsCommit tells whether a commit of a repo is held and judged.
	HoldsCommit(ctx context.Context, repo facts.RepoID, hash string) (bool, error)
	// SizeCounts counts all that count and have a size by their lines, the smallest first.
	SizeCounts(ctx context.Context) ([]facts.SizeCount, error)
}

// TicketSource gives judged tickets.
type TicketSource interface {
	ItemPlaces
	// JudgedTickets streams them, the newest first.
	JudgedTickets(ctx context.Context, f facts.TicketFilter) iter.Seq2[facts.JudgedTicket, error]
	// JudgedTicket gives one, facts.ErrNotFound when there is none.
	JudgedTicket(ctx context.Context, repo facts.RepoID, number int) (facts.JudgedTicket, error)
}

// WorkSource gives all that the Work log counts.
type WorkSource interface {
	DailySource
	PullRequestSource
	TicketSource
}

// Evidence is what the page of one commit needs besides stored facts. Each may be nil.
type Evidence struct {
	// Text gives the bytes of a file at a commit, named by its object id, or by the id and "^" for its first
	// parent. It is met by a mirror on this machine; facts.ErrNotFound says that there is none.
	Text func(ctx context.Context, repo facts.Repo, revision, path string) ([]byte, error)
	// FileReasons gives what says why a file of a repo does not count; it is judge's.
	FileReasons func(ctx context.Context, repo facts.Repo) (func(*facts.FileChange) facts.Reason, error)
	// Terms shows how the commit's impact comes about; it is judge's.
	Terms func(ctx context.Context, c *facts.JudgedCommit) (metrics.Terms, error)
}
