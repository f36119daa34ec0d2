package storetest

import (
	"context"
	"sync"
	"testing"
	"time"

	"weir/internal/connect"
	"weir/internal/facts"
	"weir/internal/store"
)

var ledgerBehaviour = []behaviour{
	{"the cost of requests is added up by hour", addsUpCosts},
	{"a row of the ledger comes back whole, the latest first", recordsRequest},
	{"the ledger is narrowed and paged", listsRequests},
	{"no row is lost under load", recordsMany},
	{"old rows are purged", purgesRequests},
}

func recordsRequest(t *testing.T, s *store.Store) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel() // a request that was cut short was sent all the same
	s.Ledger(3).Record(ctx, connect.Sent{At: time.Unix(50, 0), Kind: "rest", Method: "GET", Path: "/api/v3/user", Status: -1, Bytes: 1 << 40,
		Took: 1500 * time.Millisecond, Why: "test connection", Refused: true})
	check(s.Record(t.Context(), facts.Request{At: 51, Kind: "git"}))
	check(s.Flush(t.Context()))
	got := collect(s.Requests(t.Context(), store.RequestFilter{}, facts.Page{}))
	got[0].ID, got[1].ID = 0, 0
	equal(t, "ledger", got, []facts.Request{{At: 51, Kind: "git"}, {Integration: 3, At: 50, Kind: "rest", Method: "GET", Path: "/api/v3/user",
		Status: -1, Bytes: 1 << 40, TookMS: 1500, Why: "test connection", Refused: true}})
}

func listsRequests(t *testing.T, s *store.Store) {
	ctx := t.Context()
	for i := range 10 {
		r := facts.Request{Integration: facts.IntegrationID(1 + i%2), At: int64(i), Kind: "rest", Method: "GET", Path: "/repos/Acme", Status: 200, Why: "discover"}
		if i == 9 {
			r.Kind, r.Status, r.Refused = "graphql", 502, true
		}
		check(s.Record(ctx, r))
	}
	check(s.Flush(ctx))
	for _, c := range []struct {
		name   string
		filter store.RequestFilter
		want   int
	}{
		{"all", store.RequestFilter{}, 10}, {"integration", store.RequestFilter{Integration: 1}, 5}, {"kind", store.RequestFilter{Kind: "graphql"}, 1},
		{"time", store.RequestFilter{Since: 2, Until: 4}, 3}, {"search", store.RequestFilter{Search: "ACME"}, 10},
		{"why", store.RequestFilter{Search: "discover"}, 10}, {"refused", store.RequestFilter{Refused: true}, 1}, {"failed", store.RequestFilter{Failed: true}, 1},
		{"status", store.RequestFilter{StatusFrom: 200, StatusTo: 299}, 9}, {"the status of one that was not sent", store.RequestFilter{StatusFrom: 500, StatusTo: 599}, 0},
	} {
		equal(t, c.name, len(collect(s.Requests(ctx, c.filter, facts.Page{}))), c.want)
		equal(t, c.name+": count", must(s.CountRequests(ctx, c.filter)), c.want)
	}
	equal(t, "page", collect(s.Requests(ctx, store.RequestFilter{}, facts.Page{Limit: 1, Offset: 3}))[0].At, int64(6))
}

func recordsMany(t *testing.T, s *store.Store) {
	const writers, rows = 8, 1500
	var wg sync.WaitGroup
	for range writers {
		wg.Go(func() {
			for i := range rows {
				if err := s.Record(t.Context(), facts.Request{At: int64(i)}); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	check(s.Flush(t.Context()))
	equal(t, "rows", must(s.CountRequests(t.Context(), store.RequestFilter{})), writers*rows)
}

func purgesRequests(t *testing.T, s *store.Store) {
	ctx := t.Context()
	for i := range 10 {
		check(s.Record(ctx, facts.Request{At: int64(i)}))
	}
	check(s.Flush(ctx))
	check(s.PurgeRequests(ctx, 7))
	equal(t, "left", must(s.CountRequests(ctx, store.RequestFilter{})), 3)
}

func addsUpCosts(t *testing.T, s *store.Store) {
	ctx := t.Context()
	w, other := NewWorld(t, s, "Main", 2), NewWorld(t, s, "Other", 2)
	for _, r := range []facts.Request{
		{Integration: w.Integration, At: 3599, Status: 200, Bytes: 1}, {Integration: w.Integration, At: 7200, Status: 200, Bytes: 10},
		{Integration: w.Integration, At: 7300, Status: 502, Bytes: 5}, {Integration: w.Integration, At: 7400, Status: -1, Refused: true},
		{Integration: w.Integration, At: 7500, Status: 404, Path: "/api/v3/rate_limit"}, {Integration: w.Integration, At: 7500, Status: 404, Path: "/api/v3/user"},
		{Integration: w.Integration, At: 14400, Status: -1}, {Integration: other.Integration, At: 7200, Status: 200, Bytes: 100},
	} {
		check(s.Record(ctx, r))
	}
	check(s.Flush(ctx))
	equal(t, "costs", must(s.RequestCosts(ctx, w.Integration, 3600)), []store.RequestCost{
		{Hour: 7200, Requests: 4, Failed: 2, Bytes: 15}, {Hour: 14400, Requests: 1, Failed: 1}})
}
