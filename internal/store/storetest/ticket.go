package storetest

import (
	"fmt"
	"slices"
	"testing"

	"weir/internal/facts"
	"weir/internal/store"
)

var ticketBehaviour = []behaviour{
	{"a ticket comes back whole, with who closes it", savesTicket},
	{"tickets are found by period, people and repos", findsTickets},
	{"more tickets than are held at once come in order, each once", streamsManyTickets},
	{"a ticket that went elsewhere says so, and can come back", marksTicketsGone},
}

func aTicket(repo facts.RepoID, n int, author, closer facts.Actor) facts.Ticket {
	at, ghost := int64(1000*n), facts.Actor{Kind: facts.ActorGhost}
	return facts.Ticket{Repo: repo, Number: n, ServerID: int64(n) * 100, NodeID: fmt.Sprintf("I_%d", n), Title: fmt.Sprintf("Problem %d", n),
		State: facts.TicketClosed, StateReason: "completed", Author: author, CreatedAt: at, UpdatedAt: at + 90, ClosedAt: at + 80,
		Labels: []string{"defect"}, Milestone: "v2", Assignees: []facts.Actor{closer}, SyncedAt: 5000,
		Comments: []facts.Comment{{Repo: repo, Number: n, Kind: facts.CommentConversation, ServerID: int64(n)*100 + 5, NodeID: "C", Author: closer,
			Text: facts.NewText("Found it"), CreatedAt: at + 30, UpdatedAt: at + 31}},
		Events: []facts.Event{{Repo: repo, Number: n, At: at + 10, Kind: facts.EventAssigned, Actor: author, Target: closer},
			{Repo: repo, Number: n, At: at + 80, Kind: facts.EventClosed, Actor: closer, Target: ghost}}}
}

func savesTicket(t *testing.T, s *store.Store) {
	ctx := t.Context()
	w := NewWorld(t, s, "Main", 3)
	author, closer := anActor(s, t, w, 1), anActor(s, t, w, 2)
	repo := w.Repos[0] // its server id is 1, which is what aPullRequest closes
	want := aTicket(repo, 9, author, closer)
	for range 2 {
		check(s.SaveTickets(ctx, repo, []facts.Ticket{want, aTicket(repo, 10, author, closer)}))
		check(s.SavePullRequests(ctx, w.Repos[1], []facts.PullRequest{aPullRequest(w.Repos[1], 4, author, closer)}))
	}
	want.ClosedBy = []facts.PullRequestRef{{Repo: w.Repos[1], Number: 4}}
	equal(t, "one", must(s.Ticket(ctx, repo, 9)), want)
	older := aTicket(repo, 9, closer, author)
	older.UpdatedAt, older.Comments, older.Events = want.UpdatedAt-1, nil, nil
	check(s.SaveTickets(ctx, repo, []facts.Ticket{older}))
	equal(t, "stream", collect(s.WholeTickets(ctx, facts.TicketFilter{Repos: w.Repos[:1]})), []facts.Ticket{want, aTicket(repo, 10, author, closer)})
}

func findsTickets(t *testing.T, s *store.Store) {
	ctx := t.Context()
	w := NewWorld(t, s, "Main", 2)
	repo, author, closer := w.Repos[0], anActor(s, t, w, 1), anActor(s, t, w, 2)
	open := aTicket(repo, 3, closer, author)
	open.State, open.ClosedAt = facts.TicketOpen, 0
	check(s.SaveTickets(ctx, repo, []facts.Ticket{aTicket(repo, 1, author, closer), aTicket(repo, 2, author, closer), open}))
	for name, c := range map[string]struct {
		filter facts.TicketFilter
		want   []int
	}{
		"all":       {facts.TicketFilter{}, []int{3, 2, 1}},
		"created":   {facts.TicketFilter{Created: facts.Span{From: 2000, To: 3000}}, []int{2}},
		"closed":    {facts.TicketFilter{Closed: facts.Span{From: 1}}, []int{2, 1}},
		"open":      {facts.TicketFilter{Open: facts.Span{From: 2050, To: 4000}}, []int{3, 2}},
		"by author": {facts.TicketFilter{Authors: []facts.PersonID{closer.Person}}, []int{3}},
		"by state":  {facts.TicketFilter{States: []facts.TicketState{facts.TicketClosed}, Repos: w.Repos[:1]}, []int{2, 1}},
		"by title":  {facts.TicketFilter{Search: "problem 1"}, []int{1}},
	} {
		found, total, err := s.Tickets(ctx, c.filter, facts.Page{})
		check(err)
		var got []int
		for _, k := range found {
			got = append(got, k.Number)
		}
		equal(t, name, got, c.want)
		equal(t, name+", in all", total, len(c.want))
	}
}

func marksTicketsGone(t *testing.T, s *store.Store) {
	ctx := t.Context()
	w := NewWorld(t, s, "Main", 2)
	repo, author, closer := w.Repos[0], anActor(s, t, w, 1), anActor(s, t, w, 2)
	ticket := aTicket(repo, 1, author, closer)
	check(s.SaveTickets(ctx, repo, []facts.Ticket{ticket}))
	check(s.InTx(ctx, func(tx *store.Tx) error {
		return tx.MarkTicketGone(ctx, repo, 1, facts.GoneTransferred, "acme/other#5")
	}))
	held := must(s.Ticket(ctx, repo, 1))
	equal(t, "why and where", fmt.Sprint(held.GoneReason, " ", held.GoneTo), "transferred acme/other#5")
	equal(t, "counted", must(s.CountItems(ctx, repo, facts.SyncTickets)), int64(0))
	_, total, err := s.Tickets(ctx, facts.TicketFilter{Gone: true}, facts.Page{})
	check(err)
	equal(t, "listed when asked for", total, 1)
	check(s.SaveTickets(ctx, repo, []facts.Ticket{ticket}))
	equal(t, "back", must(s.Ticket(ctx, repo, 1)), ticket)
	check(s.InTx(ctx, func(tx *store.Tx) error { return tx.MarkTicketGone(ctx, repo, 1, facts.GoneDeleted, "") }))
	older := ticket
	older.Title, older.UpdatedAt = "Old", ticket.UpdatedAt-1
	check(s.SaveTickets(ctx, repo, []facts.Ticket{older}))
	equal(t, "back as it was earlier", must(s.Ticket(ctx, repo, 1)), ticket)
}

func streamsManyTickets(t *testing.T, s *store.Store) {
	const many = 20_007
	ctx := t.Context()
	w := NewWorld(t, s, "Main", 3)
	author := anActor(s, t, w, 1)
	var want []string
	for i, repo := range w.Repos[:2] {
		var tickets []facts.Ticket
		verdicts := store.TicketVerdicts{Changes: map[int]int64{}, Of: map[int]facts.TicketVerdict{}}
		for n := 1; n <= many/2+i; n++ {
			at := int64(n / 5) // some are of the same second
			tickets = append(tickets, facts.Ticket{Repo: repo, Number: n, ServerID: int64(n), State: facts.TicketOpen, Author: author, CreatedAt: at, UpdatedAt: at})
			verdicts.Changes[n], verdicts.Of[n] = 1, facts.TicketVerdict{}
			want = append(want, fmt.Sprintf("%06d %d %06d", many-at, repo, many-n))
		}
		check(s.SaveTickets(ctx, repo, tickets))
		check(s.SaveTicketVerdicts(ctx, repo, verdicts))
	}
	var got []string
	for k, err := range s.JudgedTickets(ctx, facts.TicketFilter{Repos: w.Repos}) {
		check(err)
		got = append(got, fmt.Sprintf("%06d %d %06d", many-k.CreatedAt, k.Repo, many-int64(k.Number)))
		if k.Author.Login != author.Login {
			t.Fatalf("the author of ticket %d is %+v", k.Number, k.Author)
		}
	}
	slices.Sort(want)
	if !slices.Equal(got, want) {
		t.Errorf("%d tickets come, want %d, or not in order", len(got), len(want))
	}
}
