package pack

import (
	"math/bits"
	"sync"
	"sync/atomic"

	"weir/internal/git/pack/inflate"
)

// Object is an object that was read. Its content is shared with the cache of the Reader and must
// not be changed.
//
// An Object may be kept for as long as it is needed, beyond the life of the Reader and the Store,
// and be read by several goroutines. Calling Release when it is no longer needed lets its memory
// be used for another object; an object that is not released is simply garbage some day.
type Object struct {
	kind Kind
	data []byte // with inflate.Slop bytes behind the content
	size int
	refs atomic.Int32
}

// Kind returns the type of the object.
func (o *Object) Kind() Kind { return o.kind }

// Bytes returns the content. It is valid until Release; capacity beyond its length is not its own.
func (o *Object) Bytes() []byte { return o.data[:o.size:o.size] }

// Footprint returns the bytes of memory that the object holds.
func (o *Object) Footprint() int { return cap(o.data) + 64 }

// Retain makes one more Release necessary, and returns the object.
func (o *Object) Retain() *Object {
	o.refs.Add(1)
	return o
}

// Release gives the caller's share of the object back. Neither the object nor its bytes may be
// used by the caller afterwards.
func (o *Object) Release() {
	if left := o.refs.Add(-1); left == 0 {
		recycle(o)
	} else if left < 0 {
		panic("pack: object released more often than retained")
	}
}

// Memory of objects comes in sizes of four steps per power of two.
const (
	smallest  = 9 // bits of the smallest size
	poolSteps = 4
	poolCount = (31 - smallest) * poolSteps
)

var pools [poolCount]sync.Pool

// poolOf returns the pool of the smallest memory for n bytes, and that memory's size. Very large
// objects have no pool.
func poolOf(n int) (pool, size int) {
	if n <= 1<<smallest {
		return 0, 1 << smallest
	}
	power := bits.Len(uint(n-1)) - 1 // 1<<power < n <= 2<<power
	step := 1 << power / poolSteps
	k := (n - 1<<power + step - 1) / step
	pool = (power-smallest)*poolSteps + k
	if pool >= poolCount {
		return -1, n
	}
	return pool, 1<<power + k*step
}

// newObject returns an object with room for size bytes of content and the slop.
func newObject(kind Kind, size int) *Object {
	pool, room := poolOf(size + inflate.Slop)
	if pool >= 0 {
		if o, ok := pools[pool].Get().(*Object); ok {
			o.kind, o.size = kind, size
			o.refs.Store(1)
			return o
		}
	}
	o := &Object{kind: kind, size: size, data: make([]byte, room)}
	o.refs.Store(1)
	return o
}

func recycle(o *Object) {
	if pool, size := poolOf(len(o.data)); pool >= 0 && size == len(o.data) {
		pools[pool].Put(o)
	}
}
