package linediff

import (
	"bytes"
	"hash/maphash"
	"math/bits"
	"sort"
	"sync"
	"sync/atomic"
)

// MaxBytes is the length of the longest text that can be compared; git has the same limit.
const MaxBytes = 1023 << 20

// Text is a file version cut into lines. A line includes its line feed; the last line may lack
// one. A Text is immutable until it is released and may be read concurrently. It refers to the data that it was made
// from, which must not change while the Text is in use.
type Text struct {
	data   []byte
	ends   []uint32 // offset behind each line
	hashes []uint32 // of each line, with its line feed

	id   uint64 // unique in the process
	base shared // what is known about another text
}

// shared says that two texts have these many bytes in common at the head and at the tail. Both
// are maximal and may overlap.
type shared struct {
	id         uint64 // of the other text; 0 when nothing is known
	head, tail int
}

var (
	seed   = maphash.MakeSeed()
	lastID atomic.Uint64
)

// Split cuts data into lines. It keeps data. It panics if data is longer than MaxBytes.
func Split(data []byte) *Text {
	t := newText(data, bytes.Count(data, lineFeed)+1)
	t.scan(0, len(data))
	return t
}

// Derive is Split for data that is likely to resemble an older version: lines at the common head
// and tail are taken over from old without looking at them again, and a following Diff of old and
// the result is cheaper. The result does not refer to old. A nil old is allowed.
func Derive(old *Text, data []byte) *Text {
	if old == nil {
		return Split(data)
	}
	common := compare(old.data, data)
	head, tail := old.wholeLines(common, data)
	headEnd, tailStart := old.start(head), old.start(len(old.ends)-tail)
	shift := len(data) - len(old.data)
	middle := data[headEnd : tailStart+shift]
	t := newText(data, head+tail+bytes.Count(middle, lineFeed)+1)
	t.ends = append(t.ends, old.ends[:head]...)
	t.hashes = append(t.hashes, old.hashes[:head]...)
	t.scan(headEnd, tailStart+shift)
	for _, end := range old.ends[len(old.ends)-tail:] {
		t.ends = append(t.ends, uint32(int(end)+shift))
	}
	t.hashes = append(t.hashes, old.hashes[len(old.ends)-tail:]...)
	t.base = shared{id: old.id, head: common.head, tail: common.tail}
	return t
}

// Lines returns the number of lines.
func (t *Text) Lines() int { return len(t.ends) }

// Line returns line i, counted from 0, with its line feed if it has one.
func (t *Text) Line(i int) []byte { return t.data[t.start(i):t.ends[i]] }

// Block returns lines from to to, the last one excluded.
func (t *Text) Block(from, to int) []byte { return t.data[t.start(from):t.start(to)] }

// Bytes returns the whole text. The caller must not change it.
func (t *Text) Bytes() []byte { return t.data }

// KeepsEnds reports whether so many first and so many last lines of t are those of old too. It is false for shorter
// texts, and for one that was not derived from old.
func (t *Text) KeepsEnds(old *Text, first, last int) bool {
	n := len(t.ends)
	if old == nil || t.base.id != old.id || n < first || n < last || len(old.ends) < first || len(old.ends) < last {
		return false
	}
	// The tail holds the line feed in front of the lines as well, so that they begin at the same place in both.
	return int(t.ends[first-1]) <= t.base.head && len(t.data)-t.start(n-last) < t.base.tail
}

// Footprint returns the bytes of memory that the text holds, its data included.
func (t *Text) Footprint() int { return cap(t.data) + 4*cap(t.ends) + 4*cap(t.hashes) + 128 }

var lineFeed = []byte{'\n'}

// Texts are made in sizes of a power of two of lines, from 64 on, so that their memory can serve again.
const (
	leastBits = 6
	mostBits  = 20
)

var texts [mostBits + 1]sync.Pool

// newText returns an empty text with room for so many lines.
func newText(data []byte, lines int) *Text {
	if len(data) > MaxBytes {
		panic("linediff: text longer than MaxBytes")
	}
	size := max(bits.Len(uint(max(lines-1, 0))), leastBits)
	t := &Text{}
	if size <= mostBits {
		lines = 1 << size
		if used, ok := texts[size].Get().(*Text); ok {
			t = used
		}
	}
	if cap(t.ends) < lines {
		memory := make([]uint32, 2*lines)
		t.ends, t.hashes = memory[:0:lines], memory[lines:lines]
	}
	t.data, t.id = data, lastID.Add(1)
	return t
}

// Release gives the text's memory back for another one: it must not be used afterwards, by anybody. It need not be
// called.
func (t *Text) Release() {
	lines := cap(t.ends)
	size := bits.Len(uint(lines)) - 1
	if size < leastBits || size > mostBits || lines != 1<<size {
		return
	}
	*t = Text{ends: t.ends[:0], hashes: t.hashes[:0]}
	texts[size].Put(t)
}

// scan appends the lines of data[from:to], which begins at a line's start.
func (t *Text) scan(from, to int) {
	for from < to {
		end := to
		if i := bytes.IndexByte(t.data[from:to], '\n'); i >= 0 {
			end = from + i + 1
		}
		t.ends = append(t.ends, uint32(end))
		t.hashes = append(t.hashes, uint32(maphash.Bytes(seed, t.data[from:end])))
		from = end
	}
}

// start returns the offset of line i, or the length of the text if there is no line i.
func (t *Text) start(i int) int {
	if i == 0 {
		return 0
	}
	return int(t.ends[i-1])
}

// linesWithin returns how many lines lie wholly in the first n bytes.
func (t *Text) linesWithin(n int) int {
	return sort.Search(len(t.ends), func(i int) bool { return int(t.ends[i]) > n })
}

// same reports whether lines i and j of t are equal.
func (t *Text) same(i, j int) bool {
	return t.hashes[i] == t.hashes[j] && bytes.Equal(t.Line(i), t.Line(j))
}

// wholeLines returns how many whole lines of t are found in the common head and tail of t and data.
// The two do not overlap, neither in t nor in data.
func (t *Text) wholeLines(c shared, data []byte) (head, tail int) {
	head = t.headLines(c.head, len(data), len(t.ends))
	free := min(len(t.data), len(data)) - t.start(head)
	first := len(t.data) - min(c.tail, free)
	tail = t.tailLines(first, len(t.data), len(data), data)
	return head, tail
}

// headLines returns how many of the first limit lines are also the first lines of another text of
// which the first common bytes are the same and which is size bytes long.
func (t *Text) headLines(common, size, limit int) int {
	n := t.linesWithin(common)
	if n > 0 && n == len(t.ends) && size != len(t.data) && t.data[len(t.data)-1] != '\n' {
		n-- // the last line goes on in the other text
	}
	return min(n, limit)
}

// tailLines returns how many whole lines lie in t.data[first:end], given that the same bytes end
// other[:size] and that end is a line's end.
func (t *Text) tailLines(first, end, size int, other []byte) int {
	n := t.linesWithin(first)
	if t.start(n) < first || !startsLine(other, size-(end-first)) {
		n++ // the line at first begins before it in one of the texts
	}
	return max(t.linesWithin(end)-n, 0)
}

func startsLine(data []byte, at int) bool { return at == 0 || data[at-1] == '\n' }
