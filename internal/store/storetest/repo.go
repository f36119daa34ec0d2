package storetest

import (
	"fmt"
	"testing"

	"weir/internal/facts"
	"weir/internal/store"
)

var repoBehaviour = []behaviour{
	{"a repo follows the server's id and keeps what people decided", savesRepos},
	{"repos are found by search and filters, page by page", listsRepos},
	{"importing is told once", marksImported},
}

func savesRepos(t *testing.T, s *store.Store) {
	ctx := t.Context()
	w := NewWorld(t, s, "Main", 2)
	id := w.Repos[0]
	yes := true
	rules := []facts.AttributeRule{{Dir: "sub/", Pattern: "*.pb.go", Generated: &yes}}
	check(s.SetRepoAttributes(ctx, id, rules))
	check(s.InTx(ctx, func(tx *store.Tx) error { return tx.SetRepoGlobs(ctx, id, []string{"docs/**"}) }))
	check(s.MarkRepoGone(ctx, id))
	if must(s.Repo(ctx, id)).GoneAt == 0 {
		t.Error("it is not gone")
	}
	renamed := aRepo(w, 1)
	renamed.Name, renamed.FullName, renamed.Archived, renamed.Fork = "new", "acme/new", true, true
	equal(t, "same row", must(s.SaveRepos(ctx, w.Integration, []facts.Repo{renamed})), []facts.RepoID{id})
	got := must(s.Repo(ctx, id))
	want := renamed
	want.ID, want.ImportedAt, want.SeenAt, want.Attributes, want.Globs = id, got.ImportedAt, got.SeenAt, rules, []string{"docs/**"}
	equal(t, "repo", got, want)
	if got.SeenAt == 0 {
		t.Error("it was not seen")
	}
	if got.ImportedAt == 0 {
		t.Error("saving undid the import")
	}
	equal(t, "by server id", must(s.RepoByServerID(ctx, w.Integration, 1)), got)
	_, err := s.Repo(ctx, 999)
	wantError(t, "absent", err, facts.ErrNotFound)
}

func listsRepos(t *testing.T, s *store.Store) {
	ctx := t.Context()
	w := NewWorld(t, s, "Main", 2)
	var more []facts.Repo
	for i := range 30 {
		r := aRepo(w, 100+i)
		r.FullName = fmt.Sprintf("Acme/Service_%02d", i)
		r.Archived = i%2 == 0
		more = append(more, r)
	}
	must(s.SaveRepos(ctx, w.Integration, more))
	yes, no := true, false
	for _, c := range []struct {
		name   string
		filter store.RepoFilter
		want   int
	}{
		{"all", store.RepoFilter{Integration: w.Integration}, 32},
		{"no integration named", store.RepoFilter{}, 32},
		{"another integration", store.RepoFilter{Integration: w.Integration + 1}, 0},
		{"organization", store.RepoFilter{Organization: w.Organization}, 32},
		{"search in any case", store.RepoFilter{Search: " acme/SERVICE_1"}, 10},
		{"search takes no wildcards", store.RepoFilter{Search: "service%1"}, 0},
		{"imported", store.RepoFilter{Imported: &yes}, 1},
		{"not imported and archived", store.RepoFilter{Imported: &no, Archived: &yes}, 15},
		{"forks", store.RepoFilter{Fork: &yes}, 0},
		{"visibility", store.RepoFilter{Visibility: "public"}, 0},
		{"pushed since", store.RepoFilter{PushedSince: 1001}, 0},
		{"phase", store.RepoFilter{Phases: []facts.Phase{facts.PhaseQueued, facts.PhaseFailed}}, 1},
		{"ids", store.RepoFilter{IDs: w.Repos}, 2},
	} {
		rows, total, err := s.Repos(ctx, c.filter, facts.Page{Limit: 7})
		check(err)
		if total != c.want || len(rows) != min(c.want, 7) {
			t.Errorf("%s: %d rows of %d, want %d", c.name, len(rows), total, c.want)
		}
		equal(t, c.name+": ids", len(must(s.RepoIDs(ctx, c.filter))), c.want)
	}
	rows, _, err := s.Repos(ctx, store.RepoFilter{}, facts.Page{Limit: 2, Offset: 1})
	check(err)
	equal(t, "order", []string{rows[0].FullName, rows[1].FullName}, []string{"acme/repo-2", "Acme/Service_00"})
	check(s.MarkRepoGone(ctx, rows[1].ID))
	_, total, _ := s.Repos(ctx, store.RepoFilter{}, facts.Page{Limit: 1})
	equal(t, "without those gone", total, 31)
	_, total, _ = s.Repos(ctx, store.RepoFilter{Gone: true}, facts.Page{Limit: 1})
	equal(t, "with those gone", total, 32)
}

func marksImported(t *testing.T, s *store.Store) {
	ctx := t.Context()
	w := NewWorld(t, s, "Main", 3)
	check(s.InTx(ctx, func(tx *store.Tx) error {
		equal(t, "fresh", must(tx.MarkImported(ctx, w.Repos)), w.Repos[2:])
		equal(t, "again", must(tx.MarkImported(ctx, w.Repos)), []facts.RepoID{})
		return nil
	}))
	equal(t, "state", must(s.SyncState(ctx, w.Repos[2], facts.SyncCommits)).Phase, facts.PhaseQueued)
	equal(t, "imported", len(must(s.ImportedRepos(ctx))), 3)
	check(s.InTx(ctx, func(tx *store.Tx) error { return tx.MarkNotImported(ctx, w.Repos[:2]) }))
	equal(t, "left", len(must(s.ImportedRepos(ctx))), 1)
}
