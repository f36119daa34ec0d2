package ingest

import (
	"context"
	"errors"
	"slices"

	"weir/internal/facts"
	"weir/internal/jobs"
	"weir/internal/judge"
)

// Judge decides again what counts in a repo, and ends its sync when it was the last step of one. After that it measures pull
// requests: they are shown without a size until then. It answers jobs.ErrAgain when its turn is over before all are measured.
func (in *Ingest) Judge(ctx context.Context, id facts.RepoID) error {
	w, err := in.admit(ctx, id)
	if errors.Is(err, errNotWanted) {
		return nil
	}
	if err != nil {
		return err
	}
	p := in.progress(ctx, id)
	lastStep := in.lastStep(ctx, w, p.state)
	if err := judge.Repo(ctx, in.Store, id); err != nil {
		return in.ended(ctx, w, p, err)
	}
	if lastStep {
		if err := in.endSync(ctx, w, p); err != nil {
			return err
		}
	}
	if err := in.sizes(ctx, id); !errors.Is(err, jobs.ErrAgain) {
		return in.ended(ctx, w, in.progress(ctx, id), err)
	}
	return jobs.ErrAgain
}

// endSync ends a sync whose last step was done.
func (in *Ingest) endSync(ctx context.Context, w work, p *progress) error {
	id := w.repo.ID
	first := p.state.FinishedAt == 0
	in.judged(ctx, id, p.state.Phase)
	if first && w.integration.Has(facts.ServicePullRequests) {
		// Pull requests may have been read before: only now are there authors to tie to their accounts.
		if err := in.Queue.SyncItems(ctx, facts.SyncPullRequests, id); err != nil {
			return err
		}
	}
	return in.judgeAffected(ctx, id)
}

// lastStep tells whether a sync waits for this judgement, be it for its second try, or whether it is
// only that a rule has changed.
func (in *Ingest) lastStep(ctx context.Context, w work, state facts.SyncState) bool {
	failedHere := state.Phase == facts.PhaseFailed && state.Unit == unitCommits && in.replayed(ctx, w)
	return state.Phase == facts.PhaseJudging || failedHere
}

// judged ends the sync unless something else has begun meanwhile.
func (in *Ingest) judged(ctx context.Context, id facts.RepoID, before facts.Phase) {
	if p := in.progress(ctx, id); p.state.Phase == before {
		p.ready(ctx)
	}
}

// judgeAffected passes on that commits which other repos hold too may now count here or there.
func (in *Ingest) judgeAffected(ctx context.Context, id facts.RepoID) error {
	repos, err := judge.Affected(ctx, in.Store, id)
	if err != nil {
		return err
	}
	return in.judgeAgain(ctx, repos...)
}

// judgeAgain has repos judged again of which something else than their commits has changed. Those whose commits are being read for
// the first time are judged at the end of that.
func (in *Ingest) judgeAgain(ctx context.Context, repos ...facts.RepoID) error {
	if len(repos) == 0 {
		return nil
	}
	states, err := in.Store.SyncStates(ctx, facts.SyncCommits, repos...)
	if err != nil {
		return err
	}
	first := map[facts.RepoID]bool{}
	for _, s := range states {
		first[s.Repo] = s.FinishedAt == 0 && s.Busy() && s.Phase != facts.PhaseJudging
	}
	return in.Queue.JudgeRepos(ctx, slices.DeleteFunc(slices.Clone(repos), func(id facts.RepoID) bool { return first[id] })...)
}
