package history_test

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"weir/internal/facts"
	"weir/internal/git"
	"weir/internal/git/gittest"
	"weir/internal/history"
)

// withoutObject removes what a revision names from a repository of loose objects.
func withoutObject(t *testing.T, r *gittest.Repo, rev string) {
	t.Helper()
	id := strings.TrimSpace(r.Git("rev-parse", rev))
	unpackAll(t, r)
	if err := os.Remove(filepath.Join(r.Dir, "objects", id[:2], id[2:])); err != nil {
		t.Fatal(err)
	}
}

// summary is what the tests below look at in a commit.
func summary(c emitted) []facts.FileChange {
	for i := range c.Files {
		c.Files[i].Hunks, c.Files[i].Touched = nil, nil
	}
	return c.Files
}

func TestMissingBlobIsReportedAlone(t *testing.T) {
	t.Parallel()
	r := gittest.New(t)
	a := r.Commit(gittest.Commit{Set: gittest.Files{"a": gittest.Text("1\n2\n"), "b": gittest.Text("b\n")}})
	b := r.Commit(gittest.Commit{Parents: []gittest.Mark{a}, Set: gittest.Files{
		"a": gittest.Text("1\ngone\n"), "b": gittest.Text("b\nc\n"),
	}})
	c := r.Commit(gittest.Commit{Parents: []gittest.Mark{b}, Set: gittest.Files{"a": gittest.Text("1\n2\n3\n")}})
	r.Branch("main", c)
	r.Write()
	withoutObject(t, r, r.Hash(b)+":a")
	all, sum := replay(t, r.Dir, history.Options{})
	want := []facts.FileChange{
		{Path: "a", Status: facts.FileModified, Kind: facts.KindUnreadable},
		{Path: "b", Status: facts.FileModified, Added: 1, New: 1},
	}
	if diff := cmp.Diff(want, summary(all[1])); diff != "" {
		t.Errorf("with the missing blob (-want +got):\n%s", diff)
	}
	want = []facts.FileChange{{Path: "a", Status: facts.FileModified, Added: 3, Unattributed: 3}}
	if diff := cmp.Diff(want, summary(all[2])); diff != "" {
		t.Errorf("after it (-want +got):\n%s", diff)
	}
	if sum.ProblemCount != 1 || sum.Problems[0].Path != "a" || sum.Problems[0].Code != "missing" {
		t.Errorf("problems %+v", sum.Problems)
	}
}

func TestMissingTreeKeepsItsFiles(t *testing.T) {
	t.Parallel()
	r := gittest.New(t)
	a := r.Commit(gittest.Commit{Set: gittest.Files{"d/a": gittest.Text("1\n"), "b": gittest.Text("b\n")}})
	b := r.Commit(gittest.Commit{Parents: []gittest.Mark{a}, Set: gittest.Files{"d/a": gittest.Text("1\n2\n"), "b": gittest.Text("c\n")}})
	c := r.Commit(gittest.Commit{Parents: []gittest.Mark{b}, Set: gittest.Files{"d/a": gittest.Text("1\n2\n3\n")}})
	r.Branch("main", c)
	r.Write()
	withoutObject(t, r, r.Hash(b)+":d")
	all, sum := replay(t, r.Dir, history.Options{})
	if len(all) != 3 || len(all[1].Files) != 1 || all[1].Files[0].Path != "b" {
		t.Errorf("files with the missing tree: %+v", all[1].Files)
	}
	if f := all[2].Files; len(f) != 1 || f[0].Added != 2 || f[0].Status != facts.FileModified {
		t.Errorf("files after it: %+v", f)
	}
	if sum.ProblemCount != 1 || sum.Problems[0].Path != "d/" {
		t.Errorf("problems %+v", sum.Problems)
	}
}

// TestWhatAHiddenFolderHeldIsNobodys: commit b changes, adds and removes files in a folder that cannot be read; c is the next
// to touch them, d edits what stayed in doubt, and the merge e takes a file that one parent hides.
func TestWhatAHiddenFolderHeldIsNobodys(t *testing.T) {
	t.Parallel()
	r := gittest.New(t)
	a := r.Commit(gittest.Commit{Set: gittest.Files{
		"d/a": gittest.Text("1\n"), "d/old": gittest.Text("o\n"), "d/same": gittest.Text("s\n"), "d/x/deep": gittest.Text("x\n"),
	}})
	b := r.Commit(gittest.Commit{Parents: []gittest.Mark{a}, Remove: []string{"d/old"}, Set: gittest.Files{
		"d/a": gittest.Text("1\n2\n"), "d/new": gittest.Text("n\n"), "d/x/deep": gittest.Text("x\ny\n"),
	}})
	c := r.Commit(gittest.Commit{Parents: []gittest.Mark{b}, Set: gittest.Files{"d/a": gittest.Text("1\n2\n3\n")}})
	d := r.Commit(gittest.Commit{Parents: []gittest.Mark{c}, Set: gittest.Files{"d/a": gittest.Text("one\n2\nthree\n")}})
	side := r.Commit(gittest.Commit{Parents: []gittest.Mark{a}, Set: gittest.Files{"d/same": gittest.Text("s\nt\n")}})
	e := r.Commit(gittest.Commit{Parents: []gittest.Mark{side, b}, Set: gittest.Files{
		"d/a": gittest.Text("1\n2\nmerged\n"), "d/new": gittest.Text("n\n"), "d/x/deep": gittest.Text("x\ny\n"),
	}, Remove: []string{"d/old"}})
	r.Branch("main", d)
	r.Branch("merged", e)
	r.Write()
	withoutObject(t, r, r.Hash(b)+":d")
	files := func(all []emitted, mark gittest.Mark) []facts.FileChange {
		i := slices.IndexFunc(all, func(c emitted) bool { return c.Hash == r.Hash(mark) })
		return summary(all[i])
	}
	check := func(all []emitted) {
		want := []facts.FileChange{
			{Path: "d/a", Status: facts.FileModified, Added: 2, Unattributed: 2},
			{Path: "d/new", Status: facts.FileAdded, Added: 1, Unattributed: 1},
			{Path: "d/old", Status: facts.FileDeleted, Deleted: 1, Unattributed: 1},
			{Path: "d/x/deep", Status: facts.FileModified, Added: 1, Unattributed: 1},
		}
		if diff := cmp.Diff(want, files(all, c)); diff != "" {
			t.Errorf("after the hidden folder (-want +got):\n%s", diff)
		}
		i := slices.IndexFunc(all, func(c emitted) bool { return c.Hash == r.Hash(d) })
		if f := all[i].Files; len(f) != 1 || f[0].Unattributed != 1 || len(f[0].Touched) != 1 || f[0].Touched[0].Lines != 1 {
			t.Errorf("one line of the doubt and one of commit a edited: %+v", f)
		}
		if f := files(all, e); len(f) != 0 {
			t.Errorf("a merge of what nobody can tell: %+v", f)
		}
	}
	all, _ := replay(t, r.Dir, history.Options{})
	check(all)
	o := history.Options{StateDir: t.TempDir()}
	var steps []emitted
	for _, mark := range []gittest.Mark{a, b, c, d, side, e} {
		o.Tips = []git.Hash{hashOf(t, r.Hash(mark))}
		got, _ := replay(t, r.Dir, o)
		steps = append(steps, got...)
	}
	check(steps)
	repo, err := git.Open(t.Context(), r.Dir)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := history.Blame(t.Context(), repo, hashOf(t, r.Hash(b)), "d/a", history.Options{}); err == nil || !strings.Contains(err.Error(), "a folder on the way to it is absent") {
		t.Errorf("blame below the hidden folder: %v", err)
	}
}

func TestMissingCommitCutsTheHistory(t *testing.T) {
	t.Parallel()
	r := gittest.New(t)
	a := r.Commit(gittest.Commit{Set: gittest.Files{"a": gittest.Text("1\n")}})
	b := r.Commit(gittest.Commit{Parents: []gittest.Mark{a}, Set: gittest.Files{"a": gittest.Text("1\n2\n")}})
	r.Branch("main", b)
	r.Write()
	withoutObject(t, r, r.Hash(a))
	all, sum := replay(t, r.Dir, history.Options{Tips: []git.Hash{hashOf(t, r.Hash(b))}})
	if len(all) != 1 || all[0].Problem == "" || all[0].Commit.Parents != 1 || all[0].Files[0].New != 0 || all[0].Files[0].Unattributed != 2 {
		t.Errorf("got %+v", all)
	}
	if sum.ProblemCount != 1 || sum.Problems[0].Code != "missing" {
		t.Errorf("problems %+v", sum.Problems)
	}
}

func TestLargeFilesAreNotAttributed(t *testing.T) {
	t.Parallel()
	r := gittest.New(t)
	big := strings.Repeat("line\n", 100)
	a := r.Commit(gittest.Commit{Set: gittest.Files{"a": gittest.Text("1\n"), "big": gittest.Text(big)}})
	b := r.Commit(gittest.Commit{Parents: []gittest.Mark{a}, Set: gittest.Files{"a": gittest.Text("1\n" + big), "big": gittest.Text("small\n")}})
	c := r.Commit(gittest.Commit{Parents: []gittest.Mark{b}, Remove: []string{"a"}})
	r.Branch("main", c)
	r.Write()
	o := history.Options{MaxBlob: 400, StateDir: t.TempDir()}
	all, sum := replay(t, r.Dir, o)
	want := [][]facts.FileChange{
		{
			{Path: "a", Status: facts.FileAdded, Added: 1, New: 1},
			{Path: "big", Status: facts.FileAdded, Kind: facts.KindTooLarge, Added: 100, Unattributed: 100},
		}, {
			{Path: "a", Status: facts.FileModified, Kind: facts.KindTooLarge, Added: 100, Unattributed: 100},
			{Path: "big", Status: facts.FileModified, Deleted: 99, Unattributed: 99},
		}, {
			{Path: "a", Status: facts.FileDeleted, Kind: facts.KindTooLarge, Deleted: 101, Unattributed: 101},
		},
	}
	for i, c := range all {
		if diff := cmp.Diff(want[i], summary(c)); diff != "" {
			t.Errorf("commit %d (-want +got):\n%s", i+1, diff)
		}
	}
	if sum.ProblemCount != 2 || sum.Problems[0].Code != "too_large" {
		t.Errorf("problems %+v", sum.Problems)
	}
	o.MaxBlob = 0
	if _, sum := replay(t, r.Dir, o); !sum.Rebuilt {
		t.Error("another limit goes on with the old checkpoint")
	}
}

func TestEmptyRepository(t *testing.T) {
	t.Parallel()
	all, sum := replay(t, gittest.New(t).Dir, history.Options{StateDir: t.TempDir()})
	if len(all) > 0 || sum.Last != 0 {
		t.Errorf("got %v, %+v", all, sum)
	}
}

func TestOddCommits(t *testing.T) {
	t.Parallel()
	r := gittest.New(t)
	a := r.Commit(gittest.Commit{Set: gittest.Files{"a": gittest.Text("1\n")}})
	r.Branch("main", a)
	r.Write()
	tree := strings.TrimSpace(r.Git("rev-parse", "main^{tree}"))
	odd := r.RawCommit("tree " + tree + "\nparent " + r.Hash(a) + "\nparent " + r.Hash(a) + "\nauthor No Mail -77 +051800\n" +
		"committer <> 4000000000 -9999\nencoding latin1\n\nna\xefve\n")
	r.Git("update-ref", "refs/heads/odd", odd)
	repo, err := git.Open(t.Context(), r.Dir)
	if err != nil {
		t.Fatal(err)
	}
	var subject, name string
	_, err = history.Replay(t.Context(), repo, history.Options{Tips: tips(t, repo)}, func(c *history.Commit) error {
		if c.Hash == odd {
			subject, name = c.Subject, c.AuthorName
		}
		return nil
	})
	if err != nil || subject != "naïve" || name != "No Mail -77 +051800" {
		t.Errorf("subject %q, author %q, error %v", subject, name, err)
	}
}

func TestEmitStopsTheReplay(t *testing.T) {
	t.Parallel()
	r := gittest.New(t)
	var last []gittest.Mark
	for range 20 {
		last = []gittest.Mark{r.Commit(gittest.Commit{Parents: last})}
	}
	r.Branch("main", last[0])
	r.Write()
	repo, err := git.Open(t.Context(), r.Dir)
	if err != nil {
		t.Fatal(err)
	}
	stop, n := errors.New("stop"), 0
	_, err = history.Replay(t.Context(), repo, history.Options{Tips: tips(t, repo)}, func(*history.Commit) error {
		if n++; n == 3 {
			return stop
		}
		return nil
	})
	if !errors.Is(err, stop) || n != 3 {
		t.Errorf("error %v after %d", err, n)
	}
}

func TestGeneratedIsWhatTheContentSays(t *testing.T) {
	t.Parallel()
	r := gittest.New(t)
	r.Branch("main", r.Commit(gittest.Commit{Set: gittest.Files{
		"a.go":              gittest.Text("// Code generated by x. DO NOT EDIT.\npackage a\n"),
		"b.go":              gittest.Text("package b\n"),
		"node_modules/c.go": gittest.Text("package c\n"),
	}}))
	r.Write()
	all, _ := replay(t, r.Dir, history.Options{})
	var got []bool
	for _, f := range all[0].Files {
		got = append(got, f.Generated)
	}
	if diff := cmp.Diff([]bool{true, false, false}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
