package history_test

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"weir/internal/facts"
	"weir/internal/git"
	"weir/internal/git/gittest"
	"weir/internal/history"
)

// takeAway removes what a revision names from a repository of loose objects, and gives how to bring it back.
func takeAway(t *testing.T, r *gittest.Repo, rev string) (bringBack func()) {
	t.Helper()
	id := strings.TrimSpace(r.Git("rev-parse", rev))
	unpackAll(t, r)
	file := filepath.Join(r.Dir, "objects", id[:2], id[2:])
	data, err := os.ReadFile(file)
	if err == nil {
		err = os.Remove(file)
	}
	if err != nil {
		t.Fatal(err)
	}
	return func() { write(t, file, string(data)) }
}

// TestWhatComesBackIsReadAgain replays without an object, or what is before a cut, and again when it is there: the
// second run must not go on with what the first one made of its absence.
func TestWhatComesBackIsReadAgain(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		away   func(t *testing.T, r *gittest.Repo, b string) (bringBack func())
		reason string
	}{
		"the history before a cut": {cutAt, "the history before commit"},
		"a commit": {func(t *testing.T, r *gittest.Repo, b string) func() {
			return takeAway(t, r, b)
		}, "commit"},
		"a directory": {func(t *testing.T, r *gittest.Repo, b string) func() {
			return takeAway(t, r, b+":d")
		}, "directory"},
		"the directory of a commit": {func(t *testing.T, r *gittest.Repo, b string) func() {
			return takeAway(t, r, b+"^{tree}")
		}, "directory"},
		"a file": {func(t *testing.T, r *gittest.Repo, b string) func() {
			return takeAway(t, r, b+":d/a")
		}, "the content"},
		"a file that was read in part": {func(t *testing.T, r *gittest.Repo, b string) func() {
			return damageObject(t, r, b+":d/a")
		}, "the content"},
	} {
		for held, from := range map[string]bool{"all is held": true, "nothing is held": false} {
			t.Run(name+", "+held, func(t *testing.T) {
				t.Parallel()
				r := gittest.New(t)
				marks := chain(
					r, gittest.Files{"d/a": gittest.Text("1\n2\n3\n"), "b": gittest.Text("b\n")},
					gittest.Files{"d/a": gittest.Text("1\nzwei\n3\n4\n")}, gittest.Files{"d/a": gittest.Text("1\nzwei\n3\n4\n5\n")},
				)
				r.Branch("main", marks[2])
				r.Write()
				head := hashOf(t, r.Hash(marks[2]))
				want, _ := replay(t, r.Dir, history.Options{Tips: []git.Hash{head}})
				back := test.away(t, r, r.Hash(marks[1]))
				o := history.Options{StateDir: t.TempDir(), Tips: []git.Hash{head}}
				_, sum := replay(t, r.Dir, o)
				if sum.Holes == 0 || sum.Rebuilt {
					t.Fatalf("%d holes, rebuilt %q", sum.Holes, sum.RebuiltReason)
				}
				if from {
					o.FromNumber = sum.Last
				}
				if _, sum := replay(t, r.Dir, o); sum.Rebuilt || sum.Holes == 0 {
					t.Fatalf("with nothing back: %d holes, rebuilt %q", sum.Holes, sum.RebuiltReason)
				}
				back()
				told := ""
				o.Rebuild = func(reason string) error { told = reason; return nil }
				got, sum := replay(t, r.Dir, o)
				// Without the records of the log nothing hangs on the objects of a commit.
				if sum.Rebuilt != (told != "") || from && !sum.Rebuilt || sum.Rebuilt && !strings.Contains(told, test.reason) {
					t.Errorf("rebuilt %v, told %q", sum.Rebuilt, told)
				}
				if diff := cmp.Diff(want, got); diff != "" {
					t.Errorf("once it is back (-want +got):\n%s", diff)
				}
				o.FromNumber = sum.Last
				if _, sum := replay(t, r.Dir, o); sum.Rebuilt || sum.Holes > 0 {
					t.Errorf("after that: %d holes, rebuilt %q", sum.Holes, sum.RebuiltReason)
				}
			})
		}
	}
}

// cutAt makes a repository shallow.
func cutAt(t *testing.T, r *gittest.Repo, commit string) (bringBack func()) {
	file := filepath.Join(r.Dir, "shallow")
	write(t, file, commit+"\n")
	return func() {
		if err := os.Remove(file); err != nil {
			t.Fatal(err)
		}
	}
}

// damageObject leaves the first half of an object.
func damageObject(t *testing.T, r *gittest.Repo, rev string) (bringBack func()) {
	t.Helper()
	id := strings.TrimSpace(r.Git("rev-parse", rev))
	back := takeAway(t, r, rev)
	write(t, filepath.Join(r.Dir, "objects", id[:2], id[2:]), "x\x9c")
	return back
}

// TestNewCommitsOnTopOfAHole takes the hole of an earlier run for known and goes on.
func TestNewCommitsOnTopOfAHole(t *testing.T) {
	t.Parallel()
	r := gittest.New(t)
	marks := chain(r, gittest.Files{"a": gittest.Text("1\n")}, gittest.Files{"a": gittest.Text("1\n2\n")})
	takeAway(t, r, r.Hash(marks[0])+":a")
	o := history.Options{StateDir: t.TempDir()}
	_, first := replay(t, r.Dir, o)
	o.FromNumber = first.Last
	r.Branch("main", r.Commit(gittest.Commit{Parents: marks[1:], Set: gittest.Files{"a": gittest.Text("1\n2\n3\n")}}))
	r.Write()
	got, sum := replay(t, r.Dir, o)
	if sum.Rebuilt || len(got) != 1 || got[0].Files[0].New != 1 || sum.Holes != 1 {
		t.Errorf("%+v, %+v", got, sum)
	}
}

// TestUnshallowedCloneIsReadAgain is what a person does with git itself.
func TestUnshallowedCloneIsReadAgain(t *testing.T) {
	t.Parallel()
	r := gittest.New(t)
	chain(
		r, gittest.Files{"a": gittest.Text("1\n")}, gittest.Files{"a": gittest.Text("1\n2\n")},
		gittest.Files{"a": gittest.Text("1\n2\n3\n")},
	)
	clone := filepath.Join(t.TempDir(), "clone")
	run := func(args ...string) {
		t.Helper()
		cmd := exec.Command("git", args...)
		cmd.Env = gittest.Environ()
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("git %s: %v: %s", args[0], err, out)
		}
	}
	run("clone", "-q", "--bare", "--depth", "2", "--branch", "main", "file://"+r.Dir, clone)
	o := history.Options{StateDir: t.TempDir()}
	if got, _ := replay(t, clone, o); len(got) != 2 {
		t.Fatalf("%d commits of the shallow clone", len(got))
	}
	run("-C", clone, "fetch", "-q", "--unshallow")
	got, sum := replay(t, clone, o)
	if len(got) != 3 || !strings.Contains(sum.RebuiltReason, "the history before commit") {
		t.Errorf("%d commits, rebuilt %q", len(got), sum.RebuiltReason)
	}
}

// TestRebuildForWhatCameBackMayFail leaves the checkpoint as it is, so that the next run finds the same.
func TestRebuildForWhatCameBackMayFail(t *testing.T) {
	t.Parallel()
	r := gittest.New(t)
	marks := chain(r, gittest.Files{"a": gittest.Text("1\n")}, gittest.Files{"a": gittest.Text("1\n2\n")})
	back := takeAway(t, r, r.Hash(marks[0])+":a")
	o := history.Options{StateDir: t.TempDir()}
	_, sum := replay(t, r.Dir, o)
	back()
	repo, err := git.Open(t.Context(), r.Dir)
	if err != nil {
		t.Fatal(err)
	}
	o.FromNumber, o.Tips = sum.Last, tips(t, repo)
	full := errors.New("full")
	o.Rebuild = func(string) error { return full }
	if _, err := history.Replay(t.Context(), repo, o, nil); !errors.Is(err, full) {
		t.Fatalf("got %v", err)
	}
	o.Rebuild = nil
	if got, sum := replay(t, r.Dir, o); !sum.Rebuilt || len(got) != 2 || sum.Last != facts.CommitNumber(2) {
		t.Errorf("%d commits, %+v", len(got), sum)
	}
}
