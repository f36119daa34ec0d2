package store

import (
	"context"
	"encoding/json"
	"fmt"

	"weir/internal/facts"
)

// Baseline is what the commits of a month are compared with in a repo. What is in it is judge's.
type Baseline struct {
	// Month is the first day of the month.
	Month facts.Day
	// Value is JSON.
	Value json.RawMessage
}

// Baselines lists a repo's baselines by month.
func (q *queries) Baselines(ctx context.Context, repo facts.RepoID) ([]Baseline, error) {
	return list(ctx, q, fmt.Sprintf("list baselines of repo=%d", repo), func(row scanner) (b Baseline, err error) {
		var value string
		err = row.Scan(&b.Month, &value)
		b.Value = json.RawMessage(value)
		return b, err
	}, `SELECT month, value FROM baselines WHERE repo_id = $1 ORDER BY month`, repo)
}

// SaveBaselines keeps baselines; a month that has one gets the new one.
func (t *Tx) SaveBaselines(ctx context.Context, repo facts.RepoID, all []Baseline) error {
	b := t.bulk(fmt.Sprintf("save baselines of repo=%d", repo), "baselines", "repo_id, month, value",
		"ON CONFLICT (repo_id, month) DO UPDATE SET value = excluded.value")
	for _, one := range all {
		if err := b.add(ctx, repo, one.Month, string(one.Value)); err != nil {
			return err
		}
	}
	return b.flush(ctx)
}

// SaveBaselines does so in a transaction of its own.
func (s *Store) SaveBaselines(ctx context.Context, repo facts.RepoID, all []Baseline) error {
	return s.InTx(ctx, func(tx *Tx) error { return tx.SaveBaselines(ctx, repo, all) })
}

// DeleteBaselines forgets a repo's baselines, before they are made again under another rule.
func (s *Store) DeleteBaselines(ctx context.Context, repo facts.RepoID) error {
	return s.InTx(ctx, func(tx *Tx) error {
		_, err := tx.exec(ctx, fmt.Sprintf("delete baselines of repo=%d", repo), `DELETE FROM baselines WHERE repo_id = $1`, repo)
		return err
	})
}
