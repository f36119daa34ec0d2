package linediff_test

import (
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"weir/internal/history/linediff"
)

// FuzzDiff compares one pair after the other with git diff --no-index.
func FuzzDiff(f *testing.F) {
	r := rand.New(rand.NewPCG(3, 3))
	for range 30 {
		p := randomPair(r)
		f.Add(p.a, p.b)
	}
	f.Fuzz(func(t *testing.T, a, b []byte) {
		p := pair{a, b}
		old, derived := linediff.Split(a), linediff.Derive(linediff.Split(a), b)
		got, err := linediff.Diff(old, derived, linediff.Options{})
		if err != nil {
			t.Fatal(err)
		}
		if err := checkScript(old, derived, got); err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(noIndex(t, p), got); d != "" {
			t.Fatalf("(-git +ours)\n%s", d)
		}
	})
}

func noIndex(t *testing.T, p pair) []linediff.Change {
	t.Helper()
	dir := t.TempDir()
	for name, data := range map[string][]byte{"0": p.a, "1": p.b} {
		if err := os.WriteFile(filepath.Join(dir, name), data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	cmd := exec.Command("git", "diff", "--no-index", "--text", "-U0", "0", "1")
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "GIT_CONFIG_GLOBAL=/dev/null", "GIT_CONFIG_SYSTEM=/dev/null")
	patch, err := cmd.Output()
	if err != nil && cmd.ProcessState.ExitCode() != 1 {
		t.Fatalf("git diff --no-index: %v", err)
	}
	return parseHunks(t, patch, 2)[0]
}
