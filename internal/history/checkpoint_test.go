package history_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"weir/internal/facts"
	"weir/internal/git"
	"weir/internal/git/gittest"
	"weir/internal/history"
)

// byHash makes what was emitted independent of numbers.
func byHash(all []emitted) map[string]emitted {
	hash := map[facts.CommitNumber]string{}
	for _, c := range all {
		hash[c.Number] = c.Hash
	}
	named := map[string]emitted{}
	for _, c := range all {
		c.Files = slices.Clone(c.Files)
		for i := range c.Files {
			f := &c.Files[i]
			for _, h := range f.Hunks {
				for _, r := range h.Touched {
					f.OldPath += " " + hash[r.Commit]
				}
			}
			f.Hunks = nil
		}
		for _, p := range c.Parents {
			c.Problem += " " + hash[p]
		}
		c.Number, c.Parents, c.ParentNumbers = 0, nil, nil
		named[c.Hash] = c
	}
	return named
}

// TestManyRunsAreOneRun replays a history in steps, as fetches bring it, and all at once.
func TestManyRunsAreOneRun(t *testing.T) {
	withDir(t, func(t *rapid.T, dir string) {
		m := generate(t, dir, 16)
		o := history.Options{StateDir: filepath.Join(dir, "state")}
		var steps []emitted
		for range rapid.IntRange(1, 4).Draw(t, "steps") {
			tip := m.commits[rapid.IntRange(0, len(m.commits)-1).Draw(t, "tip")]
			o.Tips = []git.Hash{hashOf(t, m.repo.Hash(tip.mark))}
			part, sum := replay(t, m.repo.Dir, o)
			steps = append(steps, part...)
			if o.FromNumber = sum.Last; int(sum.Last) != len(steps) {
				t.Fatalf("last number %d after %d commits", sum.Last, len(steps))
			}
		}
		o.Tips = nil
		part, _ := replay(t, m.repo.Dir, o)
		steps = append(steps, part...)
		whole, _ := replay(t, m.repo.Dir, history.Options{})
		if diff := cmp.Diff(byHash(whole), byHash(steps)); diff != "" {
			t.Fatalf("(-at once +in steps):\n%s", diff)
		}
	})
}

func hashOf(t gittest.TB, hex string) git.Hash {
	h, err := git.ParseHash(hex)
	if err != nil {
		t.Fatalf("%v", err)
	}
	return h
}

// TestInterruptedRunKeepsItsNumbers stops a run in the middle, lets new branches appear, and goes on.
func TestInterruptedRunKeepsItsNumbers(t *testing.T) {
	withDir(t, func(t *rapid.T, dir string) {
		m := generate(t, dir, 14)
		repo, err := git.Open(context.Background(), m.repo.Dir)
		if err != nil {
			t.Fatalf("%v", err)
		}
		o := history.Options{StateDir: filepath.Join(dir, "state"), Identify: identify}
		first := m.commits[rapid.IntRange(0, len(m.commits)-1).Draw(t, "tip")]
		o.Tips = []git.Hash{hashOf(t, m.repo.Hash(first.mark))}
		stop := errors.New("stop")
		after := rapid.IntRange(0, 8).Draw(t, "after")
		var before []emitted
		_, err = history.Replay(context.Background(), repo, o, func(c *history.Commit) error {
			if len(before) == after {
				return stop
			}
			before = append(before, clone(c))
			return nil
		})
		if err != nil && !errors.Is(err, stop) {
			t.Fatalf("%v", err)
		}
		held := rapid.IntRange(0, len(before)).Draw(t, "held")
		o.FromNumber, o.Tips = facts.CommitNumber(held), nil
		rest, sum := replay(t, m.repo.Dir, o)
		if sum.Rebuilt {
			t.Fatalf("rebuilt: %s", sum.RebuiltReason)
		}
		if diff := cmp.Diff(before[held:], rest[:len(before)-held], cmpopts.EquateEmpty()); diff != "" {
			t.Fatalf("emitted again (-first +second):\n%s", diff)
		}
		whole, _ := replay(t, m.repo.Dir, history.Options{})
		if diff := cmp.Diff(byHash(whole), byHash(append(before[:held:held], rest...))); diff != "" {
			t.Fatalf("(-at once +interrupted):\n%s", diff)
		}
	})
}

// TestDamagedCheckpointIsNeverBelieved cuts or changes the files of a checkpoint at any byte.
func TestDamagedCheckpointIsNeverBelieved(t *testing.T) {
	withDir(t, func(t *rapid.T, dir string) {
		m := generate(t, dir, 10)
		o := history.Options{StateDir: filepath.Join(dir, "state")}
		first := m.commits[rapid.IntRange(0, len(m.commits)-1).Draw(t, "tip")]
		o.Tips = []git.Hash{hashOf(t, m.repo.Hash(first.mark))}
		before, _ := replay(t, m.repo.Dir, o)
		name := filepath.Join(o.StateDir, rapid.SampledFrom([]string{"plan", "log"}).Draw(t, "file"))
		damage(t, name)
		held := rapid.IntRange(0, len(before)).Draw(t, "held")
		o.FromNumber, o.Tips = facts.CommitNumber(held), nil
		dropped := false
		o.Rebuild = func(string) error { dropped = true; return nil }
		rest, sum := replay(t, m.repo.Dir, o)
		if sum.Rebuilt != dropped {
			t.Fatalf("rebuilt %v, told %v", sum.Rebuilt, dropped)
		}
		kept := before[:held:held]
		if sum.Rebuilt {
			kept = nil
		}
		whole, _ := replay(t, m.repo.Dir, history.Options{})
		if diff := cmp.Diff(byHash(whole), byHash(append(kept, rest...))); diff != "" {
			t.Fatalf("rebuilt %v (-at once +after damage):\n%s", sum.RebuiltReason, diff)
		}
		// And it is whole again.
		o.FromNumber, o.Rebuild = sum.Last, nil
		if more, sum := replay(t, m.repo.Dir, o); len(more) > 0 || sum.Rebuilt {
			t.Fatalf("%d commits more, rebuilt %v", len(more), sum.RebuiltReason)
		}
	})
}

func damage(t *rapid.T, name string) {
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatalf("%v", err)
	}
	at := rapid.IntRange(0, len(data)-1).Draw(t, "at")
	switch rapid.IntRange(0, 3).Draw(t, "damage") {
	case 0:
		data = data[:at]
	case 1:
		data[at] ^= byte(rapid.IntRange(1, 255).Draw(t, "bits"))
	case 2:
		data = append(data, data[at:]...)
	default:
		if err := os.Remove(name); err != nil {
			t.Fatalf("%v", err)
		}
		return
	}
	if err := os.WriteFile(name, data, 0o600); err != nil {
		t.Fatalf("%v", err)
	}
}

// TestCheckpointIsForOneAtATime opens it while a replay is under way.
func TestCheckpointIsForOneAtATime(t *testing.T) {
	t.Parallel()
	r := gittest.New(t)
	r.Branch("main", r.Commit(gittest.Commit{Set: gittest.Files{"a": gittest.Text("a\n")}}))
	r.Write()
	repo, err := git.Open(t.Context(), r.Dir)
	if err != nil {
		t.Fatal(err)
	}
	o := history.Options{StateDir: t.TempDir(), Tips: tips(t, repo)}
	_, err = history.Replay(t.Context(), repo, o, func(*history.Commit) error {
		_, err := history.Replay(t.Context(), repo, o, nil)
		return err
	})
	if !errors.Is(err, history.ErrStateBusy) {
		t.Fatalf("got %v", err)
	}
}

// TestRewrittenBranchCostsItsNewCommits counts what an incremental run replays after a branch was rewritten.
func TestRewrittenBranchCostsItsNewCommits(t *testing.T) {
	t.Parallel()
	r := gittest.New(t)
	base := r.Commit(gittest.Commit{Set: gittest.Files{"a": gittest.Text("1\n2\n3\n")}})
	old := base
	for range 5 {
		old = r.Commit(gittest.Commit{Parents: []gittest.Mark{old}, Set: gittest.Files{"a": gittest.Text("1\nx\n3\n")}})
	}
	r.Branch("main", old)
	r.Write()
	o := history.Options{StateDir: t.TempDir()}
	_, first := replay(t, r.Dir, o)
	rebased := r.Commit(gittest.Commit{Parents: []gittest.Mark{base}, Set: gittest.Files{"a": gittest.Text("1\ny\n3\n")}})
	r.Branch("main", rebased)
	r.Write()
	o.FromNumber = first.Last
	got, second := replay(t, r.Dir, o)
	if second.Commits != 1 || second.Last != first.Last+1 || len(got) != 1 {
		t.Fatalf("replayed %d, last %d after %d", second.Commits, second.Last, first.Last)
	}
	want := []facts.Run{{Commit: 1, Lines: 1}}
	if diff := cmp.Diff(want, got[0].Files[0].Hunks[0].Touched); diff != "" {
		t.Errorf("touched (-want +got):\n%s", diff)
	}
}
