package history_test

import (
	"fmt"
	"testing"

	"weir/internal/facts"
	"weir/internal/git/gittest"
	"weir/internal/history"
)

// manyMoves is a folder of so many files of one name, and the same folder elsewhere with each file's first line edited.
func manyMoves(n int) (old, moved gittest.Files, gone []string) {
	old, moved = gittest.Files{}, gittest.Files{}
	for i := range n {
		rest := numbered(fmt.Sprintf("module %d line ", i), 0, 30)
		from := fmt.Sprintf("old/m%02d/index.js", i)
		old[from], gone = gittest.Text("first\n"+rest), append(gone, from)
		moved[fmt.Sprintf("new/p%02d/index.js", n-i)] = gittest.Text("other\n" + rest)
	}
	return old, moved, gone
}

// TestTooManyRenamesAreLeftToNobody has a commit that moves more files than the search may compare: what was found until
// then and what needs no comparing is followed, the lines of the rest are nobody's, also when read from a checkpoint.
func TestTooManyRenamesAreLeftToNobody(t *testing.T) {
	t.Parallel()
	const n = 20
	old, moved, gone := manyMoves(n)
	old["same"], moved["there/same"] = gittest.Text("equal\n"), gittest.Text("equal\n")
	for _, kept := range []bool{false, true} {
		r := gittest.New(t)
		first := r.Commit(gittest.Commit{Set: old})
		second := r.Commit(gittest.Commit{Parents: []gittest.Mark{first}, Remove: append(gone, "same"), Set: moved})
		r.Branch("main", second)
		r.Write()
		o := history.Options{MaxDiffCost: n * n * 50}
		if kept {
			o.StateDir = t.TempDir()
		}
		all, sum := replay(t, r.Dir, o)
		lost := map[string]bool{}
		for _, p := range sum.Problems {
			if p.Code != "too_costly" || p.Commit.String() != all[1].Hash {
				t.Errorf("problem %+v", p)
			}
			lost[p.Path] = true
		}
		if len(lost) == 0 || len(lost) == n {
			t.Fatalf("%d of %d are lost", len(lost), n)
		}
		followed := 0
		for path, f := range files(all[1]) {
			switch {
			case path == "there/same":
				if f.OldPath != "same" || f.Added+f.Deleted > 0 {
					t.Errorf("an equal file: %+v", f)
				}
			case f.Status == facts.FileDeleted:
			case lost[path]:
				if f.Kind != facts.KindTooLarge || f.Added != 31 || f.Unattributed != 31 || f.New > 0 {
					t.Errorf("a lost file: %+v", f)
				}
			default:
				followed++
				if f.OldPath == "" || f.Added != 1 || f.Deleted != 1 || f.Unattributed > 0 {
					t.Errorf("a file that was followed: %+v", f)
				}
			}
		}
		if followed != n-len(lost) {
			t.Errorf("%d followed and %d lost of %d", followed, len(lost), n)
		}
		checkLostOwners(t, r, second, lost, o)
	}
}

// checkLostOwners goes on after a commit with lost files: nobody is touched when their lines go.
func checkLostOwners(t *testing.T, r *gittest.Repo, last gittest.Mark, lost map[string]bool, o history.Options) {
	t.Helper()
	var gone []string
	for path := range lost {
		gone = append(gone, path)
	}
	r.Branch("main", r.Commit(gittest.Commit{Parents: []gittest.Mark{last}, Remove: gone}))
	r.Write()
	all, sum := replay(t, r.Dir, o)
	if sum.Rebuilt {
		t.Errorf("rebuilt: %s", sum.RebuiltReason)
	}
	for path, f := range files(all[len(all)-1]) {
		if f.Deleted != 31 || f.Unattributed != 31 || len(f.Touched) > 0 {
			t.Errorf("%s is gone: %+v", path, f)
		}
	}
}

// TestTooManyRenamesInAMerge has a merge that moves a folder and edits it: what it holds is neither its own nor anybody's.
func TestTooManyRenamesInAMerge(t *testing.T) {
	t.Parallel()
	const n = 20
	old, moved, gone := manyMoves(n)
	r := gittest.New(t)
	root := r.Commit(gittest.Commit{Set: old})
	side := r.Commit(gittest.Commit{Parents: []gittest.Mark{root}, Set: gittest.Files{"side": gittest.Text("s\n")}})
	other := r.Commit(gittest.Commit{Parents: []gittest.Mark{root}, Set: gittest.Files{"other": gittest.Text("o\n")}})
	moved["side"] = gittest.Text("s\n")
	r.Branch("main", r.Commit(gittest.Commit{Parents: []gittest.Mark{other, side}, Remove: gone, Set: moved}))
	r.Write()
	all, sum := replay(t, r.Dir, history.Options{MaxDiffCost: n * n * 50})
	if sum.ProblemCount == 0 || sum.ProblemCount >= n {
		t.Fatalf("%d problems: %+v", sum.ProblemCount, sum.Problems)
	}
	// Each file that was found out has one line of the merge's own.
	if merged := files(all[3]); len(merged) != n-sum.ProblemCount {
		t.Errorf("%d files with lines of the merge and %d lost, of %d: %+v", len(merged), sum.ProblemCount, n, merged)
	}
}
