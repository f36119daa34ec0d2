package linediff

import "math"

// Limits of the search, as git has them.
const (
	minGiveUp  = 256 // the least cost at which a split is forced
	patience   = 256 // the cost from which on a good enough split is taken
	longSnake  = 20  // equal lines in a row that make a path trustworthy
	goodFactor = 4   // a good path has come this many times further than it cost
)

// search finds which of the kept lines of two sides are changed, by Myers' algorithm in its
// linear space form: paths are grown from both ends of the edit graph until they meet, and the
// graph is cut there.
//
// Diagonal d holds the points with x - y = d, where x counts lines of a and y lines of b.
type search struct {
	a, b    []uint32
	fwd     []int32 // the furthest x on each diagonal from the top left; shifted by zero
	bwd     []int32 // the furthest x on each diagonal from the bottom right; shifted by zero
	zero    int
	giveUp  int
	budget  int64
	pending []job
}

// box is a part of the edit graph: lines x0 to x1 of a against lines y0 to y1 of b.
type box struct {
	x0, x1, y0, y1 int
}

// job is a box that is still to be searched; exact forbids the shortcuts.
type job struct {
	box
	exact bool
}

// split is where a box is cut, and which of the halves must be searched exactly.
type split struct {
	x, y                  int
	exactLeft, exactRight bool
}

// run marks the changed lines among the kept ones.
func (s *search) run(a, b *side, maxCost int64) error {
	s.a, s.b = a.kept, b.kept
	n := len(s.a) + len(s.b) + 3
	if cap(s.fwd) < n {
		s.fwd = make([]int32, n+n/4)
		s.bwd = make([]int32, n+n/4)
	}
	s.zero = len(s.b) + 1
	s.giveUp = max(roughRoot(n), minGiveUp)
	s.budget = maxCost
	s.pending = append(s.pending[:0], job{box: box{0, len(s.a), 0, len(s.b)}})
	for len(s.pending) > 0 {
		j := s.pending[len(s.pending)-1]
		s.pending = s.pending[:len(s.pending)-1]
		j.box = s.shrink(j.box)
		if j.x0 == j.x1 || j.y0 == j.y1 {
			a.markKept(j.x0, j.x1)
			b.markKept(j.y0, j.y1)
			continue
		}
		c := s.split(j.box, j.exact)
		if s.budget < 0 {
			return ErrTooCostly
		}
		s.pending = append(s.pending,
			job{box{c.x, j.x1, c.y, j.y1}, c.exactRight},
			job{box{j.x0, c.x, j.y0, c.y}, c.exactLeft})
	}
	return nil
}

// shrink cuts equal lines off both ends of a box.
func (s *search) shrink(b box) box {
	x0, y0 := b.x0, b.y0
	for b.x0 < b.x1 && b.y0 < b.y1 && s.a[b.x0] == s.b[b.y0] {
		b.x0++
		b.y0++
	}
	for b.x0 < b.x1 && b.y0 < b.y1 && s.a[b.x1-1] == s.b[b.y1-1] {
		b.x1--
		b.y1--
	}
	s.budget -= int64(b.x0 - x0 + b.y0 - y0 + 1)
	return b
}

// frontier is the range of diagonals that paths from one end have reached. With each step of the
// cost only every other diagonal changes.
type frontier struct {
	reach    []int32
	mid      int // the diagonal of the corner
	low, top int
	outside  int32 // worse than any reach: stands on both sides of the range
}

// widen makes the range grow by one diagonal on each side, or shrink where it touches the border.
func (f *frontier) widen(zero, least, most int) {
	if f.low > least {
		f.low--
		f.reach[f.low-1+zero] = f.outside
	} else {
		f.low++
	}
	if f.top < most {
		f.top++
		f.reach[f.top+1+zero] = f.outside
	} else {
		f.top--
	}
}

// split searches a box for the point where it is best cut.
func (s *search) split(b box, exact bool) split {
	least, most := b.x0-b.y1, b.x1-b.y0
	f := frontier{reach: s.fwd, mid: b.x0 - b.y0, outside: -1}
	g := frontier{reach: s.bwd, mid: b.x1 - b.y1, outside: math.MaxInt32}
	f.low, f.top, g.low, g.top = f.mid, f.mid, g.mid, g.mid
	f.reach[f.mid+s.zero] = int32(b.x0)
	g.reach[g.mid+s.zero] = int32(b.x1)
	odd := (f.mid-g.mid)&1 != 0

	for cost := 1; s.budget >= 0; cost++ {
		f.widen(s.zero, least, most)
		x, d, long, met := s.forward(b, &f, &g, odd)
		if met {
			return split{x, x - d, true, true}
		}
		g.widen(s.zero, least, most)
		x, d, longBack, met := s.backward(b, &f, &g, !odd)
		if met {
			return split{x, x - d, true, true}
		}
		if exact {
			continue
		}
		if cost > patience && (long || longBack) {
			if c, ok := s.goodForward(b, &f, cost); ok {
				return c
			}
			if c, ok := s.goodBackward(b, &g, cost); ok {
				return c
			}
		}
		if cost >= s.giveUp {
			return s.furthest(b, &f, &g)
		}
	}
	return split{}
}
