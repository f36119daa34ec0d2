package store

import (
	"context"
	"crypto/sha256"
	"errors"
	"time"

	"weir/internal/facts"
)

// Sessions keeps browser sessions for scs. Tokens are kept as hashes only.
type Sessions struct{ store *Store }

// Sessions gives the keeper of sessions.
func (s *Store) Sessions() *Sessions { return &Sessions{s} }

// FindCtx gives the data of a session that has not ended.
func (k *Sessions) FindCtx(ctx context.Context, token string) ([]byte, bool, error) {
	data, err := one(ctx, &k.store.queries, "find session", scanOne[[]byte],
		`SELECT data FROM sessions WHERE token_hash = $1 AND expires_at > $2`, hashToken(token), k.store.unix())
	if errors.Is(err, facts.ErrNotFound) {
		return nil, false, nil
	}
	return data, err == nil, err
}

// CommitCtx keeps a session until expiry.
func (k *Sessions) CommitCtx(ctx context.Context, token string, data []byte, expiry time.Time) error {
	return k.store.InTx(ctx, func(tx *Tx) error {
		_, err := tx.exec(ctx, "save session", `INSERT INTO sessions (token_hash, data, expires_at) VALUES ($1, $2, $3)
			ON CONFLICT (token_hash) DO UPDATE SET data = excluded.data, expires_at = excluded.expires_at`,
			hashToken(token), data, expiry.Unix())
		return err
	})
}

// DeleteCtx ends a session; ending none is no error.
func (k *Sessions) DeleteCtx(ctx context.Context, token string) error {
	return k.store.InTx(ctx, func(tx *Tx) error {
		_, err := tx.exec(ctx, "end session", `DELETE FROM sessions WHERE token_hash = $1`, hashToken(token))
		return err
	})
}

// Find is FindCtx for callers of scs without a context.
func (k *Sessions) Find(token string) ([]byte, bool, error) {
	return k.FindCtx(context.Background(), token)
}

// Commit is CommitCtx for callers of scs without a context.
func (k *Sessions) Commit(token string, data []byte, expiry time.Time) error {
	return k.CommitCtx(context.Background(), token, data, expiry)
}

// Delete is DeleteCtx for callers of scs without a context.
func (k *Sessions) Delete(token string) error { return k.DeleteCtx(context.Background(), token) }

// PurgeSessions removes sessions that have ended.
func (s *Store) PurgeSessions(ctx context.Context) error {
	return s.InTx(ctx, func(tx *Tx) error {
		_, err := tx.exec(ctx, "purge sessions", `DELETE FROM sessions WHERE expires_at <= $1`, tx.unix())
		return err
	})
}

func hashToken(token string) []byte {
	sum := sha256.Sum256([]byte(token))
	return sum[:]
}
