package history

import (
	"cmp"
	"context"
	"runtime"
	"slices"

	"golang.org/x/sync/semaphore"

	"weir/internal/facts"
	"weir/internal/history/linediff"
)

// attributor is the last stage: it decides who owns the lines of each new version, counts, emits and records.
type attributor struct {
	state  *state
	differ linediff.Differ
	cost   int64
	budget *semaphore.Weighted
	// spare reads what a binary version in the past of a text needs.
	spare func() (*contents, error)
	// holes gives what spare could not read.
	holes func() []hole
	emit  func(*job, []facts.FileChange) error
	// moves is nil when nobody asks for them.
	moves *moves
	// failed is the first error of counting; it ends the replay with the commit.
	failed error

	begun bool
	// diff holds the changes of the last comparison.
	diff []linediff.Change
	// Reused from commit to commit.
	scratch []linediff.Change
	steps   []step
	files   []facts.FileChange
	runs    []facts.Run
	hunks   []facts.Hunk
}

// run handles the commits in order until in is closed.
func (a *attributor) run(ctx context.Context, in <-chan item) error {
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case it, more := <-in:
			if !more {
				return nil
			}
			runtime.Gosched()
			a.begin(it.job)
			if it.change == nil {
				if err := a.end(it.job); err != nil {
					return err
				}
				continue
			}
			if err := a.change(it.job, it.change); err != nil {
				return err
			}
			a.budget.Release(it.change.held)
		}
	}
}

// end emits a commit and records it.
func (a *attributor) end(j *job) error {
	if a.failed != nil {
		return a.failed
	}
	if a.moves != nil {
		var err error
		if j.moved, j.movedUnknown, err = a.moves.finish(); err != nil {
			return err
		}
	}
	slices.SortFunc(a.files, func(x, y facts.FileChange) int { return cmp.Compare(x.Path, y.Path) })
	info := commitInfo{when: j.commit.Author.When, parent: j.base}
	var isNew bool
	info.author, isNew = a.state.authorIndex(nameOf(j.commit, j.commit.Author))
	if err := a.emit(j, a.files); err != nil {
		return err
	}
	if err := a.state.end(info, isNew, j.changes, append(j.holes, a.holes()...)); err != nil {
		return err
	}
	a.files, a.runs, a.hunks = a.files[:0], a.runs[:0], a.hunks[:0]
	a.begun = false
	return nil
}

// begin prepares for the first change of a commit, or for its end when it has none.
func (a *attributor) begin(j *job) {
	if a.begun {
		return
	}
	a.begun = true
	a.state.begin(j.number)
}

// change attributes one path. Texts are let go of afterwards.
func (a *attributor) change(j *job, c *change) error {
	if j.merge() {
		if err := a.merge(j, c); err != nil {
			return err
		}
	} else if err := a.ordinary(j, c); err != nil {
		return err
	}
	c.release()
	return nil
}

// ordinary attributes a path of a commit with one parent or none, and counts.
func (a *attributor) ordinary(j *job, c *change) error {
	f := facts.FileChange{Path: c.path, OldPath: c.oldPath, Status: c.status, Generated: c.generated, Kind: c.kind()}
	m := measure{attributor: a, file: &f, by: j.commit.Author.When, firstHunk: len(a.hunks)}
	switch {
	case c.shared || c.new == nil && c.old == nil:
	case len(c.origins) == 0:
		if err := a.replaced(j, c, &m); err != nil {
			return err
		}
	default:
		if err := a.edited(j, c, &m); err != nil {
			return err
		}
	}
	m.finish()
	if c.moved {
		return nil
	}
	a.files = append(a.files, f)
	if a.moves != nil {
		a.moves.note(c, &f)
	}
	return nil
}

// edited handles a file with an origin.
func (a *attributor) edited(j *job, c *change, m *measure) error {
	v, origin := c.new, c.origins[0]
	if v.kind != facts.KindText {
		err := a.whole(j, c)
		if err == nil && v.kind == facts.KindTooLarge && origin.kind != facts.KindBinary {
			m.blind(origin.lines, v.lines)
		}
		return err
	}
	next, old, how, err := a.follow(c, 0, c.author(j))
	if err != nil {
		return err
	}
	a.own(v, next, c.origins)
	switch {
	case origin.kind == facts.KindBinary:
		// git shows no lines of such a change; only blame looks through it.
	case how == blind:
		m.blind(old.lines(), v.lines)
	case how == costly:
		m.file.Kind = facts.KindTooLarge
		j.note(c.path, "too_costly", tooCostly)
		m.unknown(a.diff[0])
	case c.hidden:
		for _, ch := range a.diff {
			m.unknown(ch)
		}
	default:
		m.edits(old, a.diff)
	}
	return nil
}

const tooCostly = "the two versions differ in too many ways to be compared line by line"

// replaced handles a file that was added, removed, or became another type of file.
func (a *attributor) replaced(j *job, c *change, m *measure) error {
	if c.old != nil && c.newMode != 0 || c.new == nil {
		if err := a.deleted(c, m); err != nil {
			return err
		}
	}
	if c.new == nil {
		return nil
	}
	if c.new.kind != facts.KindText {
		if c.new.kind == facts.KindTooLarge {
			m.blind(0, c.new.lines)
		}
		return a.whole(j, c)
	}
	if c.lost {
		m.file.Kind = facts.KindTooLarge
		j.note(c.path, "too_costly", lostOrigin)
	}
	if c.lost || c.hidden {
		a.ownLost(c.new, wholly(c.new.lines, facts.Unattributed), nil)
		m.blind(0, c.new.lines)
		return nil
	}
	a.own(c.new, wholly(c.new.lines, j.number), nil)
	m.added(c.new.lines)
	return nil
}

// author gives the commit that wrote what no origin has.
func (c *change) author(j *job) facts.CommitNumber {
	if c.hidden {
		return facts.Unattributed
	}
	return j.number
}

const lostOrigin = "the commit moves too many files to find out which of them this one was"

// deleted counts the lines of the old version, which is gone.
func (a *attributor) deleted(c *change, m *measure) error {
	switch v := c.old; {
	case v.kind == facts.KindTooLarge, v.kind == facts.KindText && c.hidden:
		m.blind(v.lines, 0)
	case v.kind == facts.KindText:
		old, err := a.owners(v)
		if err != nil {
			return err
		}
		m.deleted(old)
	}
	return nil
}

// kind says what the path holds, or held before it was deleted.
func (c *change) kind() facts.FileKind {
	mode, v := c.newMode, c.new
	if mode == 0 {
		mode, v = c.oldMode, c.old
	}
	switch {
	case v == nil:
		return facts.KindSubmodule
	case v.kind == facts.KindText && mode == modeSymlink:
		return facts.KindSymlink
	}
	return v.kind
}

// merge attributes a path that differs from every parent: a line goes to the first parent that has it.
func (a *attributor) merge(j *job, c *change) error {
	v := c.new
	if v.kind != facts.KindText {
		return a.whole(j, c)
	}
	sofar := wholly(v.lines, open)
	a.steps = a.steps[:0]
	gaveUp := false
	for i := range c.origins {
		old, _, how, err := a.follow(c, i, open)
		if err != nil {
			return err
		}
		sofar, gaveUp = fill(sofar, old), gaveUp || how == costly
	}
	if gaveUp {
		j.note(c.path, "too_costly", tooCostly)
	}
	if c.lost {
		j.note(c.path, "too_costly", lostOrigin)
	}
	if c.lost || c.hidden {
		next, _ := sofar.close(facts.Unattributed)
		a.ownLost(v, next, c.origins)
		return nil
	}
	next, own := sofar.close(j.number)
	a.own(v, next, c.origins)
	if own > 0 {
		a.files = append(a.files, facts.FileChange{
			Path: c.path, Status: c.status, Kind: c.kind(), Generated: c.generated, MergeLines: own,
		})
	}
	return nil
}

// whole handles a version whose lines are not told apart: a binary one is followed only when a text turns out to
// stem from it.
func (a *attributor) whole(j *job, c *change) error {
	v := c.new
	switch v.kind {
	case facts.KindBinary:
		v.from = c.origins
	case facts.KindTooLarge:
		v.owners = wholly(v.lines, facts.Unattributed)
		j.note(c.path, "too_large", "the file is too large to attribute its lines")
	default:
		v.owners = owners{}
	}
	a.state.addVersion(v, c.origins, nil)
	return nil
}

// ownLost is own for a text of which not all origins are known: its owners are recorded as a whole, for no steps lead to
// them.
func (a *attributor) ownLost(v *version, o owners, origins []*version) {
	a.steps = make([]step, len(origins)+1)
	a.own(v, o, origins)
}

// own sets the owners of a text and records it with the steps that led there.
func (a *attributor) own(v *version, o owners, origins []*version) {
	v.owners = o
	a.state.addVersion(v, origins, a.steps)
}
