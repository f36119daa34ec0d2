package history

// placeIndex finds the place of a value in a list that holds each of its values once. It holds places only.
type placeIndex[T comparable] struct {
	// key spreads the values.
	key   func(T) uint64
	slots []uint32 // places, plus one
}

// find gives the place of a value.
func (x *placeIndex[T]) find(list []T, value T) (at int, known bool) {
	if len(x.slots) == 0 {
		return 0, false
	}
	mask := uint64(len(x.slots) - 1)
	for i := x.key(value) & mask; ; i = (i + 1) & mask {
		n := x.slots[i]
		if n == 0 {
			return 0, false
		}
		if list[n-1] == value {
			return int(n - 1), true
		}
	}
}

// add notes the places of a list's values from the given one on.
func (x *placeIndex[T]) add(list []T, from int) {
	if 2*len(list) > len(x.slots) {
		size := 1024
		for size < 4*len(list) {
			size *= 2
		}
		x.slots, from = make([]uint32, size), 0
	}
	mask := uint64(len(x.slots) - 1)
	for at := from; at < len(list); at++ {
		i := x.key(list[at]) & mask
		for x.slots[i] != 0 {
			i = (i + 1) & mask
		}
		x.slots[i] = uint32(at + 1)
	}
}
