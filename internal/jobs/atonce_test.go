package jobs_test

import (
	"context"
	"sync"
	"testing"

	"weir/internal/facts"
	"weir/internal/jobs"
	"weir/internal/store"
	"weir/internal/store/storetest"
)

// Replays share a ceiling for memory by being no more at once than there are workers, also where a process takes work
// from two queues because others share its database.
func TestReplaysAtOnceAreWorkers(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		const workers = 2
		c, err := jobs.Open(t.Context(), jobs.Options{Store: s, Name: "test", Workers: workers, Shared: s.Dialect() == store.Postgres})
		if err != nil {
			t.Fatal(err)
		}
		h := newFake()
		var mu sync.Mutex
		now, most := 0, 0
		all, release := make(chan struct{}), make(chan struct{})
		h.do = func(ctx context.Context, step string, _ facts.RepoID) error {
			if step != "replay" {
				return nil
			}
			mu.Lock()
			if now++; now > most {
				if most = now; most == workers {
					close(all)
				}
			}
			mu.Unlock()
			select {
			case <-release:
			case <-ctx.Done():
			}
			mu.Lock()
			now--
			mu.Unlock()
			return nil
		}
		start(t, c, h)
		if err := c.SyncRepos(t.Context(), 1, 2, 3, 4, 5, 6); err != nil {
			t.Fatal(err)
		}
		<-all
		// Other work goes on meanwhile: what takes it would have taken a replay too.
		for id := range 3 {
			if err := c.Discover(t.Context(), facts.IntegrationID(id+1)); err != nil {
				t.Fatal(err)
			}
		}
		for discovered := 0; discovered < 3; {
			if step := <-h.called; step == "discover" {
				discovered++
			}
		}
		close(release)
		idle(t, c)
		if most != workers {
			t.Errorf("%d replays at once, want %d", most, workers)
		}
	})
}
