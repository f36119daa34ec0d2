package store

import (
	"context"
	"fmt"
	"strings"

	"weir/internal/facts"
)

const syncStateColumns = `s.repo_id, s.kind, s.phase, s.done, s.total, s.unit, s.started_at, s.finished_at, s.updated_at,
	s.code, s.cause, s.next, s.attempts, s.held, s.server, s.server_at, s.problems`

// syncStateOrNone are the same columns where there may be no such row.
var syncStateOrNone = orNone(syncStateColumns, "kind", "phase", "unit", "code", "cause", "next")

func orNone(columns string, texts ...string) string {
	names := strings.Split(columns, ",")
	for i, name := range names {
		name = strings.TrimSpace(name)
		none := "0"
		for _, text := range texts {
			if name == "s."+text {
				none = "''"
			}
		}
		names[i] = "COALESCE(" + name + ", " + none + ")"
	}
	return strings.Join(names, ", ")
}

func syncStateInto(s *facts.SyncState) []any {
	return []any{&s.Repo, &s.Kind, &s.Phase, &s.Done, &s.Total, &s.Unit, &s.StartedAt, &s.FinishedAt, &s.UpdatedAt,
		&s.Code, &s.Cause, &s.Next, &s.Attempts, &s.Held, &s.Server, &s.ServerAt, &s.Problems}
}

func scanSyncState(row scanner) (facts.SyncState, error) {
	var s facts.SyncState
	err := row.Scan(syncStateInto(&s)...)
	return s, err
}

// SyncState gives how far one kind of data of a repo has come; facts.ErrNotFound when it was never begun.
func (q *queries) SyncState(ctx context.Context, repo facts.RepoID, kind facts.SyncKind) (facts.SyncState, error) {
	return one(ctx, q, fmt.Sprintf("load sync state %s of repo=%d", kind, repo), scanSyncState,
		`SELECT `+syncStateColumns+` FROM sync_states s WHERE s.repo_id = $1 AND s.kind = $2`, repo, kind)
}

// SyncStates lists the states of one kind for all imported repos, by repo. With repos given, for those alone.
func (q *queries) SyncStates(ctx context.Context, kind facts.SyncKind, repos ...facts.RepoID) ([]facts.SyncState, error) {
	st := &statement{}
	st.where("s.kind = ?", kind)
	st.where("s.repo_id IN (" + liveRepos + ")")
	whereIn(st, "s.repo_id", repos)
	return list(ctx, q, fmt.Sprintf("list sync states %s", kind), scanSyncState,
		`SELECT `+syncStateColumns+` FROM sync_states s`+st.clause()+` ORDER BY s.repo_id`, st.args...)
}

// SaveSyncState keeps a state in place of the one before. UpdatedAt is set to now.
func (t *Tx) SaveSyncState(ctx context.Context, s facts.SyncState) error {
	_, err := t.exec(ctx, fmt.Sprintf("save sync state %s of repo=%d", s.Kind, s.Repo),
		`INSERT INTO sync_states (repo_id, kind, phase, done, total, unit, started_at, finished_at, updated_at,
			code, cause, next, attempts, held, server, server_at, problems)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)
		ON CONFLICT (repo_id, kind) DO UPDATE SET phase = excluded.phase, done = excluded.done, total = excluded.total,
			unit = excluded.unit, started_at = excluded.started_at, finished_at = excluded.finished_at, updated_at = excluded.updated_at,
			code = excluded.code, cause = excluded.cause, next = excluded.next, attempts = excluded.attempts, held = excluded.held,
			server = excluded.server, server_at = excluded.server_at, problems = excluded.problems`,
		s.Repo, s.Kind, s.Phase, s.Done, s.Total, s.Unit, s.StartedAt, s.FinishedAt, t.unix(),
		s.Code, clean(s.Cause), clean(s.Next), s.Attempts, s.Held, s.Server, s.ServerAt, s.Problems)
	return err
}

// SaveSyncState does so in a transaction of its own.
func (s *Store) SaveSyncState(ctx context.Context, st facts.SyncState) error {
	return s.InTx(ctx, func(tx *Tx) error { return tx.SaveSyncState(ctx, st) })
}

// Rest is why syncs do not go on: those of one kind, or of all when that is empty.
type Rest struct {
	Kind        facts.SyncKind
	Cause, Next string
}

// RestIntegration notes of syncs of an integration that are under way why they do not go on.
func (s *Store) RestIntegration(ctx context.Context, id facts.IntegrationID, rest Rest) error {
	return s.InTx(ctx, func(tx *Tx) error {
		_, err := tx.exec(ctx, fmt.Sprintf("rest syncs of integration=%d", id),
			`UPDATE sync_states SET phase = 'paused', code = 'paused', cause = $1, next = $2, updated_at = $3
			WHERE phase IN ('queued', 'fetching', 'replaying', 'judging') AND (kind = $4 OR $4 = '')
				AND repo_id IN (SELECT r.id FROM repos r WHERE r.integration_id = $5)`,
			clean(rest.Cause), clean(rest.Next), tx.unix(), rest.Kind, id)
		return err
	})
}

// PhaseCounts tells how many imported repos stand in each phase of one kind of sync.
func (q *queries) PhaseCounts(ctx context.Context, kind facts.SyncKind) (map[facts.Phase]int, error) {
	counts := map[facts.Phase]int{}
	for c, err := range stream(ctx, q, fmt.Sprintf("count phases of %s", kind), scanCount[facts.Phase],
		`SELECT s.phase, COUNT(*) FROM sync_states s WHERE s.kind = $1 AND s.repo_id IN (`+liveRepos+`) GROUP BY s.phase`, kind) {
		if err != nil {
			return nil, err
		}
		counts[c.of] = c.n
	}
	return counts, nil
}

type count[T any] struct {
	of T
	n  int
}

func scanCount[T any](row scanner) (c count[T], err error) {
	err = row.Scan(&c.of, &c.n)
	return c, err
}
