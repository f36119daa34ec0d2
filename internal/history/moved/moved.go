// Package moved finds the lines that a commit moved or copied: runs of added lines that the commit deleted elsewhere,
// in the same file or in another one, or that stand elsewhere in the files it changed. It is a layer beside the exact
// attribution, which knows no moves, as git blame knows none without -M and -C.
//
// # What a block is
//
// A block is a run of consecutive added lines that equals, line by line, a run of consecutive lines elsewhere. White
// space at either end of a line does not count, so that a block may be indented otherwise. It has MinLines lines or
// more and MinWeight letters and digits or more, and begins and ends with a line that has one: neither a lone bracket
// nor three of them are a move. MinWeight is what git asks of a moved block (blame -M, --color-moved=blocks); MinLines
// keeps single statements out that many files have, such as an import.
//
// A line that its own hunk both deletes and adds, with other white space, is edited in its place and has not moved.
// Each added line is in one block at most, each deleted line moves once at most. Of blocks that compete for a line the
// longest has it, then the one that comes first by path and line of where it went, then of where it came from. What is
// left of the others is a block if it is large enough.
//
// # Bounds
//
// A line that occurs more than maxRepeats times among the sources is not where a block is looked for, but is part of
// one that is found around it. Sources and additions of more than MaxLines lines together are not looked at.
package moved

import (
	"cmp"
	"container/heap"
	"errors"
	"hash/maphash"
	"slices"
	"unicode"
	"unicode/utf8"

	"weir/internal/facts"
)

const (
	// MinLines is how many lines a block has at least.
	MinLines = 3
	// MinWeight is how many letters and digits they have together at least.
	MinWeight = 20
	// MaxLines is how many lines of one commit are looked at.
	MaxLines = 1 << 20

	maxRepeats = 32
)

// ErrTooMany is returned when a commit has more than MaxLines lines.
var ErrTooMany = errors.New("find moved lines: the commit has too many lines")

// Line is what is compared of a line.
type Line struct {
	hash   uint64 // of what stands between the white space at both ends
	weight int    // letters and digits; of added lines only
}

var seed = maphash.MakeSeed()

// Added takes an added line, with or without its line feed. Two lines count as equal when 64 bits of a hash with a seed of
// this process do: a block may be wrong once in 2^64 comparisons, which no input can bring about.
func Added(text []byte) Line {
	text = trim(text)
	return Line{maphash.Bytes(seed, text), weigh(text)}
}

// Source takes a line that added ones may stem from.
func Source(text []byte) Line { return Line{hash: maphash.Bytes(seed, trim(text))} }

// Same tells whether two lines count as equal.
func (l Line) Same(as Line) bool { return l.hash == as.hash }

func trim(text []byte) []byte {
	for len(text) > 0 && blank(text[0]) {
		text = text[1:]
	}
	for len(text) > 0 && blank(text[len(text)-1]) {
		text = text[:len(text)-1]
	}
	return text
}

func blank(c byte) bool { return c == ' ' || c >= '\t' && c <= '\r' }

func weigh(text []byte) int {
	n := 0
	for len(text) > 0 {
		if c := text[0]; c < utf8.RuneSelf {
			if 'a' <= c|0x20 && c|0x20 <= 'z' || '0' <= c && c <= '9' {
				n++
			}
			text = text[1:]
			continue
		}
		r, size := utf8.DecodeRune(text)
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			n++
		}
		text = text[size:]
	}
	return n
}

// Run is consecutive lines of a file.
type Run struct {
	Path  string
	First int // the number of the first line, counted from 1
	// Hunk is the same number for what one hunk deletes and adds, and another one for every other hunk of the commit.
	// A text has none.
	Hunk  int
	Lines []Line
}

// Find tells which of the added lines are deleted elsewhere, and which of the others stand in one of the texts. It
// gives the blocks by path and line of where they went. The order of the runs does not matter, and the runs of a file
// do not overlap. What it is given is not kept.
func Find(deleted, added, texts []Run) ([]facts.MovedBlock, error) {
	if count(deleted)+count(added)+count(texts) > MaxLines {
		return nil, ErrTooMany
	}
	deleted, added, texts = sorted(deleted), sorted(added), sorted(texts)
	m := &matcher{from: deleted, fromFree: freeOf(deleted), to: added, toFree: freeOf(added)}
	m.settle()
	m.match()
	m.from, m.fromFree, m.copied = texts, nil, true
	m.match()
	slices.SortFunc(m.found, func(a, b facts.MovedBlock) int {
		return cmp.Or(cmp.Compare(a.To.Path, b.To.Path), cmp.Compare(a.To.Line, b.To.Line))
	})
	return m.found, nil
}

func count(runs []Run) int {
	n := 0
	for _, r := range runs {
		n += len(r.Lines)
	}
	return n
}

func sorted(runs []Run) []Run {
	return slices.SortedFunc(slices.Values(runs), func(a, b Run) int {
		return cmp.Or(cmp.Compare(a.Path, b.Path), cmp.Compare(a.First, b.First))
	})
}

func freeOf(runs []Run) [][]bool {
	free := make([][]bool, len(runs))
	for i, run := range runs {
		free[i] = slices.Repeat([]bool{true}, len(run.Lines))
	}
	return free
}

// spot is a line of a run.
type spot struct{ run, line int32 }

// block is a candidate: n lines from one spot are those from another.
type block struct {
	to, from spot
	n        int
}

// matcher finds the blocks of one kind of source.
type matcher struct {
	from, to         []Run
	fromFree, toFree [][]bool // nil: lines may be taken any number of times
	copied           bool
	open             blocks
	found            []facts.MovedBlock
}

// settle takes out the lines that a hunk keeps but for their white space.
func (m *matcher) settle() {
	of := map[int]int{} // the deleted run of each hunk
	for r, run := range m.from {
		of[run.Hunk] = r
	}
	gone := map[uint64][]int{}
	for r, run := range m.to {
		from, both := of[run.Hunk]
		if !both {
			continue
		}
		clear(gone)
		for i, l := range m.from[from].Lines {
			gone[l.hash] = append(gone[l.hash], i)
		}
		for i, l := range run.Lines {
			if at := gone[l.hash]; len(at) > 0 {
				m.toFree[r][i], m.fromFree[from][at[0]] = false, false
				gone[l.hash] = at[1:]
			}
		}
	}
}

// match takes candidates, longest first, until none is left.
func (m *matcher) match() {
	m.candidates()
	for len(m.open) > 0 {
		b := heap.Pop(&m.open).(block)
		if whole := m.pieces(b); whole {
			m.take(b)
		}
	}
}

// diagonal is where a line of one run and a line of another stand at a certain distance.
type diagonal struct{ to, from, shift int32 }

// candidates are the maximal equal runs around all lines that are told apart well enough.
func (m *matcher) candidates() {
	index := m.index()
	seen := map[diagonal]int32{} // the line behind the last candidate on each
	for r := range m.to {
		clear(seen)
		for i := range m.to[r].Lines {
			for _, at := range index[m.to[r].Lines[i].hash] {
				to := spot{int32(r), int32(i)}
				d := diagonal{to.run, at.run, to.line - at.line}
				if to.line < seen[d] {
					continue
				}
				b := m.around(to, at)
				seen[d] = b.to.line + int32(b.n)
				m.push(b)
			}
		}
	}
}

// index gives where each line stands that may begin a search.
func (m *matcher) index() map[uint64][]spot {
	wanted := map[uint64]bool{}
	for r, run := range m.to {
		for i, l := range run.Lines {
			if l.weight > 0 && m.toFree[r][i] {
				wanted[l.hash] = true
			}
		}
	}
	index := map[uint64][]spot{}
	for r, run := range m.from {
		for i, l := range run.Lines {
			if wanted[l.hash] && len(index[l.hash]) <= maxRepeats {
				index[l.hash] = append(index[l.hash], spot{int32(r), int32(i)})
			}
		}
	}
	for hash, spots := range index {
		if len(spots) > maxRepeats {
			delete(index, hash)
		}
	}
	return index
}

// around is the longest equal run that holds a pair of equal lines.
func (m *matcher) around(to, from spot) block {
	a, b := m.to[to.run].Lines, m.from[from.run].Lines
	first := int32(0)
	for to.line-first > 0 && from.line-first > 0 && a[to.line-first-1].hash == b[from.line-first-1].hash {
		first++
	}
	to.line -= first
	from.line -= first
	n := 0
	for int(to.line)+n < len(a) && int(from.line)+n < len(b) && a[int(to.line)+n].hash == b[int(from.line)+n].hash {
		n++
	}
	return block{to, from, n}
}

// push takes up a candidate without the light lines at its ends, if enough is left.
func (m *matcher) push(b block) {
	lines := m.to[b.to.run].Lines[b.to.line:][:b.n]
	for len(lines) > 0 && lines[0].weight == 0 {
		lines = lines[1:]
		b.to.line++
		b.from.line++
	}
	for len(lines) > 0 && lines[len(lines)-1].weight == 0 {
		lines = lines[:len(lines)-1]
	}
	b.n = len(lines)
	weight := 0
	for _, l := range lines {
		weight += l.weight
	}
	if b.n >= MinLines && weight >= MinWeight {
		heap.Push(&m.open, b)
	}
}

// pieces tells whether all lines of a block are free. Where not, it takes up those that are.
func (m *matcher) pieces(b block) bool {
	start := 0
	for i := 0; i <= b.n; i++ {
		if i < b.n && m.free(b, i) {
			continue
		}
		if start == 0 && i == b.n {
			return true
		}
		if start < i {
			m.push(block{spot{b.to.run, b.to.line + int32(start)}, spot{b.from.run, b.from.line + int32(start)}, i - start})
		}
		start = i + 1
	}
	return false
}

func (m *matcher) free(b block, i int) bool {
	return m.toFree[b.to.run][int(b.to.line)+i] && (m.fromFree == nil || m.fromFree[b.from.run][int(b.from.line)+i])
}

// take notes a block and that its lines are used.
func (m *matcher) take(b block) {
	for i := range b.n {
		m.toFree[b.to.run][int(b.to.line)+i] = false
		if m.fromFree != nil {
			m.fromFree[b.from.run][int(b.from.line)+i] = false
		}
	}
	to, from := m.to[b.to.run], m.from[b.from.run]
	m.found = append(m.found, facts.MovedBlock{
		From: facts.LinePlace{Path: from.Path, Line: from.First + int(b.from.line)},
		To:   facts.LinePlace{Path: to.Path, Line: to.First + int(b.to.line)}, Lines: b.n, Copied: m.copied,
	})
}

// blocks is a heap of candidates, the one to take first on top. Runs are sorted, so that their numbers are in order.
type blocks []block

func (b blocks) Len() int      { return len(b) }
func (b blocks) Swap(i, j int) { b[i], b[j] = b[j], b[i] }
func (b blocks) Less(i, j int) bool {
	return cmp.Or(cmp.Compare(b[j].n, b[i].n), b[i].to.compare(b[j].to), b[i].from.compare(b[j].from)) < 0
}
func (b *blocks) Push(x any) { *b = append(*b, x.(block)) }
func (b *blocks) Pop() any {
	last := (*b)[len(*b)-1]
	*b = (*b)[:len(*b)-1]
	return last
}

func (s spot) compare(t spot) int {
	return cmp.Or(cmp.Compare(s.run, t.run), cmp.Compare(s.line, t.line))
}
