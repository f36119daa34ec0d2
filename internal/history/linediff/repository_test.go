//go:build unix

package linediff_test

import (
	"bufio"
	"bytes"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime/pprof"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"

	"weir/internal/history/linediff"
)

var (
	repository = flag.String("repository", "", "git directory of which every modified file of HEAD's history is compared")
	profile    = flag.String("profile", "", "start of the names of CPU profiles of our part of -repository")
)

// TestRepositoryEqualsGit compares every modification in a real history, and prints what it cost.
func TestRepositoryEqualsGit(t *testing.T) {
	if *repository == "" {
		t.Skip("-repository is not set")
	}
	dir := borrow(t, *repository)
	all := modifications(t, dir)
	var total usage
	for chunk := range slices.Chunk(all, 4000) {
		total.compareChunk(t, dir, chunk)
	}
	t.Logf("%d modifications, %.0f MB of new versions", len(all), float64(total.bytes)/1e6)
	t.Logf("git diff-tree -p -U0 %.2f s CPU, of which reading %.2f s", total.git.Seconds(), total.read.Seconds())
	t.Logf("split %.2f s, derive %.2f s, diff %.2f s", total.split.Seconds(), total.derive.Seconds(), total.diff.Seconds())
}

type usage struct {
	bytes                          int
	git, read, split, derive, diff time.Duration
}

// borrow makes a repository that reads the objects of another one.
func borrow(t *testing.T, other string) string {
	t.Helper()
	other, err := filepath.Abs(other)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	git(t, dir, nil, "init", "--quiet", "--bare", ".")
	alternates := filepath.Join(dir, "objects", "info", "alternates")
	if err := os.WriteFile(alternates, []byte(filepath.Join(other, "objects")+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	head := strings.TrimSpace(string(git(t, other, nil, "rev-parse", "HEAD")))
	git(t, dir, nil, "update-ref", "refs/heads/main", head)
	return dir
}

// modifications lists the distinct pairs of blobs, both present, in the order of the history.
func modifications(t *testing.T, dir string) [][2]string {
	t.Helper()
	raw := git(t, dir, nil, "log", "--reverse", "--raw", "--no-abbrev", "--no-renames", "--diff-filter=M", "--format=", "refs/heads/main")
	seen := map[[2]string]bool{}
	var all [][2]string
	var check bytes.Buffer
	for line := range strings.Lines(string(raw)) {
		f := strings.Fields(line)
		if len(f) < 6 || !strings.HasPrefix(f[0], ":100") || !strings.HasPrefix(f[1], "100") {
			continue
		}
		if p := [2]string{f[2], f[3]}; !seen[p] {
			seen[p] = true
			all = append(all, p)
			fmt.Fprintln(&check, p[0])
			fmt.Fprintln(&check, p[1])
		}
	}
	missing := map[string]bool{}
	for line := range strings.Lines(string(git(t, dir, check.Bytes(), "cat-file", "--batch-check"))) {
		if f := strings.Fields(line); f[1] == "missing" {
			missing[f[0]] = true
		}
	}
	return slices.DeleteFunc(all, func(p [2]string) bool { return p[0] == p[1] || missing[p[0]] || missing[p[1]] })
}

func (u *usage) compareChunk(t *testing.T, dir string, chunk [][2]string) {
	t.Helper()
	before := childCPU()
	want := hunksOf(t, dir, chunk)
	u.git += childCPU() - before

	before = childCPU()
	data := read(t, dir, chunk)
	u.read += childCPU() - before
	u.bytes += len(data)

	got := u.diffAll(t, data, len(chunk))
	for i := range want {
		if d := gocmp.Diff(want[i], got[i]); d != "" {
			t.Errorf("%s: (-git +ours)\n%s", chunk[i], d)
		}
	}
}

// diffAll compares the pairs in the output of git cat-file --batch.
func (u *usage) diffAll(t *testing.T, data []byte, n int) [][]linediff.Change {
	t.Helper()
	if *profile != "" {
		f, err := os.CreateTemp(filepath.Dir(*profile), filepath.Base(*profile))
		if err != nil {
			t.Fatal(err)
		}
		if err := pprof.StartCPUProfile(f); err != nil {
			t.Fatal(err)
		}
		defer pprof.StopCPUProfile()
	}
	all := make([][]linediff.Change, n)
	var d linediff.Differ
	for i := range all {
		var a, b []byte
		a, data = next(data)
		b, data = next(data)
		t0 := time.Now()
		old := linediff.Split(a)
		t1 := time.Now()
		derived := linediff.Derive(old, b)
		t2 := time.Now()
		changes, err := d.Diff(nil, old, derived, linediff.Options{})
		t3 := time.Now()
		if err != nil {
			t.Fatal(err)
		}
		all[i] = changes
		u.split, u.derive, u.diff = u.split+t1.Sub(t0), u.derive+t2.Sub(t1), u.diff+t3.Sub(t2)
	}
	return all
}

func next(batch []byte) (object, rest []byte) {
	lf := bytes.IndexByte(batch, '\n')
	size, _ := strconv.Atoi(string(batch[bytes.LastIndexByte(batch[:lf], ' ')+1 : lf]))
	return batch[lf+1 : lf+1+size], batch[lf+1+size+1:]
}

func read(t *testing.T, dir string, chunk [][2]string) []byte {
	t.Helper()
	var in bytes.Buffer
	for _, p := range chunk {
		fmt.Fprintf(&in, "%s\n%s\n", p[0], p[1])
	}
	return git(t, dir, in.Bytes(), "cat-file", "--batch", "--buffer")
}

// hunksOf lets git compare the pairs as the files of two trees.
func hunksOf(t *testing.T, dir string, chunk [][2]string) [][]linediff.Change {
	t.Helper()
	var trees [2]string
	for side := range trees {
		var in bytes.Buffer
		for i, p := range chunk {
			fmt.Fprintf(&in, "100644 blob %s\t%06d\n", p[side], i)
		}
		trees[side] = strings.TrimSpace(string(git(t, dir, in.Bytes(), "mktree")))
	}
	cmd := exec.Command("git", "diff-tree", "-r", "-p", "-U0", "--text", "--no-renames", trees[0], trees[1])
	cmd.Env = append(os.Environ(), "GIT_CONFIG_GLOBAL=/dev/null", "GIT_CONFIG_SYSTEM=/dev/null", "GIT_DIR="+dir)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	patch := headers(t, out)
	if err := cmd.Wait(); err != nil {
		t.Fatal(err)
	}
	return parseHunks(t, patch, len(chunk))
}

// headers keeps of a patch what parseHunks needs, and no content: patches can be very large.
func headers(t *testing.T, patch io.Reader) []byte {
	t.Helper()
	var kept bytes.Buffer
	r := bufio.NewReaderSize(patch, 1<<20)
	start := true
	for {
		line, err := r.ReadSlice('\n')
		if err == io.EOF {
			return kept.Bytes()
		}
		if start && len(line) > 0 {
			switch line[0] {
			case '-', '+', '\\', ' ':
				kept.Write([]byte{line[0], '\n'})
			default:
				kept.Write(bytes.TrimSuffix(line, []byte("\n")))
				kept.WriteByte('\n')
			}
		}
		start = err == nil
	}
}

func childCPU() time.Duration {
	var r syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_CHILDREN, &r) != nil {
		return 0
	}
	return time.Duration(r.Utime.Nano() + r.Stime.Nano())
}
