//go:build unix

package history_test

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"weir/internal/facts"
	"weir/internal/git"
	"weir/internal/history"
)

// TestMeasureIncrement is run by scripts/bench-history: what do the newest commits cost when the state of those before
// them is read from disk? It goes from WEIR_INCREMENT_FROM to HEAD, five times, of which the median counts.
func TestMeasureIncrement(t *testing.T) {
	dir := os.Getenv("WEIR_INCREMENT_REPO")
	if dir == "" {
		t.Skip("WEIR_INCREMENT_REPO names no repository; run scripts/bench-history REPOSITORY")
	}
	repo, err := git.Open(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	step := func(state, rev string, after facts.CommitNumber) (sum *history.Summary, cpu time.Duration) {
		hash, err := repo.Resolve(t.Context(), rev)
		if err != nil {
			t.Fatal(err)
		}
		debug.FreeOSMemory() // what the step before left is no cost of this one, which stands for a run of its own
		begun := cpuTime(t)
		o := history.Options{StateDir: state, Tips: []git.Hash{hash}, FromNumber: after}
		sum, err = history.Replay(t.Context(), repo, o, func(*history.Commit) error { return nil })
		if err != nil {
			t.Fatal(err)
		}
		if sum.Rebuilt {
			t.Errorf("the state was rebuilt: %s", sum.RebuiltReason)
		}
		return sum, cpuTime(t) - begun
	}
	state := t.TempDir()
	first, full := step(state, os.Getenv("WEIR_INCREMENT_FROM"), 0)
	before, news, all := first.Commits, 0, []time.Duration{}
	for range 5 {
		one := filepath.Join(t.TempDir(), "state")
		if err := os.CopyFS(one, os.DirFS(state)); err != nil {
			t.Fatal(err)
		}
		sum, cpu := step(one, "HEAD", first.Last)
		news, all = sum.Commits, append(all, cpu)
	}
	slices.Sort(all)
	cpu := all[len(all)/2]
	fmt.Fprintf(t.Output(), "increment %d %.3f %d %.3f %d\n", before, full.Seconds(), news, cpu.Seconds(), size(t, state))
}

// cpuTime is the user and system time of this process and of its children that have ended.
func cpuTime(t *testing.T) time.Duration {
	var sum time.Duration
	for _, who := range []int{syscall.RUSAGE_SELF, syscall.RUSAGE_CHILDREN} {
		var u syscall.Rusage
		if err := syscall.Getrusage(who, &u); err != nil {
			t.Fatal(err)
		}
		sum += time.Duration(u.Utime.Nano() + u.Stime.Nano())
	}
	return sum
}

func size(t *testing.T, dir string) (bytes int64) {
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || strings.HasSuffix(path, "lock") {
			return err
		}
		info, err := d.Info()
		bytes += info.Size()
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return bytes
}
