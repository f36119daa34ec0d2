package store

import (
	"context"
	"embed"
	"fmt"
	"io/fs"

	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"
)

//go:embed migrations
var migrations embed.FS

// migrate brings the schema up to date. On PostgreSQL a session lock lets several processes start at once.
func (s *Store) migrate(ctx context.Context) error {
	provider, err := s.migrationProvider()
	if err != nil {
		return fmt.Errorf("migrate database: %w", err)
	}
	current, target, err := provider.GetVersions(ctx)
	if err != nil {
		return s.translate("read the schema's version", err)
	}
	if current > target {
		return &StorageError{Fault: FaultNewer,
			Cause: fmt.Sprintf("the database has schema %d and this program knows %d: a newer Weir has used it", current, target),
			Next:  "start that version or a newer one, or restore the backup made before the upgrade"}
	}
	results, err := provider.Up(ctx)
	if err != nil {
		return s.translate("migrate database", err)
	}
	for _, r := range results {
		s.log.Info("database migrated", "migration", r.Source.Path, "took", r.Duration)
	}
	return nil
}

func (s *Store) migrationProvider() (*goose.Provider, error) {
	files, err := fs.Sub(migrations, "migrations/"+string(s.dialect))
	if err != nil {
		return nil, err
	}
	options := []goose.ProviderOption{goose.WithDisableGlobalRegistry(true), goose.WithTableName("schema_versions")}
	if s.dialect == SQLite {
		return goose.NewProvider(goose.DialectSQLite3, s.writer, files, options...)
	}
	locker, err := lock.NewPostgresSessionLocker(lock.WithLockTimeout(1, 300))
	if err != nil {
		return nil, err
	}
	return goose.NewProvider(goose.DialectPostgres, s.writer, files, append(options, goose.WithSessionLocker(locker))...)
}

// SchemaVersion tells the number of the last migration that was applied.
func (q *queries) SchemaVersion(ctx context.Context) (int64, error) {
	return one(ctx, q, "read the schema's version", scanOne[int64], `SELECT COALESCE(MAX(version_id), 0) FROM schema_versions`)
}
