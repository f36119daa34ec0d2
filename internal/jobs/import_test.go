package jobs_test

import (
	"context"
	"slices"
	"sync"
	"testing"

	"weir/internal/facts"
	"weir/internal/jobs"
	"weir/internal/store"
	"weir/internal/store/storetest"
)

func changeAll(t *testing.T, c *jobs.Client, change facts.RepoChange, f store.RepoFilter, want int) {
	t.Helper()
	if n, err := c.ChangeRepos(t.Context(), change, f); err != nil || n != want {
		t.Fatalf("%s changed %d repos (%v), want %d", change, n, err, want)
	}
}

// TestChangeReposByQuery imports, pauses, resumes and stops many repos, none of them named.
func TestChangeReposByQuery(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		const repos = 60
		w := storetest.NewWorld(t, s, "Main", repos)
		all := store.RepoFilter{Integration: w.Integration}
		c, h := openClient(t, s), newFake()
		var mu sync.Mutex
		fetched := map[facts.RepoID]int{}
		begun, ended := make(chan facts.RepoID), make(chan error, repos)
		var hold bool
		h.do = func(ctx context.Context, step string, id facts.RepoID) error {
			if step != "fetch" {
				return nil
			}
			mu.Lock()
			fetched[id]++
			wait := hold
			mu.Unlock()
			if wait {
				select {
				case begun <- id:
				case <-ctx.Done():
				}
				<-ctx.Done()
				ended <- context.Cause(ctx)
				return ctx.Err()
			}
			return jobs.ErrNothingNew
		}
		// All but one were imported by the world; that one begins the work of all that wait.
		start(t, c, h)
		changeAll(t, c, facts.RepoImport, all, 1)
		idle(t, c)
		if len(fetched) != repos {
			t.Errorf("%d repos fetched, want %d", len(fetched), repos)
		}
		changeAll(t, c, facts.RepoImport, all, 0)
		idle(t, c)

		mu.Lock()
		hold = true
		mu.Unlock()
		if err := c.SyncRepos(t.Context(), w.Repos[0]); err != nil {
			t.Fatal(err)
		}
		<-begun
		changeAll(t, c, facts.RepoPause, all, repos)
		if err := <-ended; err == nil {
			t.Error("the running fetch of a paused repo was not ended")
		}
		idle(t, c)
		mu.Lock()
		hold, fetched = false, map[facts.RepoID]int{}
		mu.Unlock()

		some := store.RepoFilter{Integration: w.Integration, IDs: w.Repos[:20]}
		changeAll(t, c, facts.RepoResume, some, 20)
		idle(t, c)
		for id := range fetched {
			if !slices.Contains(w.Repos[:20], id) {
				t.Errorf("repo %d went on though it is paused", id)
			}
		}
		if len(fetched) != 20 {
			t.Errorf("%d repos went on, want 20", len(fetched))
		}
		changeAll(t, c, facts.RepoStop, all, repos)
		if held, err := s.ImportedRepos(t.Context()); err != nil || len(held) != 0 {
			t.Errorf("%d repos are still imported (%v)", len(held), err)
		}
	})
}

// TestWhatIsResumedAtOnceGoesOn pauses and resumes while a fetch is still on its way to its end.
func TestWhatIsResumedAtOnceGoesOn(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		w := storetest.NewWorld(t, s, "Main", 2)
		c, h := openClient(t, s), newFake()
		begun, let := make(chan struct{}), make(chan struct{})
		var once sync.Once
		h.do = func(ctx context.Context, step string, _ facts.RepoID) error {
			first := false
			once.Do(func() { first = true })
			if step != "fetch" || !first {
				return jobs.ErrNothingNew
			}
			close(begun)
			<-ctx.Done()
			<-let
			return ctx.Err()
		}
		start(t, c, h)
		if err := c.SyncRepos(t.Context(), w.Repos[0]); err != nil {
			t.Fatal(err)
		}
		<-begun
		one := store.RepoFilter{Integration: w.Integration, IDs: w.Repos[:1]}
		changeAll(t, c, facts.RepoPause, one, 1)
		changeAll(t, c, facts.RepoResume, one, 1)
		waitFor(t, func() bool { // until the resumption has found the fetch that is ending
			n, err := c.Waiting(t.Context())
			return err == nil && n == 1
		})
		close(let)
		h.expect(t, "fetch", "fetch")
	})
}
