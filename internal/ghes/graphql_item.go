package ghes

import (
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"
)

// item is an issue or a pull request with its repo.
type item struct {
	repo Repo
	*Issue
}

// itemFields are those that issues and pull requests share.
func itemFields() fields[item] {
	all := fields[item]{
		"number":        is(func(t item) any { return t.Number }),
		"title":         is(func(t item) any { return t.Title }),
		"closed":        is(func(t item) any { return t.Closed }),
		"closedAt":      is(func(t item) any { return stampOrNull(t.ClosedAt) }),
		"locked":        is(func(t item) any { return t.Locked }),
		"resourcePath":  is(func(t item) any { return t.path() }),
		"url":           func(x *execution, t item, _ args) (any, error) { return x.web + t.path(), nil },
		"author":        func(x *execution, t item, _ args) (any, error) { return x.actor(t.Author), nil },
		"repository":    is(func(t item) any { return repositoryObject(t.repo) }),
		"comments":      itemComments,
		"labels":        itemLabels,
		"milestone":     itemMilestone,
		"timelineItems": timelineItems,
		"viewerDidAuthor": func(x *execution, t item, _ args) (any, error) {
			return fold(t.Author) == fold(x.viewer.user.Login), nil
		},
		"assignees": func(x *execution, t item, a args) (any, error) {
			return x.users("assignees", t.Assignees, a)
		},
		"participants": func(x *execution, t item, a args) (any, error) {
			return x.users("participants", t.participants(), a)
		},
	}
	maps.Copy(all, remarkFields(func(t item) said {
		return said{t.repo, t.Author, t.Body, t.CreatedAt, t.UpdatedAt}
	}))
	return all
}

func (t item) path() string {
	kind := "issues"
	if t.Pull != nil {
		kind = "pull"
	}
	return "/" + t.repo.FullName() + "/" + kind + "/" + strconv.Itoa(t.Number)
}

// participants are all who wrote something, each once.
func (t item) participants() []string {
	logins := []string{t.Author}
	for _, c := range t.Comments {
		logins = append(logins, c.Author)
	}
	if t.Pull != nil {
		for _, r := range t.Pull.Reviews {
			logins = append(logins, r.Author)
		}
	}
	seen := map[string]bool{}
	return slices.DeleteFunc(logins, func(login string) bool {
		again := seen[fold(login)]
		seen[fold(login)] = true
		return again
	})
}

// said is what every text that somebody wrote has.
type said struct {
	repo                 Repo
	author, body         string
	createdAt, updatedAt time.Time
}

// remarkFields are those of the interface Comment.
func remarkFields[T any](of func(T) said) fields[T] {
	return fields[T]{
		"body":                is(func(t T) any { return of(t).body }),
		"bodyText":            is(func(t T) any { return of(t).body }),
		"createdAt":           is(func(t T) any { return stamp(of(t).createdAt) }),
		"publishedAt":         is(func(t T) any { return stamp(of(t).createdAt) }),
		"updatedAt":           is(func(t T) any { return stamp(of(t).updatedAt) }),
		"createdViaEmail":     is(func(T) any { return false }),
		"includesCreatedEdit": is(func(T) any { return false }),
		"isMinimized":         is(func(T) any { return false }),
		"minimizedReason":     is(func(T) any { return nil }),
		"editor":              is(func(T) any { return nil }),
		"lastEditedAt":        is(func(T) any { return nil }),
		"author":              func(x *execution, t T, _ args) (any, error) { return x.actor(of(t).author), nil },
		"authorAssociation": func(x *execution, t T, _ args) (any, error) {
			return x.s.World.association(of(t).repo, of(t).author), nil
		},
		"repository": is(func(t T) any { return repositoryObject(of(t).repo) }),
	}
}

// itemComments is the conversation, in its order or by the time of change.
func itemComments(_ *execution, t item, a args) (any, error) {
	comments := t.Comments
	if by, ok := a["orderBy"].(map[string]any); ok {
		comments = slices.Clone(comments)
		slices.SortStableFunc(comments, func(a, b Comment) int { return a.UpdatedAt.Compare(b.UpdatedAt) })
		if by["direction"] == "DESC" {
			slices.Reverse(comments)
		}
	}
	items := make([]connected, 0, len(comments))
	for _, c := range comments {
		items = append(items, connected{key: strconv.FormatInt(c.ID, 10), node: commentObject(t, c)})
	}
	return connect("comments", "IssueComment", items, a)
}

// conversation is a comment with the issue or pull request that it is in.
type conversation struct {
	item
	comment Comment
}

func commentObject(t item, c Comment) *object {
	return objectOf("IssueComment", conversation{t, c}, commentTable.of(commentFields))
}

var commentTable table[conversation]

func commentFields() fields[conversation] {
	all := remarkFields(func(c conversation) said {
		return said{c.repo, c.comment.Author, c.comment.Body, c.comment.CreatedAt, c.comment.UpdatedAt}
	})
	maps.Copy(all, fields[conversation]{
		"id":             is(func(c conversation) any { return nodeID("IssueComment", c.comment.ID) }),
		"databaseId":     is(func(c conversation) any { return c.comment.ID }),
		"fullDatabaseId": is(func(c conversation) any { return strconv.FormatInt(c.comment.ID, 10) }),
		"url": func(x *execution, c conversation, _ args) (any, error) {
			return x.web + c.path() + "#issuecomment-" + strconv.FormatInt(c.comment.ID, 10), nil
		},
		"issue": is(func(c conversation) any { return issueObject(c.item) }),
		"pullRequest": is(func(c conversation) any {
			if c.Pull == nil {
				return nil
			}
			return pullRequestObject(c.item)
		}),
	})
	return all
}

// items is the connection of a repo's issues or pull requests. A cursor tells a place in the order
// and not an item, so that it holds when the item has moved on.
func (x *execution) items(r Repo, pulls bool, a args) (any, error) {
	field, name, permission := "issues", "Issue", "issues"
	if pulls {
		field, name, permission = "pullRequests", "PullRequest", "pull_requests"
	}
	if !x.viewer.token.allows(permission, "read") {
		return nil, errForbidden
	}
	by, _ := a["orderBy"].(map[string]any)
	updated, descending := by["field"] == "UPDATED_AT", by["direction"] == "DESC"
	wanted := x.s.World.filter(r, a, pulls)
	list := slices.DeleteFunc(slices.Clone(x.s.World.entries(r.ID, pulls, updated)), func(e Entry) bool { return !wanted(e) || r.IssuesOff && !pulls })
	compare := func(a, b Entry) int { return compareEntries(a, b, updated) }
	if descending {
		slices.Reverse(list)
		compare = func(a, b Entry) int { return compareEntries(b, a, updated) }
	}
	search := func(key string) (int, bool, bool) {
		at, ok := entryOfKey(key)
		i, exact := slices.BinarySearchFunc(list, at, compare)
		return i, exact, ok
	}
	return listing{
		total: len(list),
		item: func(i int) connected {
			issue, _ := x.s.World.issue(r.ID, list[i].Number)
			return connected{key: list[i].key(updated), node: itemObject(item{r, issue})}
		},
		seek: func(key string) (int, bool) {
			i, exact, ok := search(key)
			if exact {
				i++
			}
			return i, ok
		},
		upTo: func(key string) (int, bool) {
			i, _, ok := search(key)
			return i, ok
		},
	}.page(field, name, a)
}

var errForbidden = graphQLError{Type: "FORBIDDEN", Message: "Resource not accessible by personal access token"}

func itemObject(t item) *object {
	if t.Pull != nil {
		return pullRequestObject(t)
	}
	return issueObject(t)
}

// key tells a place in an order.
func (e Entry) key(byUpdate bool) string {
	at := e.CreatedAt
	if byUpdate {
		at = e.UpdatedAt
	}
	return strconv.FormatInt(at, 10) + ":" + strconv.FormatInt(e.ID, 10)
}

// entryOfKey is an entry at the place of a key, in either order.
func entryOfKey(key string) (Entry, bool) {
	first, second, _ := strings.Cut(key, ":")
	at, err := strconv.ParseInt(first, 10, 64)
	id, bad := strconv.ParseInt(second, 10, 64)
	return Entry{CreatedAt: at, UpdatedAt: at, ID: id}, err == nil && bad == nil
}

// filter is what the arguments of issues and pullRequests leave of a list.
func (w *World) filter(r Repo, a args, pulls bool) func(Entry) bool {
	by, _ := a["filterBy"].(map[string]any)
	states := append(texts(a["states"]), texts(by["states"])...)
	labels := append(texts(a["labels"]), texts(by["labels"])...)
	base, _ := a["baseRefName"].(string)
	head, _ := a["headRefName"].(string)
	since, _ := by["since"].(string)
	from, _ := time.Parse(time.RFC3339, since)
	return func(e Entry) bool {
		if len(states) > 0 && !slices.Contains(states, e.state()) || since != "" && e.UpdatedAt < from.Unix() {
			return false
		}
		if len(labels) == 0 && base == "" && head == "" {
			return true
		}
		i, ok := w.issue(r.ID, e.Number)
		return ok && (len(labels) == 0 || slices.ContainsFunc(labels, func(l string) bool { return containsFold(i.Labels, l) })) &&
			(!pulls || (base == "" || i.Pull.BaseRef == base) && (head == "" || i.Pull.HeadRef == head))
	}
}

// state is by its name in GraphQL.
func (e Entry) state() string {
	switch {
	case e.Merged:
		return "MERGED"
	case e.Closed:
		return "CLOSED"
	default:
		return "OPEN"
	}
}

// texts reads a list argument.
func texts(v any) []string {
	list, _ := v.([]any)
	var all []string
	for _, item := range list {
		if text, ok := item.(string); ok {
			all = append(all, text)
		}
	}
	return all
}

// numbered is one issue or pull request of a repo.
func (x *execution) numbered(r Repo, a args, what, permission string, wanted func(*Issue) bool) (any, error) {
	if !x.viewer.token.allows(permission, "read") {
		return nil, errForbidden
	}
	number, _ := toInt(a["number"])
	i, ok := x.s.World.issue(r.ID, number)
	if !ok || !wanted(i) || r.IssuesOff && i.Pull == nil {
		return nil, notResolved(what, "number of "+strconv.Itoa(number))
	}
	return itemObject(item{r, i}), nil
}
