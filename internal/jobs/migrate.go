package jobs

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"io/fs"

	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"
	"github.com/riverqueue/river/rivermigrate"

	"weir/internal/store"
)

//go:embed migrations
var migrations embed.FS

// migrate brings the tables of River and our own up to date. Processes that start at once on
// PostgreSQL take turns: River's migrations do not guard themselves.
func (c *Client) migrate(ctx context.Context) (err error) {
	if c.store.Dialect() == store.Postgres {
		unlock, err := c.lockMigrations(ctx)
		if err != nil {
			return fmt.Errorf("wait for another migration: %w", err)
		}
		defer func() { err = errors.Join(err, unlock()) }()
	}
	river, err := rivermigrate.New(c.driver, &rivermigrate.Config{Logger: c.options.Log})
	if err != nil {
		return err
	}
	if _, err := river.Migrate(ctx, rivermigrate.DirectionUp, nil); err != nil {
		return fmt.Errorf("migrate tables of the queue: %w", err)
	}
	return c.migrateOwn(ctx)
}

func (c *Client) migrateOwn(ctx context.Context) error {
	files, err := fs.Sub(migrations, "migrations")
	if err != nil {
		return err
	}
	dialect := goose.DialectSQLite3
	if c.store.Dialect() == store.Postgres {
		dialect = goose.DialectPostgres
	}
	provider, err := goose.NewProvider(dialect, c.store.DB(), files,
		goose.WithDisableGlobalRegistry(true), goose.WithTableName("job_schema_versions"))
	if err != nil {
		return err
	}
	if _, err := provider.Up(ctx); err != nil {
		return fmt.Errorf("migrate tables of jobs: %w", err)
	}
	return nil
}

// lockMigrations takes goose's session lock, the same one that the store takes for its own migrations.
func (c *Client) lockMigrations(ctx context.Context) (unlock func() error, err error) {
	locker, err := lock.NewPostgresSessionLocker(lock.WithLockTimeout(1, 300))
	if err != nil {
		return nil, err
	}
	conn, err := c.store.DB().Conn(ctx)
	if err != nil {
		return nil, err
	}
	if err := locker.SessionLock(ctx, conn); err != nil {
		return nil, errors.Join(err, conn.Close())
	}
	return func() error {
		return errors.Join(locker.SessionUnlock(context.WithoutCancel(ctx), conn), conn.Close())
	}, nil
}
