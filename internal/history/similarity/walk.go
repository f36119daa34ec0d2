package similarity

import "slices"

// walk goes through files by how high their score can be, judged by size: outwards from the
// wanted size.
type walk struct {
	smaller, larger []sized // ascending both
	size            int64
}

func newWalk(sizes []sized, size int64) *walk {
	i, _ := slices.BinarySearchFunc(sizes, size, func(s sized, size int64) int {
		return int(s.size - size)
	})
	return &walk{smaller: sizes[:i], larger: sizes[i:], size: size}
}

// next returns the next file, and false when there are no more.
func (w *walk) next() (sized, bool) {
	n := len(w.smaller)
	switch {
	case n == 0 && len(w.larger) == 0:
		return sized{}, false
	case n == 0 || len(w.larger) > 0 &&
		bound(w.larger[0].size, w.size) >= bound(w.smaller[n-1].size, w.size):
		s := w.larger[0]
		w.larger = w.larger[1:]
		return s, true
	}
	s := w.smaller[n-1]
	w.smaller = w.smaller[:n-1]
	return s, true
}
