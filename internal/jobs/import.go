package jobs

import (
	"context"
	"slices"

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
		return c.SyncReposTx(ctx, tx, added...)
	})
	return fresh, err
}

// StopImporting takes repos out of the reports and ends their work. What was read of them stays.
func (c *Client) StopImporting(ctx context.Context, repos ...facts.RepoID) error {
	err := c.store.InTx(ctx, func(tx *store.Tx) error { return tx.MarkNotImported(ctx, repos) })
	if err != nil {
		return err
	}
	return c.CancelRepos(ctx, repos...)
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

// ResumeIntegration takes an integration's work up again; also after its credential was replaced.
func (c *Client) ResumeIntegration(ctx context.Context, id facts.IntegrationID) error {
	err := c.store.InTx(ctx, func(tx *store.Tx) error {
		if err := tx.SetIntegrationState(ctx, id, store.IntegrationStatus{State: facts.IntegrationProcessing}); err != nil {
			return err
		}
		return c.DiscoverTx(ctx, tx, id)
	})
	if err != nil {
		return err
	}
	return c.syncImported(ctx, id)
}

// SetServices switches services on and off, and with them their work.
func (c *Client) SetServices(ctx context.Context, id facts.IntegrationID, on []facts.Service) error {
	if err := c.store.SetServices(ctx, id, on); err != nil {
		return err
	}
	if slices.Contains(on, facts.ServiceRepos) {
		return c.syncImported(ctx, id)
	}
	return c.pauseRepos(ctx, id, "Repos are switched off for this integration.", "Switch the service on again on the integration's page.")
}

func (c *Client) imported(ctx context.Context, id facts.IntegrationID) ([]facts.RepoID, error) {
	yes := true
	return c.store.RepoIDs(ctx, store.RepoFilter{Integration: id, Imported: &yes})
}

func (c *Client) syncImported(ctx context.Context, id facts.IntegrationID) error {
	repos, err := c.imported(ctx, id)
	if err != nil {
		return err
	}
	return c.SyncReposNow(ctx, repos...)
}

// pauseRepos cancels the work of an integration's repos and says so where something was under way.
func (c *Client) pauseRepos(ctx context.Context, id facts.IntegrationID, cause, next string) error {
	repos, err := c.imported(ctx, id)
	if err != nil || len(repos) == 0 {
		return err
	}
	if err := c.CancelRepos(ctx, repos...); err != nil {
		return err
	}
	states, err := c.store.SyncStates(ctx, facts.SyncCommits, repos...)
	if err != nil {
		return err
	}
	for _, state := range states {
		if !state.Busy() {
			continue
		}
		state.Phase, state.Code, state.Cause, state.Next = facts.PhasePaused, "paused", cause, next
		if err := c.store.SaveSyncState(ctx, state); err != nil {
			return err
		}
	}
	return nil
}
