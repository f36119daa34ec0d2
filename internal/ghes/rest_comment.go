package ghes

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"time"
)

// GET /repos/{owner}/{repo}/issues/comments and /pulls/comments
func (s *Server) remarks(onLines bool) answerFunc {
	kind := "issues"
	if onLines {
		kind = "pulls"
	}
	return func(c *call) (any, error) {
		r, err := c.repo()
		if err != nil {
			return nil, err
		}
		list := page(c, fmt.Sprintf("/repositories/%d/%s/comments", r.ID, kind), c.remarks(r, onLines))
		return each(list, func(m remark) document {
			i, _ := s.World.issue(r.ID, m.number)
			return c.remarkDocument(r, i, m.id, onLines)
		}), nil
	}
}

// remarks are the comments of a repo that a request asks for, in the order asked for.
func (c *call) remarks(r Repo, onLines bool) []remark {
	q := c.URL.Query()
	since, _ := time.Parse(time.RFC3339, q.Get("since"))
	list := slices.Clone(c.s.World.remarksOf(r.ID, onLines))
	if !since.IsZero() {
		list = slices.DeleteFunc(list, func(m remark) bool { return m.updated < since.Unix() })
	}
	switch q.Get("sort") {
	case "updated":
		slices.SortStableFunc(list, func(a, b remark) int { return cmp.Compare(a.updated, b.updated) })
	case "created":
		slices.SortStableFunc(list, func(a, b remark) int { return cmp.Compare(a.created, b.created) })
	default:
		return list
	}
	// With an order, the newest come first unless told otherwise.
	if q.Get("direction") != "asc" {
		slices.Reverse(list)
	}
	return list
}

// remark answers for one comment by its id, which the path has in the place of the part.
func (s *Server) remark(c *call, onLines bool) (any, error) {
	r, err := c.repo()
	if err != nil {
		return nil, err
	}
	id, _ := strconv.ParseInt(c.PathValue("part"), 10, 64)
	at, i, ok := s.World.locate(id)
	if !ok || at.ID != r.ID {
		return nil, errNotFound
	}
	if body := c.remarkDocument(r, i, id, onLines); body != nil {
		return body, nil
	}
	return nil, errNotFound
}

// remarkDocument is a comment of an issue by its id; nil when it is none.
func (c *call) remarkDocument(r Repo, i *Issue, id int64, onLines bool) document {
	if !onLines {
		n := slices.IndexFunc(i.Comments, func(m Comment) bool { return m.ID == id })
		if n < 0 {
			return nil
		}
		return c.commentDocument(r, i, i.Comments[n])
	}
	if i.Pull == nil {
		return nil
	}
	for t := range i.Pull.Threads {
		thread := &i.Pull.Threads[t]
		for n := range thread.Comments {
			if thread.Comments[n].ID == id {
				return c.lineCommentDocument(r, i, lineComment{thread, &thread.Comments[n]})
			}
		}
	}
	return nil
}

// commentDocument is a comment in a conversation.
func (c *call) commentDocument(r Repo, i *Issue, m Comment) document {
	repo := c.api + "/repos/" + r.FullName()
	at := fmt.Sprintf("%s/issues/comments/%d", repo, m.ID)
	return document{
		"id": m.ID, "node_id": nodeID("IssueComment", m.ID), "url": at,
		"html_url":  fmt.Sprintf("%s#issuecomment-%d", c.issuePage(r, i), m.ID),
		"issue_url": fmt.Sprintf("%s/issues/%d", repo, i.Number),
		"user":      c.person(m.Author), "body": m.Body,
		"created_at": stamp(m.CreatedAt), "updated_at": stamp(m.UpdatedAt),
		"author_association":       c.s.World.association(r, m.Author),
		"performed_via_github_app": nil, "reactions": noReactions(at + "/reactions"),
	}
}

// issuePage is the web page of an issue or a pull request.
func (c *call) issuePage(r Repo, i *Issue) string {
	kind := "issues"
	if i.Pull != nil {
		kind = "pull"
	}
	return fmt.Sprintf("%s/%s/%s/%d", c.web, r.FullName(), kind, i.Number)
}

// lineCommentDocument is a comment on a line.
func (c *call) lineCommentDocument(r Repo, i *Issue, m lineComment) document {
	repo := c.api + "/repos/" + r.FullName()
	pull := fmt.Sprintf("%s/pulls/%d", repo, i.Number)
	page := fmt.Sprintf("%s#discussion_r%d", c.issuePage(r, i), m.ID)
	at := fmt.Sprintf("%s/pulls/comments/%d", repo, m.ID)
	body := document{
		"id": m.ID, "node_id": nodeID("PullRequestReviewComment", m.ID), "url": at,
		"pull_request_review_id": m.Review, "diff_hunk": m.Hunk, "path": m.thread.Path,
		"commit_id": i.Pull.HeadSHA, "original_commit_id": m.Commit, "user": c.person(m.Author),
		"body": m.Body, "created_at": stamp(m.CreatedAt), "updated_at": stamp(m.UpdatedAt),
		"html_url": page, "pull_request_url": pull,
		"author_association": c.s.World.association(r, m.Author),
		"_links": document{
			"self": document{"href": at}, "html": document{"href": page}, "pull_request": document{"href": pull},
		},
		"position": nil, "original_position": 1, "side": "RIGHT", "start_side": nil,
		"line": intOrNull(m.thread.Line), "original_line": intOrNull(m.thread.OriginalLine),
		"start_line": intOrNull(m.thread.StartLine), "original_start_line": intOrNull(m.thread.StartLine),
		"subject_type": m.thread.subject(), "reactions": noReactions(at + "/reactions"),
	}
	if !m.thread.Outdated {
		body["position"] = 1
	}
	if to := m.replyTo(); to != 0 {
		body["in_reply_to_id"] = to
	}
	return body
}

func (t *ReviewThread) subject() string {
	if t.WholeFile {
		return "file"
	}
	return "line"
}

func intOrNull(n int) any {
	if n == 0 {
		return nil
	}
	return n
}
