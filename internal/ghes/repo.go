package ghes

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
)

// Visibility says who can see a repo.
type Visibility string

// Internal repos are seen by every account of the server: a kind that github.com's free plans lack.
const (
	Public   Visibility = "public"
	Private  Visibility = "private"
	Internal Visibility = "internal"
)

// Permission is what an account may do in a repo.
type Permission string

// The permissions from low to high; NoPermission is that of a stranger.
const (
	NoPermission Permission = ""
	Pull         Permission = "pull"
	Push         Permission = "push"
	Admin        Permission = "admin"
)

// Repo is a git repository with its entry in the server's database.
type Repo struct {
	ID          int64
	Owner       string // login of an organization or of a user
	Name        string
	Description string
	// Visibility is Private when not given.
	Visibility Visibility
	Archived   bool
	Disabled   bool
	// IssuesOff says that issues are switched off: they are there and not shown.
	IssuesOff bool
	Fork      bool
	// Parent is the full name of the repo that a fork was made of.
	Parent string
	// DefaultBranch is a short branch name; when not given it is what HEAD of GitDir names, and
	// main when that cannot be told.
	DefaultBranch string
	Language      string
	// GitDir is the bare repository that is served. Without one the repo exists for the API only.
	GitDir    string
	SizeKB    int
	CreatedAt time.Time
	UpdatedAt time.Time
	PushedAt  time.Time
}

// FullName is OWNER/NAME.
func (r Repo) FullName() string { return r.Owner + "/" + r.Name }

// AddRepo adds a repo and returns it with its id. A repo of the same full name is replaced.
func (w *World) AddRepo(r Repo) Repo {
	w.mu.Lock()
	defer w.mu.Unlock()
	r.ID = w.nextID(r.ID)
	r.Visibility = cmp.Or(r.Visibility, Private)
	r.DefaultBranch = cmp.Or(r.DefaultBranch, headBranch(r.GitDir), "main")
	r.CreatedAt = orDefault(r.CreatedAt)
	r.PushedAt = latest(r.CreatedAt, r.PushedAt.UTC())
	r.UpdatedAt = latest(r.PushedAt, r.UpdatedAt.UTC())
	if old, ok := w.names[fold(r.FullName())]; ok {
		delete(w.repos, old)
	}
	w.repos[r.ID] = r
	w.names[fold(r.FullName())] = r.ID
	return r
}

// UpdateRepo changes a repo. A change of owner or name is a transfer or rename: the former name
// answers with a redirect from then on.
func (w *World) UpdateRepo(fullName string, change func(*Repo)) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	r, ok := w.repos[w.names[fold(fullName)]]
	if !ok {
		return fmt.Errorf("update repo %s: %w", fullName, ErrNotFound)
	}
	change(&r)
	w.repos[r.ID] = r
	w.names[fold(r.FullName())] = r.ID
	return nil
}

// RenameRepo gives a repo another name under the same owner.
func (w *World) RenameRepo(fullName, name string) error {
	return w.UpdateRepo(fullName, func(r *Repo) { r.Name = name })
}

// DeleteRepo forgets a repo and its former names; what is on disk stays.
func (w *World) DeleteRepo(fullName string) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	id, ok := w.names[fold(fullName)]
	if !ok {
		return fmt.Errorf("delete repo %s: %w", fullName, ErrNotFound)
	}
	for name, other := range w.names {
		if other == id {
			delete(w.names, name)
		}
	}
	delete(w.repos, id)
	delete(w.rights, id)
	delete(w.work, id)
	maps.DeleteFunc(w.hooks, func(_ int64, h Hook) bool { return h.Repo == id })
	return nil
}

// Repo returns the repo that has, or had, a full name. Compare FullName to tell which.
func (w *World) Repo(fullName string) (Repo, bool) {
	w.mu.RLock()
	defer w.mu.RUnlock()
	r, ok := w.repos[w.names[fold(fullName)]]
	return r, ok
}

// RepoByID returns the repo of an id.
func (w *World) RepoByID(id int64) (Repo, bool) {
	w.mu.RLock()
	defer w.mu.RUnlock()
	r, ok := w.repos[id]
	return r, ok
}

// Repos returns every repo in order of id.
func (w *World) Repos() []Repo {
	w.mu.RLock()
	defer w.mu.RUnlock()
	repos := make([]Repo, 0, len(w.repos))
	for _, r := range w.repos {
		repos = append(repos, r)
	}
	slices.SortFunc(repos, func(a, b Repo) int { return cmp.Compare(a.ID, b.ID) })
	return repos
}

// SetCollaborator gives an account a permission in a repo; NoPermission takes it away.
func (w *World) SetCollaborator(fullName, login string, p Permission) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	id, ok := w.names[fold(fullName)]
	if !ok {
		return fmt.Errorf("set collaborator of %s: %w", fullName, ErrNotFound)
	}
	if w.rights[id] == nil {
		w.rights[id] = map[string]Permission{}
	}
	w.rights[id][fold(login)] = p
	return nil
}

// permissionOf is what an account, by itself and whatever its token allows, may do in a repo.
func (w *World) permissionOf(login string, r Repo) Permission {
	w.mu.RLock()
	defer w.mu.RUnlock()
	if login != "" && fold(login) == fold(r.Owner) {
		return Admin
	}
	if m, ok := w.members[fold(r.Owner)][fold(login)]; ok && !m.Pending {
		if m.Role == RoleAdmin {
			return Admin
		}
		if m.Role == RoleMember && w.orgs[fold(r.Owner)].BasePermission == "read" {
			return cmp.Or(w.rights[r.ID][fold(login)], Pull)
		}
	}
	if p := w.rights[r.ID][fold(login)]; p != NoPermission {
		return p
	}
	if r.Visibility == Public || r.Visibility == Internal && login != "" {
		return Pull
	}
	return NoPermission
}

// splitFullName cuts OWNER/NAME.
func splitFullName(fullName string) (owner, name string) {
	owner, name, _ = strings.Cut(fullName, "/")
	return owner, name
}
