package ghes

import (
	"errors"
	"strings"
	"sync"
	"time"
)

// ErrNotFound is returned by the methods of World that change something that is not there.
var ErrNotFound = errors.New("not found")

// World is what a server holds: accounts, organizations, repositories and credentials. Its
// methods are safe for concurrent use; values handed in and out are copies, and the slices in
// them must not be changed afterwards.
type World struct {
	mu sync.RWMutex

	lastID int64
	users  map[string]User
	orgs   map[string]Organization
	repos  map[int64]Repo
	tokens map[string]Token

	oauthApps     map[string]OAuthApp
	apps          map[int64]App
	installations map[int64]Installation

	members map[string]map[string]Member    // by organization, then login
	names   map[string]int64                // full name of a repo, former ones included
	rights  map[int64]map[string]Permission // by repo, then login: collaborators

	teams  []Team
	former map[string]string // logins that accounts had, to those after them
	work   map[int64]*work   // by repo
	ids    map[int64]place   // of everything in issues and pull requests that no source makes up
	madeUp []madeUp          // in order of id

	hooks     map[int64]Hook
	clock     func() time.Time
	listeners []func(happening)
	pushing   sync.Mutex // writes to git one after the other
}

// NewWorld makes an empty world.
func NewWorld() *World {
	return &World{
		lastID:  1000,
		users:   map[string]User{},
		orgs:    map[string]Organization{},
		repos:   map[int64]Repo{},
		tokens:  map[string]Token{},
		members: map[string]map[string]Member{},
		names:   map[string]int64{},
		rights:  map[int64]map[string]Permission{},
		former:  map[string]string{},
		work:    map[int64]*work{},
		ids:     map[int64]place{},

		clock: time.Now,
		hooks: map[int64]Hook{},

		oauthApps:     map[string]OAuthApp{},
		apps:          map[int64]App{},
		installations: map[int64]Installation{},
	}
}

// nextID numbers what was added without an id. The caller holds the lock.
func (w *World) nextID(wanted int64) int64 {
	if wanted != 0 {
		w.lastID = max(w.lastID, wanted)
		return wanted
	}
	w.lastID++
	return w.lastID
}

// fold is how names compare on GitHub: without regard to case.
func fold(name string) string { return strings.ToLower(name) }

// orDefault is the time given, or a fixed early one: the same world is the same answer.
func orDefault(t time.Time) time.Time {
	if t.IsZero() {
		return time.Date(2021, 3, 1, 9, 0, 0, 0, time.UTC)
	}
	return t.UTC()
}
