package git

import (
	"context"
	"errors"
	"fmt"
)

// Ancestry lists the commits that can be reached from tips, in an order in which every commit follows its parents:
// depth first, first parents first, so that few branches are open at once. The same commits and tips give the same
// order. Commits that skip holds are left out with all that only they lead to; skip may be nil.
//
// Commits that cannot be read are listed in unreadable and taken as absent. In a shallow repository the parents of
// a commit at the boundary are taken as absent too.
func (r *Repository) Ancestry(
	ctx context.Context, tips []Hash, skip func(Hash) bool,
) (order, unreadable []Hash, err error) {
	objects, err := r.Objects(ctx)
	if err != nil {
		return nil, nil, err
	}
	defer func() { err = errors.Join(err, objects.Close()) }()
	g := graph{repo: r, index: map[Hash]int32{}, skip: skip}
	if err := g.load(objects, tips); err != nil {
		return nil, nil, fmt.Errorf("walk history: %w", err)
	}
	return g.order(tips), g.unreadable, nil
}

// graph holds the commits that were reached and not skipped.
type graph struct {
	repo       *Repository
	skip       func(Hash) bool
	index      map[Hash]int32 // of a commit in the lists below; -1 when it is skipped
	hashes     []Hash
	first      []int32 // where a commit's parents begin in parents
	count      []int32 // how many there are; -1 when the commit cannot be read
	parents    []int32
	unreadable []Hash
}

// load reads generation by generation, so that many commits are asked for at once.
func (g *graph) load(objects *ObjectReader, tips []Hash) error {
	for _, t := range tips {
		g.add(t)
	}
	for done := 0; done < len(g.hashes); {
		batch := g.hashes[done:]
		err := objects.ReadEach(batch, func(i int, obj Object, err error) error {
			return g.read(batch[i], obj, err)
		})
		if err != nil {
			return err
		}
		done += len(batch)
	}
	return nil
}

// add gives the index of a commit, -1 when it is skipped.
func (g *graph) add(h Hash) int32 {
	i, known := g.index[h]
	if known {
		return i
	}
	i = -1
	if g.skip == nil || !g.skip(h) {
		i = int32(len(g.hashes))
		g.hashes = append(g.hashes, h)
	}
	g.index[h] = i
	return i
}

// read notes the parents of the next commit of the list.
func (g *graph) read(h Hash, obj Object, err error) error {
	g.first = append(g.first, int32(len(g.parents)))
	var c *Commit
	if err == nil && obj.Kind != KindCommit {
		err = &CorruptError{Hash: h, Why: "not a commit"}
	}
	if err == nil {
		c, err = ParseCommit(h, obj.Data)
	}
	switch {
	case err != nil && !Unreadable(err):
		return err
	case err != nil:
		g.unreadable = append(g.unreadable, h)
		g.count = append(g.count, -1)
		return nil //nolint:nilerr // the list of unreadable ones is how this is told
	case g.repo.Cut(h):
		c.Parents = nil
	}
	n := len(g.parents)
	for _, p := range c.Parents {
		if i := g.add(p); i >= 0 {
			g.parents = append(g.parents, i)
		}
	}
	g.count = append(g.count, int32(len(g.parents)-n))
	return nil
}

// order visits depth first and lists a commit when all its parents are listed.
func (g *graph) order(tips []Hash) []Hash {
	order := make([]Hash, 0, len(g.hashes))
	next := make([]int32, len(g.hashes)) // how many parents were visited, plus one once the commit itself was
	var stack []int32
	push := func(i int32) {
		if i >= 0 && next[i] == 0 && g.count[i] >= 0 {
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
			order = append(order, g.hashes[i])
		}
	}
	return order
}
