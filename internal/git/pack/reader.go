package pack

import (
	"fmt"
	"io"
	"slices"

	"weir/internal/git/pack/inflate"
)

// DefaultCache is the size that a zero ReaderOptions.CacheBytes stands for.
const DefaultCache = 64 << 20

// deltaPart is the part of the cache that inflated deltas get.
const deltaPart = 8

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
	recipe  recipe // of the chain in work
	deltas  inflated
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
	r := &Reader{store: s, cache: newCache(o.CacheBytes-o.CacheBytes/deltaPart, s.count)}
	r.deltas.size = int(o.CacheBytes / deltaPart)
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
	r.recipe.reset()
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

// climb applies the deltas of the chain, the last one first. Not every object on the way is made.
func (r *Reader) climb(o *Object, base Ref) (*Object, error) {
	size := o.size // of the object that the next delta is based on
	for i := len(r.chain) - 1; i >= 0; i-- {
		l := r.chain[i]
		d, err := r.readDelta(l, size)
		if err != nil {
			o.Release()
			return nil, err
		}
		if i > 0 && r.passes(l, o.size) && r.recipe.add(d.at, size, d.size) {
			base, size = l.ref, d.size
			continue
		}
		next, ok := r.follow(o, d, size)
		o.Release()
		r.recipe.reset()
		if !ok {
			return nil, fmt.Errorf("delta in %s: %w", l.file.path, ErrCorrupt)
		}
		o, size = next, next.size
		r.made(l.ref, o, i == 0)
		r.used(base, l.ref)
		base = l.ref
	}
	return o, nil
}

// passes reports whether the object of a link need not be made on the way to the next one.
func (r *Reader) passes(l link, size int) bool {
	if l.size > maxPassed {
		return false
	}
	return r.need != nil && r.need[l.ref] == 0 || r.recipe.links+1 < r.stride(size)
}

const (
	maxPassed   = 1 << 16 // the size of the largest delta that is put together with others
	strideBytes = 4 << 10 // how many bytes of an object make the stride longer by one
	strideMax   = 16
)

// stride tells which objects of a chain are kept for those that are to come: every one while they are small, fewer as
// they become large. To keep all that a chain leads over takes more memory than there is in a long history, and
// makes more garbage of the caches than the few deltas cost that are read again.
func (r *Reader) stride(size int) int { return min(max(size/strideBytes, 1), strideMax) }

// follow makes the object that a delta leads to from an object and the deltas before it.
func (r *Reader) follow(o *Object, d delta, size int) (*Object, bool) {
	c := &r.recipe
	next := newObject(o.kind, d.size)
	switch {
	case c.links == 0:
		if applyDelta(next.data[:d.size], o.data[:o.size], c.own[d.at:]) {
			return next, true
		}
	case c.add(d.at, size, d.size):
		c.make(next.data[:d.size], o.data[:o.size])
		return next, true
	default:
		middle := newObject(o.kind, size)
		c.make(middle.data[:size], o.data[:o.size])
		ok := applyDelta(next.data[:d.size], middle.data[:size], c.own[d.at:])
		middle.Release()
		if ok {
			return next, true
		}
	}
	next.Release()
	return nil, false
}

// delta is one that was read: its instructions begin at a place in the reader's recipe and end with it.
type delta struct{ at, size int }

// readDelta decodes a delta whose base has a size.
func (r *Reader) readDelta(l link, base int) (delta, error) {
	c := &r.recipe
	start, end := len(c.own), len(c.own)+int(l.size)
	if err := r.inflate(l); err != nil {
		return delta{}, err
	}
	from, size, rest, ok := deltaSizes(c.own[start:])
	if !ok || from != uint64(base) {
		return delta{}, fmt.Errorf("delta in %s: %w", l.file.path, ErrCorrupt)
	}
	if size > uint64(r.store.maxObject) {
		return delta{}, ErrTooLarge
	}
	return delta{at: end - len(rest), size: int(size)}, nil
}

// inflate appends the bytes of a delta to the recipe's own.
func (r *Reader) inflate(l link) error {
	c := &r.recipe
	own, kept := r.deltas.get(c.own, l.ref, int(l.size))
	if kept {
		c.own = own
		return nil
	}
	start, end := len(c.own), len(c.own)+int(l.size)
	c.own = slices.Grow(c.own, int(l.size)+inflate.Slop)
	if _, err := r.decoder.Decode(c.own[start:cap(c.own)], int(l.size), l.file.data[l.data:]); err != nil {
		return fmt.Errorf("delta in %s: %w", l.file.path, ErrCorrupt)
	}
	c.own = c.own[:end]
	if r.need == nil || r.need[l.ref] > 0 {
		r.deltas.put(l.ref, c.own[start:])
	}
	return nil
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
