package jobs

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"

	"github.com/riverqueue/river"

	"weir/internal/facts"
	"weir/internal/store"
)

// Where processes share a database, a repo has a home: the process whose data folder holds its mirror
// and its line history. Any other could make its own, but the numbers of commits could then differ, and
// all facts of the repo would be written anew at each change of hands.
//
// Work on a repo is enqueued for everybody. Whoever takes it first passes it on to the queue of the
// repo's home, which is their own when the repo has none that lives.

const homePrefix = "home-"

// homeQueue is the queue of a process alone.
func homeQueue(name string) string {
	sum := sha256.Sum256([]byte(name))
	return homePrefix + hex.EncodeToString(sum[:8])
}

// repoAtHome gives the repo whose mirror and line history a job works on, 0 for other jobs.
func repoAtHome(args river.JobArgs) facts.RepoID {
	switch a := args.(type) {
	case FetchRepo:
		return a.Repo
	case ReplayRepo:
		return a.Repo
	}
	return 0
}

// misplaced tells whether a job has to be passed on.
func (c *Client) misplaced(args river.JobArgs, queue string) bool {
	return c.options.Shared && repoAtHome(args) != 0 && queue != homeQueue(c.options.Name)
}

// passOn enqueues a job, which tx completes, in the queue of its repo's home.
func (c *Client) passOn(ctx context.Context, tx *store.Tx, args river.JobArgs) error {
	repo := repoAtHome(args)
	_, err := tx.SQL().ExecContext(ctx, `INSERT INTO job_homes (repo, name) VALUES ($1, $2)
		ON CONFLICT (repo) DO UPDATE SET name = excluded.name WHERE NOT EXISTS (
			SELECT 1 FROM job_nodes n WHERE n.name = job_homes.name AND n.seen_at > `+nodeNow+` - $3)`,
		repo, c.options.Name, c.deadAfterMillis())
	if err != nil {
		return fmt.Errorf("settle repo=%d: %w", repo, err)
	}
	var home string
	if err := tx.SQL().QueryRowContext(ctx, `SELECT name FROM job_homes WHERE repo = $1`, repo).Scan(&home); err != nil {
		return fmt.Errorf("find the home of repo=%d: %w", repo, err)
	}
	if _, err := c.river.InsertTx(ctx, tx.SQL(), args, &river.InsertOpts{Queue: homeQueue(home)}); err != nil {
		return fmt.Errorf("pass %s of repo=%d on to %s: %w", args.Kind(), repo, home, err)
	}
	return nil
}

// openQueues gives back to everybody what waits in queues of processes that are no more.
func (c *Client) openQueues(ctx context.Context) error {
	live, err := c.column(ctx, `SELECT DISTINCT name FROM job_nodes WHERE seen_at > `+nodeNow+` - $1`, c.deadAfterMillis())
	if err != nil {
		return fmt.Errorf("list processes: %w", err)
	}
	attended := map[string]bool{}
	for name := range live {
		attended[homeQueue(name)] = true
	}
	const isWaiting = `state IN ('available', 'pending', 'retryable', 'scheduled')`
	queues, err := c.column(ctx, `SELECT DISTINCT queue FROM river_job WHERE queue LIKE $1 AND `+isWaiting, homePrefix+"%")
	if err != nil {
		return fmt.Errorf("list queues: %w", err)
	}
	for queue := range queues {
		if attended[queue] {
			continue
		}
		_, err := c.store.DB().ExecContext(ctx, `UPDATE river_job SET queue = $1 WHERE queue = $2 AND `+isWaiting, queueHeavy, queue)
		if err != nil {
			return fmt.Errorf("give back the jobs of a process that ended: %w", err)
		}
	}
	return nil
}
