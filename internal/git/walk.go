package git

import "fmt"

// Ancestry is the commits that can be reached from some tips.
type Ancestry struct {
	// Order is that in which every commit follows its parents: depth first, first parents first, so that few branches
	// are open at once. The same commits and tips give the same order.
	Order []Hash
	// Unreadable lists commits that cannot be read. They are taken as absent.
	Unreadable []Hash

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
// skip may be nil.
func (r *Reader) Ancestry(tips []Hash, skip func(Hash) bool) (*Ancestry, error) {
	g := &graph{repo: r.store.repo, index: map[Hash]int32{}, skip: skip}
	if err := g.load(r, tips); err != nil {
		return nil, fmt.Errorf("walk history: %w", err)
	}
	a := &Ancestry{Unreadable: g.unreadable, graph: g, nodes: g.order(tips)}
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
	g.count = append(g.count, int32(len(g.raw)))
	return nil
}

// order visits depth first and lists a commit when all its parents are listed.
func (g *graph) order(tips []Hash) []int32 {
	order := make([]int32, 0, len(g.hashes))
	next := make([]int32, len(g.hashes)) // how many parents were visited, plus one once the commit itself was
	var stack []int32
	push := func(i int32) {
		if next[i] == 0 && g.count[i] >= 0 {
			next[i] = 1
			stack = append(stack, i)
		}
	}
	for _, t := range tips {
		push(g.index[t])
		for len(stack) > 0 {
			i := stack[len(stack)-1]
			if n := next[i] - 1; n < g.count[i] {
				next[i]++
				push(g.parents[g.first[i]+n])
				continue
			}
			stack = stack[:len(stack)-1]
			order = append(order, i)
		}
	}
	return order
}
