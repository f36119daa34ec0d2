package ghes_test

import (
	"fmt"
	"strings"
	"testing"

	"weir/internal/ghes"
)

// Sections 2, 4.5 and 4.6: what REST says about pull requests.

// numbers are those of a list of issues or pull requests.
func (f *fixture) numbers(path, token string) string {
	f.t.Helper()
	var all []string
	for _, i := range into[[]struct{ Number int }](f.t, f.get(path, token)) {
		all = append(all, fmt.Sprint(i.Number))
	}
	return strings.Join(all, " ")
}

func TestPullRequestListOrders(t *testing.T) { // [docs]: open and newest first, unless told otherwise
	t.Parallel()
	f := startWork(t, nil)
	for query, want := range map[string]string{
		"": "5 3", "?state=all": "6 5 3 2", "?state=closed": "6 2", "?state=all&direction=asc": "2 3 5 6",
		"?state=all&sort=updated&direction=desc": "6 5 2 3", "?state=all&sort=updated": "3 2 5 6",
		"?state=all&base=topic": "", "?state=all&head=sven:patch-1": "5", "?state=all&head=acme:topic": "3",
	} {
		if got := f.numbers("/repos/acme/web/pulls"+query, f.member); got != want {
			t.Errorf("%q: got %s, want %s", query, got, want)
		}
	}
}

func TestPullRequestListHasNoSince(t *testing.T) { // [docs]
	t.Parallel()
	f := startWork(t, nil)
	if got := f.numbers("/repos/acme/web/pulls?state=all&since=2030-01-01T00:00:00Z", f.member); got != "6 5 3 2" {
		t.Errorf("got %s, want all of them", got)
	}
}

func TestPullRequestListLinksByID(t *testing.T) { // [rec]: /repositories/ID, not the path asked for
	t.Parallel()
	f := startWork(t, nil)
	r, _ := f.World.Repo("acme/web")
	link := f.get("/repos/acme/web/pulls?state=all&per_page=3", f.member).Header.Get("Link")
	want := fmt.Sprintf(`<%s/api/v3/repositories/%d/pulls?page=2&per_page=3&state=all>; rel="next", `, f.URL(), r.ID)
	if !strings.HasPrefix(link, want) {
		t.Errorf("got %s, want %s", link, want)
	}
	if got := f.numbers(fmt.Sprintf("/repositories/%d/pulls?state=all&per_page=3&page=2", r.ID), f.member); got != "2" {
		t.Errorf("second page: got %s", got)
	}
}

func TestPullRequestWhole(t *testing.T) { // [docs]; the harness holds every key to the description
	t.Parallel()
	f := startWork(t, nil)
	type pull struct {
		State, MergedAt   string
		Merged, Draft     bool
		MergedBy          *struct{ Login string } `json:"merged_by"`
		MergeCommit       string                  `json:"merge_commit_sha"`
		Comments, Commits int
		ReviewComments    int `json:"review_comments"`
		Additions         int
		Head              struct {
			Ref, Label string
			Repo       *struct{ Name string }
		}
		User               *struct{ Login, Type string }
		RequestedReviewers []struct{ Login string } `json:"requested_reviewers"`
		RequestedTeams     []struct{ Slug string }  `json:"requested_teams"`
		AutoMerge          *struct {
			Method string `json:"merge_method"`
		} `json:"auto_merge"`
	}
	merged := into[pull](t, f.get("/repos/acme/web/pulls/2", f.member))
	if merged.State != "closed" || !merged.Merged || merged.MergedBy.Login != "olga" || merged.Commits != 1 ||
		merged.Comments != 1 || merged.ReviewComments != 2 || merged.Additions != 10 || merged.Head.Label != "acme:keep-carts" {
		t.Errorf("merged: got %+v", merged)
	}
	open := into[pull](t, f.get("/repos/acme/web/pulls/3", f.member))
	if !open.Draft || open.User.Type != "Bot" || open.RequestedReviewers[0].Login != "olga" ||
		open.RequestedTeams[0].Slug != "front-end" || open.AutoMerge.Method != "squash" {
		t.Errorf("open: got %+v", open)
	}
	if gone := into[pull](t, f.get("/repos/acme/web/pulls/5", f.member)); gone.Head.Repo != nil {
		t.Errorf("fork: got %+v, want none", gone.Head.Repo)
	}
	f.get("/repos/acme/web/pulls/1", f.member).wants(t, 404, "Not Found")
	f.get("/repos/acme/web/pulls/2", f.stranger).wants(t, 404, "Not Found")
}

func TestReviewsOfAPullRequest(t *testing.T) { // [rec]: users can be null
	t.Parallel()
	f := startWork(t, nil)
	type review struct {
		ID    int64
		State string
		User  *struct{ Login string }
	}
	reviews := into[[]review](t, f.get("/repos/acme/web/pulls/2/reviews", f.member))
	if len(reviews) != 4 || reviews[0].State != "CHANGES_REQUESTED" || reviews[1].User != nil || reviews[2].State != "APPROVED" {
		t.Fatalf("got %+v", reviews)
	}
	one := fmt.Sprintf("/repos/acme/web/pulls/2/reviews/%d", reviews[0].ID)
	f.get(one, f.member).wants(t, 200, "")
	comments := into[[]struct{ Body string }](t, f.get(one+"/comments", f.member))
	same(t, "comments of the review", comments, `[{"Body":"Why?"}]`)
	for token, want := range map[string]int{f.member: 1, f.owner: 0} {
		if got := into[[]review](t, f.get("/repos/acme/web/pulls/3/reviews", token)); len(got) != want {
			t.Errorf("pending: got %d, want %d", len(got), want)
		}
	}
}

func TestReviewCommentsHaveSince(t *testing.T) { // [docs]
	t.Parallel()
	f := startWork(t, nil)
	type comment struct {
		ID      int64
		Body    string
		ReplyTo int64 `json:"in_reply_to_id"`
	}
	all := into[[]comment](t, f.get("/repos/acme/web/pulls/comments", f.member))
	if len(all) != 2 || all[1].ReplyTo != all[0].ID || all[0].ReplyTo != 0 {
		t.Fatalf("got %+v", all)
	}
	late := into[[]comment](t, f.get("/repos/acme/web/pulls/comments?since=2024-03-02T13:00:00Z", f.member))
	if len(late) != 1 || late[0].Body != "Because." {
		t.Errorf("since: got %+v", late)
	}
	newest := into[[]comment](t, f.get("/repos/acme/web/pulls/comments?sort=updated&direction=desc", f.member))
	if newest[0].Body != "Because." {
		t.Errorf("newest first: got %+v", newest)
	}
	f.get(fmt.Sprintf("/repos/acme/web/pulls/comments/%d", all[0].ID), f.member).wants(t, 200, "")
	f.get("/repos/acme/web/pulls/comments/1", f.member).wants(t, 404, "")
	if got := into[[]comment](t, f.get("/repos/acme/web/pulls/2/comments", f.member)); len(got) != 2 {
		t.Errorf("of one: got %+v", got)
	}
}

func TestCommitsOfAPullRequestComeFromGit(t *testing.T) { // [docs]
	t.Parallel()
	f := startWork(t, nil)
	commits := into[[]struct{ Commit struct{ Message string } }](t, f.get("/repos/acme/web/pulls/2/commits", f.member))
	if len(commits) != 1 || commits[0].Commit.Message != "second" {
		t.Errorf("got %+v", commits)
	}
	r := into[struct{ Users []struct{ Login string } }](t, f.get("/repos/acme/web/pulls/3/requested_reviewers", f.member))
	same(t, "asked", r.Users, `[{"Login":"olga"}]`)
}

func TestTeamsAreForMembers(t *testing.T) { // [docs]
	t.Parallel()
	f := startWork(t, nil)
	same(t, "teams", into[[]struct{ Slug string }](t, f.get("/orgs/acme/teams", f.member)), `[{"Slug":"front-end"}]`)
	same(t, "members", into[[]struct{ Login string }](t, f.get("/orgs/acme/teams/front-end/members", f.member)), `[{"Login":"max"}]`)
	f.get("/orgs/acme/teams", f.stranger).wants(t, 403, "")
	f.get("/orgs/acme/teams/front-end/members", f.stranger).wants(t, 404, "")
}

// A query that asks for more than the server can gather in time ends in a 502, which is for the
// client to answer with smaller pages.
func TestGraphQLGivesUpOnLargePages(t *testing.T) { // [issue]
	t.Parallel()
	f := startWork(t, func(o *ghes.Options) { o.Settings.GraphQLNodes = 20 })
	if r := f.post(f.member, pullsQuery, map[string]any{"first": 21}); r.StatusCode != 502 {
		t.Errorf("large: got %d %s", r.StatusCode, r.body)
	}
	if r := f.post(f.member, pullsQuery, map[string]any{"first": 20}); r.StatusCode != 200 {
		t.Errorf("small: got %d %s", r.StatusCode, r.body)
	}
}

func TestGraphQLPasswordsOnDemand(t *testing.T) { // [mem]: servers differ
	t.Parallel()
	f := startWork(t, nil)
	if r := f.post("olga:pw-olga", pullsQuery, map[string]any{"first": 1}); r.StatusCode != 401 {
		t.Errorf("got %d %s", r.StatusCode, r.body)
	}
	f.Configure(func(s *ghes.Settings) { s.GraphQLPasswords = true })
	if r := f.post("olga:pw-olga", pullsQuery, map[string]any{"first": 1}); r.StatusCode != 200 {
		t.Errorf("got %d %s", r.StatusCode, r.body)
	}
}

func TestGraphQLTellsItsFields(t *testing.T) { // [docs]: introspection
	t.Parallel()
	f := startWork(t, nil)
	const query = `{ pull: __type(name: "PullRequest") { kind fields(includeDeprecated: true) { name } } none: __type(name: "Nothing") { name }
		states: __type(name: "PullRequestState") { enumValues { name } } }`
	fields := func(version string) (map[string]any, string) {
		f.Configure(func(s *ghes.Settings) { s.Version = version })
		data, errs := f.ask(f.member, query, nil)
		if errs != nil {
			t.Fatal(errs)
		}
		return data, fmt.Sprint(data["pull"])
	}
	data, current := fields("3.19.1")
	_, old := fields("3.5.0")
	if !strings.Contains(current, "name:fullDatabaseId") || strings.Contains(old, "name:fullDatabaseId") || !strings.Contains(old, "name:databaseId") {
		t.Errorf("got %s and %s", current, old)
	}
	same(t, "others", []any{data["none"], data["states"]}, `[null,{"enumValues":[{"name":"CLOSED"},{"name":"MERGED"},{"name":"OPEN"}]}]`)
}

// What fails in one place is null there, and an error names it; the rest is answered.
func TestGraphQLAnswersInPart(t *testing.T) { // [docs]
	t.Parallel()
	f := startWork(t, func(o *ghes.Options) { o.Settings.GraphQLFails = []string{"PullRequest.mergedBy"} })
	data, errs := f.ask(f.member, `{ repository(owner: "acme", name: "web") { pullRequest(number: 2) { title mergedBy { login } } } }`, nil)
	same(t, "data", data, `{"repository":{"pullRequest":{"mergedBy":null,"title":"Keep carts"}}}`)
	if len(errs) != 1 || errs[0]["message"] != "Something went wrong while executing your query." || fmt.Sprint(errs[0]["path"]) != "[repository pullRequest mergedBy]" {
		t.Errorf("got %v", errs)
	}
}

func TestBigIDsAreTexts(t *testing.T) { // [mem]: BigInt arrives as a string
	t.Parallel()
	f := startWork(t, nil)
	r := f.post(f.member, `{ repository(owner: "acme", name: "web") { pullRequest(number: 2) { databaseId fullDatabaseId } } }`, nil)
	i, _ := f.World.Issue("acme/web", 2)
	answer := into[struct{ Data map[string]any }](t, r)
	same(t, "ids", answer.Data["repository"], fmt.Sprintf(`{"pullRequest":{"databaseId":%d,"fullDatabaseId":"%d"}}`, i.Pull.ID, i.Pull.ID))
}

func TestUnchangedListIsNotSentAgain(t *testing.T) { // [docs]: ETag, 304
	t.Parallel()
	f := startWork(t, nil)
	const path = "/repos/acme/web/pulls?state=all"
	etag := f.get(path, f.member).Header.Get("ETag")
	f.get(path, f.member, "If-None-Match", etag).wants(t, 304, "")
	if _, err := f.World.As("max").Comment("acme/web", 3, "New"); err != nil {
		t.Fatal(err)
	}
	f.get(path, f.member, "If-None-Match", etag).wants(t, 200, "")
}
