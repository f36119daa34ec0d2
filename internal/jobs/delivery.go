package jobs

import (
	"context"
	"errors"
	"sync"
	"time"

	"weir/internal/facts"
	"weir/internal/store"
)

// intake gathers deliveries that come at once into one transaction: on SQLite there is one writer, and
// each transaction waits for the disk.
type intake struct {
	mu      sync.Mutex
	waiting []*taking
	busy    bool
}

// taking is one delivery on its way.
type taking struct {
	delivery store.PackedDelivery
	done     chan struct{}
	fresh    bool
	err      error
}

const (
	// takenAtOnce bounds one transaction, so that an import's turn comes too.
	takenAtOnce = 100
	// takeTimeout is how long the database may take; the server then counts the delivery as failed, and it is
	// fetched back later.
	takeTimeout = 10 * time.Second
)

// TakeDelivery keeps a delivery and the job that applies it, in one transaction, and returns when both
// are on disk. fresh is false for one that is held already: it is not kept again, and counted.
func (c *Client) TakeDelivery(ctx context.Context, d facts.Delivery) (fresh bool, err error) {
	packed, err := store.PackDelivery(d)
	if err != nil {
		return false, err
	}
	t := &taking{delivery: packed, done: make(chan struct{})}
	c.intake.mu.Lock()
	c.intake.waiting = append(c.intake.waiting, t)
	if !c.intake.busy {
		c.intake.busy = true
		go c.takeAll(context.WithoutCancel(ctx))
	}
	c.intake.mu.Unlock()
	select {
	case <-t.done:
		return t.fresh, t.err
	case <-ctx.Done():
		return false, ctx.Err()
	}
}

// takeAll writes what waits until nothing does.
func (c *Client) takeAll(ctx context.Context) {
	for {
		c.intake.mu.Lock()
		n := min(len(c.intake.waiting), takenAtOnce)
		some := c.intake.waiting[:n:n]
		c.intake.waiting = c.intake.waiting[n:]
		c.intake.busy = n > 0
		c.intake.mu.Unlock()
		if n == 0 {
			return
		}
		c.takeSome(ctx, some)
	}
}

// takeSome writes deliveries together, or one by one when that fails: one that cannot be kept must not
// take others with it.
func (c *Client) takeSome(ctx context.Context, some []*taking) {
	err := c.takeInTx(ctx, some)
	for _, t := range some {
		t.err = err
		if err != nil && len(some) > 1 && !errors.Is(err, context.DeadlineExceeded) {
			t.err = c.takeInTx(ctx, []*taking{t})
		}
		close(t.done)
	}
}

func (c *Client) takeInTx(ctx context.Context, some []*taking) error {
	ctx, cancel := context.WithTimeout(ctx, takeTimeout)
	defer cancel()
	return c.store.InUrgentTx(ctx, func(tx *store.Tx) error {
		counts, pongs := map[facts.WebhookID]facts.WebhookCounts{}, map[facts.WebhookID]bool{}
		for _, t := range some {
			var err error
			if t.fresh, err = tx.TakeDelivery(ctx, t.delivery); err != nil {
				return err
			}
			id := t.delivery.Webhook
			counts[id] = counted(counts[id], t)
			pongs[id] = pongs[id] || t.fresh && t.delivery.Event == "ping"
		}
		for id, n := range counts {
			if err := c.noteTaken(ctx, tx, id, n, pongs[id]); err != nil {
				return err
			}
		}
		return nil
	})
}

func counted(n facts.WebhookCounts, t *taking) facts.WebhookCounts {
	switch {
	case !t.fresh:
		n.Replayed++
	case t.delivery.Fetched:
		n.Fetched++
	default:
		n.Accepted++
	}
	return n
}

func (c *Client) noteTaken(ctx context.Context, tx *store.Tx, id facts.WebhookID, n facts.WebhookCounts, pong bool) error {
	if err := tx.NoteDeliveries(ctx, id, n, pong); err != nil || n.Accepted+n.Fetched == 0 {
		return err
	}
	return c.insertTx(ctx, tx, ApplyDeliveries{Webhook: id})
}

// ApplyDeliveries enqueues the reading of what a webhook brought, should that have been forgotten.
func (c *Client) ApplyDeliveries(ctx context.Context, id facts.WebhookID) error {
	return c.store.InTx(ctx, func(tx *store.Tx) error { return c.insertTx(ctx, tx, ApplyDeliveries{Webhook: id}) })
}

// KeepWebhooksTx enqueues a look at an integration's webhooks in the transaction that has a reason for it.
func (c *Client) KeepWebhooksTx(ctx context.Context, tx *store.Tx, id facts.IntegrationID) error {
	return c.insertTx(ctx, tx, KeepWebhooks{Integration: id})
}

// KeepWebhooks does so in a transaction of its own.
func (c *Client) KeepWebhooks(ctx context.Context, id facts.IntegrationID) error {
	return c.store.InTx(ctx, func(tx *store.Tx) error { return c.KeepWebhooksTx(ctx, tx, id) })
}
