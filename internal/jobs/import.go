package jobs

import (
	"context"
	"slices"

	"github.com/riverqueue/river/rivertype"

	"weir/internal/facts"
	"weir/internal/store"
)

// ImportRepos chooses repos for import and enqueues their first sync, together. It gives how many were
// not chosen before.
func (c *Client) ImportRepos(ctx context.Context, repos ...facts.RepoID) (int, error) {
	fresh := 0
	err := c.inTxEach(ctx, repos, func(ctx context.Context, tx *store.Tx, some ...facts.RepoID) error {
		added, err := tx.MarkImported(ctx, some)
		if err != nil {
			return err
		}
		fresh += len(added)
		if err := c.SyncReposTx(ctx, tx, added...); err != nil {
			return err
		}
		return c.syncAllItemsTx(ctx, tx, added...)
	})
	return fresh, err
}

// ChangeRepos does what a person asked for with all repos of one integration that the filter lets through,
// starts or ends their work, and gives how many were changed. It does not wait until thousands are enqueued.
func (c *Client) ChangeRepos(ctx context.Context, change facts.RepoChange, f store.RepoFilter) (int, error) {
	ids, err := c.store.RepoIDs(ctx, f)
	if err != nil {
		return 0, err
	}
	changed := 0
	for some := range slices.Chunk(ids, store.ReposPerChange) {
		err := c.store.InTx(ctx, func(tx *store.Tx) error {
			done, err := tx.ChangeRepos(ctx, change, some)
			changed += len(done)
			if err != nil || len(done) == 0 || !begins[change] {
				return err
			}
			return c.insertTx(ctx, tx, StartSyncs{Integration: f.Integration})
		})
		if err != nil {
			return changed, err
		}
	}
	if changed == 0 || !ends[change] {
		return changed, nil
	}
	// What waits finds out by itself that it is not wanted any more.
	return changed, c.eachOf(ctx, ids, c.cancel, rivertype.JobStateRunning)
}

var (
	begins = map[facts.RepoChange]bool{facts.RepoImport: true, facts.RepoRetry: true, facts.RepoResume: true}
	ends   = map[facts.RepoChange]bool{facts.RepoPause: true, facts.RepoStop: true}
)

// startSyncs enqueues what waits for it, also what would wait longer for its next try.
func (c *Client) startSyncs(ctx context.Context, a StartSyncs) error {
	yes, no := true, false
	f := store.RepoFilter{Integration: a.Integration, Imported: &yes, Paused: &no}
	if !a.All {
		f.Phases = []facts.Phase{facts.PhaseQueued}
	}
	waiting, err := c.store.RepoIDs(ctx, f)
	if err != nil {
		return err
	}
	i, err := c.store.Integration(ctx, a.Integration)
	if err != nil {
		return err
	}
	if i.Has(facts.ServiceRepos) {
		if err := c.SyncReposNow(ctx, waiting...); err != nil {
			return err
		}
	}
	return c.inTxEach(ctx, waiting, c.syncAllItemsTx)
}

// PauseIntegration ends an integration's work until it is resumed. What was done so far stays.
func (c *Client) PauseIntegration(ctx context.Context, id facts.IntegrationID) error {
	err := c.store.SetIntegrationState(ctx, id, store.IntegrationStatus{State: facts.IntegrationPaused})
	if err != nil {
		return err
	}
	if err := c.CancelDiscover(ctx, id); err != nil {
		return err
	}
	return c.pauseRepos(ctx, id, store.Rest{Cause: "The integration is paused.", Next: "Resume it on its page."})
}

// ResumeIntegration takes an integration's work up again.
func (c *Client) ResumeIntegration(ctx context.Context, id facts.IntegrationID) error {
	return c.store.InTx(ctx, func(tx *store.Tx) error {
		if err := tx.SetIntegrationState(ctx, id, store.IntegrationStatus{State: facts.IntegrationProcessing}); err != nil {
			return err
		}
		return c.UpdateTx(ctx, tx, id)
	})
}

// UpdateTx enqueues, if the transaction is kept, the reading of an integration's lists, the sync of all its
// imported repos at once, and a look at its webhooks.
func (c *Client) UpdateTx(ctx context.Context, tx *store.Tx, id facts.IntegrationID) error {
	if err := c.DiscoverTx(ctx, tx, id); err != nil {
		return err
	}
	if err := c.KeepWebhooksTx(ctx, tx, id); err != nil {
		return err
	}
	return c.insertTx(ctx, tx, StartSyncs{Integration: id, All: true})
}

// SetServices switches services on and off, and with them their work. Switching off loses nothing.
func (c *Client) SetServices(ctx context.Context, id facts.IntegrationID, on []facts.Service) error {
	err := c.store.InTx(ctx, func(tx *store.Tx) error {
		if err := tx.SetServices(ctx, id, on); err != nil {
			return err
		}
		if err := c.KeepWebhooksTx(ctx, tx, id); err != nil {
			return err
		}
		// The rights of what is on now are looked at again.
		if err := c.DiscoverTx(ctx, tx, id); err != nil || len(on) == 0 {
			return err
		}
		return c.insertTx(ctx, tx, StartSyncs{Integration: id, All: true})
	})
	if err != nil {
		return err
	}
	for _, off := range []struct {
		service facts.Service
		kind    facts.SyncKind
		name    string
		jobs    []string
	}{
		{facts.ServiceRepos, facts.SyncCommits, "Repos are", []string{FetchRepo{}.Kind(), ReplayRepo{}.Kind(), JudgeRepo{}.Kind()}},
		{facts.ServicePullRequests, facts.SyncPullRequests, "Pull requests are", []string{SyncPullRequests{}.Kind()}},
		{facts.ServiceTickets, facts.SyncTickets, "Tickets are", []string{SyncTickets{}.Kind()}},
	} {
		if slices.Contains(on, off.service) {
			continue
		}
		rest := store.Rest{Kind: off.kind, Cause: off.name + " switched off for this integration.", Next: "Switch the service on again on the integration's page."}
		if err := c.pauseRepos(ctx, id, rest, off.jobs...); err != nil {
			return err
		}
	}
	return nil
}

// pauseRepos ends the work of an integration's repos, that of some kinds of jobs or all of it, and says so where something was
// under way. What waits finds out by itself that it is not wanted any more.
func (c *Client) pauseRepos(ctx context.Context, id facts.IntegrationID, rest store.Rest, kinds ...string) error {
	yes := true
	repos, err := c.store.RepoIDs(ctx, store.RepoFilter{Integration: id, Imported: &yes})
	if err != nil || len(repos) == 0 {
		return err
	}
	end := func(ctx context.Context, job *rivertype.JobRow) error {
		if len(kinds) > 0 && !slices.Contains(kinds, job.Kind) {
			return nil
		}
		return c.cancel(ctx, job)
	}
	if err := c.eachOf(ctx, repos, end, rivertype.JobStateRunning); err != nil {
		return err
	}
	return c.store.RestIntegration(ctx, id, rest)
}
