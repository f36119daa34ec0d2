package generate_test

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"weir/internal/ghes/generate"
)

var now = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

// sharedDemo is made once for all tests that only read it.
var sharedDemo = sync.OnceValues(func() (*generate.Organization, error) {
	dir, err := os.MkdirTemp("", "demo")
	if err != nil {
		return nil, err
	}
	demoDir = dir
	return generate.Demo(context.Background(), generate.Options{Dir: dir, Seed: 1, Now: now})
})

// demoDir is what TestMain removes in the end; empty when no test wanted the demo.
var demoDir string

func TestMain(m *testing.M) {
	m.Run()
	for _, dir := range []string{demoDir, fleetDir} {
		if dir != "" {
			_ = os.RemoveAll(dir)
		}
	}
}

func demo(t testing.TB) *generate.Organization {
	t.Helper()
	org, err := sharedDemo()
	if err != nil {
		t.Fatal(err)
	}
	return org
}

func small(t testing.TB, seed uint64) *generate.Organization {
	t.Helper()
	org, err := generate.Small(t.Context(), generate.Options{Dir: t.TempDir(), Seed: seed, Now: now})
	if err != nil {
		t.Fatal(err)
	}
	return org
}

// try runs git as plainly as possible.
func try(t testing.TB, dir string, args ...string) (string, error) {
	t.Helper()
	cmd := exec.Command("git", append([]string{"-C", dir}, args...)...)
	out, err := cmd.CombinedOutput()
	return strings.TrimSpace(string(out)), err
}

func git(t testing.TB, dir string, args ...string) string {
	t.Helper()
	out, err := try(t, dir, args...)
	if err != nil {
		t.Fatalf("git %v: %v: %s", args, err, out)
	}
	return out
}

// fingerprint is one hash over every reference of every repository.
func fingerprint(t testing.TB, org *generate.Organization) string {
	t.Helper()
	sum := sha256.New()
	for _, r := range org.Repos {
		_, _ = fmt.Fprintln(sum, r.Name, git(t, r.Dir, "for-each-ref"))
	}
	return hex.EncodeToString(sum.Sum(nil))[:16]
}

func TestSameSeedMakesSameCommits(t *testing.T) {
	t.Parallel()
	one, two, other := fingerprint(t, small(t, 1)), fingerprint(t, small(t, 1)), fingerprint(t, small(t, 2))
	if one != two {
		t.Errorf("same seed: got %s and %s", one, two)
	}
	if one == other {
		t.Errorf("another seed: got %s again", one)
	}
}

// The demo is the same on every machine: its commits are in the documentation's screenshots. A
// change of the story changes these on purpose.
func TestDemoIsTheOneWeKnow(t *testing.T) {
	t.Parallel()
	const want = "2aaf325a78b82978"
	if got := fingerprint(t, demo(t)); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestDemoIsPlausible(t *testing.T) {
	t.Parallel()
	org := demo(t)
	if len(org.Repos) != 6 || len(org.People) != 13 {
		t.Fatalf("got %d repos and %d people", len(org.Repos), len(org.People))
	}
	commits, pulls, methods := 0, 0, map[string]int{}
	for _, r := range org.Repos {
		git(t, r.Dir, "fsck", "--strict", "--no-dangling")
		n := strings.Count(git(t, r.Dir, "rev-list", "--all"), "\n") + 1
		if n != r.Commits {
			t.Errorf("%s: says %d commits, has %d", r.Name, r.Commits, n)
		}
		commits, pulls = commits+n, pulls+len(r.Pulls)
		for _, p := range r.Pulls {
			methods[p.Method]++
			checkPull(t, r, p)
		}
	}
	if commits < 3000 || commits > 6000 {
		t.Errorf("got %d commits, want 3,000 to 6,000", commits)
	}
	for _, m := range []string{"merge", "squash", "rebase", ""} {
		if methods[m] < 10 {
			t.Errorf("method %q: got %d pull requests of %d", m, methods[m], pulls)
		}
	}
	t.Logf("%d commits, %d pull requests: %v", commits, pulls, methods)
}

func checkPull(t *testing.T, r generate.Repo, p generate.PullRequest) {
	t.Helper()
	if got := len(p.Head); got != 40 {
		t.Errorf("%s#%d: head %q", r.Name, p.Number, p.Head)
	}
	if p.MergedAt.IsZero() != (p.MergeCommit == "") || p.Author == p.Reviewer {
		t.Errorf("%s#%d: %+v", r.Name, p.Number, p)
	}
	if !p.MergedAt.IsZero() && p.MergedAt.Before(p.OpenedAt) {
		t.Errorf("%s#%d: merged %v before it was opened %v", r.Name, p.Number, p.MergedAt, p.OpenedAt)
	}
}

func TestDemoHolds(t *testing.T) {
	t.Parallel()
	org := demo(t)
	log := ""
	files := ""
	for _, r := range org.Repos {
		log += git(t, r.Dir, "log", "--all", "--format=%an <%ae> %ai %s") + "\n"
		files += git(t, r.Dir, "ls-tree", "-r", "--name-only", "main") + "\n"
	}
	for _, want := range []string{
		"harbour-renovate[bot] <", "Merge pull request #", "Revert \"", "Import the legacy", "Vendor libraries",
		"Merge branch 'main' into ", "Address review comments", "Move ", "Bump ", "+0530", "-0800",
		"<priya.raman@mail.example>", "<priya@laptop.local>", "<root@build-7>", "<t.becker@contractor.example>",
	} {
		if !strings.Contains(log, want) {
			t.Errorf("no %q in the log", want)
		}
	}
	for _, want := range []string{
		"vendor/example.com/", "go.sum", "package-lock.json", ".mailmap", ".gitattributes", "schema.pb.go",
		"logo.png", ".java", ".py", ".ts", ".md", ".sh",
	} {
		if !strings.Contains(files, want) {
			t.Errorf("no %q among the files", want)
		}
	}
	quiet := strings.Count(log, "2025-12-25") + strings.Count(log, "2026-01-01")
	if quiet > 6 {
		t.Errorf("got %d commits on holidays", quiet)
	}
}

func TestSmallIsSmall(t *testing.T) {
	t.Parallel()
	for _, r := range small(t, 1).Repos {
		git(t, r.Dir, "fsck", "--strict", "--no-dangling")
		if r.Commits < 10 || r.Commits > 200 {
			t.Errorf("%s: got %d commits", r.Name, r.Commits)
		}
	}
}

func TestMoreAddsToMain(t *testing.T) {
	t.Parallel()
	dir := small(t, 1).Repos[0].Dir
	before := git(t, dir, "rev-parse", "main")
	by := generate.Alias{Name: "Lena Fischer", Email: "lena@harbour.example"}
	ids, err := generate.More(t.Context(), dir, 3, by, now)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := generate.More(t.Context(), dir, 1, by, now.Add(time.Hour)); err != nil {
		t.Fatal(err)
	}
	if got := git(t, dir, "rev-parse", "main~4"); got != before {
		t.Errorf("main~4: got %s, want %s", got, before)
	}
	if got := git(t, dir, "rev-parse", "main~1"); len(ids) != 3 || got != ids[2] {
		t.Errorf("main~1: got %s, want the last of %v", got, ids)
	}
	if got := git(t, dir, "show", "main:NEWS.md"); strings.Count(got, "\n") != 4 {
		t.Errorf("NEWS.md: got %q", got)
	}
	git(t, dir, "fsck", "--strict")
}

func TestAppendMakesABranch(t *testing.T) {
	t.Parallel()
	dir, err := generate.Nasty(t.Context(), t.TempDir(), generate.Empty)
	if err != nil {
		t.Fatal(err)
	}
	by := generate.Alias{Name: "A", Email: "a@example.com"}
	_, err = generate.Append(t.Context(), dir,
		generate.Commit{Author: by, At: now, Message: "one\n", Files: map[string][]byte{"a": []byte("a\n"), "b": []byte("b\n")}},
		generate.Commit{Author: by, At: now, Message: "two\n", Files: map[string][]byte{"a": nil}},
		generate.Commit{Branch: "topic", Author: by, At: now, Message: "three\n", Files: map[string][]byte{"c": []byte("c\n")}},
	)
	if err != nil {
		t.Fatal(err)
	}
	if got := git(t, dir, "ls-tree", "--name-only", "main"); got != "b" {
		t.Errorf("main: got %q, want b", got)
	}
	if got := git(t, dir, "ls-tree", "--name-only", "topic"); got != "c" {
		t.Errorf("topic: got %q, want c", got)
	}
}

func BenchmarkDemo(b *testing.B) {
	for b.Loop() {
		if _, err := generate.Demo(b.Context(), generate.Options{Dir: b.TempDir(), Seed: 1, Now: now}); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkSmall(b *testing.B) {
	for b.Loop() {
		small(b, 1)
	}
}
