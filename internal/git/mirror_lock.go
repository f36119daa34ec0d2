package git

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

// mirrorLock keeps two fetches of one mirror apart, in this process and across processes. The kernel
// lets it go when the last process that holds it ends, however it ends.
type mirrorLock struct {
	file *os.File
}

func (m *Mirror) lock(ctx context.Context) (*mirrorLock, error) {
	if err := os.MkdirAll(filepath.Dir(m.Dir), 0o700); err != nil {
		return nil, diskError("make the folder for mirrors", err)
	}
	file, err := os.OpenFile(m.Dir+".lock", os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, diskError("open the mirror's lock", err)
	}
	if err := m.waitForLock(ctx, file); err != nil {
		_ = file.Close()
		return nil, err
	}
	return &mirrorLock{file: file}, nil
}

func (m *Mirror) waitForLock(ctx context.Context, file *os.File) error {
	wait := m.LockWait
	if wait == 0 {
		wait = 10 * time.Second
	}
	deadline := time.After(wait)
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for {
		err := syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
		if err == nil {
			return nil
		}
		if !errors.Is(err, syscall.EWOULDBLOCK) && !errors.Is(err, syscall.EINTR) {
			return diskError("lock the mirror", err)
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("lock the mirror: %w", context.Cause(ctx))
		case <-deadline:
			return newFetchError(FetchBusy, "", nil)
		case <-tick.C:
		}
	}
}

// release closes the file, which gives the lock up once our children have gone too.
func (l *mirrorLock) release() { _ = l.file.Close() }

// initialised tells whether git init has finished in Dir.
func (m *Mirror) initialised() bool {
	for _, name := range []string{"HEAD", "config", "objects", "refs"} {
		if _, err := os.Stat(filepath.Join(m.Dir, name)); err != nil {
			return false
		}
	}
	return true
}

// removeLeftovers deletes what a git that was killed leaves behind: lock files, which would stop the
// next one, and temporary packs, which would fill the disk. Only the holder of the lock may call it.
func (m *Mirror) removeLeftovers() error {
	err := filepath.WalkDir(m.Dir, func(path string, d fs.DirEntry, err error) error {
		switch {
		case errors.Is(err, fs.ErrNotExist):
			return nil
		case err != nil:
			return err
		case d.IsDir() && looseObjects(d.Name()):
			return filepath.SkipDir
		case !d.IsDir() && leftover(path, d.Name()):
			return os.Remove(path)
		}
		return nil
	})
	if err != nil {
		return err
	}
	return m.removeTemporaryObjects()
}

// looseObjects tells the 256 folders of loose objects, which can hold many files; they are cleared by pattern.
func looseObjects(name string) bool {
	return len(name) == 2 && strings.Trim(name, "0123456789abcdef") == ""
}

func leftover(path, name string) bool {
	// No ref can end in .lock: git forbids it for this reason.
	return strings.HasSuffix(name, ".lock") ||
		strings.HasPrefix(name, "tmp_") && strings.Contains(path, "objects") ||
		strings.HasPrefix(name, ".tmp-") && strings.HasSuffix(filepath.Dir(path), "pack")
}

func (m *Mirror) removeTemporaryObjects() error {
	left, err := filepath.Glob(filepath.Join(escapeGlob(m.Dir), "objects", "[0-9a-f][0-9a-f]", "tmp_obj_*"))
	if err != nil {
		return err
	}
	for _, path := range left {
		if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	return nil
}

func escapeGlob(path string) string {
	return strings.NewReplacer(`\`, `\\`, `*`, `\*`, `?`, `\?`, `[`, `\[`).Replace(path)
}

// SetAside renames a mirror that git cannot read, so that the next Fetch makes a new one. Nothing is
// deleted: heads that the server no longer has are only in there.
func (m *Mirror) SetAside(ctx context.Context, now time.Time) (string, error) {
	lock, err := m.lock(ctx)
	if err != nil {
		return "", err
	}
	defer lock.release()
	aside := m.Dir + ".unreadable-" + now.UTC().Format("20060102T150405")
	if err := os.Rename(m.Dir, aside); err != nil {
		return "", diskError("set the mirror aside", err)
	}
	return aside, nil
}
