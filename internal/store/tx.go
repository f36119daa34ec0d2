package store

import (
	"context"
	"database/sql"
	"time"

	"weir/internal/secret"
)

// querier is what a transaction and a database have in common.
type querier interface {
	ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error)
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}

// queries holds every reading method; a Store has it over its readers, a Tx over its transaction.
type queries struct {
	db      querier
	dialect Dialect
	keys    *secret.Keyring
	now     func() time.Time
}

func (q *queries) unix() int64 { return q.now().Unix() }

// Tx is a write transaction. It is for one goroutine, and only inside the function that InTx calls.
type Tx struct {
	queries
	tx *sql.Tx
}

// SQL gives the transaction itself, for the job queue to insert into it.
func (t *Tx) SQL() *sql.Tx { return t.tx }

// InTx runs fn in a write transaction: it commits when fn returns nil and rolls back otherwise, also
// when fn panics. On SQLite there is one writer at a time, so keep fn short and let it do no I/O.
func (s *Store) InTx(ctx context.Context, fn func(*Tx) error) error {
	return s.inTurn(ctx, false, fn)
}

// InUrgentTx is InTx for what somebody waits for with little patience, such as a server that delivers a
// webhook: on SQLite it comes before everybody who waits for the writer.
func (s *Store) InUrgentTx(ctx context.Context, fn func(*Tx) error) error {
	return s.inTurn(ctx, true, fn)
}

func (s *Store) inTurn(ctx context.Context, urgent bool, fn func(*Tx) error) error {
	if err := s.turns.enter(ctx, urgent); err != nil {
		return s.translate("wait for the database", err)
	}
	defer s.turns.leave()
	tx, err := s.writer.BeginTx(ctx, nil)
	if err != nil {
		return s.translate("begin transaction", err)
	}
	defer func() { _ = tx.Rollback() }() // does nothing after a commit
	t := &Tx{queries: s.queries, tx: tx}
	t.db = tx
	if err := fn(t); err != nil {
		return err
	}
	return s.translate("commit transaction", tx.Commit())
}
