package storetest

import (
	"context"
	"fmt"
	"testing"

	"weir/internal/facts"
	"weir/internal/store"
)

var deleteBehaviour = []behaviour{
	{"a deletion that was cut short leaves whole commits", deletesFromTheEnd},
	{"deleting facts leaves other repos and the repo itself", deletesFacts},
	{"purging an integration leaves nothing of it and all of others", purgesIntegration},
}

func fill(s *store.Store, t *testing.T, repo facts.RepoID, commits int) {
	ctx := t.Context()
	var all []facts.Commit
	var judged []facts.JudgedCommit
	for n := 1; n <= commits; n++ {
		c := aCommit(n)
		c.Files = []facts.FileChange{{Path: "a", Status: facts.FileModified}, {Path: "b", Status: facts.FileAdded}}
		all = append(all, c)
		judged = append(judged, facts.JudgedCommit{Commit: c, Verdict: facts.Verdict{Person: 1}})
	}
	check(s.SaveCommits(ctx, repo, all))
	check(s.SaveVerdicts(ctx, repo, judged))
	check(s.ReplaceDaily(ctx, repo, []facts.Daily{aDaily(repo, 1, 1)}))
	check(s.SaveBaselines(ctx, repo, []store.Baseline{{Month: 1, Value: []byte("{}")}}))
	check(s.SaveRefs(ctx, repo, []facts.Ref{{Name: "refs/heads/main", Hash: aCommit(1).Hash}}, 1))
	check(s.SaveProblems(ctx, repo, []facts.Problem{{Kind: facts.SyncCommits, Item: "x", Code: "y"}}))
}

func rowsOf(s *store.Store, t *testing.T, table, column string, id any) (n int) {
	check(s.DB().QueryRowContext(t.Context(), fmt.Sprintf(`SELECT COUNT(*) FROM %s WHERE %s = $1`, table, column), id).Scan(&n))
	return n
}

var factTables = []string{"commits", "commit_files", "verdicts", "daily", "baselines"}

func deletesFacts(t *testing.T, s *store.Store) {
	w := NewWorld(t, s, "Main", 3)
	fill(s, t, w.Repos[0], 2500)
	fill(s, t, w.Repos[1], 10)
	check(s.DeleteFacts(t.Context(), w.Repos[0]))
	for _, table := range factTables {
		equal(t, table, rowsOf(s, t, table, "repo_id", w.Repos[0]), 0)
		if rowsOf(s, t, table, "repo_id", w.Repos[1]) == 0 {
			t.Errorf("%s: the other repo lost its rows", table)
		}
	}
	equal(t, "refs", len(must(s.Refs(t.Context(), w.Repos[0]))), 1)
}

func purgesIntegration(t *testing.T, s *store.Store) {
	ctx := t.Context()
	w, other := NewWorld(t, s, "Main", 3), NewWorld(t, s, "Other", 2)
	fill(s, t, w.Repos[0], 20)
	fill(s, t, other.Repos[0], 20)
	check(s.Record(ctx, facts.Request{Integration: w.Integration}))
	check(s.Flush(ctx))
	wantError(t, "not deleted", s.PurgeIntegration(ctx, w.Integration), facts.ErrConflict)
	check(s.DeleteIntegration(ctx, w.Integration))
	check(s.PurgeIntegration(ctx, w.Integration))
	for _, table := range append([]string{"refs", "problems", "sync_states"}, factTables...) {
		equal(t, table, rowsOf(s, t, table, "repo_id", w.Repos[0]), 0)
		if rowsOf(s, t, table, "repo_id", other.Repos[0]) == 0 {
			t.Errorf("%s: the other integration lost its rows", table)
		}
	}
	for _, table := range []string{"organizations", "repos", "credentials", "requests"} {
		equal(t, table, rowsOf(s, t, table, "integration_id", w.Integration), 0)
	}
	_, err := s.Integration(ctx, w.Integration)
	wantError(t, "integration", err, facts.ErrNotFound)
}

// A deletion that stops half way must leave commits that are whole: the number that counts as held last
// is where the next import goes on.
func deletesFromTheEnd(t *testing.T, s *store.Store) {
	repo := NewWorld(t, s, "Main", 2).Repos[0]
	fill(s, t, repo, 700)
	ctx, cancel := context.WithCancel(t.Context())
	go func() {
		for last := 700; last == 700; {
			n, err := s.HeldCommits(ctx, repo)
			if err != nil {
				return
			}
			last = n
		}
		cancel()
	}()
	_ = s.DeleteFacts(ctx, repo)
	last := must(s.LastCommitNumber(t.Context(), repo))
	equal(t, "held", must(s.HeldCommits(t.Context(), repo)), int(last))
	for c, err := range s.CommitsOf(t.Context(), repo) {
		check(err)
		equal(t, "files", len(c.Files), 2)
	}
	equal(t, "files beyond", rowsOf(s, t, "commit_files", "repo_id", repo), 2*int(last))
	check(s.DeleteFacts(t.Context(), repo))
	equal(t, "left", rowsOf(s, t, "commit_files", "repo_id", repo), 0)
}
