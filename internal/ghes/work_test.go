package ghes_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"weir/internal/ghes"
)

// day is a moment of the days in which the tests' work happens.
func day(n, hour int) time.Time { return time.Date(2024, 3, n, hour, 0, 0, 0, time.UTC) }

// startWork serves acme/web with two issues (#1, #4) and four pull requests: #2 merged after
// reviews by a bot, a ghost and people, #3 open with all that one can ask for, #5 from a fork that is
// gone, and #6 closed by a mannequin.
func startWork(t *testing.T, change func(*ghes.Options)) *fixture {
	t.Helper()
	return start(t, func(o *ghes.Options) {
		fillWork(t, o.World)
		if change != nil {
			change(o)
		}
	})
}

func fillWork(t *testing.T, w *ghes.World) {
	t.Helper()
	w.AddUser(ghes.User{Login: "fixer[bot]", Name: "fixer[bot]", Type: "Bot"})
	w.AddUser(ghes.User{Login: "old-hand", Type: "Mannequin"})
	w.AddTeam(ghes.Team{Organization: "acme", Name: "Front End", Members: []string{"max"}})
	tips := strings.Fields(runGit(t, "", "-C", bareRepo(t), "rev-parse", "main", "topic"))
	if _, err := w.AddMilestone("acme/web", ghes.Milestone{Title: "1.0", Creator: "olga", DueOn: day(30, 0)}); err != nil {
		t.Fatal(err)
	}
	for _, i := range []ghes.Issue{
		{Author: "max", Title: "Carts empty themselves", Body: "Sometimes.", CreatedAt: day(1, 9), Labels: []string{"bug"},
			Assignees: []string{"olga"}, Milestone: 1, Closed: true, Reason: "completed", ClosedAt: day(3, 12), ClosedBy: "olga",
			Comments: []ghes.Comment{{Author: "olga", Body: "Which?", CreatedAt: day(1, 10)}, {Body: "Mine.", CreatedAt: day(1, 11)}},
			Events: []ghes.Event{{Kind: ghes.EventLabeled, Actor: "max", At: day(1, 9), Label: "bug"},
				{Kind: ghes.EventAssigned, Actor: "max", At: day(1, 9), Account: "olga"},
				{Kind: ghes.EventMilestoned, Actor: "max", At: day(1, 9), Milestone: "1.0"},
				{Kind: ghes.EventClosed, Actor: "olga", At: day(3, 12), Reason: "completed", Closer: 2}}},
		mergedPull(tips[0], tips[1]), openPull(tips[0], tips[1]),
		{Author: "nobody-any-more", Title: "Who wrote this?", CreatedAt: day(4, 9)},
		{Author: "sven", Title: "From afar", CreatedAt: day(5, 9),
			Pull: &ghes.PullRequest{HeadRef: "patch-1", HeadRepo: "sven/web", HeadRepoGone: true, HeadSHA: tips[0], BaseSHA: tips[1]}},
		{Author: "old-hand", Title: "Brought along", CreatedAt: day(6, 9), Closed: true, ClosedAt: day(6, 10), ClosedBy: "old-hand",
			Pull:   &ghes.PullRequest{HeadRef: "old", HeadSHA: tips[0], BaseSHA: tips[1]},
			Events: []ghes.Event{{Kind: ghes.EventClosed, Actor: "old-hand", At: day(6, 10)}}},
	} {
		if _, err := w.AddIssue("acme/web", i); err != nil {
			t.Fatal(err)
		}
	}
}

func mergedPull(head, base string) ghes.Issue {
	return ghes.Issue{
		Author: "max", Title: "Keep carts", Body: "Fixes #1", CreatedAt: day(2, 9), Closed: true, ClosedAt: day(3, 12), ClosedBy: "olga",
		Comments: []ghes.Comment{{Author: "fixer[bot]", Body: "All checks passed.", CreatedAt: day(2, 10)}},
		Events: []ghes.Event{{Kind: ghes.EventReviewRequested, Actor: "max", At: day(2, 9), Account: "olga"},
			{Kind: ghes.EventMerged, Actor: "olga", At: day(3, 12), Commit: head}, {Kind: ghes.EventClosed, Actor: "olga", At: day(3, 12)}},
		Pull: &ghes.PullRequest{
			HeadRef: "keep-carts", HeadSHA: head, BaseSHA: base, Additions: 10, Deletions: 2, ChangedFiles: 1,
			MergedAt: day(3, 12), MergedBy: "olga", MergeMethod: ghes.Merge, MergeCommit: head, Closes: []int{1},
			Reviews: []ghes.Review{
				{Author: "olga", State: ghes.ChangesRequested, Body: "Nearly", SubmittedAt: day(2, 12)},
				{State: ghes.Commented, Body: "I left", SubmittedAt: day(2, 13)},
				{Author: "olga", State: ghes.Approved, SubmittedAt: day(3, 11)},
			},
			Threads: []ghes.ReviewThread{{Path: "a.txt", Line: 1, Resolved: true, ResolvedBy: "max", Comments: []ghes.ReviewComment{
				{Comment: ghes.Comment{Author: "olga", Body: "Why?", CreatedAt: day(2, 12)}},
				{Comment: ghes.Comment{Author: "max", Body: "Because.", CreatedAt: day(2, 14)}},
			}}},
		},
	}
}

func openPull(head, base string) ghes.Issue {
	return ghes.Issue{
		Author: "fixer[bot]", Title: "Bump b", CreatedAt: day(3, 9), Labels: []string{"dependencies", "bug"}, Assignees: []string{"max"},
		Events: []ghes.Event{{Kind: ghes.EventConvertToDraft, Actor: "fixer[bot]", At: day(3, 10)},
			{Kind: ghes.EventHeadForcePushed, Actor: "fixer[bot]", At: day(3, 11), From: base, To: head}},
		Pull: &ghes.PullRequest{
			Draft: true, HeadRef: "topic", HeadSHA: head, BaseSHA: base,
			RequestedReviewers: []string{"olga"}, RequestedTeams: []string{"front-end"},
			AutoMerge: &ghes.AutoMerge{EnabledBy: "max", EnabledAt: day(3, 12), Method: ghes.Squash},
			Reviews:   []ghes.Review{{Author: "max", State: ghes.Pending, Body: "Not yet said"}},
		},
	}
}

const pullsQuery = `query($first: Int!, $after: String, $states: [PullRequestState!]) {
  repository(owner: "acme", name: "web") { pullRequests(first: $first, after: $after, states: $states, orderBy: {field: UPDATED_AT, direction: DESC}) {
    totalCount pageInfo { hasNextPage endCursor } nodes { number updatedAt } } } }`

// pulls asks for one page of pull requests, the one last changed first.
func (f *fixture) pulls(vars map[string]any) (numbers string, next any) {
	f.t.Helper()
	data, errs := f.ask(f.member, pullsQuery, vars)
	if errs != nil {
		f.t.Fatal(errs)
	}
	list := data["repository"].(map[string]any)["pullRequests"].(map[string]any)
	for _, n := range list["nodes"].([]any) {
		numbers += fmt.Sprint(n.(map[string]any)["number"], " ")
	}
	return strings.TrimSpace(numbers), list["pageInfo"].(map[string]any)["endCursor"]
}

func TestGraphQLListsPullRequestsByUpdate(t *testing.T) {
	t.Parallel()
	f := startWork(t, nil)
	for _, tt := range []struct {
		states []any
		want   string
	}{{nil, "6 5 2 3"}, {[]any{"OPEN"}, "5 3"}, {[]any{"MERGED", "CLOSED"}, "6 2"}} {
		if got, _ := f.pulls(map[string]any{"first": 10, "states": tt.states}); got != tt.want {
			t.Errorf("%v: got %s, want %s", tt.states, got, tt.want)
		}
	}
}

// A cursor is a place in the order: what moves while a client pages is neither lost nor seen twice.
func TestGraphQLCursorHoldsWhenItsItemMoves(t *testing.T) {
	t.Parallel()
	f := startWork(t, nil)
	first, next := f.pulls(map[string]any{"first": 2})
	if err := f.World.UpdateIssue("acme/web", 5, func(i *ghes.Issue) { i.UpdatedAt = day(20, 1) }); err != nil {
		t.Fatal(err)
	}
	rest, _ := f.pulls(map[string]any{"first": 2, "after": next})
	if first != "6 5" || rest != "2 3" {
		t.Errorf("got %q, then %q", first, rest)
	}
}

const wholePull = `query($n: Int!) { repository(owner: "acme", name: "web") { pullRequest(number: $n) {
  number state isDraft merged mergedAt mergedBy { login } mergeCommit { oid } author { __typename login } authorAssociation
  additions deletions changedFiles headRefName headRefOid baseRefName baseRefOid isCrossRepository headRepository { nameWithOwner }
  createdAt updatedAt closedAt title body autoMergeRequest { enabledBy { login } mergeMethod }
  labels(first: 10) { nodes { name } } assignees(first: 10) { nodes { login } } milestone { title }
  reviewRequests(first: 10) { nodes { requestedReviewer { __typename ... on User { login } ... on Team { slug } } } }
  reviews(first: 10) { totalCount nodes { state submittedAt author { login } commit { oid } comments(first: 5) { totalCount } } }
  reviewThreads(first: 10) { nodes { isResolved resolvedBy { login } path line comments(first: 10) {
    nodes { body author { login } replyTo { body } pullRequestReview { state } } } } }
  comments(first: 10) { nodes { body author { __typename login } } }
  commits(first: 10) { totalCount nodes { commit { oid messageHeadline } } }
  timelineItems(first: 10, itemTypes: [MERGED_EVENT, CLOSED_EVENT, CONVERT_TO_DRAFT_EVENT, HEAD_REF_FORCE_PUSHED_EVENT, REVIEW_REQUESTED_EVENT]) {
    totalCount nodes { __typename ... on ClosedEvent { createdAt actor { login } } ... on MergedEvent { mergeRefName } } }
} } }`

func (f *fixture) pull(number int) map[string]any {
	f.t.Helper()
	data, errs := f.ask(f.member, wholePull, map[string]any{"n": number})
	if errs != nil {
		f.t.Fatal(errs)
	}
	return data["repository"].(map[string]any)["pullRequest"].(map[string]any)
}

func TestGraphQLPullRequestWhole(t *testing.T) {
	t.Parallel()
	f := startWork(t, nil)
	merged, open := f.pull(2), f.pull(3)
	for field, want := range map[string]string{
		"state": `"MERGED"`, "mergedBy": `{"login":"olga"}`, "author": `{"__typename":"User","login":"max"}`, "updatedAt": `"2024-03-03T12:00:00Z"`,
		"comments":      `{"nodes":[{"author":{"__typename":"Bot","login":"fixer[bot]"},"body":"All checks passed."}]}`,
		"timelineItems": `{"nodes":[{"__typename":"ReviewRequestedEvent"},{"__typename":"MergedEvent","mergeRefName":"main"},{"__typename":"ClosedEvent","actor":{"login":"olga"},"createdAt":"2024-03-03T12:00:00Z"}],"totalCount":3}`,
		"reviewThreads": `{"nodes":[{"comments":{"nodes":[{"author":{"login":"olga"},"body":"Why?","pullRequestReview":{"state":"CHANGES_REQUESTED"},"replyTo":null},` +
			`{"author":{"login":"max"},"body":"Because.","pullRequestReview":{"state":"COMMENTED"},"replyTo":{"body":"Why?"}}]},"isResolved":true,"line":1,"path":"a.txt","resolvedBy":{"login":"max"}}]}`,
	} {
		same(t, field, merged[field], want)
	}
	if n := merged["commits"].(map[string]any)["totalCount"]; n != 1.0 {
		t.Errorf("commits: got %v, want the one that git has", n)
	}
	for field, want := range map[string]string{
		"isDraft": "true", "author": `{"__typename":"Bot","login":"fixer[bot]"}`, "labels": `{"nodes":[{"name":"dependencies"},{"name":"bug"}]}`,
		"autoMergeRequest": `{"enabledBy":{"login":"max"},"mergeMethod":"SQUASH"}`,
		"reviewRequests":   `{"nodes":[{"requestedReviewer":{"__typename":"User","login":"olga"}},{"requestedReviewer":{"__typename":"Team","slug":"front-end"}}]}`,
		"timelineItems":    `{"nodes":[{"__typename":"ConvertToDraftEvent"},{"__typename":"HeadRefForcePushedEvent"}],"totalCount":2}`,
	} {
		same(t, field, open[field], want)
	}
}

// Ghosts are null, mannequins a kind of their own, and a fork that is gone has no repository.
func TestGraphQLPullRequestsOfThoseWhoLeft(t *testing.T) {
	t.Parallel()
	f := startWork(t, nil)
	same(t, "ghost", f.pull(2)["reviews"].(map[string]any)["nodes"].([]any)[1].(map[string]any)["author"], "null")
	same(t, "mannequin", f.pull(6)["author"], `{"__typename":"Mannequin","login":"old-hand"}`)
	same(t, "fork", []any{f.pull(5)["headRepository"], f.pull(5)["isCrossRepository"]}, "[null,true]")
	f.World.DeleteUser("sven")
	same(t, "deleted", f.pull(5)["author"], "null")
}

// A pending review is its author's secret.
func TestGraphQLPendingReviewsAreTheirAuthors(t *testing.T) {
	t.Parallel()
	f := startWork(t, nil)
	const query = `{ repository(owner: "acme", name: "web") { pullRequest(number: 3) { reviews(first: 5) { nodes { state submittedAt } } } } }`
	for token, want := range map[string]string{
		f.member: `{"pullRequest":{"reviews":{"nodes":[{"state":"PENDING","submittedAt":null}]}}}`,
		f.owner:  `{"pullRequest":{"reviews":{"nodes":[]}}}`,
	} {
		data, _ := f.ask(token, query, nil)
		same(t, "reviews", data["repository"], want)
	}
}

func TestGraphQLIssues(t *testing.T) {
	t.Parallel()
	f := startWork(t, nil)
	data, errs := f.ask(f.member, `{ repository(owner: "acme", name: "web") {
		issues(first: 5, orderBy: {field: UPDATED_AT, direction: ASC}) { totalCount nodes { number state author { login }
			assignees(first: 3) { nodes { login } } milestone { title dueOn } comments(first: 5) { nodes { author { login } body } }
			timelineItems(first: 9) { totalCount nodes { __typename ... on ClosedEvent { closer { __typename } } ... on LabeledEvent { label { name } } } } } }
		since: issues(first: 5, filterBy: {since: "2024-03-04T00:00:00Z"}) { totalCount }
		open: issues(first: 5, states: [OPEN]) { totalCount }
		labels(first: 5) { nodes { name } } milestones(first: 5) { nodes { title state } }
		issue(number: 1) { title } issueOrPullRequest(number: 2) { __typename }
	} }`, nil)
	if errs != nil {
		t.Fatal(errs)
	}
	got := data["repository"].(map[string]any)
	same(t, "issues", got["issues"], `{"nodes":[{"assignees":{"nodes":[{"login":"olga"}]},"author":{"login":"max"},`+
		`"comments":{"nodes":[{"author":{"login":"olga"},"body":"Which?"},{"author":null,"body":"Mine."}]},`+
		`"milestone":{"dueOn":"2024-03-30T00:00:00Z","title":"1.0"},"number":1,"state":"CLOSED","timelineItems":{"nodes":[`+
		`{"__typename":"LabeledEvent","label":{"name":"bug"}},{"__typename":"AssignedEvent"},{"__typename":"MilestonedEvent"},`+
		`{"__typename":"IssueComment"},{"__typename":"IssueComment"},{"__typename":"ClosedEvent","closer":{"__typename":"PullRequest"}}],"totalCount":6}},`+
		`{"assignees":{"nodes":[]},"author":null,"comments":{"nodes":[]},"milestone":null,"number":4,"state":"OPEN","timelineItems":{"nodes":[],"totalCount":0}}],"totalCount":2}`)
	for field, want := range map[string]string{
		"since": `{"totalCount":1}`, "open": `{"totalCount":1}`, "labels": `{"nodes":[{"name":"bug"},{"name":"dependencies"}]}`,
		"milestones": `{"nodes":[{"state":"OPEN","title":"1.0"}]}`, "issue": `{"title":"Carts empty themselves"}`, "issueOrPullRequest": `{"__typename":"PullRequest"}`,
	} {
		same(t, field, got[field], want)
	}
}

// Everything with an id can be asked for by it, by those who may see the repo.
func TestGraphQLNodesOfWork(t *testing.T) {
	t.Parallel()
	f := startWork(t, nil)
	data, errs := f.ask(f.member, `{ repository(owner: "acme", name: "web") { pullRequest(number: 2) { id comments(first: 1) { nodes { id } }
		reviews(first: 1) { nodes { id } } reviewThreads(first: 1) { nodes { id comments(first: 1) { nodes { id } } } } }
		issue(number: 1) { id } } }`, nil)
	if errs != nil {
		t.Fatal(errs)
	}
	ids := idsIn(data)
	const query = `query($ids: [ID!]!) { nodes(ids: $ids) { __typename id } }`
	data, _ = f.ask(f.member, query, map[string]any{"ids": ids})
	var types []string
	for n, node := range data["nodes"].([]any) {
		if node.(map[string]any)["id"] != ids[n] {
			t.Errorf("%s: got %v", ids[n], node)
		}
		types = append(types, node.(map[string]any)["__typename"].(string))
	}
	same(t, "types", types, `["Issue","PullRequest","IssueComment","PullRequestReviewThread","PullRequestReviewComment","PullRequestReview"]`)
	data, _ = f.ask(f.stranger, query, map[string]any{"ids": ids})
	same(t, "stranger", data["nodes"], `[null,null,null,null,null,null]`)
}

// idsIn collects every id of an answer in order of the fields' names.
func idsIn(v any) []any {
	var ids []any
	switch v := v.(type) {
	case map[string]any:
		if id, ok := v["id"]; ok {
			ids = append(ids, id)
		}
		for _, key := range slices.Sorted(maps.Keys(v)) {
			ids = append(ids, idsIn(v[key])...)
		}
	case []any:
		for _, item := range v {
			ids = append(ids, idsIn(item)...)
		}
	}
	return ids
}
