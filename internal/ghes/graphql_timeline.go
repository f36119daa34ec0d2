package ghes

import (
	"slices"
	"strconv"
	"strings"
	"time"
)

// happened is an item of a timeline.
type happened struct {
	at   time.Time
	key  string
	node *object
}

// timelineItems is everything that happened, in order, less what the arguments leave out.
func timelineItems(x *execution, t item, a args) (any, error) {
	types := texts(a["itemTypes"])
	wanted := func(typeName string) bool {
		return len(types) == 0 || slices.ContainsFunc(types, func(name string) bool { return camel(name) == typeName })
	}
	all, err := x.timeline(t, wanted)
	if err != nil {
		return nil, err
	}
	if since, ok := a["since"].(string); ok {
		from, _ := time.Parse(time.RFC3339, since)
		all = slices.DeleteFunc(all, func(h happened) bool { return h.at.Before(from) })
	}
	if skip, ok := toInt(a["skip"]); ok {
		all = all[min(skip, len(all)):]
	}
	name := "IssueTimelineItems"
	if t.Pull != nil {
		name = "PullRequestTimelineItems"
	}
	find := func(key string) (int, bool) {
		i := slices.IndexFunc(all, func(h happened) bool { return h.key == key })
		return i, i >= 0
	}
	l := listing{
		total: len(all), updated: t.UpdatedAt, upTo: find,
		item: func(i int) connected { return connected{key: all[i].key, node: all[i].node} },
		seek: func(key string) (int, bool) {
			i, ok := find(key)
			return i + 1, ok
		},
	}
	return l.page("timelineItems", name, a)
}

// camel is the name of the type that an item type stands for: READY_FOR_REVIEW_EVENT is
// ReadyForReviewEvent.
func camel(name string) string {
	var b strings.Builder
	for part := range strings.SplitSeq(name, "_") {
		if part != "" {
			b.WriteString(part[:1] + strings.ToLower(part[1:]))
		}
	}
	return b.String()
}

func (x *execution) timeline(t item, wanted func(typeName string) bool) ([]happened, error) {
	var all []happened
	for _, e := range t.Events {
		if wanted(e.Kind.typeName()) {
			all = append(all, happened{e.At, strconv.FormatInt(e.ID, 10), eventObject(t, e)})
		}
	}
	if wanted("IssueComment") {
		for _, c := range t.Comments {
			all = append(all, happened{c.CreatedAt, strconv.FormatInt(c.ID, 10), commentObject(t, c)})
		}
	}
	if t.Pull != nil {
		for _, v := range x.shownReviews(t.Issue) {
			if wanted("PullRequestReview") && v.State != Pending {
				all = append(all, happened{v.SubmittedAt, strconv.FormatInt(v.ID, 10), reviewObject(t, v)})
			}
		}
		if wanted("PullRequestCommit") {
			commits, err := x.commitsOf(t.repo, t.Pull)
			if err != nil {
				return nil, err
			}
			load := func() ([]gitCommit, error) { return commits, nil }
			for _, c := range commits {
				at, _ := time.Parse(time.RFC3339, c.dated)
				all = append(all, happened{at, c.sha, pullCommitObject(t, c.sha, load)})
			}
		}
	}
	slices.SortStableFunc(all, func(a, b happened) int { return a.at.Compare(b.at) })
	return all, nil
}

// occurrence is an event with what it happened to.
type occurrence struct {
	item
	event Event
}

func eventObject(t item, e Event) *object {
	return objectOf(e.Kind.typeName(), occurrence{t, e}, eventTable.of(eventFields))
}

var eventTable table[occurrence]

// eventFields are those of all kinds of events: the schema says which kind has which.
func eventFields() fields[occurrence] {
	commit := func(id func(Event) string) func(*execution, occurrence, args) (any, error) {
		return is(func(o occurrence) any { return commitObject(o.repo, id(o.event)) })
	}
	whole := is(func(o occurrence) any { return itemObject(o.item) })
	return fields[occurrence]{
		"id":                   is(func(o occurrence) any { return nodeID(o.event.Kind.typeName(), o.event.ID) }),
		"databaseId":           is(func(o occurrence) any { return o.event.ID }),
		"createdAt":            is(func(o occurrence) any { return stamp(o.event.At) }),
		"actor":                eventActor,
		"enabler":              eventUser(func(e Event) string { return e.Actor }),
		"disabler":             eventUser(func(e Event) string { return e.Actor }),
		"user":                 eventUser(func(e Event) string { return e.Account }),
		"assignee":             eventAccount,
		"deletedCommentAuthor": eventAccount,
		"pullRequest":          whole,
		"issue":                whole,
		"closable":             whole,
		"labelable":            whole,
		"assignable":           whole,
		"subject":              whole,
		"lockable":             whole,
		"stateReason":          is(func(o occurrence) any { return orNull(strings.ToUpper(o.event.Reason)) }),
		"lockReason":           is(func(occurrence) any { return nil }),
		"closer":               closerOf,
		"commit":               commit(func(e Event) string { return e.Commit }),
		"beforeCommit":         commit(func(e Event) string { return e.From }),
		"afterCommit":          commit(func(e Event) string { return e.To }),
		"mergeRefName":         is(func(o occurrence) any { return o.Pull.BaseRef }),
		"headRefName":          is(func(o occurrence) any { return o.Pull.HeadRef }),
		"ref":                  is(func(occurrence) any { return nil }),
		"headRef":              is(func(occurrence) any { return nil }),
		"previousTitle":        is(func(o occurrence) any { return o.event.From }),
		"currentTitle":         is(func(o occurrence) any { return o.event.To }),
		"previousRefName":      is(func(o occurrence) any { return o.event.From }),
		"currentRefName":       is(func(o occurrence) any { return o.event.To }),
		"milestoneTitle":       is(func(o occurrence) any { return o.event.Milestone }),
		"dismissalMessage":     is(func(o occurrence) any { return orNull(o.event.Message) }),
		"previousReviewState":  is(func(o occurrence) any { return o.event.ReviewState }),
		"discussion":           is(func(occurrence) any { return nil }),
		"label": func(x *execution, o occurrence, _ args) (any, error) {
			return labelObject(repoLabel{o.repo, x.s.World.label(o.repo.ID, o.event.Label)}), nil
		},
		"review": is(func(o occurrence) any {
			if v, ok := o.Pull.review(o.event.Review); ok {
				return reviewObject(o.item, *v)
			}
			return nil
		}),
		"requestedReviewer": func(x *execution, o occurrence, _ args) (any, error) {
			if team, ok := x.s.World.team(o.repo.Owner, o.event.Team); ok {
				return teamObject(team), nil
			}
			return x.actor(o.event.Account), nil
		},
		"fromRepository": func(x *execution, o occurrence, _ args) (any, error) {
			r, ok := x.s.World.Repo(o.event.From)
			if !ok || x.s.World.permission(x.viewer, r) == NoPermission {
				return nil, nil
			}
			return repositoryObject(r), nil
		},
		"url": func(x *execution, o occurrence, _ args) (any, error) {
			return x.web + o.path() + "#event-" + strconv.FormatInt(o.event.ID, 10), nil
		},
		"resourcePath": is(func(o occurrence) any { return o.path() + "#event-" + strconv.FormatInt(o.event.ID, 10) }),
	}
}

func eventActor(x *execution, o occurrence, _ args) (any, error) { return x.actor(o.event.Actor), nil }

func eventAccount(x *execution, o occurrence, _ args) (any, error) {
	return x.actor(o.event.Account), nil
}

func eventUser(login func(Event) string) func(*execution, occurrence, args) (any, error) {
	return func(x *execution, o occurrence, _ args) (any, error) { return x.plainUser(login(o.event)), nil }
}

// closerOf is the pull request or the commit that closed an issue.
func closerOf(x *execution, o occurrence, _ args) (any, error) {
	if i, ok := x.s.World.issue(o.repo.ID, o.event.Closer); ok && i.Pull != nil {
		return pullRequestObject(item{o.repo, i}), nil
	}
	return commitObject(o.repo, o.event.Commit), nil
}
