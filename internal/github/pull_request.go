package github

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"sync/atomic"

	"weir/internal/facts"
)

// pullRequest is one of GraphQL, with the first pages of its parts.
type pullRequest struct {
	Typename     string                   `json:"__typename"`
	ID           string                   `json:"id"`
	DatabaseID   anyID                    `json:"databaseId"`
	Number       int                      `json:"number"`
	Title        string                   `json:"title"`
	State        string                   `json:"state"`
	Draft        bool                     `json:"isDraft"`
	CreatedAt    instant                  `json:"createdAt"`
	UpdatedAt    instant                  `json:"updatedAt"`
	ClosedAt     instant                  `json:"closedAt"`
	MergedAt     instant                  `json:"mergedAt"`
	Author       *account                 `json:"author"`
	MergedBy     *account                 `json:"mergedBy"`
	HeadRef      string                   `json:"headRefName"`
	HeadHash     string                   `json:"headRefOid"`
	HeadRepo     *fullNamed               `json:"headRepository"`
	BaseRef      string                   `json:"baseRefName"`
	BaseHash     string                   `json:"baseRefOid"`
	MergeCommit  *objectID                `json:"mergeCommit"`
	Additions    int                      `json:"additions"`
	Deletions    int                      `json:"deletions"`
	ChangedFiles int                      `json:"changedFiles"`
	Milestone    *titled                  `json:"milestone"`
	AutoMerge    *autoMerge               `json:"autoMergeRequest"`
	Labels       connection[named]        `json:"labels"`
	Assignees    connection[account]      `json:"assignees"`
	Requests     connection[request]      `json:"reviewRequests"`
	Closes       connection[closed]       `json:"closingIssuesReferences"`
	Commits      connection[commitOf]     `json:"commits"`
	Reviews      connection[review]       `json:"reviews"`
	Comments     connection[comment]      `json:"comments"`
	Threads      connection[thread]       `json:"reviewThreads"`
	Events       connection[timelineItem] `json:"timelineItems"`
}

type titled struct {
	Title string `json:"title"`
}

type autoMerge struct {
	EnabledAt instant  `json:"enabledAt"`
	EnabledBy *account `json:"enabledBy"`
	Method    string   `json:"mergeMethod"`
}

type request struct {
	Reviewer *askedFor `json:"requestedReviewer"`
}

type closed struct {
	Number     int `json:"number"`
	Repository *struct {
		ID anyID `json:"databaseId"`
	} `json:"repository"`
}

type commitOf struct {
	Commit objectID `json:"commit"`
}

// fact gives the pull request with its parts. Its parts must have been completed.
func (p *pullRequest) fact() facts.PullRequest {
	f := facts.PullRequest{
		Number: p.Number, ServerID: int64(p.DatabaseID), NodeID: p.ID, Title: p.Title,
		State: facts.PullRequestState(strings.ToLower(p.State)), Draft: p.Draft, Author: p.Author.fact(),
		HeadRef: p.HeadRef, HeadHash: p.HeadHash, BaseRef: p.BaseRef, BaseHash: p.BaseHash, MergeHash: p.MergeCommit.text(), MergedBy: p.MergedBy.fact(),
		CreatedAt: int64(p.CreatedAt), UpdatedAt: int64(p.UpdatedAt), ClosedAt: int64(p.ClosedAt), MergedAt: int64(p.MergedAt),
		Additions: p.Additions, Deletions: p.Deletions, ChangedFiles: p.ChangedFiles, CommitCount: p.Commits.Total,
		Assignees: actorsOf(p.Assignees.Nodes), AutoMergeBy: facts.Actor{Kind: facts.ActorGhost}, SyncedAt: int64(p.UpdatedAt),
	}
	if p.HeadRepo != nil {
		f.HeadRepo = p.HeadRepo.FullName
	}
	if p.Milestone != nil {
		f.Milestone = p.Milestone.Title
	}
	if p.AutoMerge != nil {
		f.AutoMergeAt, f.AutoMergeBy = max(int64(p.AutoMerge.EnabledAt), 1), p.AutoMerge.EnabledBy.fact()
		f.AutoMergeMethod = facts.MergeMethod(strings.ToLower(p.AutoMerge.Method))
	}
	for _, l := range p.Labels.some() {
		f.Labels = append(f.Labels, l.Name)
	}
	p.addRequests(&f)
	p.addCloses(&f)
	p.addParts(&f)
	f.ReadyAt = readyAt(&f)
	return f
}

func (p *pullRequest) addRequests(f *facts.PullRequest) {
	for _, r := range p.Requests.some() {
		switch {
		case r.Reviewer == nil:
		case r.Reviewer.Team != "":
			f.ReviewerTeams = append(f.ReviewerTeams, r.Reviewer.Team)
		case r.Reviewer.Login != "":
			f.Reviewers = append(f.Reviewers, r.Reviewer.fact())
		}
	}
}

// addCloses leaves nil where the account may not see tickets: that tells nothing.
func (p *pullRequest) addCloses(f *facts.PullRequest) {
	if p.Closes.Nodes != nil {
		f.Closes = []facts.TicketRef{}
	}
	for _, c := range p.Closes.some() {
		if c.Repository != nil {
			f.Closes = append(f.Closes, facts.TicketRef{RepoServerID: int64(c.Repository.ID), Number: c.Number})
		}
	}
}

func (p *pullRequest) addParts(f *facts.PullRequest) {
	for _, r := range p.Reviews.some() {
		if r.State != "PENDING" && r.SubmittedAt != 0 {
			f.Reviews = append(f.Reviews, r.fact(p.Number))
		}
	}
	for _, c := range p.Comments.some() {
		f.Comments = append(f.Comments, c.fact(p.Number))
	}
	for _, t := range p.Threads.some() {
		root, remarks := t.remarks(p.Number)
		if root == 0 {
			continue
		}
		f.Comments = append(f.Comments, remarks...)
		f.Threads = append(f.Threads, t.fact(p.Number, root))
	}
	f.Events = eventsOf(p.Events.some(), p.Number)
	f.Commits = []facts.PullRequestCommit{}
	for i, c := range p.Commits.some() {
		f.Commits = append(f.Commits, facts.PullRequestCommit{Hash: c.Commit.OID, Position: i, Current: true})
	}
	f.Heads = headsOf(f)
}

// headsOf lists the heads that the answer tells of: the present one, and both ends of every forced push.
func headsOf(f *facts.PullRequest) []facts.PullRequestHead {
	var heads []facts.PullRequestHead
	pushed := map[string]int64{}
	for _, e := range f.Events {
		before, after, forced := strings.Cut(e.Subject, "..")
		if e.Kind != facts.EventHeadForcePushed || !forced {
			continue
		}
		if before != "" {
			heads = append(heads, facts.PullRequestHead{Hash: before})
		}
		if after != "" {
			pushed[after] = e.At
			heads = append(heads, facts.PullRequestHead{Hash: after})
		}
	}
	if f.HeadHash != "" {
		heads = append(heads, facts.PullRequestHead{Hash: f.HeadHash})
	}
	for i := range heads {
		heads[i].PushedAt = pushed[heads[i].Hash]
	}
	return heads
}

// readyAt is when it became ready for review last: its creation unless it was a draft, 0 while it is one.
func readyAt(f *facts.PullRequest) int64 {
	if f.Draft {
		return 0
	}
	at := f.CreatedAt
	for _, e := range f.Events {
		if e.Kind == facts.EventReadyForReview {
			at = max(at, e.At)
		}
	}
	return at
}

// Few is how many of each part of an item are asked for with it; what is beyond is asked for on its own.
type Few struct{ Parts, Remarks int }

// FewUsual serves nearly all; FewSmall is for an item that a server cannot give with so much.
var (
	FewUsual = Few{Parts: 25, Remarks: 10}
	FewSmall = Few{Parts: 5, Remarks: 3}
)

func (f Few) into(variables map[string]any) map[string]any {
	variables["few"], variables["remarks"] = f.Parts, f.Remarks
	return variables
}

// queryPulls asks for pull requests, without the teams that were asked for a review where the token may not see teams, and
// tells when the answer was worked out.
func (c *Client) queryPulls(ctx context.Context, can Capabilities, op, query string, variables map[string]any, into any) (answered, error) {
	at, err := c.query(ctx, op, can.fit(query), variables, into)
	if !barsTeams(err) {
		return at, err
	}
	if can.teamsBarred == nil {
		can.teamsBarred = new(atomic.Bool)
	}
	can.teamsBarred.Store(true)
	return c.query(ctx, op, can.fit(query), variables, into)
}

// barsTeams tells whether a query was refused because the token lacks read:org, read:discussion and what holds them.
func barsTeams(err error) bool {
	return slices.ContainsFunc(Complaints(err), func(e QueryError) bool {
		return e.Type == "INSUFFICIENT_SCOPES" && strings.Contains(e.Message, "'combinedSlug'")
	})
}

// PullRequests gives one page of whole pull requests, the latest changed first.
func (c *Client) PullRequests(ctx context.Context, can Capabilities, repo facts.Repo, after string, size int, few Few) (ItemPage, error) {
	var reply struct {
		Repository *struct {
			ID    int64                   `json:"databaseId"`
			Pulls connection[pullRequest] `json:"pullRequests"`
		} `json:"repository"`
		Limit *limitState `json:"rateLimit"`
	}
	op := "list pull requests of " + repo.FullName
	at, err := c.withTries(1).queryPulls(ctx, can, op, pullPageQuery, few.into(c.pageOf(repo, after, size)), &reply)
	if err = spare(err); err != nil {
		return ItemPage{}, err
	}
	if reply.Repository == nil {
		return ItemPage{}, noRepository(op)
	}
	page := ItemPage{Repo: reply.Repository.ID, Total: reply.Repository.Pulls.Total, Next: reply.Repository.Pulls.PageInfo.next(), Budget: reply.Limit.budget()}
	return page, c.addPulls(ctx, can, &page, at, reply.Repository.Pulls.some())
}

// PullRequestsByID gives whole pull requests by their GraphQL ids. One that does not exist is left out.
func (c *Client) PullRequestsByID(ctx context.Context, can Capabilities, ids []string, few Few) (ItemPage, error) {
	var reply struct {
		Nodes []*pullRequest `json:"nodes"`
		Limit *limitState    `json:"rateLimit"`
	}
	at, err := c.withTries(1).queryPulls(ctx, can, "read pull requests", pullNodesQuery, few.into(map[string]any{"ids": ids}), &reply)
	if _, err = notFound(err, "nodes."); err != nil {
		return ItemPage{}, err
	}
	page := ItemPage{Budget: reply.Limit.budget()}
	return page, c.addPulls(ctx, can, &page, at, (&connection[pullRequest]{Nodes: reply.Nodes}).some())
}

// addPulls completes pull requests and adds them to a page.
func (c *Client) addPulls(ctx context.Context, can Capabilities, page *ItemPage, at answered, pulls []*pullRequest) error {
	for _, p := range pulls {
		if p.Number == 0 {
			continue // a node of another type
		}
		if err := c.completePull(ctx, can, p); err != nil {
			return err
		}
		whole := p.fact()
		whole.SyncedAt = at.synced(whole.UpdatedAt)
		page.PullRequests = append(page.PullRequests, whole)
	}
	raw, err := json.Marshal(pulls)
	if err != nil {
		return fmt.Errorf("keep raw answer: %w", err)
	}
	page.Raw = append(page.Raw, raw)
	return nil
}

// ReadPullRequests reads a raw answer of ItemPage again.
func ReadPullRequests(raw []byte) ([]facts.PullRequest, error) {
	var pulls []*pullRequest
	if err := json.Unmarshal(raw, &pulls); err != nil {
		return nil, fmt.Errorf("read raw answer: %w", err)
	}
	var all []facts.PullRequest
	for _, p := range pulls {
		if p != nil && p.Number != 0 {
			all = append(all, p.fact())
		}
	}
	return all, nil
}

// completePull asks for what is left of each part until there is nothing left.
func (c *Client) completePull(ctx context.Context, can Capabilities, p *pullRequest) error {
	op := fmt.Sprintf("read the rest of pull request %d", p.Number)
	for p.incomplete() {
		var reply struct {
			Node *pullRequest `json:"node"`
		}
		_, err := c.queryPulls(ctx, can, op, pullRestQuery, map[string]any{
			"id": p.ID, "remarks": FewUsual.Remarks,
			"commits": p.Commits.PageInfo.HasNext, "afterCommits": p.Commits.PageInfo.End,
			"reviews": p.Reviews.PageInfo.HasNext, "afterReviews": p.Reviews.PageInfo.End,
			"comments": p.Comments.PageInfo.HasNext, "afterComments": p.Comments.PageInfo.End,
			"threads": p.Threads.PageInfo.HasNext, "afterThreads": p.Threads.PageInfo.End,
			"events": p.Events.PageInfo.HasNext, "afterEvents": p.Events.PageInfo.End,
		}, &reply)
		if err = spare(err); err != nil {
			return err
		}
		if reply.Node == nil {
			return notWhole(op, noItem)
		}
		if !p.join(reply.Node) {
			return notWhole(op, noPage)
		}
	}
	for _, t := range p.Threads.some() {
		if err := c.completeThread(ctx, can, t); err != nil {
			return err
		}
	}
	return nil
}

func (p *pullRequest) incomplete() bool {
	return p.Commits.PageInfo.HasNext || p.Reviews.PageInfo.HasNext || p.Comments.PageInfo.HasNext || p.Threads.PageInfo.HasNext || p.Events.PageInfo.HasNext
}

func (p *pullRequest) join(more *pullRequest) bool {
	return join(&p.Commits, more.Commits) && join(&p.Reviews, more.Reviews) && join(&p.Comments, more.Comments) &&
		join(&p.Threads, more.Threads) && join(&p.Events, more.Events)
}

// join adds a further page to a list that has one. It is false for a page that does not get on: a server must not keep us for
// ever, and what it left out must not count as read.
func join[T any](to *connection[T], more connection[T]) bool {
	if !to.PageInfo.HasNext {
		return true
	}
	if more.Nodes == nil || more.PageInfo.HasNext && more.PageInfo.End == to.PageInfo.End {
		return false
	}
	to.Nodes, to.PageInfo = append(to.Nodes, more.Nodes...), more.PageInfo
	return true
}
