package store

import (
	"context"
	"fmt"
	"slices"

	"weir/internal/facts"
)

// ReposPerChange is how many repos one call of ChangeRepos should be given: more would hold the writer for too long.
const ReposPerChange = 500

// ChangeRepos does what a person asked for with repos and gives the ids of those that it changed, in
// order. A repo to which a change does not apply stays as it is: see facts.RepoChange.
func (t *Tx) ChangeRepos(ctx context.Context, change facts.RepoChange, ids []facts.RepoID) ([]facts.RepoID, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	switch change {
	case facts.RepoImport:
		return t.MarkImported(ctx, ids)
	case facts.RepoRetry:
		return t.retryRepos(ctx, ids)
	case facts.RepoPause:
		return t.pauseRepos(ctx, ids)
	case facts.RepoResume:
		return t.resumeRepos(ctx, ids)
	case facts.RepoStop:
		return t.updateRepos(ctx, "stop importing repos", ids, "imported_at = 0, paused_at = 0, exclusion_kept = FALSE", "imported_at > 0")
	case facts.RepoKeep:
		return t.updateRepos(ctx, "keep importing repos", ids, "exclusion_kept = TRUE", "imported_at > 0 AND exclusion_id > 0 AND exclusion_kept = FALSE")
	}
	return nil, fmt.Errorf("change repos: there is no change %q", change)
}

// MarkImported chooses repos for import and queues the sync of their commits, and gives the ids of those
// that were not chosen before, in order; for them the caller enqueues the work. Repos that a rule leaves
// out and those that are gone are passed over.
func (t *Tx) MarkImported(ctx context.Context, ids []facts.RepoID) ([]facts.RepoID, error) {
	fresh, err := t.updateRepos(ctx, "import repos", ids, "imported_at = ?", "imported_at = 0 AND exclusion_id = 0 AND gone_at = 0", t.unix())
	if err != nil || len(fresh) == 0 {
		return nil, err
	}
	s := &statement{}
	now := s.arg(t.unix())
	// What an import of long ago held is still held.
	_, err = t.exec(ctx, "queue imported repos", `INSERT INTO sync_states (repo_id, kind, phase, done, total, unit, started_at,
			finished_at, updated_at, code, cause, next, attempts, held, server, server_at, problems)
		SELECT r.id, 'commits', 'queued', 0, 0, '', `+now+`, 0, `+now+`, '', '', '', 0, 0, 0, 0, 0 FROM repos r WHERE r.id IN (`+inList(s, fresh)+`)
		ON CONFLICT (repo_id, kind) DO UPDATE SET phase = excluded.phase, done = 0, total = 0, unit = '', started_at = excluded.started_at,
			updated_at = excluded.updated_at, code = '', cause = '', next = '', attempts = 0`, s.args...)
	return fresh, err
}

// MarkNotImported takes repos out of the reports. What they brought stays until PurgeRepo.
func (t *Tx) MarkNotImported(ctx context.Context, ids []facts.RepoID) error {
	_, err := t.ChangeRepos(ctx, facts.RepoStop, ids)
	return err
}

func (t *Tx) retryRepos(ctx context.Context, ids []facts.RepoID) ([]facts.RepoID, error) {
	return t.queueStates(ctx, "try repos again", ids, "phase = 'failed' AND repo_id IN (SELECT r.id FROM repos r WHERE r.imported_at > 0 AND r.paused_at = 0)")
}

func (t *Tx) pauseRepos(ctx context.Context, ids []facts.RepoID) ([]facts.RepoID, error) {
	paused, err := t.updateRepos(ctx, "pause repos", ids, "paused_at = ?", "imported_at > 0 AND paused_at = 0", t.unix())
	if err != nil || len(paused) == 0 {
		return nil, err
	}
	s := &statement{}
	_, err = t.exec(ctx, "pause repos", `UPDATE sync_states SET phase = 'paused', updated_at = `+s.arg(t.unix())+`
		WHERE phase IN ('queued', 'fetching', 'replaying', 'judging') AND repo_id IN (`+inList(s, paused)+`)`, s.args...)
	return paused, err
}

func (t *Tx) resumeRepos(ctx context.Context, ids []facts.RepoID) ([]facts.RepoID, error) {
	resumed, err := t.updateRepos(ctx, "resume repos", ids, "paused_at = 0", "paused_at > 0")
	if err != nil || len(resumed) == 0 {
		return nil, err
	}
	_, err = t.queueStates(ctx, "resume repos", resumed, "phase = 'paused'")
	return resumed, err
}

// queueStates puts the syncs that meet a condition back into the queue and gives the ids of their repos, in order.
func (t *Tx) queueStates(ctx context.Context, doing string, ids []facts.RepoID, cond string) ([]facts.RepoID, error) {
	s := &statement{}
	queued, err := list(ctx, &t.queries, doing, scanOne[facts.RepoID],
		`UPDATE sync_states SET phase = 'queued', done = 0, total = 0, unit = '', started_at = `+s.arg(t.unix())+`, updated_at = `+s.arg(t.unix())+`,
			code = '', cause = '', next = '' WHERE `+cond+` AND repo_id IN (`+inList(s, ids)+`) RETURNING repo_id`, s.args...)
	slices.Sort(queued)
	return slices.Compact(queued), err
}

// updateRepos sets columns of those of the repos that meet a condition and gives their ids, in order.
// Each ? in set, then in cond, stands for the next of values.
func (t *Tx) updateRepos(ctx context.Context, doing string, ids []facts.RepoID, set, cond string, values ...any) ([]facts.RepoID, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	s := &statement{}
	changed, err := list(ctx, &t.queries, doing, scanOne[facts.RepoID],
		s.fill(`UPDATE repos SET `+set+` WHERE `+cond, values...)+` AND id IN (`+inList(s, ids)+`) RETURNING id`, s.args...)
	slices.Sort(changed)
	return changed, err
}
