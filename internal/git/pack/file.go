package pack

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"slices"
	"sort"
	"strings"
)

// file is a pack with its index. Objects are numbered by their place in the pack.
type file struct {
	path     string
	data     []byte // mapped
	mapped   []byte // the index, mapped
	index    *index
	first    Ref      // number of the first object
	offsets  []uint64 // of each object, ascending
	position []uint32 // place in the pack, by place in the index
}

// openFile opens a pack by the path of its index.
func openFile(indexPath string, hashSize int) (*file, error) {
	f := &file{path: strings.TrimSuffix(indexPath, ".idx") + ".pack"}
	err := f.open(indexPath, hashSize)
	if err != nil {
		_ = f.close() // nothing was written
		return nil, fmt.Errorf("open pack %s: %w", f.path, err)
	}
	return f, nil
}

func (f *file) open(indexPath string, hashSize int) (err error) {
	if f.mapped, err = mapFile(indexPath); err != nil {
		return err
	}
	if f.index, err = parseIndex(f.mapped, hashSize); err != nil {
		return err
	}
	if f.data, err = mapFile(f.path); err != nil {
		return err
	}
	return f.check(hashSize)
}

const headerSize = 12

// check verifies that the pack is one, and that the index belongs to it.
func (f *file) check(hashSize int) error {
	if len(f.data) < headerSize+hashSize || string(f.data[:4]) != "PACK" {
		return ErrCorrupt
	}
	if v := binary.BigEndian.Uint32(f.data[4:]); v != 2 && v != 3 {
		return fmt.Errorf("pack version %d: %w", v, ErrUnsupported)
	}
	if int64(binary.BigEndian.Uint32(f.data[8:])) != int64(f.index.count) ||
		!bytes.Equal(f.data[len(f.data)-hashSize:], f.index.checksum) {
		return fmt.Errorf("the index belongs to another pack: %w", ErrCorrupt)
	}
	return f.order()
}

// order numbers the objects by their offsets.
func (f *file) order() error {
	n := f.index.count
	keys := make([]uint64, n)
	limit := uint64(f.end())
	if n > 1<<24 || limit > 1<<40 {
		return fmt.Errorf("pack of %d objects and %d bytes: %w", n, limit, ErrUnsupported)
	}
	for i := range keys {
		o, ok := f.index.offset(i)
		if !ok || o < headerSize || o >= limit {
			return fmt.Errorf("offset outside of the pack: %w", ErrCorrupt)
		}
		keys[i] = o<<24 | uint64(i)
	}
	sortKeys(keys, limit)
	f.offsets = keys
	f.position = make([]uint32, n)
	for place, k := range keys {
		f.position[k&(1<<24-1)] = uint32(place)
		f.offsets[place] = k >> 24
		if place > 0 && f.offsets[place] == f.offsets[place-1] {
			return fmt.Errorf("two objects at one offset: %w", ErrCorrupt)
		}
	}
	return nil
}

// sortKeys orders keys by the offsets in their upper 40 bits, all below limit.
func sortKeys(keys []uint64, limit uint64) {
	if len(keys) < 1000 {
		slices.Sort(keys)
		return
	}
	const digit = 11
	spare := make([]uint64, len(keys))
	from, to := keys, spare
	for shift := uint(24); limit<<24>>shift > 0; shift += digit {
		distribute(to, from, shift, digit)
		from, to = to, from
	}
	if &from[0] != &keys[0] {
		copy(keys, from)
	}
}

// distribute is one pass of a radix sort.
func distribute(dst, src []uint64, shift, width uint) {
	next := make([]uint32, 1<<width)
	for _, k := range src {
		next[k>>shift&(1<<width-1)]++
	}
	sum := uint32(0)
	for i, n := range next {
		next[i], sum = sum, sum+n
	}
	for _, k := range src {
		d := k >> shift & (1<<width - 1)
		dst[next[d]] = k
		next[d]++
	}
}

// end returns the offset behind the last object.
func (f *file) end() int { return len(f.data) - f.index.hashSize }

// at returns the place of the object that begins at an offset.
func (f *file) at(offset uint64, below int) (int, bool) {
	// most bases are near: go back in growing steps first
	high, step := below, 16
	for high-step > 0 && f.offsets[high-step] > offset {
		high -= step
		step *= 4
	}
	low := max(high-step, 0)
	i := low + sort.Search(high-low, func(i int) bool { return f.offsets[low+i] >= offset })
	return i, i < high && f.offsets[i] == offset
}

func (f *file) close() error {
	err := unmapFile(f.data)
	if e := unmapFile(f.mapped); err == nil {
		err = e
	}
	f.data, f.mapped = nil, nil
	return err
}
