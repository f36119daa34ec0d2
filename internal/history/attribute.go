package history

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"golang.org/x/sync/semaphore"

	"weir/internal/facts"
	"weir/internal/git"
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
	emit  func(*job, []facts.FileChange) error
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
	slices.SortFunc(a.files, func(x, y facts.FileChange) int { return cmp.Compare(x.Path, y.Path) })
	info := commitInfo{when: j.commit.Author.When, parent: j.base}
	var isNew bool
	info.author, isNew = a.state.authorIndex(nameOf(j.commit, j.commit.Author))
	if err := a.emit(j, a.files); err != nil {
		return err
	}
	if err := a.state.end(info, isNew, j.changes); err != nil {
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
	if !c.moved {
		a.files = append(a.files, f)
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
	next, old, how, err := a.follow(c, 0, j.number)
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
		j.note(c.path, "too_costly", "the two versions differ in too many ways to be compared line by line")
		m.unknown(a.diff[0])
	default:
		m.edits(old, a.diff)
	}
	return nil
}

// replaced handles a file that was added, removed, or became another type of file.
func (a *attributor) replaced(j *job, c *change, m *measure) error {
	if c.old != nil && c.newMode != 0 || c.new == nil {
		if err := a.deleted(c.old, m); err != nil {
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
	a.own(c.new, wholly(c.new.lines, j.number), nil)
	m.added(c.new.lines)
	return nil
}

// deleted counts the lines of a version that is gone.
func (a *attributor) deleted(v *version, m *measure) error {
	switch v.kind {
	case facts.KindTooLarge:
		m.blind(v.lines, 0)
	case facts.KindText:
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
	for i := range c.origins {
		old, _, _, err := a.follow(c, i, open)
		if err != nil {
			return err
		}
		sofar = fill(sofar, old)
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

// own sets the owners of a text and records it with the steps that led there.
func (a *attributor) own(v *version, o owners, origins []*version) {
	v.owners = o
	a.state.addVersion(v, origins, a.steps)
}

// trace says how well lines could be followed from one version to the next.
type trace uint8

const (
	followed trace = iota
	costly         // the diff was given up: its middle belongs to nobody
	blind          // one side cannot be compared
)

// step is the difference of a version to one origin.
type step struct {
	changes []linediff.Change
	rest    facts.CommitNumber // who owns the added lines
}

// follow gives the owners of a change's new version as far as origin i tells them, and the origin's own; other lines go
// to rest. The changes are left in a.diff, and noted in a.steps.
func (a *attributor) follow(c *change, i int, rest facts.CommitNumber) (next, old owners, how trace, err error) {
	origin, text, from := c.origins[i], c.text, c.from[i]
	if rest != open {
		a.steps = a.steps[:0]
	}
	if old, err = a.owners(origin); err != nil {
		return nil, nil, blind, err
	}
	if from == nil && origin.kind == facts.KindBinary {
		if from, err = a.lines(origin.blob); err != nil {
			return nil, nil, blind, err
		}
	}
	if from != nil && from.Lines() != old.lines() {
		return nil, nil, blind, fmt.Errorf("%w: %s has %d lines and not %d", errState, origin.blob, from.Lines(), old.lines())
	}
	if how = a.compare(c, from, old, text); how != followed {
		rest = facts.Unattributed
	}
	if a.state.keeps() {
		changes := a.diff
		if !c.compared {
			changes = slices.Clone(changes)
		}
		a.steps = append(a.steps, step{changes, rest})
	}
	return inherit(old, a.diff, rest), old, how, nil
}

// compare leaves the changes between an origin and the new text in a.diff.
func (a *attributor) compare(c *change, from *linediff.Text, old owners, text *linediff.Text) trace {
	var err error
	switch {
	case from == nil:
		a.diff = []linediff.Change{{ALines: old.lines(), BLines: text.Lines()}}
		return blind
	case c.compared && !c.costly:
		a.diff = c.diff
		return followed
	case !c.compared:
		a.diff, err = a.differ.Diff(a.scratch[:0], from, text, linediff.Options{MaxCost: a.cost})
		a.scratch = a.diff
	}
	if c.costly || err != nil {
		a.diff = []linediff.Change{middle(from, text)}
		return costly
	}
	return followed
}

// owners gives those of any version: attributed in this run, in the checkpoint, or binary.
func (a *attributor) owners(v *version) (owners, error) {
	if v.owners == nil && v.stored {
		if err := a.state.load(v); err != nil {
			return nil, err
		}
	}
	if v.owners != nil {
		return v.owners, nil
	}
	// A binary version: blame takes it for lines like any other.
	text, err := a.lines(v.blob)
	if err != nil {
		return nil, err
	}
	sofar := wholly(text.Lines(), open)
	var changes []linediff.Change
	for _, origin := range v.from {
		old, err := a.owners(origin)
		if err != nil {
			return nil, err
		}
		from, err := a.lines(origin.blob)
		if err != nil {
			return nil, err
		}
		rest := open
		if changes, err = a.differ.Diff(changes[:0], from, text, linediff.Options{MaxCost: a.cost}); err != nil {
			changes, rest = append(changes[:0], middle(from, text)), facts.Unattributed
		}
		if old.lines() != from.Lines() {
			old, changes, rest = owners{}, append(changes[:0], linediff.Change{BLines: text.Lines()}), facts.Unattributed
		}
		sofar = fill(sofar, inherit(old, changes, rest))
	}
	v.owners, _ = sofar.close(v.by)
	return v.owners, nil
}

// lines reads a blob as lines, whatever it holds; one that cannot be read has none. Its memory is never given back.
func (a *attributor) lines(blob git.Hash) (*linediff.Text, error) {
	spare, err := a.spare()
	if err != nil {
		return nil, err
	}
	got, err := spare.get(blob, nil)
	if err != nil {
		return nil, err
	}
	if got.text != nil {
		return got.text, nil
	}
	return linediff.Split(got.data), nil
}

// middle is the one change that is left when equal lines at the head and the tail are set aside.
func middle(a, b *linediff.Text) linediff.Change {
	head, tail := 0, 0
	limit := min(a.Lines(), b.Lines())
	for head < limit && string(a.Line(head)) == string(b.Line(head)) {
		head++
	}
	for tail < limit-head && string(a.Line(a.Lines()-1-tail)) == string(b.Line(b.Lines()-1-tail)) {
		tail++
	}
	return linediff.Change{
		AStart: head, ALines: a.Lines() - head - tail,
		BStart: head, BLines: b.Lines() - head - tail,
	}
}
