package pack

import (
	"fmt"
	"io"

	"weir/internal/git/pack/inflate"
)

// DefaultCache is the size that a zero ReaderOptions.CacheBytes stands for.
const DefaultCache = 64 << 20

// maxChain is the longest chain of deltas that is followed; git makes chains of at most 4095.
const maxChain = 10000

// ReaderOptions of a reader.
type ReaderOptions struct {
	// CacheBytes limits the memory of the cache; 0 means DefaultCache.
	CacheBytes int64
	// Bulk prepares for reading most objects of the store, each about once: all headers are
	// scanned first, and the cache keeps an object only until it and all that are stored as
	// deltas against it have been read. It does not pay for reading a few objects.
	Bulk bool
}

// Reader decodes objects. It is for one goroutine at a time.
type Reader struct {
	store   *Store
	cache   *cache
	decoder inflate.Decoder
	delta   []byte // the delta in work
	chain   []link
	plan    *plan
	need    []uint16 // bulk: how often the object is still going to be wanted
	seen    []uint64 // bulk: bit set of objects that were made once
	wanted  []uint64 // bulk: bit set of objects that the caller had
}

// link is a delta on the way from an object to the one that it is finally based on.
type link struct {
	ref  Ref
	file *file
	data int
	size int64
}

// NewReader makes a reader.
func (s *Store) NewReader(o ReaderOptions) *Reader {
	if o.CacheBytes == 0 {
		o.CacheBytes = DefaultCache
	}
	r := &Reader{store: s, cache: newCache(o.CacheBytes, s.count)}
	if o.Bulk {
		r.plan = s.deltas()
		r.need = make([]uint16, s.count)
		for i, n := range r.plan.need {
			r.need[i] = n + 1
		}
		r.seen = make([]uint64, (s.count+63)/64)
		r.wanted = make([]uint64, (s.count+63)/64)
	}
	return r
}

// Close empties the cache.
func (r *Reader) Close() { r.cache.clear() }

// ReadName reads the object with a name.
func (r *Reader) ReadName(id []byte) (*Object, error) {
	ref, ok := r.store.Find(id)
	if !ok {
		return nil, fmt.Errorf("read object %x: %w", id, ErrMissing)
	}
	o, err := r.Read(ref)
	if err != nil {
		return nil, fmt.Errorf("read object %x: %w", id, err)
	}
	return o, nil
}

// Read reads an object. See Object for how long it is valid.
func (r *Reader) Read(ref Ref) (*Object, error) {
	f, place := r.store.locate(ref)
	if f == nil {
		return r.readLoose(place)
	}
	o, err := r.resolve(f, place, ref)
	if err == nil {
		r.given(ref)
	}
	return o, err
}

// resolve follows deltas down to an object that is known or whole, and applies them upwards.
func (r *Reader) resolve(f *file, place int, ref Ref) (*Object, error) {
	r.chain = r.chain[:0]
	var o *Object
	for {
		if o = r.cache.get(ref); o != nil {
			o.Retain()
			break
		}
		h, ok := r.store.header(f, place)
		if !ok || len(r.chain) > maxChain {
			return nil, fmt.Errorf("header in %s: %w", f.path, ErrCorrupt)
		}
		if h.size > r.store.maxObject {
			return nil, ErrTooLarge
		}
		if h.kind <= Tag {
			var err error
			if o, err = r.whole(f, h); err != nil {
				return nil, err
			}
			r.made(ref, o, len(r.chain) == 0)
			break
		}
		r.chain = append(r.chain, link{ref, f, h.data, h.size})
		ref = h.base
		if f, place = r.store.locate(ref); f == nil {
			var err error
			if o, err = r.readLoose(place); err != nil {
				return nil, err
			}
			break
		}
	}
	return r.climb(o, ref)
}

// climb applies the deltas of the chain, the last one first.
func (r *Reader) climb(o *Object, base Ref) (*Object, error) {
	for i := len(r.chain) - 1; i >= 0; i-- {
		next, err := r.apply(o, r.chain[i])
		o.Release()
		if err != nil {
			return nil, err
		}
		o = next
		r.made(r.chain[i].ref, o, i == 0)
		r.used(base, r.chain[i].ref)
		base = r.chain[i].ref
	}
	return o, nil
}

// whole decodes an object that is not a delta.
func (r *Reader) whole(f *file, h header) (*Object, error) {
	o := newObject(h.kind, int(h.size))
	if _, err := r.decoder.Decode(o.data, o.size, f.data[h.data:]); err != nil {
		o.Release()
		return nil, fmt.Errorf("object in %s: %w", f.path, ErrCorrupt)
	}
	return o, nil
}

// apply makes an object from its base and a delta.
func (r *Reader) apply(base *Object, l link) (*Object, error) {
	if need := int(l.size) + inflate.Slop; cap(r.delta) < need {
		r.delta = make([]byte, need+need/4)
	}
	buffer := r.delta[:cap(r.delta)]
	if _, err := r.decoder.Decode(buffer, int(l.size), l.file.data[l.data:]); err != nil {
		return nil, fmt.Errorf("delta in %s: %w", l.file.path, ErrCorrupt)
	}
	from, size, delta, ok := deltaSizes(buffer[:l.size])
	if !ok || from != uint64(base.size) {
		return nil, fmt.Errorf("delta in %s: %w", l.file.path, ErrCorrupt)
	}
	if size > uint64(r.store.maxObject) {
		return nil, ErrTooLarge
	}
	o := newObject(base.kind, int(size))
	if !applyDelta(o.data[:size], base.data[:base.size], delta) {
		o.Release()
		return nil, fmt.Errorf("delta in %s: %w", l.file.path, ErrCorrupt)
	}
	return o, nil
}

// readLoose reads a loose object.
func (r *Reader) readLoose(i int) (*Object, error) {
	if i >= r.store.loose.count() {
		return nil, ErrMissing
	}
	kind, size, content, err := r.store.loose.open(i)
	if err != nil {
		return nil, err
	}
	defer content.Close()
	if size > r.store.maxObject {
		return nil, ErrTooLarge
	}
	data, err := io.ReadAll(io.LimitReader(content, size+1))
	if err != nil || int64(len(data)) != size {
		return nil, fmt.Errorf("loose object: %w", ErrCorrupt)
	}
	o := newObject(kind, int(size))
	copy(o.data, data)
	return o, nil
}
