// Package linediff tells which lines changed between two versions of a file, with exactly the
// hunks that git finds with its default settings (diff algorithm "myers", indent heuristic on, no
// white space option).
//
// Blame follows the lines that this diff calls unchanged, so an equally short but different edit
// script would give other owners. The behaviour that is observable in git is therefore reproduced
// step by step, by code of our own:
//
//  1. The equal tail of both files is cut away in blocks of 1024 bytes (see Options.KeepTail).
//  2. Equal lines at the head and at the tail are set aside.
//  3. Lines without a counterpart anywhere in the other file are discarded, and so are lines with
//     very many counterparts that stand among such lines.
//  4. What is left goes through Myers' divide and conquer search, with git's limits: from a cost
//     of 256 on, a split point is taken early if it looks good enough, and at the cost limit the
//     furthest reaching path is taken.
//  5. Groups of changed lines slide: they merge with groups that they bump into, line up with
//     changes of the other file if they can, and else rest where the indentation suggests.
//
// # Which diffs in git this equals
//
// git cuts the tail (step 1) only for diffs that show no context: git blame, and every command
// with -U0, --numstat and --stat included. With context lines, which is what --numstat has without
// -U0, the tail stays. Diff cuts by default; Options.KeepTail gives the other behaviour.
//
// # Trust
//
// Hashes only speed things up. Two lines count as equal after their bytes were compared, so no
// input can make two different lines look equal. The hash is seeded per process, so no input can be
// prepared to make its lookups slow. Work and memory are limited by Options.
package linediff

import (
	"cmp"
	"errors"
	"sync"
)

// ErrTooCostly is returned for a pair of texts whose difference would take more work than
// Options allows. The pair has a diff, but none that is worth its price.
var ErrTooCostly = errors.New("compare lines: the texts differ in too costly a way")

const (
	// DefaultMaxCost is the limit that a zero Options.MaxCost stands for: it is reached after
	// some ten seconds, on files that differ in hundreds of thousands of lines.
	DefaultMaxCost = 4 << 30
	// DefaultMaxLines is the limit that a zero Options.MaxLines stands for.
	DefaultMaxLines = 4 << 20
)

// keptLines is how many lines a Differ keeps working memory for.
const keptLines = 1 << 18

// Change is one hunk: ALines lines from line AStart of the old text were replaced by BLines lines
// from line BStart of the new text. Lines count from 0. One of ALines and BLines may be 0; the
// start on that side is then the line before which the other side's lines stand.
type Change struct {
	AStart, ALines int
	BStart, BLines int
}

// Options of a diff. The zero value compares as git blame and git log -p -U0 do.
type Options struct {
	// KeepTail leaves out step 1 of the package comment, as git does when it shows context
	// lines (git diff --numstat without -U0 for example).
	KeepTail bool
	// MaxCost limits the work of one diff; 0 means DefaultMaxCost. The unit is about one
	// comparison of two lines.
	MaxCost int64
	// MaxLines limits the lines of both texts together that stand between the equal lines at head
	// and tail, if both have any; 0 means DefaultMaxLines. Each takes about 70 bytes of memory.
	MaxLines int
}

// Differ compares texts and keeps its working memory for the next call. The zero value is ready.
// It must not be used by two goroutines at a time.
type Differ struct {
	classes classTable
	search  search
	a, b    side
	// searched says that mark compared the middles, which it need not when one is empty or they share no line.
	searched bool
}

var differs = sync.Pool{New: func() any { return new(Differ) }}

// Diff returns the changes from a to b in the order of the lines. It may be called concurrently.
// The only error is ErrTooCostly.
func Diff(a, b *Text, o Options) ([]Change, error) {
	d := differs.Get().(*Differ)
	defer differs.Put(d)
	return d.Diff(nil, a, b, o)
}

// Diff appends the changes from a to b to dst, in the order of the lines, and returns the extended
// slice. The only error is ErrTooCostly; dst is then returned unchanged.
func (d *Differ) Diff(dst []Change, a, b *Text, o Options) ([]Change, error) {
	o.MaxCost = cmp.Or(o.MaxCost, DefaultMaxCost)
	o.MaxLines = cmp.Or(o.MaxLines, DefaultMaxLines)
	defer d.release()
	if !d.trim(a, b, o.KeepTail) {
		return dst, nil
	}
	if err := d.mark(o); err != nil {
		return dst, err
	}
	return d.changes(dst), nil
}

// changes appends what mark found, once the groups are where they read best.
func (d *Differ) changes(dst []Change) []Change {
	d.a.collect()
	d.b.collect()
	d.a.compact(d.b.groups)
	d.b.compact(d.a.groups)
	return appendChanges(dst, d.a.groups, d.b.groups)
}

// release lets go of the texts, so that an idle Differ does not keep them alive, and of working
// memory of unusual size.
func (d *Differ) release() {
	if cap(d.a.changed)+cap(d.b.changed) > keptLines {
		*d = Differ{}
		return
	}
	d.a.text, d.b.text = nil, nil
	d.classes.release()
}

// mark finds which lines of the two middles are changed.
func (d *Differ) mark(o Options) error {
	a, b := &d.a, &d.b
	d.searched = false
	a.clear()
	b.clear()
	empty := a.middle() == 0 || b.middle() == 0
	if !empty && a.middle()+b.middle() > o.MaxLines {
		return ErrTooCostly
	}
	if empty || !d.classes.build(a, b) {
		a.markAll()
		b.markAll()
		return nil
	}
	d.classes.countOutside(a, b)
	d.searched = true
	a.discard(d.classes.inB, a.lines)
	b.discard(d.classes.inA, b.lines)
	return d.search.run(a, b, o.MaxCost)
}
