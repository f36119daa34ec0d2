package ingest_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"weir/internal/facts"
	"weir/internal/git/mirrortest"
	"weir/internal/ingest"
	"weir/internal/jobs"
	"weir/internal/secret"
	"weir/internal/store"
	"weir/internal/store/storetest"
)

// With these variables the test binary is a process that works on what is enqueued, for a test to kill.
const (
	envDir = "WEIR_TEST_INGEST_DIR"
	envURL = "WEIR_TEST_INGEST_URL"
)

func TestMain(m *testing.M) {
	if os.Getenv(envHook) != "" {
		if err := takeForEver(context.Background()); err != nil {
			fmt.Fprintln(os.Stdout, "failed:", err)
		}
		return
	}
	if os.Getenv(envDir) != "" {
		if err := work(context.Background()); err != nil {
			fmt.Fprintln(os.Stdout, "failed:", err)
		}
		return
	}
	m.Run()
}

// openData opens the store of a data folder, with the keys that are kept there.
func openData(ctx context.Context, dir, url string) (*store.Store, error) {
	keys, err := secret.OpenKeyring(filepath.Join(dir, "key"))
	if err != nil {
		return nil, err
	}
	s, err := store.Open(ctx, store.Options{Dir: dir, URL: secret.New(url), Keys: keys})
	if err != nil {
		return nil, err
	}
	return s, storetest.Hurry(ctx, s)
}

// work says which step it begins, and "done" when nothing is left to do.
func work(ctx context.Context) error {
	dir := os.Getenv(envDir)
	s, err := openData(ctx, dir, os.Getenv(envURL))
	if err != nil {
		return err
	}
	log := slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelError}))
	queue, err := jobs.Open(ctx, jobs.Options{Store: s, Name: "child", Log: log})
	if err != nil {
		return err
	}
	handlers := telling{ingest.New(ingest.Options{
		Store: s, Queue: queue, Dir: dir, Log: log, SyncEvery: time.Hour, DiscoverEvery: 1000 * time.Hour,
		ConnectFunc: func(context.Context, facts.Integration) (ingest.GitHub, error) { return nil, errors.New("not here") },
	})}
	if err := queue.Start(ctx, handlers); err != nil {
		return err
	}
	for {
		n, err := queue.Waiting(ctx)
		if err != nil {
			return err
		}
		if n == 0 {
			break
		}
		<-time.After(10 * time.Millisecond)
	}
	if err := errors.Join(queue.Stop(ctx), s.Close()); err != nil {
		return err
	}
	fmt.Fprintln(os.Stdout, "done")
	return nil
}

// telling says what it is about to do.
type telling struct{ *ingest.Ingest }

func (h telling) Fetch(ctx context.Context, id facts.RepoID) error {
	fmt.Fprintln(os.Stdout, "fetch")
	return h.Ingest.Fetch(ctx, id)
}

func (h telling) Replay(ctx context.Context, id facts.RepoID) error {
	fmt.Fprintln(os.Stdout, "replay")
	return h.Ingest.Replay(ctx, id)
}

func (h telling) Judge(ctx context.Context, id facts.RepoID) error {
	fmt.Fprintln(os.Stdout, "judge")
	return h.Ingest.Judge(ctx, id)
}

// runUntil runs the worker until it says a word, waits a little more and kills it. It tells whether the
// worker came to the end before.
func runUntil(t *testing.T, env []string, word string, delay time.Duration) (done bool) {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), env...)
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	defer func() { _ = cmd.Process.Kill(); _ = cmd.Wait() }()
	for lines := bufio.NewScanner(out); lines.Scan(); {
		switch lines.Text() {
		case "done":
			return true
		case word:
			<-time.After(delay)
			return false
		case "fetch", "replay", "judge":
		default:
			t.Fatalf("the worker said %q", lines.Text())
		}
	}
	t.Fatal("the worker ended by itself")
	return false
}

// Whenever the process is killed, the work goes on after a restart, and the facts come out as if nothing had been.
func TestKilledAtAnyMoment(t *testing.T) {
	t.Parallel()
	server := mirrortest.NewServer(t)
	repo := server.Repo(t, "acme/api.git")
	repo.Commits("refs/heads/main", 1500)
	repo.Commits("refs/heads/topic", 50)
	repo.Commits("refs/pull/1/head", 20)

	clean := newFixture(t, storetest.Open(t), server, t.TempDir())
	clean.addRepo(11, "api")
	clean.start()
	want := dump(t, clean.store, clean.importAll()["api"])
	clean.stop()

	t.Run("sqlite", func(t *testing.T) { t.Parallel(); killOften(t, server, want, "") })
	t.Run("postgres", func(t *testing.T) { t.Parallel(); killOften(t, server, want, storetest.URL(t).Reveal()) })
}

func killOften(t *testing.T, server *mirrortest.Server, want []string, url string) {
	dir := t.TempDir()
	s, err := openData(t.Context(), dir, url)
	if err != nil {
		t.Fatal(err)
	}
	f := newFixture(t, s, server, dir)
	f.addRepo(11, "api")
	id := f.discover()["api"]
	if _, err := f.jobs.ImportRepos(t.Context(), id); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	env := []string{envDir + "=" + dir, envURL + "=" + url}
	kills := killEverywhere(t, env)
	t.Logf("killed %d times", kills)

	if s, err = openData(t.Context(), dir, url); err != nil {
		t.Fatal(err)
	}
	defer func() { _ = s.Close() }()
	if diff := cmp.Diff(want, dump(t, s, id)); diff != "" {
		t.Errorf("facts differ from those of a clean import (-clean +killed):\n%.5000s", diff)
	}
	state, err := s.SyncState(t.Context(), id, facts.SyncCommits)
	if err != nil || state.Phase != facts.PhaseReady || state.Held != 1570 || state.Server != 1570 {
		t.Errorf("state = %+v (%v)", state, err)
	}
}

func killEverywhere(t *testing.T, env []string) (kills int) {
	t.Helper()
	for _, at := range []struct {
		word  string
		delay time.Duration
	}{
		{"fetch", 0}, {"fetch", 60 * time.Millisecond}, {"fetch", 150 * time.Millisecond}, {"fetch", 300 * time.Millisecond},
		{"replay", 0}, {"replay", 100 * time.Millisecond}, {"replay", 250 * time.Millisecond}, {"replay", 400 * time.Millisecond},
		{"replay", 600 * time.Millisecond}, {"judge", 0}, {"judge", 20 * time.Millisecond}, {"judge", 100 * time.Millisecond},
		{"judge", 200 * time.Millisecond},
	} {
		if runUntil(t, env, at.word, at.delay) {
			return kills
		}
		kills++
	}
	if !runUntil(t, env, "never", 0) {
		t.Fatal("the work did not come to an end")
	}
	return kills
}

// A git that outlives its killed parent keeps the mirror to itself until it ends too.
func TestKilledWhileTheServerSends(t *testing.T) {
	t.Parallel()
	server := mirrortest.NewServer(t)
	server.Repo(t, "acme/api.git").Commits("refs/heads/main", 100)
	dir := t.TempDir()
	s, err := openData(t.Context(), dir, "")
	if err != nil {
		t.Fatal(err)
	}
	f := newFixture(t, s, server, dir)
	f.addRepo(11, "api")
	id := f.discover()["api"]
	if _, err := f.jobs.ImportRepos(t.Context(), id); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	var posts atomic.Int32
	held, release := make(chan struct{}), make(chan struct{})
	server.Fault(func(_ http.ResponseWriter, r *http.Request) bool {
		if r.Method == http.MethodPost && posts.Add(1) == 3 { // the pack of the first step
			close(held)
			<-release
		}
		return false
	})
	env := []string{envDir + "=" + dir}
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), env...)
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	<-held
	_ = cmd.Process.Kill()
	_ = cmd.Wait()
	time.AfterFunc(time.Second, func() { close(release) })
	if !runUntil(t, env, "never", 0) {
		t.Fatal("the work did not come to an end")
	}
	if s, err = openData(t.Context(), dir, ""); err != nil {
		t.Fatal(err)
	}
	defer func() { _ = s.Close() }()
	if n := count(dump(t, s, id), "commit "); n != 100 {
		t.Errorf("%d commits, want 100", n)
	}
}
