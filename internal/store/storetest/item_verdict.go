package storetest

import (
	"testing"

	"weir/internal/facts"
	"weir/internal/store"
)

var itemVerdictBehaviour = []behaviour{
	{"a pull request comes back as it was judged", savesPullRequestVerdict},
	{"a ticket comes back as it was judged", savesTicketVerdict},
	{"an item is due when anything of it was saved", tellsWhatIsDue},
	{"the earliest commit of what closes a ticket is found", findsFirstCommits},
	{"a ticket is judged again when what closes it changes, and only then", followsLinks},
}

// anyActs have every kind of field in use.
func anyActs() []facts.Act {
	return []facts.Act{{At: 1000, Kind: facts.ActOpened, Person: 1}, {At: 995, Kind: facts.ActApproved, Person: 2, Words: 3, DismissedAt: 1 << 41}, {At: 990, Kind: facts.ActComment, Words: 70_000, Suggestion: true, Left: facts.LeftComment},
		{At: 1 << 40, Kind: facts.ActCommit, Person: 1 << 33, FollowOn: true}, {At: 1 << 40, Kind: facts.ActCommit, Merge: true, Left: facts.LeftGhosts}}
}

func savesPullRequestVerdict(t *testing.T, s *store.Store) {
	ctx := t.Context()
	w := NewWorld(t, s, "Main", 3)
	author, reviewer := anActor(s, t, w, 1), anActor(s, t, w, 2)
	for _, repo := range w.Repos { // the last is not imported
		check(s.SavePullRequests(ctx, repo, []facts.PullRequest{aPullRequest(repo, 1, author, reviewer), aPullRequest(repo, 2, author, reviewer)}))
	}
	verdict := facts.PullRequestVerdict{Reason: facts.LeftMarked, Detail: "by Ann", Person: author.Person, FirstCommitAt: 7, Untold: 2, Acts: anyActs(),
		Conversations: []facts.ThreadVerdict{{Person: 3, At: 5, Addressed: true}, {At: 4}},
		Size:          facts.SizeVerdict{State: facts.SizeKnown, Lines: 5, Files: 4, Hunks: 3, Covered: facts.Untold}}
	for range 2 { // the second takes the place of the first
		for _, repo := range w.Repos {
			check(s.SavePullRequestVerdicts(ctx, repo, store.PullRequestVerdicts{RuledBy: "r", Changes: map[int]int64{2: 1}, Of: map[int]facts.PullRequestVerdict{2: verdict}}))
		}
	}
	got := collect(s.JudgedPullRequests(ctx, facts.PullRequestFilter{}))
	equal(t, "judged and imported", len(got), 2)
	equal(t, "verdict", got[0].PullRequestVerdict, verdict)
	equal(t, "title", got[0].Title, "Change 2")
	equal(t, "merged", got[0].MergedAt, int64(2080))
	equal(t, "alone", must(s.JudgedPullRequest(ctx, w.Repos[0], 2)).PullRequestVerdict, verdict)
	_, err := s.JudgedPullRequest(ctx, w.Repos[0], 1)
	wantError(t, "not judged", err, facts.ErrNotFound)
	equal(t, "to be judged", must(s.CountUnjudged(ctx, facts.SyncPullRequests)), 2)
	equal(t, "to be judged of one", must(s.CountUnjudged(ctx, facts.SyncPullRequests, w.Repos[0])), 1)
	for name, c := range map[string]struct {
		span facts.Span
		want int
	}{"before": {facts.Span{From: 1, To: 2000}, 0}, "while": {facts.Span{From: 2050, To: 2060}, 2}, "after": {facts.Span{From: 2091}, 0}} {
		equal(t, "touched "+name, len(collect(s.JudgedPullRequests(ctx, facts.PullRequestFilter{Touched: c.span}))), c.want)
	}
	check(s.PurgeRepo(ctx, w.Repos[0]))
	equal(t, "after the purge", rowsOf(s, t, "pull_request_verdicts", "repo_id", w.Repos[0]), 0)
}

func savesTicketVerdict(t *testing.T, s *store.Store) {
	ctx := t.Context()
	w := NewWorld(t, s, "Main", 2)
	repo, author, reviewer := w.Repos[0], anActor(s, t, w, 1), anActor(s, t, w, 2)
	check(s.SaveTickets(ctx, repo, []facts.Ticket{aTicket(repo, 1, author, reviewer), aTicket(repo, 2, author, reviewer)}))
	verdict := facts.TicketVerdict{Reason: facts.LeftBot, Detail: "d", Person: author.Person, StartedAt: 9, Acts: anyActs()}
	for range 2 {
		check(s.SaveTicketVerdicts(ctx, repo, store.TicketVerdicts{RuledBy: "r", Changes: map[int]int64{2: 1}, Of: map[int]facts.TicketVerdict{2: verdict}}))
	}
	got := collect(s.JudgedTickets(ctx, facts.TicketFilter{}))
	equal(t, "judged", len(got), 1)
	equal(t, "verdict", got[0].TicketVerdict, verdict)
	equal(t, "alone", must(s.JudgedTicket(ctx, repo, 2)).TicketVerdict, verdict)
	equal(t, "to be judged", must(s.CountUnjudged(ctx, facts.SyncTickets)), 1)
	_, err := s.JudgedTicket(ctx, repo, 1)
	wantError(t, "not judged", err, facts.ErrNotFound)
}

func tellsWhatIsDue(t *testing.T, s *store.Store) {
	ctx := t.Context()
	w := NewWorld(t, s, "Main", 2)
	repo, author, reviewer := w.Repos[0], anActor(s, t, w, 1), anActor(s, t, w, 2)
	check(s.SavePullRequests(ctx, repo, []facts.PullRequest{aPullRequest(repo, 1, author, reviewer)}))
	check(s.SaveTickets(ctx, repo, []facts.Ticket{aTicket(repo, 2, author, reviewer)}))
	due := func() (pulls, tickets int) {
		for _, d := range must(s.DuePullRequests(ctx, repo, "r")) {
			pulls++
			check(s.SavePullRequestVerdicts(ctx, repo, store.PullRequestVerdicts{RuledBy: "r", Changes: map[int]int64{d.Number: d.Changes}, Of: map[int]facts.PullRequestVerdict{d.Number: {}}}))
		}
		for _, d := range must(s.DueTickets(ctx, repo, "r")) {
			tickets++
			check(s.SaveTicketVerdicts(ctx, repo, store.TicketVerdicts{RuledBy: "r", Changes: map[int]int64{d.Number: d.Changes}, Of: map[int]facts.TicketVerdict{d.Number: {}}}))
		}
		return pulls, tickets
	}
	pulls, tickets := due()
	equal(t, "new", []int{pulls, tickets}, []int{1, 1})
	pulls, tickets = due()
	equal(t, "judged", []int{pulls, tickets}, []int{0, 0})
	for name, c := range map[string]struct {
		save func(*store.Tx) error
		want []int
	}{
		"a comment on the pull request": {func(tx *store.Tx) error {
			return tx.SaveComments(ctx, repo, []facts.Comment{{Number: 1, Kind: facts.CommentConversation, ServerID: 900}})
		}, []int{1, 0}},
		"a comment on the ticket": {func(tx *store.Tx) error {
			return tx.SaveComments(ctx, repo, []facts.Comment{{Number: 2, Kind: facts.CommentConversation, ServerID: 901}})
		}, []int{0, 1}},
		"a review": {func(tx *store.Tx) error { return tx.SaveReviews(ctx, repo, []facts.Review{{Number: 1, ServerID: 902}}) }, []int{1, 0}},
		"an event": {func(tx *store.Tx) error {
			return tx.SaveEvents(ctx, repo, []facts.Event{{Number: 2, At: 5, Kind: "x"}})
		}, []int{0, 1}},
		"a thread": {func(tx *store.Tx) error {
			return tx.SaveReviewThreads(ctx, repo, []facts.ReviewThread{{Number: 1, RootID: 102}})
		}, []int{1, 0}},
		"a gone review": {func(tx *store.Tx) error { return tx.MarkReviewsGone(ctx, repo, 101) }, []int{1, 0}},
		"it being gone": {func(tx *store.Tx) error { return tx.MarkPullRequestGone(ctx, repo, 1) }, []int{1, 0}},
		"a ticket being gone": {func(tx *store.Tx) error {
			return tx.MarkTicketGone(ctx, repo, 2, facts.GoneDeleted, "")
		}, []int{0, 1}},
	} {
		check(s.InTx(ctx, c.save))
		pulls, tickets = due()
		equal(t, name, []int{pulls, tickets}, c.want)
	}
	waiting := facts.PullRequestVerdict{Untold: 1}
	check(s.SavePullRequests(ctx, repo, []facts.PullRequest{aPullRequest(repo, 1, author, reviewer)}))
	for _, d := range must(s.DuePullRequests(ctx, repo, "r")) {
		check(s.SavePullRequestVerdicts(ctx, repo, store.PullRequestVerdicts{RuledBy: "r", Changes: map[int]int64{d.Number: d.Changes}, Of: map[int]facts.PullRequestVerdict{d.Number: waiting}}))
	}
	equal(t, "waiting for a commit", len(must(s.DuePullRequests(ctx, repo, "r"))), 0)
	read := aCommit(1)
	read.Hash = hash("b")
	check(s.SaveCommits(ctx, repo, []facts.Commit{read}))
	equal(t, "a commit that it waited for", len(must(s.DuePullRequests(ctx, repo, "r"))), 1)
	equal(t, "by other rules", []int{len(must(s.DuePullRequests(ctx, repo, "other"))), len(must(s.DueTickets(ctx, repo, "other")))}, []int{1, 1})
}

func findsFirstCommits(t *testing.T, s *store.Store) {
	ctx := t.Context()
	w := NewWorld(t, s, "Main", 2)
	author, reviewer := anActor(s, t, w, 1), anActor(s, t, w, 2)
	repo := must(s.Repo(ctx, w.Repos[0]))
	check(s.SaveTickets(ctx, repo.ID, []facts.Ticket{aTicket(repo.ID, 8, author, reviewer), aTicket(repo.ID, 9, author, reviewer)}))
	of := map[int]facts.PullRequestVerdict{1: {FirstCommitAt: 50}, 2: {FirstCommitAt: 40}, 3: {}}
	for n := range of {
		p := aPullRequest(repo.ID, n, author, reviewer)
		p.Closes = []facts.TicketRef{{RepoServerID: repo.ServerID, Number: 9}}
		check(s.SavePullRequests(ctx, repo.ID, []facts.PullRequest{p}))
	}
	check(s.SavePullRequestVerdicts(ctx, repo.ID, store.PullRequestVerdicts{Of: of}))
	equal(t, "first commits", must(s.FirstCommits(ctx, repo.ID, []int{8, 9})), map[int]int64{9: 40})
	check(s.SaveTicketVerdicts(ctx, repo.ID, store.TicketVerdicts{Changes: map[int]int64{8: 1, 9: 1}, Of: map[int]facts.TicketVerdict{8: {}, 9: {StartedAt: 45}}}))
	due := must(s.DueTickets(ctx, repo.ID, ""))
	equal(t, "begun earlier than was known", len(due) > 0 && due[len(due)-1].Number == 9, true)
}

func followsLinks(t *testing.T, s *store.Store) {
	ctx := t.Context()
	w, elsewhere := NewWorld(t, s, "Main", 2), NewWorld(t, s, "Other", 1)
	author, reviewer := anActor(s, t, w, 1), anActor(s, t, w, 2)
	ticketRepo, pullRepo := must(s.Repo(ctx, w.Repos[0])), w.Repos[1]
	for _, repo := range []facts.RepoID{ticketRepo.ID, elsewhere.Repos[0]} { // the other server has a repo of that id too
		check(s.SaveTickets(ctx, repo, []facts.Ticket{aTicket(repo, 8, author, reviewer), aTicket(repo, 9, author, reviewer)}))
	}
	judged := func() {
		for _, repo := range []facts.RepoID{ticketRepo.ID, elsewhere.Repos[0]} {
			v := store.TicketVerdicts{Changes: map[int]int64{}, Of: map[int]facts.TicketVerdict{}}
			for _, d := range must(s.DueTickets(ctx, repo, "")) {
				v.Changes[d.Number], v.Of[d.Number] = d.Changes, facts.TicketVerdict{StartedAt: 1}
			}
			check(s.SaveTicketVerdicts(ctx, repo, v))
		}
	}
	due := func() (numbers []int) {
		for _, repo := range []facts.RepoID{ticketRepo.ID, elsewhere.Repos[0]} {
			for _, d := range must(s.DueTickets(ctx, repo, "")) {
				numbers = append(numbers, d.Number)
			}
		}
		return numbers
	}
	p := aPullRequest(pullRepo, 1, author, reviewer)
	for _, step := range []struct {
		name   string
		closes []facts.TicketRef
		want   []int
		held   []facts.PullRequestRef
	}{
		{"a link", []facts.TicketRef{{RepoServerID: ticketRepo.ServerID, Number: 9}}, []int{9}, []facts.PullRequestRef{{Repo: pullRepo, Number: 1}}},
		{"the same", []facts.TicketRef{{RepoServerID: ticketRepo.ServerID, Number: 9}}, nil, []facts.PullRequestRef{{Repo: pullRepo, Number: 1}}},
		{"not told, as by REST", nil, nil, []facts.PullRequestRef{{Repo: pullRepo, Number: 1}}},
		{"another", []facts.TicketRef{{RepoServerID: ticketRepo.ServerID, Number: 8}}, []int{8, 9}, nil},
		{"none", []facts.TicketRef{}, []int{8}, nil},
	} {
		judged()
		p.Closes = step.closes
		check(s.SavePullRequests(ctx, pullRepo, []facts.PullRequest{p}))
		equal(t, step.name, due(), step.want)
		equal(t, step.name+", who closes it", must(s.Ticket(ctx, ticketRepo.ID, 9)).ClosedBy, step.held)
	}
}
