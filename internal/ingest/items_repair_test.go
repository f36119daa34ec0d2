package ingest_test

import (
	"errors"
	"testing"
	"time"

	"weir/internal/facts"
	"weir/internal/ghes"
	"weir/internal/ingest"
	"weir/internal/jobs"
)

// TestRepairsAreCountedOnce: what was missing is counted when it is read, however often the reading is cut off in between.
func TestRepairsAreCountedOnce(t *testing.T) {
	t.Parallel()
	eachWay(t, func(t *testing.T, w *itemWorld, same func(string)) {
		for n := range 90 {
			w.add("web", aPull(n))
			w.add("web", ghes.Issue{Author: "ada", Title: "Broken", CreatedAt: minute(100*n + 7)})
		}
		w.sync("web")
		for _, table := range []string{"pull_requests", "tickets", "comments", "reviews", "events"} {
			if _, err := w.store.DB().ExecContext(t.Context(), `DELETE FROM `+table+` WHERE number > 20 AND number <= 160`); err != nil {
				t.Fatal(err)
			}
		}
		w.clock.advance(8 * 24 * time.Hour)
		for round := range 2 {
			w.cutOff("web")
			same("web")
			for _, kind := range []facts.SyncKind{facts.SyncPullRequests, facts.SyncTickets} {
				if c, err := w.store.Completeness(t.Context(), w.repos["web"], kind); err != nil || c.Repaired != 70 || !c.Complete() {
					t.Errorf("%s in round %d: %+v, %v, want 70 repaired", kind, round, c, err)
				}
			}
		}
	}, "web")
}

// cutOff reads to the end in turns of a page each, every other one of which the server fails at some request.
func (w *itemWorld) cutOff(name string) {
	w.t.Helper()
	w.restart(func(o *ingest.Options) { o.ItemSlice = time.Nanosecond })
	for _, kind := range []facts.SyncKind{facts.SyncPullRequests, facts.SyncTickets} {
		sync := w.ingest.SyncPullRequests
		if kind == facts.SyncTickets {
			sync = w.ingest.SyncTickets
		}
		for turn := 0; ; turn++ {
			w.server.Faults.Clear()
			if turn%2 == 1 {
				w.server.Faults.Add(ghes.Fault{Skip: 3 + turn%4, Effect: ghes.BadGateway()})
			}
			err := sync(w.t.Context(), w.repos[name])
			if err == nil {
				break
			}
			var stop *jobs.StopError
			if errors.As(err, &stop) || turn == 400 {
				w.t.Fatalf("turn %d: %v", turn, err)
			}
		}
	}
	w.server.Faults.Clear()
	w.restart()
}
