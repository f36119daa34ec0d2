package storetest

import (
	"testing"

	"weir/internal/facts"
	"weir/internal/store"
)

var dailyBehaviour = []behaviour{
	{"roll-ups are replaced as a whole", replacesDaily},
	{"roll-ups are narrowed by a query", readsDaily},
	{"baselines are kept by month", savesBaselines},
}

func aDaily(repo facts.RepoID, day, person int) facts.Daily {
	return facts.Daily{Repo: repo, Day: facts.Day(day), Person: facts.PersonID(person), Commits: 1, Merges: 2, LeftOut: 3,
		Lines:      facts.WorkTypes{NewWork: 4, LegacyRefactor: 5, HelpOthers: 6, Rework: 7, Unattributed: 8},
		LineCounts: facts.LineCounts{Added: 9, Deleted: 10}, Impact: 11.5}
}

func replacesDaily(t *testing.T, s *store.Store) {
	ctx := t.Context()
	w := NewWorld(t, s, "Main", 3)
	a, b := w.Repos[0], w.Repos[1]
	check(s.ReplaceDaily(ctx, b, []facts.Daily{aDaily(b, 1, 1)}))
	check(s.ReplaceDaily(ctx, a, []facts.Daily{aDaily(a, -1, 1), aDaily(a, 2, 1), aDaily(a, 3, 1)}))
	changed := aDaily(a, 2, 1)
	changed.Impact = 12
	want := []facts.Daily{aDaily(a, -1, 1), aDaily(b, 1, 1), changed, aDaily(a, 2, 2)}
	check(s.ReplaceDaily(ctx, a, []facts.Daily{changed, want[0], want[3]}))
	equal(t, "daily", collect(s.Daily(ctx, facts.Query{From: -10, To: 10})), want)
	var many []facts.Daily
	for day := range 3000 {
		many = append(many, aDaily(a, day, 1))
	}
	check(s.ReplaceDaily(ctx, a, many))
	check(s.ReplaceDaily(ctx, a, nil))
	equal(t, "emptied", collect(s.Daily(ctx, facts.Query{From: -10, To: 5000})), []facts.Daily{aDaily(b, 1, 1)})
}

func readsDaily(t *testing.T, s *store.Store) {
	ctx := t.Context()
	w := NewWorld(t, s, "Main", 3)
	_, _, err := s.Span(ctx)
	wantError(t, "no span", err, facts.ErrNotFound)
	for i, repo := range w.Repos { // the last is not imported
		check(s.ReplaceDaily(ctx, repo, []facts.Daily{aDaily(repo, 1, 1), aDaily(repo, 2, 2), aDaily(repo, 5+i, 1)}))
	}
	for _, c := range []struct {
		name  string
		query facts.Query
		want  int
	}{
		{"all", facts.Query{From: 0, To: 9}, 6}, {"days", facts.Query{From: 1, To: 2}, 4},
		{"people", facts.Query{From: 0, To: 9, People: []facts.PersonID{2}}, 2},
		{"repos", facts.Query{From: 0, To: 9, Repos: w.Repos[1:]}, 3},
	} {
		equal(t, c.name, len(collect(s.Daily(ctx, c.query))), c.want)
	}
	first, last, err := s.Span(ctx)
	check(err)
	equal(t, "span", []facts.Day{first, last}, []facts.Day{1, 6})
	_, last, err = s.Span(ctx, w.Repos[0])
	check(err)
	equal(t, "span of one repo", last, facts.Day(5))
}

func savesBaselines(t *testing.T, s *store.Store) {
	ctx := t.Context()
	repo := NewWorld(t, s, "Main", 2).Repos[0]
	check(s.SaveBaselines(ctx, repo, []store.Baseline{{Month: 31, Value: []byte(`{"a":1}`)}, {Month: 0, Value: []byte(`{}`)}}))
	check(s.SaveBaselines(ctx, repo, []store.Baseline{{Month: 31, Value: []byte(`{"a":2}`)}}))
	equal(t, "baselines", must(s.Baselines(ctx, repo)), []store.Baseline{{Month: 0, Value: []byte(`{}`)}, {Month: 31, Value: []byte(`{"a":2}`)}})
	check(s.DeleteBaselines(ctx, repo))
	equal(t, "deleted", must(s.Baselines(ctx, repo)), []store.Baseline{})
}
