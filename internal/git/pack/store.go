package pack

import (
	"bufio"
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"iter"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
)

// DefaultMaxObject is the size limit that a zero Options.MaxObject stands for.
const DefaultMaxObject = 1 << 30

// Options of a store.
type Options struct {
	// HashSize is the length of object names: 20 (SHA-1, also if 0) or 32 (SHA-256).
	HashSize int
	// MaxObject is the size of the largest object that is read; 0 means DefaultMaxObject.
	MaxObject int64
}

// Store is a snapshot of an object store. It is safe for concurrent use.
type Store struct {
	hashSize  int
	maxObject int64
	files     []*file // the largest first; each file's objects are numbered behind the last one's
	loose     loose
	count     Ref // objects in files

	planOnce sync.Once
	plan     plan
}

// Open opens the object store in a directory: .git/objects, or objects in a bare repository, with
// the alternates that it names. The error wraps ErrUnsupported if the store has a form that this
// package does not know.
func Open(dir string, o Options) (*Store, error) {
	s := &Store{hashSize: cmp.Or(o.HashSize, 20), maxObject: cmp.Or(o.MaxObject, DefaultMaxObject)}
	if s.hashSize != 20 && s.hashSize != 32 {
		return nil, fmt.Errorf("open object store: names of %d bytes: %w", s.hashSize, ErrUnsupported)
	}
	dirs, err := withAlternates(dir)
	for _, d := range dirs {
		if err == nil {
			err = s.openDir(d)
		}
	}
	if err == nil {
		err = s.number()
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("open object store %s: %w", dir, err), s.Close())
	}
	return s, nil
}

// Close unmaps the packs. Nothing that came from the store may be used afterwards, but objects
// that were read stay valid.
func (s *Store) Close() error {
	var err error
	for _, f := range s.files {
		err = errors.Join(err, f.close())
	}
	s.files = nil
	return err
}

// Find looks an object up by its name (20 or 32 bytes).
func (s *Store) Find(id []byte) (Ref, bool) {
	for _, f := range s.files {
		if i, ok := f.index.find(id); ok {
			return f.first + Ref(f.position[i]), true
		}
	}
	i, ok := s.loose.find(id)
	return s.count + Ref(i), ok
}

// Objects lists all objects, some of them several times, if they are stored several times. The
// names are valid until the store is closed.
func (s *Store) Objects() iter.Seq2[[]byte, Ref] {
	return func(yield func([]byte, Ref) bool) {
		for _, f := range s.files {
			for i, place := range f.position {
				if !yield(f.index.name(i), f.first+Ref(place)) {
					return
				}
			}
		}
		for i := range s.loose.count() {
			if !yield(s.loose.name(i), s.count+Ref(i)) {
				return
			}
		}
	}
}

// Len returns one more than the highest Ref.
func (s *Store) Len() int { return int(s.count) + s.loose.count() }

// locate returns the pack that holds an object, and the object's place there; nil for loose ones.
func (s *Store) locate(r Ref) (*file, int) {
	for _, f := range s.files {
		if i := r - f.first; int(i) < len(f.offsets) {
			return f, int(i)
		}
	}
	return nil, int(r - s.count)
}

// openDir adds the packs and loose objects of one directory.
func (s *Store) openDir(dir string) error {
	entries, err := os.ReadDir(filepath.Join(dir, "pack"))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	names := map[string]bool{}
	for _, e := range entries {
		names[e.Name()] = true
	}
	for name := range names {
		base, isPack := strings.CutSuffix(name, ".pack")
		if !isPack || !strings.HasPrefix(base, "pack-") {
			continue
		}
		if !names[base+".idx"] {
			if names["multi-pack-index"] {
				return fmt.Errorf("%s has no index of its own: %w", name, ErrUnsupported)
			}
			continue // being written, as far as git is concerned
		}
		f, err := openFile(filepath.Join(dir, "pack", base+".idx"), s.hashSize)
		if err != nil {
			return err
		}
		s.files = append(s.files, f)
	}
	return s.loose.add(dir, s.hashSize)
}

// number gives the objects their numbers.
func (s *Store) number() error {
	slices.SortFunc(s.files, func(a, b *file) int {
		return cmp.Or(len(b.offsets)-len(a.offsets), strings.Compare(a.path, b.path))
	})
	total := int64(s.loose.count())
	for _, f := range s.files {
		f.first = Ref(total - int64(s.loose.count()))
		total += int64(len(f.offsets))
		if total >= math.MaxUint32 {
			return fmt.Errorf("%d objects: %w", total, ErrUnsupported)
		}
	}
	s.count = Ref(total - int64(s.loose.count()))
	return nil
}

// maxAlternates is how many object stores may be chained; git allows five levels.
const maxAlternates = 64

// withAlternates returns a directory and all that it borrows from, each once.
func withAlternates(dir string) ([]string, error) {
	dirs := []string{filepath.Clean(dir)}
	for i := 0; i < len(dirs); i++ {
		list, err := os.ReadFile(filepath.Join(dirs[i], "info", "alternates"))
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return nil, err
		}
		for lines := bufio.NewScanner(bytes.NewReader(list)); lines.Scan(); {
			d := lines.Text()
			if d == "" || d[0] == '#' {
				continue
			}
			if d[0] == '"' || len(dirs) == maxAlternates {
				return nil, fmt.Errorf("alternates of %s: %w", dirs[i], ErrUnsupported)
			}
			if !filepath.IsAbs(d) {
				d = filepath.Join(dirs[i], d)
			}
			if d = filepath.Clean(d); !slices.Contains(dirs, d) {
				dirs = append(dirs, d)
			}
		}
	}
	return dirs, nil
}
