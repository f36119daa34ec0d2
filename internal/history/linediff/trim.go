package linediff

import (
	"bytes"
	"encoding/binary"
	"math/bits"
)

// tailBlock is the unit in which git cuts equal tails.
const tailBlock = 1024

// trim sets both sides to their texts less the tail that git cuts, and finds the equal lines at
// head and tail of what is left. It returns false if the texts are equal.
func (d *Differ) trim(a, b *Text, keepTail bool) bool {
	common := known(a, b)
	if common.head == len(a.data) && common.head == len(b.data) {
		return false
	}
	cut := 0
	if !keepTail {
		cut = cutTail(a.data, common.tail)
	}
	d.a = d.a.reset(a, a.linesWithin(len(a.data)-cut))
	d.b = d.b.reset(b, b.linesWithin(len(b.data)-cut))
	head, tail := commonLines(a, b, common, cut)
	d.a.from, d.a.to = head, d.a.lines-tail
	d.b.from, d.b.to = head, d.b.lines-tail
	return true
}

// commonLines returns how many lines are equal at the head and at the tail of two texts less their last cut bytes,
// which are whole lines.
func commonLines(a, b *Text, common shared, cut int) (head, tail int) {
	aEnd, bEnd := len(a.data)-cut, len(b.data)-cut
	limit := min(a.linesWithin(aEnd), b.linesWithin(bEnd))
	head = a.headLines(common.head, len(b.data), limit)
	tail = a.tailLines(aEnd-(common.tail-cut), aEnd, bEnd, b.data)
	return head, min(tail, limit-head)
}

// cutTail returns how many bytes git takes off the end of two files whose last common bytes are
// equal: whole blocks, less everything up to and including the first line feed in them.
func cutTail(data []byte, common int) int {
	common -= common % tailBlock
	lf := bytes.IndexByte(data[len(data)-common:], '\n')
	if lf < 0 {
		return 0
	}
	return common - lf - 1
}

// known returns the common head and tail of two texts, from memory if one derives from the other.
func known(a, b *Text) shared {
	switch {
	case b.base.id == a.id:
		return b.base
	case a.base.id == b.id:
		return a.base
	}
	return compare(a.data, b.data)
}

// compare returns the lengths of the common head and the common tail of a and b.
func compare(a, b []byte) shared {
	return shared{head: commonHead(a, b), tail: commonTail(a, b)}
}

// stride is how many bytes are compared by one call of the fast comparison of equal bytes.
const stride = 512

func commonHead(a, b []byte) int {
	n := min(len(a), len(b))
	i := 0
	for i+stride <= n && bytes.Equal(a[i:i+stride], b[i:i+stride]) {
		i += stride
	}
	for ; i+8 <= n; i += 8 {
		if x := binary.LittleEndian.Uint64(a[i:]) ^ binary.LittleEndian.Uint64(b[i:]); x != 0 {
			return i + bits.TrailingZeros64(x)/8
		}
	}
	for i < n && a[i] == b[i] {
		i++
	}
	return i
}

func commonTail(a, b []byte) int {
	n := min(len(a), len(b))
	a, b = a[len(a)-n:], b[len(b)-n:]
	i := n
	for i >= stride && bytes.Equal(a[i-stride:i], b[i-stride:i]) {
		i -= stride
	}
	for ; i >= 8; i -= 8 {
		x := binary.LittleEndian.Uint64(a[i-8:]) ^ binary.LittleEndian.Uint64(b[i-8:])
		if x != 0 {
			return n - i + bits.LeadingZeros64(x)/8
		}
	}
	for i > 0 && a[i-1] == b[i-1] {
		i--
	}
	return n - i
}
