package history

import (
	"cmp"
	"context"
	"errors"

	"weir/internal/facts"
	"weir/internal/git"
	"weir/internal/history/linediff"
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
		r.sources = newSources(r.changes, noContent{}, nil)
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

func newSources(removed []*change, blobs similarity.Blobs[git.Hash], budget *similarity.Budget) *sources {
	files := make([]similarity.File[git.Hash], len(removed))
	for i, c := range removed {
		files[i] = similarity.File[git.Hash]{Path: c.path, Mode: c.oldMode}
		if c.old != nil {
			files[i].Blob = c.old.blob
		}
	}
	return similarity.NewSources(files, blobs, budget)
}

func destination(c *change) similarity.File[git.Hash] {
	return similarity.File[git.Hash]{Path: c.path, Mode: c.newMode, Blob: c.new.blob}
}

// search is the search of one commit for the origins of its new paths.
type search struct {
	merge  bool
	blobs  similarity.Blobs[git.Hash]
	found  map[*removed]*sources
	budget similarity.Budget
}

// newSearch allows as many steps as one line diff may take.
func newSearch(merge bool, blobs similarity.Blobs[git.Hash], cost int64) *search {
	budget := similarity.Budget{Left: cmp.Or(cost, linediff.DefaultMaxCost)}
	return &search{merge: merge, blobs: blobs, found: map[*removed]*sources{}, budget: budget}
}

func (s *search) sources(r *removed) *sources {
	src := s.found[r]
	if src == nil {
		src = newSources(r.changes, s.blobs, &s.budget)
		s.found[r] = src
	}
	return src
}

// follow finds the origins that need content to be compared. In a merge only origins matter; in an ordinary commit
// the change becomes a rename. Where that is too costly the change is lost: nobody knows whose lines it holds.
func (c *change) follow(ctx context.Context, all *search) error {
	merge := all.merge
	for _, s := range c.seek {
		if err := ctx.Err(); err != nil {
			return err
		}
		m, err := all.sources(s.removed).Best(destination(c))
		if errors.Is(err, similarity.ErrTooCostly) {
			c.lost = true
			continue
		}
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
