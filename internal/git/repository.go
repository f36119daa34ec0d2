package git

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// Repository is a git repository on this machine, bare or with a work tree, opened for reading. It is safe for
// concurrent use and holds nothing open.
type Repository struct {
	dir      string // as given
	gitDir   string // absolute
	common   string // absolute; differs from gitDir in a linked work tree
	hashSize int
	shallow  map[Hash]bool
}

// ErrNotRepository says that a folder is not a git repository.
var ErrNotRepository = errors.New("not a git repository")

// Open finds the repository of a folder: its git directory, or a work tree or a folder inside one.
func Open(ctx context.Context, dir string) (*Repository, error) {
	if info, err := os.Stat(dir); err != nil {
		return nil, fmt.Errorf("open repository: %w", err)
	} else if !info.IsDir() {
		return nil, fmt.Errorf("open repository %s: %w", dir, ErrNotRepository)
	}
	r := &Repository{dir: dir, hashSize: 20}
	out, err := reading{dir: dir, args: []string{
		"rev-parse", "--absolute-git-dir", "--path-format=absolute", "--git-common-dir", "--show-object-format",
	}}.run(ctx)
	if err != nil {
		return nil, openError(dir, err)
	}
	lines := strings.Split(strings.TrimRight(string(out), "\n"), "\n")
	if len(lines) != 3 {
		return nil, fmt.Errorf("open repository %s: git answered %d lines instead of 3", dir, len(lines))
	}
	r.gitDir, r.common = lines[0], lines[1]
	if lines[2] == "sha256" {
		r.hashSize = 32
	}
	return r, r.readShallow()
}

// openError tells "this is no repository" from other failures.
func openError(dir string, err error) error {
	var run *RunError
	if errors.As(err, &run) && strings.Contains(run.Stderr, "not a git repository") {
		return fmt.Errorf("open repository %s: %w", dir, ErrNotRepository)
	}
	return fmt.Errorf("open repository %s: %w", dir, err)
}

// readShallow reads which commits the repository was cut at. Their parents are not there.
func (r *Repository) readShallow() error {
	data, err := os.ReadFile(filepath.Join(r.common, "shallow"))
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("read shallow boundary: %w", err)
	}
	r.shallow = map[Hash]bool{}
	for line := range strings.FieldsSeq(string(data)) {
		h, err := ParseHash(line)
		if err != nil {
			return fmt.Errorf("read shallow boundary: %w", err)
		}
		r.shallow[h] = true
	}
	return nil
}

// Dir is the folder that Open was given.
func (r *Repository) Dir() string { return r.dir }

// GitDir is the absolute path of the git directory that the work trees share.
func (r *Repository) GitDir() string { return r.common }

// HashSize is 20 in a SHA-1 repository, 32 in a SHA-256 one.
func (r *Repository) HashSize() int { return r.hashSize }

// Shallow tells whether the history was cut, so that what is read is not all there was.
func (r *Repository) Shallow() bool { return len(r.shallow) > 0 }

// Cut tells whether the history was cut at this commit: its parents count as absent, as git itself takes it.
func (r *Repository) Cut(commit Hash) bool { return r.shallow[commit] }

// git prepares a run in this repository. It may not talk to other machines.
func (r *Repository) git(args ...string) reading {
	return reading{
		dir:  r.gitDir,
		args: args,
		env:  []string{"GIT_DIR=" + r.gitDir, "GIT_ALLOW_PROTOCOL=none"},
	}
}
