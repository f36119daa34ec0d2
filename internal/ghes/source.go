package ghes

import (
	"cmp"
	"fmt"
	"slices"
)

// Source makes a repo's issues and pull requests up when they are asked for, so that a world may
// hold more of them than fit into memory.
type Source interface {
	// Entries lists all in order of number. It is asked once.
	Entries() []Entry
	// IDs is how many ids each of the entries takes, for itself and everything in it. They are
	// given out in order of number, from the first that the world has free. The first of an entry is
	// that of the issue, or of the pull request where it is one.
	IDs(number int) int
	// Begin tells the source the first id of each entry, in the order of Entries.
	Begin(first []int64)
	// Issue makes one that Entries lists, complete with ids, and the same every time.
	Issue(number int) Issue
}

// madeUp is the range of ids that belongs to a source.
type madeUp struct {
	repo  int64
	first []int64 // of each entry
	end   int64
	// numbers are those of the entries.
	numbers []int
}

// SetSource gives a repo a source of issues and pull requests; those that it held are forgotten.
func (w *World) SetSource(fullName string, s Source) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	id, ok := w.names[fold(fullName)]
	if !ok {
		return fmt.Errorf("set source of %s: %w", fullName, ErrNotFound)
	}
	k := w.workOf(id)
	entries := s.Entries()
	m := madeUp{repo: id, first: make([]int64, len(entries)), numbers: make([]int, len(entries))}
	for n, e := range entries {
		m.first[n], m.numbers[n] = w.lastID+1, e.Number
		w.lastID += int64(s.IDs(e.Number))
	}
	m.end = w.lastID + 1
	s.Begin(m.first)
	for n := range entries {
		entries[n].ID = m.first[n]
	}
	k.source, k.entries, k.held = s, entries, map[int]*Issue{}
	if len(entries) > 0 {
		k.lastNumber = entries[len(entries)-1].Number
	}
	k.changed()
	w.madeUp = append(w.madeUp, m)
	return nil
}

// locateMadeUp finds the issue that an id of a source belongs to.
func (w *World) locateMadeUp(id int64) (place, bool) {
	n, _ := slices.BinarySearchFunc(w.madeUp, id, func(m madeUp, id int64) int {
		if m.end <= id {
			return -1
		}
		return 1
	})
	if n == len(w.madeUp) || len(w.madeUp[n].first) == 0 || id < w.madeUp[n].first[0] {
		return place{}, false
	}
	m := w.madeUp[n]
	at, exact := slices.BinarySearchFunc(m.first, id, func(first, id int64) int { return cmp.Compare(first, id) })
	if !exact {
		at--
	}
	return place{m.repo, m.numbers[at]}, true
}
