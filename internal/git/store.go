package git

import (
	"context"
	"errors"
	"path/filepath"

	"weir/internal/git/pack"
)

// Store reads a repository's objects straight from its packs. It is a snapshot: what git adds later is found by
// asking git. It is safe for concurrent use; its readers are not.
type Store struct {
	ctx     context.Context
	repo    *Repository
	packs   *pack.Store // nil when git has to be asked for everything
	maxSize int64
}

// ReaderOptions say what a reader is for.
type ReaderOptions struct {
	// Cache limits the memory of the reader's cache; 0 takes pack's own limit.
	Cache int64
	// Bulk is for reading nearly everything once.
	Bulk bool
	// Whole says that objects above the store's size limit are wanted too.
	Whole bool
}

// Reader reads objects from the packs, and by one `git cat-file --batch` those that cannot be read there: missing
// ones, too large ones, damaged ones, or all of a store of an unknown form. It is for one goroutine at a time.
type Reader struct {
	store *Store
	packs *pack.Reader
	ask   *ObjectReader // nil until it is needed
	whole bool
}

// Store takes a snapshot. Objects above maxSize are not kept by its readers; 0 is no bound. Close it when its readers
// are closed; cancelling ctx ends what they ask git.
func (r *Repository) Store(ctx context.Context, maxSize int64) *Store {
	s := &Store{ctx: ctx, repo: r, maxSize: maxSize}
	packs, err := pack.Open(filepath.Join(r.common, "objects"), pack.Options{HashSize: r.hashSize, MaxObject: maxSize})
	if err == nil {
		s.packs = packs
	} // else git knows better, or says what is wrong
	return s
}

// Close lets go of the packs. Objects that were read stay valid.
func (s *Store) Close() error {
	if s.packs == nil {
		return nil
	}
	return s.packs.Close()
}

// Reader makes a reader. Close it.
func (s *Store) Reader(o ReaderOptions) *Reader {
	r := &Reader{store: s, whole: o.Whole}
	if s.packs != nil {
		r.packs = s.packs.NewReader(pack.ReaderOptions{CacheBytes: o.Cache, Bulk: o.Bulk})
	}
	return r
}

// Close ends the reader.
func (r *Reader) Close() error {
	if r.packs != nil {
		r.packs.Close()
	}
	if r.ask == nil {
		return nil
	}
	return r.ask.Close()
}

// Read gives one object. Its data may be kept; see Object.Release. The error is a *MissingError or *CorruptError when
// only this object is concerned (see Unreadable).
func (r *Reader) Read(h Hash) (Object, error) {
	if r.packs != nil {
		if ref, found := r.store.packs.Find(h.Raw()); found {
			if o, err := r.packs.Read(ref); err == nil {
				data := o.Bytes()
				return Object{Kind: Kind(o.Kind()), Size: int64(len(data)), Data: data, memory: o}, nil
			}
		}
	}
	if err := r.start(); err != nil {
		return Object{}, err
	}
	return r.ask.Read(h, nil)
}

// Has tells, without reading it, whether an object may be there: false is sure.
func (r *Reader) Has(h Hash) bool {
	if r.packs == nil {
		return true
	}
	_, found := r.store.packs.Find(h.Raw())
	return found
}

// Size gives the size of an object, in most cases without reading it; ok is false when it cannot be told so.
func (r *Reader) Size(h Hash) (size int64, ok bool) {
	if r.packs == nil {
		return 0, false
	}
	ref, found := r.store.packs.Find(h.Raw())
	if !found {
		return 0, false
	}
	_, size, err := r.packs.Stat(ref)
	return size, err == nil
}

// start begins to ask git.
func (r *Reader) start() error {
	if r.ask != nil {
		return nil
	}
	ask, err := r.store.repo.Objects(r.store.ctx)
	if err != nil {
		return errors.Join(err, ask.Close())
	}
	if !r.whole {
		ask.MaxSize = r.store.maxSize
	}
	r.ask = ask
	return nil
}

// Release gives the object's memory back for another one: neither the object nor its data may be used afterwards. It
// need not be called.
func (o *Object) Release() {
	if o.memory != nil {
		o.memory.Release()
		o.memory, o.Data = nil, nil
	}
}
