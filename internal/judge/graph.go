package judge

import "weir/internal/facts"

// Graph is who descends from whom among the commits of a repo. Commits may be added in any order before the
// first question. Its zero value is empty.
type Graph struct {
	// first holds each commit's first parent by its number, 0 for none; more holds the further ones of merges.
	first []facts.CommitNumber
	more  map[facts.CommitNumber][]facts.CommitNumber

	labels  []label
	visited []int32
	visit   int32
}

// label is two depth-first walks over the graph, first parents first and last parents first. In each, all
// ancestors of a commit lie between low and rank, and those between enter and rank are ancestors for sure.
type label [2]struct{ enter, low, rank int32 }

// Add takes a commit with its parents; unknown parents (0) are passed over.
func (g *Graph) Add(n facts.CommitNumber, parents []facts.CommitNumber) {
	if n <= 0 {
		return
	}
	for int(n) >= len(g.first) {
		g.first = append(g.first, 0)
	}
	g.labels = nil
	var known []facts.CommitNumber
	for _, p := range parents {
		if p > 0 {
			known = append(known, p)
		}
	}
	if len(known) > 0 {
		g.first[n] = known[0]
	}
	if len(known) > 1 {
		if g.more == nil {
			g.more = map[facts.CommitNumber][]facts.CommitNumber{}
		}
		g.more[n] = known[1:]
	}
}

// parent gives the i-th parent, 0 when there is none; reversed counts from the last.
func (g *Graph) parent(n facts.CommitNumber, i int, reversed bool) facts.CommitNumber {
	if int(n) >= len(g.first) || g.first[n] == 0 {
		return 0
	}
	more := g.more[n]
	if i > len(more) {
		return 0
	}
	if reversed {
		i = len(more) - i
	}
	if i == 0 {
		return g.first[n]
	}
	return more[i-1]
}

// Reach tells which commits the tips reach, the tips among them, indexed by number.
func (g *Graph) Reach(tips []facts.CommitNumber) []bool {
	reached := make([]bool, len(g.first))
	var todo []facts.CommitNumber
	push := func(n facts.CommitNumber) {
		if n > 0 && int(n) < len(reached) && !reached[n] {
			reached[n] = true
			todo = append(todo, n)
		}
	}
	for _, tip := range tips {
		push(tip)
	}
	for len(todo) > 0 {
		n := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		for i := 0; ; i++ {
			p := g.parent(n, i, false)
			if p == 0 {
				break
			}
			push(p)
		}
	}
	return reached
}

// IsAncestor tells whether a is an ancestor of b. A commit is not its own ancestor.
func (g *Graph) IsAncestor(a, b facts.CommitNumber) bool {
	if a == b || a <= 0 || b <= 0 || int(max(a, b)) >= len(g.first) {
		return false
	}
	if g.labels == nil {
		g.label()
	}
	g.visit++
	todo := []facts.CommitNumber{b}
	for len(todo) > 0 {
		n := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		if n == a || g.surely(a, n) {
			return true
		}
		for i := 0; ; i++ {
			p := g.parent(n, i, false)
			if p == 0 {
				break
			}
			if g.visited[p] != g.visit && g.possibly(a, p) {
				g.visited[p] = g.visit
				todo = append(todo, p)
			}
		}
	}
	return false
}

func (g *Graph) surely(a, b facts.CommitNumber) bool {
	for i := range g.labels[b] {
		if r := g.labels[a][i].rank; g.labels[b][i].enter < r && r <= g.labels[b][i].rank {
			return true
		}
	}
	return false
}

func (g *Graph) possibly(a, b facts.CommitNumber) bool {
	for i := range g.labels[b] {
		la, lb := g.labels[a][i], g.labels[b][i]
		if la.low < lb.low || la.rank > lb.rank {
			return false
		}
	}
	return true
}

func (g *Graph) label() {
	g.labels = make([]label, len(g.first))
	g.visited = make([]int32, len(g.first))
	g.visit = 0
	for walk := range 2 {
		g.walk(walk)
	}
}

// walk numbers the commits in post-order; the later ones of the list come first, as they are likelier heads.
func (g *Graph) walk(walk int) {
	type frame struct {
		n    facts.CommitNumber
		next int
	}
	rank := int32(0)
	var stack []frame
	enter := func(n facts.CommitNumber) {
		g.labels[n][walk].enter, g.labels[n][walk].low = rank, 1<<30
		g.labels[n][walk].rank = -1
		stack = append(stack, frame{n: n})
	}
	for n := facts.CommitNumber(len(g.first) - 1); n > 0; n-- {
		if g.labels[n][walk].rank != 0 {
			continue
		}
		enter(n)
		for len(stack) > 0 {
			top := &stack[len(stack)-1]
			p := g.parent(top.n, top.next, walk == 1)
			top.next++
			switch {
			case p != 0 && int(p) >= len(g.first):
			case p != 0 && g.labels[p][walk].rank == 0:
				enter(p)
			case p == 0:
				rank++
				g.close(top.n, walk, rank)
				stack = stack[:len(stack)-1]
			}
		}
	}
}

// close gives a commit its rank once all its ancestors have theirs.
func (g *Graph) close(n facts.CommitNumber, walk int, rank int32) {
	l := &g.labels[n][walk]
	l.rank, l.low = rank, min(l.low, rank)
	for i := 0; ; i++ {
		p := g.parent(n, i, false)
		if p == 0 {
			return
		}
		if int(p) < len(g.first) {
			l.low = min(l.low, g.labels[p][walk].low)
		}
	}
}
