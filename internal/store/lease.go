package store

import (
	"context"
	"fmt"
)

// TakeLease makes the holder the only one, among all processes, who does what the lease is named for,
// until endsAt or DropLease. It is false when somebody else has it; the holder itself may take it again.
func (t *Tx) TakeLease(ctx context.Context, name, holder string, endsAt int64) (bool, error) {
	n, err := t.exec(ctx, fmt.Sprintf("take lease %q", name),
		`INSERT INTO leases (name, holder, ends_at) VALUES ($1, $2, $3)
		ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, ends_at = excluded.ends_at
		WHERE leases.ends_at <= $4 OR leases.holder = excluded.holder`, name, clean(holder), endsAt, t.unix())
	return n == 1, err
}

// DropLease gives a lease back; one that somebody else has by now is left alone.
func (t *Tx) DropLease(ctx context.Context, name, holder string) error {
	_, err := t.exec(ctx, fmt.Sprintf("drop lease %q", name),
		`DELETE FROM leases WHERE name = $1 AND holder = $2`, name, clean(holder))
	return err
}

// DropLease does so in a transaction of its own.
func (s *Store) DropLease(ctx context.Context, name, holder string) error {
	return s.InTx(ctx, func(tx *Tx) error { return tx.DropLease(ctx, name, holder) })
}

// PurgeLeases forgets leases that have ended.
func (s *Store) PurgeLeases(ctx context.Context) error {
	return s.InTx(ctx, func(tx *Tx) error {
		_, err := tx.exec(ctx, "purge leases", `DELETE FROM leases WHERE ends_at <= $1`, tx.unix())
		return err
	})
}
