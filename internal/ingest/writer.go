package ingest

import (
	"context"
	"slices"
	"sync"

	"weir/internal/facts"
	"weir/internal/history"
	"weir/internal/store"
)

// A batch is handed over when it holds so many commits or so many rows and hunks. The store cuts it
// into transactions by time; this only bounds memory and what is done again after a kill.
const (
	batchCommits = 500
	batchWeight  = 20_000
)

// writer saves commits while the replay goes on with the next ones. It is for one goroutine.
type writer struct {
	ctx     context.Context
	repo    facts.RepoID
	batch   []facts.Commit
	weight  int
	batches chan []facts.Commit
	done    sync.WaitGroup

	mu  sync.Mutex
	err error
}

func newWriter(ctx context.Context, s *store.Store, repo facts.RepoID) *writer {
	w := &writer{ctx: ctx, repo: repo, batches: make(chan []facts.Commit)}
	w.done.Go(func() {
		for batch := range w.batches {
			if w.failure() != nil {
				continue
			}
			if err := s.SaveCommits(ctx, repo, batch); err != nil {
				w.mu.Lock()
				w.err = err
				w.mu.Unlock()
			}
		}
	})
	return w
}

func (w *writer) failure() error {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.err
}

// add takes a copy of a commit. Its error may be about commits that were added before.
func (w *writer) add(c *history.Commit) error {
	commit := clone(c)
	commit.Repo = w.repo
	w.batch = append(w.batch, commit)
	w.weight += weigh(&commit)
	if len(w.batch) < batchCommits && w.weight < batchWeight {
		return nil
	}
	w.flush()
	return w.failure()
}

func (w *writer) flush() {
	if len(w.batch) > 0 {
		w.batches <- w.batch
		w.batch, w.weight = nil, 0
	}
}

// close saves the rest and waits until all is saved.
func (w *writer) close() error {
	w.flush()
	close(w.batches)
	w.done.Wait()
	return w.failure()
}

func weigh(c *facts.Commit) int {
	n := 1 + len(c.Files)
	for i := range c.Files {
		n += len(c.Files[i].Hunks)
	}
	return n
}

// clone copies everything that the replay may use again.
func clone(c *history.Commit) facts.Commit {
	commit := c.Commit
	commit.ParentNumbers, commit.CoAuthors = slices.Clone(c.ParentNumbers), slices.Clone(c.CoAuthors)
	commit.Files = slices.Clone(c.Files)
	for i := range commit.Files {
		f := &commit.Files[i]
		f.Touched = slices.Clone(f.Touched)
		f.Hunks = slices.Clone(f.Hunks)
		for j := range f.Hunks {
			f.Hunks[j].Touched = slices.Clone(f.Hunks[j].Touched)
		}
		f.HunkCount = max(f.HunkCount, len(f.Hunks))
	}
	return commit
}
