package store

import (
	"database/sql"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5/pgconn"
	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"weir/internal/facts"
)

// Fault is a kind of trouble with the storage itself that a person must mend.
type Fault string

// The faults that have words of their own.
const (
	FaultFull        Fault = "disk_full"
	FaultReadOnly    Fault = "read_only"
	FaultLocked      Fault = "locked"
	FaultCorrupt     Fault = "corrupt"
	FaultDisk        Fault = "disk"
	FaultUnreachable Fault = "unreachable"
	FaultNewer       Fault = "newer_schema"
)

// StorageError is trouble with the storage: what happened and what to do next, in words for a person.
type StorageError struct {
	Fault       Fault
	Cause, Next string
	Err         error
}

// Error gives the cause and the next step, then the driver's own words.
func (e *StorageError) Error() string {
	text := e.Cause + "; " + e.Next
	if e.Err != nil {
		text += ": " + e.Err.Error()
	}
	return text
}

// Unwrap gives the driver's error.
func (e *StorageError) Unwrap() error { return e.Err }

func newFault(f Fault, err error) error {
	words := map[Fault][2]string{
		FaultFull:     {"the disk that holds Weir's data is full", "free some space; what was saved before is safe and work goes on by itself"},
		FaultReadOnly: {"Weir's data cannot be written", "make the data folder (or the database) writable for the user that Weir runs as"},
		FaultLocked:   {"the database is in use by something else", "stop the other process that has it open, then try again"},
		FaultCorrupt:  {"the database file is damaged", "stop Weir and restore the latest backup; keep the damaged file"},
		FaultDisk:     {"the disk that holds Weir's data reports an error", "check the disk: a quota, a network drive that is gone, or a fault"},
		FaultUnreachable: {"the database server does not answer or refuses the connection",
			"check its address, user and password, and that it accepts more connections"},
	}[f]
	return &StorageError{Fault: f, Cause: words[0], Next: words[1], Err: err}
}

// translate adds what was being done and turns a driver's error into one of ours. It gives nil for nil.
func (q *queries) translate(doing string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s: %w", doing, ourError(err))
}

// translatef is translate for messages with ids.
func (q *queries) translatef(err error, format string, args ...any) error {
	if err == nil {
		return nil
	}
	return q.translate(fmt.Sprintf(format, args...), err)
}

func ourError(err error) error {
	var known *StorageError
	if errors.As(err, &known) || errors.Is(err, facts.ErrNotFound) || errors.Is(err, facts.ErrConflict) {
		return err
	}
	if errors.Is(err, sql.ErrNoRows) {
		return facts.ErrNotFound
	}
	var lite *sqlite.Error
	if errors.As(err, &lite) {
		return fromSQLite(lite)
	}
	var pg *pgconn.PgError
	if errors.As(err, &pg) {
		return fromPostgres(pg)
	}
	var connecting *pgconn.ConnectError
	if errors.As(err, &connecting) {
		return newFault(FaultUnreachable, err)
	}
	return err
}

func fromSQLite(err *sqlite.Error) error {
	switch err.Code() {
	case sqlite3.SQLITE_CONSTRAINT_UNIQUE, sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY:
		return fmt.Errorf("%w: %w", facts.ErrConflict, err)
	case sqlite3.SQLITE_CONSTRAINT_FOREIGNKEY:
		return fmt.Errorf("%w: %w", facts.ErrNotFound, err)
	case sqlite3.SQLITE_IOERR_SHMSIZE: // the file that readers share could not grow
		return newFault(FaultFull, err)
	}
	switch err.Code() & 0xff { // the primary code
	case sqlite3.SQLITE_FULL:
		return newFault(FaultFull, err)
	case sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM:
		return newFault(FaultReadOnly, err)
	case sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED:
		return newFault(FaultLocked, err)
	case sqlite3.SQLITE_IOERR:
		return newFault(FaultDisk, err)
	case sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB:
		return newFault(FaultCorrupt, err)
	}
	return err
}

// The codes are PostgreSQL's SQLSTATE.
func fromPostgres(err *pgconn.PgError) error {
	switch err.Code {
	case "23505": // unique_violation
		return fmt.Errorf("%w: %w", facts.ErrConflict, err)
	case "23503": // foreign_key_violation
		return fmt.Errorf("%w: %w", facts.ErrNotFound, err)
	case "53100": // disk_full
		return newFault(FaultFull, err)
	case "25006": // read_only_sql_transaction
		return newFault(FaultReadOnly, err)
	case "55P03": // lock_not_available
		return newFault(FaultLocked, err)
	case "XX001", "XX002": // data_corrupted, index_corrupted
		return newFault(FaultCorrupt, err)
	case "53300", "57P01", "57P02", "57P03", "28000", "28P01", "3D000":
		return newFault(FaultUnreachable, err)
	}
	return err
}
