package ingest_test

import (
	"context"
	"testing"

	"weir/internal/connect"
	"weir/internal/facts"
	"weir/internal/github"
	"weir/internal/ingest"
	"weir/internal/store/storetest"
)

// oddItems fails whenever one pull request is asked for.
type oddItems struct {
	ingest.Items
	bad *int
}

func (o oddItems) check(page github.ItemPage, err error) (github.ItemPage, error) {
	for _, p := range page.PullRequests {
		if p.Number == *o.bad {
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

// TestOneOddItemCostsItselfAlone: a pull request that the server cannot give is reported, the rest is read, and it
// is read itself as soon as that works.
func TestOneOddItemCostsItselfAlone(t *testing.T) {
	t.Parallel()
	w := newItemWorld(t, storetest.Open(t), nil, "web")
	for n := range 40 {
		w.add("web", aPull(n))
	}
	bad := 17
	w.restart(func(o *ingest.Options) {
		open := o.ItemsFunc
		o.ItemsFunc = func(ctx context.Context, i facts.Integration) (ingest.Items, error) {
			items, err := open(ctx, i)
			return oddItems{items, &bad}, err
		}
	})
	for range 2 {
		w.sync("web")
		_, held, err := w.store.PullRequests(t.Context(), facts.PullRequestFilter{}, facts.Page{})
		problems, total, problemsErr := w.store.Problems(t.Context(), w.repos["web"], facts.Page{})
		if err != nil || problemsErr != nil || held != 39 || total != 1 || problems[0].Item != "#17" {
			t.Fatalf("%d held, problems %+v, %v %v", held, problems, err, problemsErr)
		}
	}
	bad = 0
	w.sync("web")
	w.same("web")
	if _, total, err := w.store.Problems(t.Context(), w.repos["web"], facts.Page{}); err != nil || total != 0 {
		t.Errorf("%d problems are left, %v", total, err)
	}
}
