package ingest

import (
	"context"
	"errors"
	"fmt"
	"time"

	"weir/internal/facts"
	"weir/internal/github"
	"weir/internal/jobs"
	"weir/internal/store"
)

// services are what brings each kind of items.
var services = map[facts.SyncKind]facts.Service{facts.SyncPullRequests: facts.ServicePullRequests, facts.SyncTickets: facts.ServiceTickets}

// admitItems tells whether items of a repo are to be read now; see admit.
func (in *Ingest) admitItems(ctx context.Context, id facts.RepoID, kind facts.SyncKind) (work, error) {
	if in.ItemsFunc == nil {
		return work{}, errNotWanted
	}
	w, err := in.load(ctx, id)
	if err != nil {
		return w, err
	}
	rest := ""
	switch {
	case w.repo.ImportedAt == 0, w.repo.GoneAt != 0, w.integration.DeletedAt != 0:
		return w, errNotWanted
	case w.repo.PausedAt != 0:
		rest = "The repo is paused."
	case w.integration.State == facts.IntegrationPaused:
		rest = "The integration is paused."
	case !w.integration.Has(services[kind]):
		rest = "The service " + kindNames[kind] + " is switched off for this integration."
	}
	p := in.progressOf(ctx, id, kind)
	if rest != "" {
		if p.state.Phase != "" && p.state.Phase != facts.PhasePaused {
			p.state.Phase, p.state.Code, p.state.Cause, p.state.Next = facts.PhasePaused, "paused", rest, "Change it on the integration's page."
			p.save(ctx)
		}
		return w, errNotWanted
	}
	if credentialRefused(w.integration) {
		p.fail(ctx, failure{w.integration.StateCode, w.integration.StateCause, w.integration.StateNext})
		return w, &jobs.StopError{Err: fmt.Errorf("sync %s repo=%d: %s", kind, id, w.integration.StateCause)}
	}
	return w, in.quiet(ctx, w, p)
}

// itemsEnded notes how a reading of items ended and gives the queue the error that steers what happens next.
func (in *Ingest) itemsEnded(ctx context.Context, w work, p *progress, err error) error {
	var apiErr *github.Error
	var later *jobs.LaterError
	switch {
	case err == nil:
		in.unlimited(ctx, w.integration)
		return nil
	case context.Cause(ctx) != nil, errors.Is(err, errSlice):
		return in.ended(ctx, w, p, err)
	case errors.As(err, &later):
		p.state.Phase, p.state.Code = facts.PhaseQueued, "rate_limited"
		p.state.Cause, p.state.Next = "Most of the server's hourly budget for the account is used.", "It goes on by itself when the budget is filled again."
		p.save(ctx)
		return err
	case !errors.As(err, &apiErr):
		if errors.Is(err, github.ErrNotFound) {
			in.lookAgain(ctx, w.integration)
		}
		return in.ended(ctx, w, p, err)
	}
	p.fail(ctx, failure{string(apiErr.Code), apiErr.Cause, apiErr.Next})
	if errors.Is(err, github.ErrUnauthorized) || errors.Is(err, github.ErrForbidden) {
		in.capabilities.forget(w.integration.ID)
	}
	status := store.IntegrationStatus{State: facts.IntegrationFailed, Code: string(apiErr.Code), Cause: apiErr.Cause, Next: apiErr.Next}
	switch {
	case errors.Is(err, github.ErrRateLimited):
		status.State = facts.IntegrationRateLimited
		in.credentialFailed(ctx, w.integration, status)
		return &jobs.LaterError{After: max(time.Minute, apiErr.Until.Sub(in.Now())), Err: err}
	case errors.Is(err, github.ErrUnauthorized):
		in.credentialFailed(ctx, w.integration, status)
	case errors.Is(err, github.ErrNotFound), errors.Is(err, github.ErrGone):
		in.lookAgain(ctx, w.integration)
	case apiErr.Retry():
		return fmt.Errorf("sync %s repo=%d %s: %w", p.state.Kind, w.repo.ID, w.repo.FullName, err)
	}
	return &jobs.StopError{Err: err}
}

// unlimited notes that the server answers again after it had asked for a pause.
func (in *Ingest) unlimited(ctx context.Context, i facts.Integration) {
	if i.State == facts.IntegrationRateLimited {
		in.credentialFailed(ctx, i, store.IntegrationStatus{State: facts.IntegrationHealthy})
	}
}
