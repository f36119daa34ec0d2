package jobs

import (
	"context"
	"sync"
	"time"

	"github.com/riverqueue/river/rivertype"
)

// River gives up writing how a job ended when the database refuses for some minutes, as on a full disk.
// The job then stays "running" with nobody working on it. This process knows what it works on, so it can
// find such jobs and put them back.

// lostAfter is how long after its end a job may still be "running": longer than River tries to write it.
const (
	lostAfter  = 5 * time.Minute
	lookEvery  = time.Minute
	forgetThen = time.Hour
)

// hands knows the jobs that this process has in its hands, or had until a moment ago.
type hands struct {
	mu sync.Mutex
	// jobs maps ids to when work on them ended, zero while it goes on.
	jobs map[int64]time.Time
}

func (h *hands) take(id int64) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.jobs == nil {
		h.jobs = map[int64]time.Time{}
	}
	h.jobs[id] = time.Time{}
}

func (h *hands) put(id int64, now time.Time) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.jobs[id] = now
	for other, ended := range h.jobs {
		if !ended.IsZero() && now.Sub(ended) > forgetThen {
			delete(h.jobs, other)
		}
	}
}

// lost tells whether a job that is said to be running here is not.
func (h *hands) lost(job *rivertype.JobRow, now time.Time) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	ended, known := h.jobs[job.ID]
	if known {
		return !ended.IsZero() && now.Sub(ended) > lostAfter
	}
	// It was taken from the queue and never begun: a moment ago, or it is lost.
	return job.AttemptedAt != nil && now.Sub(*job.AttemptedAt) > lostAfter
}

func (c *Client) keepLooking(ctx context.Context) {
	tick := time.NewTicker(lookEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case now := <-tick.C:
			if err := c.freeLost(ctx, now); err != nil && ctx.Err() == nil {
				c.options.Log.WarnContext(ctx, "jobs not looked over", "error", err)
			}
		}
	}
}

func (c *Client) freeLost(ctx context.Context, now time.Time) error {
	return c.free(ctx, func(job *rivertype.JobRow) bool {
		return workerOf(job) == c.river.ID() && c.hands.lost(job, now)
	})
}
