package ghes

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

func (s *Server) issueRoutes() []route {
	var routes []route
	for _, at := range []string{"/repos/{owner}/{repo}", "/repositories/{repository_id}"} {
		for path, answer := range map[string]answerFunc{
			"/issues": s.issues, "/issues/{number}": s.oneIssue, "/issues/{number}/{part}": s.issuePart,
			"/issues/comments": s.remarks(false), "/issues/events": s.repoEvents,
			"/labels": s.labels, "/milestones": s.milestones,
		} {
			routes = append(routes, route{pattern: "GET " + at + path, scopes: repoScopes, anonymous: true,
				permission: "issues=read", answer: answer})
		}
	}
	return routes
}

// GET /repos/{owner}/{repo}/issues
//
// Pull requests are issues here, as on the real server.
func (s *Server) issues(c *call) (any, error) {
	r, err := c.repo()
	if err != nil {
		return nil, err
	}
	if r.IssuesOff {
		return nil, errIssuesOff
	}
	q := c.URL.Query()
	byUpdate := q.Get("sort") == "updated"
	list := slices.Concat(s.World.entries(r.ID, false, byUpdate), s.World.entries(r.ID, true, byUpdate))
	since, _ := time.Parse(time.RFC3339, q.Get("since"))
	list = slices.DeleteFunc(list, func(e Entry) bool {
		return !inState(e, q.Get("state")) || !since.IsZero() && e.UpdatedAt < since.Unix() ||
			!s.World.hasWords(r, e, q)
	})
	slices.SortFunc(list, func(a, b Entry) int {
		a.ID, b.ID = int64(a.Number), int64(b.Number) // two sequences of ids in one list
		return compareEntries(a, b, byUpdate)
	})
	if q.Get("direction") != "asc" {
		slices.Reverse(list)
	}
	list = page(c, fmt.Sprintf("/repositories/%d/issues", r.ID), list)
	return each(list, func(e Entry) document {
		i, _ := s.World.issue(r.ID, e.Number)
		return c.issueDocument(r, i)
	}), nil
}

// inState is the filter by state, which is open when not given.
func inState(e Entry, state string) bool {
	return state == "all" || e.Closed == (state == "closed")
}

// hasWords is the filter by labels, assignee and creator.
func (w *World) hasWords(r Repo, e Entry, q url.Values) bool {
	labels, assignee, creator := q.Get("labels"), q.Get("assignee"), q.Get("creator")
	if labels == "" && assignee == "" && creator == "" {
		return true
	}
	i, ok := w.issue(r.ID, e.Number)
	if !ok || creator != "" && fold(i.Author) != fold(creator) {
		return false
	}
	if assignee != "" && assignee != "*" && !containsFold(i.Assignees, assignee) {
		return false
	}
	return labels == "" || !slices.ContainsFunc(strings.Split(labels, ","), func(wanted string) bool {
		return !containsFold(i.Labels, wanted)
	})
}

func containsFold(list []string, wanted string) bool {
	return slices.ContainsFunc(list, func(s string) bool { return fold(s) == fold(wanted) })
}

// GET /repos/{owner}/{repo}/issues/{number}
//
// One that was transferred is at its new place, for those who may see it there; one that was deleted
// is gone.
func (s *Server) oneIssue(c *call) (any, error) {
	r, i, err := c.issue()
	if err != nil {
		return nil, err
	}
	if i.Number != c.number("number") || !c.names(r) {
		return nil, &movedError{fmt.Sprintf("%s/repositories/%d/issues/%d", c.api, r.ID, i.Number)}
	}
	body := c.issueDocument(r, i)
	body["closed_by"] = c.person(i.ClosedBy)
	return body, nil
}

// names is whether the path names a repo, be it by a former name.
func (c *call) names(r Repo) bool {
	asked, err := c.repo()
	return err == nil && asked.ID == r.ID
}

// issuePart answers what lies below one issue. It also answers for single comments and events, whose
// addresses have the same form.
func (s *Server) issuePart(c *call) (any, error) {
	part := c.PathValue("part")
	switch c.PathValue("number") {
	case "comments":
		return s.remark(c, false)
	case "events":
		return s.event(c)
	}
	r, i, err := c.issue()
	if err != nil {
		return nil, err
	}
	at := fmt.Sprintf("/repositories/%d/issues/%d/%s", r.ID, i.Number, part)
	switch part {
	case "comments":
		since, _ := time.Parse(time.RFC3339, c.URL.Query().Get("since"))
		list := slices.DeleteFunc(slices.Clone(i.Comments), func(m Comment) bool { return m.UpdatedAt.Before(since) })
		return each(page(c, at, list), func(m Comment) document { return c.commentDocument(r, i, m) }), nil
	case "events":
		list := slices.DeleteFunc(slices.Clone(i.Events), func(e Event) bool { return e.Kind.timelineOnly() })
		return each(page(c, at, list), func(e Event) document { return c.eventDocument(r, i, e) }), nil
	case "timeline":
		entries, err := c.timeline(r, i)
		if err != nil {
			return nil, err
		}
		return page(c, at, entries), nil
	case "labels":
		return each(page(c, at, i.Labels), func(name string) document { return c.labelDocument(r, name) }), nil
	}
	return nil, errNotFound
}

var errIssuesOff = refuse(http.StatusGone, "Issues are disabled for this repo")

// number is a number in the path, 0 when it is none.
func (c *call) number(name string) int {
	n, _ := strconv.Atoi(c.PathValue(name))
	return n
}

// issue is the one that the path names, wherever it was transferred to.
func (c *call) issue() (Repo, *Issue, error) {
	r, err := c.repo()
	if err != nil {
		return Repo{}, nil, err
	}
	n := c.number("number")
	if i, ok := c.s.World.issue(r.ID, n); ok {
		if r.IssuesOff && i.Pull == nil {
			return Repo{}, nil, errIssuesOff
		}
		return r, i, nil
	}
	if to, ok := c.s.World.movedTo(r.ID, n); ok {
		target, i, found := c.s.World.at(to)
		if found && c.s.World.permission(c.viewer, target) != NoPermission {
			return target, i, nil
		}
		return Repo{}, nil, errNotFound
	}
	if c.s.World.deleted(r.ID, n) {
		return Repo{}, nil, refuse(http.StatusGone, "This issue was deleted")
	}
	return Repo{}, nil, errNotFound
}

// movedTo is where an issue of this number went.
func (w *World) movedTo(repo int64, number int) (place, bool) {
	w.mu.RLock()
	defer w.mu.RUnlock()
	if w.work[repo] == nil {
		return place{}, false
	}
	to, ok := w.work[repo].moved[number]
	return to, ok
}

func (w *World) deleted(repo int64, number int) bool {
	w.mu.RLock()
	defer w.mu.RUnlock()
	return w.work[repo] != nil && w.work[repo].gone[number]
}

func (w *World) at(p place) (Repo, *Issue, bool) {
	r, known := w.RepoByID(p.repo)
	i, ok := w.issue(p.repo, p.number)
	return r, i, known && ok
}

// GET /repos/{owner}/{repo}/labels
func (s *Server) labels(c *call) (any, error) {
	r, err := c.repo()
	if err != nil {
		return nil, err
	}
	list := page(c, fmt.Sprintf("/repositories/%d/labels", r.ID), s.World.Labels(r.ID))
	return each(list, func(l Label) document { return c.labelDocument(r, l.Name) }), nil
}

// GET /repos/{owner}/{repo}/milestones
func (s *Server) milestones(c *call) (any, error) {
	r, err := c.repo()
	if err != nil {
		return nil, err
	}
	state := c.URL.Query().Get("state")
	list := slices.DeleteFunc(slices.Clone(s.World.Milestones(r.ID)), func(m Milestone) bool {
		return !inState(Entry{Closed: m.Closed}, state)
	})
	list = page(c, fmt.Sprintf("/repositories/%d/milestones", r.ID), list)
	return each(list, func(m Milestone) document { return c.milestoneDocument(r, m) }), nil
}
