package storetest

import (
	"testing"

	"weir/internal/facts"
	"weir/internal/store"
)

var peopleBehaviour = []behaviour{
	{"an identity is made once, with a person of its own", ensuresIdentity},
	{"people merge, and an identity splits off again", mergesPeople},
	{"people are found by any of their identities", findsPeople},
	{"repos of identities are found", findsReposOfIdentities},
}

func ensuresIdentity(t *testing.T, s *store.Store) {
	ctx := t.Context()
	ada := must(s.EnsureIdentity(ctx, "Ada", "Ada@Example.com"))
	equal(t, "again", must(s.EnsureIdentity(ctx, "Ada", "Ada@Example.com")), ada)
	other := must(s.EnsureIdentity(ctx, "Ada", "ada@example.com"))
	if other == ada {
		t.Error("identities keep the case of the commit")
	}
	odd := must(s.EnsureIdentity(ctx, "\xff\x00<script>", ""))
	equal(t, "odd bytes again", must(s.EnsureIdentity(ctx, "\xff\x00<script>", "")), odd)
	got := must(s.Identities(ctx))
	equal(t, "identities", len(got), 3)
	person := must(s.Person(ctx, got[0].Person))
	equal(t, "person", person, facts.Person{ID: got[0].Person, Name: "Ada", Email: "Ada@Example.com"})
	login := must(s.EnsureIdentityOf(ctx, facts.Identity{Login: "ada"}))
	equal(t, "login again", must(s.EnsureIdentityOf(ctx, facts.Identity{Login: "ada"})), login)
}

func mergesPeople(t *testing.T, s *store.Store) {
	ctx := t.Context()
	for _, email := range []string{"a", "b", "c"} {
		must(s.EnsureIdentity(ctx, "Ada", email))
	}
	ids := must(s.Identities(ctx))
	into, other := ids[0].Person, ids[1].Person
	check(s.MergePeople(ctx, into, other, ids[2].Person, into))
	equal(t, "identities", len(must(s.IdentitiesOf(ctx, into))), 3)
	_, err := s.Person(ctx, other)
	wantError(t, "the other", err, facts.ErrNotFound)
	wantError(t, "into nobody", s.MergePeople(ctx, 999, into), facts.ErrNotFound)
	check(s.InTx(ctx, func(tx *store.Tx) error {
		split := must(tx.SplitIdentity(ctx, ids[2].ID))
		equal(t, "split", len(must(tx.IdentitiesOf(ctx, split))), 1)
		check(tx.AssignIdentity(ctx, ids[2].ID, into))
		_, err := tx.Person(ctx, split)
		wantError(t, "left without identities", err, facts.ErrNotFound)
		wantError(t, "to nobody", tx.AssignIdentity(ctx, 999, into), facts.ErrNotFound)
		return nil
	}))
}

func findsPeople(t *testing.T, s *store.Store) {
	ctx := t.Context()
	must(s.EnsureIdentity(ctx, "bea", "bea@example.com"))
	must(s.EnsureIdentity(ctx, "Ada", "ada@example.com"))
	must(s.EnsureIdentity(ctx, "lovelace", "countess@example.com"))
	ids := must(s.Identities(ctx))
	check(s.MergePeople(ctx, ids[1].Person, ids[2].Person))
	names := func(people []facts.Person) (names []string) {
		for _, p := range people {
			names = append(names, p.Name)
		}
		return names
	}
	equal(t, "all by name", names(must(s.People(ctx))), []string{"Ada", "bea"})
	got, total, err := s.FindPeople(ctx, store.PersonFilter{Search: "COUNTESS"}, facts.Page{Limit: 5})
	check(err)
	equal(t, "by an identity", names(got), []string{"Ada"})
	equal(t, "total", total, 1)
	hidden := got[0]
	hidden.Hidden, hidden.Bot, hidden.Excluded, hidden.Login = true, true, true, "ada"
	check(s.SavePerson(ctx, hidden))
	equal(t, "saved", must(s.Person(ctx, hidden.ID)), hidden)
	_, total, _ = s.FindPeople(ctx, store.PersonFilter{}, facts.Page{})
	equal(t, "without the hidden", total, 1)
	_, total, _ = s.FindPeople(ctx, store.PersonFilter{Hidden: true}, facts.Page{})
	equal(t, "with the hidden", total, 2)
	wantError(t, "absent", s.SavePerson(ctx, facts.Person{ID: 999}), facts.ErrNotFound)
}

func findsReposOfIdentities(t *testing.T, s *store.Store) {
	ctx := t.Context()
	w := NewWorld(t, s, "Main", 3)
	c := aCommit(1)
	c.Author = must(s.EnsureIdentity(ctx, "Ada", "a"))
	check(s.SaveCommits(ctx, w.Repos[1], []facts.Commit{c}))
	equal(t, "repos", collect(s.ReposOfIdentities(ctx, []facts.IdentityID{c.Author, 999})), w.Repos[1:2])
	together := aCommit(2)
	together.Author, together.CoAuthors = 77, []facts.IdentityID{88, c.Author}
	check(s.SaveCommits(ctx, w.Repos[0], []facts.Commit{together}))
	equal(t, "as a co-author too", collect(s.ReposOfIdentities(ctx, []facts.IdentityID{c.Author})), w.Repos[:2])
	author, reviewer := anActor(s, t, w, 1), anActor(s, t, w, 2)
	check(s.SavePullRequests(ctx, w.Repos[2], []facts.PullRequest{aPullRequest(w.Repos[2], 7, author, reviewer)}))
	equal(t, "by an account that opened", collect(s.ReposOfIdentities(ctx, []facts.IdentityID{author.Identity})), w.Repos[2:])
	equal(t, "by an account that reviewed", collect(s.ReposOfIdentities(ctx, []facts.IdentityID{reviewer.Identity, c.Author})), w.Repos)
	equal(t, "by an account that did nothing", collect(s.ReposOfIdentities(ctx, []facts.IdentityID{anActor(s, t, w, 3).Identity})), []facts.RepoID(nil))
}
