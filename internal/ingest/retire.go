package ingest

import (
	"context"
	"errors"

	"weir/internal/facts"
	"weir/internal/store"
)

// Retire ends what an integration that was deleted has waiting or running. Its data stays as it is until
// the integration is restored, or removed by CleanUp.
func (in *Ingest) Retire(ctx context.Context, id facts.IntegrationID) error {
	i, err := in.Store.Integration(ctx, id)
	if errors.Is(err, facts.ErrNotFound) {
		return nil
	}
	if err != nil || i.DeletedAt == 0 { // restored meanwhile
		return err
	}
	if err := in.Queue.CancelDiscover(ctx, id); err != nil {
		return err
	}
	repos, err := in.Store.RepoIDs(ctx, store.RepoFilter{Integration: id, Gone: true})
	if err != nil {
		return err
	}
	if err := in.Queue.CancelRepos(ctx, repos...); err != nil {
		return err
	}
	return in.Queue.KeepWebhooks(ctx, id) // which takes them off the server
}
