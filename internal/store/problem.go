package store

import (
	"context"
	"fmt"

	"weir/internal/facts"
)

// Problems lists one page of the items of a repo that could not be read, by kind and item, and how many
// there are in all.
func (q *queries) Problems(ctx context.Context, repo facts.RepoID, page facts.Page) ([]facts.Problem, int, error) {
	doing := fmt.Sprintf("list problems of repo=%d", repo)
	total, err := one(ctx, q, doing, scanOne[int], `SELECT COUNT(*) FROM problems WHERE repo_id = $1`, repo)
	if err != nil {
		return nil, 0, err
	}
	s := &statement{}
	s.where("repo_id = ?", repo)
	rows, err := list(ctx, q, doing, func(row scanner) (p facts.Problem, err error) {
		err = row.Scan(&p.Repo, &p.Kind, &p.Item, &p.Code, &p.Cause, &p.SeenAt)
		return p, err
	}, `SELECT repo_id, kind, item, code, cause, seen_at FROM problems`+s.clause()+` ORDER BY kind, item, code`+s.page(page), s.args...)
	return rows, total, err
}

// SaveProblems adds problems of a repo; one that is known is brought up to date. Cut long items short
// before: an item is part of a key.
func (t *Tx) SaveProblems(ctx context.Context, repo facts.RepoID, problems []facts.Problem) error {
	b := t.bulk(fmt.Sprintf("save problems of repo=%d", repo), "problems", "repo_id, kind, item, code, cause, seen_at",
		"ON CONFLICT (repo_id, kind, item, code) DO UPDATE SET cause = excluded.cause, seen_at = excluded.seen_at")
	for _, p := range lastOf(problems) {
		if err := b.add(ctx, repo, p.Kind, clean(p.Item), p.Code, clean(p.Cause), p.SeenAt); err != nil {
			return err
		}
	}
	return b.flush(ctx)
}

// lastOf drops all but the last of problems with one key: PostgreSQL updates no row twice in one statement.
func lastOf(problems []facts.Problem) []facts.Problem {
	type key struct {
		kind       facts.SyncKind
		item, code string
	}
	last := map[key]int{}
	for i, p := range problems {
		last[key{p.Kind, clean(p.Item), p.Code}] = i
	}
	var kept []facts.Problem
	for i, p := range problems {
		if last[key{p.Kind, clean(p.Item), p.Code}] == i {
			kept = append(kept, p)
		}
	}
	return kept
}

// SaveProblems does so in a transaction of its own.
func (s *Store) SaveProblems(ctx context.Context, repo facts.RepoID, problems []facts.Problem) error {
	return s.InTx(ctx, func(tx *Tx) error { return tx.SaveProblems(ctx, repo, problems) })
}

// ClearProblem forgets the problems of one item of a repo.
func (t *Tx) ClearProblem(ctx context.Context, repo facts.RepoID, kind facts.SyncKind, item string) error {
	_, err := t.exec(ctx, fmt.Sprintf("clear problem %s of repo=%d", item, repo),
		`DELETE FROM problems WHERE repo_id = $1 AND kind = $2 AND item = $3`, repo, kind, clean(item))
	return err
}

// ClearProblems forgets a repo's problems of one kind, before it is read from the start again.
func (s *Store) ClearProblems(ctx context.Context, repo facts.RepoID, kind facts.SyncKind) error {
	return s.InTx(ctx, func(tx *Tx) error {
		_, err := tx.exec(ctx, fmt.Sprintf("clear problems of repo=%d", repo),
			`DELETE FROM problems WHERE repo_id = $1 AND kind = $2`, repo, kind)
		return err
	})
}
