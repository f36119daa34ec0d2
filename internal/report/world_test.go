package report_test

import (
	"fmt"
	"strings"
	"time"

	"weir/internal/facts"
)

// now is a Friday, 30 January 1970, noon in a zone east of UTC.
var now = time.Date(1970, 1, 30, 12, 0, 0, 0, time.FixedZone("", 3600))

const daySeconds = 24 * 60 * 60

func judged(repo facts.RepoID, n facts.CommitNumber, person facts.PersonID, day facts.Day, lines facts.WorkTypes) facts.JudgedCommit {
	c := facts.JudgedCommit{}
	c.Repo, c.Number, c.Hash = repo, n, fmt.Sprintf("%02x%02x%s", repo, n, strings.Repeat("0", 36))
	c.Author, c.Person, c.Day = facts.IdentityID(person), person, day
	c.AuthoredAt, c.AuthorOffset, c.Subject = int64(day)*daySeconds+9*3600+int64(n), 3600, fmt.Sprintf("Change %d", n)
	c.Parents, c.Lines, c.LineCounts = 1, lines, facts.LineCounts{Added: lines.HALOC(), Deleted: lines.Rework}
	c.Seen = c.LineCounts
	c.Verdict.Files, c.Hunks, c.Impact, c.Complexity = 1, 2, 10, facts.ComplexityLow
	return c
}

// world has two people, a bot, somebody hidden, and two repos of which one could not be updated.
func world() *fakeSource {
	s := &fakeSource{
		people: []facts.Person{
			{ID: 1, Name: "Ann Lee"}, {ID: 2, Name: "Bob <script>"}, {ID: 3, Name: "renovate[bot]", Bot: true}, {ID: 4, Name: "Secret", Hidden: true},
		},
		repos: []facts.Repo{{ID: 1, FullName: "acme/api", Name: "api"}, {ID: 2, FullName: "acme/web", Name: "web"}},
		states: []facts.SyncState{
			{Repo: 1, Phase: facts.PhaseReady, FinishedAt: 100, UpdatedAt: 100},
			{Repo: 1, Kind: facts.SyncPullRequests, Phase: facts.PhaseReady, FinishedAt: 100}, {Repo: 2, Kind: facts.SyncPullRequests, Phase: facts.PhaseReady, FinishedAt: 100},
			{Repo: 1, Kind: facts.SyncTickets, Phase: facts.PhaseReady, FinishedAt: 100}, {Repo: 2, Kind: facts.SyncTickets, Phase: facts.PhaseReady, FinishedAt: 100},
			{Repo: 2, Phase: facts.PhaseFailed, FinishedAt: 90, UpdatedAt: 120, Cause: "The token has expired.", Next: "Re-authorise the integration.", Problems: 2},
		},
		rules:        facts.DefaultRules(),
		integrations: []facts.Integration{{ID: 1, Name: "Main", On: facts.Services}},
		complete: []facts.Completeness{{Repo: 1, Kind: facts.SyncPullRequests, Server: 4, Held: 4, CheckedAt: 90}, {Repo: 2, Kind: facts.SyncPullRequests, Server: 1, Held: 1, CheckedAt: 80},
			{Repo: 1, Kind: facts.SyncTickets, Server: 3, Held: 2, CheckedAt: 90, Missing: 1}},
	}
	for i := range s.repos {
		s.repos[i].Integration = 1
	}
	s.addItems()
	s.commits = []facts.JudgedCommit{
		judged(1, 1, 1, 4, facts.WorkTypes{NewWork: 40}),
		judged(1, 2, 1, 5, facts.WorkTypes{NewWork: 10, Rework: 10}),
		judged(1, 3, 2, 12, facts.WorkTypes{HelpOthers: 5, LegacyRefactor: 5}),
		judged(2, 1, 1, 12, facts.WorkTypes{NewWork: 8, Unattributed: 2}),
		judged(1, 4, 3, 13, facts.WorkTypes{NewWork: 99}),
		judged(1, 5, 2, 14, facts.WorkTypes{NewWork: 7}),
		judged(1, 6, 4, 15, facts.WorkTypes{NewWork: 7}),
		judged(1, 7, 2, 19, facts.WorkTypes{}),
		judged(2, 2, 1, 26, facts.WorkTypes{NewWork: 20, Rework: 5}),
	}
	s.commits[4].Reason = facts.LeftBot
	s.commits[5].Reason, s.commits[5].Parents, s.commits[5].Lines, s.commits[5].MergeLines = facts.LeftMerge, 2, facts.WorkTypes{}, 3
	s.commits[6].Reason = facts.LeftHidden
	s.commits[7].Trivial, s.commits[7].Subject = true, "=rename\x1b[31m"
	return s
}
