package github

import (
	"context"
	"strings"

	"weir/internal/facts"
)

type review struct {
	ID          string    `json:"id"`
	DatabaseID  anyID     `json:"databaseId"`
	Author      *account  `json:"author"`
	State       string    `json:"state"`
	Body        string    `json:"body"`
	SubmittedAt instant   `json:"submittedAt"`
	UpdatedAt   instant   `json:"updatedAt"`
	Commit      *objectID `json:"commit"`
}

func (r *review) fact(number int) facts.Review {
	return facts.Review{
		Number: number, ServerID: int64(r.DatabaseID), NodeID: r.ID, Author: r.Author.fact(), State: facts.ReviewState(strings.ToLower(r.State)),
		CommitHash: r.Commit.text(), Text: facts.NewText(r.Body), SubmittedAt: int64(r.SubmittedAt), UpdatedAt: max(int64(r.UpdatedAt), int64(r.SubmittedAt)),
	}
}

// thread is a conversation about lines.
type thread struct {
	ID         string             `json:"id"`
	Resolved   bool               `json:"isResolved"`
	Outdated   bool               `json:"isOutdated"`
	ResolvedBy *account           `json:"resolvedBy"`
	Path       string             `json:"path"`
	Side       string             `json:"diffSide"`
	Line       *int               `json:"originalLine"`
	StartLine  *int               `json:"originalStartLine"`
	Comments   connection[remark] `json:"comments"`
}

// remark is a comment on a line.
type remark struct {
	ID         string    `json:"id"`
	DatabaseID anyID     `json:"databaseId"`
	Author     *account  `json:"author"`
	Body       string    `json:"body"`
	State      string    `json:"state"`
	CreatedAt  instant   `json:"createdAt"`
	UpdatedAt  instant   `json:"updatedAt"`
	Commit     *objectID `json:"originalCommit"`
	Review     *struct {
		DatabaseID anyID `json:"databaseId"`
	} `json:"pullRequestReview"`
}

// remarks gives the comments that are submitted, and the id of the first; 0 when none is.
func (t *thread) remarks(number int) (root int64, all []facts.Comment) {
	for _, r := range t.Comments.some() {
		if r.State == "PENDING" {
			continue
		}
		if root == 0 {
			root = int64(r.DatabaseID)
		}
		c := facts.Comment{
			Number: number, Kind: facts.CommentLine, ServerID: int64(r.DatabaseID), NodeID: r.ID, Author: r.Author.fact(), Text: facts.NewText(r.Body),
			CreatedAt: int64(r.CreatedAt), UpdatedAt: max(int64(r.UpdatedAt), int64(r.CreatedAt)), RootID: root, Path: t.Path,
			Line: orZero(t.Line), StartLine: orZero(t.StartLine), OldSide: t.Side == "LEFT", CommitHash: r.Commit.text(),
		}
		if r.Review != nil {
			c.ReviewID = int64(r.Review.DatabaseID)
		}
		all = append(all, c)
	}
	return root, all
}

func orZero(n *int) int {
	if n == nil {
		return 0
	}
	return *n
}

// fact gives the thread; when it was seen to be resolved is for whoever saw it.
func (t *thread) fact(number int, root int64) facts.ReviewThread {
	f := facts.ReviewThread{Number: number, RootID: root, NodeID: t.ID, Path: t.Path, Resolved: t.Resolved, Outdated: t.Outdated, ResolvedBy: facts.Actor{Kind: facts.ActorGhost}}
	if t.Resolved {
		f.ResolvedBy = t.ResolvedBy.fact()
	}
	return f
}

func (c *Client) completeThread(ctx context.Context, can Capabilities, t *thread) error {
	op := "read the rest of a review thread"
	for t.Comments.PageInfo.HasNext {
		var reply struct {
			Node *thread `json:"node"`
		}
		variables := map[string]any{"id": t.ID, "after": t.Comments.PageInfo.End}
		if err := spare(c.Query(ctx, op, can.fit(threadRestQuery), variables, &reply)); err != nil {
			return err
		}
		if reply.Node == nil {
			return notWhole(op, noItem)
		}
		if !join(&t.Comments, reply.Node.Comments) {
			return notWhole(op, noPage)
		}
	}
	return nil
}

// Swept is what can change of a pull request without changing when it was updated.
type Swept struct {
	Stub
	HeadHash string
	// Comments, Reviews and Remarks count what is there; Remarks are the comments on lines.
	Comments, Reviews, Remarks int
	Threads                    []facts.ReviewThread
	// Whole tells whether all threads were told.
	Whole bool
}

// Sweep looks at some pull requests, at most fifty. Those that do not exist are left out.
func (c *Client) Sweep(ctx context.Context, can Capabilities, ids []string) ([]Swept, Budget, error) {
	var reply struct {
		Nodes []*struct {
			stubOfGraphQL
			HeadHash string              `json:"headRefOid"`
			Comments connection[comment] `json:"comments"`
			Reviews  connection[review]  `json:"reviews"`
			Threads  connection[thread]  `json:"reviewThreads"`
		} `json:"nodes"`
		Limit *limitState `json:"rateLimit"`
	}
	err := c.withTries(1).Query(ctx, "look at open pull requests", can.fit(sweepQuery), map[string]any{"ids": ids}, &reply)
	if _, err = notFound(err, "nodes."); err != nil {
		return nil, Budget{}, err
	}
	var all []Swept
	for _, n := range reply.Nodes {
		if n == nil || n.Number == 0 {
			continue
		}
		s := Swept{Stub: n.stub(), HeadHash: n.HeadHash, Comments: n.Comments.Total, Reviews: n.Reviews.Total, Whole: !n.Threads.PageInfo.HasNext}
		for _, t := range n.Threads.some() {
			s.Remarks += t.Comments.Total
			if first := t.Comments.some(); len(first) > 0 {
				s.Threads = append(s.Threads, t.fact(n.Number, int64(first[0].DatabaseID)))
			}
		}
		all = append(all, s)
	}
	return all, reply.Limit.budget(), nil
}
