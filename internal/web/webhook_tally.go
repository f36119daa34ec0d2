package web

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"weir/internal/facts"
	"weir/internal/store"
)

// tally counts refused deliveries in the database. There is one write at a time, and what comes
// meanwhile is written together: whoever sends rubbish must not keep the database busy.
type tally struct {
	store *store.Store
	log   *slog.Logger

	mu      sync.Mutex
	waiting map[facts.WebhookID]facts.WebhookCounts
	busy    bool
}

func (t *tally) add(id facts.WebhookID, n facts.WebhookCounts) {
	if n.Refused() == 0 {
		return
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.waiting == nil {
		t.waiting = map[facts.WebhookID]facts.WebhookCounts{}
	}
	sum := t.waiting[id]
	sum.BadSignature += n.BadSignature
	sum.Replayed += n.Replayed
	sum.Unreadable += n.Unreadable
	t.waiting[id] = sum
	if !t.busy {
		t.busy = true
		go t.write()
	}
}

func (t *tally) write() {
	for {
		t.mu.Lock()
		some := t.waiting
		t.waiting, t.busy = nil, len(some) > 0
		t.mu.Unlock()
		if len(some) == 0 {
			return
		}
		ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
		if err := t.store.NoteRefused(ctx, some); err != nil {
			t.log.Warn("refused deliveries not counted", "error", err)
		}
		cancel()
	}
}
