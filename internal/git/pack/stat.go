package pack

import (
	"fmt"

	"weir/internal/git/pack/inflate"
)

// Stat returns the kind and the size of an object without decoding it.
func (r *Reader) Stat(ref Ref) (Kind, int64, error) {
	f, place := r.store.locate(ref)
	if f == nil {
		return r.statLoose(place)
	}
	size := int64(-1)
	for range maxChain {
		if o := r.cache.get(ref); o != nil {
			if size < 0 {
				size = int64(o.size)
			}
			return o.kind, size, nil
		}
		h, ok := r.store.header(f, place)
		if !ok {
			break
		}
		if size < 0 {
			if size, ok = r.sizeOf(f, h); !ok {
				break
			}
		}
		if h.kind <= Tag {
			return h.kind, size, nil
		}
		if f, place = r.store.locate(h.base); f == nil {
			kind, _, err := r.statLoose(place)
			return kind, size, err
		}
		ref = h.base
	}
	return 0, 0, fmt.Errorf("stat object: %w", ErrCorrupt)
}

// deltaHead is more than the two numbers in front of a delta can take.
const deltaHead = 20

// sizeOf returns the size of the object that a header belongs to. A delta has it in its first bytes.
func (r *Reader) sizeOf(f *file, h header) (int64, bool) {
	if h.kind <= Tag {
		return h.size, true
	}
	var buffer [deltaHead + inflate.Slop]byte
	n, err := r.decoder.Prefix(buffer[:], deltaHead, f.data[h.data:])
	if err != nil {
		return 0, false
	}
	_, size, _, ok := deltaSizes(buffer[:n])
	return int64(size), ok
}

func (r *Reader) statLoose(i int) (Kind, int64, error) {
	if i >= r.store.loose.count() {
		return 0, 0, ErrMissing
	}
	kind, size, content, err := r.store.loose.open(i)
	if err != nil {
		return 0, 0, err
	}
	return kind, size, content.Close()
}
