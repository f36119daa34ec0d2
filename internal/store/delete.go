package store

import (
	"context"
	"fmt"

	"weir/internal/facts"
)

// rowsPerDelete bounds how long one deletion holds the writer.
const rowsPerDelete = 2000

// DeleteFacts removes everything that was read from a repo's git history and what was derived from it,
// in short transactions; the repo, its refs and its states stay. A run that was cut short is finished by the next.
func (s *Store) DeleteFacts(ctx context.Context, repo facts.RepoID) error {
	doing := fmt.Sprintf("delete facts of repo=%d", repo)
	for _, t := range []struct{ table, key string }{
		{"daily", "day, person_id"}, {"verdicts", "number"}, {"baselines", "month"}, {"commits", "number"}, {"commit_files", "number, position"},
	} {
		if err := s.deleteInChunks(ctx, doing, t.table, t.key, "repo_id = $1", repo); err != nil {
			return err
		}
	}
	return nil
}

// deleteInChunks removes the rows that meet a condition on $1, some at a time. With the condition, key names a row.
func (s *Store) deleteInChunks(ctx context.Context, doing, table, key, cond string, arg any) error {
	query := fmt.Sprintf(`DELETE FROM %s WHERE %s AND (%s) IN (SELECT %s FROM %s WHERE %s ORDER BY %s LIMIT %d)`,
		table, cond, key, key, table, cond, key, rowsPerDelete)
	for {
		n, err := alone(ctx, s, func(tx *Tx) (int64, error) { return tx.exec(ctx, doing, query, arg) })
		if err != nil || n < rowsPerDelete {
			return err
		}
	}
}
