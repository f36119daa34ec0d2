// Package store keeps everything that Weir knows, on SQLite or PostgreSQL. It is the only SQL.
//
// There is one file per noun, named as in facts. A query has one text for both databases, with $N
// placeholders. Reading methods exist on *Store, where they do not wait for a writer, and on *Tx, where
// they see what the transaction wrote. Writing methods exist on *Tx, and on *Store where they are of use
// alone, each in a transaction of its own.
//
// Inside InTx use the Tx only: a write through the Store would wait for the very transaction it is in.
// A stream (iter.Seq2) holds a connection until it ends or the loop is left. A stream of a Tx must end
// before the Tx is used for anything else; a stream of the Store has no such rule.
//
// Errors name the ids they are about. Absence is facts.ErrNotFound, a broken rule of uniqueness
// facts.ErrConflict, and faults that a person must mend (a full disk, a read-only folder) are a
// *StorageError with words for that person.
package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"weir/internal/secret"
)

// Options say where the data is kept.
type Options struct {
	// URL is postgres://... for PostgreSQL; empty means SQLite in Dir.
	URL secret.String
	// Dir is the data folder. It is made with mode 0700 when it is not there. The caller locks it first
	// (LockDir) unless the URL is set.
	Dir string
	// Keys seals credentials. A store without keys can do everything else.
	Keys *secret.Keyring
	// Now is the clock; nil means time.Now.
	Now func() time.Time
	// Log receives what happens in the background; nil discards it.
	Log *slog.Logger
}

// Store is an open database. It is safe for concurrent use.
type Store struct {
	queries
	writer *sql.DB
	reader *sql.DB
	pool   *pgxpool.Pool
	// turns orders who writes; nil on PostgreSQL, where everybody writes at once.
	turns  *turns
	log    *slog.Logger
	ledger *ledger
}

// Open opens the database, checks that it is not newer than this program, and brings its schema up to date.
func Open(ctx context.Context, o Options) (*Store, error) {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	s, err := openDatabases(ctx, o)
	if err != nil {
		return nil, err
	}
	if err := s.migrate(ctx); err != nil {
		return nil, errors.Join(err, s.closeDatabases())
	}
	s.ledger = startLedger(s)
	return s, nil
}

func openDatabases(ctx context.Context, o Options) (*Store, error) {
	s := &Store{log: o.Log}
	var err error
	if o.URL.Empty() {
		err = s.connectSQLite(ctx, o.Dir)
	} else {
		err = s.connectPostgres(ctx, o.URL)
	}
	if err != nil {
		return nil, err
	}
	s.queries.keys, s.queries.now = o.Keys, o.Now
	s.queries.db = s.reader
	return s, nil
}

// Close writes out what the ledger still holds and closes the database. Call it once, when nothing uses
// the store any more.
func (s *Store) Close() error {
	return errors.Join(s.ledger.close(), s.closeDatabases())
}

func (s *Store) closeDatabases() error {
	var errs []error
	if s.reader != nil && s.reader != s.writer {
		errs = append(errs, s.reader.Close())
	}
	if s.writer != nil {
		errs = append(errs, s.writer.Close())
	}
	if s.pool != nil {
		s.pool.Close()
	}
	if err := errors.Join(errs...); err != nil {
		return fmt.Errorf("close database: %w", err)
	}
	return nil
}

// Dialect tells which database it is.
func (s *Store) Dialect() Dialect { return s.dialect }

// DB gives the writer for the job queue, which shares the database. On SQLite it has one connection.
func (s *Store) DB() *sql.DB { return s.writer }

// Pool gives PostgreSQL's pool for the job queue, nil on SQLite.
func (s *Store) Pool() *pgxpool.Pool { return s.pool }

// Ping tells whether the database answers.
func (s *Store) Ping(ctx context.Context) error {
	return s.translate("reach the database", s.reader.PingContext(ctx))
}
