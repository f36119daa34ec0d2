package ingest_test

import (
	"errors"
	"fmt"
	"os"
	"runtime/debug"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"weir/internal/facts"
	"weir/internal/git/gittest"
	"weir/internal/jobs"
	"weir/internal/store/storetest"
)

// TestMeasureSizes prints what measuring many pull requests of one repo takes of memory and of time, for the first time and once
// more. It is run by hand, see docs/SYNC.md.
func TestMeasureSizes(t *testing.T) {
	pulls, _ := strconv.Atoi(os.Getenv("WEIR_SIZES"))
	if pulls == 0 {
		t.Skip("WEIR_SIZES names no number of pull requests")
	}
	w := newSizeWorld(t, storetest.Open(t), time.Hour)
	w.source = w.mirror
	w.fill(pulls)
	w.source, w.mirror = nil, nil // they know the hash of each commit
	for range 2 {
		debug.FreeOSMemory()
		var most atomic.Int64
		before, stop := anonymous(), make(chan struct{})
		go func() {
			for {
				select {
				case <-stop:
					return
				case <-time.After(20 * time.Millisecond):
					most.Store(max(most.Load(), anonymous()))
				}
			}
		}()
		began := time.Now()
		for again := jobs.ErrAgain; errors.Is(again, jobs.ErrAgain); {
			if again = w.ingest.Judge(t.Context(), w.repo); again != nil && !errors.Is(again, jobs.ErrAgain) {
				t.Fatal(again)
			}
		}
		took := time.Since(began)
		close(stop)
		fmt.Fprintf(t.Output(), "%d pull requests: %d MiB at most, %d MiB before, in %s\n", pulls, most.Load()>>20, before>>20, took.Round(time.Millisecond))
		if most.Load()>>20 > 300 {
			t.Errorf("%d MiB, want less than 300", most.Load()>>20)
		}
	}
	counts, err := w.store.SizeCounts(t.Context())
	w.do(err)
	known := 0
	for _, c := range counts {
		known += c.PullRequests
	}
	if known != pulls {
		t.Errorf("%d of %d have a size", known, pulls)
	}
}

// fill makes a history of pull requests of two commits each, merged by squash, over 200 files of 80 lines. Of each file some lines
// hold the number of the last change; every pull request changes two files, and has two comments, one at its first commit.
func (w *sizeWorld) fill(pulls int) {
	const files = 200
	path := func(file int) string { return fmt.Sprintf("dir%d/file%d.txt", file%20, file) }
	text := func(file, n int) gittest.File {
		var b strings.Builder
		for i := range 80 {
			if i%40 == 10 {
				fmt.Fprintf(&b, "file %d changed by %d\n", file, n)
			}
			fmt.Fprintf(&b, "line %d of file %d\n", i, file)
		}
		return gittest.Text(b.String())
	}
	all := gittest.Files{}
	for file := range files {
		all[path(file)] = text(file, 0)
	}
	type marks struct{ base, first, head, merge gittest.Mark }
	var some []marks
	main, number := w.mirror.Commit(gittest.Commit{Set: all}), 0
	save := func() {
		w.mirror.Write()
		var batch []facts.PullRequest
		for _, m := range some {
			number++
			hash := w.mirror.Hash
			on := func(commit gittest.Mark, path string) facts.Comment {
				return facts.Comment{CommitHash: hash(commit), Path: path, Line: 11, Text: facts.NewText("Why?")}
			}
			batch = append(batch, w.pull(number, hash(m.base), hash(m.head), hash(m.merge), on(m.first, path(number%files)), on(m.head, path(number*7%files))))
		}
		w.save(batch...)
		some = some[:0]
	}
	for n := 1; n <= pulls; n++ {
		one, other := n%files, n*7%files
		first := w.mirror.Commit(gittest.Commit{Parents: []gittest.Mark{main}, Set: gittest.Files{path(one): text(one, n)}})
		head := w.mirror.Commit(gittest.Commit{Parents: []gittest.Mark{first}, Set: gittest.Files{path(other): text(other, n)}})
		merge := w.mirror.Commit(gittest.Commit{Parents: []gittest.Mark{main}, Set: gittest.Files{path(one): text(one, n), path(other): text(other, n)}})
		some, main = append(some, marks{main, first, head, merge}), merge
		if n%5000 == 0 {
			save()
		}
	}
	save()
}

// anonymous gives the bytes of memory of this process that no file stands behind; 0 where the system does not tell.
func anonymous() int64 {
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0
	}
	_, rest, _ := strings.Cut(string(status), "RssAnon:")
	kib, _ := strconv.ParseInt(strings.Fields(rest + " 0")[0], 10, 64)
	return kib << 10
}
