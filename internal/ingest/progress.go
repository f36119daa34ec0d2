package ingest

import (
	"context"
	"time"

	"weir/internal/facts"
)

// progress keeps the state of a repo's sync for the pages. Its errors are only logged: that a page
// shows an old figure must not end the work.
type progress struct {
	in    *Ingest
	state facts.SyncState
	// next is when the state may be written again; a state is written twice a second at most.
	next time.Time
	// quiet holds the first writing back until there is something to report.
	quiet bool
}

const progressEvery = 500 * time.Millisecond

// unitCommits is what is counted once the mirror is there.
const unitCommits = "commits"

func (in *Ingest) progress(ctx context.Context, repo facts.RepoID) *progress {
	return in.progressOf(ctx, repo, facts.SyncCommits)
}

func (in *Ingest) progressOf(ctx context.Context, repo facts.RepoID, kind facts.SyncKind) *progress {
	state, err := in.Store.SyncState(ctx, repo, kind)
	if err != nil {
		state = facts.SyncState{Repo: repo, Kind: kind}
	}
	return &progress{in: in, state: state}
}

// enter begins a phase. A repo that is ready stays so on its page until there is news of it, so that a
// look at the server every few minutes does not make the page flicker.
func (p *progress) enter(ctx context.Context, phase facts.Phase, unit string) {
	p.quiet = p.state.Phase == facts.PhaseReady
	p.state.Phase, p.state.Unit, p.state.StartedAt = phase, unit, p.in.unix()
	p.state.Done, p.state.Total = 0, 0
	p.state.Code, p.state.Cause, p.state.Next = "", "", ""
	if !p.quiet {
		p.save(ctx)
	}
}

func (p *progress) report(ctx context.Context, unit string, done, total int64) {
	p.state.Unit, p.state.Done, p.state.Total = unit, done, total
	// This spares the database, so it asks the real clock.
	if now := time.Now(); !now.Before(p.next) {
		p.save(ctx)
		p.next = now.Add(progressEvery)
	}
}

// failure is what a person reads about a sync that did not work.
type failure struct{ code, cause, next string }

func (p *progress) fail(ctx context.Context, f failure) {
	p.state.Phase, p.state.Code, p.state.Cause, p.state.Next = facts.PhaseFailed, f.code, f.cause, f.next
	p.state.Attempts++
	p.save(context.WithoutCancel(ctx))
}

// ready ends a sync well.
func (p *progress) ready(ctx context.Context) {
	p.state.Phase, p.state.FinishedAt, p.state.Attempts = facts.PhaseReady, p.in.unix(), 0
	p.state.Code, p.state.Cause, p.state.Next = "", "", ""
	p.state.Done, p.state.Total = 0, 0
	p.save(ctx)
}

func (p *progress) save(ctx context.Context) {
	if err := p.in.Store.SaveSyncState(ctx, p.state); err != nil && ctx.Err() == nil {
		p.in.Log.WarnContext(ctx, "progress not saved", "repo", p.state.Repo, "error", err)
	}
}
