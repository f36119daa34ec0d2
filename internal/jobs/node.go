package jobs

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver"
	"github.com/riverqueue/river/rivertype"
)

// errTakenForDead ends the jobs of a process that could not say for too long that it lives: by now
// another one may have been given them.
var errTakenForDead = errors.New("the database could not be reached for so long that this process's jobs were given to others")

// deadAfter is how many heartbeats may be missing.
const deadAfter = 3

// newNodeID gives each start of a process an id of its own: what an earlier one left must be told apart.
func (c *Client) newNodeID() string {
	if c.options.Name == "" {
		c.options.Name, _ = os.Hostname()
	}
	return c.options.Name + "/" + rand.Text()
}

// takeOver frees the jobs of processes that are no more, and goes on doing so where there are others.
func (c *Client) takeOver(ctx context.Context) error {
	if !c.options.Shared {
		// The store belongs to this process, which has not begun: whatever is running is not.
		return c.free(ctx, func(*rivertype.JobRow) bool { return true })
	}
	if err := c.beat(ctx); err != nil {
		return err
	}
	c.loops.Go(func() { c.keepBeating(ctx) })
	return nil
}

func (c *Client) keepBeating(ctx context.Context) {
	tick := time.NewTicker(c.options.Heartbeat)
	defer tick.Stop()
	last := time.Now()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		// One heartbeat less than the others wait, so that we let go before they take.
		if time.Since(last) > (deadAfter-1)*c.options.Heartbeat {
			c.loseJobs()
		}
		beating, cancel := context.WithTimeout(ctx, c.options.Heartbeat)
		err := c.beat(beating)
		cancel()
		if err == nil {
			last = time.Now()
		} else if ctx.Err() == nil {
			c.options.Log.WarnContext(ctx, "heartbeat not written", "error", err)
		}
	}
}

// nodeNow is the database's clock in milliseconds.
const nodeNow = `CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000 AS BIGINT)`

func (c *Client) deadAfterMillis() int64 { return deadAfter * c.options.Heartbeat.Milliseconds() }

// beat says that this process lives and frees the jobs of those that do not. The time is the
// database's: the clocks of two machines need not agree.
func (c *Client) beat(ctx context.Context) error {
	_, err := c.store.DB().ExecContext(ctx, `INSERT INTO job_nodes (id, name, seen_at) VALUES ($1, $2, `+nodeNow+`)
		ON CONFLICT (id) DO UPDATE SET seen_at = excluded.seen_at`, c.river.ID(), c.options.Name)
	if err != nil {
		return fmt.Errorf("write heartbeat: %w", err)
	}
	dead := c.deadAfterMillis()
	live, err := c.column(ctx, `SELECT id FROM job_nodes WHERE seen_at > `+nodeNow+` - $1`, dead)
	if err != nil {
		return fmt.Errorf("list processes: %w", err)
	}
	if err := c.free(ctx, func(job *rivertype.JobRow) bool { return !live[workerOf(job)] }); err != nil {
		return err
	}
	if err := c.openQueues(ctx); err != nil {
		return err
	}
	_, err = c.store.DB().ExecContext(ctx, `DELETE FROM job_nodes WHERE seen_at < `+nodeNow+` - $1`, 10*dead)
	return err
}

// column reads the texts of a query.
func (c *Client) column(ctx context.Context, query string, args ...any) (map[string]bool, error) {
	rows, err := c.store.DB().QueryContext(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	texts := map[string]bool{}
	for rows.Next() {
		var text string
		if err := rows.Scan(&text); err != nil {
			return nil, err
		}
		texts[text] = true
	}
	return texts, rows.Err()
}

// leave lets the others know at once that this process has ended.
func (c *Client) leave(ctx context.Context) error {
	if !c.options.Shared {
		return nil
	}
	if _, err := c.store.DB().ExecContext(ctx, `DELETE FROM job_nodes WHERE id = $1`, c.river.ID()); err != nil {
		return fmt.Errorf("leave job queue: %w", err)
	}
	return nil
}

func workerOf(job *rivertype.JobRow) string {
	if n := len(job.AttemptedBy); n > 0 {
		return job.AttemptedBy[n-1]
	}
	return ""
}

// free puts running jobs back. The attempt stays counted: a job that kills its process each time is
// given up in the end.
func (c *Client) free(ctx context.Context, orphan func(*rivertype.JobRow) bool) error {
	now := time.Now()
	p := &riverdriver.JobRescueManyParams{StuckHorizon: now.Add(24 * time.Hour)}
	err := c.list(ctx, river.NewJobListParams().States(rivertype.JobStateRunning), func(job *rivertype.JobRow) error {
		if !orphan(job) {
			return nil
		}
		return addRescue(p, job, now)
	})
	if err != nil || len(p.ID) == 0 {
		return err
	}
	if _, err := c.driver.GetExecutor().JobRescueMany(ctx, p); err != nil {
		return fmt.Errorf("put back jobs of a process that ended: %w", err)
	}
	c.options.Log.InfoContext(ctx, "jobs of a process that ended are put back", "jobs", len(p.ID))
	return nil
}

func addRescue(p *riverdriver.JobRescueManyParams, job *rivertype.JobRow, now time.Time) error {
	failure, err := json.Marshal(rivertype.AttemptError{At: now, Attempt: job.Attempt, Error: "the process that worked on it ended"})
	if err != nil {
		return err
	}
	state, finalized := rivertype.JobStateAvailable, (*time.Time)(nil)
	if job.Attempt >= job.MaxAttempts {
		state, finalized = rivertype.JobStateDiscarded, &now
	}
	p.ID = append(p.ID, job.ID)
	p.Error = append(p.Error, failure)
	p.FinalizedAt = append(p.FinalizedAt, finalized)
	p.ScheduledAt = append(p.ScheduledAt, now)
	p.State = append(p.State, string(state))
	return nil
}

// renewLife begins a life. The caller holds mu.
func (c *Client) renewLife() {
	c.life, c.endLife = context.WithCancelCause(context.Background())
}

// loseJobs ends what runs here; jobs that are taken afterwards belong to a new life.
func (c *Client) loseJobs() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.endLife(errTakenForDead)
	c.renewLife()
}

// withLife gives a context that also ends when this process has to let go of its jobs.
func (c *Client) withLife(ctx context.Context) (context.Context, func()) {
	c.mu.Lock()
	life := c.life
	c.mu.Unlock()
	ctx, cancel := context.WithCancelCause(ctx)
	stop := context.AfterFunc(life, func() { cancel(context.Cause(life)) })
	return ctx, func() { stop(); cancel(nil) }
}
