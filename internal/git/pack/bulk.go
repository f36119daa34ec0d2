package pack

// made is called with every object that was decoded from a pack, before it is used. last is set
// for the one that the caller asked for.
func (r *Reader) made(ref Ref, o *Object, last bool) {
	if r.need != nil {
		uses := r.need[ref]
		if last && !has(r.wanted, ref) {
			uses-- // it is about to be given to the caller
		}
		if uses == 0 {
			return
		}
	}
	r.cache.put(ref, o)
}

// used is called when an object was made from its base.
func (r *Reader) used(base, ref Ref) {
	if r.need == nil || has(r.seen, ref) {
		return
	}
	r.seen[ref/64] |= 1 << (ref % 64)
	if int(base) < len(r.need) {
		r.spend(base)
	}
}

// given is called when the caller gets an object.
func (r *Reader) given(ref Ref) {
	if r.need == nil || has(r.wanted, ref) {
		return
	}
	r.wanted[ref/64] |= 1 << (ref % 64)
	r.spend(ref)
}

// spend notes that one of the reasons to keep an object is gone.
func (r *Reader) spend(ref Ref) {
	if r.need[ref] > 0 {
		r.need[ref]--
	}
	if r.need[ref] == 0 {
		r.cache.drop(ref)
	}
}

func has(set []uint64, r Ref) bool { return set[r/64]>>(r%64)&1 != 0 }
