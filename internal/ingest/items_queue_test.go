package ingest_test

import (
	"context"
	"errors"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"weir/internal/connect"
	"weir/internal/facts"
	"weir/internal/ghes"
	"weir/internal/ingest"
	"weir/internal/jobs"
	"weir/internal/store"
	"weir/internal/store/disktest"
	"weir/internal/store/storetest"
)

// queued is an itemWorld whose readings are jobs.
type queued struct {
	*itemWorld
	jobs *jobs.Client
}

func queuedWorld(w *itemWorld, options ...func(*ingest.Options)) *queued {
	w.t.Helper()
	q := &queued{itemWorld: w}
	var err error
	if q.jobs, err = jobs.Open(w.t.Context(), jobs.Options{Store: w.store, Name: "test", Log: testLog(w.t)}); err != nil {
		w.t.Fatal(err)
	}
	w.restart(append(options, func(o *ingest.Options) {
		o.Queue = q.jobs
		o.ConnectFunc = func(context.Context, facts.Integration) (ingest.GitHub, error) { return nil, errors.New("not here") }
	})...)
	if err := q.jobs.Start(w.t.Context(), unscheduled{w.ingest}); err != nil {
		w.t.Fatal(err)
	}
	w.t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
		defer cancel()
		if err := q.jobs.Stop(ctx); err != nil {
			w.t.Error(err)
		}
	})
	return q
}

// ask asks for both kinds of some repos, as a person who does not want to wait.
func (q *queued) ask(names ...string) {
	q.t.Helper()
	for _, name := range names {
		for _, kind := range []facts.SyncKind{facts.SyncPullRequests, facts.SyncTickets} {
			if err := q.jobs.SyncItems(q.t.Context(), kind, q.repos[name]); err != nil {
				q.t.Fatal(err)
			}
		}
	}
}

func (q *queued) await(what string, done func() bool) {
	q.t.Helper()
	await(q.t, what, done)
}

func (q *queued) awaitAll(phase facts.Phase, names ...string) {
	q.t.Helper()
	q.await("readings to be "+string(phase), func() bool {
		for _, name := range names {
			for _, kind := range []facts.SyncKind{facts.SyncPullRequests, facts.SyncTickets} {
				s, err := q.store.SyncState(q.t.Context(), q.repos[name], kind)
				if err != nil && !errors.Is(err, facts.ErrNotFound) {
					q.t.Fatal(err)
				}
				if s.Phase != phase {
					return false
				}
			}
		}
		return true
	})
}

// fill gives each repo more pull requests and tickets.
func (q *queued) fill(from, to int) {
	for n := from; n < to; n++ {
		for name := range q.repos {
			q.add(name, aPull(n))
			q.add(name, ghes.Issue{Author: "grace", Title: "Broken", CreatedAt: minute(100 * n)})
		}
	}
}

// TestQueuedItemsOutliveAnOutage: jobs that fail wait in the queue with words, and end well once the server is back.
func TestQueuedItemsOutliveAnOutage(t *testing.T) {
	t.Parallel()
	eachWay(t, func(t *testing.T, w *itemWorld, same func(string)) {
		q := queuedWorld(w, func(o *ingest.Options) { o.ItemSlice = time.Millisecond })
		q.fill(0, 60)
		q.server.Faults.Add(ghes.Fault{Effect: ghes.BadGateway(), Skip: 4})
		q.ask("web", "api")
		q.awaitAll(facts.PhaseFailed, "web", "api")
		q.says(facts.PhaseFailed, connect.APIServerError)
		if n, err := q.jobs.Waiting(t.Context()); err != nil || n == 0 {
			t.Errorf("%d jobs wait for the server, %v", n, err)
		}
		q.server.Faults.Clear()
		q.ask("web", "api")
		q.awaitAll(facts.PhaseReady, "web", "api")
		same("web")
		same("api")
	}, "web", "api")
}

// token is the one that the integration has.
func (w *itemWorld) token() string {
	w.t.Helper()
	c, err := w.store.Credential(w.t.Context(), w.integration)
	if err != nil {
		w.t.Fatal(err)
	}
	return c.Token.Reveal()
}

// TestQueuedItemsOutliveARevokedToken: nothing is asked with a token that was revoked, and with another the work goes on.
func TestQueuedItemsOutliveARevokedToken(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		w := newItemWorld(t, s, nil, "web", "api")
		q := queuedWorld(w)
		q.fill(0, 40)
		q.ask("web", "api")
		q.awaitAll(facts.PhaseReady, "web", "api")
		before := q.inStore("web")
		q.fill(40, 80)
		w.world.RevokeToken(w.token())
		q.ask("web", "api")
		q.awaitAll(facts.PhaseFailed, "web", "api")
		q.says(facts.PhaseFailed, connect.APIUnauthorized)
		q.await("the integration to fail, with what to do", func() bool { // which is said after the readings have
			i, err := s.Integration(t.Context(), w.integration)
			return err == nil && i.State == facts.IntegrationFailed && i.StateNext != ""
		})
		if diff := cmp.Diff(before, q.inStore("web")); diff != "" {
			t.Errorf("what is held has changed (-before +after):\n%s", diff)
		}
		asked := len(q.server.Requests())
		q.ask("web", "api")
		q.await("jobs to end", func() bool { n, err := q.jobs.Waiting(t.Context()); return err == nil && n == 0 })
		if n := len(q.server.Requests()) - asked; n != 0 {
			t.Errorf("%d requests with a token that was refused", n)
		}
		if err := s.SaveCredential(t.Context(), w.integration, tokenOf(w.world)); err != nil {
			t.Fatal(err)
		}
		if err := q.jobs.ResumeIntegration(t.Context(), w.integration); err != nil {
			t.Fatal(err)
		}
		q.awaitAll(facts.PhaseReady, "web", "api")
		q.same("web")
		q.same("api")
	})
}

// TestItemsOutliveALostScope: without the scope a private repo and all in it are not found; nothing is taken for deleted.
func TestItemsOutliveALostScope(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		w := newItemWorld(t, s, nil, "web")
		if err := w.world.UpdateRepo("acme/web", func(r *ghes.Repo) { r.Visibility = "private" }); err != nil {
			t.Fatal(err)
		}
		for n := range 40 {
			w.add("web", aPull(n))
		}
		w.sync("web")
		before := w.inStore("web")
		scopes := func(scopes ...string) {
			if err := w.world.UpdateToken(w.token(), func(t *ghes.Token) { t.Scopes = scopes }); err != nil {
				t.Fatal(err)
			}
		}
		scopes("read:org")
		for _, days := range []int{0, 1, 8} { // sweeps and comparisons are due
			w.clock.advance(time.Duration(days) * 24 * time.Hour)
			w.restart()
			if err := w.ingest.SyncPullRequests(t.Context(), w.repos["web"]); err == nil {
				t.Error("a reading without the scope ended well")
			}
			if diff := cmp.Diff(before, w.inStore("web")); diff != "" {
				t.Fatalf("what is held has changed (-before +after):\n%s", diff)
			}
		}
		scopes("repo", "read:org")
		w.healthy()
		w.add("web", aPull(40))
		w.sync("web")
		w.same("web")
	})
}

// TestDiskFillsUpDuringItems: a disk that fills up in the midst of a reading puts it off; with room again it goes on where it was.
func TestDiskFillsUpDuringItems(t *testing.T) {
	t.Parallel()
	for name, credential := range ways {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := disktest.Mount(t, 0, "24m")
			w := newItemWorld(t, storetest.OpenIn(t, filepath.Join(dir, "data")), credential, "web")
			w.rest = name == "rest"
			held := w.halfRead()
			before := w.server.Requests()
			free := disktest.Fill(t, dir)
			for range 2 {
				w.restart(aPage)
				err := w.ingest.SyncPullRequests(t.Context(), w.repos["web"])
				var later *jobs.LaterError
				if !errors.As(err, &later) || later.After <= 0 {
					t.Errorf("with a full disk the reading ended with %v", err)
				}
			}
			if diff := cmp.Diff(held, w.inStore("web")); diff != "" {
				t.Errorf("what is held has changed (-before +after):\n%s", diff)
			}
			free()
			w.goesOn(before, w.sameAsTold)
			w.says(facts.PhaseReady, "")
		})
	}
}

// TestServerIsAskedOnceWhatItCanDo: readings that begin at once do not each ask what the server can do.
func TestServerIsAskedOnceWhatItCanDo(t *testing.T) {
	t.Parallel()
	names := []string{"a", "b", "c", "d", "e", "f"}
	w := newItemWorld(t, storetest.Open(t), nil, names...)
	w.server.Faults.Add(ghes.Fault{Path: "/api/v3/rate_limit", Effect: ghes.Latency(100 * time.Millisecond)})
	var wg sync.WaitGroup
	for _, name := range names {
		wg.Go(func() {
			if err := w.ingest.SyncPullRequests(t.Context(), w.repos[name]); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	limits := 0
	for _, r := range w.server.Requests() {
		if r.Path == "/api/v3/rate_limit" {
			limits++
		}
	}
	if limits != 1 {
		t.Errorf("the limits are asked for %d times", limits)
	}
}
