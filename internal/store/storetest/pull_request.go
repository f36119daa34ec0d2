package storetest

import (
	"fmt"
	"strings"
	"testing"

	"weir/internal/facts"
	"weir/internal/store"
)

var pullRequestBehaviour = []behaviour{
	{"an account keeps its identity over a new login", keepsAccounts},
	{"a pull request comes back whole", savesPullRequest},
	{"what is older does not win, and nothing that belongs to it is removed", keepsTheNewer},
	{"a part keeps what it did not tell", keepsTheUntold},
	{"who did something stays known when the account is gone", keepsWhoIsGone},
	{"who merged is completed from the events, once", completesFromEvents},
	{"what REST tells of a forced push gives way to what GraphQL tells", dropsVagueEvents},
	{"pull requests are found by period, people and repos", findsPullRequests},
	{"what is gone stays for a while and comes back", bringsBackTheGone},
	{"commits that left the head are kept, with the patch ids of the mirror", keepsFormerCommits},
	{"purging a repo takes all that was read of it", purgesItems},
}

const host = "github.example.com"

// anActor makes sure of an account by number.
func anActor(s *store.Store, t *testing.T, w World, n int) facts.Actor {
	a := facts.Actor{ServerID: int64(n), Login: fmt.Sprintf("dev%d", n), Kind: facts.ActorUser, Name: fmt.Sprintf("Dev %d", n), Email: fmt.Sprintf("dev%d@acme.test", n)}
	check(s.InTx(t.Context(), func(tx *store.Tx) (err error) {
		a.Identity, _, err = tx.EnsureAccount(t.Context(), w.Integration, host, a)
		return err
	}))
	a.Person = must(s.Identity(t.Context(), a.Identity)).Person
	return a
}

func keepsAccounts(t *testing.T, s *store.Store) {
	ctx := t.Context()
	w, other := NewWorld(t, s, "Main", 2), NewWorld(t, s, "Other", 2)
	before := anActor(s, t, w, 7)
	renamed := before
	renamed.Login, renamed.Name = "grace", ""
	check(s.InTx(ctx, func(tx *store.Tx) error {
		id, fresh, err := tx.EnsureAccount(ctx, w.Integration, host, renamed)
		equal(t, "identity", id, before.Identity)
		equal(t, "fresh", fresh, false)
		if err != nil {
			return err
		}
		id, _, err = tx.EnsureAccount(ctx, w.Integration, host, facts.Actor{Login: "GRACE"})
		equal(t, "by its login alone", id, before.Identity)
		if err != nil {
			return err
		}
		id, fresh, err = tx.EnsureAccount(ctx, other.Integration, "ghe.other.test", facts.Actor{ServerID: 7, Login: "grace", Kind: facts.ActorUser})
		equal(t, "of another server", fresh && id != before.Identity, true)
		if err != nil {
			return err
		}
		id, fresh, err = tx.EnsureAccount(ctx, w.Integration, host, facts.Actor{Kind: facts.ActorGhost})
		equal(t, "a ghost", id == 0 && !fresh, true)
		return err
	}))
	known := must(s.Accounts(ctx, []facts.IdentityID{before.Identity}))[before.Identity]
	equal(t, "account", known, facts.Actor{Identity: before.Identity, Person: before.Person, ServerID: 7, Login: "grace", Kind: facts.ActorUser,
		Name: "Dev 7", Email: "dev7@acme.test"})
	equal(t, "private address", must(s.Identity(ctx, before.Identity)).Email, "7+dev7@users.noreply."+host)
}

func hash(c string) string { return strings.Repeat(c, 40) }

// aPullRequest has one of everything.
func aPullRequest(repo facts.RepoID, n int, author, reviewer facts.Actor) facts.PullRequest {
	at, ghost := int64(1000*n), facts.Actor{Kind: facts.ActorGhost}
	id := int64(n) * 100
	return facts.PullRequest{Repo: repo, Number: n, ServerID: id, NodeID: fmt.Sprintf("PR_%d", n), Title: fmt.Sprintf("Change %d", n),
		State: facts.PullRequestMerged, Author: author, HeadRef: "topic", HeadRepo: "acme/repo-1", HeadHash: hash("b"), BaseRef: "main", BaseHash: hash("a"),
		MergeHash: hash("c"), MergeMethod: facts.MergeSquash, MergedBy: reviewer, CreatedAt: at, UpdatedAt: at + 90, ClosedAt: at + 80, MergedAt: at + 80,
		ReadyAt: at + 5, Additions: 10, Deletions: 3, ChangedFiles: 2, CommitCount: 1, Labels: []string{"bug", "it's"}, Milestone: "v1",
		Assignees: []facts.Actor{author}, Reviewers: []facts.Actor{reviewer}, ReviewerTeams: []string{"acme/core"},
		AutoMergeBy: ghost, Closes: []facts.TicketRef{{RepoServerID: 1, Number: 9}}, SyncedAt: 5000,
		Reviews: []facts.Review{{Repo: repo, Number: n, ServerID: id + 1, NodeID: "R", Author: reviewer, State: facts.ReviewApproved, CommitHash: hash("b"),
			Text: facts.NewText("Looks good to me"), SubmittedAt: at + 20, UpdatedAt: at + 21}},
		Comments: []facts.Comment{
			{Repo: repo, Number: n, Kind: facts.CommentLine, ServerID: id + 2, NodeID: "L", Author: reviewer, Text: facts.NewText("Why?\n```suggestion\nx\n```"),
				CreatedAt: at + 20, UpdatedAt: at + 20, ReviewID: id + 1, RootID: id + 2, Path: "a.go", StartLine: 3, Line: 5, CommitHash: hash("b")},
			{Repo: repo, Number: n, Kind: facts.CommentConversation, ServerID: id + 2, NodeID: "C", Author: ghost, Text: facts.NewText("ok"), CreatedAt: at + 30, UpdatedAt: at + 30}},
		Threads: []facts.ReviewThread{{Repo: repo, Number: n, RootID: id + 2, NodeID: "T", Path: "a.go", Resolved: true, ResolvedBy: author, ResolvedAt: at + 40}},
		Events: []facts.Event{{Repo: repo, Number: n, At: at + 2, Kind: facts.EventReviewRequested, Actor: author, Target: reviewer},
			{Repo: repo, Number: n, At: at + 80, Kind: facts.EventClosed, Actor: reviewer, Target: ghost},
			{Repo: repo, Number: n, At: at + 80, Kind: facts.EventMerged, Actor: reviewer, Target: ghost, Subject: hash("c")}},
		Heads:   []facts.PullRequestHead{{Hash: hash("b"), SeenAt: at + 50, PushedAt: at + 1}},
		Commits: []facts.PullRequestCommit{{Hash: hash("b"), AddedAt: at, Current: true}},
	}
}

func savesPullRequest(t *testing.T, s *store.Store) {
	ctx := t.Context()
	w := NewWorld(t, s, "Main", 3)
	author, reviewer := anActor(s, t, w, 1), anActor(s, t, w, 2)
	want := aPullRequest(w.Repos[0], 7, author, reviewer)
	for range 2 { // the second time changes nothing
		check(s.SavePullRequests(ctx, w.Repos[0], []facts.PullRequest{want, aPullRequest(w.Repos[0], 8, author, reviewer)}))
		check(s.SavePullRequests(ctx, w.Repos[1], []facts.PullRequest{aPullRequest(w.Repos[1], 7, author, reviewer)}))
	}
	equal(t, "one", must(s.PullRequest(ctx, w.Repos[0], 7)), want)
	whole := collect(s.WholePullRequests(ctx, facts.PullRequestFilter{Repos: w.Repos[:1]}))
	equal(t, "stream", whole, []facts.PullRequest{want, aPullRequest(w.Repos[0], 8, author, reviewer)})
	_, err := s.PullRequest(ctx, w.Repos[0], 99)
	wantError(t, "none", err, facts.ErrNotFound)
	equal(t, "times", must(s.PullRequestTimes(ctx, w.Repos[0], 7)), map[int]store.HeldTime{7: {UpdatedAt: 7090, SyncedAt: 5000, NodeID: "PR_7"}})
}

func keepsTheNewer(t *testing.T, s *store.Store) {
	ctx := t.Context()
	w := NewWorld(t, s, "Main", 2)
	repo, author, reviewer := w.Repos[0], anActor(s, t, w, 1), anActor(s, t, w, 2)
	want := aPullRequest(repo, 7, author, reviewer)
	check(s.SaveTickets(ctx, repo, []facts.Ticket{aTicket(repo, 9, author, reviewer)}))
	check(s.SavePullRequests(ctx, repo, []facts.PullRequest{want}))
	older := aPullRequest(repo, 7, reviewer, author)
	older.Title, older.UpdatedAt = "Old", want.UpdatedAt-1
	older.Reviews[0].State, older.Reviews[0].UpdatedAt = facts.ReviewCommented, older.Reviews[0].UpdatedAt-1
	older.Comments, older.Events, older.Heads = older.Comments[:0], nil, nil
	older.Commits, older.Closes = []facts.PullRequestCommit{{Hash: hash("9"), Current: true}}, []facts.TicketRef{}
	older.Threads[0].Resolved, older.Threads[0].ResolvedAt = false, 0
	check(s.SavePullRequests(ctx, repo, []facts.PullRequest{older}))
	equal(t, "after an older one", must(s.PullRequest(ctx, repo, 7)), want)
	equal(t, "what it closes after an older one", must(s.Ticket(ctx, repo, 9)).ClosedBy, []facts.PullRequestRef{{Repo: repo, Number: 7}})
	newer := want
	newer.Title, newer.UpdatedAt, newer.State = "New", want.UpdatedAt+1, facts.PullRequestClosed
	newer.Reviews, newer.Comments, newer.Threads, newer.Events, newer.Commits, newer.Heads = nil, nil, nil, nil, nil, nil
	check(s.SavePullRequests(ctx, repo, []facts.PullRequest{newer}))
	want.Title, want.UpdatedAt, want.State = "New", want.UpdatedAt+1, facts.PullRequestClosed
	equal(t, "after a newer one", must(s.PullRequest(ctx, repo, 7)), want)
}

func keepsTheUntold(t *testing.T, s *store.Store) {
	ctx := t.Context()
	w := NewWorld(t, s, "Main", 2)
	repo, author, reviewer := w.Repos[0], anActor(s, t, w, 1), anActor(s, t, w, 2)
	want := aPullRequest(repo, 7, author, reviewer)
	check(s.SavePullRequests(ctx, repo, []facts.PullRequest{want}))
	part := facts.PullRequest{Repo: repo, Number: 7, ServerID: 700, Title: "Retitled", State: facts.PullRequestMerged, Author: author, UpdatedAt: want.UpdatedAt + 1,
		HeadRef: "topic", HeadRepo: "acme/repo-1", HeadHash: hash("b"), BaseRef: "main", CreatedAt: want.CreatedAt, ClosedAt: want.ClosedAt, MergedAt: want.MergedAt,
		Additions: facts.Untold, Deletions: facts.Untold, ChangedFiles: facts.Untold, CommitCount: facts.Untold, Labels: want.Labels, Milestone: "v1",
		Assignees: want.Assignees, Reviewers: want.Reviewers, ReviewerTeams: want.ReviewerTeams}
	check(s.SavePullRequests(ctx, repo, []facts.PullRequest{part}))
	want.Title, want.UpdatedAt = part.Title, part.UpdatedAt
	equal(t, "after a part", must(s.PullRequest(ctx, repo, 7)), want)
}

func keepsWhoIsGone(t *testing.T, s *store.Store) {
	ctx := t.Context()
	w := NewWorld(t, s, "Main", 2)
	repo, author, reviewer := w.Repos[0], anActor(s, t, w, 1), anActor(s, t, w, 2)
	pull, ticket := aPullRequest(repo, 7, author, reviewer), aTicket(repo, 9, author, reviewer)
	check(s.SavePullRequests(ctx, repo, []facts.PullRequest{pull}))
	check(s.SaveTickets(ctx, repo, []facts.Ticket{ticket}))
	nobody := facts.Actor{Kind: facts.ActorGhost}
	later := aPullRequest(repo, 7, nobody, reviewer)
	later.UpdatedAt++
	later.Reviews[0].Author, later.Comments[0].Author = nobody, nobody
	for i := range later.Events {
		later.Events[i].Actor = nobody
	}
	laterTicket := aTicket(repo, 9, nobody, reviewer)
	laterTicket.Comments[0].Author, laterTicket.Events[1].Actor = nobody, nobody
	check(s.SavePullRequests(ctx, repo, []facts.PullRequest{later}))
	check(s.SaveTickets(ctx, repo, []facts.Ticket{laterTicket}))
	got, gotTicket := must(s.PullRequest(ctx, repo, 7)), must(s.Ticket(ctx, repo, 9))
	equal(t, "author", got.Author, author)
	equal(t, "reviews, comments, events", []any{got.Reviews, got.Comments, got.Events}, []any{pull.Reviews, pull.Comments, pull.Events})
	equal(t, "ticket", []any{gotTicket.Author, gotTicket.Comments, gotTicket.Events}, []any{ticket.Author, ticket.Comments, ticket.Events})
}

func completesFromEvents(t *testing.T, s *store.Store) {
	ctx := t.Context()
	w := NewWorld(t, s, "Main", 2)
	repo, author, merger := w.Repos[0], anActor(s, t, w, 1), anActor(s, t, w, 2)
	want := aPullRequest(repo, 7, author, merger)
	told := want
	told.MergedBy = facts.Actor{Kind: facts.ActorGhost}
	untold := aPullRequest(repo, 8, author, told.MergedBy)
	check(s.SavePullRequests(ctx, repo, []facts.PullRequest{told, untold}))
	due := func() map[int]int64 {
		changes := map[int]int64{}
		for _, d := range must(s.DuePullRequests(ctx, repo, "r")) {
			changes[d.Number] = d.Changes
		}
		return changes
	}
	before := due()
	for range 2 {
		check(s.InTx(ctx, func(tx *store.Tx) error { return tx.CompleteFromEvents(ctx, repo) }))
	}
	equal(t, "merged by", must(s.PullRequest(ctx, repo, 7)).MergedBy, want.MergedBy)
	before[7]++ // to be judged again, for who merged is an act
	equal(t, "changes", due(), before)
}

func dropsVagueEvents(t *testing.T, s *store.Store) {
	ctx := t.Context()
	w := NewWorld(t, s, "Main", 2)
	repo, author := w.Repos[0], anActor(s, t, w, 1)
	check(s.SavePullRequests(ctx, repo, []facts.PullRequest{{Repo: repo, Number: 7, Author: author, UpdatedAt: 1}}))
	vague := facts.Event{Repo: repo, Number: 7, At: 5, Kind: facts.EventHeadForcePushed, Actor: author, Target: facts.Actor{Kind: facts.ActorGhost}}
	full, other := vague, vague
	full.Subject, other.At = hash("a")+".."+hash("b"), 6
	for _, events := range [][]facts.Event{{vague, other}, {full}, {vague}} {
		check(s.InTx(ctx, func(tx *store.Tx) error { return tx.SaveEvents(ctx, repo, events) }))
	}
	equal(t, "events", must(s.PullRequest(ctx, repo, 7)).Events, []facts.Event{full, other})
}

func findsPullRequests(t *testing.T, s *store.Store) {
	ctx := t.Context()
	w := NewWorld(t, s, "Main", 3)
	author, reviewer := anActor(s, t, w, 1), anActor(s, t, w, 2)
	for _, repo := range w.Repos { // the last is not imported
		open := aPullRequest(repo, 3, reviewer, author)
		open.State, open.MergedAt, open.ClosedAt = facts.PullRequestOpen, 0, 0
		check(s.SavePullRequests(ctx, repo, []facts.PullRequest{aPullRequest(repo, 1, author, reviewer), aPullRequest(repo, 2, author, reviewer), open}))
	}
	for name, c := range map[string]struct {
		filter facts.PullRequestFilter
		want   []int
	}{
		"all of one repo":      {facts.PullRequestFilter{Repos: w.Repos[:1]}, []int{3, 2, 1}},
		"all that is imported": {facts.PullRequestFilter{}, []int{3, 3, 2, 2, 1, 1}},
		"not imported":         {facts.PullRequestFilter{Repos: w.Repos[2:]}, nil},
		"created":              {facts.PullRequestFilter{Created: facts.Span{From: 2000, To: 3000}}, []int{2, 2}},
		"merged":               {facts.PullRequestFilter{Merged: facts.Span{From: 1080, To: 2080}}, []int{1, 1}},
		"merged at any time":   {facts.PullRequestFilter{Merged: facts.Span{From: 1}}, []int{2, 2, 1, 1}},
		"open":                 {facts.PullRequestFilter{Repos: w.Repos[:1], Open: facts.Span{From: 2050, To: 4000}}, []int{3, 2}},
		"by author":            {facts.PullRequestFilter{Repos: w.Repos[:1], Authors: []facts.PersonID{reviewer.Person}}, []int{3}},
		"by state":             {facts.PullRequestFilter{Repos: w.Repos[:1], States: []facts.PullRequestState{facts.PullRequestOpen}}, []int{3}},
		"by number":            {facts.PullRequestFilter{Repos: w.Repos[:1], Numbers: []int{1, 3}}, []int{3, 1}},
		"by title":             {facts.PullRequestFilter{Repos: w.Repos[:1], Search: "CHANGE 2"}, []int{2}},
	} {
		found, total, err := s.PullRequests(ctx, c.filter, facts.Page{})
		check(err)
		var got []int
		for _, p := range found {
			got = append(got, p.Number)
		}
		equal(t, name, got, c.want)
		equal(t, name+", in all", total, len(c.want))
		equal(t, name+", streamed", len(collect(s.WholePullRequests(ctx, c.filter))), len(c.want))
	}
	page, total, err := s.PullRequests(ctx, facts.PullRequestFilter{}, facts.Page{Limit: 2, Offset: 1})
	check(err)
	equal(t, "page", []int{page[0].Number, page[1].Number, total}, []int{3, 2, 6})
	equal(t, "author", page[1].Author, author)
	swept := must(s.PullRequestNodes(ctx, w.Repos[0], 2000))
	equal(t, "to be swept", []int{swept[0].Number, swept[1].Number}, []int{2, 3})
}

func bringsBackTheGone(t *testing.T, s *store.Store) {
	ctx := t.Context()
	w := NewWorld(t, s, "Main", 2)
	repo, author, reviewer := w.Repos[0], anActor(s, t, w, 1), anActor(s, t, w, 2)
	p := aPullRequest(repo, 7, author, reviewer)
	check(s.SavePullRequests(ctx, repo, []facts.PullRequest{p, aPullRequest(repo, 8, author, reviewer), aPullRequest(repo, 9, author, reviewer)}))
	check(s.SaveTickets(ctx, repo, []facts.Ticket{aTicket(repo, 9, author, reviewer)})) // is a pull request now
	check(s.InTx(ctx, func(tx *store.Tx) error { return tx.MarkTicketGone(ctx, repo, 9, facts.GoneConverted, "") }))
	gone := func(tx *store.Tx) error {
		check(tx.MarkCommentsGone(ctx, repo, facts.CommentLine, 702))
		check(tx.MarkReviewsGone(ctx, repo, 701))
		return tx.MarkPullRequestGone(ctx, repo, 7)
	}
	check(s.InTx(ctx, gone))
	held := must(s.PullRequest(ctx, repo, 7))
	equal(t, "left", []int{len(held.Comments), len(held.Reviews)}, []int{1, 0})
	equal(t, "gone", held.GoneAt > 0, true)
	equal(t, "listed", len(collect(s.WholePullRequests(ctx, facts.PullRequestFilter{}))), 2)
	check(s.SavePullRequests(ctx, repo, []facts.PullRequest{p}))
	check(s.InTx(ctx, func(tx *store.Tx) error {
		check(tx.ReviveComments(ctx, repo, facts.CommentLine, 702))
		return tx.ReviveReviews(ctx, repo, 701)
	}))
	equal(t, "back", must(s.PullRequest(ctx, repo, 7)), p)
	check(s.InTx(ctx, func(tx *store.Tx) error { return tx.MarkPullRequestGone(ctx, repo, 7) }))
	older := p
	older.Title, older.UpdatedAt = "Old", p.UpdatedAt-1
	check(s.SavePullRequests(ctx, repo, []facts.PullRequest{older}))
	equal(t, "back as it was earlier", must(s.PullRequest(ctx, repo, 7)), p)
	check(s.InTx(ctx, gone))
	check(s.PurgeGone(ctx, 1))
	parts := []string{"comments", "events", "reviews", "review_threads", "pull_request_heads", "pull_request_commits", "ticket_links"}
	for _, table := range parts {
		equal(t, table+" that are kept for a while", rowsOf(s, t, table, "number", 7) > 0, true)
	}
	others := []facts.PullRequest{must(s.PullRequest(ctx, repo, 8)), must(s.PullRequest(ctx, repo, 9))}
	check(s.PurgeGone(ctx, 1<<40))
	for _, table := range parts {
		equal(t, table+" after the purge", rowsOf(s, t, table, "number", 7), 0)
	}
	equal(t, "others after the purge", []facts.PullRequest{must(s.PullRequest(ctx, repo, 8)), must(s.PullRequest(ctx, repo, 9))}, others)
	_, err := s.PullRequest(ctx, repo, 7)
	wantError(t, "pull request after the purge", err, facts.ErrNotFound)
	_, err = s.Ticket(ctx, repo, 9)
	wantError(t, "ticket after the purge", err, facts.ErrNotFound)
}

func keepsFormerCommits(t *testing.T, s *store.Store) {
	ctx := t.Context()
	w := NewWorld(t, s, "Main", 2)
	repo, author, reviewer := w.Repos[0], anActor(s, t, w, 1), anActor(s, t, w, 2)
	p := aPullRequest(repo, 7, author, reviewer)
	check(s.SavePullRequests(ctx, repo, []facts.PullRequest{p}))
	commit := aCommit(1)
	commit.PatchID, commit.CommittedAt = hash("d"), 7055
	check(s.SaveCommits(ctx, repo, []facts.Commit{commit}))
	next := p
	next.Commits = []facts.PullRequestCommit{{Hash: commit.Hash, AddedAt: 7050, Current: true}}
	next.Heads = []facts.PullRequestHead{{Hash: commit.Hash, SeenAt: 7060}, {Hash: hash("b"), SeenAt: 9000, PushedAt: 9}}
	check(s.SavePullRequests(ctx, repo, []facts.PullRequest{next}))
	got := must(s.PullRequest(ctx, repo, 7))
	equal(t, "hashes", []string{got.Commits[0].Hash, got.Commits[1].Hash}, []string{hash("b"), commit.Hash})
	equal(t, "on the head", []bool{got.Commits[0].Current, got.Commits[1].Current}, []bool{false, true})
	equal(t, "patch ids", []string{got.Commits[0].PatchID, got.Commits[1].PatchID}, []string{"", hash("d")})
	equal(t, "replayed", []bool{got.Commits[0].Replayed, got.Commits[1].Replayed}, []bool{false, true})
	equal(t, "added", []int64{got.Commits[0].AddedAt, got.Commits[1].AddedAt}, []int64{7000, 7055})
	equal(t, "heads", got.Heads, []facts.PullRequestHead{{Hash: hash("b"), SeenAt: 7050, PushedAt: 7001}, {Hash: commit.Hash, SeenAt: 7060}})
}

func purgesItems(t *testing.T, s *store.Store) {
	ctx := t.Context()
	w := NewWorld(t, s, "Main", 3)
	author, reviewer := anActor(s, t, w, 1), anActor(s, t, w, 2)
	for _, repo := range w.Repos[:2] {
		check(s.SavePullRequests(ctx, repo, []facts.PullRequest{aPullRequest(repo, 1, author, reviewer)}))
		check(s.SaveTickets(ctx, repo, []facts.Ticket{aTicket(repo, 2, author, reviewer)}))
		check(s.InTx(ctx, func(tx *store.Tx) error {
			check(tx.SaveRawAnswer(ctx, repo, store.RawAnswer{At: 1, Kind: facts.SyncTickets, Body: []byte("x")}))
			check(tx.SaveGaps(ctx, repo, []store.Gap{{Number: 4, What: "absent"}}))
			check(tx.SaveCompleteness(ctx, facts.Completeness{Repo: repo, Kind: facts.SyncTickets}))
			return tx.SaveSyncCursor(ctx, repo, facts.SyncTickets, 1)
		}))
	}
	check(s.PurgeRepo(ctx, w.Repos[0]))
	for _, table := range []string{"pull_requests", "pull_request_heads", "pull_request_commits", "reviews", "review_threads", "comments", "tickets",
		"ticket_links", "events", "raw_answers", "number_gaps", "completeness", "sync_cursors"} {
		equal(t, table, rowsOf(s, t, table, "repo_id", w.Repos[0]), 0)
		if rowsOf(s, t, table, "repo_id", w.Repos[1]) == 0 {
			t.Errorf("%s: the other repo lost its rows", table)
		}
	}
}
