package github_test

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"weir/internal/facts"
	"weir/internal/ghes"
	"weir/internal/ghes/ghestest"
	"weir/internal/github"
)

// TestEveryQueryIsChecked: no query is written anywhere that TestQueriesFitEveryServer does not hold against the schemas.
func TestEveryQueryIsChecked(t *testing.T) {
	t.Parallel()
	name := regexp.MustCompile(`query (Weir\w+)`)
	checked := map[string]bool{}
	for _, query := range github.Queries {
		checked[name.FindStringSubmatch(query)[1]] = true
	}
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		source, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, found := range name.FindAllStringSubmatch(string(source), -1) {
			if !checked[found[1]] {
				t.Errorf("%s: %s is not among Queries", file, found[1])
			}
			delete(checked, found[1])
		}
	}
	if len(checked) > 0 {
		t.Errorf("in no file: %v", checked)
	}
}

// TestQueriesFitEveryServer: what is asked of all is valid on the oldest schema and the newest, what only
// newer ones have on the newest.
func TestQueriesFitEveryServer(t *testing.T) {
	t.Parallel()
	for name, query := range github.Queries {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			ghestest.Query(t, github.Fit(query, false))
			ghestest.QueryOn(t, "current", github.Fit(query, true))
			for _, word := range []string{"REVIEW_ID", "COMMENT_ID", "REMARK_ID", "PULL_ID", "ISSUE_ID", "ISSUE_REASON", "DISCUSSED", "DISCUSSED_TYPE"} {
				if strings.Contains(github.Fit(query, false)+github.Fit(query, true), word+" ") {
					t.Errorf("%s is left in", word)
				}
			}
		})
	}
}

var start = time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)

func at(minutes int) time.Time { return start.Add(time.Duration(minutes) * time.Minute) }

func sha(n int) string { return fmt.Sprintf("%040x", n) }

// large is a pull request that needs more pages of everything.
func large(reviews, commits, threads, comments, events int) ghes.Issue {
	i := ghes.Issue{Author: "mona", Title: "Large", CreatedAt: at(0), Pull: &ghes.PullRequest{HeadRef: "topic", HeadSHA: sha(commits), BaseSHA: sha(0)}}
	for n := range reviews {
		i.Pull.Reviews = append(i.Pull.Reviews, ghes.Review{Author: "hubot", State: ghes.Commented, Body: "Please look", SubmittedAt: at(n)})
	}
	for n := range commits {
		i.Pull.Commits = append(i.Pull.Commits, sha(n+1))
	}
	for n := range threads {
		thread := ghes.ReviewThread{Path: "a.go", Line: n + 1}
		for m := range 1 + n%30 {
			thread.Comments = append(thread.Comments, ghes.ReviewComment{Comment: ghes.Comment{Author: "hubot", Body: "why", CreatedAt: at(n + m)}})
		}
		i.Pull.Threads = append(i.Pull.Threads, thread)
	}
	for n := range comments {
		i.Comments = append(i.Comments, ghes.Comment{Author: "hubot", Body: fmt.Sprintf("comment %d", n), CreatedAt: at(n)})
	}
	for n := range events {
		i.Events = append(i.Events, ghes.Event{Kind: ghes.EventLabeled, Actor: "mona", Label: fmt.Sprintf("l%d", n), At: at(n)})
	}
	return i
}

func webRepo(t *testing.T, client *github.Client) facts.Repo {
	t.Helper()
	repo, err := client.RepoNamed(t.Context(), "acme", "web")
	if err != nil {
		t.Fatal(err)
	}
	return repo
}

func can(t *testing.T, client *github.Client) github.Capabilities {
	t.Helper()
	found, err := client.Capabilities(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// TestPullRequestsAreWhole: however many parts a pull request has, none is dropped.
func TestPullRequestsAreWhole(t *testing.T) {
	t.Parallel()
	for _, release := range []string{"3.19.1", "3.7.1"} {
		t.Run(release, func(t *testing.T) {
			t.Parallel()
			d := newDouble(t, func(o *ghes.Options) { o.Settings.Version = release })
			if _, err := d.world.AddIssue("acme/web", large(250, 400, 60, 3000, 130)); err != nil {
				t.Fatal(err)
			}
			client := d.client(t)
			page, err := client.PullRequests(t.Context(), can(t, client), webRepo(t, client), "", 5, github.FewUsual)
			if err != nil || len(page.PullRequests) != 1 || page.Total != 1 || page.Next != "" {
				t.Fatalf("%d of %d, next %q, %v", len(page.PullRequests), page.Total, page.Next, err)
			}
			p := page.PullRequests[0]
			remarks := 0
			for n := range 60 {
				remarks += 1 + n%30
			}
			ids := map[string]bool{}
			for _, c := range p.Comments {
				ids[fmt.Sprint(c.Kind, c.ServerID)] = true
			}
			for _, r := range p.Reviews {
				ids[fmt.Sprint("review", r.ServerID)] = true
			}
			// Reviews also hold those that the server makes for comments on lines.
			if len(p.Commits) != 400 || len(p.Reviews) < 250 || len(p.Comments) != 3000+remarks || len(p.Threads) != 60 || len(p.Events) != 130 {
				t.Errorf("%d commits, %d reviews, %d comments, %d threads, %d events", len(p.Commits), len(p.Reviews), len(p.Comments), len(p.Threads), len(p.Events))
			}
			if len(ids) != len(p.Comments)+len(p.Reviews) {
				t.Errorf("%d different ids of %d parts", len(ids), len(p.Comments)+len(p.Reviews))
			}
			again, err := github.ReadPullRequests(page.Raw[0])
			if diff := cmp.Diff(page.PullRequests, again); diff != "" || err != nil {
				t.Errorf("read again from the raw answer: %v %s", err, diff)
			}
		})
	}
}

// TestPullRequestIsReadInFull compares every field of one that has all of them.
func TestPullRequestIsReadInFull(t *testing.T) {
	t.Parallel()
	d := newDouble(t, nil)
	d.world.AddUser(ghes.User{Login: "grace", Name: "Grace"})
	d.world.AddUser(ghes.User{Login: "renovate", Type: "Bot"})
	ticket, err := d.world.AddIssue("acme/web", ghes.Issue{Author: "grace", Title: "Broken", CreatedAt: at(-10)})
	if err != nil {
		t.Fatal(err)
	}
	added, err := d.world.AddIssue("acme/web", ghes.Issue{Author: "mona", Title: "Mend", CreatedAt: at(0), Closed: true, ClosedAt: at(60), ClosedBy: "grace", Labels: []string{"bug"},
		Assignees: []string{"grace"}, Comments: []ghes.Comment{{Author: "gone", Body: "Nice work everybody", CreatedAt: at(20)}},
		Events: []ghes.Event{{Kind: ghes.EventReadyForReview, Actor: "mona", At: at(5)}, {Kind: ghes.EventReviewRequested, Actor: "mona", Account: "grace", At: at(6)},
			{Kind: ghes.EventHeadForcePushed, Actor: "mona", From: sha(1), To: sha(2), At: at(30)},
			{Kind: ghes.EventMerged, Actor: "grace", Commit: sha(9), At: at(60)}, {Kind: ghes.EventClosed, Actor: "grace", At: at(60)}},
		Pull: &ghes.PullRequest{HeadRef: "mend", BaseRef: "trunk", HeadSHA: sha(3), BaseSHA: sha(8), Commits: []string{sha(2), sha(3)}, Additions: 5, Deletions: 2, ChangedFiles: 1,
			MergedAt: at(60), MergedBy: "grace", MergeMethod: ghes.Squash, MergeCommit: sha(9), Closes: []int{ticket.Number}, RequestedReviewers: []string{"grace"},
			Reviews: []ghes.Review{{Author: "grace", State: ghes.Approved, Body: "Good", Commit: sha(2), SubmittedAt: at(40)}, {Author: "mona", State: ghes.Pending}},
			Threads: []ghes.ReviewThread{{Path: "a.go", Line: 7, Resolved: true, ResolvedBy: "mona",
				Comments: []ghes.ReviewComment{{Comment: ghes.Comment{Author: "renovate", Body: "```suggestion\nx\n```", CreatedAt: at(25)}, Commit: sha(2)}}}}}})
	if err != nil {
		t.Fatal(err)
	}
	client := d.client(t)
	page, err := client.PullRequests(t.Context(), can(t, client), webRepo(t, client), "", 5, github.FewUsual)
	if err != nil || len(page.PullRequests) != 1 {
		t.Fatalf("%d, %v", len(page.PullRequests), err)
	}
	got := page.PullRequests[0]
	mona, grace, ghost := facts.Actor{Login: "mona", Name: "Mona Lisa", Kind: facts.ActorUser}, facts.Actor{Login: "grace", Name: "Grace", Kind: facts.ActorUser}, facts.Actor{Kind: facts.ActorGhost}
	bot := facts.Actor{Login: "renovate[bot]", Kind: facts.ActorBot}
	event := func(minute int, kind facts.EventKind, by facts.Actor, subject string, target facts.Actor) facts.Event {
		return facts.Event{Number: 2, At: at(minute).Unix(), Kind: kind, Actor: by, Subject: subject, Target: target}
	}
	want := facts.PullRequest{
		Number: added.Number, Title: "Mend", State: facts.PullRequestMerged, Author: mona, HeadRef: "mend", HeadRepo: "acme/web", HeadHash: sha(3), BaseRef: "trunk", BaseHash: sha(8),
		MergeHash: sha(9), MergedBy: grace, CreatedAt: at(0).Unix(), UpdatedAt: at(60).Unix(), ClosedAt: at(60).Unix(), MergedAt: at(60).Unix(), ReadyAt: at(5).Unix(), SyncedAt: at(60).Unix(),
		Additions: 5, Deletions: 2, ChangedFiles: 1, CommitCount: 2, Labels: []string{"bug"}, Assignees: []facts.Actor{grace}, Reviewers: []facts.Actor{grace}, AutoMergeBy: ghost,
		Closes: []facts.TicketRef{{RepoServerID: page.Repo, Number: ticket.Number}},
		Reviews: []facts.Review{{Number: 2, Author: grace, State: facts.ReviewApproved, CommitHash: sha(2), Text: facts.NewText("Good"), SubmittedAt: at(40).Unix(), UpdatedAt: at(40).Unix()},
			{Number: 2, Author: bot, State: facts.ReviewCommented, CommitHash: sha(3), SubmittedAt: at(25).Unix(), UpdatedAt: at(25).Unix()}},
		Comments: []facts.Comment{{Number: 2, Kind: facts.CommentConversation, Author: ghost, Text: facts.NewText("Nice work everybody"), CreatedAt: at(20).Unix(), UpdatedAt: at(20).Unix()},
			{Number: 2, Kind: facts.CommentLine, Author: bot, Text: facts.NewText("```suggestion\nx\n```"), CreatedAt: at(25).Unix(), UpdatedAt: at(25).Unix(), Path: "a.go", Line: 7, CommitHash: sha(2)}},
		Threads: []facts.ReviewThread{{Number: 2, Path: "a.go", Resolved: true, ResolvedBy: mona}},
		Events: []facts.Event{event(5, facts.EventReadyForReview, mona, "", ghost), event(6, facts.EventReviewRequested, mona, "", grace),
			event(30, facts.EventHeadForcePushed, mona, sha(1)+".."+sha(2), ghost), event(60, facts.EventMerged, grace, sha(9), ghost), event(60, facts.EventClosed, grace, "", ghost)},
		Heads:   []facts.PullRequestHead{{Hash: sha(1)}, {Hash: sha(2), PushedAt: at(30).Unix()}, {Hash: sha(3)}},
		Commits: []facts.PullRequestCommit{{Hash: sha(2), Current: true}, {Hash: sha(3), Position: 1, Current: true}},
	}
	ids := []cmp.Option{cmpopts.IgnoreFields(facts.Actor{}, "ServerID"), cmpopts.IgnoreFields(facts.PullRequest{}, "ServerID", "NodeID"),
		cmpopts.IgnoreFields(facts.Review{}, "ServerID", "NodeID"), cmpopts.IgnoreFields(facts.Comment{}, "ServerID", "NodeID", "ReviewID", "RootID"),
		cmpopts.IgnoreFields(facts.ReviewThread{}, "RootID", "NodeID"), cmpopts.EquateEmpty()}
	if diff := cmp.Diff(want, got, ids...); diff != "" {
		t.Error(diff)
	}
	remark := got.Comments[1]
	if remark.ServerID == 0 || remark.RootID != remark.ServerID || got.Threads[0].RootID != remark.ServerID || remark.ReviewID != got.Reviews[1].ServerID {
		t.Errorf("ids do not fit: %+v %+v", remark, got.Threads[0])
	}
	if got.Author.ServerID == 0 || got.Comments[1].Author.ServerID == 0 {
		t.Error("an account has no id")
	}
}

// TestPagesThatDoNotGetOn: a list of parts that the server never brings to its end is not taken for whole.
func TestPagesThatDoNotGetOn(t *testing.T) {
	t.Parallel()
	const first = `"comments":{"totalCount":3000,"pageInfo":{"hasNextPage":true,"endCursor":"a"},"nodes":[{"id":"IC_1","databaseId":5,"createdAt":"2026-03-02T09:00:00Z"}]}`
	const times = `"state":"OPEN","createdAt":"2026-03-02T09:00:00Z","updatedAt":"2026-03-02T09:00:00Z"`
	cases := map[string]struct {
		rest string
		want error
	}{
		"the same page":              {`{` + first + `}`, github.ErrUnreadable},
		"empty pages":                {`{"comments":{"pageInfo":{"hasNextPage":true,"endCursor":"b"},"nodes":[]}}`, github.ErrUnreadable},
		"no page":                    {`{"comments":null}`, github.ErrUnreadable},
		"no item":                    {`null`, github.ErrUnreadable},
		"an empty page, and the end": {`{"comments":{"pageInfo":{"hasNextPage":false,"endCursor":null},"nodes":[]}}`, nil},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			client := clientOf(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				w.Header().Set("Content-Type", "application/json")
				body, _ := io.ReadAll(r.Body)
				data := `{"repository":{"databaseId":1,"%s":{"totalCount":1,"nodes":[{"id":"X_1","databaseId":9,"number":1,` + times + `,` + first + `}]}}}`
				switch {
				case strings.Contains(string(body), "Rest("):
					data = `{"node":` + c.rest + `}`
				case strings.Contains(string(body), "WeirIssues("):
					data = fmt.Sprintf(data, "issues")
				default:
					data = fmt.Sprintf(data, "pullRequests")
				}
				_, _ = io.WriteString(w, `{"data":`+data+`}`)
			}))
			repo := facts.Repo{ServerID: 1, FullName: "acme/web"}
			if _, err := client.PullRequests(t.Context(), github.Capabilities{}, repo, "", 5, github.FewUsual); !errors.Is(err, c.want) {
				t.Errorf("pull request: %v", err)
			}
			if _, err := client.Tickets(t.Context(), github.Capabilities{}, repo, "", 5, github.FewUsual); !errors.Is(err, c.want) {
				t.Errorf("ticket: %v", err)
			}
		})
	}
}

// TestTeamsThatMayNotBeSeen: a token that may not see teams reads pull requests all the same, and is refused once.
func TestTeamsThatMayNotBeSeen(t *testing.T) {
	t.Parallel()
	for scope, team := range map[string]string{"read:org": "acme/core", "repo": ""} {
		t.Run(scope, func(t *testing.T) {
			t.Parallel()
			d := newDouble(t, nil)
			d.world.AddTeam(ghes.Team{Organization: "acme", Name: "Core"})
			i := large(30, 3, 2, 1, 1)
			i.Pull.RequestedTeams = []string{"core"}
			i.Pull.RequestedReviewers = []string{"mona"}
			i.Events = append(i.Events, ghes.Event{Kind: ghes.EventReviewRequested, Actor: "mona", Team: "core", At: at(7)})
			if _, err := d.world.AddIssue("acme/web", i); err != nil {
				t.Fatal(err)
			}
			client := d.clientWith(t, d.world.AddToken(ghes.Token{Login: "mona", Scopes: []string{"repo", scope}}).Secret)
			able, repo := can(t, client), webRepo(t, client)
			d.ForgetRequests()
			listed, err := client.PullRequests(t.Context(), able, repo, "", 5, github.FewUsual)
			if err != nil || len(listed.PullRequests) != 1 {
				t.Fatalf("%d, %v", len(listed.PullRequests), err)
			}
			read, err := client.PullRequestsByID(t.Context(), able, []string{listed.PullRequests[0].NodeID}, github.FewUsual)
			if err != nil {
				t.Fatal(err)
			}
			for _, p := range append(listed.PullRequests, read.PullRequests...) {
				asked := p.Events[len(p.Events)-1]
				if got := strings.Join(p.ReviewerTeams, " "); got != team || len(p.Reviewers) != 1 || len(p.Reviews) != 30 || asked.Kind != facts.EventReviewRequested || asked.Subject != team {
					t.Errorf("teams %q, %d reviewers, %d reviews, event %+v", got, len(p.Reviewers), len(p.Reviews), asked)
				}
			}
			want := 4 // the page, the ids, and the rest of each
			if team == "" {
				want++
			}
			if got := len(d.Requests()); got != want {
				t.Errorf("%d requests, want %d", got, want)
			}
			if _, err := client.PullRequests(t.Context(), github.Capabilities{}, repo, "", 5, github.FewUsual); err != nil {
				t.Errorf("by a server of which nothing is known: %v", err)
			}
		})
	}
}

// TestNumbersAreAskedFor: absence is what the server says of that very number.
func TestNumbersAreAskedFor(t *testing.T) {
	t.Parallel()
	d := newDouble(t, nil)
	for n := range 4 {
		i := ghes.Issue{Author: "mona", Title: "x", CreatedAt: at(n)}
		if n%2 == 1 {
			i.Pull = &ghes.PullRequest{HeadRef: "t", HeadSHA: sha(1), BaseSHA: sha(2), Commits: []string{sha(1)}}
		}
		if _, err := d.world.AddIssue("acme/web", i); err != nil {
			t.Fatal(err)
		}
	}
	client := d.client(t)
	repo := webRepo(t, client)
	stubs, err := client.Stubs(t.Context(), repo, facts.SyncPullRequests, "", 100)
	if err != nil || stubs.Total != 2 || len(stubs.Items) != 2 || stubs.Items[0].Number != 4 {
		t.Fatalf("%+v, %v", stubs, err)
	}
	if err := d.world.DeleteIssue("acme/web", 3); err != nil {
		t.Fatal(err)
	}
	found, err := client.Numbers(t.Context(), repo, []int{1, 2, 3, 99})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, n := range found {
		got = append(got, fmt.Sprint(n.Number, n.What))
	}
	if diff := cmp.Diff([]string{"1ticket", "2pull_request", "3absent", "99absent"}, got); diff != "" {
		t.Error(diff)
	}
	gone, err := client.Absent(t.Context(), []string{stubs.Items[0].ID, "MDExOlB1bGxSZXF1ZXN0OTk5OTk5"})
	if err != nil || gone[stubs.Items[0].ID] || !gone["MDExOlB1bGxSZXF1ZXN0OTk5OTk5"] {
		t.Errorf("%v, %v", gone, err)
	}
	other := repo
	other.ServerID++
	if _, err := client.Numbers(t.Context(), other, []int{3}); err == nil {
		t.Error("another repo of that name spoke for ours")
	}
}
