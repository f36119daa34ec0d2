package store_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"weir/internal/facts"
	"weir/internal/secret"
	"weir/internal/store"
	"weir/internal/store/storetest"
)

// The test binary runs itself as another process; these say what it then does.
const (
	envChild = "WEIR_STORE_TEST_CHILD"
	envDir   = "WEIR_STORE_TEST_DIR"
)

func secretOf(text string) secret.String { return secret.New(text) }

func TestMain(m *testing.M) {
	dir := os.Getenv(envDir)
	switch os.Getenv(envChild) {
	case "lock":
		childLock(dir)
	case "write":
		childWrite(dir)
	default:
		m.Run()
	}
}

// child starts this binary in a role; it is killed when the test ends.
func child(t *testing.T, role, dir string) (*exec.Cmd, *bufio.Scanner) {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), envChild+"="+role, envDir+"="+dir)
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { kill(cmd) })
	return cmd, bufio.NewScanner(out)
}

func kill(cmd *exec.Cmd) {
	_ = cmd.Process.Kill()
	_ = cmd.Wait()
}

// say tells the parent something, a line at a time.
func say(v any) { _, _ = fmt.Fprintln(os.Stdout, v) }

func childLock(dir string) {
	if _, err := store.LockDir(dir); err != nil {
		panic(err)
	}
	say("locked")
	select {}
}

func TestASecondProcessIsKeptOutOfTheDataFolder(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "data")
	holder, out := child(t, "lock", dir)
	if !out.Scan() || out.Text() != "locked" {
		t.Fatalf("the child says %q", out.Text())
	}
	_, err := store.LockDir(dir)
	var locked *store.LockedError
	if !errors.As(err, &locked) || locked.PID != holder.Process.Pid || !strings.Contains(err.Error(), strconv.Itoa(holder.Process.Pid)) {
		t.Fatalf("got %v, want one that names process %d", err, holder.Process.Pid)
	}
	if info, err := os.Stat(dir); err != nil || info.Mode().Perm() != 0o700 {
		t.Errorf("mode of the folder: %v, %v", info.Mode(), err)
	}
	kill(holder)
	lock, err := store.LockDir(dir)
	if err != nil {
		t.Fatalf("after the holder was killed: %v", err)
	}
	if _, err := store.LockDir(dir); err == nil {
		t.Error("one process took the folder twice")
	}
	if err := lock.Release(); err != nil {
		t.Fatal(err)
	}
}

// childWrite saves commits, verdicts and roll-ups one after another and says how far it has come.
func childWrite(dir string) {
	ctx := context.Background()
	s, err := store.Open(ctx, store.Options{Dir: dir})
	if err != nil {
		panic(err)
	}
	repos, _, err := s.Repos(ctx, store.RepoFilter{}, facts.Page{})
	if err != nil {
		panic(err)
	}
	repo := repos[0].ID
	last, err := s.LastCommitNumber(ctx, repo)
	for n := int(last) + 1; err == nil; n += 50 {
		commits := synthetic(n, 50, 1000)
		var judged []facts.JudgedCommit
		for _, c := range commits {
			judged = append(judged, facts.JudgedCommit{Commit: c, Verdict: facts.Verdict{Person: 1}})
		}
		err = errors.Join(s.SaveCommits(ctx, repo, commits), s.SaveVerdicts(ctx, repo, judged),
			s.ReplaceDaily(ctx, repo, []facts.Daily{{Day: commits[0].Day, Person: 1, Commits: n}}))
		say(n + 49)
	}
	panic(err)
}

func TestKillingTheProcessLosesNothing(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s, err := store.Open(t.Context(), store.Options{Dir: dir, Keys: storetest.Keys(t)})
	if err != nil {
		t.Fatal(err)
	}
	repo := storetest.NewWorld(t, s, "Main", 2).Repos[0]
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	for round := range 6 {
		writer, out := child(t, "write", dir)
		said := 0
		for range 3 + 4*round { // each round dies somewhere else
			if !out.Scan() {
				break
			}
			if said, err = strconv.Atoi(out.Text()); err != nil {
				t.Fatalf("the child says %q", out.Text())
			}
		}
		kill(writer)
		checkAfterCrash(t, dir, repo, said)
	}
}

func checkAfterCrash(t *testing.T, dir string, repo facts.RepoID, said int) {
	t.Helper()
	s, err := store.Open(t.Context(), store.Options{Dir: dir})
	if err != nil {
		t.Fatalf("open after a crash: %v", err)
	}
	defer func() { _ = s.Close() }()
	integrity(t, s)
	last, err := s.LastCommitNumber(t.Context(), repo)
	if err != nil || int(last) < said {
		t.Fatalf("commits to %d were saved and %d are held: %v", said, last, err)
	}
	n := 0
	for c, err := range s.CommitsOf(t.Context(), repo) {
		if n++; err != nil || int(c.Number) != n || len(c.Files) != 4 {
			t.Fatalf("commit %d stands at %d with %d files: %v", c.Number, n, len(c.Files), err)
		}
	}
}

func integrity(t *testing.T, s *store.Store) {
	t.Helper()
	if got := texts(t, s.DB(), `PRAGMA integrity_check`); len(got) != 1 || got[0] != "ok" {
		t.Fatalf("the database is damaged: %v", got)
	}
}
