package linediff

// forward lets every path from the top left do one more step. If meet is set it looks for a path
// from the other end on the same diagonal, and stops at the first it meets, at x on diagonal d.
// long tells whether any path met a long run of equal lines.
func (s *search) forward(b box, f, g *frontier, meet bool) (x, d int, long, met bool) {
	reach, back, zero := f.reach, g.reach, s.zero
	left, top := s.a[:b.x1], s.b[:b.y1]
	equal := 0
	above := int(reach[f.top+1+zero])
	for d = f.top; d >= f.low; d -= 2 {
		below := int(reach[d-1+zero])
		x = above
		if below >= above {
			x = below + 1
		}
		above = below
		if y := x - d; x < len(left) && y < len(top) && left[x] == top[y] {
			from := x
			for x++; x < len(left) && x-d < len(top) && left[x] == top[x-d]; x++ {
			}
			equal += x - from
			long = long || x-from > longSnake
		}
		reach[d+zero] = int32(x)
		if meet && g.low <= d && d <= g.top && int(back[d+zero]) <= x {
			met = true
			break
		}
	}
	s.budget -= int64(equal + (f.top-f.low)/2 + 1)
	return x, d, long, met
}

// backward does the same for the paths from the bottom right.
func (s *search) backward(b box, f, g *frontier, meet bool) (x, d int, long, met bool) {
	reach, ahead, zero := g.reach, f.reach, s.zero
	left, top := s.a, s.b
	equal := 0
	above := int(reach[g.top+1+zero])
	for d = g.top; d >= g.low; d -= 2 {
		below := int(reach[d-1+zero])
		x = above - 1
		if below < above {
			x = below
		}
		above = below
		if y := x - d; x > b.x0 && y > b.y0 && left[x-1] == top[y-1] {
			from := x
			for x--; x > b.x0 && x-d > b.y0 && left[x-1] == top[x-d-1]; x-- {
			}
			equal += from - x
			long = long || from-x > longSnake
		}
		reach[d+zero] = int32(x)
		if meet && f.low <= d && d <= f.top && x <= int(ahead[d+zero]) {
			met = true
			break
		}
	}
	s.budget -= int64(equal + (g.top-g.low)/2 + 1)
	return x, d, long, met
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
