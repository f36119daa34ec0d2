// Package storetest opens stores for tests, and holds the one behaviour suite that every database must pass.
package storetest

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"weir/internal/jobs"
	"weir/internal/secret"
	"weir/internal/store"
)

// Option changes how a store is opened.
type Option func(*store.Options)

// Open opens an empty SQLite store in a folder of the test's own, with the tables of the queue; it is closed when
// the test ends.
func Open(t testing.TB, options ...Option) *store.Store {
	t.Helper()
	return OpenIn(t, t.TempDir(), options...)
}

// OpenIn opens an empty SQLite store in a folder, which is made when it is missing.
func OpenIn(t testing.TB, dir string, options ...Option) *store.Store {
	t.Helper()
	if err := os.MkdirAll(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	copyTemplate(t, dir)
	return open(t, store.Options{Dir: dir}, options)
}

// OpenPostgres opens an empty PostgreSQL store in a database of the test's own. Where there is no
// PostgreSQL the test is skipped, or fails when WEIR_REQUIRE_POSTGRES=1.
func OpenPostgres(t testing.TB, options ...Option) *store.Store {
	t.Helper()
	return open(t, store.Options{URL: URL(t)}, options)
}

// Each runs a test on every database, each time with an empty store.
func Each(t *testing.T, test func(t *testing.T, s *store.Store), options ...Option) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) {
		t.Parallel()
		test(t, Open(t, options...))
	})
	t.Run("postgres", func(t *testing.T) {
		t.Parallel()
		test(t, OpenPostgres(t, options...))
	})
}

func open(t testing.TB, o store.Options, options []Option) *store.Store {
	t.Helper()
	o.Keys = Keys(t)
	for _, option := range options {
		option(&o)
	}
	s, err := store.Open(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	if err := Hurry(t.Context(), s); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Errorf("close store: %v", err)
		}
	})
	return s
}

// Hurry keeps a store from waiting for the disk. That keeps data through a power cut, which tests do not have;
// a process that is killed loses nothing by it.
func Hurry(ctx context.Context, s *store.Store) error {
	if s.Dialect() != store.SQLite {
		return nil // the server of the tests does not wait either
	}
	_, err := s.DB().ExecContext(ctx, `PRAGMA synchronous = OFF`)
	return err
}

// Keys gives a keyring of the test's own.
func Keys(t testing.TB) *secret.Keyring {
	t.Helper()
	keys, err := secret.OpenKeyring(filepath.Join(t.TempDir(), "key"))
	if err != nil {
		t.Fatal(err)
	}
	return keys
}

// migrate makes the tables of the store and of the queue beside it, which most tests want too.
func migrate(ctx context.Context, o store.Options) error {
	s, err := store.Open(ctx, o)
	if err != nil {
		return err
	}
	_, err = jobs.Open(ctx, jobs.Options{Store: s})
	return errors.Join(err, s.Close()) // closing SQLite folds its journal into the database
}

// template is a migrated SQLite database: copying it is much faster than migrating for every test.
var template = struct {
	sync.Once
	content []byte
	err     error
}{}

func copyTemplate(t testing.TB, dir string) {
	t.Helper()
	template.Do(func() { template.content, template.err = makeTemplate() })
	if template.err != nil {
		t.Fatal(template.err)
	}
	if err := os.WriteFile(filepath.Join(dir, store.DatabaseFile), template.content, 0o600); err != nil {
		t.Fatal(err)
	}
}

func makeTemplate() ([]byte, error) {
	dir, err := os.MkdirTemp("", "weir-template-")
	if err != nil {
		return nil, err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	ctx, cancel := setupContext()
	defer cancel()
	if err := migrate(ctx, store.Options{Dir: dir}); err != nil {
		return nil, err
	}
	return os.ReadFile(filepath.Join(dir, store.DatabaseFile))
}
