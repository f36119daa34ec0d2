package ingest

import (
	"context"
	"errors"
	"fmt"

	"weir/internal/connect"
	"weir/internal/facts"
	"weir/internal/jobs"
)

// errNotWanted says that a person does not want this work now. It is no failure.
var errNotWanted = errors.New("not wanted now")

// work is one repo with what belongs to it, for the length of a job.
type work struct {
	repo        facts.Repo
	integration facts.Integration
}

// admit loads a repo and tells whether it is to be worked on: errNotWanted when it is not imported, its
// integration is gone or paused or has the service off; a *jobs.StopError when its credential is no
// longer accepted, for trying on would only lock the account.
func (in *Ingest) admit(ctx context.Context, id facts.RepoID) (work, error) {
	w, err := in.load(ctx, id)
	if err != nil {
		return w, err
	}
	switch {
	case w.repo.ImportedAt == 0, w.integration.DeletedAt != 0:
		return w, errNotWanted
	case w.repo.PausedAt != 0:
		return w, in.rest(ctx, w, "The repo is paused.", "Resume it on the repo import page.")
	case w.integration.State == facts.IntegrationPaused:
		return w, in.rest(ctx, w, "The integration is paused.", "Resume it on its page.")
	case !w.integration.Has(facts.ServiceRepos):
		return w, in.rest(ctx, w, "Repos are switched off for this integration.", "Switch the service on again on the integration's page.")
	}
	return w, nil
}

// load gives a repo with its integration; errNotWanted when one of them is no more.
func (in *Ingest) load(ctx context.Context, id facts.RepoID) (work, error) {
	repo, err := in.Store.Repo(ctx, id)
	if errors.Is(err, facts.ErrNotFound) {
		return work{}, errNotWanted
	}
	if err != nil {
		return work{}, err
	}
	integration, err := in.Store.Integration(ctx, repo.Integration)
	if errors.Is(err, facts.ErrNotFound) {
		return work{}, errNotWanted
	}
	return work{repo: repo, integration: integration}, err
}

// admitToServer is admit for work that needs the server.
func (in *Ingest) admitToServer(ctx context.Context, id facts.RepoID) (work, error) {
	w, err := in.admit(ctx, id)
	if err == nil && w.repo.GoneAt != 0 {
		return w, in.rest(ctx, w, "The repo is gone from the server.", "What was read of it stays. It goes on by itself when the server shows the repo again.")
	}
	if err != nil {
		return w, err
	}
	if !credentialRefused(w.integration) {
		return w, in.quiet(ctx, w, in.progress(ctx, id))
	}
	p := in.progress(ctx, w.repo.ID)
	p.fail(ctx, failure{code: w.integration.StateCode, cause: w.integration.StateCause, next: w.integration.StateNext})
	return w, &jobs.StopError{Err: fmt.Errorf("sync repo=%d: %s", id, w.integration.StateCause)}
}

// rest notes why a repo's work does not go on.
func (in *Ingest) rest(ctx context.Context, w work, cause, next string) error {
	p := in.progress(ctx, w.repo.ID)
	if p.state.Phase != facts.PhaseReady {
		p.state.Phase, p.state.Code, p.state.Cause, p.state.Next = facts.PhasePaused, "paused", cause, next
		p.save(ctx)
	}
	return errNotWanted
}

// refused are the codes of an integration whose credential the server does not accept.
var refused = map[connect.Code]bool{
	connect.GitUnauthorized: true, connect.APIUnauthorized: true,
	connect.SignInBadToken: true, connect.SignInExpiredToken: true, connect.SignInBadPassword: true,
	connect.SignInTwoFactor: true, connect.SignInPasswordBarred: true, connect.SignInLockedOut: true,
	connect.SignInSuspended:    true,
	connect.SignInOAuthRefresh: true, connect.SignInOAuthSecret: true, connect.SignInOAuthSuspended: true, connect.SignInOAuthRefused: true,
	connect.SignInAppKey: true, connect.SignInAppKeyUnreadable: true, connect.SignInAppGone: true, connect.APIAppNowhere: true,
}

func credentialRefused(i facts.Integration) bool {
	return i.State == facts.IntegrationFailed && refused[connect.Code(i.StateCode)]
}
