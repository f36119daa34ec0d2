package jobs

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/riverqueue/river"
	"github.com/riverqueue/river/rivertype"

	"weir/internal/facts"
	"weir/internal/store"
)

// SyncReposTx enqueues a sync of each repo in the transaction that has a reason for it. A repo whose
// sync is waiting is left alone; one whose sync is running is synced once more when that ends.
func (c *Client) SyncReposTx(ctx context.Context, tx *store.Tx, repos ...facts.RepoID) error {
	for _, id := range repos {
		if err := c.insertTx(ctx, tx, FetchRepo{Repo: id}); err != nil {
			return err
		}
	}
	return nil
}

// SyncRepos does so in transactions of its own.
func (c *Client) SyncRepos(ctx context.Context, repos ...facts.RepoID) error {
	return c.inTxEach(ctx, repos, c.SyncReposTx)
}

// SyncReposNow is SyncRepos for a person who does not want to wait: a sync that waits for its next try is tried at once.
func (c *Client) SyncReposNow(ctx context.Context, repos ...facts.RepoID) error {
	if err := c.SyncRepos(ctx, repos...); err != nil {
		return err
	}
	return c.eachOf(ctx, repos, c.hasten, rivertype.JobStateRetryable, rivertype.JobStateScheduled)
}

// SyncItemsTx enqueues the reading of what is new of one kind, in the transaction that has a reason for it.
func (c *Client) SyncItemsTx(ctx context.Context, tx *store.Tx, kind facts.SyncKind, repos ...facts.RepoID) error {
	for _, id := range repos {
		var args river.JobArgs = SyncPullRequests{Repo: id}
		if kind == facts.SyncTickets {
			args = SyncTickets{Repo: id}
		}
		if err := c.insertTx(ctx, tx, args); err != nil {
			return err
		}
	}
	return nil
}

// SyncItems does so in transactions of its own.
func (c *Client) SyncItems(ctx context.Context, kind facts.SyncKind, repos ...facts.RepoID) error {
	return c.inTxEach(ctx, repos, func(ctx context.Context, tx *store.Tx, some ...facts.RepoID) error {
		return c.SyncItemsTx(ctx, tx, kind, some...)
	})
}

// syncAllItemsTx enqueues pull requests and tickets. Where a service is off, the handler sees to it that nothing is read.
func (c *Client) syncAllItemsTx(ctx context.Context, tx *store.Tx, repos ...facts.RepoID) error {
	for _, kind := range []facts.SyncKind{facts.SyncPullRequests, facts.SyncTickets} {
		if err := c.SyncItemsTx(ctx, tx, kind, repos...); err != nil {
			return err
		}
	}
	return nil
}

// ItemsDueTx notes pull requests or tickets that are to be read again, and enqueues that, in the
// transaction that has a reason for it, such as a webhook's delivery.
func (c *Client) ItemsDueTx(ctx context.Context, tx *store.Tx, repo facts.RepoID, kind facts.SyncKind, numbers ...int) error {
	if err := tx.SaveItemsDue(ctx, repo, kind, numbers...); err != nil {
		return err
	}
	return c.SyncItemsTx(ctx, tx, kind, repo)
}

// JudgeReposTx enqueues that repos which were judged before are judged again, for when a rule or a person's identities have
// changed. It waits until no repo is being read, and what else would have such a repo judged waits with it.
func (c *Client) JudgeReposTx(ctx context.Context, tx *store.Tx, repos ...facts.RepoID) error {
	for _, id := range repos {
		if err := c.insertTx(ctx, tx, JudgeRepo{Repo: id, Again: true}); err != nil {
			return err
		}
	}
	return nil
}

// JudgeRepos does so in transactions of its own.
func (c *Client) JudgeRepos(ctx context.Context, repos ...facts.RepoID) error {
	return c.inTxEach(ctx, repos, c.JudgeReposTx)
}

// DiscoverTx enqueues the reading of an integration's organizations and repos.
func (c *Client) DiscoverTx(ctx context.Context, tx *store.Tx, id facts.IntegrationID) error {
	return c.insertTx(ctx, tx, DiscoverIntegration{Integration: id})
}

// Discover does so in a transaction of its own.
func (c *Client) Discover(ctx context.Context, id facts.IntegrationID) error {
	return c.store.InTx(ctx, func(tx *store.Tx) error { return c.DiscoverTx(ctx, tx, id) })
}

// RetireTx enqueues the winding down of an integration, in the transaction that deletes it.
func (c *Client) RetireTx(ctx context.Context, tx *store.Tx, id facts.IntegrationID) error {
	return c.insertTx(ctx, tx, RetireIntegration{Integration: id})
}

// DiscoverSoonTx enqueues it for a few seconds later: webhooks tell of one change in many messages.
func (c *Client) DiscoverSoonTx(ctx context.Context, tx *store.Tx, id facts.IntegrationID) error {
	args := DiscoverIntegration{Integration: id}
	result, err := c.river.InsertTx(ctx, tx.SQL(), args, &river.InsertOpts{ScheduledAt: time.Now().Add(discoverDelay)})
	if err != nil {
		return fmt.Errorf("enqueue %s of integration=%d: %w", args.Kind(), id, err)
	}
	if result.UniqueSkippedAsDuplicate && result.Job.State == rivertype.JobStateRunning {
		return askAgain(ctx, tx, args)
	}
	return nil
}

const discoverDelay = 10 * time.Second

// CancelRepos ends the work on repos: what waits is dropped, what runs is asked to end. What was done so far stays.
func (c *Client) CancelRepos(ctx context.Context, repos ...facts.RepoID) error {
	return c.eachOf(ctx, repos, c.cancel, waiting...)
}

// CancelDiscover ends the reading of an integration.
func (c *Client) CancelDiscover(ctx context.Context, id facts.IntegrationID) error {
	return c.each(ctx, tag("integration", int64(id)), c.cancel, waiting...)
}

// Waiting counts jobs that are waiting or running.
func (c *Client) Waiting(ctx context.Context) (int, error) {
	n := 0
	err := c.list(ctx, river.NewJobListParams().States(waiting...), func(job *rivertype.JobRow) error {
		if job.Kind != (Schedule{}).Kind() && job.Kind != (CleanUp{}).Kind() {
			n++
		}
		return nil
	})
	return n, err
}

// inTxEach keeps transactions short: a click on "import all" may mean thousands of repos.
func (c *Client) inTxEach(ctx context.Context, repos []facts.RepoID, do func(context.Context, *store.Tx, ...facts.RepoID) error) error {
	const atOnce = 20
	for len(repos) > 0 {
		some := repos[:min(atOnce, len(repos))]
		repos = repos[len(some):]
		if err := c.store.InTx(ctx, func(tx *store.Tx) error { return do(ctx, tx, some...) }); err != nil {
			return err
		}
	}
	return nil
}

// insertTx enqueues a job unless one like it waits. One that is running, or that is at a later step of
// its chain, may have looked already, so the wish is written down for its end.
func (c *Client) insertTx(ctx context.Context, tx *store.Tx, args river.JobArgs) error {
	result, err := c.river.InsertTx(ctx, tx.SQL(), args, nil)
	if err != nil {
		return fmt.Errorf("enqueue %s %+v: %w", args.Kind(), args, err)
	}
	if !result.UniqueSkippedAsDuplicate {
		return nil
	}
	// What a server lists is not asked for again by everybody who would like to know: that takes many requests.
	_, lists := args.(DiscoverIntegration)
	if !lists && (result.Job.State == rivertype.JobStateRunning || result.Job.Kind != args.Kind()) {
		return askAgain(ctx, tx, args)
	}
	return nil
}

// targetOf gives what a kind of job that can be asked for again is about.
func targetOf(args river.JobArgs) (int64, bool) {
	switch a := args.(type) {
	case FetchRepo:
		return int64(a.Repo), true
	case JudgeRepo:
		return int64(a.Repo), true
	case DiscoverIntegration:
		return int64(a.Integration), true
	case ApplyDeliveries:
		return int64(a.Webhook), true
	case KeepWebhooks:
		return int64(a.Integration), true
	case StartSyncs:
		if a.All { // the two are asked for apart
			return -int64(a.Integration), true
		}
		return int64(a.Integration), true
	case SyncPullRequests:
		return int64(a.Repo), true
	case SyncTickets:
		return int64(a.Repo), true
	}
	return 0, false
}

func askAgain(ctx context.Context, tx *store.Tx, args river.JobArgs) error {
	target, ok := targetOf(args)
	if !ok {
		return nil
	}
	_, err := tx.SQL().ExecContext(ctx,
		`INSERT INTO job_requests (kind, target) VALUES ($1, $2) ON CONFLICT (kind, target) DO NOTHING`, args.Kind(), target)
	if err != nil {
		return fmt.Errorf("ask for %s %d once more: %w", args.Kind(), target, err)
	}
	return nil
}

// repeatIfAsked enqueues a job once more when somebody asked for it while it ran.
func (c *Client) repeatIfAsked(ctx context.Context, tx *store.Tx, args river.JobArgs) error {
	target, _ := targetOf(args)
	done, err := tx.SQL().ExecContext(ctx, `DELETE FROM job_requests WHERE kind = $1 AND target = $2`, args.Kind(), target)
	if err != nil {
		return fmt.Errorf("look whether %s %d was asked for: %w", args.Kind(), target, err)
	}
	if n, err := done.RowsAffected(); err != nil || n == 0 {
		return err
	}
	return c.insertTx(ctx, tx, args)
}

func (c *Client) hasten(ctx context.Context, job *rivertype.JobRow) error {
	_, err := c.river.JobRetry(ctx, job.ID)
	return err
}

func (c *Client) cancel(ctx context.Context, job *rivertype.JobRow) error {
	_, err := c.river.JobCancel(ctx, job.ID)
	return err
}

// each does something with every job of a tag in one of the states.
func (c *Client) each(ctx context.Context, tag string, do func(context.Context, *rivertype.JobRow) error, states ...rivertype.JobState) error {
	params := river.NewJobListParams().TagsAll(tag).States(states...)
	return c.list(ctx, params, func(job *rivertype.JobRow) error { return change(ctx, job, do) })
}

// fewRepos is for how many repos the queue is searched once for each. For more it is read through once.
const fewRepos = 5

// eachOf does something with every job of the repos in one of the states.
func (c *Client) eachOf(
	ctx context.Context, repos []facts.RepoID, do func(context.Context, *rivertype.JobRow) error, states ...rivertype.JobState,
) error {
	if len(repos) <= fewRepos {
		for _, id := range repos {
			if err := c.each(ctx, repoTag(id), do, states...); err != nil {
				return err
			}
		}
		return nil
	}
	wanted := make(map[string]bool, len(repos))
	for _, id := range repos {
		wanted[repoTag(id)] = true
	}
	return c.list(ctx, river.NewJobListParams().States(states...), func(job *rivertype.JobRow) error {
		if !slices.ContainsFunc(job.Tags, func(tag string) bool { return wanted[tag] }) {
			return nil
		}
		return change(ctx, job, do)
	})
}

// change does something with a job; one that has gone meanwhile is no error.
func change(ctx context.Context, job *rivertype.JobRow, do func(context.Context, *rivertype.JobRow) error) error {
	if err := do(ctx, job); err != nil && !errors.Is(err, rivertype.ErrNotFound) {
		return fmt.Errorf("change job=%d: %w", job.ID, err)
	}
	return nil
}

func (c *Client) list(ctx context.Context, params *river.JobListParams, each func(*rivertype.JobRow) error) error {
	const page = 1000
	params = params.First(page)
	for {
		result, err := c.river.JobList(ctx, params)
		if err != nil {
			return fmt.Errorf("list jobs: %w", err)
		}
		for _, job := range result.Jobs {
			if err := each(job); err != nil {
				return err
			}
		}
		if len(result.Jobs) < page {
			return nil
		}
		params = params.After(result.LastCursor)
	}
}
