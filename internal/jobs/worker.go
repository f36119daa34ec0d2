package jobs

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver/riversqlite"
	"github.com/riverqueue/river/rivertype"

	"weir/internal/store"
)

// worker fits one kind of job to its handler.
type worker[A river.JobArgs] struct {
	river.WorkerDefaults[A]
	client  *Client
	timeout time.Duration
	do      func(context.Context, Handlers, A) error
	// next enqueues what follows, in the transaction that completes the job; nil when nothing does.
	// nothingNew is what do said.
	next func(ctx context.Context, tx *store.Tx, args A, nothingNew bool) error
}

func (c *Client) register(all *river.Workers) {
	river.AddWorker(all, &worker[DiscoverIntegration]{
		client: c, timeout: lightTimeout, next: c.afterDiscover,
		do: func(ctx context.Context, h Handlers, a DiscoverIntegration) error {
			return h.Discover(ctx, a.Integration)
		},
	})
	river.AddWorker(all, &worker[FetchRepo]{
		client: c, timeout: fetchTimeout, next: c.afterFetch,
		do: func(ctx context.Context, h Handlers, a FetchRepo) error { return h.Fetch(ctx, a.Repo) },
	})
	river.AddWorker(all, &worker[ReplayRepo]{
		client: c, timeout: replayTimeout, next: c.afterReplay,
		do: func(ctx context.Context, h Handlers, a ReplayRepo) error { return h.Replay(ctx, a.Repo) },
	})
	river.AddWorker(all, &worker[JudgeRepo]{
		client: c, timeout: judgeTimeout, next: c.afterJudge,
		do: func(ctx context.Context, h Handlers, a JudgeRepo) error { return h.Judge(ctx, a.Repo) },
	})
	river.AddWorker(all, &worker[RetireIntegration]{
		client: c, timeout: lightTimeout,
		do: func(ctx context.Context, h Handlers, a RetireIntegration) error { return h.Retire(ctx, a.Integration) },
	})
	river.AddWorker(all, &worker[ApplyDeliveries]{
		client: c, timeout: lightTimeout, next: c.afterApply,
		do: func(ctx context.Context, h Handlers, a ApplyDeliveries) error {
			return h.ApplyDeliveries(ctx, a.Webhook)
		},
	})
	river.AddWorker(all, &worker[KeepWebhooks]{
		client: c, timeout: lightTimeout, next: c.afterKeep,
		do: func(ctx context.Context, h Handlers, a KeepWebhooks) error { return h.KeepWebhooks(ctx, a.Integration) },
	})
	river.AddWorker(all, &worker[StartSyncs]{
		client: c, timeout: lightTimeout, next: c.afterStartSyncs,
		do: func(ctx context.Context, _ Handlers, a StartSyncs) error { return c.startSyncs(ctx, a) },
	})
	river.AddWorker(all, &worker[SyncPullRequests]{
		client: c, timeout: lightTimeout, next: c.afterPullRequests,
		do: func(ctx context.Context, h Handlers, a SyncPullRequests) error {
			return h.SyncPullRequests(ctx, a.Repo)
		},
	})
	river.AddWorker(all, &worker[SyncTickets]{
		client: c, timeout: lightTimeout, next: c.afterTickets,
		do: func(ctx context.Context, h Handlers, a SyncTickets) error { return h.SyncTickets(ctx, a.Repo) },
	})
	river.AddWorker(all, &worker[Schedule]{
		client: c, timeout: lightTimeout,
		do: func(ctx context.Context, h Handlers, _ Schedule) error { return h.Schedule(ctx) },
	})
	river.AddWorker(all, &worker[CleanUp]{
		client: c, timeout: lightTimeout,
		do: func(ctx context.Context, h Handlers, _ CleanUp) error { return h.CleanUp(ctx) },
	})
}

// Timeout bounds the job; the default would be the same for all kinds.
func (w *worker[A]) Timeout(*river.Job[A]) time.Duration { return w.timeout }

// Work does the job and translates how it ended into River's terms.
func (w *worker[A]) Work(ctx context.Context, job *river.Job[A]) error {
	w.client.hands.take(job.ID)
	defer func() { w.client.hands.put(job.ID, time.Now()) }()
	if w.client.misplaced(job.Args, job.Queue) {
		return w.complete(ctx, job, func(ctx context.Context, tx *store.Tx) error { return w.client.passOn(ctx, tx, job.Args) })
	}
	working, done := w.client.withLife(ctx)
	err := w.do(working, w.client.currentHandlers(), job.Args)
	lost := context.Cause(working)
	done()
	if errors.Is(lost, errTakenForDead) {
		return lost
	}
	// A person's order ends the chain here, unless somebody has asked for it again meanwhile.
	nothingNew := errors.Is(err, ErrNothingNew) || err != nil && errors.Is(lost, rivertype.ErrJobCancelledRemotely) && w.next != nil
	switch {
	case err != nil && !nothingNew:
		return outcome(err)
	case w.next == nil:
		return nil
	}
	return w.complete(ctx, job, func(ctx context.Context, tx *store.Tx) error { return w.next(ctx, tx, job.Args, nothingNew) })
}

func outcome(err error) error {
	var later *LaterError
	var stop *StopError
	switch {
	case errors.Is(err, ErrAgain):
		return river.JobSnooze(0)
	case errors.As(err, &later):
		return river.JobSnooze(later.After)
	case errors.As(err, &stop):
		return river.JobCancel(stop.Err)
	}
	return err
}

// complete ends the job and does what follows together. A stop that comes now no longer matters.
func (w *worker[A]) complete(ctx context.Context, job *river.Job[A], next func(context.Context, *store.Tx) error) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Minute)
	defer cancel()
	return w.client.store.InTx(ctx, func(tx *store.Tx) error {
		// The driver that is named here is not used: the client in ctx knows its own.
		if _, err := river.JobCompleteTx[*riversqlite.Driver, *sql.Tx](ctx, tx.SQL(), job); err != nil {
			return fmt.Errorf("complete job=%d: %w", job.ID, err)
		}
		return next(ctx, tx)
	})
}

func (c *Client) afterFetch(ctx context.Context, tx *store.Tx, a FetchRepo, nothingNew bool) error {
	if nothingNew {
		return c.repeatIfAsked(ctx, tx, a)
	}
	return c.insertTx(ctx, tx, ReplayRepo(a))
}

func (c *Client) afterReplay(ctx context.Context, tx *store.Tx, a ReplayRepo, nothingNew bool) error {
	if !nothingNew {
		if err := c.insertTx(ctx, tx, JudgeRepo{Repo: a.Repo}); err != nil {
			return err
		}
	}
	return c.repeatIfAsked(ctx, tx, FetchRepo(a))
}

func (c *Client) afterJudge(ctx context.Context, tx *store.Tx, a JudgeRepo, _ bool) error {
	return c.repeatIfAsked(ctx, tx, a)
}

func (c *Client) afterDiscover(ctx context.Context, tx *store.Tx, a DiscoverIntegration, _ bool) error {
	return c.repeatIfAsked(ctx, tx, a)
}

func (c *Client) afterApply(ctx context.Context, tx *store.Tx, a ApplyDeliveries, _ bool) error {
	return c.repeatIfAsked(ctx, tx, a)
}

func (c *Client) afterKeep(ctx context.Context, tx *store.Tx, a KeepWebhooks, _ bool) error {
	return c.repeatIfAsked(ctx, tx, a)
}

func (c *Client) afterStartSyncs(ctx context.Context, tx *store.Tx, a StartSyncs, _ bool) error {
	return c.repeatIfAsked(ctx, tx, a)
}

func (c *Client) afterPullRequests(ctx context.Context, tx *store.Tx, a SyncPullRequests, _ bool) error {
	return c.repeatIfAsked(ctx, tx, a)
}

func (c *Client) afterTickets(ctx context.Context, tx *store.Tx, a SyncTickets, _ bool) error {
	return c.repeatIfAsked(ctx, tx, a)
}

func (c *Client) currentHandlers() Handlers {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.handlers
}
