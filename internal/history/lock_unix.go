//go:build unix

package history

import (
	"errors"
	"os"
	"syscall"
)

// tryLock takes the lock that ends with the process.
func tryLock(f *os.File) error {
	err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
	if errors.Is(err, syscall.EWOULDBLOCK) {
		return ErrStateBusy
	}
	return err
}

// unlock gives the lock back at once: closing alone would leave it with a child that was being started meanwhile.
func unlock(f *os.File) error { return syscall.Flock(int(f.Fd()), syscall.LOCK_UN) }
