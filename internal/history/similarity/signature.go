package similarity

import (
	"bytes"
	"math/bits"
	"slices"
)

const (
	partSize  = 64
	hashRange = 107927
	textCheck = 8000 // a NUL in so many first bytes makes a file binary
)

// Rules says which git's scores are wanted.
type Rules struct {
	// DropLastPart leaves out a last part that is shorter than 64 bytes and has no line feed, as
	// git before version 2.44 did.
	DropLastPart bool
}

// Signature is what Score needs to know of a file. It is immutable, does not refer to the file's
// data, and takes four bytes for each distinct line or less.
type Signature struct {
	size  int64
	parts []part
}

// part is a hash in the upper 17 bits and the number of bytes under it in the lower 15. A hash
// with more bytes has several parts. Parts are in order of their hashes.
type part uint32

const (
	bytesBits = 15
	maxBytes  = 1<<bytesBits - 1
)

func (p part) hash() uint32 { return uint32(p) >> bytesBits }
func (p part) bytes() int64 { return int64(p & maxBytes) }

// Sign returns the signature of a file's content. It does not keep data.
func Sign(data []byte, r Rules) *Signature {
	parts := make([]part, 0, bytes.Count(data, []byte{'\n'})+len(data)/partSize+1)
	parts = cut(parts, data, isText(data), r)
	sort(parts)
	return &Signature{size: int64(len(data)), parts: merge(parts)}
}

// Size returns the length of the file.
func (s *Signature) Size() int64 { return s.size }

// Footprint returns the bytes of memory that the signature holds.
func (s *Signature) Footprint() int { return 4*cap(s.parts) + 32 }

func isText(data []byte) bool {
	return bytes.IndexByte(data[:min(len(data), textCheck)], 0) < 0
}

// cut appends the parts of data.
func cut(parts []part, data []byte, text bool, r Rules) []part {
	state, n := uint64(0), 0
	for i, c := range data {
		if c == '\r' && text && i+1 < len(data) && data[i+1] == '\n' {
			continue
		}
		state = bits.RotateLeft64(state, 7) + uint64(c)<<32
		n++
		if n == partSize || c == '\n' {
			parts = append(parts, newPart(state, n))
			state, n = 0, 0
		}
	}
	if n > 0 && !r.DropLastPart {
		parts = append(parts, newPart(state, n))
	}
	return parts
}

func newPart(state uint64, n int) part {
	hash := (uint32(state>>32) + uint32(state)*0x61) % hashRange
	return part(hash<<bytesBits | uint32(n))
}

// merge joins neighbours with the same hash as far as their bytes fit.
func merge(parts []part) []part {
	out := 0
	for _, p := range parts {
		if out > 0 && parts[out-1].hash() == p.hash() && parts[out-1].bytes()+p.bytes() <= maxBytes {
			parts[out-1] += p & maxBytes
			continue
		}
		parts[out] = p
		out++
	}
	if out < cap(parts)*3/4 {
		return slices.Clone(parts[:out])
	}
	return parts[:out]
}

// copied returns the bytes that two files have in common.
func copied(a, b []part) int64 {
	var sum, left, right int64
	i, j := 0, 0
	for i < len(a) && j < len(b) {
		p, q := a[i], b[j]
		switch {
		case p.hash() < q.hash():
			i, left = i+1, 0
		case p.hash() > q.hash():
			j, right = j+1, 0
		default:
			// left and right bytes of the two parts are used already
			n := min(p.bytes()-left, q.bytes()-right)
			sum, left, right = sum+n, left+n, right+n
			if left == p.bytes() {
				i, left = i+1, 0
			}
			if right == q.bytes() {
				j, right = j+1, 0
			}
		}
	}
	return sum
}

// radixFrom is the number of parts from which on sorting by digits is faster.
const radixFrom = 96

// sort orders parts by their hashes.
func sort(parts []part) {
	if len(parts) < radixFrom {
		slices.Sort(parts)
		return
	}
	spare := make([]part, len(parts))
	const digit = 9
	distribute(spare, parts, bytesBits, digit)
	distribute(parts, spare, bytesBits+digit, digit)
}

// distribute is one pass of a radix sort: it copies from src to dst in order of some bits.
func distribute(dst, src []part, shift, width uint) {
	var next [1 << 9]uint32
	mask := part(1)<<width - 1
	for _, p := range src {
		next[p>>shift&mask]++
	}
	sum := uint32(0)
	for i, n := range next {
		next[i], sum = sum, sum+n
	}
	for _, p := range src {
		d := p >> shift & mask
		dst[next[d]] = p
		next[d]++
	}
}
