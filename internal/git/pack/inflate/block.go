package inflate

import "encoding/binary"

// block decodes the symbols of a block to dst[n:] and returns the new n. It stops early when stop
// bytes are there, if stop is not negative, and fails if there would be more than limit. The first
// two of three literals need no check: there is room for them behind limit.
//
// The bits are held in local variables, and all steps are spelled out here, because this loop is
// where the time goes. After a refill there are at least 56 bits, enough for two literals (10 each)
// and a length (15 and 5 extra); a distance takes up to 28 more.
func (d *Decoder) block(dst []byte, n, stop, limit int, in *reader) (int, bool) {
	if stop < 0 {
		stop = limit + 1
	}
	codes, mask := &d.literals.entries, d.literals.mask
	places, placeMask := &d.distances.entries, d.distances.mask
	src, pos, hold, have := in.src, in.pos, in.bits, in.n
	for n < stop {
		if pos+8 <= len(src) {
			hold |= binary.LittleEndian.Uint64(src[pos:]) << (have & 63)
			pos += int((63 - have) >> 3)
			have |= 56
		} else {
			pos, hold, have = in.refill(pos, hold, have)
		}
		e := codes[hold&mask&(tableSize-1)]
		if e&isLiteral != 0 {
			dst[n] = byte(e >> valueAt)
			n++
			hold, have = hold>>(e&codeBits), have-uint(e&codeBits)
			if e = codes[hold&mask&(tableSize-1)]; e&isLiteral != 0 {
				dst[n] = byte(e >> valueAt)
				n++
				hold, have = hold>>(e&codeBits), have-uint(e&codeBits)
				e = codes[hold&mask&(tableSize-1)]
			}
		}
		if e&isLink != 0 {
			hold, have = hold>>(e&codeBits), have-uint(e&codeBits)
			e = codes[(uint64(e>>valueAt)+hold&(1<<(e>>4&15)-1))&(tableSize-1)]
		}
		hold, have = hold>>(e&codeBits), have-uint(e&codeBits)
		if e&(isLiteral|isEnd|isInvalid) != 0 || e == 0 {
			if e&isLiteral == 0 || n >= limit {
				in.pos, in.bits, in.n = pos, hold, have
				return n, e&isEnd != 0 && n <= limit
			}
			dst[n] = byte(e >> valueAt)
			n++
			continue
		}
		length := int(e>>valueAt) + int(hold&(1<<(e>>4&15)-1))
		hold, have = hold>>(e>>4&15), have-uint(e>>4&15)
		if have < 28 {
			pos, hold, have = in.refill(pos, hold, have)
		}
		e = places[hold&placeMask&(tableSize-1)]
		if e&isLink != 0 {
			hold, have = hold>>(e&codeBits), have-uint(e&codeBits)
			e = places[(uint64(e>>valueAt)+hold&(1<<(e>>4&15)-1))&(tableSize-1)]
		}
		hold, have = hold>>(e&codeBits), have-uint(e&codeBits)
		distance := int(e>>valueAt) + int(hold&(1<<(e>>4&15)-1))
		hold, have = hold>>(e>>4&15), have-uint(e>>4&15)
		if e == 0 || e&isInvalid != 0 || distance > n || n+length > limit {
			return n, false
		}
		repeat(dst, n, distance, length)
		n += length
	}
	in.pos, in.bits, in.n = pos, hold, have
	return n, true
}

// refill is fill for bits that are held elsewhere.
func (r *reader) refill(pos int, hold uint64, have uint) (int, uint64, uint) {
	r.pos, r.bits, r.n = pos, hold, have
	r.fill()
	return r.pos, r.bits, r.n
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
