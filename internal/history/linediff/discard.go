package linediff

import (
	"math/bits"
	"slices"
)

// fate says whether the search should see a line, by how often the line occurs in the other file.
type fate uint8

const (
	unmatched fate = iota // nowhere: certainly changed
	matched               // now and then: kept
	frequent              // very often: kept unless it stands among unmatched lines
)

const (
	maxFrequent   = 1024 // a line that occurs this often is frequent in any file
	scanWindow    = 100  // how far around a frequent line we look
	unmatchedPart = 4    // a frequent line goes if less than 1/4 of the run around it is frequent

	// A run of which a frequent line can go has at least two lines counted as frequent, and so
	// this many unmatched ones.
	leastUnmatched = 2*unmatchedPart - 2 + 1
)

// discard marks lines that cannot or should not be matched as changed and keeps the others for
// the search. occurrences counts per class in the other file; lines is the length of this one.
func (s *side) discard(occurrences []int32, lines int) {
	limit := frequentFrom(lines)
	s.fate = s.fate[:0]
	for _, class := range s.classes {
		s.fate = append(s.fate, fateOf(occurrences[class], limit))
	}
	s.kept, s.place = slices.Grow(s.kept[:0], len(s.fate)), slices.Grow(s.place[:0], len(s.fate))
	kept, place := s.kept[:len(s.fate)], s.place[:len(s.fate)]
	n := 0
	for i, f := range s.fate {
		gone := lost[f]
		if f == frequent && amongUnmatched(s.fate, i) {
			gone = 1
		}
		// Written in any case: which lines go is as good as random, and a wrong guess costs more.
		s.changed[i] = gone
		kept[n], place[n] = s.classes[i], int32(i)
		n += int(1 - gone)
	}
	s.kept, s.place = kept[:n], place[:n]
}

// lost is 1 for the fate that always makes a changed line.
var lost = [...]uint8{unmatched: 1, matched: 0, frequent: 0}

// frequentFrom is how often a line has to occur in the other file to be frequent in one of so many lines.
func frequentFrom(lines int) int32 { return int32(min(roughRoot(lines), maxFrequent)) }

func fateOf(occurrences, limit int32) fate {
	switch {
	case occurrences == 0:
		return unmatched
	case occurrences >= limit:
		return frequent
	}
	return matched
}

// amongUnmatched reports whether the frequent line i stands in a run without matched lines that has
// unmatched lines on both sides of it and is mostly made of them.
func amongUnmatched(fates []fate, i int) bool {
	lostBefore, oftenBefore := countRun(fates, i, -1)
	if lostBefore == 0 {
		return false
	}
	lostAfter, oftenAfter := countRun(fates, i, +1)
	if lostAfter == 0 {
		return false
	}
	lost := lostBefore + lostAfter
	often := oftenBefore + oftenAfter + 2 // git counts the line itself on both sides
	return often*unmatchedPart < often+lost
}

// countRun counts unmatched and frequent lines from i (exclusive) up to the next matched one.
func countRun(fates []fate, i, step int) (lost, often int) {
	for n := 1; n <= scanWindow; n++ {
		j := i + n*step
		if j < 0 || j >= len(fates) || fates[j] == matched {
			break
		}
		if fates[j] == unmatched {
			lost++
		} else {
			often++
		}
	}
	return lost, often
}

// roughRoot is the power of two that git takes for the square root of n.
func roughRoot(n int) int { return 1 << ((bits.Len(uint(n)) + 1) / 2) }
