package storetest

import (
	"strings"
	"testing"

	"weir/internal/facts"
	"weir/internal/store"
)

var refBehaviour = []behaviour{
	{"refs that move or vanish are kept as gone", savesRefs},
}

func savesRefs(t *testing.T, s *store.Store) {
	ctx := t.Context()
	repo := NewWorld(t, s, "Main", 2).Repos[0]
	hash := func(c string) string { return strings.Repeat(c, 40) }
	main, odd := "refs/heads/main", "refs/heads/\xff"
	check(s.SaveRefs(ctx, repo, []facts.Ref{{Name: main, Hash: hash("a")}, {Name: odd, Hash: hash("b")}}, 10))
	check(s.SaveRefs(ctx, repo, []facts.Ref{{Name: main, Hash: hash("c")}}, 20))
	equal(t, "refs", must(s.Refs(ctx, repo)), []facts.Ref{
		{Repo: repo, Name: main, Hash: hash("a"), SeenAt: 10, GoneAt: 20},
		{Repo: repo, Name: main, Hash: hash("c"), SeenAt: 20},
		{Repo: repo, Name: odd, Hash: hash("b"), SeenAt: 10, GoneAt: 20}})
	check(s.SaveRefs(ctx, repo, []facts.Ref{{Name: main, Hash: hash("a")}}, 30))
	refs := must(s.Refs(ctx, repo))
	equal(t, "moved back", []int64{refs[0].GoneAt, refs[1].GoneAt, refs[2].GoneAt}, []int64{30, 0, 20})
	if err := s.SaveRefs(ctx, repo, []facts.Ref{{Name: main, Hash: "xyz"}}, 40); err == nil {
		t.Error("took a hash that is none")
	}
}
