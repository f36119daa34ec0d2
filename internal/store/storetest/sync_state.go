package storetest

import (
	"testing"

	"weir/internal/facts"
	"weir/internal/store"
)

var syncBehaviour = []behaviour{
	{"problems of imported repos are counted by their reason", countsProblems},
	{"a sync state comes back whole and is replaced", savesSyncState},
	{"phases are counted over imported repos", countsPhases},
	{"problems are kept once each and cleared by kind", savesProblems},
}

func savesSyncState(t *testing.T, s *store.Store) {
	ctx := t.Context()
	w := NewWorld(t, s, "Main", 2)
	_, err := s.SyncState(ctx, w.Repos[1], facts.SyncTickets)
	wantError(t, "never begun", err, facts.ErrNotFound)
	want := facts.SyncState{Repo: w.Repos[0], Kind: facts.SyncCommits, Phase: facts.PhaseFailed, Done: 1, Total: 1 << 40, Unit: "commits",
		StartedAt: 3, FinishedAt: 4, Code: "c", Cause: "cause", Next: "next", Attempts: 5, Held: 6, Server: 7, ServerAt: 8, Problems: 9}
	check(s.SaveSyncState(ctx, want))
	got := must(s.SyncState(ctx, w.Repos[0], facts.SyncCommits))
	want.UpdatedAt = got.UpdatedAt
	equal(t, "state", got, want)
	rows, _, err := s.Repos(ctx, store.RepoFilter{IDs: w.Repos}, facts.Page{})
	check(err)
	equal(t, "in the list", []facts.SyncState{rows[0].Sync, rows[1].Sync}, []facts.SyncState{want, {}})
	wantError(t, "no such repo", s.SaveSyncState(ctx, facts.SyncState{Repo: 999, Kind: facts.SyncCommits}), facts.ErrNotFound)
}

func countsPhases(t *testing.T, s *store.Store) {
	ctx := t.Context()
	w := NewWorld(t, s, "Main", 4)
	check(s.SaveSyncState(ctx, facts.SyncState{Repo: w.Repos[0], Kind: facts.SyncCommits, Phase: facts.PhaseReady}))
	equal(t, "counts", must(s.PhaseCounts(ctx, facts.SyncCommits)), map[facts.Phase]int{facts.PhaseReady: 1, facts.PhaseQueued: 2})
	equal(t, "states", len(must(s.SyncStates(ctx, facts.SyncCommits))), 3)
	equal(t, "states of one", len(must(s.SyncStates(ctx, facts.SyncCommits, w.Repos[1]))), 1)
}

func savesProblems(t *testing.T, s *store.Store) {
	ctx := t.Context()
	w := NewWorld(t, s, "Main", 2)
	repo := w.Repos[0]
	check(s.SaveProblems(ctx, repo, []facts.Problem{
		{Kind: facts.SyncCommits, Item: "b\xff", Code: "missing", Cause: "old", SeenAt: 1},
		{Kind: facts.SyncCommits, Item: "b\xff", Code: "missing", Cause: "new", SeenAt: 2},
		{Kind: facts.SyncTickets, Item: "7", Code: "broken", Cause: "x", SeenAt: 1}}))
	check(s.SaveProblems(ctx, repo, []facts.Problem{{Kind: facts.SyncCommits, Item: "a", Code: "missing", SeenAt: 3}}))
	got, total, err := s.Problems(ctx, repo, facts.Page{Limit: 2})
	check(err)
	equal(t, "total", total, 3)
	equal(t, "page", got, []facts.Problem{{Repo: repo, Kind: facts.SyncCommits, Item: "a", Code: "missing", SeenAt: 3},
		{Repo: repo, Kind: facts.SyncCommits, Item: "b\uFFFD", Code: "missing", Cause: "new", SeenAt: 2}})
	check(s.InTx(ctx, func(tx *store.Tx) error { return tx.ClearProblem(ctx, repo, facts.SyncCommits, "b\xff") }))
	_, total, _ = s.Problems(ctx, repo, facts.Page{})
	equal(t, "without one", total, 2)
	check(s.ClearProblems(ctx, repo, facts.SyncCommits))
	_, total, _ = s.Problems(ctx, repo, facts.Page{})
	equal(t, "left", total, 1)
}

func countsProblems(t *testing.T, s *store.Store) {
	ctx := t.Context()
	w := NewWorld(t, s, "Main", 3)
	for _, repo := range w.Repos {
		check(s.SaveProblems(ctx, repo, []facts.Problem{{Kind: facts.SyncCommits, Item: "a", Code: "x"}, {Kind: facts.SyncCommits, Item: "b", Code: "x"},
			{Kind: facts.SyncCommits, Item: "a", Code: "y"}}))
	}
	var want []store.ProblemCount
	for _, repo := range must(s.ImportedRepos(ctx)) {
		want = append(want, store.ProblemCount{Repo: repo.ID, Kind: facts.SyncCommits, Code: "x", Count: 2},
			store.ProblemCount{Repo: repo.ID, Kind: facts.SyncCommits, Code: "y", Count: 1})
	}
	equal(t, "counts", must(s.ProblemCounts(ctx)), want)
	check(s.DeleteIntegration(ctx, w.Integration))
	equal(t, "counts of a deleted integration", len(must(s.ProblemCounts(ctx))), 0)
}
