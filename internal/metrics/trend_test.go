package metrics_test

import (
	"math"
	"testing"

	"pgregory.net/rapid"

	"weir/internal/facts"
	"weir/internal/metrics"
)

// x 0 1 2 3, y 1 3 2 4: means 1.5 and 2.5; xy = 1.5*1.5 + 0.5*-0.5... = (-1.5*-1.5)+(-0.5*0.5)+(0.5*-0.5)+(1.5*1.5)
// = 4; xx = 5; yy = 2.25+0.25+0.25+2.25 = 5. Slope 4/5 = 0.8, R² = 16/25 = 0.64.
func TestTrend(t *testing.T) {
	t.Parallel()
	got, ok := metrics.TrendOf(values(1, 3, 2, 4))
	if !ok || math.Abs(got.Slope-0.8) > 1e-9 || math.Abs(got.Explained-0.64) > 1e-9 || got.Weeks != 4 {
		t.Errorf("trend = %+v %v", got, ok)
	}
	if _, ok := metrics.TrendOf(values(1, 2, 3)); ok {
		t.Error("three weeks have a trend; four are needed")
	}
	if got, _ := metrics.TrendOf(values(5, 5, 5, 5)); got.Slope != 0 || got.Explained != 0 {
		t.Errorf("a flat line: %+v", got)
	}
	// A week without a value keeps its place: 0, -, 2, 3, 4 lie on the line y = x.
	gap := values(0, 1, 2, 3, 4)
	gap[1] = nil
	if got, _ := metrics.TrendOf(gap); math.Abs(got.Slope-1) > 1e-9 || math.Abs(got.Explained-1) > 1e-9 || got.Weeks != 4 {
		t.Errorf("with a gap: %+v", got)
	}
}

func values(all ...float64) []*float64 {
	var out []*float64
	for i := range all {
		out = append(out, &all[i])
	}
	return out
}

// 1 January 1970 was a Thursday. The period from then to Tuesday 13 January cuts the first week to 4 days and the
// last to 2; only the one from Monday 5 (day 4) is complete.
func TestWeekly(t *testing.T) {
	t.Parallel()
	m, _ := metrics.Find("impact_per_week")
	w := metrics.NewWeekly(0, 12, m.New)
	for _, day := range []facts.Day{-1, 0, 3, 4, 10, 11, 13} {
		w.Add(&facts.Daily{Day: day, Person: 1, Commits: 1, Impact: 4})
	}
	got := w.Result(0)
	want := []metrics.Week{
		{Monday: -3, Value: metrics.Of(14, 2)}, // 8 / (4/7)
		{Monday: 4, Value: metrics.Of(8, 2), Complete: true},
		{Monday: 11, Value: metrics.Of(14, 1)}, // 4 / (2/7)
	}
	if len(got) != len(want) {
		t.Fatalf("weeks = %+v", got)
	}
	for i := range want {
		if got[i] != want[i] {
			t.Errorf("week %d = %+v, want %+v", i, got[i], want[i])
		}
	}
}

// Averages are pooled: however the rows are split over people and repos, the order in which they come and
// the way in which a day's commits are spread over rows change no number of the whole.
func TestFoldsPool(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		all := rapid.SliceOfN(rapid.Custom(daily), 0, 20).Draw(t, "rows")
		split := append([]facts.Daily{}, all...)
		for i := range split {
			if split[i].Commits < 2 {
				continue
			}
			part := facts.Daily{Day: split[i].Day, Person: split[i].Person, Repo: 9, Commits: 1, Lines: split[i].Lines, Impact: split[i].Impact}
			split[i].Commits--
			split[i].Lines, split[i].Impact = facts.WorkTypes{}, 0
			split = append(split, part)
		}
		shuffled := rapid.Permutation(split).Draw(t, "order")
		for _, m := range metrics.OfCommits() {
			a, b := m.New(), m.New()
			for i := range all {
				a.Add(&all[i])
			}
			for i := range shuffled {
				b.Add(&shuffled[i])
			}
			x, y := a.Result(metrics.Scope{Days: 30}), b.Result(metrics.Scope{Days: 30})
			if x.Missing != y.Missing || x.Sample != y.Sample || math.Abs(x.Number-y.Number) > 1e-6 {
				t.Fatalf("%s: %+v whole, %+v split", m.ID, x, y)
			}
		}
	})
}

func daily(t *rapid.T) facts.Daily {
	return facts.Daily{
		Day: facts.Day(rapid.IntRange(-5, 40).Draw(t, "day")), Person: facts.PersonID(rapid.IntRange(1, 3).Draw(t, "person")),
		Repo: facts.RepoID(rapid.IntRange(1, 2).Draw(t, "repo")), Commits: rapid.IntRange(0, 4).Draw(t, "commits"),
		Merges: rapid.IntRange(0, 2).Draw(t, "merges"),
		Lines: facts.WorkTypes{NewWork: rapid.IntRange(0, 99).Draw(t, "new"), LegacyRefactor: rapid.IntRange(0, 99).Draw(t, "legacy"),
			HelpOthers: rapid.IntRange(0, 99).Draw(t, "help"), Rework: rapid.IntRange(0, 99).Draw(t, "rework")},
		Impact: float64(rapid.IntRange(0, 400).Draw(t, "impact")),
	}
}
