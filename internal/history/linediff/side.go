package linediff

// side is one of the two files of a diff. All line numbers refer to the whole file; what concerns
// only the middle, the lines between the equal head and the equal tail, is indexed from there.
type side struct {
	text     *Text
	lines    int      // without the tail that git cuts
	from, to int      // the middle
	classes  []uint32 // of each line of the middle
	fate     []fate   // of each line of the middle: scratch of discard
	changed  []uint8  // 1 for each changed line of the middle
	kept     []uint32 // classes of the lines that the search sees
	place    []int32  // where in the middle these lines stand
	groups   []group
}

func (s side) reset(t *Text, lines int) side {
	s.text, s.lines = t, lines
	return s
}

func (s *side) middle() int { return s.to - s.from }

func (s *side) clear() { s.changed = cleared(s.changed, s.middle()) }

func (s *side) markAll() {
	for i := range s.changed {
		s.changed[i] = 1
	}
}

// markKept marks the lines that the search knows as from to to.
func (s *side) markKept(from, to int) {
	for _, i := range s.place[from:to] {
		s.changed[i] = 1
	}
}

// group is a run of changed lines. Its rank is the number of unchanged lines before it: groups of
// both files with the same rank stand at the same place.
type group struct {
	rank, size int
}

// collect makes groups of the changed lines.
func (s *side) collect() {
	s.groups = s.groups[:0]
	rank := s.from
	for i := 0; i < len(s.changed); {
		if s.changed[i] == 0 {
			rank++
			i++
			continue
		}
		first := i
		for i < len(s.changed) && s.changed[i] != 0 {
			i++
		}
		s.groups = append(s.groups, group{rank: rank, size: i - first})
	}
}

// appendChanges joins the groups of both sides into changes.
func appendChanges(dst []Change, a, b []group) []Change {
	aBefore, bBefore := 0, 0
	for len(a) > 0 || len(b) > 0 {
		var c Change
		var rank int
		switch {
		case len(b) == 0 || len(a) > 0 && a[0].rank < b[0].rank:
			rank, c.ALines, a = a[0].rank, a[0].size, a[1:]
		case len(a) == 0 || b[0].rank < a[0].rank:
			rank, c.BLines, b = b[0].rank, b[0].size, b[1:]
		default:
			rank, c.ALines, c.BLines, a, b = a[0].rank, a[0].size, b[0].size, a[1:], b[1:]
		}
		c.AStart, c.BStart = rank+aBefore, rank+bBefore
		aBefore, bBefore = aBefore+c.ALines, bBefore+c.BLines
		dst = append(dst, c)
	}
	return dst
}
