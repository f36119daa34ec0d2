package jobs_test

import (
	"context"
	"slices"
	"sync"
	"testing"
	"time"

	"weir/internal/facts"
	"weir/internal/jobs"
	"weir/internal/store"
	"weir/internal/store/storetest"
)

// A repo stays with the process that has its mirror, until that process is no more.
func TestReposHaveAHome(t *testing.T) {
	t.Parallel()
	url := storetest.URL(t)
	open := func(name string) (*jobs.Client, *fakeHandlers) {
		s, err := store.Open(t.Context(), store.Options{URL: url})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = s.Close() })
		c, err := jobs.Open(t.Context(), jobs.Options{Store: s, Name: name, Shared: true, Heartbeat: 200 * time.Millisecond})
		if err != nil {
			t.Fatal(err)
		}
		return c, newFake()
	}
	var mu sync.Mutex
	homes := map[facts.RepoID][]string{}
	noting := func(h *fakeHandlers, name string) {
		h.do = func(_ context.Context, step string, repo facts.RepoID) error {
			if step == "fetch" {
				mu.Lock()
				defer mu.Unlock()
				homes[repo] = append(homes[repo], name)
			}
			return jobs.ErrNothingNew
		}
	}
	a, ha := open("a")
	b, hb := open("b")
	noting(ha, "a")
	noting(hb, "b")
	if err := a.Start(t.Context(), ha); err != nil {
		t.Fatal(err)
	}
	if err := b.Start(t.Context(), hb); err != nil {
		t.Fatal(err)
	}
	defer stop(t, b)
	repos := []facts.RepoID{1, 2, 3, 4, 5, 6}
	for range 4 {
		if err := a.SyncRepos(t.Context(), repos...); err != nil {
			t.Fatal(err)
		}
		idle(t, a)
	}
	mu.Lock()
	for repo, by := range homes {
		if len(by) != 4 || len(slices.Compact(by)) != 1 {
			t.Errorf("repo %d was fetched by %v, want four times by one", repo, by)
		}
	}
	mu.Unlock()
	stop(t, a)
	if err := b.SyncRepos(t.Context(), repos...); err != nil {
		t.Fatal(err)
	}
	idle(t, b)
	mu.Lock()
	defer mu.Unlock()
	for repo, by := range homes {
		if by[len(by)-1] != "b" {
			t.Errorf("repo %d: fetched by %v, want b at last", repo, by)
		}
	}
}
