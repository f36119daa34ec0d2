package history

import (
	"fmt"

	"weir/internal/facts"
)

// storedRoot is the directory of a commit of an earlier run: which version it has at each path. It goes back along first
// parents, where the last change of a path counts, as far as it must for what it is asked.
type storedRoot struct {
	state  *state
	number facts.CommitNumber
	// next is the commit to look at next, 0 when all were.
	next facts.CommitNumber
	// seen are the paths that were met, by their place; versions what they hold, 0 for nothing.
	seen     []bool
	versions map[string]versionID
}

// stored gives the directory of commit n.
func (s *state) stored(n facts.CommitNumber) *storedRoot {
	return &storedRoot{state: s, number: n, next: n, seen: make([]bool, len(s.heldPaths)), versions: map[string]versionID{}}
}

// version gives the version at a path that the commit holds.
func (r *storedRoot) version(path string) (versionID, error) {
	for {
		id, known := r.versions[path]
		if id != 0 {
			return id, nil
		}
		if known || r.next == 0 {
			return 0, fmt.Errorf("%w: nothing is held of %q at commit %d", errState, path, r.number)
		}
		if err := r.back(); err != nil {
			return 0, err
		}
	}
}

// back looks at one more commit.
func (r *storedRoot) back() error {
	at := int(r.next - 1)
	r.next = r.state.heldCommits[at].parent
	return r.state.changesOf(at, func(path uint32, id versionID) {
		if !r.seen[path] {
			r.seen[path] = true
			r.versions[r.state.heldPaths[path]] = id
		}
	})
}

// resolve finds out which version of the checkpoint a file of an earlier run's directory is, given its path.
func (v *version) resolve(path string) (err error) {
	if v != nil && v.root != nil {
		v.id, err = v.root.version(path)
		v.root = nil
	}
	return err
}
