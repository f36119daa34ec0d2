package metrics_test

import (
	"testing"

	"pgregory.net/rapid"

	"weir/internal/facts"
	"weir/internal/metrics"
)

// The file adds 7 lines without a partner and 2 to lines of unknown origin. Identities 1 and 2 are person 10
// (the author), identity 3 is person 11.
//
//	identity age       lines   W = 30          W = 21
//	       1 to 21         1   rework          rework
//	       2 to 30         2   rework          legacy
//	       3 to 21         4   help            help
//	       3 to 30         8   help            legacy
//	       1 older        16   legacy          legacy
//	       3 older        32   legacy          legacy
func TestWorkTypes(t *testing.T) {
	t.Parallel()
	file := &facts.FileChange{New: 7, Unattributed: 2, Touched: []facts.TouchedLines{
		{Identity: 1, Age: facts.AgeTo21Days, Lines: 1}, {Identity: 2, Age: facts.AgeTo30Days, Lines: 2},
		{Identity: 3, Age: facts.AgeTo21Days, Lines: 4}, {Identity: 3, Age: facts.AgeTo30Days, Lines: 8},
		{Identity: 1, Age: facts.AgeOlder, Lines: 16}, {Identity: 3, Age: facts.AgeOlder, Lines: 32},
	}}
	persons := map[facts.IdentityID]facts.PersonID{1: 10, 2: 10, 3: 11}
	person := func(id facts.IdentityID) facts.PersonID { return persons[id] }
	cases := map[metrics.Window]facts.WorkTypes{
		metrics.Window30: {NewWork: 7, Unattributed: 2, Rework: 3, HelpOthers: 12, LegacyRefactor: 48},
		metrics.Window21: {NewWork: 7, Unattributed: 2, Rework: 1, HelpOthers: 4, LegacyRefactor: 58},
	}
	for w, want := range cases {
		if got := metrics.WorkTypesOf(file, 10, person, w); got != want {
			t.Errorf("window %d: %+v, want %+v", w, got, want)
		}
	}
	if _, err := metrics.ParseWindow(7); err == nil {
		t.Error("a window of 7 days was taken; stored facts cannot answer for it")
	}
}

// Whatever was touched by whom, the types add up to HALOC under both windows, and merging everybody into one
// person turns help into rework and nothing else.
func TestWorkTypesAddUp(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		file := &facts.FileChange{New: rapid.IntRange(0, 50).Draw(t, "new"), Unattributed: rapid.IntRange(0, 50).Draw(t, "unattributed")}
		file.Touched = rapid.SliceOfN(rapid.Custom(func(t *rapid.T) facts.TouchedLines {
			return facts.TouchedLines{
				Identity: facts.IdentityID(rapid.IntRange(1, 4).Draw(t, "identity")),
				Age:      facts.AgeBucket(rapid.IntRange(0, 2).Draw(t, "age")), Lines: rapid.IntRange(1, 50).Draw(t, "lines"),
			}
		}), 0, 8).Draw(t, "touched")
		alone := func(id facts.IdentityID) facts.PersonID { return facts.PersonID(id) }
		merged := func(facts.IdentityID) facts.PersonID { return 1 }
		for _, w := range []metrics.Window{metrics.Window21, metrics.Window30} {
			a := metrics.WorkTypesOf(file, 1, alone, w)
			b := metrics.WorkTypesOf(file, 1, merged, w)
			if a.HALOC() != file.HALOC() || b.HALOC() != file.HALOC() {
				t.Fatalf("window %d: types add up to %d and %d, HALOC is %d", w, a.HALOC(), b.HALOC(), file.HALOC())
			}
			if b.HelpOthers != 0 || b.Rework != a.Rework+a.HelpOthers || b.LegacyRefactor != a.LegacyRefactor || b.NewWork != a.NewWork {
				t.Fatalf("window %d: merging gave %+v out of %+v", w, b, a)
			}
		}
	})
}
