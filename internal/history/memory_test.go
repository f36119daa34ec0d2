package history_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"weir/internal/git/gittest"
	"weir/internal/history"
)

// wide writes a history in which each of so many commits edits some of so many files of so many lines: all of them are
// alive to the end, and each is come back to after all others.
func wide(r *gittest.Repo, commits, files, lines int) {
	var last []gittest.Mark
	for i := range commits {
		set := gittest.Files{}
		for k := range files {
			if i > 0 && (k+i)%4 != 0 {
				continue
			}
			var b strings.Builder
			for l := range lines {
				at := i
				if l%97 != i%97 {
					at = 0
				}
				fmt.Fprintf(&b, "line %d of file %d, as of commit %d\n", l, k, at)
			}
			set[fmt.Sprintf("d%d/f%d", k%7, k)] = gittest.Text(b.String())
		}
		last = []gittest.Mark{r.Commit(gittest.Commit{Parents: last, Set: set})}
	}
	r.Branch("main", last[0])
	r.Write()
	r.Git("repack", "-adq")
}

// TestCeilingChangesNoResult replays a history whose texts are many times the ceiling, and once without any.
func TestCeilingChangesNoResult(t *testing.T) {
	t.Parallel()
	r := gittest.New(t)
	wide(r, 10, 24, 400)
	want, _ := replay(t, r.Dir, history.Options{MemoryLimit: 1 << 40})
	for _, o := range []history.Options{{MemoryLimit: 1}, {MemoryLimit: 256 << 10}, {MemoryLimit: 1 << 20, StateDir: t.TempDir()}} {
		got, sum := replay(t, r.Dir, o)
		if diff := cmp.Diff(want, got); diff != "" || sum.ProblemCount > 0 {
			t.Errorf("with %d bytes: problems %v (-without a ceiling +with):\n%.2000s", o.MemoryLimit, sum.Problems, diff)
		}
	}
}

// TestHeavyCeilingHolds has texts alive of many times the least ceiling that a person can choose, and measures.
func TestHeavyCeilingHolds(t *testing.T) {
	heavy(t)
	r := gittest.New(t)
	wide(r, 10, 600, 8_000)
	for _, limit := range []int64{64 << 20, 256 << 20} {
		t.Logf("ceiling %d MiB, %d files of about %d KiB alive:", limit>>20, 600, 8_000*38>>10)
		_, sum := measured(t, r, history.Options{MemoryLimit: limit, StateDir: t.TempDir()})
		if sum.ProblemCount > 0 {
			t.Errorf("problems: %v", sum.Problems)
		}
	}
}
