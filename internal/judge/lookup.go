package judge

import (
	"cmp"
	"slices"

	"weir/internal/facts"
)

// lookup finds rows by object id and by number. It is made from all rows at the first question; four bytes a row and way
// take far less than maps of them would.
type lookup struct {
	byHash   []int32
	byNumber []int32 // nil while the rows stand in the order of their numbers
}

func (j *Judge) lookup() *lookup {
	if j.found == nil {
		j.found = newLookup(j.rows)
	}
	return j.found
}

func newLookup(rows []row) *lookup {
	l := &lookup{byHash: make([]int32, len(rows))}
	for i := range rows {
		l.byHash[i] = int32(i)
	}
	if !slices.IsSortedFunc(rows, func(a, b row) int { return cmp.Compare(a.number, b.number) }) {
		l.byNumber = slices.Clone(l.byHash)
		slices.SortFunc(l.byNumber, func(a, b int32) int { return cmp.Compare(rows[a].number, rows[b].number) })
	}
	slices.SortFunc(l.byHash, func(a, b int32) int { return cmp.Compare(rows[a].hash, rows[b].hash) })
	return l
}

// find gives the row of an object id, nil when there is none.
func (j *Judge) find(hash string) *row {
	l := j.lookup()
	at, found := slices.BinarySearchFunc(l.byHash, hash, func(i int32, hash string) int { return cmp.Compare(j.rows[i].hash, hash) })
	if !found {
		return nil
	}
	return &j.rows[l.byHash[at]]
}

// numbered gives the row of a number, nil when there is none.
func (j *Judge) numbered(n facts.CommitNumber) *row {
	l := j.lookup()
	if l.byNumber == nil {
		at, found := slices.BinarySearchFunc(j.rows, n, func(r row, n facts.CommitNumber) int { return cmp.Compare(r.number, n) })
		if !found {
			return nil
		}
		return &j.rows[at]
	}
	at, found := slices.BinarySearchFunc(l.byNumber, n, func(i int32, n facts.CommitNumber) int { return cmp.Compare(j.rows[i].number, n) })
	if !found {
		return nil
	}
	return &j.rows[l.byNumber[at]]
}

// number gives the number of an object id, 0 when there is none.
func (j *Judge) number(hash string) facts.CommitNumber {
	if r := j.find(hash); r != nil {
		return r.number
	}
	return 0
}

// numbers gives those of object ids, as far as they are there.
func (j *Judge) numbers(hashes ...string) []facts.CommitNumber {
	var found []facts.CommitNumber
	for _, h := range hashes {
		if n := j.number(h); n != 0 {
			found = append(found, n)
		}
	}
	return found
}
