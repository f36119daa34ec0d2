package jobs_test

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"weir/internal/facts"
	"weir/internal/jobs"
	"weir/internal/store"
	"weir/internal/store/storetest"
)

// fakeHandlers notes what it is asked to do. do, when set, decides how it ends.
type fakeHandlers struct {
	mu    sync.Mutex
	calls []string
	do    func(ctx context.Context, step string, repo facts.RepoID) error
	// called gets every call after it was noted.
	called chan string
}

func newFake() *fakeHandlers { return &fakeHandlers{called: make(chan string, 1000)} }

func (f *fakeHandlers) note(ctx context.Context, step string, id int64) error {
	f.mu.Lock()
	f.calls = append(f.calls, step)
	do := f.do
	f.mu.Unlock()
	var err error
	if do != nil {
		err = do(ctx, step, facts.RepoID(id))
	}
	f.called <- step
	return err
}

func (f *fakeHandlers) Discover(ctx context.Context, id facts.IntegrationID) error {
	return f.note(ctx, "discover", int64(id))
}
func (f *fakeHandlers) Fetch(ctx context.Context, id facts.RepoID) error {
	return f.note(ctx, "fetch", int64(id))
}
func (f *fakeHandlers) Replay(ctx context.Context, id facts.RepoID) error {
	return f.note(ctx, "replay", int64(id))
}
func (f *fakeHandlers) Judge(ctx context.Context, id facts.RepoID) error {
	return f.note(ctx, "judge", int64(id))
}
func (f *fakeHandlers) Retire(ctx context.Context, id facts.IntegrationID) error {
	return f.note(ctx, "retire", int64(id))
}
func (f *fakeHandlers) ApplyDeliveries(ctx context.Context, id facts.WebhookID) error {
	return f.note(ctx, "apply", int64(id))
}
func (f *fakeHandlers) KeepWebhooks(ctx context.Context, id facts.IntegrationID) error {
	return f.note(ctx, "keep", int64(id))
}
func (f *fakeHandlers) CleanUp(context.Context) error                        { return nil }
func (f *fakeHandlers) SyncPullRequests(context.Context, facts.RepoID) error { return nil }
func (f *fakeHandlers) SyncTickets(context.Context, facts.RepoID) error      { return nil }
func (f *fakeHandlers) Schedule(context.Context) error                       { return nil }

// seen gives the calls so far.
func (f *fakeHandlers) seen() []string {
	f.mu.Lock()
	defer f.mu.Unlock()
	return append([]string(nil), f.calls...)
}

// expect waits for calls in this order.
func (f *fakeHandlers) expect(t *testing.T, want ...string) {
	t.Helper()
	var got []string
	for range want {
		select {
		case step := <-f.called:
			got = append(got, step)
		case <-time.After(patience):
			t.Fatalf("got %v, want %v", got, want)
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Fatalf("calls (-want +got):\n%s", diff)
	}
}

func openClient(t *testing.T, s *store.Store) *jobs.Client {
	t.Helper()
	c, err := jobs.Open(t.Context(), jobs.Options{Store: s, Name: "test"})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func start(t *testing.T, c *jobs.Client, h jobs.Handlers) {
	t.Helper()
	if err := c.Start(t.Context(), h); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { stop(t, c) })
}

func stop(t *testing.T, c *jobs.Client) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	if err := c.Stop(ctx); err != nil {
		t.Error(err)
	}
}

// patience bounds a wait for what comes at once on a quick machine; a slow one under the race detector needs more.
const patience = 2 * time.Minute

// idle waits until nothing waits any more.
func idle(t *testing.T, c *jobs.Client) {
	t.Helper()
	deadline := time.Now().Add(patience)
	for {
		n, err := c.Waiting(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if n == 0 {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("%d jobs still wait", n)
		}
		<-time.After(20 * time.Millisecond) // looking is work for the same database
	}
}

func TestSyncIsAChain(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		c, h := openClient(t, s), newFake()
		start(t, c, h)
		if err := c.SyncRepos(t.Context(), 7); err != nil {
			t.Fatal(err)
		}
		h.expect(t, "fetch", "replay", "judge")
		idle(t, c)
	})
}

// TestReposAreEndedOneAfterTheOther imports three repos with one worker: the first is reported on before the second is fetched.
func TestReposAreEndedOneAfterTheOther(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		c, err := jobs.Open(t.Context(), jobs.Options{Store: s, Name: "test", Workers: 1})
		if err != nil {
			t.Fatal(err)
		}
		h := newFake()
		if err := c.SyncRepos(t.Context(), 7, 8, 9); err != nil {
			t.Fatal(err)
		}
		start(t, c, h)
		h.expect(t, "fetch", "replay", "judge", "fetch", "replay", "judge", "fetch", "replay", "judge")
		idle(t, c)
	})
}

func TestNothingNewEndsTheChain(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		c, h := openClient(t, s), newFake()
		h.do = func(_ context.Context, step string, _ facts.RepoID) error { return jobs.ErrNothingNew }
		start(t, c, h)
		if err := c.SyncRepos(t.Context(), 7); err != nil {
			t.Fatal(err)
		}
		h.expect(t, "fetch")
		idle(t, c)
		if len(h.seen()) != 1 {
			t.Errorf("calls = %v", h.seen())
		}
	})
}

func TestEnqueueInATransactionThatFails(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		c := openClient(t, s)
		oops := errors.New("oops")
		err := s.InTx(t.Context(), func(tx *store.Tx) error {
			if err := c.SyncReposTx(t.Context(), tx, 1, 2, 3); err != nil {
				return err
			}
			return oops
		})
		if !errors.Is(err, oops) {
			t.Fatal(err)
		}
		if n, err := c.Waiting(t.Context()); n != 0 || err != nil {
			t.Errorf("%d jobs wait (%v), want none", n, err)
		}
	})
}

func TestASecondClickDoesNothing(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		c, h := openClient(t, s), newFake()
		for range 3 {
			if err := c.SyncRepos(t.Context(), 7, 8); err != nil {
				t.Fatal(err)
			}
		}
		if n, _ := c.Waiting(t.Context()); n != 2 {
			t.Errorf("%d jobs wait, want 2", n)
		}
		start(t, c, h)
		idle(t, c)
		if len(h.seen()) != 6 {
			t.Errorf("calls = %v", h.seen())
		}
	})
}

// A push that arrives while its repo is being synced is not lost, whichever step runs.
func TestAskedAgainWhileRunning(t *testing.T) {
	t.Parallel()
	for _, during := range []string{"fetch", "replay"} {
		t.Run(during, func(t *testing.T) {
			t.Parallel()
			storetest.Each(t, func(t *testing.T, s *store.Store) {
				c, h := openClient(t, s), newFake()
				once := sync.OnceValue(func() error { return c.SyncRepos(context.WithoutCancel(t.Context()), 7) })
				h.do = func(_ context.Context, step string, _ facts.RepoID) error {
					if step == during {
						return once()
					}
					return nil
				}
				start(t, c, h)
				if err := c.SyncRepos(t.Context(), 7); err != nil {
					t.Fatal(err)
				}
				idle(t, c)
				fetches := 0
				for _, call := range h.seen() {
					if call == "fetch" {
						fetches++
					}
				}
				if fetches != 2 {
					t.Errorf("calls = %v, want two fetches", h.seen())
				}
			})
		})
	}
}

func TestOutcomes(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		c, h := openClient(t, s), newFake()
		tries := 0
		h.do = func(_ context.Context, step string, repo facts.RepoID) error {
			switch {
			case step == "fetch" && repo == 2:
				return &jobs.StopError{Err: errors.New("a person must act")}
			case step == "replay" && tries < 3:
				tries++
				return jobs.ErrAgain
			}
			return nil
		}
		start(t, c, h)
		if err := c.SyncRepos(t.Context(), 1); err != nil {
			t.Fatal(err)
		}
		h.expect(t, "fetch", "replay", "replay", "replay", "replay", "judge")
		if err := c.SyncRepos(t.Context(), 2); err != nil {
			t.Fatal(err)
		}
		h.expect(t, "fetch")
		idle(t, c)
		// It was stopped, not done: a new wish is heard.
		if err := c.SyncRepos(t.Context(), 2); err != nil {
			t.Fatal(err)
		}
		h.expect(t, "fetch")
	})
}

func TestFailedJobIsTriedAgainAtOnceWhenAsked(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		c, h := openClient(t, s), newFake()
		tries := 0
		h.do = func(_ context.Context, step string, _ facts.RepoID) error {
			if step == "fetch" {
				if tries++; tries == 1 {
					return &jobs.LaterError{After: time.Hour, Err: errors.New("busy")}
				}
			}
			return nil
		}
		start(t, c, h)
		if err := c.SyncRepos(t.Context(), 1); err != nil {
			t.Fatal(err)
		}
		h.expect(t, "fetch")
		waitFor(t, func() bool {
			if err := c.SyncReposNow(t.Context(), 1); err != nil {
				t.Fatal(err)
			}
			return len(h.called) > 0
		})
		h.expect(t, "fetch", "replay")
	})
}

func waitFor(t *testing.T, done func() bool) {
	t.Helper()
	deadline := time.Now().Add(patience)
	for !done() {
		if time.Now().After(deadline) {
			t.Fatal("waited too long")
		}
		<-time.After(5 * time.Millisecond)
	}
}

func TestCancelRepos(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		c, h := openClient(t, s), newFake()
		running := make(chan struct{})
		h.do = func(ctx context.Context, _ string, _ facts.RepoID) error {
			close(running)
			<-ctx.Done()
			if !jobs.Cancelled(ctx) {
				t.Errorf("cause = %v, want a person's order", context.Cause(ctx))
			}
			return ctx.Err()
		}
		start(t, c, h)
		if err := c.SyncRepos(t.Context(), 1); err != nil {
			t.Fatal(err)
		}
		<-running
		if err := c.CancelRepos(t.Context(), 1); err != nil {
			t.Fatal(err)
		}
		h.expect(t, "fetch")
		idle(t, c)
		if len(h.seen()) != 1 {
			t.Errorf("calls = %v", h.seen())
		}
	})
}

// A stop in the middle of a job puts it back, and the next start does it.
func TestStopAndStartAgain(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		first, h := openClient(t, s), newFake()
		running := make(chan struct{})
		h.do = func(ctx context.Context, _ string, _ facts.RepoID) error {
			close(running)
			<-ctx.Done()
			return context.Cause(ctx)
		}
		if err := first.Start(t.Context(), h); err != nil {
			t.Fatal(err)
		}
		if err := first.SyncRepos(t.Context(), 1); err != nil {
			t.Fatal(err)
		}
		<-running
		stop(t, first)
		second, h := openClient(t, s), newFake()
		start(t, second, h)
		h.expect(t, "fetch", "replay", "judge")
	})
}
