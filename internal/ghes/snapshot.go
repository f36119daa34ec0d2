package ghes

import (
	"maps"
	"slices"
)

// Snapshot keeps how the world is now and returns what turns it back: a server restored from a backup.
// What came since is forgotten, and its ids and numbers are given again. Git repositories on disk stay
// as they are. It may be turned back more than once.
func (w *World) Snapshot() (restore func()) {
	w.mu.Lock()
	defer w.mu.Unlock()
	kept := w.contents()
	return func() {
		w.mu.Lock()
		defer w.mu.Unlock()
		kept := kept.contents()
		w.lastID, w.users, w.orgs, w.repos, w.tokens = kept.lastID, kept.users, kept.orgs, kept.repos, kept.tokens
		w.oauthApps, w.apps, w.installations = kept.oauthApps, kept.apps, kept.installations
		w.members, w.names, w.rights = kept.members, kept.names, kept.rights
		w.teams, w.former, w.work, w.ids, w.madeUp, w.hooks = kept.teams, kept.former, kept.work, kept.ids, kept.madeUp, kept.hooks
	}
}

// contents copies what a world holds, not who listens to it.
func (w *World) contents() *World {
	c := &World{
		lastID: w.lastID, users: maps.Clone(w.users), orgs: maps.Clone(w.orgs), repos: maps.Clone(w.repos), tokens: maps.Clone(w.tokens),
		oauthApps: maps.Clone(w.oauthApps), apps: maps.Clone(w.apps), installations: maps.Clone(w.installations),
		members: map[string]map[string]Member{}, names: maps.Clone(w.names), rights: map[int64]map[string]Permission{},
		teams: slices.Clone(w.teams), former: maps.Clone(w.former), work: map[int64]*work{}, ids: maps.Clone(w.ids),
		madeUp: slices.Clone(w.madeUp), hooks: maps.Clone(w.hooks),
	}
	for name, members := range w.members {
		c.members[name] = maps.Clone(members)
	}
	for repo, rights := range w.rights {
		c.rights[repo] = maps.Clone(rights)
	}
	for repo, k := range w.work {
		c.work[repo] = k.contents()
	}
	return c
}

func (k *work) contents() *work {
	c := *k
	c.held, c.moved, c.gone = maps.Clone(k.held), maps.Clone(k.moved), maps.Clone(k.gone)
	c.entries = slices.Clone(k.entries)
	c.sorted, c.remarks = map[order][]Entry{}, map[bool][]remark{}
	return &c
}
