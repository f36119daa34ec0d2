// Package pack reads objects straight from a git object store: packs with their indexes, loose
// objects, and alternates, with SHA-1 or SHA-256 names. It is read-only and starts no process.
//
// A Store is a snapshot: it knows the objects that were there when it was opened. Packs are mapped
// into memory and stay readable when git replaces them meanwhile. Find translates an object name
// to a Ref, a number that is valid for this Store only and that makes everything else cheap.
// Readers decode objects; each has a cache of its own and serves one goroutine at a time, and any
// number of Readers can work on one Store at the same time.
//
// # Fallback
//
// What this package does not read it says by an error, so that the caller can ask git cat-file
// --batch instead: ErrMissing for an object that is not there (a partial clone, for example),
// ErrUnsupported for a store of an unknown kind, ErrTooLarge for an object above Options.MaxObject,
// ErrCorrupt for data that makes no sense. Replace refs and grafts are not looked at.
//
// # Trust
//
// No input makes a Reader use memory beyond Options.MaxObject for each of the few objects in work
// and the limit of its cache, follow a chain of deltas without end, or read outside the files.
// Checksums are not verified again: git did so when it stored the objects.
package pack

import "errors"

// Errors that tell the caller to ask git itself, or to do without the object. They are wrapped.
var (
	ErrMissing     = errors.New("object is not in the store")
	ErrUnsupported = errors.New("object store has a form that is not supported")
	ErrTooLarge    = errors.New("object is too large")
	ErrCorrupt     = errors.New("object store is damaged")
)

// Kind is the type of an object, with git's numbers.
type Kind uint8

// The kinds of objects.
const (
	Commit Kind = iota + 1
	Tree
	Blob
	Tag
)

// Kinds that only packs know.
const (
	offsetDelta Kind = 6
	nameDelta   Kind = 7
)

// String returns git's name of the kind.
func (k Kind) String() string {
	switch k {
	case Commit:
		return "commit"
	case Tree:
		return "tree"
	case Blob:
		return "blob"
	case Tag:
		return "tag"
	}
	return "unknown"
}

// Ref is the number of an object in a Store.
type Ref uint32
