package metrics_test

import (
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"weir/internal/facts"
	"weir/internal/metrics"
)

// Seven lines among three, beginning with the last (2): new work 4 goes to 2 0 1 2, rework 3 to 0 1 2. So 0 has 1 and 1, 1 has 1 and 1,
// 2 has 2 and 1. Dealing goes on: added 5 to 0 1 2 0 1, deleted 2 to 2 0. Impact 9 is 3 each.
func TestSplitWork(t *testing.T) {
	t.Parallel()
	got := metrics.SplitWork(facts.WorkTypes{NewWork: 4, Rework: 3}, facts.LineCounts{Added: 5, Deleted: 2}, 9, 3, 5)
	want := []facts.Share{
		{Lines: facts.WorkTypes{NewWork: 1, Rework: 1}, LineCounts: facts.LineCounts{Added: 2, Deleted: 1}, Impact: 3},
		{Lines: facts.WorkTypes{NewWork: 1, Rework: 1}, LineCounts: facts.LineCounts{Added: 2}, Impact: 3},
		{Lines: facts.WorkTypes{NewWork: 2, Rework: 1}, LineCounts: facts.LineCounts{Added: 1, Deleted: 1}, Impact: 3},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestSharesAddUpToTheCommit(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(2, 9).Draw(t, "people")
		count := rapid.IntRange(0, 40)
		w := facts.WorkTypes{NewWork: count.Draw(t, "new"), LegacyRefactor: count.Draw(t, "legacy"), HelpOthers: count.Draw(t, "help"),
			Rework: count.Draw(t, "rework"), Unattributed: count.Draw(t, "unattributed")}
		c := facts.LineCounts{Added: count.Draw(t, "added"), Deleted: count.Draw(t, "deleted")}
		impact := rapid.Float64Range(0, 1000).Draw(t, "impact")
		var sum facts.Share
		least, most := math.MaxInt, 0
		for _, s := range metrics.SplitWork(w, c, impact, n, rapid.IntRange(0, 255).Draw(t, "first")) {
			sum.Lines = sum.Lines.Add(s.Lines)
			sum.Added, sum.Deleted, sum.Impact = sum.Added+s.Added, sum.Deleted+s.Deleted, sum.Impact+s.Impact
			least, most = min(least, s.Lines.HALOC()), max(most, s.Lines.HALOC())
		}
		if sum.Lines != w || sum.LineCounts != c || math.Abs(sum.Impact-impact) > 1e-9 {
			t.Fatalf("the shares add up to %+v", sum)
		}
		if most-least > 1 {
			t.Fatalf("one has %d lines, another %d", most, least)
		}
	})
}
