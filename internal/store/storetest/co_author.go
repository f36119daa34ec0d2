package storetest

import (
	"testing"

	"weir/internal/facts"
	"weir/internal/store"
)

var coAuthorBehaviour = []behaviour{
	{"co-authors are added to commits that were saved without", addsCoAuthors},
	{"co-authors go with the facts of a repo", deletesCoAuthors},
}

func addsCoAuthors(t *testing.T, s *store.Store) {
	ctx := t.Context()
	repo := NewWorld(t, s, "Main", 2).Repos[0]
	equal(t, "none due", must(s.CoAuthorsDue(ctx, repo)), facts.CommitNumber(0))
	var all []facts.Commit
	for n := 1; n <= 5; n++ {
		c := aCommit(n)
		c.Repo = repo
		all = append(all, c)
	}
	check(s.SaveCommits(ctx, repo, all))
	check(s.SetCoAuthorsDue(ctx, repo, 5))
	equal(t, "the newest first", must(s.CommitsUpTo(ctx, repo, 4, 2)),
		[]facts.Commit{{Number: 4, Hash: all[3].Hash, Author: 1}, {Number: 3, Hash: all[2].Hash, Author: 1}})
	all[3].CoAuthors, all[4].CoAuthors = []facts.IdentityID{9, 8}, []facts.IdentityID{7}
	for range 2 { // a process that was killed does it again
		check(s.AddCoAuthors(ctx, repo, all[3:], 3))
	}
	equal(t, "due", must(s.CoAuthorsDue(ctx, repo)), facts.CommitNumber(3))
	equal(t, "commits", collect(s.CommitsOf(ctx, repo)), all)
	equal(t, "one", must(s.Commit(ctx, repo, all[3].Hash)), all[3])
}

func deletesCoAuthors(t *testing.T, s *store.Store) {
	ctx := t.Context()
	repo := NewWorld(t, s, "Main", 2).Repos[0]
	c := aCommit(1)
	c.Repo, c.CoAuthors = repo, []facts.IdentityID{9, 8}
	check(s.SaveCommits(ctx, repo, []facts.Commit{c}))
	check(s.SetCoAuthorsDue(ctx, repo, 1))
	check(s.DeleteFacts(ctx, repo))
	equal(t, "due", must(s.CoAuthorsDue(ctx, repo)), facts.CommitNumber(0))
	c.CoAuthors = []facts.IdentityID{7}
	check(s.SaveCommits(ctx, repo, []facts.Commit{c}))
	equal(t, "saved anew", collect(s.CommitsOf(ctx, repo)), []facts.Commit{c})
}
