package inflate

import "math/bits"

// entry tells what a code stands for:
//
//	bits  0-3   length of the code (in a second table: of its rest)
//	bits  4-7   number of extra bits; for a link: bits that index the second table
//	bit   8     literal
//	bit   9     link to a second table, at value
//	bit  10     end of block
//	bit  11     not allowed
//	bits 16-31  value: byte, least length, least distance, or place of the second table
//
// The zero entry is not a code.
type entry uint32

const (
	isLiteral entry = 1 << 8
	isLink    entry = 1 << 9
	isEnd     entry = 1 << 10
	isInvalid entry = 1 << 11
	codeBits  entry = 0xf
	valueAt         = 16
)

const (
	maxCode   = 15   // bits of the longest code
	firstBits = 10   // codes up to this length are found with one look
	tableSize = 4096 // more than any valid code needs
)

// table finds codes: the first bits index a first table, which for longer codes links to others.
type table struct {
	mask    uint64 // of the first table's index
	entries [tableSize]entry
	sorted  [288]uint16 // scratch: symbols by code length
}

// build makes the table for the symbols that have these code lengths. meaning gives each symbol's
// entry without its code length. It fails for lengths that are not those of a prefix code; one that
// is not complete is allowed only if it has at most one symbol and partial is set.
func (t *table) build(lengths []uint8, meaning []entry, partial bool) bool {
	var count [maxCode + 1]int
	for _, l := range lengths {
		count[l]++
	}
	longest, left := 0, 1
	for l := 1; l <= maxCode; l++ {
		left = left<<1 - count[l]
		if left < 0 {
			return false
		}
		if count[l] > 0 {
			longest = l
		}
	}
	used := len(lengths) - count[0]
	if left > 0 && !(partial && (used == 0 || used == 1 && longest == 1)) {
		return false
	}
	t.sortSymbols(lengths, &count)
	first := min(max(longest, 1), firstBits)
	t.mask = 1<<first - 1
	if left > 0 {
		clear(t.entries[:t.mask+1])
	}
	code, symbols := t.fillFirst(t.sorted[:used], &count, meaning, first, longest)
	return longest <= firstBits || t.fillLinked(symbols, &count, meaning, code, longest)
}

// sortSymbols orders the symbols by code length and then by value.
func (t *table) sortSymbols(lengths []uint8, count *[maxCode + 1]int) {
	var next [maxCode + 1]int
	for l := 1; l < maxCode; l++ {
		next[l+1] = next[l] + count[l]
	}
	for symbol, l := range lengths {
		if l > 0 {
			t.sorted[next[l]] = uint16(symbol)
			next[l]++
		}
	}
}

// fillFirst fills the first table. The table for codes of up to l bits is the one for l-1 bits
// twice, with the codes of l bits put in. It returns the first longer code and its symbols.
func (t *table) fillFirst(symbols []uint16, count *[maxCode + 1]int, meaning []entry, first, longest int) (int, []uint16) {
	code := 0
	for l := 1; l <= first; l++ {
		half := 1 << (l - 1)
		if code > 0 {
			copy(t.entries[half:2*half], t.entries[:half])
		}
		code <<= 1
		for _, s := range symbols[:count[l]] {
			at := bits.Reverse16(uint16(code)) >> (16 - l)
			t.entries[at] = meaning[s] | entry(l)
			code++
		}
		symbols = symbols[count[l]:]
	}
	return code, symbols
}

// fillLinked fills the second tables, one for each group of codes with the same first bits.
func (t *table) fillLinked(symbols []uint16, count *[maxCode + 1]int, meaning []entry, code, longest int) bool {
	next := 1 << firstBits
	link, width, start := -1, 0, 0
	for l := firstBits + 1; l <= longest; l++ {
		code <<= 1
		for i, s := range symbols[:count[l]] {
			reversed := int(bits.Reverse16(uint16(code)) >> (16 - l))
			if low := reversed & (1<<firstBits - 1); low != link {
				link, start = low, next
				width = linkWidth(count, l, i, longest)
				next += 1 << width
				if next > tableSize {
					return false
				}
				t.entries[link] = entry(firstBits) | entry(width)<<4 | isLink | entry(start)<<valueAt
			}
			e := meaning[s] | entry(l-firstBits)
			for at := reversed >> firstBits; at < 1<<width; at += 1 << (l - firstBits) {
				t.entries[start+at] = e
			}
			code++
		}
		symbols = symbols[count[l]:]
	}
	return true
}

// linkWidth returns how many bits the second table needs that begins with code number i of length
// l: the codes that follow fill it up one after the other.
func linkWidth(count *[maxCode + 1]int, l, i, longest int) int {
	width := l - firstBits
	room := 1<<width - (count[l] - i)
	for room > 0 && width+firstBits < longest {
		width++
		room = room<<1 - count[width+firstBits]
	}
	return width
}
