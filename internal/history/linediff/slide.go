package linediff

import "sort"

// compact moves the groups of s, from the first to the last, to where they read best without
// changing what the edit script does: a group can move up one line when the line before it equals
// its last line, and down one line when its first line equals the line behind it.
func (s *side) compact(other []group) {
	done := s.groups[:0]
	rest := s.groups
	before := 0 // changed lines in done
	for len(rest) > 0 {
		m := mover{side: s, group: rest[0], done: done, rest: rest[1:], before: before}
		top := m.settle()
		if m.rank > top {
			m.moveUpTo(m.bestRank(top, other))
		}
		before = m.before + m.size
		rest = m.rest
		done = append(m.done, m.group)
	}
	s.groups = done
}

// mover is a group on the move between the groups that were placed and those that were not.
type mover struct {
	*side
	group
	done, rest []group
	before     int // changed lines in done
}

func (m *mover) start() int { return m.rank + m.before }

// settle moves the group up and then down as far as it goes, again and again while it swallows
// other groups. It ends at the lowest place and returns the rank of the highest one.
func (m *mover) settle() (top int) {
	for {
		size := m.size
		m.up()
		top = m.rank
		m.down()
		if m.size == size {
			return top
		}
	}
}

func (m *mover) up() {
	for {
		start := m.start()
		if start == 0 || !m.text.same(start-1, start+m.size-1) {
			return
		}
		m.rank--
		if n := len(m.done); n > 0 && m.done[n-1].rank == m.rank {
			m.size += m.done[n-1].size
			m.before -= m.done[n-1].size
			m.done = m.done[:n-1]
		}
	}
}

func (m *mover) down() {
	for {
		start := m.start()
		if start+m.size >= m.lines || !m.text.same(start, start+m.size) {
			return
		}
		m.rank++
		if len(m.rest) > 0 && m.rest[0].rank == m.rank {
			m.size += m.rest[0].size
			m.rest = m.rest[1:]
		}
	}
}

func (m *mover) moveUpTo(rank int) { m.rank = rank }

// bestRank chooses a rank from top to the present one: the lowest place where the other file has
// a group too, else what the indentation suggests.
func (m *mover) bestRank(top int, other []group) int {
	after := sort.Search(len(other), func(i int) bool { return other[i].rank > m.rank })
	if after > 0 && other[after-1].rank >= top {
		return other[after-1].rank
	}
	return m.bestIndented(top)
}
