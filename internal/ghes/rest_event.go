package ghes

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"time"
)

// timelineOnly events are in the timeline and not in the list of events.
func (k EventKind) timelineOnly() bool { return k == EventCommentDeleted }

// GET /repos/{owner}/{repo}/issues/events
func (s *Server) repoEvents(c *call) (any, error) {
	r, err := c.repo()
	if err != nil {
		return nil, err
	}
	type entry struct {
		number int
		Event
	}
	var list []entry
	for _, pulls := range []bool{false, true} {
		for _, e := range s.World.entries(r.ID, pulls, false) {
			i, _ := s.World.issue(r.ID, e.Number)
			for _, event := range i.Events {
				if !event.Kind.timelineOnly() {
					list = append(list, entry{e.Number, event})
				}
			}
		}
	}
	slices.SortFunc(list, func(a, b entry) int { return cmp.Compare(b.ID, a.ID) })
	list = page(c, fmt.Sprintf("/repositories/%d/issues/events", r.ID), list)
	return each(list, func(e entry) document {
		i, _ := s.World.issue(r.ID, e.number)
		body := c.eventDocument(r, i, e.Event)
		body["issue"] = c.issueDocument(r, i)
		return body
	}), nil
}

// GET /repos/{owner}/{repo}/issues/events/{event_id}
func (s *Server) event(c *call) (any, error) {
	r, err := c.repo()
	if err != nil {
		return nil, err
	}
	id, _ := strconv.ParseInt(c.PathValue("part"), 10, 64)
	at, i, ok := s.World.locate(id)
	if !ok || at.ID != r.ID {
		return nil, errNotFound
	}
	n := slices.IndexFunc(i.Events, func(e Event) bool { return e.ID == id })
	if n < 0 {
		return nil, errNotFound
	}
	body := c.eventDocument(r, i, i.Events[n])
	body["issue"] = c.issueDocument(r, i)
	return body, nil
}

// eventDocument is an event with what belongs to its kind.
func (c *call) eventDocument(r Repo, i *Issue, e Event) document {
	repo := c.api + "/repos/" + r.FullName()
	body := document{
		"id": e.ID, "node_id": nodeID(e.Kind.typeName(), e.ID), "event": e.Kind,
		"url":   fmt.Sprintf("%s/issues/events/%d", repo, e.ID),
		"actor": c.person(e.Actor), "created_at": stamp(e.At),
		"commit_id": orNull(e.Commit), "commit_url": nil, "performed_via_github_app": nil,
	}
	if e.Commit != "" {
		body["commit_url"] = repo + "/commits/" + e.Commit
	}
	switch e.Kind {
	case EventLabeled, EventUnlabeled:
		body["label"] = document{"name": e.Label, "color": c.s.World.label(r.ID, e.Label).Color}
	case EventAssigned, EventUnassigned:
		body["assignee"], body["assigner"] = c.person(e.Account), c.person(e.Actor)
	case EventMilestoned, EventDemilestoned:
		body["milestone"] = document{"title": e.Milestone}
	case EventRenamed:
		body["rename"] = document{"from": e.From, "to": e.To}
	case EventReviewRequested, EventReviewRequestRemoved:
		c.reviewRequest(r, e, body)
	case EventReviewDismissed:
		body["dismissed_review"] = document{
			"state": lower(string(e.ReviewState)), "review_id": e.Review, "dismissal_message": orNull(e.Message),
		}
	case EventLocked:
		body["lock_reason"] = nil
	case EventClosed, EventReopened:
		body["state_reason"] = orNull(e.Reason)
	}
	return body
}

func (c *call) reviewRequest(r Repo, e Event, body document) {
	body["review_requester"] = c.person(e.Actor)
	if t, ok := c.s.World.team(r.Owner, e.Team); ok {
		body["requested_team"] = c.teamDocument(t)
		return
	}
	body["requested_reviewer"] = c.person(e.Account)
}

// timeline is everything that happened, in order: commits, comments, reviews and events.
func (c *call) timeline(r Repo, i *Issue) ([]document, error) {
	type entry struct {
		at   time.Time
		body document
	}
	var list []entry
	add := func(at time.Time, body document) { list = append(list, entry{at, body}) }
	for _, e := range i.Events {
		add(e.At, c.eventDocument(r, i, e))
	}
	for _, m := range i.Comments {
		body := c.commentDocument(r, i, m)
		body["event"], body["actor"] = "commented", body["user"]
		add(m.CreatedAt, body)
	}
	if i.Pull != nil {
		commits, err := c.commitsOf(r, i.Pull)
		if err != nil {
			return nil, err
		}
		for _, g := range commits {
			at, _ := time.Parse(time.RFC3339, g.dated)
			add(at, c.timelineCommit(r, g))
		}
		for _, v := range i.Pull.Reviews {
			if v.State == Pending {
				continue
			}
			body := c.reviewDocument(r, i, v)
			body["event"], body["state"] = "reviewed", lower(string(v.State))
			add(v.SubmittedAt, body)
		}
	}
	slices.SortStableFunc(list, func(a, b entry) int { return a.at.Compare(b.at) })
	docs := make([]document, 0, len(list))
	for _, e := range list {
		docs = append(docs, e.body)
	}
	return docs, nil
}

// timelineCommit is a commit in the flatter form of the timeline.
func (c *call) timelineCommit(r Repo, g gitCommit) document {
	whole := c.commitDocument(r, g)
	inner, _ := whole["commit"].(document)
	return document{
		"event": "committed", "sha": g.sha, "node_id": whole["node_id"], "url": inner["url"],
		"html_url": whole["html_url"], "author": inner["author"], "committer": inner["committer"],
		"tree": inner["tree"], "message": g.message, "parents": whole["parents"],
		"verification": inner["verification"],
	}
}
