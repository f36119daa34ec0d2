package pack

// inflated keeps deltas as they were inflated: a chain of deltas leads over many that are not made into objects, and
// the next chain leads over the same ones again. They lie in a ring, so that the oldest give way without any
// bookkeeping; a table of fixed size tells where, and forgets one of two that fall on the same place.
type inflated struct {
	ring   []byte // nil until the first delta comes
	size   int
	end    uint64 // bytes ever put
	places []inflatedPlace
}

// inflatedPlace says how many bytes had been put before a delta.
type inflatedPlace struct {
	ref   Ref
	size  uint32 // 0 for a free place
	start uint64
}

const (
	inflatedPart = 64  // a delta of more than this part of the ring is not kept
	inflatedEach = 256 // bytes of the ring for each place of the table, about the size of a delta
	// inflatedSteps is how often the ring doubles until it has its size.
	inflatedSteps = 4
)

// get appends a delta to dst, if it is kept.
func (k *inflated) get(dst []byte, ref Ref, size int) ([]byte, bool) {
	if k.ring == nil {
		return dst, false
	}
	p := *k.place(ref)
	if p.ref != ref || p.size == 0 || int(p.size) != size || k.end-p.start > uint64(len(k.ring)) {
		return dst, false
	}
	at := p.start % uint64(len(k.ring))
	return append(dst, k.ring[at:at+uint64(size)]...), true
}

// put keeps a delta.
func (k *inflated) put(ref Ref, delta []byte) {
	n := uint64(len(delta))
	if n == 0 || len(delta) > k.size/inflatedPart {
		return
	}
	if k.ring == nil || k.end+n > uint64(len(k.ring)) && len(k.ring) < k.size {
		k.grow()
	}
	size := uint64(len(k.ring))
	if at := k.end % size; at+n > size {
		k.end += size - at // none goes around the end
	}
	copy(k.ring[k.end%size:], delta)
	*k.place(ref) = inflatedPlace{ref: ref, size: uint32(n), start: k.end}
	k.end += n
}

// grow makes the ring, or doubles one that is full for the first time: each delta stays where it is.
func (k *inflated) grow() {
	size := max(k.size>>inflatedSteps, 1)
	if k.ring != nil {
		size = min(2*len(k.ring), k.size)
	}
	ring, places := make([]byte, size), k.places
	copy(ring, k.ring)
	k.ring, k.places = ring, make([]inflatedPlace, size/inflatedEach+1)
	for _, p := range places {
		if p.size > 0 {
			*k.place(p.ref) = p
		}
	}
}

// place gives where a delta is noted. Neighbours in the pack fall on different places.
func (k *inflated) place(ref Ref) *inflatedPlace { return &k.places[int(ref)%len(k.places)] }
