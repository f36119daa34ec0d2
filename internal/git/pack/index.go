package pack

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"math/bits"
	"sync"
	"sync/atomic"
)

// index is the parsed .idx file of a pack (version 2). Its slices point into the mapped file.
type index struct {
	count    int
	hashSize int
	fanout   [257]uint32 // fanout[b] is the number of names that begin with a byte below b
	names    []byte      // sorted
	near     []byte      // offsets of 4 bytes, or places in far
	far      []byte      // offsets of 8 bytes
	checksum []byte      // of the pack

	// starts says where the names begin whose first 32-shift bits are at least so much. It is made, from all names, when
	// enough of them were looked for to make up for it.
	sought atomic.Int64
	once   sync.Once
	starts []uint32
	shift  uint
}

var indexMagic = []byte("\377tOc\000\000\000\002")

// parseIndex checks the layout of an index, but not its checksum.
func parseIndex(data []byte, hashSize int) (*index, error) {
	const tableAt, namesAt = 8, 8 + 256*4
	if len(data) < namesAt || !bytes.Equal(data[:tableAt], indexMagic) {
		return nil, fmt.Errorf("pack index of another version: %w", ErrUnsupported)
	}
	x := &index{hashSize: hashSize}
	for i := range 256 {
		x.fanout[i+1] = binary.BigEndian.Uint32(data[tableAt+4*i:])
		if x.fanout[i+1] < x.fanout[i] {
			return nil, fmt.Errorf("pack index with a fan-out that decreases: %w", ErrCorrupt)
		}
	}
	x.count = int(x.fanout[256])
	rest := data[namesAt:]
	need := int64(x.count)*int64(hashSize+4+4) + 2*int64(hashSize)
	if int64(len(rest)) < need || (int64(len(rest))-need)%8 != 0 {
		return nil, fmt.Errorf("pack index of wrong length: %w", ErrCorrupt)
	}
	take := func(n int) []byte {
		part := rest[:n:n]
		rest = rest[n:]
		return part
	}
	x.names = take(x.count * hashSize)
	take(x.count * 4) // checksums of the packed data
	x.near = take(x.count * 4)
	x.far = take(len(rest) - 2*hashSize)
	x.checksum = take(hashSize)
	return x, nil
}

func (x *index) name(i int) []byte { return x.names[i*x.hashSize : (i+1)*x.hashSize] }

// offset returns where object i begins in the pack, or false if the index is damaged.
func (x *index) offset(i int) (uint64, bool) {
	o := binary.BigEndian.Uint32(x.near[4*i:])
	if o&(1<<31) == 0 {
		return uint64(o), true
	}
	at := 8 * uint64(o&^(1<<31))
	if at+8 > uint64(len(x.far)) {
		return 0, false
	}
	return binary.BigEndian.Uint64(x.far[at:]), true
}

// narrow makes a finer fan-out, of about one name per range: names are spread evenly.
func (x *index) narrow() {
	width := min(max(bits.Len(uint(x.count)), 8), 24)
	x.shift = uint(32 - width)
	x.starts = make([]uint32, 1<<width+1)
	at := 0
	for i := range x.count {
		for own := int(binary.BigEndian.Uint32(x.names[i*x.hashSize:]) >> x.shift); at <= own; at++ {
			x.starts[at] = uint32(i)
		}
	}
	for ; at < len(x.starts); at++ {
		x.starts[at] = uint32(x.count)
	}
}

// fewSought is the part of all names that is looked for by the coarse fan-out.
const fewSought = 32

// span returns between which places a name is, if anywhere.
func (x *index) span(id []byte) (low, high int) {
	if x.sought.Add(1) < int64(x.count/fewSought) {
		return int(x.fanout[id[0]]), int(x.fanout[int(id[0])+1])
	}
	x.once.Do(x.narrow)
	at := binary.BigEndian.Uint32(id) >> x.shift
	return int(x.starts[at]), int(x.starts[at+1])
}

// find returns the place of a name in the index.
func (x *index) find(id []byte) (int, bool) {
	if len(id) != x.hashSize {
		return 0, false
	}
	low, high := x.span(id)
	for low < high {
		mid := int(uint(low+high) / 2)
		switch bytes.Compare(x.name(mid), id) {
		case 0:
			return mid, true
		case -1:
			low = mid + 1
		default:
			high = mid
		}
	}
	return 0, false
}
