package history

import (
	"encoding/binary"
	"fmt"
	"slices"

	"weir/internal/git"
)

// hole is something that a replay had to do without. What it emitted and recorded around it is void once it is there:
// the checkpoint notes each hole, so that this is seen.
type hole struct {
	// kind is that of the object, or boundary for a commit whose parents were not looked for.
	kind git.Kind
	hash git.Hash
}

// boundary is the kind of a hole at the boundary of a shallow repository.
const boundary git.Kind = 0

// holes are those of a checkpoint, each once.
type holes map[hole]bool

// addHoles takes those that are new, and gives them.
func (s *state) addHoles(found []hole) []hole {
	return slices.DeleteFunc(found, func(h hole) bool {
		known := s.holes[h]
		s.holes[h] = true
		return known
	})
}

// appendHoles writes holes: how many, and of each its kind and its id.
func appendHoles(b []byte, list []hole) []byte {
	b = binary.AppendUvarint(b, uint64(len(list)))
	for _, h := range list {
		b = h.hash.AppendRaw(append(b, byte(h.kind)))
	}
	return b
}

// holes reads what appendHoles wrote.
func (p *parser) holes(into holes, hashSize int) {
	for range p.number() {
		h := hole{git.Kind(p.byte()), git.HashOf(p.bytes(hashSize))}
		if p.bad {
			return
		}
		into[h] = true
	}
}

// returnedError says that a hole of the checkpoint can be read now.
type returnedError struct{ what string }

func (e *returnedError) Error() string {
	return e.what + ", which was absent or damaged when the line history was read"
}

// Is makes it a reason to begin anew.
func (e *returnedError) Is(target error) bool { return target == errState }

// checkHoles fails with errState when something can be read now that could not when the checkpoint was made. Without
// holes it reads nothing.
func (r *run) checkHoles() error {
	if len(r.state.holes) == 0 {
		return nil
	}
	objects := r.store.Reader(git.ReaderOptions{Cache: r.options.MemoryLimit / 64, Whole: true})
	err := r.anyReturned(objects)
	if closeErr := objects.Close(); err == nil {
		err = closeErr
	}
	return err
}

func (r *run) anyReturned(objects *git.Reader) error {
	p := &planter{objects: objects}
	for h := range r.state.holes {
		back, err := r.returned(p, h)
		if err != nil && !git.Unreadable(err) {
			return fmt.Errorf("look for %s: %w", h.hash, err)
		}
		if err == nil && back != "" {
			return &returnedError{back}
		}
	}
	return nil
}

// returned says in words what of a hole is there; "" when it is not.
func (r *run) returned(p *planter, h hole) (string, error) {
	if !p.objects.Has(h.hash) {
		return "", nil
	}
	switch h.kind {
	case boundary:
		return r.deepened(p, h.hash)
	case git.KindCommit:
		_, err := p.commit(h.hash)
		return fmt.Sprintf("commit %s is there now", h.hash), err
	case git.KindTree:
		raw, err := p.Tree(h.hash)
		if err == nil {
			_, _, _, err = newDir(h.hash, raw, nil)
		}
		if err != nil {
			return "", nil //nolint:nilerr // it stays a hole
		}
		return fmt.Sprintf("directory %s is there now", h.hash), nil
	}
	obj, err := p.objects.Read(h.hash)
	if err != nil || obj.Kind != git.KindBlob {
		return "", err
	}
	obj.Release()
	return fmt.Sprintf("the content %s of a file is there now", h.hash), nil
}

// deepened tells whether a commit at which the history was cut has its parents now.
func (r *run) deepened(p *planter, commit git.Hash) (string, error) {
	if r.repo.Cut(commit) {
		return "", nil
	}
	c, err := p.commit(commit)
	if err != nil {
		return "", err
	}
	for _, parent := range c.Parents {
		if _, err := p.commit(parent); err == nil {
			return fmt.Sprintf("the history before commit %s is there now", commit), nil
		}
	}
	return "", nil
}
