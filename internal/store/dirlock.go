package store

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
)

const (
	errDiskFull = syscall.ENOSPC
	errQuota    = syscall.EDQUOT
	errReadOnly = syscall.EROFS
)

// lockFile is the name of the lock in the data folder; it holds the id of the process that has it.
const lockFile = "weir.lock"

// LockedError says that another process uses the data folder.
type LockedError struct {
	Dir string
	// PID is that process, 0 when it could not be told.
	PID int
}

// Error says who has the folder and what to do.
func (e *LockedError) Error() string {
	who := "another process"
	if e.PID > 0 {
		who = fmt.Sprintf("process %d", e.PID)
	}
	return fmt.Sprintf("the data folder %s is in use by %s; stop it first, or give this one another folder with --data", e.Dir, who)
}

// DirLock holds a data folder for this process.
type DirLock struct{ file *os.File }

// LockDir takes the data folder for this process, making it when it is not there. While another process
// has it the error is a *LockedError. The operating system lets go of the lock when the process ends,
// however it ends.
func LockDir(dir string) (*DirLock, error) {
	if err := MakeDir(dir); err != nil {
		return nil, err
	}
	name := filepath.Join(dir, lockFile)
	f, err := os.OpenFile(name, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, fmt.Errorf("lock data folder %s: %w", dir, diskError(err))
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		defer func() { _ = f.Close() }()
		if errors.Is(err, syscall.EWOULDBLOCK) {
			return nil, &LockedError{Dir: dir, PID: readPID(name)}
		}
		return nil, fmt.Errorf("lock data folder %s: %w", dir, err)
	}
	// The id is for people only; the lock holds without it, on a full disk too.
	_ = f.Truncate(0)
	_, _ = f.WriteAt([]byte(strconv.Itoa(os.Getpid())+"\n"), 0)
	return &DirLock{file: f}, nil
}

// Release lets go of the folder. The file stays: removing it would let two processes lock two files of one
// name. Letting go does not wait for a child that was just forked and still has the file open.
func (l *DirLock) Release() error {
	return errors.Join(syscall.Flock(int(l.file.Fd()), syscall.LOCK_UN), l.file.Close())
}

func readPID(name string) int {
	text, err := os.ReadFile(name)
	if err != nil {
		return 0
	}
	pid, err := strconv.Atoi(strings.TrimSpace(string(text)))
	if err != nil {
		return 0
	}
	return pid
}
