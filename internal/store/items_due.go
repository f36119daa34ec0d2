package store

import (
	"context"
	"fmt"

	"weir/internal/facts"
)

// SaveItemsDue notes items that are to be read again whatever their time of change says.
func (t *Tx) SaveItemsDue(ctx context.Context, repo facts.RepoID, kind facts.SyncKind, numbers ...int) error {
	b := t.bulk(fmt.Sprintf("note due %s of repo=%d", kind, repo), "items_due", "repo_id, kind, number, noted",
		"ON CONFLICT (repo_id, kind, number) DO UPDATE SET noted = items_due.noted + 1")
	seen := map[int]bool{}
	for _, n := range numbers {
		if seen[n] {
			continue
		}
		seen[n] = true
		if err := b.add(ctx, int64(repo), string(kind), int64(n), int64(1)); err != nil {
			return err
		}
	}
	return b.flush(ctx)
}

// ItemsDue lists what is to be read again, by number, with how often it was noted: hand that to ItemsRead.
func (q *queries) ItemsDue(ctx context.Context, repo facts.RepoID, kind facts.SyncKind) (map[int]int64, error) {
	due := map[int]int64{}
	_, err := list(ctx, q, fmt.Sprintf("list due %s of repo=%d", kind, repo), func(row scanner) (n int, err error) {
		var noted int64
		err = row.Scan(&n, &noted)
		due[n] = noted
		return n, err
	}, `SELECT number, noted FROM items_due WHERE repo_id = $1 AND kind = $2`, repo, kind)
	return due, err
}

// ItemsRead drops an item from those that are due unless it was noted again meanwhile.
func (t *Tx) ItemsRead(ctx context.Context, repo facts.RepoID, kind facts.SyncKind, number int, noted int64) error {
	_, err := t.exec(ctx, fmt.Sprintf("note %s %d of repo=%d as read", kind, number, repo),
		`DELETE FROM items_due WHERE repo_id = $1 AND kind = $2 AND number = $3 AND noted = $4`, repo, kind, number, noted)
	return err
}
