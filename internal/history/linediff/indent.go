package linediff

// Weights of the indent heuristic. They are git's, which found them by fitting them to diffs that
// people had rated.
const (
	maxSlide  = 100 // how many places are looked at
	maxIndent = 200
	maxBlanks = 20

	startOfFile         = 1
	endOfFile           = 21
	perBlank            = -30
	perBlankAfter       = 6
	moreIndent          = -4
	moreIndentBlank     = 10
	lessIndent          = 24 // less than the line before and than the line after, like an "else"
	lessIndentBlank     = 17
	blockEnd            = 23
	blockEndBlank       = 17
	perIndentDifference = 60
)

// bestIndented returns the rank, not above top, at which the group's two edges are cut best.
func (m *mover) bestIndented(top int) int {
	first := max(top, m.rank-m.size-1, m.rank-maxSlide)
	best, bestScore := m.rank, score{}
	for rank := first; rank <= m.rank; rank++ {
		start := rank + m.before
		s := m.cut(start + m.size).plus(m.cut(start))
		if rank == first || s.notWorse(bestScore) {
			best, bestScore = rank, s
		}
	}
	return best
}

// score says how badly a place suits a group; the smaller the better.
type score struct {
	indent, penalty int
}

func (s score) plus(o score) score { return score{s.indent + o.indent, s.penalty + o.penalty} }

func (s score) notWorse(o score) bool {
	d := s.penalty - o.penalty
	switch {
	case s.indent > o.indent:
		d += perIndentDifference
	case s.indent < o.indent:
		d -= perIndentDifference
	}
	return d <= 0
}

// surroundings of a cut between two lines. An indent of -1 means that there is no such line.
type surroundings struct {
	indent, before, after     int // of the line at the cut, the next text line above, and below
	blanksBefore, blanksAfter int // blank lines between them and the cut
	atEnd                     bool
}

// cut scores a cut before the given line.
func (s *side) cut(line int) score {
	var a surroundings
	a.atEnd = line >= s.lines
	a.indent = -1
	if !a.atEnd {
		a.indent = indentOf(s.text.Line(line))
	}
	a.before, a.blanksBefore = s.nextText(line, -1)
	a.after, a.blanksAfter = s.nextText(line, +1)
	return a.score()
}

// nextText returns the indent of the nearest line that is not blank and the number of blank lines
// before it, going from the line in steps of 1 or -1.
func (s *side) nextText(line, step int) (indent, blanks int) {
	for i := line + step; i >= 0 && i < s.lines; i += step {
		if indent = indentOf(s.text.Line(i)); indent >= 0 {
			return indent, blanks
		}
		if blanks++; blanks == maxBlanks {
			return 0, blanks
		}
	}
	return -1, blanks
}

func (a surroundings) score() score {
	var s score
	if a.before == -1 && a.blanksBefore == 0 {
		s.penalty += startOfFile
	}
	if a.atEnd {
		s.penalty += endOfFile
	}
	indent, blanksAfter := a.indent, 0
	if indent == -1 {
		indent, blanksAfter = a.after, 1+a.blanksAfter
	}
	blanks := a.blanksBefore + blanksAfter
	s.penalty += perBlank*blanks + perBlankAfter*blanksAfter
	s.indent = indent
	if indent != -1 && a.before != -1 {
		s.penalty += a.step(indent, blanks > 0)
	}
	return s
}

// step scores the change of indentation at the cut.
func (a surroundings) step(indent int, blank bool) int {
	switch {
	case indent == a.before:
		return 0
	case indent > a.before:
		return either(blank, moreIndentBlank, moreIndent)
	case a.after > indent:
		return either(blank, lessIndentBlank, lessIndent)
	}
	return either(blank, blockEndBlank, blockEnd)
}

func either(condition bool, yes, no int) int {
	if condition {
		return yes
	}
	return no
}

// indentOf returns the width of a line's leading white space, or -1 if it has nothing else.
func indentOf(line []byte) int {
	width := 0
	for _, c := range line {
		switch c {
		case ' ':
			width++
		case '\t':
			width += 8 - width%8
		case '\n', '\r':
		default:
			return width
		}
		if width >= maxIndent {
			return maxIndent
		}
	}
	return -1
}
