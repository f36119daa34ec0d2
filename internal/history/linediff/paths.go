package linediff

// forward lets every path from the top left do one more step. If meet is set it looks for a path
// from the other end on the same diagonal, and tells the first it meets, at x on diagonal d.
// long tells whether any path met a long run of equal lines.
func (s *search) forward(b box, f, g *frontier, meet bool) (x, d int, long, met bool) {
	left, top := s.a[:b.x1], s.b[:b.y1]
	reach := f.reach[f.low-1+s.zero : f.top+2+s.zero] // one more on each side
	equal := 0
	above := int(reach[len(reach)-1])
	d = f.top
	for i := len(reach) - 2; i > 0; i -= 2 {
		below := int(reach[i-1])
		x := max(above, below+1)
		above = below
		y := x - d
		if uint(x) < uint(len(left)) && uint(y) < uint(len(top)) && left[x] == top[y] {
			from := x
			for x, y = x+1, y+1; uint(x) < uint(len(left)) && uint(y) < uint(len(top)) && left[x] == top[y]; {
				x, y = x+1, y+1
			}
			equal += x - from
			long = long || x-from > longSnake
		}
		reach[i] = int32(x)
		d -= 2
	}
	s.budget -= int64(equal + (f.top-f.low)/2 + 1)
	if meet {
		x, d, met = s.meeting(f, f, g)
	}
	return x, d, long, met
}

// backward does the same for the paths from the bottom right.
func (s *search) backward(b box, f, g *frontier, meet bool) (x, d int, long, met bool) {
	// Counted from the corner of the box, so that a position below zero is one outside of it.
	left, top := s.a[b.x0:b.x1], s.b[b.y0:b.y1]
	reach := g.reach[g.low-1+s.zero : g.top+2+s.zero]
	equal := 0
	above := int(reach[len(reach)-1])
	d = g.top
	for i := len(reach) - 2; i > 0; i -= 2 {
		below := int(reach[i-1])
		x := min(above-1, below)
		above = below
		u := x - 1 - b.x0
		v := x - 1 - d - b.y0
		if uint(u) < uint(len(left)) && uint(v) < uint(len(top)) && left[u] == top[v] {
			from := u
			for u, v = u-1, v-1; uint(u) < uint(len(left)) && uint(v) < uint(len(top)) && left[u] == top[v]; {
				u, v = u-1, v-1
			}
			x = u + 1 + b.x0
			equal += from - u
			long = long || from-u > longSnake
		}
		reach[i] = int32(x)
		d -= 2
	}
	s.budget -= int64(equal + (g.top-g.low)/2 + 1)
	if meet {
		x, d, met = s.meeting(g, f, g)
	}
	return x, d, long, met
}

// meeting tells the highest diagonal on which paths of both ends meet, of those that moved last, and how far the one
// that moved came there.
func (s *search) meeting(moved, f, g *frontier) (x, d int, met bool) {
	low, top := max(f.low, g.low), min(f.top, g.top)
	top -= (moved.top - top) & 1
	for d := top; d >= low; d -= 2 {
		if g.reach[d+s.zero] <= f.reach[d+s.zero] {
			return int(moved.reach[d+s.zero]), d, true
		}
	}
	return 0, 0, false
}

// goodForward looks for the path from the top left that came furthest, less its distance from the
// corner's diagonal, if it came far for its cost and ends in a long run of equal lines.
func (s *search) goodForward(b box, f *frontier, cost int) (split, bool) {
	best, at := 0, split{exactLeft: true}
	for d := f.top; d >= f.low; d -= 2 {
		x := int(f.reach[d+s.zero])
		y := x - d
		way := x - b.x0 + y - b.y0 - distance(d, f.mid)
		if way <= goodFactor*cost || way <= best ||
			x < b.x0+longSnake || x >= b.x1 || y < b.y0+longSnake || y >= b.y1 {
			continue
		}
		if s.equalRun(x-longSnake, y-longSnake) {
			best, at.x, at.y = way, x, y
		}
	}
	return at, best > 0
}

// goodBackward does the same for the paths from the bottom right.
func (s *search) goodBackward(b box, g *frontier, cost int) (split, bool) {
	best, at := 0, split{exactRight: true}
	for d := g.top; d >= g.low; d -= 2 {
		x := int(g.reach[d+s.zero])
		y := x - d
		way := b.x1 - x + b.y1 - y - distance(d, g.mid)
		if way <= goodFactor*cost || way <= best ||
			x <= b.x0 || x > b.x1-longSnake || y <= b.y0 || y > b.y1-longSnake {
			continue
		}
		if s.equalRun(x, y) {
			best, at.x, at.y = way, x, y
		}
	}
	return at, best > 0
}

// equalRun reports whether a long run of equal lines starts at x, y.
func (s *search) equalRun(x, y int) bool {
	for i := range longSnake {
		if s.a[x+i] != s.b[y+i] {
			return false
		}
	}
	return true
}

// furthest ends a search that costs too much: it cuts at the path of either end that came furthest.
func (s *search) furthest(b box, f, g *frontier) split {
	ahead, aheadX := -1, -1
	for d := f.top; d >= f.low; d -= 2 {
		x := min(int(f.reach[d+s.zero]), b.x1, b.y1+d)
		if sum := x + x - d; sum > ahead {
			ahead, aheadX = sum, x
		}
	}
	back, backX := int(g.outside), int(g.outside)
	for d := g.top; d >= g.low; d -= 2 {
		x := max(int(g.reach[d+s.zero]), b.x0, b.y0+d)
		if sum := x + x - d; sum < back {
			back, backX = sum, x
		}
	}
	if b.x1+b.y1-back < ahead-(b.x0+b.y0) {
		return split{x: aheadX, y: ahead - aheadX, exactLeft: true}
	}
	return split{x: backX, y: back - backX, exactRight: true}
}

func distance(a, b int) int { return max(a-b, b-a) }
