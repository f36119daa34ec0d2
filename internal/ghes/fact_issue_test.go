package ghes_test

import (
	"fmt"
	"testing"

	"weir/internal/ghes"
)

// Sections 4.5 and 4.6: issues, their comments and events.

func TestIssueListHoldsPullRequests(t *testing.T) { // [docs]
	t.Parallel()
	f := startWork(t, nil)
	for query, want := range map[string]string{
		"": "5 4 3", "?state=all": "6 5 4 3 2 1", "?state=all&since=2024-03-04T00:00:00Z": "6 5 4",
		"?state=all&sort=updated&direction=asc": "3 1 2 4 5 6", "?state=all&labels=bug": "3 1", "?state=all&labels=bug,dependencies": "3",
		"?state=all&assignee=max": "3", "?state=all&creator=max": "2 1",
	} {
		if got := f.numbers("/repos/acme/web/issues"+query, f.member); got != want {
			t.Errorf("%q: got %s, want %s", query, got, want)
		}
	}
	type issue struct {
		ID          int64
		PullRequest *struct {
			MergedAt string `json:"merged_at"`
		} `json:"pull_request"`
		User     *struct{ Login string }
		ClosedBy *struct{ Login string } `json:"closed_by"`
		Reason   string                  `json:"state_reason"`
	}
	as := into[issue](t, f.get("/repos/acme/web/issues/2", f.member))
	pull := into[issue](t, f.get("/repos/acme/web/pulls/2", f.member))
	if as.PullRequest.MergedAt != "2024-03-03T12:00:00Z" || as.ID == pull.ID {
		t.Errorf("got %+v and %+v: a pull request has an id of its own", as, pull)
	}
	first := into[issue](t, f.get("/repos/acme/web/issues/1", f.member))
	if first.PullRequest != nil || first.ClosedBy.Login != "olga" || first.Reason != "completed" {
		t.Errorf("got %+v", first)
	}
	if ghost := into[issue](t, f.get("/repos/acme/web/issues/4", f.member)); ghost.User != nil {
		t.Errorf("got %+v, want a ghost", ghost.User)
	}
	f.get("/repos/acme/web/issues/99", f.member).wants(t, 404, "Not Found")
}

func TestIssueCommentsHaveSince(t *testing.T) { // [docs]
	t.Parallel()
	f := startWork(t, nil)
	type comment struct {
		ID   int64
		Body string
	}
	all := into[[]comment](t, f.get("/repos/acme/web/issues/comments", f.member))
	if len(all) != 3 {
		t.Fatalf("got %+v", all)
	}
	bodies := func(path string) string {
		var text string
		for _, c := range into[[]comment](t, f.get(path, f.member)) {
			text += c.Body
		}
		return text
	}
	for path, want := range map[string]string{
		"/issues/comments?since=2024-03-01T11:00:00Z": "Mine.All checks passed.", "/issues/comments?sort=created&direction=desc": "All checks passed.Mine.Which?",
		"/issues/1/comments": "Which?Mine.", "/issues/1/comments?since=2024-03-01T10:30:00Z": "Mine.", "/issues/2/comments": "All checks passed.",
	} {
		if got := bodies("/repos/acme/web" + path); got != want {
			t.Errorf("%s: got %q, want %q", path, got, want)
		}
	}
	f.get(fmt.Sprintf("/repos/acme/web/issues/comments/%d", all[0].ID), f.member).wants(t, 200, "")
	f.get(fmt.Sprintf("/repos/acme/docs/issues/comments/%d", all[0].ID), f.member).wants(t, 404, "")
}

func TestEventsAndTimeline(t *testing.T) { // [docs]
	t.Parallel()
	f := startWork(t, nil)
	names := func(path string) []string {
		var all []string
		for _, e := range into[[]struct{ Event string }](t, f.get("/repos/acme/web"+path, f.member)) {
			all = append(all, e.Event)
		}
		return all
	}
	same(t, "events", names("/issues/2/events"), `["review_requested","merged","closed"]`)
	same(t, "timeline", names("/issues/2/timeline"),
		`["committed","review_requested","commented","reviewed","reviewed","reviewed","reviewed","merged","closed"]`)
	same(t, "of an issue", names("/issues/1/timeline"), `["labeled","assigned","milestoned","commented","commented","closed"]`)
	all := into[[]struct {
		ID    int64
		Issue struct{ Number int }
	}](t, f.get("/repos/acme/web/issues/events?per_page=1", f.member))
	if len(all) != 1 || all[0].Issue.Number != 6 {
		t.Errorf("newest: got %+v", all)
	}
	f.get(fmt.Sprintf("/repos/acme/web/issues/events/%d", all[0].ID), f.member).wants(t, 200, "")
}

func TestLabelsAndMilestones(t *testing.T) { // [docs]
	t.Parallel()
	f := startWork(t, nil)
	same(t, "labels", into[[]struct{ Name string }](t, f.get("/repos/acme/web/labels", f.member)), `[{"Name":"bug"},{"Name":"dependencies"}]`)
	same(t, "of one", into[[]struct{ Name string }](t, f.get("/repos/acme/web/issues/1/labels", f.member)), `[{"Name":"bug"}]`)
	same(t, "milestones", into[[]struct{ Title string }](t, f.get("/repos/acme/web/milestones", f.member)), `[{"Title":"1.0"}]`)
	same(t, "closed", into[[]struct{ Title string }](t, f.get("/repos/acme/web/milestones?state=closed", f.member)), `[]`)
}

func TestDeletedIssueIsGone(t *testing.T) { // [docs]: 410
	t.Parallel()
	f := startWork(t, nil)
	if err := f.World.DeleteIssue("acme/web", 4); err != nil {
		t.Fatal(err)
	}
	f.get("/repos/acme/web/issues/4", f.member).wants(t, 410, "This issue was deleted")
	f.get("/repos/acme/web/issues/4", f.stranger).wants(t, 404, "Not Found")
	if got := f.numbers("/repos/acme/web/issues?state=all", f.member); got != "6 5 3 2 1" {
		t.Errorf("got %s", got)
	}
	added, err := f.World.AddIssue("acme/web", ghes.Issue{Title: "Next"})
	if err != nil || added.Number != 7 {
		t.Errorf("got #%d %v: numbers are not used again", added.Number, err)
	}
}

func TestOpenIssuesCountPullRequests(t *testing.T) { // [docs]
	t.Parallel()
	f := startWork(t, nil)
	open := func() int {
		return into[struct {
			Open int `json:"open_issues_count"`
		}](t, f.get("/repos/acme/web", f.member)).Open
	}
	if got := open(); got != 3 { // #3, #4 and #5
		t.Errorf("got %d", got)
	}
	if err := f.World.As("max").Close("acme/web", 5, ""); err != nil || open() != 2 {
		t.Errorf("got %d %v after one was closed", open(), err)
	}
	if all := f.World.Issues("acme/web"); len(all) != 6 || all[0].Number != 1 || all[5].Number != 6 {
		t.Errorf("got %d issues and pull requests", len(all))
	}
}
