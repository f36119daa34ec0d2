package git

import (
	"cmp"
	"fmt"
	"slices"
)

// Ancestry is the commits that can be reached from some tips.
type Ancestry struct {
	// Order is that in which every commit follows its parents: depth first, first parents first, and what only a later
	// tip leads to as soon as its parents are there, so that few branches are open at once. The same commits and tips
	// give the same order.
	Order []Hash
	// Unreadable lists commits that cannot be read. They are taken as absent.
	Unreadable []Hash
	// Kept are the bytes of the commits of Order, as far as there was room for them.
	Kept *KeptCommits

	graph *graph
	nodes []int32 // of each commit of Order
}

// Parents gives the parents of commit i of Order, those included that were skipped or cannot be read. A commit at the
// boundary of a shallow repository has none.
func (a *Ancestry) Parents(i int) []Hash {
	g, n := a.graph, a.nodes[i]
	list := make([]Hash, 0, g.count[n])
	for _, p := range g.parents[g.first[n] : g.first[n]+g.count[n]] {
		list = append(list, g.hashes[p])
	}
	return list
}

// Ancestry reads the commits that tips lead to. Commits that skip holds are left out with all that only they lead to;
// skip may be nil. At most keep bytes of commits are kept.
func (r *Reader) Ancestry(tips []Hash, skip func(Hash) bool, keep int64) (*Ancestry, error) {
	g := &graph{repo: r.store.repo, index: map[Hash]int32{}, skip: skip, kept: &KeptCommits{room: keep}}
	if err := g.load(r, tips); err != nil {
		return nil, fmt.Errorf("walk history: %w", err)
	}
	a := &Ancestry{Unreadable: g.unreadable, graph: g, nodes: g.order(tips), Kept: g.kept}
	a.Kept.nodes = a.nodes
	a.Order = make([]Hash, len(a.nodes))
	for i, n := range a.nodes {
		a.Order[i] = g.hashes[n]
	}
	return a, nil
}

// graph holds the commits that were reached.
type graph struct {
	repo       *Repository
	skip       func(Hash) bool
	index      map[Hash]int32 // of a commit in the lists below
	hashes     []Hash
	first      []int32 // where a commit's parents begin in parents
	count      []int32 // how many there are; -1 when the commit is skipped or cannot be read
	parents    []int32
	unreadable []Hash
	kept       *KeptCommits
	raw        []Hash // parents of the commit in work
}

// load reads generation by generation.
func (g *graph) load(r *Reader, tips []Hash) error {
	for _, t := range tips {
		g.add(t)
	}
	for i := 0; i < len(g.hashes); i++ {
		h := g.hashes[i]
		g.first = append(g.first, int32(len(g.parents)))
		if g.skip != nil && g.skip(h) {
			g.count = append(g.count, -1)
			continue
		}
		obj, err := r.Read(h)
		if err := g.read(h, obj, err); err != nil {
			return err
		}
		obj.Release()
	}
	return nil
}

// add gives the index of a commit.
func (g *graph) add(h Hash) int32 {
	i, known := g.index[h]
	if !known {
		i = int32(len(g.hashes))
		g.hashes = append(g.hashes, h)
		g.index[h] = i
	}
	return i
}

// read notes the parents of the next commit of the list.
func (g *graph) read(h Hash, obj Object, err error) error {
	if err == nil && obj.Kind != KindCommit {
		err = &CorruptError{Hash: h, Why: "not a commit"}
	}
	if err == nil {
		g.raw, err = parseParents(g.raw[:0], h, obj.Data)
	}
	switch {
	case err != nil && !Unreadable(err):
		return err
	case err != nil:
		g.unreadable = append(g.unreadable, h)
		g.count = append(g.count, -1)
		return nil //nolint:nilerr // the list of unreadable ones is how this is told
	case g.repo.Cut(h):
		g.raw = g.raw[:0]
	}
	for _, p := range g.raw {
		g.parents = append(g.parents, g.add(p))
	}
	g.kept.add(len(g.count), obj.Data)
	g.count = append(g.count, int32(len(g.raw)))
	return nil
}

// order lists each commit after its parents.
func (g *graph) order(tips []Hash) []int32 {
	lines, ends := g.walk(tips)
	if len(ends) < 2 {
		return lines
	}
	return g.interleave(lines, ends)
}

// walk visits depth first and lists a commit when all its parents are listed. What a tip adds to the tips before it is
// one line; ends tells where each ends.
func (g *graph) walk(tips []Hash) (lines, ends []int32) {
	lines = make([]int32, 0, len(g.hashes))
	next := make([]int32, len(g.hashes)) // how many parents were visited, plus one once the commit itself was
	var stack []int32
	push := func(i int32) {
		if next[i] == 0 && g.count[i] >= 0 {
			next[i] = 1
			stack = append(stack, i)
		}
	}
	for _, t := range tips {
		from := len(lines)
		push(g.index[t])
		for len(stack) > 0 {
			i := stack[len(stack)-1]
			if n := next[i] - 1; n < g.count[i] {
				next[i]++
				push(g.parents[g.first[i]+n])
				continue
			}
			stack = stack[:len(stack)-1]
			lines = append(lines, i)
		}
		if len(lines) > from {
			ends = append(ends, int32(len(lines)))
		}
	}
	return lines, ends
}

// span is a part of the lines.
type span struct{ next, end int32 }

// interleave puts each line where all that it stems from has just been listed: with many thousand heads of pull requests
// nothing has to be kept of the commits that they branched off until the last commit of the default branch is done. Of
// lines that go on from one commit the shorter comes first, so that few are open whatever the order of the tips.
func (g *graph) interleave(lines, ends []int32) []int32 {
	f := g.forks(lines, ends)
	order := make([]int32, 0, len(lines))
	var open []span
	start := func(line int32) {
		s := span{end: ends[line]}
		if line > 0 {
			s.next = ends[line-1]
		}
		open = append(open, s)
	}
	for line := int32(len(ends)) - 1; line >= 0; line-- {
		if f.waits[line] == 0 {
			start(line)
		}
	}
	for len(open) > 0 {
		top := &open[len(open)-1]
		if top.next == top.end {
			open = open[:len(open)-1]
			continue
		}
		i := lines[top.next]
		top.next++
		order = append(order, i)
		from := len(open) - 1
		for e := f.last[i]; e != 0; e = f.edges[e].before {
			line := f.edges[e].line
			if f.waits[line]--; f.waits[line] == 0 {
				start(line)
			}
		}
		if len(open) > from+1 {
			slices.SortStableFunc(open[from:], func(a, b span) int { return cmp.Compare(b.end-b.next, a.end-a.next) })
		}
	}
	return order
}

// forks tells where lines branch off others.
type forks struct {
	waits []int32 // for how many parents in other lines each line waits
	last  []int32 // of each commit, the last of its edges
	edges []fork  // the first is none
}

// fork is one line that stems from a commit, and the edge of that commit before it.
type fork struct{ line, before int32 }

func (g *graph) forks(lines, ends []int32) forks {
	f := forks{waits: make([]int32, len(ends)), last: make([]int32, len(g.hashes)), edges: make([]fork, 1)}
	lineOf := make([]int32, len(g.hashes))
	at := 0
	for line, end := range ends {
		for ; at < int(end); at++ {
			i := lines[at]
			lineOf[i] = int32(line)
			for _, p := range g.parents[g.first[i] : g.first[i]+g.count[i]] {
				if g.count[p] < 0 || lineOf[p] == int32(line) {
					continue
				}
				f.waits[line]++
				f.edges = append(f.edges, fork{int32(line), f.last[p]})
				f.last[p] = int32(len(f.edges) - 1)
			}
		}
	}
	return f
}
