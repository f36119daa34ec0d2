package ghes

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

func (s *Server) pullRequestRoutes() []route {
	var routes []route
	for _, at := range []string{"/repos/{owner}/{repo}", "/repositories/{repository_id}"} {
		for path, answer := range map[string]answerFunc{
			"/pulls": s.pullRequests, "/pulls/comments": s.remarks(true), "/pulls/{number}": s.pullRequest,
			"/pulls/{number}/{part}":              s.pullRequestPart,
			"/pulls/{number}/reviews/{review_id}": s.review, "/pulls/{number}/reviews/{review_id}/comments": s.reviewComments,
		} {
			routes = append(routes, route{pattern: "GET " + at + path, scopes: repoScopes, anonymous: true,
				permission: "pull_requests=read", answer: answer})
		}
	}
	return routes
}

// GET /repos/{owner}/{repo}/pulls
//
// There is no since: a parameter of that name is passed over.
func (s *Server) pullRequests(c *call) (any, error) {
	r, err := c.repo()
	if err != nil {
		return nil, err
	}
	q := c.URL.Query()
	list := slices.DeleteFunc(slices.Clone(s.World.entries(r.ID, true, q.Get("sort") == "updated")), func(e Entry) bool {
		return !inState(e, q.Get("state")) || !s.World.hasBranches(r, e, q.Get("head"), q.Get("base"))
	})
	if s.World.popular(r, list, q.Get("sort")); descending(q.Get("sort"), q.Get("direction")) {
		slices.Reverse(list)
	}
	list = page(c, fmt.Sprintf("/repositories/%d/pulls", r.ID), list)
	return each(list, func(e Entry) document {
		i, _ := s.World.issue(r.ID, e.Number)
		return c.listedPull(r, i)
	}), nil
}

// descending is the default for those sorted by their creation; others go up.
func descending(sort, direction string) bool {
	if direction == "" {
		return sort == "" || sort == "created"
	}
	return direction == "desc"
}

// popular sorts by the number of comments when asked to.
func (w *World) popular(r Repo, list []Entry, sort string) {
	if sort != "popularity" {
		return
	}
	said := map[int]int{}
	for _, e := range list {
		i, _ := w.issue(r.ID, e.Number)
		said[e.Number] = len(i.Comments)
	}
	slices.SortStableFunc(list, func(a, b Entry) int { return cmp.Compare(said[a.Number], said[b.Number]) })
}

// hasBranches is the filter by head, as OWNER:BRANCH, and base.
func (w *World) hasBranches(r Repo, e Entry, head, base string) bool {
	if head == "" && base == "" {
		return true
	}
	i, ok := w.issue(r.ID, e.Number)
	if !ok || base != "" && i.Pull.BaseRef != base {
		return false
	}
	owner, branch, qualified := strings.Cut(head, ":")
	if !qualified {
		return head == "" || i.Pull.HeadRef == head
	}
	from, _ := splitFullName(cmp.Or(i.Pull.HeadRepo, r.FullName()))
	return fold(owner) == fold(from) && branch == i.Pull.HeadRef
}

// pull is the pull request that the path names.
func (c *call) pull() (Repo, *Issue, error) {
	r, err := c.repo()
	if err != nil {
		return Repo{}, nil, err
	}
	i, ok := c.s.World.issue(r.ID, c.number("number"))
	if !ok || i.Pull == nil {
		return Repo{}, nil, errNotFound
	}
	return r, i, nil
}

// GET /repos/{owner}/{repo}/pulls/{number}
func (s *Server) pullRequest(c *call) (any, error) {
	r, i, err := c.pull()
	if err != nil {
		return nil, err
	}
	return c.fullPull(r, i)
}

// pullRequestPart answers what lies below one pull request, and for single comments on lines.
func (s *Server) pullRequestPart(c *call) (any, error) {
	if c.PathValue("number") == "comments" {
		return s.remark(c, true)
	}
	r, i, err := c.pull()
	if err != nil {
		return nil, err
	}
	at := fmt.Sprintf("/repositories/%d/pulls/%d/%s", r.ID, i.Number, c.PathValue("part"))
	switch c.PathValue("part") {
	case "reviews":
		list := page(c, at, c.shownReviews(i))
		return each(list, func(v Review) document { return c.reviewDocument(r, i, v) }), nil
	case "comments":
		list := page(c, at, i.Pull.comments())
		return each(list, func(m lineComment) document { return c.lineCommentDocument(r, i, m) }), nil
	case "commits":
		commits, err := c.commitsOf(r, i.Pull)
		if err != nil {
			return nil, err
		}
		// The real server stops at 250.
		commits = page(c, at, commits[:min(len(commits), 250)])
		return each(commits, func(g gitCommit) document { return c.commitDocument(r, g) }), nil
	case "requested_reviewers":
		return document{"users": c.people(i.Pull.RequestedReviewers), "teams": c.requestedTeams(r, i.Pull)}, nil
	}
	return nil, errNotFound
}

// shownReviews leaves out what somebody else has not sent yet.
func (c *call) shownReviews(i *Issue) []Review {
	return slices.DeleteFunc(slices.Clone(i.Pull.Reviews), func(v Review) bool {
		return v.State == Pending && fold(v.Author) != fold(c.viewer.user.Login)
	})
}

// GET /repos/{owner}/{repo}/pulls/{number}/reviews/{review_id}
func (s *Server) review(c *call) (any, error) {
	r, i, v, err := c.review()
	if err != nil {
		return nil, err
	}
	return c.reviewDocument(r, i, v), nil
}

func (c *call) review() (Repo, *Issue, Review, error) {
	r, i, err := c.pull()
	if err != nil {
		return Repo{}, nil, Review{}, err
	}
	id, _ := strconv.ParseInt(c.PathValue("review_id"), 10, 64)
	for _, v := range c.shownReviews(i) {
		if v.ID == id {
			return r, i, v, nil
		}
	}
	return Repo{}, nil, Review{}, errNotFound
}

// GET /repos/{owner}/{repo}/pulls/{number}/reviews/{review_id}/comments
func (s *Server) reviewComments(c *call) (any, error) {
	r, i, v, err := c.review()
	if err != nil {
		return nil, err
	}
	list := slices.DeleteFunc(i.Pull.comments(), func(m lineComment) bool { return m.Review != v.ID })
	list = page(c, fmt.Sprintf("/repositories/%d/pulls/%d/reviews/%d/comments", r.ID, i.Number, v.ID), list)
	return each(list, func(m lineComment) document { return c.lineCommentDocument(r, i, m) }), nil
}

// reviewDocument is a review. A pending one has no time.
func (c *call) reviewDocument(r Repo, i *Issue, v Review) document {
	pull := fmt.Sprintf("%s/repos/%s/pulls/%d", c.api, r.FullName(), i.Number)
	page := fmt.Sprintf("%s#pullrequestreview-%d", c.issuePage(r, i), v.ID)
	body := document{
		"id": v.ID, "node_id": nodeID("PullRequestReview", v.ID), "user": c.person(v.Author),
		"body": v.Body, "state": v.State, "html_url": page, "pull_request_url": pull,
		"commit_id": orNull(v.Commit), "author_association": c.s.World.association(r, v.Author),
		"_links": document{"html": document{"href": page}, "pull_request": document{"href": pull}},
	}
	if v.State != Pending {
		body["submitted_at"] = stamp(v.SubmittedAt)
	}
	return body
}

// commitsOf are the commits of a pull request from the oldest to the newest, as git has them.
func (c *call) commitsOf(r Repo, p *PullRequest) ([]gitCommit, error) {
	ids, err := c.commitIDs(r, p)
	if err != nil {
		return nil, err
	}
	return gitCommitsByID(c.Context(), r.GitDir, ids)
}

// commitIDs are those of a pull request's commits, from the oldest to the newest.
func (c *call) commitIDs(r Repo, p *PullRequest) ([]string, error) {
	if p.Commits != nil {
		return p.Commits, nil
	}
	return gitRevisions(c.Context(), r.GitDir, p.BaseSHA, p.HeadSHA)
}

func lower(s string) string { return strings.ToLower(s) }
