package history

import (
	"weir/internal/facts"
	"weir/internal/git"
	"weir/internal/history/similarity"
)

// sources are removed paths as similarity wants them.
type sources = similarity.Sources[git.Hash]

// identical gives the removed path of which an added one is the unedited continuation, nil if there is none.
func (r *removed) identical(c *change) *change {
	if len(r.changes) == 0 {
		return nil
	}
	if r.sources == nil {
		r.sources = newSources(r.changes, noContent{})
	}
	m, err := r.sources.Best(destination(c))
	if err != nil || m.Index < 0 {
		return nil
	}
	return r.changes[m.Index]
}

// noContent makes similarity look at ids alone.
type noContent struct{}

// Size says that no content can be compared.
func (noContent) Size(git.Hash) (int64, error) { return -1, nil }

// Signature is not asked for.
func (noContent) Signature(git.Hash) (*similarity.Signature, error) { return nil, nil }

func newSources(removed []*change, blobs similarity.Blobs[git.Hash]) *sources {
	files := make([]similarity.File[git.Hash], len(removed))
	for i, c := range removed {
		files[i] = similarity.File[git.Hash]{Path: c.path, Mode: c.oldMode}
		if c.old != nil {
			files[i].Blob = c.old.blob
		}
	}
	return similarity.NewSources(files, blobs)
}

func destination(c *change) similarity.File[git.Hash] {
	return similarity.File[git.Hash]{Path: c.path, Mode: c.newMode, Blob: c.new.blob}
}

// follow finds the origins that need content to be compared. In a merge only origins matter; in an ordinary commit
// the change becomes a rename.
func (c *change) follow(merge bool, found map[*removed]*sources, blobs similarity.Blobs[git.Hash]) error {
	for _, s := range c.seek {
		src := found[s.removed]
		if src == nil {
			src = newSources(s.removed.changes, blobs)
			found[s.removed] = src
		}
		m, err := src.Best(destination(c))
		if err != nil {
			return err
		}
		if m.Index < 0 {
			continue
		}
		from := s.removed.changes[m.Index]
		if merge {
			c.origins[s.at] = from.old
		} else {
			c.rename(from)
			c.origins = []*version{from.old}
		}
	}
	if merge && c.status != facts.FileRenamed && len(c.seek) > 0 {
		c.settle()
	}
	c.seek = nil
	return nil
}
