package history

import (
	"context"
	"runtime"

	"golang.org/x/sync/semaphore"

	"weir/internal/facts"
	"weir/internal/git"
	"weir/internal/history/linediff"
)

// job is one commit on its way through the stages.
type job struct {
	commit  *git.Commit
	number  facts.CommitNumber
	parents []facts.CommitNumber
	// base is the first parent that is there, 0 for none.
	base facts.CommitNumber
	// changes are those against it, in the order of git's trees.
	changes []*change
	patchID string
	// moved and movedUnknown are as in Commit.
	moved        []facts.MovedBlock
	movedUnknown bool
	// holes are the objects that could not be read on the way.
	holes []hole
	// problems are what could not be read; problem is the sentence for the commit itself.
	problems []Problem
	problem  string
	// cut says that the commit has parents and none of them is there.
	cut bool
}

func (j *job) merge() bool { return len(j.commit.Parents) > 1 }

// note reports an object of the commit that could not be read.
func (j *job) note(path, code, cause string) {
	j.problems = append(j.problems, Problem{Commit: j.commit.Hash, Path: path, Code: code, Cause: cause})
}

// noteError reports a missing or damaged object.
func (j *job) noteError(path string, err error) { j.note(path, problemCode(err), err.Error()) }

// item is a change that is ready to be attributed, or the end of a commit when change is nil.
type item struct {
	job    *job
	change *change
}

// reader is the read stage: it finds the origins that need content, and reads what the attribution compares.
type reader struct {
	contents *contents
	// budget bounds the bytes of texts that wait for the attribution.
	budget *semaphore.Weighted
	bound  int64
	cost   int64 // of the search for renames of one commit
	out    chan<- item
}

// run handles one commit after the other until jobs is closed.
func (r *reader) run(ctx context.Context, jobs <-chan *job) error {
	defer close(r.out)
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case j, more := <-jobs:
			if !more {
				return nil
			}
			runtime.Gosched()
			if err := r.job(ctx, j); err != nil {
				return err
			}
		}
	}
}

func (r *reader) job(ctx context.Context, j *job) error {
	all := newSearch(j.merge(), r.contents, r.cost)
	for _, c := range j.changes {
		if len(c.seek) > 0 {
			if err := c.follow(ctx, all); err != nil {
				return err
			}
		}
	}
	r.contents.forget()
	for _, c := range j.changes {
		if j.merge() && (c.shared || c.new == nil) {
			continue
		}
		if err := r.change(j, c); err != nil {
			return err
		}
		if err := r.send(ctx, item{j, c}); err != nil {
			return err
		}
	}
	j.holes = append(j.holes, r.contents.takeHoles()...)
	return r.send(ctx, item{job: j})
}

// read gives a version's content, which the change shares until it is attributed.
func (r *reader) read(c *change, v *version, like *linediff.Text) (*content, error) {
	got, err := r.contents.of(v, like)
	if err == nil {
		c.contents = append(c.contents, got)
	}
	return got, err
}

// change reads both sides. What a read stage sees of a version it notes there.
func (r *reader) change(j *job, c *change) error {
	c.from, c.contents = c.room.from[:0], c.room.contents[:0]
	if c.old != nil {
		got, err := r.read(c, c.old, nil)
		if err != nil {
			return err
		}
		c.oldText = got.text
		if c.new == nil {
			c.generated = c.old.generated(c.path, got, nil, nil)
		}
	}
	for _, v := range c.origins {
		got, err := r.read(c, v, nil)
		if err != nil {
			return err
		}
		c.from = append(c.from, got.text)
	}
	if c.new == nil {
		return nil
	}
	like, before := c.oldText, c.old
	if len(c.from) > 0 {
		like, before = c.from[0], c.origins[0]
	}
	got, err := r.read(c, c.new, like)
	if err != nil {
		return err
	}
	if got.err != nil {
		j.noteError(c.path, got.err)
	}
	c.text, c.generated = got.text, c.new.generated(c.path, got, before, like)
	return nil
}

// send waits until the texts that are under way have room for these.
func (r *reader) send(ctx context.Context, it item) error {
	if c := it.change; c != nil {
		c.held = min(c.footprint(), r.bound)
		if err := r.budget.Acquire(ctx, c.held); err != nil {
			return err
		}
	}
	select {
	case r.out <- it:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (c *change) footprint() int64 {
	n := int64(256)
	for _, got := range c.contents {
		n += got.footprint()
	}
	return n
}

// release lets go of what the change was compared by.
func (c *change) release() {
	c.text, c.oldText, c.from = nil, nil, nil
	for _, got := range c.contents {
		got.release()
	}
	c.contents = nil
}
