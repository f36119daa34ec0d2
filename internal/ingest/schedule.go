package ingest

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"weir/internal/connect"
	"weir/internal/facts"
	"weir/internal/store"
)

// Schedule enqueues the discoveries and syncs that are due. A service or an integration that rests is passed over; in its quiet
// hours an integration is not discovered.
func (in *Ingest) Schedule(ctx context.Context) error {
	integrations, err := in.Store.Integrations(ctx)
	if err != nil {
		return err
	}
	working := map[facts.IntegrationID]bool{}
	for _, i := range integrations {
		if i.State == facts.IntegrationPaused {
			continue
		}
		in.keepAlive(ctx, i)
		// A refused credential is tried here, by one request an hour: an account can come back by itself.
		if err := in.scheduleDiscovery(ctx, i); err != nil {
			return err
		}
		working[i.ID] = i.Has(facts.ServiceRepos) && !credentialRefused(i)
	}
	due, err := in.dueRepos(ctx, facts.SyncCommits, working)
	if err != nil {
		return err
	}
	if err := in.Queue.SyncRepos(ctx, due...); err != nil {
		return err
	}
	return errors.Join(in.scheduleItems(ctx, integrations), in.scheduleWebhooks(ctx, integrations))
}

func (in *Ingest) scheduleDiscovery(ctx context.Context, i facts.Integration) error {
	if !in.due(i.CheckedAt, in.DiscoverEvery) && !in.justEnded(i) {
		return nil
	}
	if left, err := in.quietLeft(ctx, i.ID); left > 0 || err != nil {
		return err
	}
	return in.Queue.Discover(ctx, i.ID)
}

// scheduleItems enqueues the reading of pull requests and tickets that is due.
func (in *Ingest) scheduleItems(ctx context.Context, integrations []facts.Integration) error {
	if in.ItemsFunc == nil {
		return nil
	}
	for _, kind := range []facts.SyncKind{facts.SyncPullRequests, facts.SyncTickets} {
		working := map[facts.IntegrationID]bool{}
		for _, i := range integrations {
			working[i.ID] = i.State != facts.IntegrationPaused && i.Has(services[kind]) && !credentialRefused(i)
		}
		due, err := in.dueRepos(ctx, kind, working)
		if err != nil {
			return err
		}
		if err := in.Queue.SyncItems(ctx, kind, due...); err != nil {
			return err
		}
	}
	return nil
}

// keepAlive renews a credential before its end, also of an integration that is not asked for anything now.
// A refusal stands in the integration's state; what else goes wrong is tried again in a minute.
func (in *Ingest) keepAlive(ctx context.Context, i facts.Integration) {
	if in.KeepAliveFunc == nil || credentialRefused(i) {
		return
	}
	err := in.KeepAliveFunc(ctx, i)
	var f *connect.Fault
	switch {
	case err == nil:
	case errors.As(err, &f) && refused[f.Code]:
		in.credentialFailed(ctx, i, store.IntegrationStatus{State: facts.IntegrationFailed, Code: string(f.Code), Cause: f.Cause, Next: f.Next})
	default:
		in.Log.WarnContext(ctx, "credential not renewed", "integration", i.ID, "error", err)
	}
}

// justEnded tells whether a token has come to its end since the server was asked last: then the integration
// says so at once rather than at the next round.
func (in *Ingest) justEnded(i facts.Integration) bool {
	return i.ExpiresAt != 0 && i.CheckedAt < i.ExpiresAt && in.unix() >= i.ExpiresAt
}

func (in *Ingest) due(last int64, every time.Duration) bool {
	age := in.Now().Sub(time.Unix(last, 0))
	return age >= every || age < -every // a clock that was set back must not stop everything until it has caught up
}

func (in *Ingest) dueRepos(ctx context.Context, kind facts.SyncKind, working map[facts.IntegrationID]bool) ([]facts.RepoID, error) {
	repos, err := in.Store.ImportedRepos(ctx)
	if err != nil {
		return nil, err
	}
	states, err := in.Store.SyncStates(ctx, kind)
	if err != nil {
		return nil, err
	}
	last := map[facts.RepoID]int64{}
	for _, s := range states {
		last[s.Repo] = s.FinishedAt
		// What is under way would be done twice; what is under way and has long not moved is begun again.
		if s.Phase == facts.PhaseFailed || s.Busy() {
			last[s.Repo] = s.UpdatedAt
		}
	}
	covered, err := in.covered(ctx)
	if err != nil {
		return nil, err
	}
	var due []facts.RepoID
	for _, repo := range repos {
		if working[repo.Integration] && repo.GoneAt == 0 && repo.PausedAt == 0 && in.due(last[repo.ID], covered.every(repo, in.SyncEvery)) {
			due = append(due, repo.ID)
		}
	}
	return due, nil
}

// CleanUp removes what has been kept for its time: the ledger, sessions, integrations that were deleted
// long ago, and mirrors of repos that are no more.
func (in *Ingest) CleanUp(ctx context.Context) error {
	now := in.Now()
	return errors.Join(
		in.Store.PurgeSessions(ctx),
		in.Store.PurgeLeases(ctx),
		in.Store.PurgeRawAnswers(ctx, now.Add(-in.KeepRaw).Unix()),
		in.Store.PurgeGone(ctx, now.Add(-facts.KeepDeleted).Unix()),
		in.Store.PurgeRequests(ctx, now.Add(-in.KeepLedger).Unix()),
		in.purgeIntegrations(ctx),
		in.Store.PurgeDeliveries(ctx, now.Add(-keepPayloads).Unix(), now.Add(-keepDeliveries).Unix()),
		in.removeOrphans(ctx),
	)
}

func (in *Ingest) purgeIntegrations(ctx context.Context) error {
	deleted, err := in.Store.DeletedIntegrations(ctx)
	if err != nil {
		return err
	}
	for _, i := range deleted {
		if in.unix() < i.RestorableUntil() {
			continue
		}
		if err := in.Store.PurgeIntegration(ctx, i.ID); err != nil {
			return err
		}
	}
	return nil
}

// removeOrphans deletes mirrors and line histories of repos that the store does not know any more.
func (in *Ingest) removeOrphans(ctx context.Context) error {
	for _, folder := range []string{"mirrors", "history"} {
		entries, err := os.ReadDir(filepath.Join(in.Dir, folder))
		if errors.Is(err, os.ErrNotExist) {
			continue
		}
		if err != nil {
			return err
		}
		for _, entry := range entries {
			if err := in.removeOrphan(ctx, filepath.Join(in.Dir, folder), entry.Name()); err != nil {
				return err
			}
		}
	}
	return nil
}

func (in *Ingest) removeOrphan(ctx context.Context, folder, name string) error {
	number, _, _ := strings.Cut(name, ".")
	id, err := strconv.ParseInt(number, 10, 64)
	if err != nil {
		return nil //nolint:nilerr // a name that is no number is no folder of ours
	}
	if _, err := in.Store.Repo(ctx, facts.RepoID(id)); !errors.Is(err, facts.ErrNotFound) {
		return err
	}
	return os.RemoveAll(filepath.Join(folder, name))
}
