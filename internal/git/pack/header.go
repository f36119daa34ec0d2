package pack

import "weir/internal/git/pack/inflate"

// header is what stands in front of an object's data in a pack.
type header struct {
	kind Kind
	size int64 // of the data that follows, unpacked
	data int   // offset of the compressed data
	base Ref   // for deltas
}

// header reads the header of the object at a place. The base of a delta is looked up in the pack
// and, if it is given by name, in the whole store.
func (s *Store) header(f *file, place int) (header, bool) {
	at, end := int(f.offsets[place]), f.end()
	h := header{kind: Kind(f.data[at] >> 4 & 7), size: int64(f.data[at] & 15)}
	for shift := uint(4); f.data[at]&0x80 != 0; shift += 7 {
		if at++; at >= end || shift > 53 {
			return h, false
		}
		h.size |= int64(f.data[at]&0x7f) << shift
	}
	h.data = at + 1
	ok := true
	switch h.kind {
	case Commit, Tree, Blob, Tag:
	case offsetDelta:
		h.base, h.data, ok = f.offsetBase(place, h.data)
	case nameDelta:
		h.base, h.data, ok = s.namedBase(f, h.data)
	default:
		return h, false
	}
	// a stream that promises more than it can hold is not even begun
	return h, ok && h.data < end && h.size/inflate.MaxRatio <= int64(end-h.data)
}

// offsetBase reads how far before an object its base begins.
func (f *file) offsetBase(place, at int) (Ref, int, bool) {
	end := f.end()
	var back uint64
	for first := true; ; first = false {
		if at >= end || back > 1<<40 {
			return 0, at, false
		}
		c := f.data[at]
		at++
		if !first {
			back++
		}
		back = back<<7 | uint64(c&0x7f)
		if c&0x80 == 0 {
			break
		}
	}
	own := f.offsets[place]
	if back == 0 || back >= own {
		return 0, at, false
	}
	base, ok := f.at(own-back, place)
	return f.first + Ref(base), at, ok
}

// namedBase reads the name of a base.
func (s *Store) namedBase(f *file, at int) (Ref, int, bool) {
	after := at + s.hashSize
	if after > f.end() {
		return 0, at, false
	}
	name := f.data[at:after]
	if i, ok := f.index.find(name); ok {
		return f.first + Ref(f.position[i]), after, true
	}
	base, ok := s.Find(name)
	return base, after, ok
}
