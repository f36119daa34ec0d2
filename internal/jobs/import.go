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
	if err := c.SyncReposNow(ctx, waiting...); err != nil {
		return err
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
	return c.pauseRepos(ctx, id, "The integration is paused.", "Resume it on its page.")
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
		if err := c.DiscoverTx(ctx, tx, id); err != nil || !slices.Contains(on, facts.ServiceRepos) {
			return err
		}
		return c.insertTx(ctx, tx, StartSyncs{Integration: id, All: true})
	})
	if err != nil || slices.Contains(on, facts.ServiceRepos) {
		return err
	}
	return c.pauseRepos(ctx, id, "Repos are switched off for this integration.", "Switch the service on again on the integration's page.")
}

// pauseRepos ends the work of an integration's repos and says so where something was under way. What
// waits finds out by itself that it is not wanted any more.
func (c *Client) pauseRepos(ctx context.Context, id facts.IntegrationID, cause, next string) error {
	yes := true
	repos, err := c.store.RepoIDs(ctx, store.RepoFilter{Integration: id, Imported: &yes})
	if err != nil || len(repos) == 0 {
		return err
	}
	if err := c.eachOf(ctx, repos, c.cancel, rivertype.JobStateRunning); err != nil {
		return err
	}
	return c.store.RestIntegration(ctx, id, cause, next)
}
