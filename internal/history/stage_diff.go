package history

import (
	"context"
	"runtime"

	"weir/internal/history/linediff"
)

// differ is the third stage: it compares the two versions of each changed file of an ordinary commit, and computes the
// commit's patch id. Merges, of which few need a diff, are compared where they are attributed.
type differ struct {
	lines linediff.Differ
	cost  int64
	patch *patchID // nil when not wanted
	begun bool
	in    <-chan item
	out   chan<- item
	// Reused from change to change.
	diff, shown []linediff.Change
}

// run handles one change after the other until in is closed.
func (d *differ) run(ctx context.Context) error {
	defer close(d.out)
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case it, more := <-d.in:
			if !more {
				return nil
			}
			runtime.Gosched()
			if !it.job.merge() {
				d.item(it)
			}
			select {
			case d.out <- it:
			case <-ctx.Done():
				return ctx.Err()
			}
		}
	}
}

func (d *differ) item(it item) {
	if d.patch != nil && !d.begun {
		d.begun = true
		d.patch.reset()
	}
	if it.change != nil {
		d.change(it.change)
		return
	}
	if d.patch != nil {
		it.job.patchID, d.begun = d.patch.finish(), false
	}
}

// change compares a file with where it came from. What git shows of it differs from that where the file was renamed.
func (d *differ) change(c *change) {
	d.shown = d.shown[:0]
	exact := false
	if len(c.from) == 1 && c.from[0] != nil && c.text != nil {
		exact = d.compare(c, d.patch != nil && c.from[0] == c.oldText && c.oldPath == "")
	}
	if d.patch != nil {
		d.patch.change(&d.lines, c, d.shown, exact)
	}
}

// compare notes the difference, and tells whether d.shown holds what git shows with context.
func (d *differ) compare(c *change, show bool) bool {
	var err error
	o := linediff.Options{MaxCost: d.cost}
	if show {
		d.diff, d.shown, err = d.lines.DiffBoth(d.diff[:0], d.shown[:0], c.from[0], c.text, o)
		if err == nil {
			c.compared, c.diff = true, append([]linediff.Change(nil), d.diff...)
			return true
		}
	}
	d.diff, err = d.lines.Diff(d.diff[:0], c.from[0], c.text, o)
	c.compared, c.costly = true, err != nil
	if err == nil {
		c.diff = append([]linediff.Change(nil), d.diff...)
	}
	return false
}
