package history_test

import (
	"testing"

	"pgregory.net/rapid"

	"weir/internal/facts"
	"weir/internal/history"
	"weir/internal/metrics"
)

// TestTypesFollowPeopleAndWindow types every change again after people were merged at will and for each window, from
// nothing but what is stored, and compares that with the writer and the author time of each single deleted line.
func TestTypesFollowPeopleAndWindow(t *testing.T) {
	withDir(t, func(t *rapid.T, dir string) {
		m := generate(t, dir, 14)
		all, _ := replay(t, m.repo.Dir, history.Options{})
		merged := map[facts.IdentityID]facts.PersonID{}
		for _, id := range []facts.IdentityID{'a', 'b', 'c'} {
			merged[id] = facts.PersonID(rapid.IntRange(1, 2).Draw(t, "person"))
		}
		person := func(id facts.IdentityID) facts.PersonID { return merged[id] }
		for _, window := range []metrics.Window{metrics.Window21, metrics.Window30} {
			for i := range all {
				c := &all[i]
				for k := range c.Files {
					f := &c.Files[k]
					want := typesByLine(all, c, f, person, int64(window))
					got := metrics.WorkTypesOf(f, person(c.Author), person, window)
					if got != want {
						t.Fatalf("commit %s %s, %d days: stored facts say %+v, its lines %+v", c.Hash, f.Path, window, got, want)
					}
				}
			}
		}
	})
}

// typesByLine types the lines of a change one by one.
func typesByLine(
	all []emitted, c *emitted, f *facts.FileChange, person func(facts.IdentityID) facts.PersonID, days int64,
) (types facts.WorkTypes) {
	for _, h := range f.Hunks {
		types.NewWork += max(0, h.NewLines-h.OldLines)
		for _, r := range h.Touched {
			wrote := &all[r.Commit-1]
			switch {
			case c.AuthoredAt-wrote.AuthoredAt > days*86400:
				types.LegacyRefactor += r.Lines
			case person(wrote.Author) == person(c.Author):
				types.Rework += r.Lines
			default:
				types.HelpOthers += r.Lines
			}
		}
	}
	return types
}
