package store_test

import (
	"context"
	"database/sql"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"weir/internal/facts"
	"weir/internal/store"
	"weir/internal/store/disktest"
	"weir/internal/store/storetest"
)

func wantFault(t *testing.T, err error, want store.Fault) {
	t.Helper()
	var fault *store.StorageError
	if !errors.As(err, &fault) || fault.Fault != want || fault.Cause == "" || fault.Next == "" {
		t.Fatalf("got %v, want a %s with words", err, want)
	}
}

// saveUntilFailure saves commits until that fails and gives the error.
func saveUntilFailure(t *testing.T, s *store.Store, repo facts.RepoID) error {
	t.Helper()
	last, err := s.LastCommitNumber(t.Context(), repo)
	for n := int(last) + 1; err == nil && n < 200_000; n += 500 {
		err = s.SaveCommits(t.Context(), repo, synthetic(n, 500, 1000))
	}
	return err
}

func checkWhole(t *testing.T, s *store.Store, repo facts.RepoID) {
	t.Helper()
	integrity(t, s)
	n := 0
	for c, err := range s.CommitsOf(t.Context(), repo) {
		if n++; err != nil || int(c.Number) != n || len(c.Files) != 4 {
			t.Fatalf("commit %d stands at %d with %d files: %v", c.Number, n, len(c.Files), err)
		}
	}
}

func TestAFullDatabaseSaysSoAndGoesOnLater(t *testing.T) {
	t.Parallel()
	s := storetest.Open(t)
	repo := storetest.NewWorld(t, s, "Main", 2).Repos[0]
	limit := func(pages string) {
		if _, err := s.DB().ExecContext(t.Context(), `PRAGMA max_page_count = `+pages); err != nil {
			t.Fatal(err)
		}
	}
	limit("400")
	wantFault(t, saveUntilFailure(t, s, repo), store.FaultFull)
	checkWhole(t, s, repo)
	limit("1000000")
	last, err := s.LastCommitNumber(t.Context(), repo)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.SaveCommits(t.Context(), repo, synthetic(int(last)+1, 500, 1000)); err != nil {
		t.Fatalf("with room again: %v", err)
	}
	checkWhole(t, s, repo)
}

func TestAFullDiskSaysSoAndGoesOnLater(t *testing.T) {
	t.Parallel()
	dir := disktest.Mount(t, 0, "3m")
	ballast := filepath.Join(dir, "ballast")
	if err := os.WriteFile(ballast, make([]byte, 1<<20), 0o600); err != nil {
		t.Fatal(err)
	}
	s, err := store.Open(t.Context(), store.Options{Dir: dir, Keys: storetest.Keys(t)})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = s.Close() }()
	repo := storetest.NewWorld(t, s, "Main", 2).Repos[0]
	wantFault(t, saveUntilFailure(t, s, repo), store.FaultFull)
	checkWhole(t, s, repo)
	if err := os.Remove(ballast); err != nil {
		t.Fatal(err)
	}
	if _, err := s.EnsureIdentity(t.Context(), "Ada", "a"); err != nil {
		t.Fatalf("with room again: %v", err)
	}
	checkWhole(t, s, repo)
}

func TestAFullDiskAtTheStart(t *testing.T) {
	t.Parallel()
	dir := disktest.Mount(t, 0, "3m")
	disktest.Fill(t, dir)
	_, err := store.Open(t.Context(), store.Options{Dir: dir})
	wantFault(t, err, store.FaultFull)
}

func TestAReadOnlyFolderSaysSo(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if os.Getuid() == 0 { // whom permissions do not stop
		dir = disktest.Mount(t, syscall.MS_RDONLY, "3m")
	} else if err := os.Chmod(dir, 0o500); err != nil {
		t.Fatal(err)
	}
	_, err := store.Open(t.Context(), store.Options{Dir: dir})
	wantFault(t, err, store.FaultReadOnly)
	_, err = store.LockDir(dir)
	wantFault(t, err, store.FaultReadOnly)
	_, err = store.Open(t.Context(), store.Options{Dir: filepath.Join(dir, "below")})
	wantFault(t, err, store.FaultReadOnly)
}

func TestAnotherWriterIsNamed(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s, err := store.Open(t.Context(), store.Options{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = s.Close() }()
	if _, err := s.DB().ExecContext(t.Context(), `PRAGMA busy_timeout = 20`); err != nil {
		t.Fatal(err)
	}
	other, err := sql.Open("sqlite", "file:"+filepath.Join(dir, store.DatabaseFile)+"?_txlock=immediate")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = other.Close() }()
	tx, err := other.BeginTx(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	wantFault(t, s.SaveSetting(t.Context(), "x", 1), store.FaultLocked)
	if err := tx.Rollback(); err != nil {
		t.Fatal(err)
	}
	if err := s.SaveSetting(t.Context(), "x", 1); err != nil {
		t.Errorf("when the other is done: %v", err)
	}
}

func TestADamagedFileSaysSo(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, store.DatabaseFile), []byte(strings.Repeat("not a database ", 1000)), 0o600); err != nil {
		t.Fatal(err)
	}
	_, err := store.Open(t.Context(), store.Options{Dir: dir})
	wantFault(t, err, store.FaultCorrupt)
}

func TestTheDataFolderIsPrivate(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "a", "b")
	s, err := store.Open(t.Context(), store.Options{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = s.Close() }()
	if err := s.SaveSetting(t.Context(), "x", 1); err != nil {
		t.Fatal(err)
	}
	err = filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := d.Info()
		if err == nil && info.Mode().Perm()&0o077 != 0 {
			t.Errorf("%s has mode %v", path, info.Mode())
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestReadersDoNotWaitForAWriter(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		err := s.InTx(t.Context(), func(tx *store.Tx) error {
			if err := tx.SaveSetting(t.Context(), "x", 1); err != nil {
				return err
			}
			done := make(chan error, 1)
			go func() {
				_, err := s.People(context.WithoutCancel(t.Context()))
				done <- err
			}()
			return <-done
		})
		if err != nil {
			t.Error(err)
		}
	})
}

func TestAnyFolderNameWillDo(t *testing.T) {
	t.Chdir(t.TempDir())
	for _, dir := range []string{"data", "a?b#c%20&_pragma=x", "ü ö", "./x/../y"} {
		s, err := store.Open(t.Context(), store.Options{Dir: dir})
		if err != nil {
			t.Fatalf("%s: %v", dir, err)
		}
		if err := s.Close(); err != nil {
			t.Errorf("%s: %v", dir, err)
		}
		if _, err := os.Stat(filepath.Join(dir, store.DatabaseFile)); err != nil {
			t.Errorf("%s: the database is elsewhere: %v", dir, err)
		}
	}
}

func TestClosingDoesNotWaitForADiskThatStaysFull(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s, err := store.Open(t.Context(), store.Options{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.DB().ExecContext(t.Context(), `PRAGMA max_page_count = 1`); err != nil {
		t.Fatal(err)
	}
	path := strings.Repeat("long", 500)
	blocked := make(chan error, 1)
	go func() {
		for err == nil { // until the queue is full and Record waits
			err = s.Record(context.WithoutCancel(t.Context()), facts.Request{Path: path})
		}
		blocked <- err
	}()
	for err := error(nil); err == nil; { // until nothing fits any more
		err = s.Flush(t.Context())
	}
	wantFault(t, s.Close(), store.FaultFull)
	if err := <-blocked; err == nil {
		t.Error("Record took a row after Close")
	}
}
