package generate_test

import (
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"weir/internal/ghes/generate"
)

var now = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

func demo(t testing.TB) *generate.Organization {
	t.Helper()
	org, err := generate.Demo(t.Context(), generate.Options{Dir: t.TempDir(), Seed: 1, Now: now})
	if err != nil {
		t.Fatal(err)
	}
	return org
}

func git(t testing.TB, dir string, args ...string) string {
	t.Helper()
	out, err := exec.Command("git", append([]string{"-C", dir}, args...)...).CombinedOutput()
	if err != nil {
		t.Fatalf("git %v: %v: %s", args, err, out)
	}
	return strings.TrimSpace(string(out))
}

func TestDemo(t *testing.T) {
	t.Parallel()
	at := time.Now()
	org := demo(t)
	t.Logf("took %v", time.Since(at))
	total := 0
	for _, r := range org.Repos {
		git(t, r.Dir, "fsck", "--strict", "--no-dangling")
		n := strings.Count(git(t, r.Dir, "rev-list", "--all"), "\n") + 1
		total += n
		t.Logf("%s: %d commits, %d pulls, %s", r.Name, n, len(r.Pulls), filepath.Base(r.Dir))
	}
	if total < 3000 || total > 6500 {
		t.Errorf("got %d commits, want 3,000 to 6,500", total)
	}
}
