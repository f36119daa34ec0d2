package storetest

import (
	"testing"

	"weir/internal/facts"
	"weir/internal/store"
)

var completenessBehaviour = []behaviour{
	{"completeness is kept per repo and kind", savesCompleteness},
	{"numbers are accounted for, whatever they are", accountsForNumbers},
	{"a cursor is replaced and belongs to its transaction", savesCursor},
	{"what is due stays so while it is noted again", keepsItemsDue},
	{"raw answers come back and are purged", keepsRawAnswers},
}

func savesCompleteness(t *testing.T, s *store.Store) {
	ctx := t.Context()
	w := NewWorld(t, s, "Main", 3)
	_, err := s.Completeness(ctx, w.Repos[0], facts.SyncTickets)
	wantError(t, "never counted", err, facts.ErrNotFound)
	want := facts.Completeness{Repo: w.Repos[0], Kind: facts.SyncTickets, Server: 5, Held: 4, CheckedAt: 3, FullAt: 2, Missing: 1, Repaired: 6, Note: "odd"}
	check(s.InTx(ctx, func(tx *store.Tx) error {
		check(tx.SaveCompleteness(ctx, facts.Completeness{Repo: w.Repos[0], Kind: facts.SyncTickets}))
		check(tx.SaveCompleteness(ctx, facts.Completeness{Repo: w.Repos[2], Kind: facts.SyncTickets})) // not imported
		return tx.SaveCompleteness(ctx, want)
	}))
	equal(t, "one", must(s.Completeness(ctx, w.Repos[0], facts.SyncTickets)), want)
	equal(t, "all", must(s.Completenesses(ctx)), []facts.Completeness{want})
	check(s.InTx(ctx, func(tx *store.Tx) error {
		check(tx.SaveCompleteness(ctx, facts.Completeness{Repo: w.Repos[1], Kind: facts.SyncTickets, Server: 7, Held: 7, CheckedAt: 9, FullAt: 9}))
		return tx.SaveCompleteness(ctx, facts.Completeness{Repo: w.Repos[1], Kind: facts.SyncPullRequests, Server: 2, Held: 3, CheckedAt: 9})
	}))
	equal(t, "sums", must(s.CompletenessSums(ctx, w.Integration)), []store.CompletenessSum{
		{Kind: facts.SyncPullRequests, Repos: 1, Server: 2, Held: 3, CheckedAt: 9},
		{Kind: facts.SyncTickets, Repos: 2, Server: 12, Held: 11, CheckedAt: 3, FullAt: 2, Missing: 1, Repaired: 6, Short: 1}})
	odd, n, err := s.CountedRepos(ctx, w.Integration, true, facts.Page{Limit: 5})
	check(err)
	equal(t, "odd", odd, []store.CountedRepo{{Completeness: want, FullName: "acme/repo-1"}})
	equal(t, "number of odd ones", n, 1)
	all, n, err := s.CountedRepos(ctx, w.Integration, false, facts.Page{Limit: 2})
	check(err)
	equal(t, "a page", len(all), 2)
	equal(t, "first", all[0], odd[0])
	equal(t, "number", n, 3)
}

func accountsForNumbers(t *testing.T, s *store.Store) {
	ctx := t.Context()
	w := NewWorld(t, s, "Main", 2)
	repo, a := w.Repos[0], anActor(s, t, w, 1)
	check(s.SavePullRequests(ctx, repo, []facts.PullRequest{aPullRequest(repo, 1, a, a), aPullRequest(repo, 5, a, a)}))
	check(s.SaveTickets(ctx, repo, []facts.Ticket{aTicket(repo, 2, a, a)}))
	check(s.InTx(ctx, func(tx *store.Tx) error {
		return tx.SaveGaps(ctx, repo, []store.Gap{{Number: 3, What: "absent", AskedAt: 10}, {Number: 4, What: "ticket", AskedAt: 10}, {Number: 6, What: "absent", AskedAt: 9}})
	}))
	equal(t, "numbers", must(s.Numbers(ctx, repo)), []int{1, 2, 3, 4, 5, 6})
	equal(t, "pull requests", must(s.CountItems(ctx, repo, facts.SyncPullRequests)), int64(2))
	check(s.InTx(ctx, func(tx *store.Tx) error {
		check(tx.ForgetGaps(ctx, repo, "absent", 10, 100))
		return tx.ForgetGaps(ctx, repo, "ticket", 1, 9)
	}))
	equal(t, "numbers after forgetting", must(s.Numbers(ctx, repo)), []int{1, 2, 3, 5})
}

func savesCursor(t *testing.T, s *store.Store) {
	ctx := t.Context()
	repo := NewWorld(t, s, "Main", 2).Repos[0]
	type cursor struct{ After string }
	var got cursor
	wantError(t, "never begun", s.SyncCursor(ctx, repo, facts.SyncTickets, &got), facts.ErrNotFound)
	for _, after := range []string{"a", "b"} {
		check(s.InTx(ctx, func(tx *store.Tx) error { return tx.SaveSyncCursor(ctx, repo, facts.SyncTickets, cursor{after}) }))
	}
	check(s.SyncCursor(ctx, repo, facts.SyncTickets, &got))
	equal(t, "cursor", got, cursor{"b"})
	wantError(t, "rolled back", s.InTx(ctx, func(tx *store.Tx) error {
		check(tx.SaveSyncCursor(ctx, repo, facts.SyncTickets, cursor{"c"}))
		return facts.ErrConflict
	}), facts.ErrConflict)
	check(s.SyncCursor(ctx, repo, facts.SyncTickets, &got))
	equal(t, "cursor after a rollback", got, cursor{"b"})
}

func keepsRawAnswers(t *testing.T, s *store.Store) {
	ctx := t.Context()
	repo := NewWorld(t, s, "Main", 2).Repos[0]
	answers := []store.RawAnswer{{At: 1, Kind: facts.SyncTickets, Body: []byte(`{"a":1}`)}, {At: 2, Kind: facts.SyncTickets, Body: []byte(`{"a":2}`)}}
	check(s.InTx(ctx, func(tx *store.Tx) error {
		check(tx.SaveRawAnswer(ctx, repo, answers[1]))
		check(tx.SaveRawAnswer(ctx, repo, answers[0]))
		return tx.SaveRawAnswer(ctx, repo, answers[0])
	}))
	equal(t, "answers", collect(s.RawAnswers(ctx, repo, facts.SyncTickets)), answers)
	check(s.PurgeRawAnswers(ctx, 2))
	equal(t, "after the purge", collect(s.RawAnswers(ctx, repo, facts.SyncTickets)), answers[1:])
}

func keepsItemsDue(t *testing.T, s *store.Store) {
	ctx := t.Context()
	repo := NewWorld(t, s, "Main", 2).Repos[0]
	note := func(numbers ...int) {
		check(s.InTx(ctx, func(tx *store.Tx) error { return tx.SaveItemsDue(ctx, repo, facts.SyncTickets, numbers...) }))
	}
	note(4, 5, 4)
	due := must(s.ItemsDue(ctx, repo, facts.SyncTickets))
	note(5)
	check(s.InTx(ctx, func(tx *store.Tx) error {
		for number, noted := range due {
			check(tx.ItemsRead(ctx, repo, facts.SyncTickets, number, noted))
		}
		return nil
	}))
	left := must(s.ItemsDue(ctx, repo, facts.SyncTickets))
	equal(t, "left", []int{len(left), len(must(s.ItemsDue(ctx, repo, facts.SyncPullRequests)))}, []int{1, 0})
	equal(t, "the one that was noted again", left[5] > 0, true)
}
