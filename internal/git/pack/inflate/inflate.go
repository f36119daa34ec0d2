// Package inflate decompresses zlib and deflate streams of known size in one go.
//
// A pack holds hundreds of thousands of small streams, each with its size in front. Knowing the
// size, and having all input at hand, a decoder needs no window, no state between calls and few
// checks; and because most streams are small, the tables that it builds are no larger than each
// stream's codes need. On packs this takes about half the time of a streaming decoder.
//
// Damaged or hostile input gives ErrCorrupt: no input makes the decoder write more than was asked
// for, read beyond src, or run longer than its input and output are long. The checksum at the
// stream's end is not verified: git did so when it stored the pack, and it is as much work as a
// good part of the decoding.
package inflate

import (
	"encoding/binary"
	"errors"
)

// ErrCorrupt is returned for input that is not a zlib stream of the expected size.
var ErrCorrupt = errors.New("inflate: corrupt stream")

// Slop is the number of bytes behind the wanted size that a decoder may overwrite with anything.
const Slop = 320

// MaxRatio is more than the number of bytes that one byte of input can become. A stream that
// promises more than that is a lie.
const MaxRatio = 1040

// Decoder decodes streams. The zero value is ready. It is for one goroutine at a time.
type Decoder struct {
	literals  table // of literals and lengths
	distances table
	lengths   [320]uint8
	fixed     bool // the tables are those of the fixed codes
}

// Decode decompresses the zlib stream at the start of src into dst[:size] and returns how many
// bytes of src it took, without the checksum. The stream must hold exactly size bytes. dst must
// have Slop bytes more than size.
func (d *Decoder) Decode(dst []byte, size int, src []byte) (int, error) {
	in := reader{src: src}
	if !in.header() {
		return 0, ErrCorrupt
	}
	return d.all(dst[:size+Slop], size, &in)
}

// DecodeRaw is Decode for a deflate stream as it is, without what zlib puts around it.
func (d *Decoder) DecodeRaw(dst []byte, size int, src []byte) (int, error) {
	return d.all(dst[:size+Slop], size, &reader{src: src})
}

// Prefix decompresses the first size bytes of a stream, or all if it holds less, and returns how
// many there are. dst must have Slop bytes more than size.
func (d *Decoder) Prefix(dst []byte, size int, src []byte) (int, error) {
	in := reader{src: src}
	if !in.header() {
		return 0, ErrCorrupt
	}
	n, err := d.blocks(dst[:size+Slop], size, size+Slop-wordSlop-2, &in)
	return min(n, size), err
}

// all decodes a stream that must hold just size bytes.
func (d *Decoder) all(dst []byte, size int, in *reader) (int, error) {
	n, err := d.blocks(dst, -1, size, in)
	if err != nil || n != size {
		return 0, ErrCorrupt
	}
	return in.position(), nil
}

// wordSlop is what copying in words may write too much.
const wordSlop = 16

// blocks decodes blocks until the last one, or until stop bytes are there if stop is not negative.
// It fails if there are more than limit bytes.
func (d *Decoder) blocks(dst []byte, stop, limit int, in *reader) (int, error) {
	n := 0
	for last := false; !last; {
		in.fill()
		if in.overrun() {
			return n, ErrCorrupt
		}
		last = in.take(1) == 1
		var ok bool
		switch in.take(2) {
		case 0:
			n, ok = in.stored(dst, n, stop, limit)
		case 1:
			d.useFixed()
			n, ok = d.block(dst, n, stop, limit, in)
		case 2:
			ok = d.readCodes(in)
			if ok {
				n, ok = d.block(dst, n, stop, limit, in)
			}
		}
		if !ok || in.overrun() {
			return n, ErrCorrupt
		}
		if stop >= 0 && n >= stop {
			return n, nil
		}
	}
	return n, nil
}

// reader takes bits from src, the lowest first. Behind the end of src it gives zeros.
type reader struct {
	src  []byte
	pos  int // next byte to load
	bits uint64
	n    uint // number of bits loaded
}

// header checks the two bytes in front of a zlib stream.
func (r *reader) header() bool {
	if len(r.src) < 2 || r.src[0]&0x0f != 8 || r.src[0]>>4 > 7 || r.src[1]&0x20 != 0 ||
		binary.BigEndian.Uint16(r.src)%31 != 0 {
		return false
	}
	r.pos = 2
	return true
}

// fill makes sure that at least 56 bits are loaded.
func (r *reader) fill() {
	if r.pos+8 <= len(r.src) {
		r.bits |= binary.LittleEndian.Uint64(r.src[r.pos:]) << (r.n & 63)
		r.pos += int((63 - r.n) >> 3)
		r.n |= 56
		return
	}
	for r.n <= 56 {
		if r.pos < len(r.src) {
			r.bits |= uint64(r.src[r.pos]) << (r.n & 63)
		}
		r.pos++
		r.n += 8
	}
}

// take returns the next bits, which must have been loaded.
func (r *reader) take(n uint) uint32 {
	v := uint32(r.bits) & (1<<n - 1)
	r.bits >>= n
	r.n -= n
	return v
}

// position returns how many bytes were begun.
func (r *reader) position() int { return r.pos - int(r.n/8) }

// overrun reports whether bits from behind the end were taken.
func (r *reader) overrun() bool { return r.position() > len(r.src) }

// stored copies a block that is not compressed, or as much of it as is needed to have stop bytes.
func (r *reader) stored(dst []byte, n, stop, limit int) (int, bool) {
	r.pos = r.position()
	r.bits, r.n = 0, 0
	if r.pos+4 > len(r.src) {
		return n, false
	}
	length := binary.LittleEndian.Uint16(r.src[r.pos:])
	check := binary.LittleEndian.Uint16(r.src[r.pos+2:])
	r.pos += 4
	size := int(length)
	if stop >= 0 {
		size = min(size, stop-n)
	}
	if length != ^check || r.pos+size > len(r.src) || n+size > limit {
		return n, false
	}
	n += copy(dst[n:], r.src[r.pos:r.pos+size])
	r.pos += size
	return n, true
}
