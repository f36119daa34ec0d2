package storetest

import (
	"testing"

	"weir/internal/facts"
	"weir/internal/store"
)

func findsJudgedByNumber(t *testing.T, s *store.Store) {
	w := judgeSome(t, s)
	asked := []facts.CommitNumber{1, 3, 99}
	for n := facts.CommitNumber(1000); n < 2200; n++ { // more than one statement takes
		asked = append(asked, n)
	}
	got := must(s.JudgedByNumber(t.Context(), w.Repos[0], append(asked, 5)))
	equal(t, "found", len(got), 3)
	for _, n := range []facts.CommitNumber{1, 3, 5} {
		equal(t, "number", got[n].Number, n)
		equal(t, "new work", got[n].Lines.NewWork, int(n))
	}
	equal(t, "reason", got[3].Reason, facts.LeftBot)
	equal(t, "none asked for", len(must(s.JudgedByNumber(t.Context(), w.Repos[0], nil))), 0)
	equal(t, "of another repo", len(must(s.JudgedByNumber(t.Context(), w.Repos[1], asked))), 0)
}
