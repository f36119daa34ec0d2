package linediff

import "cmp"

// DiffBoth appends to dst what Diff finds and to shown what Diff finds with KeepTail, mostly in little more than the
// time of one of them. o.KeepTail is not looked at. The only error is ErrTooCostly, of either; dst and shown are then
// returned unchanged.
func (d *Differ) DiffBoth(dst, shown []Change, a, b *Text, o Options) (cut, kept []Change, err error) {
	o.MaxCost = cmp.Or(o.MaxCost, DefaultMaxCost)
	o.MaxLines = cmp.Or(o.MaxLines, DefaultMaxLines)
	defer d.release()
	if !d.trim(a, b, false) {
		return dst, shown, nil
	}
	if err := d.mark(o); err != nil {
		return dst, shown, err
	}
	cut = d.changes(dst)
	if d.a.lines == len(a.ends) {
		return cut, append(shown, cut[len(dst):]...), nil // there was no tail to cut
	}
	if d.sameWithTail(a, b) {
		d.a.lines, d.b.lines = len(a.ends), len(b.ends)
		return cut, d.changes(shown), nil
	}
	o.KeepTail = true
	if kept, err = d.Diff(shown, a, b, o); err != nil {
		return dst, shown, err
	}
	return cut, kept, nil
}

// sameWithTail reports whether mark would have marked the same lines if the tail had not been cut: the same middles
// are compared, and no line of them counts for something else when the tail is counted too.
func (d *Differ) sameWithTail(a, b *Text) bool {
	head, tail := commonLines(a, b, known(a, b), 0)
	if head != d.a.from || len(a.ends)-tail != d.a.to || len(b.ends)-tail != d.b.to {
		return false
	}
	if !d.searched {
		return true
	}
	c := &d.classes
	if c.sought {
		return !c.seekLines(a, d.a.lines, len(a.ends))
	}
	c.countLines(a, d.a.lines, len(a.ends))
	return d.a.sameFates(c.inB, len(a.ends)) && d.b.sameFates(c.inA, len(b.ends))
}

// seekLines reports whether a line that occurs in one middle only, or outside, gets a match among these.
func (c *classTable) seekLines(t *Text, from, to int) bool {
	for i, h := range t.hashes[from:to] {
		if c.maybe(h) && c.found(h, t, from+i) {
			return true
		}
	}
	return false
}

// sameFates reports whether discard would judge all lines as it did.
func (s *side) sameFates(occurrences []int32, lines int) bool {
	limit := frequentFrom(lines)
	for i, class := range s.classes {
		if fateOf(occurrences[class], limit) != s.fate[i] {
			return false
		}
	}
	return true
}
