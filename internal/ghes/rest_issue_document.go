package ghes

import (
	"fmt"
	"net/url"
	"time"
)

// person is an account inside an answer; a ghost is null.
func (c *call) person(login string) any {
	u, ok := c.s.World.account(login)
	if !ok {
		return nil
	}
	return c.simpleUser(u)
}

func (c *call) people(logins []string) []any {
	list := []any{}
	for _, login := range logins {
		if u := c.person(login); u != nil {
			list = append(list, u)
		}
	}
	return list
}

// stampOrNull is a time, which may not have come.
func stampOrNull(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return stamp(t)
}

func stateOf(closed bool) string {
	if closed {
		return "closed"
	}
	return "open"
}

// issueDocument is an issue, or a pull request seen as one.
func (c *call) issueDocument(r Repo, i *Issue) document {
	repo := c.api + "/repos/" + r.FullName()
	at := fmt.Sprintf("%s/issues/%d", repo, i.Number)
	page := c.issuePage(r, i)
	body := document{
		"id": i.ID, "node_id": nodeID("Issue", i.ID), "number": i.Number,
		"url": at, "repository_url": repo, "labels_url": at + "/labels{/name}",
		"comments_url": at + "/comments", "events_url": at + "/events", "timeline_url": at + "/timeline",
		"html_url": page,
		"title":    i.Title, "body": orNull(i.Body), "user": c.person(i.Author),
		"state": stateOf(i.Closed), "state_reason": orNull(i.Reason), "locked": i.Locked,
		"active_lock_reason": nil, "assignee": nil, "comments": len(i.Comments),
		"assignees": c.people(i.Assignees), "milestone": c.milestoneOf(r, i), "labels": c.labelsOf(r, i),
		"created_at": stamp(i.CreatedAt), "updated_at": stamp(i.UpdatedAt), "closed_at": stampOrNull(i.ClosedAt),
		"author_association":       c.s.World.association(r, i.Author),
		"performed_via_github_app": nil, "reactions": noReactions(at + "/reactions"),
	}
	if all := c.people(i.Assignees); len(all) > 0 {
		body["assignee"] = all[0]
	}
	if i.Pull != nil {
		pull := fmt.Sprintf("%s/pulls/%d", repo, i.Number)
		body["node_id"] = nodeID("PullRequest", i.Pull.ID)
		body["draft"] = i.Pull.Draft
		body["pull_request"] = document{
			"url": pull, "html_url": page, "diff_url": page + ".diff", "patch_url": page + ".patch",
			"merged_at": stampOrNull(i.Pull.MergedAt),
		}
	}
	return c.asOf(body)
}

func noReactions(url string) document {
	return document{
		"url": url, "total_count": 0, "+1": 0, "-1": 0, "laugh": 0, "hooray": 0, "confused": 0,
		"heart": 0, "rocket": 0, "eyes": 0,
	}
}

// association is what the author is to the repo.
func (w *World) association(r Repo, login string) string {
	switch {
	case login != "" && fold(login) == fold(r.Owner):
		return "OWNER"
	case w.belongs(r.Owner, login):
		return "MEMBER"
	case w.collaborates(login, r):
		return "COLLABORATOR"
	default:
		return "NONE"
	}
}

func (w *World) belongs(organization, login string) bool {
	m, ok := w.Member(organization, login)
	return ok && !m.Pending
}

func (c *call) labelsOf(r Repo, i *Issue) []document {
	return each(i.Labels, func(name string) document { return c.labelDocument(r, name) })
}

func (c *call) labelDocument(r Repo, name string) document {
	l := c.s.World.label(r.ID, name)
	return document{
		"id": l.ID, "node_id": nodeID("Label", l.ID), "name": l.Name, "color": l.Color,
		"url":     c.api + "/repos/" + r.FullName() + "/labels/" + url.PathEscape(l.Name),
		"default": false, "description": orNull(l.Description),
	}
}

func (c *call) milestoneOf(r Repo, i *Issue) any {
	m, ok := c.s.World.milestone(r.ID, i.Milestone)
	if !ok {
		return nil
	}
	return c.milestoneDocument(r, m)
}

func (c *call) milestoneDocument(r Repo, m Milestone) document {
	at := fmt.Sprintf("%s/repos/%s/milestones/%d", c.api, r.FullName(), m.Number)
	return document{
		"id": m.ID, "node_id": nodeID("Milestone", m.ID), "number": m.Number, "title": m.Title,
		"url": at, "labels_url": at + "/labels",
		"html_url":    fmt.Sprintf("%s/%s/milestone/%d", c.web, r.FullName(), m.Number),
		"description": orNull(m.Description), "creator": c.person(m.Creator), "state": stateOf(m.Closed),
		"open_issues": 0, "closed_issues": 0, "created_at": stamp(m.CreatedAt),
		"updated_at": stamp(m.UpdatedAt), "closed_at": stampOrNull(m.ClosedAt), "due_on": stampOrNull(m.DueOn),
	}
}
