package linediff_test

import (
	"flag"
	"math/rand/v2"
	"testing"

	"github.com/google/go-cmp/cmp"

	"weir/internal/history/linediff"
)

var (
	pairCount = flag.Int("pairs", 3000, "random pairs to compare with git")
	pairSeed  = flag.Uint64("pairseed", 1, "seed of the random pairs")
)

// batch is how many pairs one git process compares.
const batch = 1500

func TestDiffEqualsGit(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(*pairSeed, 0))
	for done := 0; done < *pairCount; done += batch {
		pairs := make([]pair, batch)
		for i := range pairs {
			pairs[i] = randomPair(r)
		}
		checkAgainstGit(t, pairs, linediff.Options{}, "-U0")
		if done%(4*batch) == 0 {
			checkAgainstGit(t, pairs, linediff.Options{KeepTail: true}, "-U1", "--inter-hunk-context=0")
		}
	}
}

func checkAgainstGit(t *testing.T, pairs []pair, o linediff.Options, args ...string) {
	t.Helper()
	for i, want := range gitHunks(t, pairs, args...) {
		got, err := linediff.Diff(linediff.Split(pairs[i].a), linediff.Split(pairs[i].b), o)
		if err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(want, got); d != "" {
			t.Fatalf("pair %d differs (-git +ours):\n%s\nold:\n%q\nnew:\n%q", i, d, pairs[i].a, pairs[i].b)
		}
		derived, err := linediff.Diff(linediff.Split(pairs[i].a), linediff.Derive(linediff.Split(pairs[i].a), pairs[i].b), o)
		if d := cmp.Diff(want, derived); d != "" || err != nil {
			t.Fatalf("pair %d, derived, differs (-git +ours):\n%s%v", i, d, err)
		}
	}
}
