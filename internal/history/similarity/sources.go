package similarity

import (
	"errors"
	"slices"
	"strings"
)

// File is an entry of a tree. ID is the type of object ids.
type File[ID comparable] struct {
	Path string
	Mode uint32 // as in git's trees: 0100644, 0120000, ...
	Blob ID
}

// Blobs reads what the choice needs to know. Both methods are called for regular files only, and
// as rarely as possible. A blob that cannot be compared, say because it is missing or too large,
// is reported by a size below 0; Signature may then, and for the same reason, return nil.
type Blobs[ID comparable] interface {
	Size(blob ID) (int64, error)
	Signature(blob ID) (*Signature, error)
}

// Sources are the paths that a commit removed. Build it once per commit and parent and ask it for
// each added path. It is not safe for concurrent use.
type Sources[ID comparable] struct {
	files  []File[ID]
	blobs  Blobs[ID]
	byBlob map[ID][]int
	byName map[string]int // -1: several
	sizes  []sized        // of the regular files, ascending; nil until needed
	budget *Budget
}

// Budget bounds the work of Best, in parts of contents that are compared. Several Sources may draw on one.
type Budget struct {
	// Left is what may still be spent.
	Left int64
}

// ErrTooCostly says that the budget does not suffice to find the source of a file.
var ErrTooCostly = errors.New("too many files to compare")

// comparison is what one costs in parts, whatever the files hold.
const comparison = 64

// spend takes the work of one comparison.
func (b *Budget) spend(parts int) error {
	if b == nil {
		return nil
	}
	if b.Left -= int64(parts + comparison); b.Left < 0 {
		return ErrTooCostly
	}
	return nil
}

// sized is a source and its size.
type sized struct {
	index int
	size  int64
}

// Match is a source and how similar it is.
type Match struct {
	Index int // in the files given to NewSources; -1 if there is none
	Score int
}

// exactLooks is how many identical sources git looks at.
const exactLooks = 100

// NewSources prepares the removed files, which must be in the order of git's trees (that is the
// order in which git diff-tree -r lists them). It keeps files. A budget of nil is no bound.
func NewSources[ID comparable](files []File[ID], blobs Blobs[ID], budget *Budget) *Sources[ID] {
	return &Sources[ID]{files: files, blobs: blobs, budget: budget}
}

// Best returns the source that git blame would follow dst to. Errors are those of Blobs, and ErrTooCostly.
func (s *Sources[ID]) Best(dst File[ID]) (Match, error) {
	none := Match{Index: -1}
	if len(s.files) == 0 {
		return none, nil
	}
	if i := s.identical(dst); i >= 0 {
		return Match{i, MaxScore}, nil
	}
	if !regular(dst.Mode) {
		return none, nil
	}
	size, err := s.blobs.Size(dst.Blob)
	if err != nil || size <= 0 {
		return none, err
	}
	t := &target[ID]{Sources: s, file: dst, size: size}
	if m, err := t.sameName(); err != nil || m.Index >= 0 {
		return m, err
	}
	return t.mostSimilar()
}

// identical returns the source with the same content that git prefers, or -1.
func (s *Sources[ID]) identical(dst File[ID]) int {
	if s.byBlob == nil {
		s.byBlob = make(map[ID][]int, len(s.files))
		for i, f := range s.files {
			s.byBlob[f.Blob] = append(s.byBlob[f.Blob], i)
		}
	}
	best, looks := -1, 0
	for _, i := range s.byBlob[dst.Blob] {
		f := s.files[i]
		if f.Mode != dst.Mode && !(regular(f.Mode) && regular(dst.Mode)) {
			continue
		}
		if baseName(f.Path) == baseName(dst.Path) {
			return i
		}
		if best < 0 {
			best = i
		}
		if looks++; looks == exactLooks {
			break
		}
	}
	return best
}

// named returns the only source with this base name, or -1.
func (s *Sources[ID]) named(name string) int {
	if s.byName == nil {
		s.byName = make(map[string]int, len(s.files))
		for i, f := range s.files {
			n := baseName(f.Path)
			if _, several := s.byName[n]; several {
				i = -1
			}
			s.byName[n] = i
		}
	}
	if i, found := s.byName[name]; found {
		return i
	}
	return -1
}

// bySize returns the regular sources in order of their sizes.
func (s *Sources[ID]) bySize() ([]sized, error) {
	if s.sizes != nil {
		return s.sizes, nil
	}
	sizes := make([]sized, 0, len(s.files))
	for i, f := range s.files {
		if !regular(f.Mode) {
			continue
		}
		size, err := s.blobs.Size(f.Blob)
		if err != nil {
			return nil, err
		}
		if size > 0 {
			sizes = append(sizes, sized{i, size})
		}
	}
	slices.SortStableFunc(sizes, func(a, b sized) int { return int(a.size - b.size) })
	s.sizes = sizes
	return sizes, nil
}

// regular reports whether a mode is that of a file, as opposed to a link or a submodule.
func regular(mode uint32) bool { return mode&0170000 == 0100000 }

func baseName(path string) string { return path[strings.LastIndexByte(path, '/')+1:] }
