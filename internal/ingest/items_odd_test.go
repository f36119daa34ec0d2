package ingest_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"weir/internal/connect"
	"weir/internal/facts"
	"weir/internal/ghes"
	"weir/internal/github"
	"weir/internal/ingest"
	"weir/internal/store"
	"weir/internal/store/storetest"
)

// oddItems fails whenever a bad pull request is asked for.
type oddItems struct {
	ingest.Items
	bad func(number int) bool
	// asked counts the requests for whole pull requests.
	asked *int
}

func (o oddItems) check(page github.ItemPage, err error) (github.ItemPage, error) {
	*o.asked++
	for _, p := range page.PullRequests {
		if o.bad(p.Number) {
			return github.ItemPage{}, &github.Error{Kind: github.ErrTemporary, Op: "list", Status: 502, Code: connect.APIServerError}
		}
	}
	return page, err
}

func (o oddItems) PullRequests(ctx context.Context, can github.Capabilities, repo facts.Repo, after string, size int, few github.Few) (github.ItemPage, error) {
	return o.check(o.Items.PullRequests(ctx, can, repo, after, size, few))
}

func (o oddItems) PullRequestsByID(ctx context.Context, can github.Capabilities, ids []string, few github.Few) (github.ItemPage, error) {
	return o.check(o.Items.PullRequestsByID(ctx, can, ids, few))
}

// makeOdd begins anew with a server on which pull requests are bad, and gives how often whole ones were asked for.
func (w *itemWorld) makeOdd(bad func(number int) bool) (asked *int) {
	asked = new(int)
	w.restart(func(o *ingest.Options) {
		open := o.ItemsFunc
		o.ItemsFunc = func(ctx context.Context, i facts.Integration) (ingest.Items, error) {
			items, err := open(ctx, i)
			return oddItems{items, bad, asked}, err
		}
	})
	return asked
}

// lacks fails the test unless so many pull requests of a repo are missing, each is told, and the ledger says so.
func (w *itemWorld) lacks(repo string, missing, of int) {
	w.t.Helper()
	ctx, id := w.t.Context(), w.repos[repo]
	held, err := w.store.CountItems(ctx, id, facts.SyncPullRequests)
	_, problems, problemsErr := w.store.Problems(ctx, id, facts.Page{})
	if err != nil || problemsErr != nil || held != int64(of-missing) || problems != missing {
		w.t.Errorf("%d held and %d told of %d, want %d missing, %v %v", held, problems, of, missing, err, problemsErr)
	}
	c, err := w.store.Completeness(ctx, id, facts.SyncPullRequests)
	if err != nil || c.Missing != int64(missing) || c.Server != int64(of) || (missing > 0) != strings.Contains(c.Note, "fails whenever it is asked") || c.Complete() != (missing == 0) {
		w.t.Errorf("the ledger says %+v, %v", c, err)
	}
	state, err := w.store.SyncState(ctx, id, facts.SyncPullRequests)
	if err != nil || state.Phase != facts.PhaseReady || state.Problems != int64(missing) {
		w.t.Errorf("the state is %+v, %v", state, err)
	}
}

// TestOneOddItemCostsItselfAlone: a pull request that the server cannot give is told, the rest is read, and it is read itself as
// soon as it changes.
func TestOneOddItemCostsItselfAlone(t *testing.T) {
	t.Parallel()
	w := newItemWorld(t, storetest.Open(t), nil, "web")
	for n := range 40 {
		w.add("web", aPull(n))
	}
	bad := 17
	w.makeOdd(func(n int) bool { return n == bad })
	for range 2 {
		w.sync("web")
		w.lacks("web", 1, 40)
	}
	bad = 0
	w.change("web", 17, func(i *ghes.Issue) { i.Title, i.UpdatedAt = "Now it can be read", i.UpdatedAt.Add(time.Hour) })
	w.sync("web")
	w.same("web")
	w.lacks("web", 0, 40)
}

// TestManyOddItemsStopNothing: 40 of 200 cannot be given. They are left alone for a day, and then each is tried once.
func TestManyOddItemsStopNothing(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		w := newItemWorld(t, s, nil, "web")
		for n := range 200 {
			w.add("web", aPull(n))
		}
		healed := 0
		asked := w.makeOdd(func(n int) bool { return n%5 == 0 && n > healed })
		w.sync("web")
		w.lacks("web", 40, 200)
		*asked = 0
		w.sync("web")
		if *asked != 0 {
			t.Errorf("%d more requests for what cannot be given", *asked)
		}
		healed = 50
		w.clock.advance(23 * time.Hour)
		w.sync("web")
		w.lacks("web", 40, 200)
		w.clock.advance(2 * time.Hour)
		*asked = 0
		w.sync("web")
		w.lacks("web", 30, 200)
		if *asked != 40 {
			t.Errorf("%d requests for 40 that have rested", *asked)
		}
		if err := w.world.DeleteIssue("acme/web", 100); err != nil {
			t.Fatal(err)
		}
		w.clock.advance(25 * time.Hour)
		w.sync("web")
		w.lacks("web", 29, 199)
		healed = 200
		w.clock.advance(25 * time.Hour)
		w.sync("web")
		w.lacks("web", 0, 199)
		w.same("web")
	})
}

// TestOddItemsInARowEndATry: where so many in a row cannot be given, the server is in trouble. What was passed over stays so, and
// each try comes further.
func TestOddItemsInARowEndATry(t *testing.T) {
	t.Parallel()
	w := newItemWorld(t, storetest.Open(t), nil, "web")
	for n := range 100 {
		w.add("web", aPull(n))
	}
	w.makeOdd(func(n int) bool { return n > 20 && n <= 70 })
	for try := range 3 {
		err := w.ingest.SyncPullRequests(t.Context(), w.repos["web"])
		if ended := err == nil; ended != (try == 2) {
			t.Fatalf("try %d ended with %v", try, err)
		}
	}
	w.lacks("web", 50, 100)
}
