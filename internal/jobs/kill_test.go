package jobs_test

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"weir/internal/facts"
	"weir/internal/jobs"
	"weir/internal/secret"
	"weir/internal/store"
	"weir/internal/store/storetest"
)

// The variables that make the test binary a process which works on one job until it is killed.
const (
	envChildDir = "WEIR_TEST_JOBS_DIR"
	envChildURL = "WEIR_TEST_JOBS_URL"
)

func TestMain(m *testing.M) {
	if os.Getenv(envChildDir)+os.Getenv(envChildURL) != "" {
		if err := work(); err != nil {
			fmt.Fprintln(os.Stdout, "failed:", err)
		}
		return
	}
	m.Run()
}

// work says "working" when it has a job, and never ends it.
func work() error {
	ctx := context.Background()
	s, err := store.Open(ctx, store.Options{Dir: os.Getenv(envChildDir), URL: secret.New(os.Getenv(envChildURL))})
	if err != nil {
		return err
	}
	c, err := jobs.Open(ctx, childOptions(s))
	if err != nil {
		return err
	}
	h := newFake()
	h.do = func(context.Context, string, facts.RepoID) error {
		fmt.Fprintln(os.Stdout, "working")
		select {}
	}
	if err := c.Start(ctx, h); err != nil {
		return err
	}
	select {}
}

// childOptions share the database where that is possible, with a heart that beats fast.
func childOptions(s *store.Store) jobs.Options {
	return jobs.Options{Store: s, Name: "child", Shared: s.Dialect() == store.Postgres, Heartbeat: 200 * time.Millisecond}
}

// startChild runs the test binary as a worker and waits until it has a job.
func startChild(t *testing.T, env ...string) *exec.Cmd {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), env...)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	cmd.Stderr = os.Stderr
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = cmd.Process.Kill(); _ = cmd.Wait() })
	word := make([]byte, 100)
	n, err := out.Read(word)
	if err != nil || !strings.HasPrefix(string(word[:n]), "working") {
		t.Fatalf("the child said %q (%v)", word[:n], err)
	}
	return cmd
}

func TestKilledProcessWithItsOwnDatabase(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	enqueue(t, store.Options{Dir: dir})
	child := startChild(t, envChildDir+"="+dir)
	_ = child.Process.Kill()
	_ = child.Wait()

	s, err := store.Open(t.Context(), store.Options{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = s.Close() }()
	c, h := openClient(t, s), newFake()
	if err := c.Start(t.Context(), h); err != nil {
		t.Fatal(err)
	}
	h.expect(t, "fetch", "replay", "judge")
	stop(t, c)
}

func TestKilledProcessAmongOthers(t *testing.T) {
	t.Parallel()
	url := storetest.URL(t)
	enqueue(t, store.Options{URL: url})
	child := startChild(t, envChildURL+"="+url.Reveal())

	s, err := store.Open(t.Context(), store.Options{URL: url})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = s.Close() }()
	c, err := jobs.Open(t.Context(), childOptions(s))
	if err != nil {
		t.Fatal(err)
	}
	h := newFake()
	if err := c.Start(t.Context(), h); err != nil {
		t.Fatal(err)
	}
	defer stop(t, c)
	select {
	case step := <-h.called:
		t.Fatalf("%s was taken from a process that lives", step)
	case <-time.After(time.Second): // several heartbeats
	}
	_ = child.Process.Kill()
	_ = child.Wait()
	h.expect(t, "fetch", "replay", "judge")
}

func enqueue(t *testing.T, o store.Options) {
	t.Helper()
	s, err := store.Open(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	if err := openClient(t, s).SyncRepos(t.Context(), 1); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
}

// Several processes may be started on a new database at once.
func TestMigrationsAtOnce(t *testing.T) {
	t.Parallel()
	url := storetest.EmptyURL(t)
	var all sync.WaitGroup
	for range 5 {
		all.Go(func() {
			s, err := store.Open(t.Context(), store.Options{URL: url})
			if err != nil {
				t.Error(err)
				return
			}
			defer func() { _ = s.Close() }()
			if _, err := jobs.Open(t.Context(), jobs.Options{Store: s, Shared: true}); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
}

func TestSharedNeedsPostgres(t *testing.T) {
	t.Parallel()
	if _, err := jobs.Open(t.Context(), jobs.Options{Store: storetest.Open(t), Shared: true}); err == nil {
		t.Error("SQLite was taken for a shared database")
	}
}
