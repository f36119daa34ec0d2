package inflate

import "encoding/binary"

// block decodes the symbols of a block to dst[n:] and returns the new n. It stops early when stop
// bytes are there, if stop is not negative, and fails if there would be more than limit. The first
// two of three literals need no check: there is room for them behind limit.
func (d *Decoder) block(dst []byte, n, stop, limit int, in *reader) (int, bool) {
	if stop < 0 {
		stop = limit + 1
	}
	codes, mask := &d.literals.entries, d.literals.mask
	r := *in
	for n < stop {
		r.fill()
		e := codes[r.bits&mask&(tableSize-1)]
		for range 2 {
			if e&isLiteral == 0 {
				break
			}
			dst[n] = byte(e >> valueAt)
			n++
			r.drop(e)
			e = codes[r.bits&mask&(tableSize-1)]
		}
		if e&isLink != 0 {
			r.drop(e)
			e = codes[(uint64(e>>valueAt)+r.bits&(1<<(e>>4&15)-1))&(tableSize-1)]
		}
		if e&isLiteral != 0 {
			dst[n] = byte(e >> valueAt)
			n++
			r.drop(e)
			if n > limit {
				return n, false
			}
			continue
		}
		if e&(isEnd|isInvalid) != 0 || e == 0 {
			r.drop(e)
			*in = r
			return n, e&isEnd != 0 && n <= limit
		}
		r.drop(e)
		length := int(e>>valueAt) + int(r.take(uint(e>>4&15)))
		r.fill()
		distance := d.distance(&r)
		if distance > n || n+length > limit || r.overrun() {
			return n, false
		}
		repeat(dst, n, distance, length)
		n += length
	}
	*in = r
	return n, true
}

func (r *reader) drop(e entry) {
	r.bits >>= e & codeBits
	r.n -= uint(e & codeBits)
}

// tooFar is what distance returns for an invalid code.
const tooFar = 1 << 30

func (d *Decoder) distance(r *reader) int {
	e := d.distances.entries[r.bits&d.distances.mask&(tableSize-1)]
	if e&isLink != 0 {
		r.drop(e)
		e = d.distances.entries[(uint64(e>>valueAt)+r.bits&(1<<(e>>4&15)-1))&(tableSize-1)]
	}
	if e&isInvalid != 0 || e == 0 {
		return tooFar
	}
	r.drop(e)
	return int(e>>valueAt) + int(r.take(uint(e>>4&15)))
}

// repeat copies length bytes from distance before at to at. It may write up to 15 bytes more.
func repeat(dst []byte, at, distance, length int) {
	from := at - distance
	switch {
	case distance >= length && length > 32:
		copy(dst[at:at+length], dst[from:from+length])
	case distance >= 8:
		for end := at + length; at < end; at, from = at+8, from+8 {
			binary.LittleEndian.PutUint64(dst[at:], binary.LittleEndian.Uint64(dst[from:]))
		}
	case distance == 1:
		word := uint64(dst[from]) * 0x0101010101010101
		for end := at + length; at < end; at += 8 {
			binary.LittleEndian.PutUint64(dst[at:], word)
		}
	default:
		for end := at + length; at < end; at, from = at+1, from+1 {
			dst[at] = dst[from]
		}
	}
}
