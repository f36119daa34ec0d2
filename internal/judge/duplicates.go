package judge

import (
	"cmp"
	"slices"

	"weir/internal/facts"
)

// applyDuplicates leaves out all but one of the commits that make the same change: the one on the default
// branch counts, else the earliest by committer time, else the one with the smallest object id. Of two
// commits of which one is an ancestor of the other both count: the change was made again.
func (j *Judge) applyDuplicates(w World, res *Result) {
	if j.parentless {
		return
	}
	onDefault := j.graph.Reach(j.numbers(w.Default))
	for _, group := range j.sameChange(res) {
		slices.SortFunc(group, func(a, b int32) int {
			x, y := &j.rows[a], &j.rows[b]
			return cmp.Or(before(onDefault[x.number], onDefault[y.number]),
				cmp.Compare(x.committedAt, y.committedAt), cmp.Compare(x.hash, y.hash))
		})
		counted := group[:1:1]
		for _, i := range group[1:] {
			if other, ok := j.unrelated(i, counted); ok {
				decide(&res.outcomes[i], facts.LeftDuplicate, "counted as "+j.rows[other].hash)
			} else {
				counted = append(counted, i)
			}
		}
	}
}

// unrelated finds a counted commit that is neither ancestor nor descendant of i.
func (j *Judge) unrelated(i int32, counted []int32) (int32, bool) {
	n := j.rows[i].number
	for _, other := range counted {
		if o := j.rows[other].number; !j.graph.IsAncestor(o, n) && !j.graph.IsAncestor(n, o) {
			return other, true
		}
	}
	return 0, false
}

// sameChange groups the commits that are still in question by their patch id.
func (j *Judge) sameChange(res *Result) [][]int32 {
	first := map[patchID]int32{}
	groups := map[patchID][]int32{}
	for i := range j.rows {
		id := j.rows[i].patch
		if id == (patchID{}) || res.outcomes[i].reason != facts.Counts {
			continue
		}
		if f, seen := first[id]; !seen {
			first[id] = int32(i)
		} else if groups[id] == nil {
			groups[id] = []int32{f, int32(i)}
		} else {
			groups[id] = append(groups[id], int32(i))
		}
	}
	all := make([][]int32, 0, len(groups))
	for _, g := range groups {
		all = append(all, g)
	}
	return all
}

func before(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return -1
	}
	return 1
}
