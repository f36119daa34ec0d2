package store

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/jackc/pgx/v5/stdlib"

	"weir/internal/secret"
)

// oldestPostgres is the first version that everything was tried on.
const oldestPostgres = 150000

// connectPostgres opens one pool that our queries and the job queue share.
func (s *Store) connectPostgres(ctx context.Context, address secret.String) error {
	s.dialect = Postgres
	config, err := pgxpool.ParseConfig(address.Reveal())
	if err != nil {
		// The driver's text may repeat parts of the address, and with it the password.
		return errors.New("read the database's address: it is not of the form postgres://USER:PASSWORD@HOST:PORT/NAME")
	}
	config.MaxConns = max(config.MaxConns, 16)
	if s.pool, err = pgxpool.NewWithConfig(ctx, config); err != nil {
		return s.translate("open database", err)
	}
	s.writer = stdlib.OpenDBFromPool(s.pool)
	s.reader = s.writer
	if err := s.checkPostgres(ctx); err != nil {
		return errors.Join(err, s.closeDatabases())
	}
	return nil
}

func (s *Store) checkPostgres(ctx context.Context) error {
	var version int
	err := s.writer.QueryRowContext(ctx, `SELECT CAST(current_setting('server_version_num') AS INTEGER)`).Scan(&version)
	if err != nil {
		return s.translate("open database", err)
	}
	if version < oldestPostgres {
		return fmt.Errorf("open database: the server is PostgreSQL %d; Weir needs version 15 or newer", version/10000)
	}
	return nil
}
