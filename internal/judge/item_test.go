package judge

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"weir/internal/facts"
	"weir/internal/store"
	"weir/internal/store/storetest"
)

func actor(id facts.IdentityID) facts.Actor { return facts.Actor{Identity: id, Kind: facts.ActorUser} }

func items(t *testing.T, rules facts.Rules, repo facts.Repo) *ItemJudge {
	t.Helper()
	j, err := NewItemJudge(rules, repo, people)
	if err != nil {
		t.Fatal(err)
	}
	return j
}

func untouched(string, string) bool { return false }

// Each pull request meets one reason; of two that hold, the first in the order of the reasons is given.
func TestWhichPullRequestsCount(t *testing.T) {
	t.Parallel()
	rules := facts.DefaultRules()
	rules.Bots = []string{"p7"}
	rules.MarkedItems = []facts.ItemMark{{Repo: 1, Number: 6, Note: "a test, by Ann"}, {Repo: 2, Number: 1}}
	j := items(t, rules, facts.Repo{ID: 1})
	botAccount := actor(3)
	botAccount.Kind = facts.ActorBot
	for name, c := range map[string]struct {
		pull           facts.PullRequest
		reason, detail string
	}{
		"merged":                      {facts.PullRequest{Number: 1, Author: actor(1), MergedAt: 9}, "", ""},
		"merged, the account is gone": {facts.PullRequest{Number: 1, MergedAt: 9}, "", ""},
		"open":                        {facts.PullRequest{Number: 1, Author: actor(1)}, "not_merged", ""},
		"closed":                      {facts.PullRequest{Number: 1, Author: actor(1), ClosedAt: 9}, "not_merged", ""},
		"of a bot, open":              {facts.PullRequest{Number: 1, Author: actor(4)}, "bot", ""},
		"of a bot by the rules":       {facts.PullRequest{Number: 1, Author: actor(7), MergedAt: 9}, "bot", ""},
		"of a bot's account":          {facts.PullRequest{Number: 1, Author: botAccount, MergedAt: 9}, "bot", ""},
		"of somebody excluded":        {facts.PullRequest{Number: 1, Author: actor(5), MergedAt: 9}, "excluded_person", ""},
		"of somebody hidden":          {facts.PullRequest{Number: 1, Author: actor(6), MergedAt: 9}, "hidden_person", ""},
		"marked":                      {facts.PullRequest{Number: 6, Author: actor(1), MergedAt: 9}, "marked", "a test, by Ann"},
		"gone, of a bot":              {facts.PullRequest{Number: 1, Author: actor(4), MergedAt: 9, GoneAt: 3, GoneReason: facts.GoneDeleted}, "gone", "deleted, or out of the account's sight"},
		"lost by the server": {facts.PullRequest{Number: -1, Author: actor(1), MergedAt: 9, GoneAt: 3, GoneReason: facts.GoneReplaced, GoneTo: "#1"}, "gone",
			"lost by the server, which has given its number #1 to another one since, as after the restoring of an older backup"},
	} {
		v := j.PullRequest(&c.pull, untouched)
		if got := [2]string{string(v.Reason), v.Detail}; got != [2]string{c.reason, c.detail} {
			t.Errorf("%s: %q, want %q", name, got, [2]string{c.reason, c.detail})
		}
	}
	gone := items(t, rules, facts.Repo{ID: 1, GoneAt: 5}).PullRequest(&facts.PullRequest{Number: 1, Author: actor(1), MergedAt: 9}, untouched)
	if gone.Reason != facts.LeftRepoDeleted {
		t.Errorf("of a deleted repo: %q", gone.Reason)
	}
	if _, err := NewItemJudge(facts.Rules{WindowDays: 30, ExcludedComments: []string{"("}}, facts.Repo{}, people); err == nil {
		t.Error("a rule that is no regular expression is taken")
	}
}

func text(words int, excerpt string) facts.Text { return facts.Text{Words: words, Excerpt: excerpt} }

// Ann (identities 1 and 2) opened it; identity 3 reviews. Bots (4), excluded (5) and hidden people (6), and what meets the rule, do not count.
func TestWhichActsCount(t *testing.T) {
	t.Parallel()
	rules := facts.DefaultRules()
	rules.ExcludedComments = []string{`^/\w+$`}
	p := facts.PullRequest{
		Number: 1, Author: actor(1), CreatedAt: 10, MergedAt: 90, ClosedAt: 90, MergedBy: actor(3), Draft: false,
		Events: []facts.Event{
			{At: 11, Kind: facts.EventReadyForReview, Actor: actor(1)}, {At: 12, Kind: facts.EventLabeled, Actor: actor(1)},
			{At: 50, Kind: facts.EventClosed, Actor: actor(2)}, {At: 55, Kind: facts.EventReopened, Actor: actor(1)},
			{At: 90, Kind: facts.EventClosed, Actor: actor(3)}, {At: 90, Kind: facts.EventMerged, Actor: actor(3)},
		},
		Reviews: []facts.Review{
			{Author: actor(3), State: facts.ReviewApproved, SubmittedAt: 80, Text: text(4, "looks good to me")},
			{Author: actor(3), State: facts.ReviewChangesRequested, SubmittedAt: 30},
			{Author: actor(3), State: facts.ReviewDismissed, SubmittedAt: 31},
			{Author: actor(2), State: facts.ReviewCommented, SubmittedAt: 35},                         // the author's own, empty: no act
			{Author: actor(2), State: facts.ReviewCommented, SubmittedAt: 36, Text: text(2, "so it")}, // the author's own: a comment
			{Author: actor(4), State: facts.ReviewApproved, SubmittedAt: 20},
		},
		Comments: []facts.Comment{
			{Author: actor(5), CreatedAt: 21}, {Author: actor(6), CreatedAt: 22}, {Author: actor(3), CreatedAt: 23, Text: text(1, "/retest")},
			{CreatedAt: 24, Text: text(3, "by a ghost")},
		},
	}
	act := func(at int64, kind facts.ActKind, person facts.PersonID, left facts.Reason, words int) facts.Act {
		return facts.Act{At: at, Kind: kind, Person: person, Left: left, Words: words}
	}
	want := []facts.Act{
		act(10, facts.ActOpened, 1, "", 0), act(11, facts.ActReady, 1, "", 0), act(20, facts.ActApproved, 4, facts.LeftBot, 0),
		act(21, facts.ActComment, 5, facts.LeftExcluded, 0), act(22, facts.ActComment, 6, facts.LeftHidden, 0),
		act(23, facts.ActComment, 3, facts.LeftComment, 1), act(24, facts.ActComment, 0, "", 3),
		act(30, facts.ActChangesRequested, 3, "", 0), act(31, facts.ActReviewed, 3, "", 0), act(36, facts.ActComment, 1, "", 2),
		act(50, facts.ActClosed, 1, "", 0), act(55, facts.ActReopened, 1, "", 0), act(80, facts.ActApproved, 3, "", 4), act(90, facts.ActMerged, 3, "", 0),
	}
	if diff := cmp.Diff(want, items(t, rules, facts.Repo{}).PullRequest(&p, untouched).Acts); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	ghosts := facts.PullRequest{Number: 2, CreatedAt: 10, MergedAt: 30, Comments: []facts.Comment{{CreatedAt: 20}}}
	for _, a := range items(t, rules, facts.Repo{}).PullRequest(&ghosts, untouched).Acts[1:] {
		if a.Left != facts.LeftGhosts {
			t.Errorf("of two who are gone %+v counts: they may be one", a)
		}
	}
}

// Opened at 100 with patch a (hash 1). Later: 2 (b), a rebase of both (3 = a, 4 = b), a merge 5, an empty commit 6, 7 by another
// person (c), and 8, which no mirror holds. Follow-on are 2 and 7; the rebase makes none.
func TestFollowOnCommits(t *testing.T) {
	t.Parallel()
	commit := func(at int64, patch string, by facts.IdentityID, parents int) facts.PullRequestCommit {
		return facts.PullRequestCommit{Replayed: true, AddedAt: at, AuthoredAt: at - 60, PatchID: patch, Identity: by, Parents: parents}
	}
	p := facts.PullRequest{Number: 1, Author: actor(1), CreatedAt: 100, MergedAt: 300, Commits: []facts.PullRequestCommit{
		commit(100, "a", 1, 1), commit(110, "b", 1, 1), commit(120, "a", 1, 1), commit(120, "b", 1, 1), commit(130, "", 1, 2),
		commit(140, "", 1, 1), commit(400, "c", 3, 1), {Hash: "8", AddedAt: 150},
	}}
	v := items(t, facts.DefaultRules(), facts.Repo{}).PullRequest(&p, untouched)
	var got []facts.Act
	for _, a := range v.Acts {
		if a.Kind == facts.ActCommit {
			got = append(got, a)
		}
	}
	want := []facts.Act{
		{At: 110, Kind: facts.ActCommit, Person: 1, FollowOn: true}, {At: 130, Kind: facts.ActCommit, Person: 1, Merge: true},
		{At: 140, Kind: facts.ActCommit, Person: 1}, {At: 300, Kind: facts.ActCommit, Person: 3, FollowOn: true}, // not after the merge
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if v.FirstCommitAt != 40 || v.Untold != 1 {
		t.Errorf("first commit at %d, want 40; %d untold, want 1", v.FirstCommitAt, v.Untold)
	}
	// What it was opened with was rebased away before we looked: written by then, it makes no follow-on commit.
	p.Commits = []facts.PullRequestCommit{commit(120, "a", 1, 1), commit(200, "b", 1, 1)}
	v = items(t, facts.DefaultRules(), facts.Repo{}).PullRequest(&p, untouched)
	if len(v.Acts) != 3 || v.Acts[1].At != 200 || !v.Acts[1].FollowOn {
		t.Errorf("after a rebase that was not seen: %+v", v.Acts)
	}
}

// Four threads: resolved; answered by the author; answered by a bystander alone; its file touched later. And one of the author's own.
func TestThreads(t *testing.T) {
	t.Parallel()
	line := func(id, root int64, by facts.IdentityID, at int64, path string) facts.Comment {
		return facts.Comment{Kind: facts.CommentLine, ServerID: id, RootID: root, Author: actor(by), CreatedAt: at, Path: path}
	}
	p := facts.PullRequest{Number: 1, Author: actor(1), CreatedAt: 1, MergedAt: 90,
		Threads: []facts.ReviewThread{{RootID: 1, Resolved: true}, {RootID: 2}},
		Comments: []facts.Comment{line(1, 1, 3, 10, "a.go"), line(2, 2, 3, 11, "b.go"), line(3, 3, 3, 12, "c.go"), line(4, 4, 3, 13, "d.go"),
			line(5, 5, 1, 14, "a.go"), line(6, 2, 2, 20, "b.go"), line(7, 3, 8, 21, "c.go"), line(8, 8, 4, 22, "a.go")},
		Commits: []facts.PullRequestCommit{{Hash: "h", AddedAt: 12, Replayed: true}, {Hash: "i", AddedAt: 30, Replayed: true}},
	}
	touches := func(hash, path string) bool { return hash == "i" && path == "d.go" || hash == "h" && path == "c.go" }
	got := items(t, facts.DefaultRules(), facts.Repo{}).PullRequest(&p, touches).Conversations
	want := []facts.ThreadVerdict{{Person: 3, At: 10, Addressed: true}, {Person: 3, At: 11, Addressed: true}, {Person: 3, At: 12}, {Person: 3, At: 13, Addressed: true}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestTicket(t *testing.T) {
	t.Parallel()
	k := facts.Ticket{Number: 2, Author: actor(1), CreatedAt: 10, Events: []facts.Event{
		{At: 30, Kind: facts.EventAssigned, Actor: actor(3), Target: actor(1)}, {At: 40, Kind: facts.EventAssigned, Actor: actor(3)},
		{At: 20, Kind: facts.EventRenamed, Actor: actor(3)}, {At: 50, Kind: facts.EventClosed, Actor: actor(4)},
	}, Comments: []facts.Comment{{Author: actor(3), CreatedAt: 25, Text: text(2, "me too")}}}
	j := items(t, facts.DefaultRules(), facts.Repo{})
	v := j.Ticket(&k, 35)
	if v.StartedAt != 30 || v.Reason != facts.Counts || v.Person != 1 || len(v.Acts) != 5 || v.Acts[1].Words != 2 || v.Acts[4].Left != facts.LeftBot {
		t.Errorf("ticket: %+v", v)
	}
	if v := j.Ticket(&k, 5); v.StartedAt != 5 {
		t.Errorf("begun by a commit at %d, want 5", v.StartedAt)
	}
	k.Author = actor(5)
	if v := j.Ticket(&k, 0); v.Reason != facts.LeftExcluded {
		t.Errorf("of somebody excluded: %q", v.Reason)
	}
}

// Only what is due is judged: new, changed, waiting for commits, or under other rules.
func TestItemsJudgesWhatIsDue(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		ctx := t.Context()
		w := storetest.NewWorld(t, s, "Main", 2)
		repo := w.Repos[0]
		ann, err := s.EnsureIdentity(ctx, "Ann", "ann@acme.test")
		check(t, err)
		bob, err := s.EnsureIdentity(ctx, "Bob", "bob@acme.test")
		check(t, err)
		pull := facts.PullRequest{Repo: repo, Number: 1, Author: actor(ann), CreatedAt: 100, UpdatedAt: 100, MergedAt: 200, ClosedAt: 200, State: facts.PullRequestMerged, SyncedAt: 1,
			Closes:  []facts.TicketRef{{RepoServerID: 1, Number: 2}},
			Commits: []facts.PullRequestCommit{{Hash: strings.Repeat("ab", 20), AddedAt: 100, Current: true}}}
		serverID := must(s.Repo(ctx, repo)).ServerID
		pull.Closes[0].RepoServerID = serverID
		check(t, s.SavePullRequests(ctx, repo, []facts.PullRequest{pull}))
		check(t, s.SaveTickets(ctx, repo, []facts.Ticket{{Repo: repo, Number: 2, Author: actor(ann), CreatedAt: 90, UpdatedAt: 90, State: facts.TicketOpen}}))
		check(t, Items(ctx, s, repo))
		held := must(s.JudgedPullRequest(ctx, repo, 1))
		if held.Reason != facts.Counts || held.Untold != 1 || len(held.Acts) != 2 {
			t.Errorf("judged: %+v", held.PullRequestVerdict)
		}
		// The commit arrives, and with it when work on the ticket began.
		check(t, s.SaveCommits(ctx, repo, []facts.Commit{{Number: 1, Hash: strings.Repeat("ab", 20), Author: ann, Committer: ann, AuthoredAt: 70, CommittedAt: 80}}))
		check(t, Items(ctx, s, repo))
		held = must(s.JudgedPullRequest(ctx, repo, 1))
		if held.Untold != 0 || held.FirstCommitAt != 70 || must(s.JudgedTicket(ctx, repo, 2)).StartedAt != 70 {
			t.Errorf("with its commit: %+v", held.PullRequestVerdict)
		}
		rules, person := facts.DefaultRules(), must(s.Identity(ctx, bob)).Person
		nothingDue := func(when string) {
			t.Helper()
			g := must(givenFor(ctx, s, repo))
			g.rules = rules
			by := must(g.ruledBy())
			if due := must(s.DuePullRequests(ctx, repo, by)); len(due) != 0 {
				t.Errorf("%s: due %+v", when, due)
			}
			if due := must(s.DueTickets(ctx, repo, by)); len(due) != 0 {
				t.Errorf("%s: due tickets %+v", when, due)
			}
		}
		nothingDue("after that")
		_, err = s.EnsureIdentity(ctx, "Somebody New", "new@acme.test")
		check(t, err)
		nothingDue("with somebody new")
		// A comment comes in by itself.
		check(t, s.InTx(ctx, func(tx *store.Tx) error {
			return tx.SaveComments(ctx, repo, []facts.Comment{{Number: 1, Kind: facts.CommentConversation, ServerID: 5, Author: actor(bob), CreatedAt: 150, UpdatedAt: 150}})
		}))
		check(t, Items(ctx, s, repo))
		if held = must(s.JudgedPullRequest(ctx, repo, 1)); len(held.Acts) != 3 || held.Acts[1].Left != facts.Counts {
			t.Errorf("with a comment: %+v", held.Acts)
		}
		// Bob is a bot after all.
		p := must(s.Person(ctx, person))
		p.Bot = true
		check(t, s.InTx(ctx, func(tx *store.Tx) error { return tx.SavePerson(ctx, p) }))
		check(t, Items(ctx, s, repo))
		if held = must(s.JudgedPullRequest(ctx, repo, 1)); held.Acts[1].Left != facts.LeftBot {
			t.Errorf("by a bot: %+v", held.Acts)
		}
		nothingDue("in the end")
	})
}

func check(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

// A dismissed review is what it was until then, if an event tells; one that names no review can only mean the only one dismissed.
func TestDismissedReviews(t *testing.T) {
	t.Parallel()
	dismissed := func(id, at int64) facts.Review {
		return facts.Review{ServerID: id, Author: actor(3), State: facts.ReviewDismissed, SubmittedAt: at}
	}
	event := func(at int64, subject string) facts.Event {
		return facts.Event{At: at, Kind: facts.EventReviewDismissed, Actor: actor(1), Subject: subject}
	}
	for name, c := range map[string]struct {
		reviews []facts.Review
		events  []facts.Event
		want    []facts.Act
	}{
		"by id": {[]facts.Review{dismissed(7, 20), dismissed(8, 30)},
			[]facts.Event{event(40, facts.DismissedSubject(facts.ReviewChangesRequested, 8)), event(50, facts.DismissedSubject(facts.ReviewApproved, 7))},
			[]facts.Act{{At: 20, Kind: facts.ActApproved, Person: 3, DismissedAt: 50}, {At: 30, Kind: facts.ActChangesRequested, Person: 3, DismissedAt: 40}}},
		"the only one":       {[]facts.Review{dismissed(7, 20)}, []facts.Event{event(50, "approved")}, []facts.Act{{At: 20, Kind: facts.ActApproved, Person: 3, DismissedAt: 50}}},
		"one of two":         {[]facts.Review{dismissed(7, 20), dismissed(8, 21)}, []facts.Event{event(50, "approved")}, []facts.Act{{At: 20, Kind: facts.ActReviewed, Person: 3}, {At: 21, Kind: facts.ActReviewed, Person: 3}}},
		"without an event":   {[]facts.Review{dismissed(7, 20)}, nil, []facts.Act{{At: 20, Kind: facts.ActReviewed, Person: 3}}},
		"approved once more": {[]facts.Review{dismissed(7, 20), {ServerID: 8, Author: actor(3), State: facts.ReviewApproved, SubmittedAt: 60}}, []facts.Event{event(50, "approved 7")}, []facts.Act{{At: 20, Kind: facts.ActApproved, Person: 3, DismissedAt: 50}, {At: 60, Kind: facts.ActApproved, Person: 3}}},
	} {
		p := facts.PullRequest{Number: 1, Author: actor(1), CreatedAt: 10, Reviews: c.reviews, Events: c.events}
		if diff := cmp.Diff(c.want, items(t, facts.DefaultRules(), facts.Repo{}).PullRequest(&p, untouched).Acts[1:]); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}
