package history_test

import (
	"context"
	"flag"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"weir/internal/facts"
	"weir/internal/git"
	"weir/internal/git/gittest"
	"weir/internal/history"
)

// TestMain bounds the random histories: each of them runs git many times.
func TestMain(m *testing.M) {
	flag.Parse()
	if set := flag.Lookup("rapid.checks"); set != nil && set.Value.String() == set.DefValue {
		_ = set.Value.Set("25")
	}
	os.Exit(m.Run()) //nolint:forbidigo // a TestMain ends like this
}

// emitted is a commit that outlives its emission.
type emitted struct {
	facts.Commit
	Parents []facts.CommitNumber
}

func identify(_, email string) (facts.IdentityID, error) {
	return facts.IdentityID(email[0]), nil
}

// replay collects what a replay emits.
func replay(t gittest.TB, dir string, o history.Options) ([]emitted, *history.Summary) {
	t.Helper()
	repo, err := git.Open(context.Background(), dir)
	if err != nil {
		t.Fatalf("open: %v", err)
	}
	if o.Tips == nil {
		o.Tips = tips(t, repo)
	}
	o.Identify = identify
	var got []emitted
	sum, err := history.Replay(context.Background(), repo, o, func(c *history.Commit) error {
		got = append(got, clone(c))
		return nil
	})
	if err != nil {
		t.Fatalf("replay: %v", err)
	}
	return got, sum
}

func tips(t gittest.TB, repo *git.Repository) []git.Hash {
	refs, err := repo.Refs(context.Background(), "refs/heads")
	if err != nil {
		t.Fatalf("refs: %v", err)
	}
	var tips []git.Hash
	for _, r := range refs {
		tips = append(tips, r.Hash)
	}
	return tips
}

func clone(c *history.Commit) emitted {
	e := emitted{Commit: c.Commit, Parents: slices.Clone(c.ParentNumbers)}
	e.Files = slices.Clone(c.Files)
	for i := range e.Files {
		f := &e.Files[i]
		f.Touched = slices.Clone(f.Touched)
		f.Hunks = slices.Clone(f.Hunks)
		for j := range f.Hunks {
			f.Hunks[j].Touched = slices.Clone(f.Hunks[j].Touched)
		}
	}
	return e
}

// withDir runs a property with a fresh folder for each history.
func withDir(t *testing.T, property func(t *rapid.T, dir string)) {
	t.Parallel()
	base := t.TempDir()
	n := 0
	rapid.Check(t, func(rt *rapid.T) {
		n++
		dir := filepath.Join(base, fmt.Sprint(n))
		if err := os.Mkdir(dir, 0o700); err != nil {
			rt.Fatalf("%v", err)
		}
		defer func() { _ = os.RemoveAll(dir) }()
		property(rt, dir)
	})
}

// TestOwnersAreGitBlames compares every file of every head, and of a few commits between, with git blame.
func TestOwnersAreGitBlames(t *testing.T) {
	withDir(t, func(t *rapid.T, dir string) {
		m := generate(t, dir, 12)
		state := filepath.Join(dir, "state")
		if rapid.Bool().Draw(t, "keep nothing") {
			state = ""
		}
		heads := strings.Fields(m.repo.Git("for-each-ref", "--format=%(objectname)", "refs/heads"))
		heads = append(heads, m.repo.Hash(m.commits[rapid.IntRange(0, len(m.commits)-1).Draw(t, "also")].mark))
		for _, head := range heads {
			compareBlame(t, m, head, state)
		}
	})
}

func compareBlame(t *rapid.T, m *model, head, state string) {
	ctx := context.Background()
	repo, err := git.Open(ctx, m.repo.Dir)
	if err != nil {
		t.Fatalf("%v", err)
	}
	h, err := git.ParseHash(head)
	if err != nil {
		t.Fatalf("%v", err)
	}
	view, err := history.At(ctx, repo, h, history.Options{StateDir: state})
	if err != nil {
		t.Fatalf("at %s: %v", head, err)
	}
	defer func() { _ = view.Close() }()
	for _, path := range slices.Sorted(maps.Keys(m.tree(head))) {
		if m.tree(head)[path].Mode == "160000" {
			continue
		}
		lines, err := view.Blame(path)
		if err != nil {
			t.Fatalf("blame %s: %v", path, err)
		}
		var got []gittest.Blamed
		for _, l := range lines {
			got = append(got, gittest.Blamed{Commit: l.Commit.String(), Email: l.AuthorEmail, When: l.AuthorTime})
		}
		if diff := cmp.Diff(m.repo.Blame(head, path), got); diff != "" {
			t.Fatalf("%s at %s (-git +ours):\n%s", path, head, diff)
		}
	}
}

// tree is what a commit holds.
func (m *model) tree(hash string) gittest.Files {
	for _, c := range m.commits {
		if m.repo.Hash(c.mark) == hash {
			return c.tree
		}
	}
	return nil
}

// TestTouchedLinesAreThoseOfTheParentsBlame compares the writers of all deleted lines with git blame of the parent,
// and checks the sums of every commit.
func TestTouchedLinesAreThoseOfTheParentsBlame(t *testing.T) {
	withDir(t, func(t *rapid.T, dir string) {
		m := generate(t, dir, 10)
		all, sum := replay(t, m.repo.Dir, history.Options{})
		if sum.ProblemCount > 0 {
			t.Fatalf("problems: %v", sum.Problems)
		}
		blames := map[string][]gittest.Blamed{}
		for _, c := range all {
			for _, f := range c.Files {
				checkSums(t, c, f)
				if f.Deleted == 0 {
					continue
				}
				path := f.Path
				if f.OldPath != "" {
					path = f.OldPath
				}
				parent := all[c.Parents[0]-1].Hash
				key := parent + " " + path
				if blames[key] == nil {
					blames[key] = m.repo.Blame(parent, path)
				}
				checkTouched(t, all, c, f, blames[key])
			}
		}
	})
}

// checkSums holds the counts of a file against each other.
func checkSums(t *rapid.T, c emitted, f facts.FileChange) {
	if c.Merge() {
		if f.MergeLines == 0 || f.Added+f.Deleted+f.HALOC()+len(f.Hunks) > 0 {
			t.Fatalf("merge %s %s: %+v", c.Hash, f.Path, f)
		}
		return
	}
	haloc, added, deleted := 0, 0, 0
	for _, h := range f.Hunks {
		haloc, added, deleted = haloc+h.HALOC(), added+h.NewLines, deleted+h.OldLines
		touched := 0
		for _, r := range h.Touched {
			touched += r.Lines
		}
		if touched != h.OldLines {
			t.Fatalf("commit %s %s: touched lines of %+v", c.Hash, f.Path, h)
		}
	}
	if haloc != f.HALOC() || added != f.Added || deleted != f.Deleted || f.MergeLines != 0 {
		t.Fatalf("commit %s %s: sums of %+v", c.Hash, f.Path, f)
	}
}

func checkTouched(t *rapid.T, all []emitted, c emitted, f facts.FileChange, blame []gittest.Blamed) {
	for _, h := range f.Hunks {
		line := h.OldStart
		for _, r := range h.Touched {
			for range r.Lines {
				if got, want := all[r.Commit-1].Hash, blame[line-1].Commit; got != want {
					t.Fatalf("commit %s %s: line %d of the old file is %s's, not %s's", c.Hash, f.Path, line, want, got)
				}
				line++
			}
		}
	}
}

// TestCountsAreGitLogs compares added and deleted lines with git log -p -U0 -M, where both see the same renames.
func TestCountsAreGitLogs(t *testing.T) {
	withDir(t, func(t *rapid.T, dir string) {
		m := generate(t, dir, 14)
		all, _ := replay(t, m.repo.Dir, history.Options{})
		log := logCounts(t, m.repo)
		for _, c := range all {
			if c.Merge() {
				continue
			}
			want, got := log[c.Hash], map[string]counted{}
			for _, f := range c.Files {
				got[f.Path] = counted{f.OldPath, f.Added, f.Deleted}
			}
			if !sameRenames(want, got) {
				continue
			}
			if diff := cmp.Diff(want, got, cmp.AllowUnexported(counted{}), cmpopts.EquateEmpty()); diff != "" {
				t.Fatalf("commit %s (-git +ours):\n%s", c.Hash, diff)
			}
		}
	})
}

// counted is what a commit did to a path.
type counted struct {
	from           string
	added, deleted int
}

func sameRenames(a, b map[string]counted) bool {
	if len(a) != len(b) {
		return false
	}
	for path, c := range a {
		if b[path].from != c.from {
			return false
		}
	}
	return true
}

// TestPatchIDsAreGits compares the patch ids of all commits.
func TestPatchIDsAreGits(t *testing.T) {
	withDir(t, func(t *rapid.T, dir string) {
		m := generate(t, dir, 14)
		all, _ := replay(t, m.repo.Dir, history.Options{})
		want := patchIDs(t, m.repo)
		for _, c := range all {
			if c.PatchID != want[c.Hash] {
				t.Fatalf("commit %s: patch id %q, git says %q", c.Hash, c.PatchID, want[c.Hash])
			}
		}
	})
}
