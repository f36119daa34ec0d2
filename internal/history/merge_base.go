package history

import (
	"cmp"
	"container/heap"
	"slices"

	"weir/internal/git"
)

// The most commits that ancestry keeps from one question to the next, and the most that one question may look at.
const (
	keptNodes = 100_000
	mostNodes = 2_000_000
)

// ancestry answers which commit two others stem from. It reads commits as it needs them and keeps their parents for the
// next question, which is mostly about neighbours. It is for one goroutine.
type ancestry struct {
	repo    *git.Repository
	objects *git.Reader
	index   map[git.Hash]int32
	nodes   []ancestor
	parents []int32
	marked  []int32 // whose marks are to be taken off
	most    int
}

// ancestor is a commit. Its parents and time are known once it is read.
type ancestor struct {
	hash         git.Hash
	when         int64
	first, count int32
	waiting      int32 // how often it stands in the queue
	read         bool
	marks        uint8
}

// What a commit is known to be: an ancestor of the one, of the other, of what both stem from, and such a commit itself.
const (
	ofOne uint8 = 1 << iota
	ofOther
	beyond
	common
)

func newAncestry(repo *git.Repository, objects *git.Reader) *ancestry {
	return &ancestry{repo: repo, objects: objects, index: map[git.Hash]int32{}, most: mostNodes}
}

// mergeBase gives the commit that both stem from: of several that are no ancestors of each other the youngest, by when it
// was committed. It is the zero Hash when the two have nothing in common.
func (g *ancestry) mergeBase(one, other git.Hash) (git.Hash, error) {
	if len(g.nodes) > keptNodes {
		g.index, g.nodes, g.parents = map[git.Hash]int32{}, nil, nil
	}
	bases, err := g.bases(g.add(one), g.add(other))
	if err != nil {
		return git.Hash{}, err
	}
	if bases, err = g.independent(bases); err != nil || len(bases) == 0 {
		return git.Hash{}, err
	}
	best := slices.MaxFunc(bases, func(a, b int32) int {
		return cmp.Or(cmp.Compare(g.nodes[a].when, g.nodes[b].when), g.nodes[b].hash.Compare(g.nodes[a].hash))
	})
	return g.nodes[best].hash, nil
}

// independent drops bases that are ancestors of others. The walk goes by times, and clocks are wrong.
func (g *ancestry) independent(bases []int32) ([]int32, error) {
	if len(bases) < 2 {
		return bases, nil
	}
	var kept []int32
	for _, base := range bases {
		older := false
		for _, of := range bases {
			if of == base || older {
				continue
			}
			shared, err := g.bases(base, of)
			if err != nil {
				return nil, err
			}
			older = slices.Contains(shared, base)
		}
		if !older {
			kept = append(kept, base)
		}
	}
	return kept, nil
}

// bases walks back from both, the youngest commit first, until all that is left stems from a common ancestor, as git does.
func (g *ancestry) bases(one, other int32) ([]int32, error) {
	defer g.clear()
	w := walk{ancestry: g}
	for at, mark := range map[int32]uint8{one: ofOne, other: ofOther} {
		if err := w.reach(at, mark); err != nil {
			return nil, err
		}
	}
	if one == other {
		return []int32{one}, nil
	}
	var found []int32
	for w.open > 0 {
		at := heap.Pop(&w).(int32)
		n := &g.nodes[at]
		n.waiting--
		if n.marks&beyond == 0 {
			w.open--
		}
		marks := n.marks & (ofOne | ofOther | beyond)
		if marks == ofOne|ofOther {
			if n.marks&common == 0 {
				n.marks |= common
				found = append(found, at)
			}
			marks |= beyond
		}
		for _, p := range g.parents[n.first : n.first+n.count] {
			if err := w.reach(p, marks); err != nil {
				return nil, err
			}
		}
	}
	return slices.DeleteFunc(found, func(at int32) bool { return g.nodes[at].marks&beyond != 0 }), nil
}

// clear takes all marks off.
func (g *ancestry) clear() {
	for _, at := range g.marked {
		g.nodes[at].marks, g.nodes[at].waiting = 0, 0
	}
	g.marked = g.marked[:0]
}

// add gives the place of a commit.
func (g *ancestry) add(h git.Hash) int32 {
	at, known := g.index[h]
	if !known {
		at = int32(len(g.nodes))
		g.index[h], g.nodes = at, append(g.nodes, ancestor{hash: h})
	}
	return at
}

// read reads a commit's parents.
func (g *ancestry) read(at int32) error {
	h := g.nodes[at].hash
	if g.nodes[at].read {
		return nil
	}
	if len(g.nodes) > g.most {
		return ErrTooLarge
	}
	c, err := readCommit(g.objects, h)
	if err != nil {
		return err
	}
	if g.repo.Cut(h) {
		c.Parents = nil
	}
	first := int32(len(g.parents))
	for _, p := range c.Parents {
		g.parents = append(g.parents, g.add(p))
	}
	n := &g.nodes[at]
	n.when, n.first, n.count, n.read = c.Committer.When, first, int32(len(c.Parents)), true
	return nil
}

func readCommit(objects *git.Reader, h git.Hash) (*git.Commit, error) {
	obj, err := objects.Read(h)
	if err != nil {
		return nil, err
	}
	defer obj.Release()
	if obj.Kind != git.KindCommit {
		return nil, &git.CorruptError{Hash: h, Why: "not a commit"}
	}
	return git.ParseCommit(h, obj.Data)
}

// walk is a queue of commits to look at, the youngest first. open counts those that are not beyond a common ancestor.
type walk struct {
	*ancestry
	queue []int32
	open  int
}

// reach marks a commit, and queues it unless it was marked so before.
func (w *walk) reach(at int32, marks uint8) error {
	if w.nodes[at].marks&marks == marks {
		return nil
	}
	if err := w.read(at); err != nil {
		return err
	}
	n := &w.nodes[at]
	if n.marks == 0 {
		w.marked = append(w.marked, at)
	}
	if n.marks&beyond == 0 && marks&beyond != 0 {
		w.open -= int(n.waiting)
	}
	n.marks |= marks
	n.waiting++
	if n.marks&beyond == 0 {
		w.open++
	}
	heap.Push(w, at)
	return nil
}

// Len is for heap, as are those below.
func (w *walk) Len() int { return len(w.queue) }

// Less puts the youngest first.
func (w *walk) Less(i, j int) bool {
	a, b := &w.nodes[w.queue[i]], &w.nodes[w.queue[j]]
	if a.when != b.when {
		return a.when > b.when
	}
	return w.queue[i] < w.queue[j]
}

// Swap is for heap.
func (w *walk) Swap(i, j int) { w.queue[i], w.queue[j] = w.queue[j], w.queue[i] }

// Push is for heap.
func (w *walk) Push(x any) { w.queue = append(w.queue, x.(int32)) }

// Pop is for heap.
func (w *walk) Pop() any {
	last := len(w.queue) - 1
	x := w.queue[last]
	w.queue = w.queue[:last]
	return x
}
