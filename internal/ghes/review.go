package ghes

import (
	"fmt"
	"slices"
	"time"
)

// ReviewState is what a review says.
type ReviewState string

// The states of reviews, as REST has them.
const (
	Approved         ReviewState = "APPROVED"
	ChangesRequested ReviewState = "CHANGES_REQUESTED"
	Commented        ReviewState = "COMMENTED"
	Dismissed        ReviewState = "DISMISSED"
	// Pending reviews are seen by their author only.
	Pending ReviewState = "PENDING"
)

// Review is one person's verdict on a pull request.
type Review struct {
	ID     int64
	Author string
	State  ReviewState
	Body   string
	// Commit is the head that was reviewed; the present one when not given.
	Commit string
	// SubmittedAt is zero while the review is pending.
	SubmittedAt time.Time
}

// ReviewThread is a conversation about a line of a pull request.
type ReviewThread struct {
	ID   int64
	Path string
	// Line is where the thread is now, 0 when the line is no more; StartLine the first of several.
	Line, StartLine int
	// OriginalLine is where it began; Line when not given.
	OriginalLine int
	// WholeFile threads have no line.
	WholeFile  bool
	Resolved   bool
	ResolvedBy string
	Outdated   bool
	Comments   []ReviewComment
}

// ReviewComment is what somebody said about a line. The first of a thread began it, the others
// reply to it.
type ReviewComment struct {
	Comment
	// Review is the id of the review that it is a part of. When not given it is that of the author's
	// review of the same moment, which is made when there is none, as the server does.
	Review int64
	Commit string
	// Hunk is the piece of the diff that the comment is about.
	Hunk string
}

// completeThread fills in what was left out and returns the time of the latest comment.
func (w *World) completeThread(i *Issue, t *ReviewThread) time.Time {
	t.ID = w.nextID(t.ID)
	if t.OriginalLine == 0 {
		t.OriginalLine = t.Line
	}
	var last time.Time
	for n := range t.Comments {
		c := &t.Comments[n]
		c.ID = w.nextID(c.ID)
		c.CreatedAt = c.CreatedAt.UTC()
		c.UpdatedAt = latest(c.CreatedAt, c.UpdatedAt.UTC())
		if c.Commit == "" {
			c.Commit = i.Pull.HeadSHA
		}
		if c.Hunk == "" {
			c.Hunk = hunkAt(t.OriginalLine)
		}
		if c.Review == 0 {
			c.Review = w.reviewAt(i.Pull, c.Author, c.CreatedAt)
		}
		last = latest(last, c.UpdatedAt)
	}
	return last
}

// hunkAt stands for the diff around a line where nobody said what it was.
func hunkAt(line int) string { return fmt.Sprintf("@@ -%d,1 +%d,1 @@\n-before\n+after", line, line) }

// reviewAt finds the review that a comment was sent with, or makes one that says nothing else.
func (w *World) reviewAt(p *PullRequest, author string, at time.Time) int64 {
	n := slices.IndexFunc(p.Reviews, func(r Review) bool {
		return fold(r.Author) == fold(author) && r.SubmittedAt.Equal(at)
	})
	if n >= 0 {
		return p.Reviews[n].ID
	}
	r := Review{ID: w.nextID(0), Author: author, State: Commented, SubmittedAt: at, Commit: p.HeadSHA}
	p.Reviews = append(p.Reviews, r)
	return r.ID
}

// comments are all comments on lines, in the order in which they were made.
func (p *PullRequest) comments() []lineComment {
	var all []lineComment
	for t := range p.Threads {
		for n := range p.Threads[t].Comments {
			all = append(all, lineComment{&p.Threads[t], &p.Threads[t].Comments[n]})
		}
	}
	slices.SortStableFunc(all, func(a, b lineComment) int { return a.CreatedAt.Compare(b.CreatedAt) })
	return all
}

// lineComment is a comment with the thread that it is in.
type lineComment struct {
	thread *ReviewThread
	*ReviewComment
}

// replyTo is the id of the comment that began the thread, 0 for that one itself.
func (c lineComment) replyTo() int64 {
	if first := c.thread.Comments[0].ID; first != c.ID {
		return first
	}
	return 0
}

// review returns a review of a pull request by its id.
func (p *PullRequest) review(id int64) (*Review, bool) {
	n := slices.IndexFunc(p.Reviews, func(r Review) bool { return r.ID == id })
	if n < 0 {
		return nil, false
	}
	return &p.Reviews[n], true
}
