package store

import (
	"context"
	"fmt"

	"weir/internal/facts"
)

// rowsPerDelete bounds how long one deletion holds the writer.
const rowsPerDelete = 2000

// commitsPerDelete bounds the same where each row brings its files along.
const commitsPerDelete = 200

// DeleteFacts removes everything that was read from a repo's git history and what was derived from it,
// in short transactions; the repo, its refs and its states stay. A run that was cut short leaves the
// commits up to LastCommitNumber whole, and is finished by the next.
func (s *Store) DeleteFacts(ctx context.Context, repo facts.RepoID) error {
	doing := fmt.Sprintf("delete facts of repo=%d", repo)
	for cut := facts.CommitNumber(1); cut > 0; {
		err := s.InTx(ctx, func(tx *Tx) (err error) {
			cut, err = tx.deleteLastCommits(ctx, doing, repo)
			return err
		})
		if err != nil {
			return err
		}
	}
	if err := s.SetCoAuthorsDue(ctx, repo, 0); err != nil { // the commits to come bring theirs along
		return err
	}
	if err := s.deleteInChunks(ctx, doing, "daily", "day, person_id", "repo_id = $1", repo); err != nil {
		return err
	}
	return s.deleteInChunks(ctx, doing, "baselines", "month", "repo_id = $1", repo)
}

// deleteLastCommits removes the commits of the highest numbers with all that belongs to them, and gives
// the lowest number that it removed; 0 when nothing is left.
func (t *Tx) deleteLastCommits(ctx context.Context, doing string, repo facts.RepoID) (facts.CommitNumber, error) {
	cut, err := one(ctx, &t.queries, doing, scanOne[facts.CommitNumber],
		`SELECT COALESCE((SELECT number FROM commits WHERE repo_id = $1 ORDER BY number DESC LIMIT 1 OFFSET $2), 0)`,
		repo, commitsPerDelete-1)
	if err != nil {
		return 0, err
	}
	for _, table := range []string{"group_shares", "verdicts", "co_authors", "commit_files", "commits"} {
		if _, err := t.exec(ctx, doing, `DELETE FROM `+table+` WHERE repo_id = $1 AND number >= $2`, repo, cut); err != nil {
			return 0, err
		}
	}
	return cut, nil
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
