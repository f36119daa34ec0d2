//go:build unix

package history_test

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime/debug"
	"strings"
	"syscall"
	"testing"
	"time"

	"weir/internal/facts"
	"weir/internal/git"
	"weir/internal/history"
)

// TestMeasureIncrement is run by scripts/bench-history: what do the newest commits cost when the state of those before
// them is read from disk? It goes from WEIR_INCREMENT_FROM to HEAD.
func TestMeasureIncrement(t *testing.T) {
	dir := os.Getenv("WEIR_INCREMENT_REPO")
	if dir == "" {
		t.Skip("WEIR_INCREMENT_REPO names no repository; run scripts/bench-history REPOSITORY")
	}
	repo, err := git.Open(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	state, last := t.TempDir(), facts.CommitNumber(0)
	step := func(rev string) (commits int, cpu time.Duration) {
		hash, err := repo.Resolve(t.Context(), rev)
		if err != nil {
			t.Fatal(err)
		}
		begun := cpuTime(t)
		o := history.Options{StateDir: state, Tips: []git.Hash{hash}, FromNumber: last}
		sum, err := history.Replay(t.Context(), repo, o, func(*history.Commit) error { return nil })
		if err != nil {
			t.Fatal(err)
		}
		if sum.Rebuilt {
			t.Errorf("the state was rebuilt: %s", sum.RebuiltReason)
		}
		last = sum.Last
		return sum.Commits, cpuTime(t) - begun
	}
	before, full := step(os.Getenv("WEIR_INCREMENT_FROM"))
	debug.FreeOSMemory() // what the first step left is no cost of the second, which stands for a run of its own
	news, cpu := step("HEAD")
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
