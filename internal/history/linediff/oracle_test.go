package linediff_test

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"

	"weir/internal/history/linediff"
)

// pair is two versions of a file.
type pair struct{ a, b []byte }

// gitHunks asks git for the changes of many pairs with one process: all old versions are the files
// of one tree, all new versions those of another.
func gitHunks(t testing.TB, pairs []pair, args ...string) [][]linediff.Change {
	t.Helper()
	dir := t.TempDir()
	git(t, dir, nil, "init", "--quiet", "--bare", ".")
	git(t, dir, fastImport(pairs), "fast-import", "--quiet")
	args = append([]string{"diff-tree", "-r", "-p", "--text", "--no-renames"}, args...)
	return parseHunks(t, git(t, dir, nil, append(args, "old", "new")...), len(pairs))
}

func fastImport(pairs []pair) []byte {
	var in bytes.Buffer
	tree := func(branch string, data func(pair) []byte) {
		fmt.Fprintf(&in, "commit refs/heads/%s\ncommitter t <t@example.org> 1 +0000\ndata 0\n", branch)
		for i, p := range pairs {
			fmt.Fprintf(&in, "M 100644 inline %d\ndata %d\n%s\n", i, len(data(p)), data(p))
		}
	}
	tree("old", func(p pair) []byte { return p.a })
	tree("new", func(p pair) []byte { return p.b })
	return in.Bytes()
}

func git(t testing.TB, dir string, in []byte, args ...string) []byte {
	t.Helper()
	cmd := exec.Command("git", args...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "GIT_CONFIG_GLOBAL=/dev/null", "GIT_CONFIG_SYSTEM=/dev/null", "GIT_DIR="+dir)
	cmd.Stdin = bytes.NewReader(in)
	var errs bytes.Buffer
	cmd.Stderr = &errs
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("git %s: %v\n%s", strings.Join(args, " "), err, errs.Bytes())
	}
	return out
}

// parseHunks reads a patch with any number of context lines. A change is a run of removed and added
// lines without a context line between them.
func parseHunks(t testing.TB, patch []byte, pairs int) [][]linediff.Change {
	t.Helper()
	all := make([][]linediff.Change, pairs)
	var changes *[]linediff.Change
	var now linediff.Change
	inHunk := false
	flush := func() {
		if now.ALines+now.BLines > 0 {
			*changes = append(*changes, now)
		}
		now = linediff.Change{AStart: now.AStart + now.ALines, BStart: now.BStart + now.BLines}
	}
	for line := range bytes.Lines(patch) {
		switch {
		case bytes.HasPrefix(line, []byte("diff --git a/")):
			flush()
			name, _, _ := strings.Cut(string(line[len("diff --git a/"):]), " ")
			changes = &all[atoi(t, name)]
			inHunk = false
		case bytes.HasPrefix(line, []byte("@@ ")):
			flush()
			inHunk = true
			f := strings.Fields(string(line))
			now = linediff.Change{AStart: parseStart(t, f[1][1:]), BStart: parseStart(t, f[2][1:])}
		case !inHunk:
		case line[0] == '-':
			now.ALines++
		case line[0] == '+':
			now.BLines++
		case line[0] == ' ':
			flush()
			now.AStart++
			now.BStart++
		}
	}
	flush()
	return all
}

func parseStart(t testing.TB, s string) int {
	first, count, found := strings.Cut(s, ",")
	start := atoi(t, first)
	if !found || count != "0" {
		start--
	}
	return start
}

func atoi(t testing.TB, s string) int {
	n, err := strconv.Atoi(s)
	if err != nil {
		t.Fatalf("parse git's output: %v", err)
	}
	return n
}
