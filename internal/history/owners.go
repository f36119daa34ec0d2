package history

import (
	"weir/internal/facts"
	"weir/internal/history/linediff"
)

// owners says who wrote each line of a file version, as stretches of lines. It is immutable.
type owners []stretch

// stretch is the lines from the end of the stretch before it up to end, written by one commit.
type stretch struct {
	end uint32
	by  facts.CommitNumber
}

// stretchSize is the memory of one in bytes.
const stretchSize = 8

// open marks, while a merge is attributed, a line that no parent so far has.
const open facts.CommitNumber = -1

// wholly gives a file of which one commit wrote all lines.
func wholly(lines int, by facts.CommitNumber) owners {
	if lines == 0 {
		return owners{}
	}
	return owners{{uint32(lines), by}}
}

// lines counts the lines.
func (o owners) lines() int {
	if len(o) == 0 {
		return 0
	}
	return int(o[len(o)-1].end)
}

// add appends n lines.
func (o owners) add(n int, by facts.CommitNumber) owners {
	if n == 0 {
		return o
	}
	if last := len(o) - 1; last >= 0 {
		if o[last].by == by {
			o[last].end += uint32(n)
			return o
		}
		return append(o, stretch{o[last].end + uint32(n), by})
	}
	return append(o, stretch{uint32(n), by})
}

// cursor goes through owners from the first line to the last.
type cursor struct {
	of   owners
	i    int
	line int
}

// to calls each for the stretches between the cursor and a line, and moves there.
func (c *cursor) to(line int, each func(n int, by facts.CommitNumber)) {
	for c.line < line && c.i < len(c.of) {
		end := min(int(c.of[c.i].end), line)
		each(end-c.line, c.of[c.i].by)
		c.line = end
		if end == int(c.of[c.i].end) {
			c.i++
		}
	}
}

// skip moves to a line.
func (c *cursor) skip(line int) {
	for c.i < len(c.of) && int(c.of[c.i].end) <= line {
		c.i++
	}
	c.line = line
}

// inherit gives the owners after changes: kept lines stay with their writers, added ones belong to by.
func inherit(old owners, changes []linediff.Change, by facts.CommitNumber) owners {
	next := make(owners, 0, len(old)+2*len(changes)+1)
	c := cursor{of: old}
	take := func(n int, by facts.CommitNumber) { next = next.add(n, by) }
	for _, ch := range changes {
		c.to(ch.AStart, take)
		next = next.add(ch.BLines, by)
		c.skip(ch.AStart + ch.ALines)
	}
	c.to(old.lines(), take)
	return trim(next)
}

// fill gives the owners of a merge: where a line is still open, what the next parent says of it.
func fill(sofar, next owners) owners {
	filled := make(owners, 0, len(sofar)+len(next))
	c := cursor{of: next}
	take := func(n int, by facts.CommitNumber) { filled = filled.add(n, by) }
	line := 0
	for _, s := range sofar {
		if s.by == open {
			c.skip(line)
			c.to(int(s.end), take)
		} else {
			filled = filled.add(int(s.end)-line, s.by)
		}
		line = int(s.end)
	}
	return trim(filled)
}

// close gives the lines that no parent has to the merge itself, and counts them.
func (o owners) close(by facts.CommitNumber) (owners, int) {
	closed, own, line := make(owners, 0, len(o)), 0, 0
	for _, s := range o {
		n := int(s.end) - line
		line = int(s.end)
		if s.by == open {
			s.by = by
			own += n
		}
		closed = closed.add(n, s.by)
	}
	return trim(closed), own
}

// trim gives back memory that was set aside and not needed.
func trim(o owners) owners {
	if cap(o)-len(o) <= 4+len(o)/8 {
		return o
	}
	return append(make(owners, 0, len(o)), o...)
}
