package linediff

// forward lets every path from the top left do one more step. If meet is set it looks for a path
// from the other end on the same diagonal, and stops at the first it meets, at x on diagonal d.
// long tells whether any path met a long run of equal lines.
func (s *search) forward(b box, f, g *frontier, meet bool) (x, d int, long, met bool) {
	left, top := s.a[:b.x1], s.b[:b.y1]
	reach := f.reach[f.low-1+s.zero : f.top+2+s.zero] // one more on each side
	back, backLow := g.span(s.zero)
	if !meet {
		back = nil
	}
	equal := 0
	above := int(reach[len(reach)-1])
	for i := len(reach) - 2; i > 0; i -= 2 {
		below := int(reach[i-1])
		x = max(above, below+1)
		above = below
		d = f.low - 1 + i
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
		if at := uint(d - backLow); at < uint(len(back)) && int(back[at]) <= x {
			met = true
			break
		}
	}
	s.budget -= int64(equal + (f.top-f.low)/2 + 1)
	return x, d, long, met
}

// backward does the same for the paths from the bottom right.
func (s *search) backward(b box, f, g *frontier, meet bool) (x, d int, long, met bool) {
	left, top := s.a, s.b
	reach := g.reach[g.low-1+s.zero : g.top+2+s.zero]
	ahead, aheadLow := f.span(s.zero)
	if !meet {
		ahead = nil
	}
	equal := 0
	above := int(reach[len(reach)-1])
	for i := len(reach) - 2; i > 0; i -= 2 {
		below := int(reach[i-1])
		x = min(above-1, below)
		above = below
		d = g.low - 1 + i
		y := x - d
		if x > b.x0 && y > b.y0 && left[x-1] == top[y-1] {
			from := x
			for x, y = x-1, y-1; x > b.x0 && y > b.y0 && left[x-1] == top[y-1]; {
				x, y = x-1, y-1
			}
			equal += from - x
			long = long || from-x > longSnake
		}
		reach[i] = int32(x)
		if at := uint(d - aheadLow); at < uint(len(ahead)) && x <= int(ahead[at]) {
			met = true
			break
		}
	}
	s.budget -= int64(equal + (g.top-g.low)/2 + 1)
	return x, d, long, met
}

// span returns the part of the reach that is valid, and its lowest diagonal.
func (f *frontier) span(zero int) ([]int32, int) {
	return f.reach[f.low+zero : max(f.low, f.top+1)+zero], f.low
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
