package ghes

import (
	"fmt"
	"slices"
	"time"
)

// Verdict is what somebody sends as a review.
type Verdict struct {
	// State is Commented when not given.
	State ReviewState
	Body  string
	// Remarks begin threads on lines.
	Remarks []Remark
}

// Remark is a comment on a line of a file.
type Remark struct {
	Path string
	Line int
	Body string
}

var errNoPull = fmt.Errorf("%w: it is no pull request", ErrNotFound)

// Review sends a review and returns its id. Who was asked for it is not asked any more.
func (p Person) Review(fullName string, number int, v Verdict) (int64, error) {
	at := p.now()
	var sent Review
	var remarks []lineComment
	r, i, err := p.change(fullName, number, false, func(i *Issue) error {
		if i.Pull == nil {
			return errNoPull
		}
		sent = p.send(i, v, at)
		i.Pull.RequestedReviewers = slices.DeleteFunc(i.Pull.RequestedReviewers, func(l string) bool { return fold(l) == fold(p.login) })
		for _, m := range v.Remarks {
			i.Pull.Threads = append(i.Pull.Threads, ReviewThread{Path: m.Path, Line: m.Line, Comments: []ReviewComment{
				{Comment: Comment{Author: p.login, Body: m.Body, CreatedAt: at}, Review: sent.ID}}})
		}
		return nil
	})
	if err != nil {
		return 0, fmt.Errorf("review: %w", err)
	}
	for n := range i.Pull.Threads[len(i.Pull.Threads)-len(v.Remarks):] {
		t := &i.Pull.Threads[len(i.Pull.Threads)-len(v.Remarks)+n]
		remarks = append(remarks, lineComment{t, &t.Comments[0]})
	}
	told := []happening{p.reviewed(r, i, sent, "submitted")}
	for _, m := range remarks {
		told = append(told, p.remarked(r, i, m, "created"))
	}
	p.w.tell(told...)
	return sent.ID, nil
}

// send adds a review to a pull request; the caller holds the lock.
func (p Person) send(i *Issue, v Verdict, at time.Time) Review {
	if v.State == "" {
		v.State = Commented
	}
	sent := Review{ID: p.w.nextID(0), Author: p.login, State: v.State, Body: v.Body, Commit: i.Pull.HeadSHA, SubmittedAt: at}
	i.Pull.Reviews = append(i.Pull.Reviews, sent)
	return sent
}

// Reply answers in a review thread and returns the comment's id. As on the real server it makes a
// review of its own that says nothing else.
func (p Person) Reply(fullName string, number int, threadID int64, body string) (int64, error) {
	at := p.now()
	var sent Review
	r, i, err := p.change(fullName, number, false, func(i *Issue) error {
		t, err := threadOf(i, threadID)
		if err != nil {
			return err
		}
		sent = p.send(i, Verdict{}, at)
		t.Comments = append(t.Comments, ReviewComment{Comment: Comment{Author: p.login, Body: body, CreatedAt: at}, Review: sent.ID})
		return nil
	})
	if err != nil {
		return 0, fmt.Errorf("reply: %w", err)
	}
	t, _ := threadOf(i, threadID)
	made := lineComment{t, &t.Comments[len(t.Comments)-1]}
	p.w.tell(p.reviewed(r, i, sent, "submitted"), p.remarked(r, i, made, "created"))
	return made.ID, nil
}

// threadOf finds a review thread by its id.
func threadOf(i *Issue, id int64) (*ReviewThread, error) {
	if i.Pull == nil {
		return nil, errNoPull
	}
	for n := range i.Pull.Threads {
		if i.Pull.Threads[n].ID == id {
			return &i.Pull.Threads[n], nil
		}
	}
	return nil, fmt.Errorf("review thread %d: %w", id, ErrNotFound)
}

// Resolve ends a review thread. It does not move UpdatedAt.
func (p Person) Resolve(fullName string, number int, threadID int64) error {
	return p.settle(fullName, number, threadID, true)
}

// Unresolve opens it again.
func (p Person) Unresolve(fullName string, number int, threadID int64) error {
	return p.settle(fullName, number, threadID, false)
}

func (p Person) settle(fullName string, number int, threadID int64, resolved bool) error {
	r, i, err := p.change(fullName, number, true, func(i *Issue) error {
		t, err := threadOf(i, threadID)
		if err != nil {
			return err
		}
		t.Resolved, t.ResolvedBy = resolved, ""
		if resolved {
			t.ResolvedBy = p.login
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("resolve: %w", err)
	}
	action := "unresolved"
	if resolved {
		action = "resolved"
	}
	t, _ := threadOf(i, threadID)
	p.w.tell(happening{event: "pull_request_review_thread", action: action, actor: p.login, repo: &r,
		body: func(c *call) (document, error) {
			var comments []document
			for n := range t.Comments {
				comments = append(comments, c.lineCommentDocument(r, i, lineComment{t, &t.Comments[n]}))
			}
			return document{
				"thread":       document{"node_id": nodeID("PullRequestReviewThread", t.ID), "comments": comments},
				"pull_request": c.listedPull(r, i),
			}, nil
		}})
	return nil
}

// DismissReview takes the weight from a review.
func (p Person) DismissReview(fullName string, number int, review int64, message string) error {
	e := p.event(EventReviewDismissed)
	var dismissed Review
	r, i, err := p.change(fullName, number, false, func(i *Issue) error {
		if i.Pull == nil {
			return errNoPull
		}
		v, ok := i.Pull.review(review)
		if !ok {
			return fmt.Errorf("review %d: %w", review, ErrNotFound)
		}
		e.Review, e.ReviewState, e.Message = review, v.State, message
		v.State = Dismissed
		dismissed = *v
		i.Events = append(i.Events, e)
		return nil
	})
	if err != nil {
		return fmt.Errorf("dismiss review: %w", err)
	}
	p.w.tell(p.reviewed(r, i, dismissed, "dismissed"))
	return nil
}

func (p Person) reviewed(r Repo, i *Issue, v Review, action string) happening {
	return happening{event: "pull_request_review", action: action, actor: p.login, repo: &r,
		body: func(c *call) (document, error) {
			review := c.reviewDocument(r, i, v)
			review["state"], review["body"] = lower(string(v.State)), orNull(v.Body)
			review["updated_at"] = review["submitted_at"]
			return document{"review": review, "pull_request": c.listedPull(r, i)}, nil
		}}
}

func (p Person) remarked(r Repo, i *Issue, m lineComment, action string) happening {
	return happening{event: "pull_request_review_comment", action: action, actor: p.login, repo: &r,
		body: func(c *call) (document, error) {
			return document{"comment": c.lineCommentDocument(r, i, m), "pull_request": c.listedPull(r, i)}, nil
		}}
}
