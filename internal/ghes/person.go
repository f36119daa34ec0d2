package ghes

import (
	"fmt"
	"time"
)

// Person is an account at work. What it does changes the world as the real server would, moves
// UpdatedAt where that moves, and tells the hooks.
//
//	mona := server.World.As("mona")
//	number, err := mona.OpenPull(ctx, "acme/web", ghes.Opening{Title: "Keep carts", Head: "keep-carts"})
//	err = server.World.As("max").Review("acme/web", number, ghes.Verdict{State: ghes.Approved})
//
// What a person may do is not asked.
type Person struct {
	w     *World
	login string
	at    time.Time
}

// As is an account at work, by the clock of the world's server.
func (w *World) As(login string) Person { return Person{w: w, login: login} }

// At is the same person at another time.
func (p Person) At(t time.Time) Person {
	p.at = t
	return p
}

// now is when the person acts, in whole seconds as the server counts.
func (p Person) now() time.Time {
	if p.at.IsZero() {
		p.w.mu.RLock()
		defer p.w.mu.RUnlock()
		return p.w.clock().UTC().Truncate(time.Second)
	}
	return p.at.UTC().Truncate(time.Second)
}

// happening is something that hooks are told.
type happening struct {
	// event is the name of the webhook, action what of it happened; some events have none.
	event, action string
	actor         string
	// repo is where it happened, nil when it is about the organization.
	repo         *Repo
	organization string
	// app and installation are those whose installation this is about.
	app, installation int64
	// body is what belongs to the event besides action, repository, organization and sender.
	body func(c *call) (document, error)
}

// tell hands what happened to those who listen, in order.
func (w *World) tell(all ...happening) {
	w.mu.RLock()
	listeners := w.listeners
	w.mu.RUnlock()
	for _, h := range all {
		for _, listen := range listeners {
			listen(h)
		}
	}
}

// listen has a function called with everything that happens from now on.
func (w *World) listen(f func(happening)) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.listeners = append(w.listeners[:len(w.listeners):len(w.listeners)], f)
}

// setClock tells the world what time it is.
func (w *World) setClock(now func() time.Time) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.clock = now
}

// change changes an issue or a pull request and returns what became of it. UpdatedAt moves unless
// still is set.
func (p Person) change(fullName string, number int, still bool, do func(i *Issue) error) (Repo, *Issue, error) {
	at := p.now()
	p.w.mu.Lock()
	defer p.w.mu.Unlock()
	r, i, err := p.w.forChange(fullName, number)
	if err != nil {
		return Repo{}, nil, err
	}
	changed := i.clone()
	if err := do(changed); err != nil {
		return Repo{}, nil, fmt.Errorf("%s#%d: %w", fullName, number, err)
	}
	if !still {
		changed.UpdatedAt = latest(i.UpdatedAt, at)
	}
	p.w.complete(r.ID, changed)
	p.w.keep(r.ID, changed)
	return r, changed, nil
}

// forChange finds an issue; the caller holds the lock.
func (w *World) forChange(fullName string, number int) (Repo, *Issue, error) {
	r, ok := w.repos[w.names[fold(fullName)]]
	if !ok {
		return Repo{}, nil, fmt.Errorf("repo %s: %w", fullName, ErrNotFound)
	}
	i, ok := w.workOf(r.ID).find(number)
	if !ok {
		return Repo{}, nil, fmt.Errorf("issue %s#%d: %w", fullName, number, ErrNotFound)
	}
	return r, i, nil
}

// event is one of the person's, for the timeline.
func (p Person) event(kind EventKind) Event { return Event{Kind: kind, Actor: p.login, At: p.now()} }

// more are the parts of a payload that belong to one action.
type more = map[string]func(c *call, r Repo, i *Issue) any

// act changes an issue or a pull request, notes the event in its timeline, if there is one, and
// tells the hooks. The change may complete the event.
func (p Person) act(fullName string, number int, e *Event, action string, m more, do func(i *Issue) error) error {
	r, i, err := p.change(fullName, number, false, func(i *Issue) error {
		if err := do(i); err != nil {
			return err
		}
		if e != nil {
			i.Events = append(i.Events, *e)
		}
		return nil
	})
	if err != nil {
		return err
	}
	p.w.tell(p.about(r, i, action, m))
	return nil
}

// about is an action on an issue or a pull request as hooks are told it.
func (p Person) about(r Repo, i *Issue, action string, m more) happening {
	h := happening{event: "issues", action: action, actor: p.login, repo: &r}
	if i.Pull != nil {
		h.event = "pull_request"
	}
	h.body = func(c *call) (document, error) {
		body := document{}
		if i.Pull == nil {
			body["issue"] = c.issueDocument(r, i)
		} else {
			pull, err := c.fullPull(r, i)
			if err != nil {
				return nil, err
			}
			body["pull_request"], body["number"] = pull, i.Number
		}
		for name, find := range m {
			body[name] = find(c, r, i)
		}
		return body, nil
	}
	return h
}
