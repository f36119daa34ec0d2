package linediff

import "bytes"

// classTable gives equal lines of the two middles the same small number, their class, and counts
// how often each class occurs in either file.
type classTable struct {
	a, b    *Text
	slots   []uint64 // hash table: hash in the upper half, class+1 in the lower; 0 is free
	hash    []uint32 // per class
	line    []int32  // per class: one of its lines, in a; or in b, then with all bits flipped
	inA     []int32  // per class: occurrences in the whole of a
	inB     []int32  // per class: occurrences in the whole of b
	present []uint64 // bit set of hashes, to skip most lookups of lines that have no class
	sought  bool     // countOutside only looked for matches
}

// build classes the lines of both middles. It reports whether they have any line in common.
func (c *classTable) build(a, b *side) bool {
	c.reset(a.middle() + b.middle())
	c.a, c.b = a.text, b.text
	a.classes = a.classes[:0]
	for i := a.from; i < a.to; i++ {
		k := c.class(a.text, i, int32(i))
		c.inA[k]++
		a.classes = append(a.classes, k)
	}
	return c.follow(a, b)
}

// follow classes the lines of b. Behind a line that is also in a, most lines are those that follow it there, and are
// compared as one block instead of being looked up. It reports whether the two have any line in common.
func (c *classTable) follow(a, b *side) (common bool) {
	b.classes = b.classes[:0]
	next := a.to // the line of a to be expected
	for i := b.from; i < b.to; i++ {
		n := equalLines(a.text, next, a.to, b.text, i, b.to)
		for _, k := range a.classes[next-a.from : next-a.from+n] {
			c.inB[k]++
			b.classes = append(b.classes, k)
		}
		if i += n; i == b.to {
			break
		}
		k := c.class(b.text, i, ^int32(i))
		c.inB[k]++
		b.classes = append(b.classes, k)
		if next = a.to; c.inA[k] > 0 {
			common, next = true, int(c.line[k])+1
		}
	}
	return common
}

// equalLines returns how many lines from line i of a on equal those from line j of b on, before the given ends. It may
// return 0 for fewer than there are.
func equalLines(a *Text, i, aEnd int, b *Text, j, bEnd int) int {
	n, most := 0, min(aEnd-i, bEnd-j)
	for n < most && a.hashes[i+n] == b.hashes[j+n] {
		n++
	}
	if n == 0 || !bytes.Equal(a.data[a.start(i):a.ends[i+n-1]], b.data[b.start(j):b.ends[j+n-1]]) {
		return 0
	}
	return n
}

// countOutside adds the lines at head and tail, which are the same in both files, to the counts, as
// far as the counts matter. Fewer unmatched lines than a frequent line would have to stand among
// need no counts, only whether there is a match at all.
func (c *classTable) countOutside(a, b *side) {
	c.sought = lonely(a.classes, c.inB) < leastUnmatched && lonely(b.classes, c.inA) < leastUnmatched
	if c.sought {
		c.seekOutside(a)
		return
	}
	c.countLines(a.text, 0, a.from)
	c.countLines(a.text, a.to, a.lines)
}

// lonely counts lines that do not occur in the other middle.
func lonely(classes []uint32, occurrences []int32) int {
	n := 0
	for _, k := range classes {
		if occurrences[k] == 0 {
			n++
		}
	}
	return n
}

func (c *classTable) countLines(t *Text, from, to int) {
	for i, h := range t.hashes[from:to] {
		if !c.maybe(h) {
			continue
		}
		if k := uint32(*c.find(h, t, from+i)); k != 0 {
			c.inA[k-1]++
			c.inB[k-1]++
		}
	}
}

// seekOutside looks at head and tail only for lines that occur in one middle but not in the other.
func (c *classTable) seekOutside(a *side) {
	sought := 0
	clear(c.present)
	for k := range c.hash {
		if c.inA[k] == 0 || c.inB[k] == 0 {
			c.mark(c.hash[k])
			sought++
		}
	}
	for _, part := range [2][2]int{{0, a.from}, {a.to, a.lines}} {
		for i, h := range a.text.hashes[part[0]:part[1]] {
			if sought == 0 {
				return
			}
			if c.maybe(h) && c.found(h, a.text, part[0]+i) {
				sought--
			}
		}
	}
}

// found counts a line of both files, if it has a class, and reports whether that class got its first
// match by it.
func (c *classTable) found(h uint32, t *Text, line int) bool {
	k := uint32(*c.find(h, t, line))
	if k == 0 {
		return false
	}
	first := c.inA[k-1] == 0 || c.inB[k-1] == 0
	c.inA[k-1]++
	c.inB[k-1]++
	return first
}

// mark notes that a class has this hash, for maybe.
func (c *classTable) mark(h uint32) {
	bit := h >> 1 & uint32(len(c.present)*64-1)
	c.present[bit/64] |= 1 << (bit % 64)
}

// maybe is false for most hashes that no class has.
func (c *classTable) maybe(h uint32) bool {
	bit := h >> 1 & uint32(len(c.present)*64-1)
	return c.present[bit/64]>>(bit%64)&1 != 0
}

// class returns the class of a line, making one if there is none. name is what the class calls it.
func (c *classTable) class(t *Text, line int, name int32) uint32 {
	h := t.hashes[line]
	slot := c.find(h, t, line)
	if *slot != 0 {
		return uint32(*slot) - 1
	}
	k := uint32(len(c.hash))
	*slot = uint64(h)<<32 | uint64(k+1)
	c.hash = append(c.hash, h)
	c.line = append(c.line, name)
	c.inA = append(c.inA, 0)
	c.inB = append(c.inB, 0)
	c.mark(h)
	return k
}

// find returns the slot that holds the line's class, or the free slot where it belongs.
func (c *classTable) find(h uint32, t *Text, line int) *uint64 {
	mask := uint32(len(c.slots) - 1)
	for i := h & mask; ; i = (i + 1) & mask {
		slot := &c.slots[i]
		if *slot == 0 {
			return slot
		}
		if uint32(*slot>>32) == h && bytes.Equal(c.example(uint32(*slot)-1), t.Line(line)) {
			return slot
		}
	}
}

// example returns a line of a class.
func (c *classTable) example(k uint32) []byte {
	if i := c.line[k]; i < 0 {
		return c.b.Line(int(^i))
	}
	return c.a.Line(int(c.line[k]))
}

// reset empties the table and makes room for the given number of lines.
func (c *classTable) reset(lines int) {
	size := 16
	for size < 2*lines {
		size *= 2
	}
	c.slots = cleared(c.slots, size)
	c.present = cleared(c.present, max(size/8, 16))
	c.hash, c.line, c.inA, c.inB = c.hash[:0], c.line[:0], c.inA[:0], c.inB[:0]
}

// release lets go of the texts.
func (c *classTable) release() { c.a, c.b = nil, nil }

// cleared returns a slice of n zeros, in the memory of s if it is large enough.
func cleared[T uint8 | uint32 | uint64](s []T, n int) []T {
	if cap(s) < n {
		return make([]T, n, n+n/4)
	}
	s = s[:n]
	clear(s)
	return s
}
