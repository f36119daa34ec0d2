package ingest

import (
	"context"
	"errors"
	"fmt"
	"time"
	"unicode"
	"unicode/utf8"

	"weir/internal/connect"
	"weir/internal/facts"
	"weir/internal/git"
	"weir/internal/github"
	"weir/internal/jobs"
	"weir/internal/store"
)

// errSlice ends a replay whose turn is over.
var errSlice = errors.New("the turn is over")

// ended notes how a job of a repo ended and gives the queue the error that steers what happens next.
func (in *Ingest) ended(ctx context.Context, w work, p *progress, err error) error {
	if err == nil {
		return nil
	}
	if cause := context.Cause(ctx); cause != nil {
		return in.interrupted(ctx, p, cause)
	}
	if errors.Is(err, errSlice) {
		return jobs.ErrAgain
	}
	var fetchErr *git.FetchError
	var storageErr *store.StorageError
	var fault *connect.Fault
	switch {
	case errors.As(err, &fault):
		return in.signInFailed(ctx, w, p, fault)
	case errors.As(err, &fetchErr):
		return in.fetchFailed(ctx, w, p, fetchErr)
	case errors.As(store.DiskError(err), &storageErr): // also of the line history, which has files of its own
		p.fail(ctx, failure{string(storageErr.Fault), sentence(storageErr.Cause), sentence(storageErr.Next)})
		return &jobs.LaterError{After: in.UntilRoom, Err: err}
	}
	p.fail(ctx, failure{"unexpected", "The work stopped with an error that was not foreseen.", "It is tried again; the log of Weir has the details."})
	return fmt.Errorf("sync repo=%d %s: %w", w.repo.ID, w.repo.FullName, err)
}

// sentence makes one of the words of an error.
func sentence(text string) string {
	first, size := utf8.DecodeRuneInString(text)
	return string(unicode.ToUpper(first)) + text[size:] + "."
}

// interrupted is how a job ends that was stopped from outside. It will be begun again, unless a person
// cancelled it: then its state was theirs to set.
func (in *Ingest) interrupted(ctx context.Context, p *progress, cause error) error {
	// A sync that waits for its judgement goes on waiting for it.
	if !jobs.Cancelled(ctx) && p.state.Busy() && !p.quiet && p.state.Phase != facts.PhaseJudging {
		p.state.Phase = facts.PhaseQueued
		p.save(context.WithoutCancel(ctx))
	}
	return cause
}

func (in *Ingest) fetchFailed(ctx context.Context, w work, p *progress, err *git.FetchError) error {
	if err.Code == git.FetchBusy {
		return &jobs.LaterError{After: 5 * time.Second, Err: err}
	}
	p.fail(ctx, failure{string(err.Code), err.Cause, err.Next})
	switch err.Code {
	case git.FetchSignIn:
		in.credentialFailed(ctx, w.integration, store.IntegrationStatus{
			State: facts.IntegrationFailed, Code: string(connect.GitUnauthorized), Cause: err.Cause, Next: err.Next,
		})
	case git.FetchNotFound, git.FetchRedirect:
		// Renamed, moved or gone: the list of repos will tell.
		in.lookAgain(ctx, w.integration)
	case git.FetchCorrupt:
		if !err.OnServer {
			return in.mirrorUnreadable(ctx, w, p, err)
		}
	case git.FetchDiskFull:
		return &jobs.LaterError{After: in.UntilRoom, Err: err}
	}
	if !err.Temporary() {
		return &jobs.StopError{Err: err}
	}
	return err
}

// signInFailed is a repo for which there is nothing to sign in with: a credential that could not be renewed,
// or a GitHub App that the organization has not installed.
func (in *Ingest) signInFailed(ctx context.Context, w work, p *progress, f *connect.Fault) error {
	p.fail(ctx, failure{string(f.Code), f.Cause, f.Next})
	switch {
	case refused[f.Code]:
		in.credentialFailed(ctx, w.integration, store.IntegrationStatus{
			State: facts.IntegrationFailed, Code: string(f.Code), Cause: f.Cause, Next: f.Next,
		})
		return &jobs.StopError{Err: f}
	case f.Code == connect.APIAppNotInstalled, f.Code == connect.APIAppSuspended:
		return &jobs.StopError{Err: f}
	}
	return f
}

// mirrorUnreadable makes room for a new mirror once a second try has found the same.
func (in *Ingest) mirrorUnreadable(ctx context.Context, w work, p *progress, err error) error {
	if p.state.Attempts < 2 {
		return err
	}
	aside, asideErr := in.mirror(w).SetAside(ctx, in.Now())
	in.Log.ErrorContext(ctx, "unreadable mirror set aside", "repo", w.repo.ID, "to", aside, "error", errors.Join(err, asideErr))
	return err
}

// credentialFailed stops everything that uses the credential, unless somebody has paused the integration meanwhile.
func (in *Ingest) credentialFailed(ctx context.Context, i facts.Integration, status store.IntegrationStatus) {
	err := in.Store.InTx(ctx, func(tx *store.Tx) error {
		now, err := tx.Integration(ctx, i.ID)
		if err != nil || now.State == facts.IntegrationPaused {
			return err
		}
		return tx.SetIntegrationState(ctx, i.ID, status)
	})
	if err != nil {
		in.Log.WarnContext(ctx, "state of integration not saved", "integration", i.ID, "error", err)
	}
}

// lookAgain reads the list of repos again, at most every ten minutes.
func (in *Ingest) lookAgain(ctx context.Context, i facts.Integration) {
	if in.Now().Sub(time.Unix(i.CheckedAt, 0)) < 10*time.Minute {
		return
	}
	if err := in.Queue.Discover(ctx, i.ID); err != nil {
		in.Log.WarnContext(ctx, "discovery not enqueued", "integration", i.ID, "error", err)
	}
}

// discoveryFailed notes why an integration's list could not be read.
func (in *Ingest) discoveryFailed(ctx context.Context, i facts.Integration, err error) error {
	if cause := context.Cause(ctx); cause != nil {
		return cause
	}
	var apiErr *github.Error
	if !errors.As(err, &apiErr) {
		in.credentialFailed(ctx, i, store.IntegrationStatus{
			State: facts.IntegrationFailed, Code: "unexpected",
			Cause: "The list of repos could not be read.", Next: "It is tried again; the log of Weir has the details.",
		})
		return err
	}
	status := store.IntegrationStatus{State: facts.IntegrationFailed, Code: string(apiErr.Code), Cause: apiErr.Cause, Next: apiErr.Next}
	if i.ExpiresAt != 0 && in.unix() >= i.ExpiresAt && errors.Is(err, github.ErrUnauthorized) {
		// The server says no more than that the token is not good.
		f := connect.ExpiredFault(i.Address, time.Unix(i.ExpiresAt, 0))
		status.Code, status.Cause, status.Next = string(f.Code), f.Cause, f.Next
	}
	if errors.Is(err, github.ErrRateLimited) {
		status.State = facts.IntegrationRateLimited
	}
	in.credentialFailed(ctx, i, status)
	switch {
	case errors.Is(err, github.ErrRateLimited):
		return &jobs.LaterError{After: max(time.Minute, apiErr.Until.Sub(in.Now())), Err: err}
	case apiErr.Retry():
		return err
	}
	return &jobs.StopError{Err: err}
}
