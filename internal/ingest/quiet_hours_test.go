package ingest_test

import (
	"errors"
	"testing"
	"time"

	"weir/internal/facts"
	"weir/internal/jobs"
	"weir/internal/store/storetest"
)

func TestDiscoveryRestsInQuietHours(t *testing.T) {
	t.Parallel()
	w := newHookWorld(t, storetest.Open)
	w.clock.set(time.Date(2026, 11, 25, 10, 30, 0, 0, time.UTC)) // a Wednesday
	w.must(w.store.SaveSetting(t.Context(), facts.QuietHoursSetting(w.integration), facts.QuietHours{From: 10 * 60, To: 12 * 60, Zone: "UTC"}))
	scheduled := func() int {
		w.must(w.ingest.Schedule(t.Context()))
		waiting, err := w.jobs.Waiting(t.Context())
		w.must(err)
		return waiting
	}
	resting := scheduled()
	var later *jobs.LaterError
	if err := w.ingest.Discover(t.Context(), w.integration); !errors.As(err, &later) || later.After != 90*time.Minute {
		t.Errorf("%v", err)
	}
	if seen := w.host.Requests(); len(seen) != 0 {
		t.Errorf("the server saw %+v", seen)
	}
	w.clock.advance(90 * time.Minute)
	if after := scheduled(); after != resting+1 {
		t.Errorf("%d jobs wait, %d in quiet hours", after, resting)
	}
	w.must(w.ingest.Discover(t.Context(), w.integration))
	if len(w.host.Requests()) == 0 {
		t.Error("not discovered afterwards")
	}
}
