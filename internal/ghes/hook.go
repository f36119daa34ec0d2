package ghes

import (
	"cmp"
	"slices"
	"time"
)

// Hook is a webhook of an organization, a repo or a GitHub App: exactly one of these is set.
type Hook struct {
	ID           int64
	Organization string
	Repo         int64
	App          int64

	URL string
	// ContentType is form or json; form when not given, as on the real server.
	ContentType string
	Secret      string
	// InsecureSSL is 0 or 1, and is kept without any effect.
	InsecureSSL string
	// Events are names of webhooks or "*"; push when not given.
	Events []string
	// Inactive hooks get nothing.
	Inactive  bool
	CreatedAt time.Time
	UpdatedAt time.Time
	// Maker is who can see the hook by the API: empty for people and their personal tokens, else the
	// OAuth application or the GitHub App that made it. No kind sees the hooks of another.
	Maker string

	// LastCode and LastMessage tell of the last delivery: 0 and empty before the first.
	LastCode    int
	LastMessage string
}

// AddHook adds a hook, or replaces the one of that id, and returns it complete. Unlike the API it
// pings nobody.
func (w *World) AddHook(h Hook) Hook {
	w.mu.Lock()
	defer w.mu.Unlock()
	h.ID = w.nextID(h.ID)
	h.ContentType, h.InsecureSSL = cmp.Or(h.ContentType, "form"), cmp.Or(h.InsecureSSL, "0")
	if len(h.Events) == 0 {
		h.Events = []string{"push"}
	}
	h.CreatedAt = orDefault(h.CreatedAt)
	h.UpdatedAt = latest(h.CreatedAt, h.UpdatedAt.UTC())
	w.hooks[h.ID] = h
	return h
}

// Hook returns the hook of an id.
func (w *World) Hook(id int64) (Hook, bool) {
	w.mu.RLock()
	defer w.mu.RUnlock()
	h, ok := w.hooks[id]
	return h, ok
}

// RemoveHook forgets a hook.
func (w *World) RemoveHook(id int64) {
	w.mu.Lock()
	defer w.mu.Unlock()
	delete(w.hooks, id)
}

// Hooks returns every hook in order of id.
func (w *World) Hooks() []Hook { return w.hooksWhere(func(Hook) bool { return true }) }

func (w *World) hooksWhere(keep func(Hook) bool) []Hook {
	w.mu.RLock()
	defer w.mu.RUnlock()
	var list []Hook
	for _, h := range w.hooks {
		if keep(h) {
			list = append(list, h)
		}
	}
	slices.SortFunc(list, func(a, b Hook) int { return cmp.Compare(a.ID, b.ID) })
	return list
}

// updateHook changes a hook that is still there.
func (w *World) updateHook(id int64, change func(*Hook)) (Hook, bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	h, ok := w.hooks[id]
	if ok {
		change(&h)
		w.hooks[id] = h
	}
	return h, ok
}

// wants is whether a hook is told of an event.
func (h Hook) wants(event string) bool {
	return !h.Inactive && (slices.Contains(h.Events, event) || slices.Contains(h.Events, "*") || event == "installation" && h.App != 0)
}

// target is what the hook belongs to, as its deliveries tell it.
func (h Hook) target(w *World) (kind string, id int64) {
	switch {
	case h.App != 0:
		return "integration", h.App
	case h.Repo != 0:
		return "repository", h.Repo
	default:
		o, _ := w.Organization(h.Organization)
		return "organization", o.ID
	}
}

// hooksFor are the hooks that are told of something: of the organization, of the repo, and of the
// apps that are installed there, each with its installation.
func (w *World) hooksFor(h happening) []audience {
	var list []audience
	owner := h.organization
	if h.repo != nil {
		owner = h.repo.Owner
	}
	for _, hook := range w.hooksWhere(func(k Hook) bool { return k.wants(h.event) }) {
		switch {
		case hook.App != 0:
			if i, ok := w.installedFor(hook.App, h, owner); ok {
				list = append(list, audience{hook, i})
			}
		case h.app != 0:
			// What happens to an installation is told to the app alone.
		case hook.Repo != 0 && h.repo != nil && hook.Repo == h.repo.ID,
			hook.Organization != "" && fold(hook.Organization) == fold(owner):
			list = append(list, audience{hook, 0})
		}
	}
	return list
}

// audience is a hook that is told of something, and the installation by which an app hears of it.
type audience struct {
	hook         Hook
	installation int64
}

// installedFor is the installation by which an app hears of something.
func (w *World) installedFor(app int64, h happening, owner string) (int64, bool) {
	if h.app != 0 {
		return h.installation, h.app == app
	}
	for _, i := range w.Installations(app) {
		reaches := fold(i.Account) == fold(owner) && (h.repo == nil || i.Repos == nil || containsFold(i.Repos, h.repo.Name))
		if reaches && !i.Suspended {
			return i.ID, true
		}
	}
	return 0, false
}
