package judge

import (
	"testing"

	"pgregory.net/rapid"

	"weir/internal/facts"
)

// history draws commits 1..n, each with up to three parents among those before it.
func history(t *rapid.T, most int) [][]facts.CommitNumber {
	n := rapid.IntRange(1, most).Draw(t, "commits")
	parents := make([][]facts.CommitNumber, n+1)
	for i := 2; i <= n; i++ {
		for range rapid.IntRange(0, 3).Draw(t, "parents") {
			parents[i] = append(parents[i], facts.CommitNumber(rapid.IntRange(max(1, i-6), i-1).Draw(t, "parent")))
		}
	}
	return parents
}

// ancestors walks up without any index.
func ancestors(parents [][]facts.CommitNumber, n facts.CommitNumber) map[facts.CommitNumber]bool {
	found := map[facts.CommitNumber]bool{}
	todo := append([]facts.CommitNumber{}, parents[n]...)
	for len(todo) > 0 {
		p := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		if !found[p] {
			found[p] = true
			todo = append(todo, parents[p]...)
		}
	}
	return found
}

func TestGraph(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		parents := history(t, 40)
		var g Graph
		order := rapid.Permutation(numbersTo(len(parents)-1)).Draw(t, "order")
		for _, n := range order {
			g.Add(n, parents[n])
		}
		for b := facts.CommitNumber(1); int(b) < len(parents); b++ {
			want := ancestors(parents, b)
			reach := g.Reach([]facts.CommitNumber{b, 0, 99999})
			for a := facts.CommitNumber(1); int(a) < len(parents); a++ {
				if got := g.IsAncestor(a, b); got != want[a] {
					t.Fatalf("is %d an ancestor of %d: %v, want %v; parents %v", a, b, got, want[a], parents)
				}
				if reach[a] != (want[a] || a == b) {
					t.Fatalf("%d reaches %d: %v; parents %v", b, a, reach[a], parents)
				}
			}
		}
	})
}

func numbersTo(n int) []facts.CommitNumber {
	all := make([]facts.CommitNumber, n)
	for i := range all {
		all[i] = facts.CommitNumber(i + 1)
	}
	return all
}

// Release branches that never come back, each with cherry-picks: the shape in which ancestry is asked for most.
func BenchmarkIsAncestor(b *testing.B) {
	var g Graph
	const trunk = 60_000
	for n := facts.CommitNumber(2); n <= trunk; n++ {
		g.Add(n, []facts.CommitNumber{n - 1})
	}
	next := facts.CommitNumber(trunk + 1)
	for branch := range 40 {
		parent := facts.CommitNumber(1000 + branch*1400)
		for range 1000 {
			g.Add(next, []facts.CommitNumber{parent})
			parent = next
			next++
		}
	}
	g.IsAncestor(1, 2)
	b.ResetTimer()
	for i := range b.N {
		g.IsAncestor(facts.CommitNumber(30_000+i%30_000), next-1-facts.CommitNumber(i%40_000))
	}
}
