package storetest

import (
	"testing"

	"weir/internal/facts"
	"weir/internal/store"
)

var putAsideBehaviour = []behaviour{
	{"what had a number before another item is kept apart, with all of it", putsItemsAside},
	{"a ticket that is made a pull request stays the same", keepsConverted},
	{"a comment whose id was given to another is kept apart", putsPartsAside},
}

// Number 7 was a merged pull request, made at 7000; a restored server gives 7 to a ticket, made at 9000, then is restored once
// more and gives it to another ticket, made at 9500. Ids are given again too.
func putsItemsAside(t *testing.T, s *store.Store) {
	ctx := t.Context()
	w := NewWorld(t, s, "Main", 2)
	repo, author, reviewer := w.Repos[0], anActor(s, t, w, 1), anActor(s, t, w, 2)
	pull := aPullRequest(repo, 7, author, reviewer)
	check(s.SavePullRequests(ctx, repo, []facts.PullRequest{pull, aPullRequest(repo, 8, author, reviewer)}))
	ticket := func(at int64) facts.Ticket {
		k := aTicket(repo, 7, reviewer, author)
		k.CreatedAt, k.UpdatedAt, k.ClosedAt = at, at+90, at+80
		k.Comments[0].ServerID, k.Comments[0].CreatedAt, k.Comments[0].UpdatedAt = pull.Comments[1].ServerID, at+30, at+31
		for i := range k.Events {
			k.Events[i].At = at + 10 + int64(i)
		}
		return k
	}
	first, second := ticket(9000), ticket(9500)
	// A comment on the new one may be saved before the new one itself is.
	check(s.InTx(ctx, func(tx *store.Tx) error { return tx.SaveComments(ctx, repo, first.Comments) }))
	for _, k := range []facts.Ticket{first, first, second, second} {
		check(s.SaveTickets(ctx, repo, []facts.Ticket{k}))
	}
	equal(t, "who has the number now", must(s.Ticket(ctx, repo, 7)), second)
	_, err := s.PullRequest(ctx, repo, 7)
	wantError(t, "the pull request under its old number", err, facts.ErrNotFound)
	old := must(s.PullRequest(ctx, repo, -7))
	equal(t, "where it is", []any{old.GoneAt > 0, old.GoneReason, old.GoneTo, facts.ServerNumber(old.Number)}, []any{true, facts.GoneReplaced, "#7", 7})
	equal(t, "its parts", []int{len(old.Reviews), len(old.Comments), len(old.Threads), len(old.Events), len(old.Heads), len(old.Commits)}, []int{1, 2, 1, 3, 1, 1})
	equal(t, "its thread", []any{old.Threads[0].RootID, old.Comments[0].ReviewID}, []any{old.Comments[0].ServerID, old.Reviews[0].ServerID})
	aside := must(s.Ticket(ctx, repo, facts.AsideNumber(7, 1)))
	equal(t, "the first ticket", []any{aside.CreatedAt, aside.GoneTo, len(aside.Comments), len(aside.Events), facts.ServerNumber(aside.Number)}, []any{int64(9000), "#7", 1, 2, 7})
	equal(t, "counted", []int64{must(s.CountItems(ctx, repo, facts.SyncTickets)), must(s.CountItems(ctx, repo, facts.SyncPullRequests))}, []int64{1, 1})
	equal(t, "numbers", must(s.Numbers(ctx, repo)), []int{7, 8})
	equal(t, "another one", must(s.PullRequest(ctx, repo, 8)), aPullRequest(repo, 8, author, reviewer))
	check(s.PurgeGone(ctx, 1<<40))
	_, err = s.PullRequest(ctx, repo, -7)
	wantError(t, "after its time", err, facts.ErrNotFound)
	equal(t, "who has the number still", must(s.Ticket(ctx, repo, 7)), second)
}

func keepsConverted(t *testing.T, s *store.Store) {
	ctx := t.Context()
	w := NewWorld(t, s, "Main", 2)
	repo, author, reviewer := w.Repos[0], anActor(s, t, w, 1), anActor(s, t, w, 2)
	ticket := aTicket(repo, 7, author, reviewer)
	check(s.SaveTickets(ctx, repo, []facts.Ticket{ticket}))
	pull := aPullRequest(repo, 7, author, reviewer)
	pull.Title, pull.CreatedAt, pull.Comments, pull.Events = ticket.Title, ticket.CreatedAt+5000, nil, nil
	check(s.SavePullRequests(ctx, repo, []facts.PullRequest{pull}))
	got := must(s.PullRequest(ctx, repo, 7))
	equal(t, "what was said stays with it", []int{len(got.Comments), len(got.Events)}, []int{1, 2})
	equal(t, "the ticket", must(s.Ticket(ctx, repo, 7)).GoneReason, facts.GoneReason(""))
}

func putsPartsAside(t *testing.T, s *store.Store) {
	ctx := t.Context()
	w := NewWorld(t, s, "Main", 2)
	repo, author, reviewer := w.Repos[0], anActor(s, t, w, 1), anActor(s, t, w, 2)
	one, two := aPullRequest(repo, 1, author, reviewer), aPullRequest(repo, 2, author, reviewer)
	check(s.SavePullRequests(ctx, repo, []facts.PullRequest{one, two}))
	// The server has lost the review and the comments of the first and gives their ids to some of the second.
	again := two
	again.Reviews, again.Comments, again.Threads = nil, nil, nil
	for _, r := range one.Reviews {
		r.Number, r.SubmittedAt, r.UpdatedAt = 2, 9000, 9000
		again.Reviews = append(again.Reviews, r)
	}
	for _, c := range one.Comments {
		c.Number, c.CreatedAt, c.UpdatedAt = 2, 9000, 9000
		again.Comments = append(again.Comments, c)
	}
	check(s.SavePullRequests(ctx, repo, []facts.PullRequest{again}))
	got, lost := must(s.PullRequest(ctx, repo, 2)), must(s.PullRequest(ctx, repo, 1))
	equal(t, "the second has its own and the new ones", []int{len(got.Reviews), len(got.Comments)}, []int{2, 4})
	equal(t, "the first shows none that is gone", []int{len(lost.Reviews), len(lost.Comments)}, []int{0, 0})
	var kept int
	check(s.DB().QueryRowContext(ctx, `SELECT (SELECT COUNT(*) FROM comments WHERE number = 1 AND gone_at > 0) + (SELECT COUNT(*) FROM reviews WHERE number = 1 AND gone_at > 0)`).Scan(&kept))
	equal(t, "and they are kept for a time", kept, 3)
	reclaimed := two.Comments[:1] // an account takes over what somebody else was shown for: the same comment
	reclaimed[0].Author = author
	check(s.InTx(ctx, func(tx *store.Tx) error { return tx.SaveComments(ctx, repo, reclaimed) }))
	equal(t, "one that another account has taken over", len(must(s.PullRequest(ctx, repo, 2)).Comments), 4)
}
