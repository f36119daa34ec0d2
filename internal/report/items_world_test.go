package report_test

import (
	"context"
	"iter"
	"slices"
	"strings"

	"weir/internal/facts"
)

func (s *fakeSource) Integrations(context.Context) ([]facts.Integration, error) {
	return s.integrations, nil
}
func (s *fakeSource) Completenesses(context.Context, ...facts.RepoID) ([]facts.Completeness, error) {
	return s.complete, nil
}
func (s *fakeSource) CountUnjudged(context.Context, facts.SyncKind, ...facts.RepoID) (int, error) {
	return s.unjudged, nil
}

// in tells whether an instant that has happened lies in a span; a span without bounds holds all.
func in(span facts.Span, at int64) bool {
	return !span.Bounded() || at != 0 && at >= span.From && (span.To == 0 || at < span.To)
}

// overlaps tells whether something from created to ended (0 for not yet) lies in a span.
func overlaps(span facts.Span, created, ended int64) bool {
	return !span.Bounded() || (span.To == 0 || created < span.To) && (ended == 0 || ended >= span.From)
}

func (s *fakeSource) JudgedPullRequests(_ context.Context, f facts.PullRequestFilter) iter.Seq2[facts.JudgedPullRequest, error] {
	return func(yield func(facts.JudgedPullRequest, error) bool) {
		for _, p := range s.pulls {
			passes := in(f.Merged, p.MergedAt) && in(f.Created, p.CreatedAt) && in(f.Closed, p.ClosedAt) && overlaps(f.Open, p.CreatedAt, p.ClosedAt) &&
				overlaps(f.Touched, p.CreatedAt, p.UpdatedAt) && (len(f.Repos) == 0 || slices.Contains(f.Repos, p.Repo)) &&
				(len(f.States) == 0 || slices.Contains(f.States, p.State)) && strings.Contains(p.Title, f.Search) && (f.Gone || p.GoneAt == 0)
			if passes && !yield(p, nil) {
				return
			}
		}
	}
}

func (s *fakeSource) JudgedPullRequest(_ context.Context, repo facts.RepoID, number int) (facts.JudgedPullRequest, error) {
	for _, p := range s.pulls {
		if p.Repo == repo && p.Number == number {
			return p, nil
		}
	}
	return facts.JudgedPullRequest{}, facts.ErrNotFound
}

func (s *fakeSource) PullRequest(_ context.Context, repo facts.RepoID, number int) (facts.PullRequest, error) {
	for _, p := range s.pulls {
		if p.Repo == repo && p.Number == number {
			return p.PullRequest, nil
		}
	}
	return facts.PullRequest{}, facts.ErrNotFound
}

func (s *fakeSource) HoldsCommit(_ context.Context, _ facts.RepoID, hash string) (bool, error) {
	return hash == theMerge, nil
}

func (s *fakeSource) SizeCounts(context.Context) ([]facts.SizeCount, error) { return s.sizes, nil }

func (s *fakeSource) JudgedTickets(_ context.Context, f facts.TicketFilter) iter.Seq2[facts.JudgedTicket, error] {
	return func(yield func(facts.JudgedTicket, error) bool) {
		for _, t := range s.tickets {
			passes := in(f.Created, t.CreatedAt) && in(f.Closed, t.ClosedAt) && overlaps(f.Open, t.CreatedAt, t.ClosedAt) && overlaps(f.Touched, t.CreatedAt, t.UpdatedAt) &&
				(len(f.Repos) == 0 || slices.Contains(f.Repos, t.Repo)) && (len(f.States) == 0 || slices.Contains(f.States, t.State))
			if passes && !yield(t, nil) {
				return
			}
		}
	}
}

func (s *fakeSource) JudgedTicket(_ context.Context, repo facts.RepoID, number int) (facts.JudgedTicket, error) {
	for _, t := range s.tickets {
		if t.Repo == repo && t.Number == number {
			return t, nil
		}
	}
	return facts.JudgedTicket{}, facts.ErrNotFound
}

// theMerge is the commit that brought pull request 12 into its base.
const theMerge = "dddddddddddddddddddddddddddddddddddddddd"

// clockAt gives an instant by day and hour, in UTC.
func clockAt(day, hour int64) int64 { return day*daySeconds + hour*3600 }

// addItems gives the world pull requests and tickets, the newest first: 12 merged by Ann and reviewed by Bob, 11 merged by Bob and
// looked at by nobody but a bot, 10 by the bot, 9 open by Ann, 7 of acme/web closed unmerged. 12 has 40 lines and 2 of its 5 hunks
// commented on, 11 is too large, the others are not measured. In the workspace 40 lines are many: five have 10, one 40, one 20.
func (s *fakeSource) addItems() {
	act := func(day, hour int64, kind facts.ActKind, person facts.PersonID, words int) facts.Act {
		return facts.Act{At: clockAt(day, hour), Kind: kind, Person: person, Words: words}
	}
	pull := func(repo facts.RepoID, number int, person facts.PersonID, title string, created, ended int64, state facts.PullRequestState, reason facts.Reason, acts ...facts.Act) facts.JudgedPullRequest {
		p := facts.JudgedPullRequest{}
		p.Repo, p.Number, p.Title, p.State, p.Person, p.Reason = repo, number, title, state, person, reason
		p.CreatedAt, p.ReadyAt, p.ClosedAt, p.UpdatedAt = created, created, ended, max(created, ended)
		if state == facts.PullRequestMerged {
			p.MergedAt = ended
		}
		p.Additions, p.Deletions, p.ChangedFiles = 10*number, number, 2
		p.Acts = append([]facts.Act{{At: created, Kind: facts.ActOpened, Person: person}}, acts...)
		return p
	}
	followOn := act(13, 9, facts.ActCommit, 1, 0)
	followOn.FollowOn = true
	byBot := act(15, 9, facts.ActApproved, 3, 30)
	byBot.Left = facts.LeftBot
	s.pulls = []facts.JudgedPullRequest{
		pull(1, 12, 1, "Count <b>twice</b>", clockAt(12, 9), clockAt(14, 9), facts.PullRequestMerged, facts.Counts,
			act(12, 12, facts.ActComment, 2, 25), followOn, act(13, 12, facts.ActApproved, 2, 0), act(14, 9, facts.ActMerged, 1, 0)),
		pull(1, 11, 2, "Speed it up", clockAt(12, 8), clockAt(15, 10), facts.PullRequestMerged, facts.Counts, byBot, act(15, 10, facts.ActMerged, 2, 0)),
		pull(1, 10, 3, "Bump a library", clockAt(11, 8), clockAt(12, 8), facts.PullRequestMerged, facts.LeftBot, act(12, 8, facts.ActMerged, 1, 0)),
		pull(1, 9, 1, "Try things", clockAt(10, 8), 0, facts.PullRequestOpen, facts.LeftNotMerged),
		pull(2, 7, 2, "Never mind", clockAt(5, 8), clockAt(6, 8), facts.PullRequestClosed, facts.LeftNotMerged, act(6, 8, facts.ActClosed, 2, 0)),
	}
	s.pulls[0].HeadRef, s.pulls[0].HeadRepo, s.pulls[0].BaseRef = "twice", "ann/app", "main"
	s.pulls[0].MergeHash, s.pulls[0].MergeMethod = theMerge, facts.MergeSquash
	s.pulls[0].Labels, s.pulls[0].Milestone, s.pulls[0].ReviewerTeams = []string{"bug", "v2"}, "2.0", []string{"acme/core"}
	s.pulls[0].Reviewers, s.pulls[0].Assignees = []facts.Actor{{Person: 2, Login: "bob"}}, []facts.Actor{{Login: "unknown"}}
	s.pulls[0].Commits = []facts.PullRequestCommit{
		{Hash: strings.Repeat("a", 40), Current: true, Replayed: true, CommittedAt: clockAt(11, 9), Parents: 1, Person: 1},
		{Hash: strings.Repeat("b", 40), Position: 1, Replayed: true, CommittedAt: clockAt(11, 10), Parents: 1, Person: 1},
		{Hash: strings.Repeat("c", 40), Position: 2, Current: true},
	}
	s.pulls[0].Threads = []facts.ReviewThread{{RootID: 5, Path: "count.go", Resolved: true}}
	s.pulls[0].Comments = []facts.Comment{
		{Kind: facts.CommentLine, Author: facts.Actor{Person: 2}, Text: facts.Text{Words: 25}, CreatedAt: clockAt(12, 12), RootID: 5, Path: "count.go", Line: 7},
		{Kind: facts.CommentConversation, Author: facts.Actor{Person: 2}, Text: facts.Text{Words: 3}, CreatedAt: clockAt(12, 13)},
		{Kind: facts.CommentLine, Author: facts.Actor{}, Text: facts.Text{Words: 1}, CreatedAt: clockAt(12, 14), RootID: 6, Path: "all.go"},
	}
	s.pulls[0].FirstCommitAt, s.pulls[1].Untold = clockAt(11, 9), 2
	s.pulls[0].Size = facts.SizeVerdict{State: facts.SizeKnown, Lines: 40, Files: 2, Hunks: 5, Covered: 2}
	s.pulls[1].Size.State = facts.SizeTooLarge
	s.sizes = []facts.SizeCount{{Lines: 10, PullRequests: 5}, {Lines: 20, PullRequests: 1}, {Lines: 40, PullRequests: 1}}
	s.pulls[0].Conversations = []facts.ThreadVerdict{{Person: 2, At: clockAt(12, 12), Addressed: true}}
	ticket := facts.JudgedTicket{}
	ticket.Repo, ticket.Number, ticket.Title, ticket.State, ticket.Person = 1, 8, "It is slow", facts.TicketClosed, 2
	ticket.CreatedAt, ticket.ClosedAt, ticket.UpdatedAt, ticket.StartedAt = clockAt(8, 8), clockAt(15, 10), clockAt(15, 10), clockAt(9, 8)
	ticket.Assignees, ticket.Labels = []facts.Actor{{Person: 2}}, []string{"bug"}
	ticket.Acts = []facts.Act{{At: clockAt(8, 8), Kind: facts.ActOpened, Person: 2}, act(9, 8, facts.ActAssigned, 1, 0), act(10, 8, facts.ActClosed, 1, 0),
		act(11, 8, facts.ActReopened, 2, 0), act(15, 10, facts.ActClosed, 2, 0)}
	s.tickets = []facts.JudgedTicket{ticket}
}
