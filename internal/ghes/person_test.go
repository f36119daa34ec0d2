package ghes_test

import (
	"context"
	"errors"
	"fmt"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"weir/internal/ghes"
	"weir/internal/ghes/ghestest"
)

// workplace is a server whose acme/shop may be written to, with a hook that hears everything, and a
// clock that goes on by a minute each time somebody looks at it.
type workplace struct {
	*fixture
	*endpoint
	hook      ghes.Hook
	olga, max ghes.Person
	dir       string
}

func atWork(t *testing.T) *workplace {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "shop.git")
	runGit(t, "", "init", "--quiet", "--bare", "--initial-branch=main", dir)
	cmd := exec.Command("git", "fast-import", "--quiet")
	cmd.Dir, cmd.Stdin = dir, strings.NewReader(strings.Split(repoStream, "reset refs/heads/topic")[0])
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("fast-import: %v: %s", err, out)
	}
	f := start(t, func(o *ghes.Options) {
		var looks atomic.Int64
		o.Now = func() time.Time { return day(10, 9).Add(time.Duration(looks.Add(1)) * time.Minute) }
		o.World.AddRepo(ghes.Repo{Owner: "acme", Name: "shop", GitDir: dir})
		o.World.AddTeam(ghes.Team{Organization: "acme", Name: "Core"})
	})
	p := &workplace{fixture: f, endpoint: listen(t), dir: dir, olga: f.World.As("olga"), max: f.World.As("max")}
	p.hook = f.World.AddHook(ghes.Hook{Organization: "acme", URL: p.endpoint.URL, ContentType: "json", Events: []string{"*"}})
	return p
}

// told checks what hooks heard since the last call, and holds each payload to the description.
func (p *workplace) told(t *testing.T, want ...string) []received {
	t.Helper()
	got := p.take(p.fixture)
	if names := events(got); strings.Join(names, "\n") != strings.Join(want, "\n") {
		t.Errorf("told %q,\nwant %q", names, want)
	}
	for _, r := range got {
		ghestest.Payload(t, r.event(), r.body)
	}
	return got
}

func ok(t *testing.T, errs ...error) {
	t.Helper()
	if err := errors.Join(errs...); err != nil {
		t.Fatal(err)
	}
}

// opened pushes a branch with one commit and opens a pull request for it.
func (p *workplace) opened(t *testing.T, branch string) int {
	t.Helper()
	_, err := p.max.Push(t.Context(), "acme/shop", branch, ghes.Change{Message: "Add " + branch, Files: map[string]string{branch + ".txt": "one\ntwo\n"}})
	ok(t, err)
	n, err := p.max.OpenPull(t.Context(), "acme/shop", ghes.Opening{Title: "Add " + branch, Head: branch})
	ok(t, err)
	return n
}

func (p *workplace) tip(t *testing.T, ref string) string {
	t.Helper()
	return strings.TrimSpace(runGit(t, "", "-C", p.dir, "rev-parse", ref))
}

func TestPullRequestLives(t *testing.T) {
	t.Parallel()
	p := atWork(t)
	n := p.opened(t, "cart")
	p.told(t, "create", "push", "pull_request opened")
	i, _ := p.fixture.World.Issue("acme/shop", n)
	if i.Pull.Additions != 2 || i.Pull.ChangedFiles != 1 || p.tip(t, fmt.Sprintf("refs/pull/%d/head", n)) != i.Pull.HeadSHA {
		t.Errorf("got %+v", i.Pull)
	}
	ok(t, p.max.RequestReview("acme/shop", n, "olga"), p.max.RequestTeam("acme/shop", n, "core"))
	_, err := p.olga.Review("acme/shop", n, ghes.Verdict{State: ghes.ChangesRequested, Body: "Nearly", Remarks: []ghes.Remark{{Path: "cart.txt", Line: 1, Body: "Why?"}}})
	ok(t, err)
	p.told(t, "pull_request review_requested", "pull_request review_requested", "pull_request_review submitted", "pull_request_review_comment created")
	i, _ = p.fixture.World.Issue("acme/shop", n)
	if len(i.Pull.RequestedReviewers) != 0 || len(i.Pull.RequestedTeams) != 1 {
		t.Errorf("asked: got %v %v", i.Pull.RequestedReviewers, i.Pull.RequestedTeams)
	}
	_, err = p.max.Reply("acme/shop", n, i.Pull.Threads[0].ID, "Because.")
	ok(t, err)
	_, err = p.max.Push(t.Context(), "acme/shop", "cart", ghes.Change{Message: "Fix", Files: map[string]string{"cart.txt": "three\n"}})
	ok(t, err)
	p.told(t, "pull_request_review submitted", "pull_request_review_comment created", "push", "pull_request synchronize")
	now, _ := p.fixture.World.Issue("acme/shop", n)
	if now.Pull.HeadSHA == i.Pull.HeadSHA || now.Pull.HeadSHA != p.tip(t, fmt.Sprintf("refs/pull/%d/head", n)) {
		t.Errorf("head: got %s", now.Pull.HeadSHA)
	}
	_, err = p.olga.Review("acme/shop", n, ghes.Verdict{State: ghes.Approved})
	ok(t, err)
	merge, err := p.olga.MergePull(t.Context(), "acme/shop", n, ghes.Merge)
	ok(t, err, p.max.DeleteBranch(t.Context(), "acme/shop", "cart"))
	p.told(t, "pull_request_review submitted", "push", "pull_request closed", "delete", "push")
	if p.tip(t, "main") != merge || strings.Count(runGit(t, "", "-C", p.dir, "rev-list", "--parents", "-1", merge), " ") != 2 {
		t.Errorf("main is not the merge %s", merge)
	}
	merged := into[struct {
		Merged  bool
		Commits int
	}](t, p.get(fmt.Sprintf("/repos/acme/shop/pulls/%d", n), p.member))
	if !merged.Merged || merged.Commits != 2 {
		t.Errorf("got %+v", merged)
	}
}

// Each thing that a person does to a pull request or an issue moves UpdatedAt, but for resolving a
// thread.
func TestUpdatedAtMovesAsOnGitHub(t *testing.T) { // [mem]
	t.Parallel()
	p := atWork(t)
	n := p.opened(t, "cart")
	i, _ := p.fixture.World.AddMilestone("acme/shop", ghes.Milestone{Title: "1.0"})
	var comment, thread, review int64
	var err error
	shop, ctx := "acme/shop", context.Background()
	steps := []struct {
		name  string
		still bool
		do    func() error
	}{
		{"comment", false, func() error { comment, err = p.max.Comment(shop, n, "Hello"); return err }},
		{"edit comment", false, func() error { return p.max.EditComment(shop, n, comment, "Hallo") }},
		{"delete comment", false, func() error { return p.max.DeleteComment(shop, n, comment) }},
		{"label", false, func() error { return p.max.Label(shop, n, "bug") }},
		{"unlabel", false, func() error { return p.max.Unlabel(shop, n, "bug") }},
		{"assign", false, func() error { return p.max.Assign(shop, n, "olga") }},
		{"unassign", false, func() error { return p.max.Unassign(shop, n, "olga") }},
		{"milestone", false, func() error { return p.max.SetMilestone(shop, n, i.Number) }},
		{"no milestone", false, func() error { return p.max.SetMilestone(shop, n, 0) }},
		{"retitle", false, func() error { return p.max.Retitle(shop, n, "Add carts") }},
		{"edit", false, func() error { return p.max.Edit(shop, n, "At last") }},
		{"draft", false, func() error { return p.max.Draft(shop, n) }},
		{"ready", false, func() error { return p.max.Ready(shop, n) }},
		{"request", false, func() error { return p.max.RequestReview(shop, n, "olga") }},
		{"cancel request", false, func() error { return p.max.CancelRequest(shop, n, "olga") }},
		{"auto-merge", false, func() error { return p.max.EnableAutoMerge(shop, n, ghes.Squash) }},
		{"no auto-merge", false, func() error { return p.max.DisableAutoMerge(shop, n) }},
		{"review", false, func() error {
			review, err = p.olga.Review(shop, n, ghes.Verdict{State: ghes.Approved, Remarks: []ghes.Remark{{Path: "cart.txt", Line: 1, Body: "Good"}}})
			pull, _ := p.fixture.World.Issue(shop, n)
			thread = pull.Pull.Threads[0].ID
			return err
		}},
		{"resolve", true, func() error { return p.max.Resolve(shop, n, thread) }},
		{"unresolve", true, func() error { return p.max.Unresolve(shop, n, thread) }},
		{"dismiss", false, func() error { return p.max.DismissReview(shop, n, review, "Old") }},
		{"force-push", false, func() error { return p.max.ForcePush(ctx, shop, "cart", p.tip(t, "main")) }},
		{"lock", false, func() error { return p.max.Lock(shop, n) }},
		{"close", false, func() error { return p.max.Close(shop, n, "") }},
		{"reopen", false, func() error { return p.max.Reopen(shop, n) }},
	}
	for _, step := range steps {
		before, _ := p.fixture.World.Issue(shop, n)
		ok(t, step.do())
		after, _ := p.fixture.World.Issue(shop, n)
		if after.UpdatedAt.Equal(before.UpdatedAt) != step.still || after.UpdatedAt.Before(before.UpdatedAt) {
			t.Errorf("%s: from %v to %v", step.name, before.UpdatedAt, after.UpdatedAt)
		}
	}
	p.told(t, "create", "push", "pull_request opened", "issue_comment created", "issue_comment edited", "issue_comment deleted",
		"pull_request labeled", "pull_request unlabeled", "pull_request assigned", "pull_request unassigned", "pull_request milestoned",
		"pull_request demilestoned", "pull_request edited", "pull_request edited", "pull_request converted_to_draft", "pull_request ready_for_review",
		"pull_request review_requested", "pull_request review_request_removed", "pull_request auto_merge_enabled", "pull_request auto_merge_disabled",
		"pull_request_review submitted", "pull_request_review_comment created", "pull_request_review_thread resolved", "pull_request_review_thread unresolved",
		"pull_request_review dismissed", "push", "pull_request synchronize", "pull_request locked", "pull_request closed", "pull_request reopened")
	pull, _ := p.fixture.World.Issue(shop, n)
	if len(pull.Events) != 19 {
		t.Errorf("timeline: got %d events", len(pull.Events))
	}
}

func TestMergeMethodsMakeRealCommits(t *testing.T) {
	t.Parallel()
	for method, parents := range map[ghes.MergeMethod]int{ghes.Merge: 2, ghes.Squash: 1, ghes.Rebase: 1} {
		p := atWork(t)
		n := p.opened(t, "cart")
		_, err := p.max.Push(t.Context(), "acme/shop", "cart", ghes.Change{Message: "Second", Files: map[string]string{"b.txt": "b2\n"}})
		ok(t, err)
		_, err = p.olga.Push(t.Context(), "acme/shop", "main", ghes.Change{Message: "Meanwhile", Files: map[string]string{"c.txt": "c\n"}})
		ok(t, err)
		before := p.tip(t, "main")
		sha, err := p.olga.MergePull(t.Context(), "acme/shop", n, method)
		ok(t, err)
		if got := strings.Count(runGit(t, "", "-C", p.dir, "rev-list", "--parents", "-1", sha), " "); got != parents {
			t.Errorf("%s: got %d parents", method, got)
		}
		if got := runGit(t, "", "-C", p.dir, "show", "main:cart.txt") + runGit(t, "", "-C", p.dir, "show", "main:b.txt") + runGit(t, "", "-C", p.dir, "show", "main:c.txt"); got != "one\ntwo\nb2\nc\n" {
			t.Errorf("%s: main has %q", method, got)
		}
		if commits := strings.TrimSpace(runGit(t, "", "-C", p.dir, "rev-list", "--first-parent", "--count", before+"..main")); method == ghes.Rebase && commits != "2" || method != ghes.Rebase && commits != "1" {
			t.Errorf("%s: got %s commits on main", method, commits)
		}
		runGit(t, "", "-C", p.dir, "fsck", "--strict", "--no-dangling")
	}
}

func TestWhatCannotBeDoneIsAConflict(t *testing.T) {
	t.Parallel()
	p := atWork(t)
	n := p.opened(t, "cart")
	_, err := p.olga.Push(t.Context(), "acme/shop", "main", ghes.Change{Message: "Other", Files: map[string]string{"cart.txt": "other\n"}})
	ok(t, err)
	if _, err := p.olga.MergePull(t.Context(), "acme/shop", n, ghes.Merge); !errors.Is(err, ghes.ErrConflict) {
		t.Errorf("merge: got %v", err)
	}
	ok(t, p.max.Close("acme/shop", n, ""))
	if err := p.max.Close("acme/shop", n, ""); !errors.Is(err, ghes.ErrConflict) {
		t.Errorf("close: got %v", err)
	}
	if _, err := p.max.Comment("acme/shop", 99, "?"); !errors.Is(err, ghes.ErrNotFound) {
		t.Errorf("comment: got %v", err)
	}
}

func TestIssueLives(t *testing.T) {
	t.Parallel()
	p := atWork(t)
	n, err := p.max.OpenIssue("acme/shop", "Carts", "Keep them")
	ok(t, err)
	_, err = p.olga.Comment("acme/shop", n, "Soon")
	ok(t, err, p.olga.Label("acme/shop", n, "feature"), p.olga.Assign("acme/shop", n, "max"))
	_, err = p.max.Push(t.Context(), "acme/shop", "cart", ghes.Change{Message: "Keep", Files: map[string]string{"cart.txt": "one\n"}})
	ok(t, err)
	pull, err := p.max.OpenPull(t.Context(), "acme/shop", ghes.Opening{Title: "Keep carts", Head: "cart", Closes: []int{n}})
	ok(t, err)
	sha, err := p.olga.MergePull(t.Context(), "acme/shop", pull, ghes.Squash)
	ok(t, err)
	p.told(t, "issues opened", "issue_comment created", "issues labeled", "issues assigned", "create", "push", "pull_request opened", "push", "pull_request closed", "issues closed")
	i, _ := p.fixture.World.Issue("acme/shop", n)
	if last := i.Events[len(i.Events)-1]; !i.Closed || i.Reason != "completed" || last.Closer != pull || last.Commit != sha {
		t.Errorf("got %+v", i)
	}
	ok(t, p.max.Reopen("acme/shop", n), p.max.Close("acme/shop", n, "not_planned"))
	p.told(t, "issues reopened", "issues closed")
}

// A transferred issue is at its new place, which the old address leads to.
func TestTransferredIssueRedirects(t *testing.T) { // [docs]: 301, and 404 for those who may not see it there
	t.Parallel()
	p := atWork(t)
	n, err := p.max.OpenIssue("acme/shop", "Docs", "")
	ok(t, err)
	to, err := p.max.Transfer("acme/shop", n, "acme/docs")
	ok(t, err)
	docs, _ := p.fixture.World.Repo("acme/docs")
	r := p.get(fmt.Sprintf("/repos/acme/shop/issues/%d", n), p.member)
	if want := fmt.Sprintf("%s/api/v3/repositories/%d/issues/%d", p.fixture.URL(), docs.ID, to); r.StatusCode != 301 || r.Header.Get("Location") != want {
		t.Errorf("got %d %s, want %s", r.StatusCode, r.Header.Get("Location"), want)
	}
	p.get(fmt.Sprintf("/repos/acme/shop/issues/%d", n), p.stranger).wants(t, 404, "")
	_, errs := p.ask(p.member, fmt.Sprintf(`{ repository(owner: "acme", name: "shop") { issue(number: %d) { id } } }`, n), nil)
	if len(errs) != 1 || errs[0]["type"] != "NOT_FOUND" {
		t.Errorf("GraphQL at the old place: got %v", errs)
	}
	p.told(t, "issues opened", "issues transferred", "issues opened")
	i, _ := p.fixture.World.Issue("acme/docs", to)
	if last := i.Events[len(i.Events)-1]; last.Kind != ghes.EventTransferred || last.From != "acme/shop" {
		t.Errorf("got %+v", last)
	}
	other, err := p.max.OpenIssue("acme/shop", "Question", "")
	ok(t, err, p.max.ConvertToDiscussion("acme/shop", other))
	third, err := p.max.OpenIssue("acme/shop", "Spam", "")
	ok(t, err, p.olga.Delete("acme/shop", third))
	if third != other+1 || other != n+1 {
		t.Errorf("numbers: got %d, %d, %d", n, other, third)
	}
	p.told(t, "issues opened", "issues closed", "issues opened", "issues deleted")
}

func TestRepoAndOrganizationEvents(t *testing.T) {
	t.Parallel()
	p := atWork(t)
	p.olga.CreateRepo(ghes.Repo{Owner: "acme", Name: "new"})
	ok(t, p.olga.RenameRepo("acme/new", "newer"), p.olga.ArchiveRepo("acme/newer", true), p.olga.Publish("acme/newer", ghes.Public),
		p.olga.AddCollaborator("acme/newer", "sven", ghes.Push), p.olga.RemoveCollaborator("acme/newer", "sven"),
		p.olga.TransferRepo("acme/newer", "olga"), p.olga.TransferRepo("olga/newer", "acme"), p.olga.DeleteRepo("acme/newer"))
	p.olga.AddMember("acme", ghes.Member{Login: "sven"})
	ok(t, p.olga.RemoveMember("acme", "sven"))
	got := p.told(t, "repository created", "repository renamed", "repository archived", "repository publicized", "member added", "member removed",
		"repository transferred", "repository deleted", "organization member_added", "organization member_removed")
	if from := got[1].payload["changes"].(map[string]any)["repository"].(map[string]any)["name"].(map[string]any)["from"]; from != "new" {
		t.Errorf("renamed from %v", from)
	}
}

func TestTagsAndManyAtOnce(t *testing.T) { // [docs]: more than three tags at once are not told
	t.Parallel()
	p := atWork(t)
	tip := p.tip(t, "main")
	ok(t, p.max.Tag(t.Context(), "acme/shop", tip, "v1"), p.max.Tag(t.Context(), "acme/shop", tip, "a", "b", "c", "d"))
	got := p.told(t, "create", "push")
	if got[0].payload["ref_type"] != "tag" || got[1].payload["ref"] != "refs/tags/v1" {
		t.Errorf("got %v", got[0].payload)
	}
	if tags := runGit(t, "", "-C", p.dir, "tag"); tags != "a\nb\nc\nd\nv1\n" {
		t.Errorf("tags: got %q", tags)
	}
}

// A server restored from a backup does not know what came since, and gives its numbers again.
func TestWorldTurnsBack(t *testing.T) {
	t.Parallel()
	f := startWork(t, nil)
	restore := f.World.Snapshot()
	for range 2 {
		max := f.World.As("max")
		n, err := max.OpenIssue("acme/web", "Later", "")
		ok(t, err, max.Close("acme/web", 3, ""), f.World.DeleteIssue("acme/web", 1))
		_, err = f.World.AddLabel("acme/web", ghes.Label{Name: "late"})
		f.World.RemoveMember("acme", "max")
		ok(t, err)
		restore()
		if got := f.numbers("/repos/acme/web/issues?state=all", f.member); n != 7 || got != "6 5 4 3 2 1" {
			t.Errorf("got %s after #%d", got, n)
		}
		if i, _ := f.World.Issue("acme/web", 3); i.Closed || len(f.World.Labels(mustRepo(f).ID)) != 2 {
			t.Errorf("got %+v", i)
		}
	}
}

func mustRepo(f *fixture) ghes.Repo {
	r, _ := f.World.Repo("acme/web")
	return r
}

// Many people work while clients read: with -race this finds what is shared without a lock.
func TestPeopleWorkAtOnce(t *testing.T) {
	t.Parallel()
	f := startWork(t, nil)
	var group sync.WaitGroup
	for _, login := range []string{"olga", "max", "sven"} {
		group.Go(func() {
			for n := range 5 {
				if _, err := f.World.As(login).Comment("acme/web", 3, fmt.Sprint(n)); err != nil {
					t.Error(err)
				}
				if _, err := f.World.As(login).Review("acme/web", 3, ghes.Verdict{Remarks: []ghes.Remark{{Path: "a.txt", Line: 1, Body: "?"}}}); err != nil {
					t.Error(err)
				}
			}
		})
		group.Go(func() {
			for range 5 {
				f.pull(3)
				f.get("/repos/acme/web/issues/comments?per_page=100", f.member).wants(t, 200, "")
			}
		})
	}
	group.Wait()
	i, _ := f.World.Issue("acme/web", 3)
	if len(i.Comments) != 15 || len(i.Pull.Reviews) != 16 || len(i.Pull.Threads) != 15 {
		t.Errorf("got %d comments, %d reviews, %d threads", len(i.Comments), len(i.Pull.Reviews), len(i.Pull.Threads))
	}
}
