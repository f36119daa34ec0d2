package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"runtime"

	_ "modernc.org/sqlite" // the driver named "sqlite"
)

// DatabaseFile is the name of the SQLite database in the data folder.
const DatabaseFile = "weir.db"

// maxReaders bounds how many streams can be open at once on SQLite; each holds a connection.
var maxReaders = max(16, 4*runtime.NumCPU())

// connectSQLite opens one writer and several readers that cannot write, so that a page never waits for
// an import: in WAL mode readers and the writer do not block each other.
func (s *Store) connectSQLite(ctx context.Context, dir string) error {
	s.dialect = SQLite
	dir, err := filepath.Abs(dir) // a URL with a relative path would begin with a host
	if err != nil {
		return fmt.Errorf("open database in %s: %w", dir, err)
	}
	if err := MakeDir(dir); err != nil {
		return err
	}
	file := filepath.Join(dir, DatabaseFile)
	if err := makePrivateFile(file); err != nil {
		return err
	}
	if s.writer, err = openSQLite(file, "_txlock=immediate", "_journal_mode=WAL", "_synchronous=FULL"); err != nil {
		return err
	}
	s.writer.SetMaxOpenConns(1)
	s.turns = &turns{}
	if err := s.writer.PingContext(ctx); err != nil {
		return errors.Join(s.translatef(err, "open database %s", file), s.closeDatabases())
	}
	if s.reader, err = openSQLite(file, "_txlock=deferred", "_query_only=1"); err != nil {
		return errors.Join(err, s.closeDatabases())
	}
	s.reader.SetMaxOpenConns(maxReaders)
	s.reader.SetMaxIdleConns(maxReaders / 2)
	return nil
}

func openSQLite(file string, params ...string) (*sql.DB, error) {
	params = append(params, "_busy_timeout=10000", "_foreign_keys=1", "_error_rc=1", "_dqs=0",
		// 8 MiB of page cache per connection at most; the system's own cache does the rest.
		"_pragma=cache_size(-8192)", "_pragma=temp_store(2)", "_pragma=journal_size_limit(67108864)")
	dsn := (&url.URL{Scheme: "file", Path: file}).String() + "?"
	for i, p := range params {
		if i > 0 {
			dsn += "&"
		}
		dsn += p
	}
	db, err := sql.Open("sqlite", dsn)
	if err != nil {
		return nil, fmt.Errorf("open database %s: %w", file, err)
	}
	return db, nil
}

// MakeDir makes the data folder, readable by its owner alone, when it is not there.
func MakeDir(dir string) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return fmt.Errorf("make data folder %s: %w", dir, diskError(err))
	}
	return nil
}

// makePrivateFile makes the file before SQLite would, which knows no mode. SQLite gives its journal files
// the mode of the database.
func makePrivateFile(file string) error {
	f, err := os.OpenFile(file, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return fmt.Errorf("open database %s: %w", file, diskError(err))
	}
	return f.Close()
}

// DiskError gives errors of file work on the data folder that is not the store's own the words of a *StorageError,
// where they are a full or a read-only disk; others stay as they are, nil too.
func DiskError(err error) error { return diskError(err) }

// diskError gives the operating system's refusals the same words as the database's.
func diskError(err error) error {
	switch {
	case errors.Is(err, errDiskFull), errors.Is(err, errQuota):
		return newFault(FaultFull, err)
	case errors.Is(err, fs.ErrPermission), errors.Is(err, errReadOnly):
		return newFault(FaultReadOnly, err)
	}
	return err
}
