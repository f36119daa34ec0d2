package history_test

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"weir/internal/git"
	"weir/internal/git/gittest"
	"weir/internal/history"
)

// TestHeavyManyHeads has a squashed pull request at every second commit of a long branch: what is known of commits that are
// replayed already must be little, whatever the number of heads.
func TestHeavyManyHeads(t *testing.T) {
	heavy(t)
	const heads = 165_000
	dir := squashed(t, heads, 1000)
	repo, err := git.Open(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	refs, err := repo.Refs(t.Context(), "refs/heads", "refs/pull")
	if err != nil {
		t.Fatal(err)
	}
	var tips []git.Hash
	for _, r := range refs {
		tips = append(tips, r.Hash)
	}
	o := history.Options{MemoryLimit: 64 << 20, StateDir: t.TempDir(), Tips: tips, Identify: identify}
	done, begun, commits := mostMemory(), time.Now(), 0
	if _, err := history.Replay(t.Context(), repo, o, func(*history.Commit) error { commits++; return nil }); err != nil {
		t.Fatal(err)
	}
	grown, known := done()
	t.Logf("%d commits, %d heads in %.1f s, anonymous memory %d MiB at most", commits, heads, time.Since(begun).Seconds(), grown>>20)
	const besides = 64<<20 + 2*heads*400 // what is known of each commit
	if known && grown > o.MemoryLimit+besides {
		t.Errorf("%d MiB where %d are allowed", grown>>20, (o.MemoryLimit+besides)>>20)
	}
}

// squashed writes a branch of so many commits, each the squash of a pull request of one commit, which change files in turn.
func squashed(t *testing.T, heads, files int) string {
	t.Helper()
	r, marks := gittest.New(t), filepath.Join(t.TempDir(), "marks")
	cmd := exec.CommandContext(context.WithoutCancel(t.Context()), "git", "-C", r.Dir, "fast-import", "--quiet", "--done", "--export-marks="+marks)
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	w := bufio.NewWriterSize(in, 1<<20)
	commit := func(ref string, n, mark, parent, at int) {
		fmt.Fprintf(w, "commit %s\nmark :%d\nauthor Ada <ada@example.com> %d +0000\ncommitter Ada <ada@example.com> %d +0000\ndata 1\n.\n", ref, mark, at, at)
		if parent > 0 {
			fmt.Fprintf(w, "from :%d\n", parent)
		}
		text := ""
		for l := range 20 {
			text += fmt.Sprintf("line %d of file %d as of %d\n", l, n%files, n/files*((l+n)%3))
		}
		fmt.Fprintf(w, "M 100644 inline d%d/f%d\ndata %d\n%s\n", n%files%31, n%files, len(text), text)
	}
	last, mark, pulls := 0, 0, map[int]int{}
	for n := range heads {
		at := 1_500_000_000 + 600*n
		if n > 0 {
			mark++
			commit("refs/heads/topic", n, mark, last, at)
			pulls[mark] = n
		}
		mark++
		commit("refs/heads/main", n, mark, last, at+300)
		last = mark
	}
	fmt.Fprint(w, "done\n")
	if err := w.Flush(); err != nil {
		t.Fatal(err)
	}
	_ = in.Close()
	if err := cmd.Wait(); err != nil {
		t.Fatal(err)
	}
	r.Git("pack-refs", "--all")
	packRefs(t, r.Dir, marks, pulls)
	return r.Dir
}

// packRefs adds the heads of pull requests at once: a file for each would take most of the time.
func packRefs(t *testing.T, dir, marks string, pulls map[int]int) {
	t.Helper()
	text, err := os.ReadFile(marks)
	if err != nil {
		t.Fatal(err)
	}
	var refs strings.Builder
	for line := range strings.Lines(string(text)) {
		var mark int
		var hash string
		if _, err := fmt.Sscanf(line, ":%d %s", &mark, &hash); err != nil {
			t.Fatal(err)
		}
		if n := pulls[mark]; n > 0 {
			fmt.Fprintf(&refs, "%s refs/pull/%d/head\n", hash, n)
		}
	}
	packed := filepath.Join(dir, "packed-refs")
	before, err := os.ReadFile(packed)
	if err != nil {
		t.Fatal(err)
	}
	_, heads, _ := strings.Cut(string(before), "\n") // its header says that all are in order
	if err := os.WriteFile(packed, []byte(heads+refs.String()), 0o600); err != nil {
		t.Fatal(err)
	}
}
