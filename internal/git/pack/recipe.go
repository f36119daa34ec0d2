package pack

import "sort"

// recipe tells how to make an object from another one: the parts to put one after the other. It stands for several
// deltas at once, so that what lies between need not be made.
type recipe struct {
	parts []part
	next  []part // those being gathered
	own   []byte // the deltas, whose own bytes parts refer to
	links int    // how many deltas it stands for
}

// maxParts is how many parts pay: beyond them, objects in between are made after all.
const maxParts = 4096

// part is a run of bytes of the base or, if own is set, of a delta.
type part struct {
	at, n uint32
	end   uint32 // offset behind it in the result
	own   bool
}

func (c *recipe) reset() { c.parts, c.own, c.links = c.parts[:0], c.own[:0], 0 }

// add makes the recipe one of its result followed by a delta, whose instructions are c.own[at:]. base is the size of
// what the delta is based on, size that of its result. It reports false, and leaves the recipe as it was, if the
// delta is damaged or the parts become too many.
func (c *recipe) add(at, base, size int) bool {
	c.next = c.next[:0]
	for left := size; at < len(c.own) || left > 0; {
		if at == len(c.own) {
			return false
		}
		op := c.own[at]
		from, n, rest, ok := at+1, int(op), c.own[at+1:], op != 0
		own := op&0x80 == 0
		if own && n <= len(rest) {
			rest = rest[n:]
		} else if own {
			return false
		} else if from, n, rest, ok = copyRange(op, rest); from+n > base {
			return false
		}
		if left -= n; left < 0 || !ok {
			return false
		}
		at = len(c.own) - len(rest)
		if own || c.links == 0 {
			c.put(part{at: uint32(from), n: uint32(n), own: own})
		} else {
			c.putResult(from, n)
		}
		if len(c.next) > maxParts {
			return false
		}
	}
	c.parts, c.next = c.next, c.parts
	c.links++
	return true
}

// putResult puts the parts that make bytes from to from+n of the recipe's result.
func (c *recipe) putResult(from, n int) {
	i := sort.Search(len(c.parts), func(i int) bool { return int(c.parts[i].end) > from })
	for ; n > 0 && len(c.next) <= maxParts; i++ {
		p := c.parts[i]
		skip := uint32(from) - (p.end - p.n)
		p.at, p.n = p.at+skip, min(p.n-skip, uint32(n))
		c.put(p)
		from, n = from+int(p.n), n-int(p.n)
	}
}

// put appends a part to those that are gathered, joined with the last one where the two are one run of the base.
func (c *recipe) put(p part) {
	k := len(c.next) - 1
	if k < 0 {
		p.end = p.n
		c.next = append(c.next, p)
		return
	}
	last := &c.next[k]
	p.end = last.end + p.n
	if !p.own && !last.own && last.at+last.n == p.at {
		last.n, last.end = last.n+p.n, p.end
		return
	}
	c.next = append(c.next, p)
}

// make follows the recipe. dst has just the size of the result.
func (c *recipe) make(dst, base []byte) {
	for _, p := range c.parts {
		from := base
		if p.own {
			from = c.own
		}
		copy(dst, from[p.at:p.at+p.n])
		dst = dst[p.n:]
	}
}
