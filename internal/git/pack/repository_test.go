//go:build unix

package pack_test

import (
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"runtime/pprof"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"weir/internal/git/pack"
)

var (
	repository = flag.String("repository", "", "git directory of which every object is read and verified")
	cacheMB    = flag.Int64("cache", 64, "cache of the reader in MiB, for -repository")
	profile    = flag.String("profile", "", "file for a CPU profile of reading -repository")
)

// TestRepository reads all objects of a real repository, in the order of the pack and in that of
// the history, and prints what it cost.
func TestRepository(t *testing.T) {
	if *repository == "" {
		t.Skip("-repository is not set")
	}
	start := cpu()
	s := open(t, filepath.Join(*repository, "objects"), pack.Options{})
	t.Logf("open %d objects: %v CPU", s.Len(), cpu()-start)
	names := make(map[pack.Ref][]byte, s.Len())
	var order []pack.Ref
	for id, ref := range s.Objects() {
		names[ref] = id
		order = append(order, ref)
	}
	slices.Sort(order)
	if *profile == "" {
		readAll(t, s, order, pack.ReaderOptions{}, names)
		t.Log("every object has its name")
	}
	if *profile != "" {
		f, err := os.Create(*profile)
		if err != nil {
			t.Fatal(err)
		}
		if err := pprof.StartCPUProfile(f); err != nil {
			t.Fatal(err)
		}
		defer pprof.StopCPUProfile()
	}
	history := historyOrder(t, s)
	for _, bulk := range []bool{false, true} {
		o := pack.ReaderOptions{CacheBytes: *cacheMB << 20, Bulk: bulk}
		report(t, fmt.Sprint("pack order, bulk ", bulk), func() int64 { return readAll(t, s, order, o, nil) })
		report(t, fmt.Sprint("history order, bulk ", bulk), func() int64 { return readAll(t, s, history, o, nil) })
	}
}

func report(t *testing.T, what string, read func() int64) {
	t.Helper()
	runtime.GC()
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	start, from := cpu(), time.Now()
	n := read()
	spent, wall := cpu()-start, time.Since(from)
	runtime.ReadMemStats(&after)
	t.Logf("%-28s %.0f MB, %.2f s CPU, %.2f s wall, %.0f MB/s CPU, %.0f MB allocated", what,
		float64(n)/1e6, spent.Seconds(), wall.Seconds(), float64(n)/1e6/spent.Seconds(),
		float64(after.TotalAlloc-before.TotalAlloc)/1e6)
}

func readAll(t *testing.T, s *pack.Store, order []pack.Ref, o pack.ReaderOptions, names map[pack.Ref][]byte) int64 {
	t.Helper()
	r := s.NewReader(o)
	defer r.Close()
	total := int64(0)
	for _, ref := range order {
		o, err := r.Read(ref)
		if err != nil {
			t.Fatalf("read %d: %v", ref, err)
		}
		total += int64(len(o.Bytes()))
		if names != nil {
			if err := verify(names[ref], o); err != nil {
				t.Fatal(err)
			}
		}
		o.Release()
	}
	return total
}

// historyOrder lists the objects from the oldest commit on, without those that are missing.
func historyOrder(t *testing.T, s *pack.Store) []pack.Ref {
	t.Helper()
	cmd := exec.Command("git", "-C", *repository, "rev-list", "--objects", "--in-commit-order", "--reverse", "--missing=allow-any", "--no-object-names", "HEAD")
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	var order []pack.Ref
	for line := range strings.Lines(string(out)) {
		var id []byte
		if _, err := fmt.Sscanf(line, "%x", &id); err != nil {
			t.Fatal(err)
		}
		if ref, ok := s.Find(id); ok {
			order = append(order, ref)
		}
	}
	return order
}

func cpu() time.Duration {
	var r syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &r) != nil {
		return 0
	}
	return time.Duration(r.Utime.Nano() + r.Stime.Nano())
}
