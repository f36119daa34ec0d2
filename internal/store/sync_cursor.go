package store

import (
	"context"
	"encoding/json"
	"fmt"

	"weir/internal/facts"
)

// SyncCursor reads how far the reading of one kind has come into a value; facts.ErrNotFound when it has not begun.
func (q *queries) SyncCursor(ctx context.Context, repo facts.RepoID, kind facts.SyncKind, into any) error {
	doing := fmt.Sprintf("load cursor of %s of repo=%d", kind, repo)
	text, err := one(ctx, q, doing, scanOne[string], `SELECT value FROM sync_cursors WHERE repo_id = $1 AND kind = $2`, repo, kind)
	if err != nil {
		return err
	}
	if err := json.Unmarshal([]byte(text), into); err != nil {
		return fmt.Errorf("%s: %w", doing, err)
	}
	return nil
}

// SaveSyncCursor keeps how far the reading has come; it belongs in the transaction of what was read.
func (t *Tx) SaveSyncCursor(ctx context.Context, repo facts.RepoID, kind facts.SyncKind, value any) error {
	doing := fmt.Sprintf("save cursor of %s of repo=%d", kind, repo)
	text, err := json.Marshal(value)
	if err != nil {
		return fmt.Errorf("%s: %w", doing, err)
	}
	_, err = t.exec(ctx, doing, `INSERT INTO sync_cursors (repo_id, kind, value, updated_at) VALUES ($1, $2, $3, $4)
		ON CONFLICT (repo_id, kind) DO UPDATE SET value = excluded.value, updated_at = excluded.updated_at`, repo, kind, clean(string(text)), t.unix())
	return err
}
