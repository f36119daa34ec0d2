package history

import (
	"fmt"
	"slices"

	"weir/internal/facts"
	"weir/internal/git"
	"weir/internal/history/linediff"
)

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
