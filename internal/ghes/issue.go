package ghes

import (
	"fmt"
	"slices"
	"time"
)

// Issue is a thread of work in a repo: an issue, or a pull request when Pull is set. Both take their
// numbers from one sequence, and each pull request is an issue to the older parts of the API.
//
// People are named by login. An empty login, or one that no account has, is a ghost: null in answers.
type Issue struct {
	// ID is the database id; a pull request has another of its own.
	ID     int64
	Number int
	Author string
	Title  string
	Body   string
	// Closed is set for merged pull requests too.
	Closed bool
	// Reason is completed, not_planned or reopened; empty is null.
	Reason   string
	ClosedBy string
	Locked   bool

	CreatedAt time.Time
	// UpdatedAt is what lists are sorted by. When not given it is the latest thing that moves it.
	UpdatedAt time.Time
	ClosedAt  time.Time

	// Labels are names; those that the repo does not have are made.
	Labels    []string
	Assignees []string
	// Milestone is the number of one, 0 for none.
	Milestone int
	Comments  []Comment
	Events    []Event
	Pull      *PullRequest
}

// Comment is what somebody said in a thread.
type Comment struct {
	ID        int64
	Author    string
	Body      string
	CreatedAt time.Time
	// UpdatedAt is CreatedAt when not given.
	UpdatedAt time.Time
}

// clone copies an issue so deep that the copy can be changed while others read the first.
func (i *Issue) clone() *Issue {
	c := *i
	c.Labels, c.Assignees = slices.Clone(i.Labels), slices.Clone(i.Assignees)
	c.Comments, c.Events = slices.Clone(i.Comments), slices.Clone(i.Events)
	if i.Pull != nil {
		c.Pull = i.Pull.clone()
	}
	return &c
}

// AddIssue adds an issue or a pull request to a repo and returns it with its number and its ids.
// It happens silently, as if it had always been there; a Person's acts tell the hooks.
func (w *World) AddIssue(fullName string, i Issue) (Issue, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	id, ok := w.names[fold(fullName)]
	if !ok {
		return Issue{}, fmt.Errorf("add issue to %s: %w", fullName, ErrNotFound)
	}
	added := i.clone()
	w.number(w.workOf(id), added)
	w.complete(id, added)
	w.keep(id, added)
	return *added, nil
}

// number gives the next number, which deleted ones are not given again.
func (w *World) number(work *work, i *Issue) {
	if i.Number == 0 {
		i.Number = work.lastNumber + 1
	}
}

// complete fills in what was left out: ids, times, labels. The caller holds the lock.
func (w *World) complete(repo int64, i *Issue) {
	i.ID = w.nextID(i.ID)
	i.CreatedAt = orDefault(i.CreatedAt)
	i.ClosedAt, i.UpdatedAt = i.ClosedAt.UTC(), i.UpdatedAt.UTC()
	given := !i.UpdatedAt.IsZero()
	last := latest(i.CreatedAt, i.ClosedAt)
	for n := range i.Comments {
		c := &i.Comments[n]
		c.ID = w.nextID(c.ID)
		c.CreatedAt = c.CreatedAt.UTC()
		c.UpdatedAt = latest(c.CreatedAt, c.UpdatedAt.UTC())
		last = latest(last, c.UpdatedAt)
	}
	for n := range i.Events {
		e := &i.Events[n]
		e.ID, e.At = w.nextID(e.ID), e.At.UTC()
		last = latest(last, e.At)
	}
	if i.Pull != nil {
		last = latest(last, w.completePull(repo, i))
	}
	if !given {
		i.UpdatedAt = last
	}
	for _, name := range i.Labels {
		w.labelNamed(repo, name, i.CreatedAt)
	}
}

// Issue returns an issue or a pull request of a repo.
func (w *World) Issue(fullName string, number int) (Issue, bool) {
	w.mu.RLock()
	id, ok := w.names[fold(fullName)]
	w.mu.RUnlock()
	if !ok {
		return Issue{}, false
	}
	i, ok := w.issue(id, number)
	if !ok {
		return Issue{}, false
	}
	return *i, true
}

// Issues returns all issues and pull requests of a repo in order of number.
func (w *World) Issues(fullName string) []Issue {
	w.mu.RLock()
	defer w.mu.RUnlock()
	k := w.work[w.names[fold(fullName)]]
	if k == nil {
		return nil
	}
	list := make([]Issue, 0, len(k.entries))
	for _, e := range k.entries {
		i, _ := k.find(e.Number)
		list = append(list, *i)
	}
	return list
}

// UpdateIssue changes an issue or a pull request silently, and UpdatedAt only when change does: for
// what has always been so, or for a server that was restored.
func (w *World) UpdateIssue(fullName string, number int, change func(*Issue)) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	id, ok := w.names[fold(fullName)]
	if !ok {
		return fmt.Errorf("update issue %s#%d: %w", fullName, number, ErrNotFound)
	}
	i, ok := w.workOf(id).find(number)
	if !ok {
		return fmt.Errorf("update issue %s#%d: %w", fullName, number, ErrNotFound)
	}
	changed := i.clone()
	change(changed)
	changed.Number = number
	w.complete(id, changed)
	w.keep(id, changed)
	return nil
}

// DeleteIssue removes an issue or a pull request: from then on it is gone, and its number with it.
func (w *World) DeleteIssue(fullName string, number int) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	id := w.names[fold(fullName)]
	if _, ok := w.workOf(id).find(number); id == 0 || !ok {
		return fmt.Errorf("delete issue %s#%d: %w", fullName, number, ErrNotFound)
	}
	w.workOf(id).remove(number)
	return nil
}
