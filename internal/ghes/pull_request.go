package ghes

import (
	"slices"
	"time"
)

// PullRequest is what a pull request is beyond an issue.
type PullRequest struct {
	// ID is the database id of the pull request, which is not that of its issue.
	ID    int64
	Draft bool

	// HeadRef and BaseRef are short branch names.
	HeadRef, BaseRef string
	// HeadSHA and BaseSHA are commits: the branch's tip, and the base branch's as it last was seen.
	HeadSHA, BaseSHA string
	// HeadRepo is the full name of the fork that the branch is in; empty is the repo itself.
	HeadRepo string
	// HeadRepoGone is set when that fork was deleted.
	HeadRepoGone bool

	// Commits are ids from the oldest to the newest; nil asks the repo's git.
	Commits                            []string
	Additions, Deletions, ChangedFiles int

	MergedAt    time.Time
	MergedBy    string
	MergeMethod MergeMethod
	MergeCommit string
	AutoMerge   *AutoMerge

	RequestedReviewers []string
	// RequestedTeams are slugs of teams of the repo's owner.
	RequestedTeams []string
	Reviews        []Review
	Threads        []ReviewThread
	// Closes are numbers of issues that end when it is merged.
	Closes []int
}

// MergeMethod is the way in which a pull request becomes part of its base.
type MergeMethod string

// The three buttons.
const (
	Merge  MergeMethod = "merge"
	Squash MergeMethod = "squash"
	Rebase MergeMethod = "rebase"
)

// AutoMerge is a merge that waits for its conditions.
type AutoMerge struct {
	EnabledBy string
	EnabledAt time.Time
	Method    MergeMethod
	// Title and Message are those of the commit to be; empty leaves them to the server.
	Title, Message string
}

// Merged is whether it was.
func (p *PullRequest) Merged() bool { return !p.MergedAt.IsZero() }

func (p *PullRequest) clone() *PullRequest {
	c := *p
	c.Commits, c.Closes = slices.Clone(p.Commits), slices.Clone(p.Closes)
	c.RequestedReviewers, c.RequestedTeams = slices.Clone(p.RequestedReviewers), slices.Clone(p.RequestedTeams)
	c.Reviews, c.Threads = slices.Clone(p.Reviews), slices.Clone(p.Threads)
	for n := range c.Threads {
		c.Threads[n].Comments = slices.Clone(c.Threads[n].Comments)
	}
	if p.AutoMerge != nil {
		auto := *p.AutoMerge
		c.AutoMerge = &auto
	}
	return &c
}

// completePull fills in what was left out and returns the latest time that moves UpdatedAt.
func (w *World) completePull(repo int64, i *Issue) time.Time {
	p := i.Pull
	p.ID = w.nextID(p.ID)
	p.MergedAt = p.MergedAt.UTC()
	if p.BaseRef == "" {
		p.BaseRef = w.repos[repo].DefaultBranch
	}
	last := p.MergedAt
	for n := range p.Reviews {
		r := &p.Reviews[n]
		r.ID, r.SubmittedAt = w.nextID(r.ID), r.SubmittedAt.UTC()
		if r.Commit == "" {
			r.Commit = p.HeadSHA
		}
		last = latest(last, r.SubmittedAt)
	}
	for n := range p.Threads {
		last = latest(last, w.completeThread(i, &p.Threads[n]))
	}
	return last
}
