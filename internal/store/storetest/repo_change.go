package storetest

import (
	"testing"

	"weir/internal/facts"
	"weir/internal/store"
)

var repoChangeBehaviour = []behaviour{
	{"a pause ends waiting work, and a resumption queues it again", pausesRepos},
	{"only what failed is tried again", retriesRepos},
	{"what is imported again has kept what it held", importsAgain},
	{"repos are counted by organization under a filter", groupsRepos},
}

func change(t *testing.T, s *store.Store, c facts.RepoChange, ids ...facts.RepoID) (changed []facts.RepoID) {
	t.Helper()
	check(s.InTx(t.Context(), func(tx *store.Tx) error {
		changed = must(tx.ChangeRepos(t.Context(), c, ids))
		return nil
	}))
	return changed
}

func phase(t *testing.T, s *store.Store, id facts.RepoID) facts.Phase {
	t.Helper()
	return must(s.SyncState(t.Context(), id, facts.SyncCommits)).Phase
}

func pausesRepos(t *testing.T, s *store.Store) {
	w := NewWorld(t, s, "Main", 4)
	ready := facts.SyncState{Repo: w.Repos[0], Kind: facts.SyncCommits, Phase: facts.PhaseReady}
	check(s.SaveSyncState(t.Context(), ready))
	equal(t, "paused", change(t, s, facts.RepoPause, w.Repos...), w.Repos[:3])
	equal(t, "paused again", len(change(t, s, facts.RepoPause, w.Repos...)), 0)
	equal(t, "one that was ready", phase(t, s, w.Repos[0]), facts.PhaseReady)
	equal(t, "one that waited", phase(t, s, w.Repos[1]), facts.PhasePaused)
	yes := true
	equal(t, "filter", len(must(s.RepoIDs(t.Context(), store.RepoFilter{Paused: &yes}))), 3)
	sums := must(s.OrganizationSummaries(t.Context(), w.Integration))
	equal(t, "counts", []int{sums[0].Paused, sums[0].Ready, sums[0].Busy}, []int{3, 0, 0})
	equal(t, "not tried while paused", len(change(t, s, facts.RepoRetry, w.Repos...)), 0)
	equal(t, "resumed", change(t, s, facts.RepoResume, w.Repos[1:]...), w.Repos[1:3])
	equal(t, "waits again", phase(t, s, w.Repos[1]), facts.PhaseQueued)
	equal(t, "the other rests", must(s.Repo(t.Context(), w.Repos[0])).PausedAt > 0, true)
}

func retriesRepos(t *testing.T, s *store.Store) {
	w := NewWorld(t, s, "Main", 3)
	check(s.SaveSyncState(t.Context(), facts.SyncState{Repo: w.Repos[0], Kind: facts.SyncCommits, Phase: facts.PhaseFailed, Code: "x", Cause: "y", Attempts: 4}))
	equal(t, "retried", change(t, s, facts.RepoRetry, w.Repos...), w.Repos[:1])
	state := must(s.SyncState(t.Context(), w.Repos[0], facts.SyncCommits))
	equal(t, "state", []any{state.Phase, state.Code, state.Cause, state.Attempts}, []any{facts.PhaseQueued, "", "", 4})
}

func importsAgain(t *testing.T, s *store.Store) {
	w := NewWorld(t, s, "Main", 3)
	held := facts.SyncState{Repo: w.Repos[0], Kind: facts.SyncCommits, Phase: facts.PhaseReady, Held: 70, Server: 70, FinishedAt: 5}
	check(s.SaveSyncState(t.Context(), held))
	equal(t, "stopped", change(t, s, facts.RepoStop, w.Repos...), w.Repos[:2])
	equal(t, "imported", len(must(s.ImportedRepos(t.Context()))), 0)
	check(s.MarkRepoGone(t.Context(), w.Repos[1]))
	equal(t, "chosen again, but not what is gone", change(t, s, facts.RepoImport, w.Repos...), []facts.RepoID{w.Repos[0], w.Repos[2]})
	state := must(s.SyncState(t.Context(), w.Repos[0], facts.SyncCommits))
	equal(t, "state", []any{state.Phase, state.Held, state.FinishedAt}, []any{facts.PhaseQueued, int64(70), int64(5)})
	err := s.InTx(t.Context(), func(tx *store.Tx) error {
		_, err := tx.ChangeRepos(t.Context(), "paint", w.Repos)
		return err
	})
	if err == nil {
		t.Error("a change that is none was made")
	}
}

func groupsRepos(t *testing.T, s *store.Store) {
	w := NewWorld(t, s, "Main", 3)
	orgs := must(s.SaveOrganizations(t.Context(), w.Integration, []facts.Organization{{ServerID: 2, Login: "Beta"}, {ServerID: 3, Login: "empty"}, {ServerID: 4, Login: "aardvark"}}))
	var more []facts.Repo
	for i := range 5 {
		r := aRepo(w, 50+i)
		r.Organization, r.Language = orgs[0], []string{"Go", ""}[i%2]
		more = append(more, r)
	}
	last := aRepo(w, 60)
	last.Organization = orgs[2]
	must(s.SaveRepos(t.Context(), w.Integration, append(more, last)))
	groups, total, err := s.RepoGroups(t.Context(), store.RepoFilter{Integration: w.Integration}, facts.Page{Limit: 2, Offset: 1})
	check(err)
	equal(t, "total", total, 3)
	equal(t, "second page", groups, []store.RepoGroup{{Organization: w.Organization, Repos: 3}, {Organization: orgs[0], Repos: 5}})
	groups, total, err = s.RepoGroups(t.Context(), store.RepoFilter{Organization: orgs[0], NoLanguage: true}, facts.Page{})
	check(err)
	equal(t, "filtered", groups, []store.RepoGroup{{Organization: orgs[0], Repos: 2}})
	equal(t, "filtered total", total, 1)
}
