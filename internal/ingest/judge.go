package ingest

import (
	"context"
	"errors"

	"weir/internal/facts"
	"weir/internal/judge"
)

// Judge decides again what counts in a repo, and ends its sync when it was the last step of one.
func (in *Ingest) Judge(ctx context.Context, id facts.RepoID) error {
	w, err := in.admit(ctx, id)
	if errors.Is(err, errNotWanted) {
		return nil
	}
	if err != nil {
		return err
	}
	p := in.progress(ctx, id)
	lastStep := p.state.Phase == facts.PhaseReplaying || p.state.Phase == facts.PhaseJudging
	if lastStep {
		p.enter(ctx, facts.PhaseJudging, "commits")
	}
	if err := judge.Repo(ctx, in.Store, id); err != nil {
		return in.ended(ctx, w, p, err)
	}
	if lastStep {
		in.judged(ctx, id)
		return in.judgeAffected(ctx, id)
	}
	return nil
}

// judged ends the sync unless the next one has begun meanwhile.
func (in *Ingest) judged(ctx context.Context, id facts.RepoID) {
	if p := in.progress(ctx, id); p.state.Phase == facts.PhaseJudging {
		p.ready(ctx)
	}
}

// judgeAffected passes on that commits which other repos hold too may now count here or there.
func (in *Ingest) judgeAffected(ctx context.Context, id facts.RepoID) error {
	repos, err := judge.Affected(ctx, in.Store, id)
	if err != nil || len(repos) == 0 {
		return err
	}
	return in.Queue.JudgeRepos(ctx, repos...)
}
