package ghes

import (
	"errors"
	"fmt"
	"slices"
	"time"
)

// ErrConflict is returned for what cannot be done as things are: closing what is closed, merging what
// does not merge.
var ErrConflict = errors.New("conflict")

// OpenIssue opens an issue and returns its number.
func (p Person) OpenIssue(fullName, title, body string) (int, error) {
	r, i, err := p.open(fullName, Issue{Title: title, Body: body})
	if err != nil {
		return 0, err
	}
	p.w.tell(p.about(r, i, "opened", nil))
	return i.Number, nil
}

// open adds what the person opens.
func (p Person) open(fullName string, i Issue) (Repo, *Issue, error) {
	i.Author, i.CreatedAt = p.login, p.now()
	added, err := p.w.AddIssue(fullName, i)
	if err != nil {
		return Repo{}, nil, err
	}
	r, _ := p.w.Repo(fullName)
	return r, &added, nil
}

// Close closes an issue for a reason, completed or not_planned, or a pull request without merging it.
func (p Person) Close(fullName string, number int, reason string) error {
	e := p.event(EventClosed)
	e.Reason = reason
	return p.act(fullName, number, &e, "closed", nil, func(i *Issue) error {
		if i.Closed {
			return fmt.Errorf("close: %w: it is closed", ErrConflict)
		}
		i.Closed, i.ClosedAt, i.ClosedBy, i.Reason = true, e.At, p.login, reason
		return nil
	})
}

// Reopen opens again what was closed and not merged.
func (p Person) Reopen(fullName string, number int) error {
	e := p.event(EventReopened)
	return p.act(fullName, number, &e, "reopened", nil, func(i *Issue) error {
		if !i.Closed || i.Pull != nil && i.Pull.Merged() {
			return fmt.Errorf("reopen: %w: it is open or merged", ErrConflict)
		}
		i.Closed, i.ClosedAt, i.ClosedBy, i.Reason = false, time.Time{}, "", ""
		if i.Pull == nil {
			i.Reason = "reopened"
		}
		return nil
	})
}

// Retitle gives another title.
func (p Person) Retitle(fullName string, number int, title string) error {
	e := p.event(EventRenamed)
	changes := more{"changes": func(*call, Repo, *Issue) any {
		return document{"title": document{"from": e.From}}
	}}
	return p.act(fullName, number, &e, "edited", changes, func(i *Issue) error {
		e.From, e.To = i.Title, title
		i.Title = title
		return nil
	})
}

// Edit gives another text.
func (p Person) Edit(fullName string, number int, body string) error {
	var before string
	changes := more{"changes": func(*call, Repo, *Issue) any {
		return document{"body": document{"from": before}}
	}}
	return p.act(fullName, number, nil, "edited", changes, func(i *Issue) error {
		before, i.Body = i.Body, body
		return nil
	})
}

// Label adds a label, which is made when the repo has none of that name.
func (p Person) Label(fullName string, number int, name string) error {
	e := p.event(EventLabeled)
	e.Label = name
	return p.act(fullName, number, &e, "labeled", more{"label": labelOf(name)}, func(i *Issue) error {
		if containsFold(i.Labels, name) {
			return fmt.Errorf("label: %w: it has %s", ErrConflict, name)
		}
		i.Labels = append(i.Labels, name)
		return nil
	})
}

func labelOf(name string) func(c *call, r Repo, i *Issue) any {
	return func(c *call, r Repo, _ *Issue) any { return c.labelDocument(r, name) }
}

// Unlabel takes a label away.
func (p Person) Unlabel(fullName string, number int, name string) error {
	e := p.event(EventUnlabeled)
	e.Label = name
	return p.act(fullName, number, &e, "unlabeled", more{"label": labelOf(name)}, func(i *Issue) error {
		return without(&i.Labels, name)
	})
}

// without takes a name out of a list.
func without(list *[]string, name string) error {
	n := slices.IndexFunc(*list, func(s string) bool { return fold(s) == fold(name) })
	if n < 0 {
		return fmt.Errorf("%s: %w", name, ErrNotFound)
	}
	*list = slices.Delete(*list, n, n+1)
	return nil
}

// Assign gives an issue or a pull request to somebody.
func (p Person) Assign(fullName string, number int, login string) error {
	e := p.event(EventAssigned)
	e.Account = login
	return p.act(fullName, number, &e, "assigned", more{"assignee": accountOf(login)}, func(i *Issue) error {
		if containsFold(i.Assignees, login) {
			return fmt.Errorf("assign: %w: %s has it", ErrConflict, login)
		}
		i.Assignees = append(i.Assignees, login)
		return nil
	})
}

func accountOf(login string) func(c *call, r Repo, i *Issue) any {
	return func(c *call, _ Repo, _ *Issue) any { return c.person(login) }
}

// Unassign takes it from somebody.
func (p Person) Unassign(fullName string, number int, login string) error {
	e := p.event(EventUnassigned)
	e.Account = login
	return p.act(fullName, number, &e, "unassigned", more{"assignee": accountOf(login)}, func(i *Issue) error {
		return without(&i.Assignees, login)
	})
}

// SetMilestone puts an issue or a pull request into a milestone of the repo; 0 takes it out.
func (p Person) SetMilestone(fullName string, number, milestone int) error {
	r, _ := p.w.Repo(fullName)
	e, action, number0 := p.event(EventMilestoned), "milestoned", milestone
	if milestone == 0 {
		e.Kind, action = EventDemilestoned, "demilestoned"
		if i, ok := p.w.Issue(fullName, number); ok {
			number0 = i.Milestone
		}
	}
	m, ok := p.w.milestone(r.ID, number0)
	if !ok {
		return fmt.Errorf("milestone %d of %s: %w", number0, fullName, ErrNotFound)
	}
	e.Milestone = m.Title
	told := more{"milestone": func(c *call, r Repo, _ *Issue) any { return c.milestoneDocument(r, m) }}
	return p.act(fullName, number, &e, action, told, func(i *Issue) error {
		i.Milestone = milestone
		return nil
	})
}

// Lock ends the conversation for those from outside.
func (p Person) Lock(fullName string, number int) error {
	e := p.event(EventLocked)
	return p.act(fullName, number, &e, "locked", nil, func(i *Issue) error {
		i.Locked = true
		return nil
	})
}

// ConvertToDiscussion makes a discussion of an issue, which stays behind closed and locked.
func (p Person) ConvertToDiscussion(fullName string, number int) error {
	e := p.event(EventConverted)
	return p.act(fullName, number, &e, "closed", nil, func(i *Issue) error {
		i.Closed, i.ClosedAt, i.ClosedBy, i.Locked = true, e.At, p.login, true
		return nil
	})
}

// Delete removes an issue, which only owners can on the real server.
func (p Person) Delete(fullName string, number int) error {
	i, ok := p.w.Issue(fullName, number)
	if !ok || i.Pull != nil {
		return fmt.Errorf("delete issue %s#%d: %w", fullName, number, ErrNotFound)
	}
	if err := p.w.DeleteIssue(fullName, number); err != nil {
		return err
	}
	r, _ := p.w.Repo(fullName)
	p.w.tell(p.about(r, &i, "deleted", nil))
	return nil
}

// Transfer moves an issue to another repo of the same owner, where it gets a new number and new ids,
// and returns that number.
func (p Person) Transfer(fullName string, number int, to string) (int, error) {
	old, ok := p.w.Issue(fullName, number)
	if !ok || old.Pull != nil {
		return 0, fmt.Errorf("transfer issue %s#%d: %w", fullName, number, ErrNotFound)
	}
	moved := old.clone()
	moved.ID, moved.Number, moved.Milestone, moved.UpdatedAt = 0, 0, 0, p.now()
	for n := range moved.Comments {
		moved.Comments[n].ID = 0
	}
	for n := range moved.Events {
		moved.Events[n].ID = 0
	}
	e := p.event(EventTransferred)
	e.From = fullName
	moved.Events = append(moved.Events, e)
	made, err := p.w.AddIssue(to, *moved)
	if err != nil {
		return 0, fmt.Errorf("transfer issue %s#%d: %w", fullName, number, err)
	}
	from, _ := p.w.Repo(fullName)
	target, _ := p.w.Repo(to)
	p.w.mu.Lock()
	p.w.workOf(from.ID).remove(number)
	delete(p.w.workOf(from.ID).gone, number)
	p.w.workOf(from.ID).moved[number] = place{target.ID, made.Number}
	p.w.mu.Unlock()
	p.w.tell(
		p.about(from, &old, "transferred", more{"changes": func(c *call, _ Repo, _ *Issue) any {
			return document{"new_issue": c.issueDocument(target, &made), "new_repository": c.listedRepo(target)}
		}}),
		p.about(target, &made, "opened", more{"changes": func(c *call, _ Repo, _ *Issue) any {
			return document{"old_issue": c.issueDocument(from, &old), "old_repository": c.listedRepo(from)}
		}}))
	return made.Number, nil
}
