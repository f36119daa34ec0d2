package ingest_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"weir/internal/facts"
	"weir/internal/ghes"
	"weir/internal/ingest"
	"weir/internal/jobs"
	"weir/internal/store"
	"weir/internal/store/storetest"
)

var began = time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)

func minute(n int) time.Time { return began.Add(time.Duration(n) * time.Minute) }

func sha(n int) string { return fmt.Sprintf("%040x", n) }

// aPull has 3 commits, 2 reviews, 4 comments on lines and 2 below.
func aPull(n int) ghes.Issue {
	at, head := 100*n, 10*n
	line := func(k int) ghes.ReviewComment {
		return ghes.ReviewComment{Comment: ghes.Comment{Author: "grace", Body: "Why is this so?", CreatedAt: minute(at + 10 + k)}}
	}
	return ghes.Issue{
		Author: "ada", Title: fmt.Sprintf("Change %d", n), CreatedAt: minute(at), Closed: true, ClosedAt: minute(at + 50), Labels: []string{"bug"}, Assignees: []string{"ada"},
		Comments: []ghes.Comment{{Author: "linus", Body: "Have you measured it?", CreatedAt: minute(at + 5)}, {Author: "ada", Body: "Yes", CreatedAt: minute(at + 6)}},
		Events:   []ghes.Event{{Kind: ghes.EventMerged, Actor: "grace", Commit: sha(head + 9), At: minute(at + 50)}, {Kind: ghes.EventClosed, Actor: "grace", At: minute(at + 50)}},
		Pull: &ghes.PullRequest{HeadRef: fmt.Sprintf("topic-%d", n), HeadSHA: sha(head + 3), BaseSHA: sha(1), Commits: []string{sha(head + 1), sha(head + 2), sha(head + 3)},
			Additions: n, Deletions: 1, ChangedFiles: 1, MergedAt: minute(at + 50), MergedBy: "grace", MergeMethod: ghes.Squash, MergeCommit: sha(head + 9),
			Reviews: []ghes.Review{{Author: "grace", State: ghes.ChangesRequested, Body: "Not yet", SubmittedAt: minute(at + 10)}, {Author: "linus", State: ghes.Approved, SubmittedAt: minute(at + 40)}},
			Threads: []ghes.ReviewThread{{Path: "a.go", Line: 3, Comments: []ghes.ReviewComment{line(0), line(1)}}, {Path: "b.go", Line: 9, Comments: []ghes.ReviewComment{line(0), line(2)}}}},
	}
}

// TestItemsCostFewRequests holds the budget: a thousand pull requests with all their parts in at most 45
// requests, and a second look in at most 3.
func TestItemsCostFewRequests(t *testing.T) {
	t.Parallel()
	w := newItemWorld(t, storetest.Open(t), nil, "web")
	for n := range 1000 {
		w.add("web", aPull(n))
	}
	if err := w.store.SaveSyncState(t.Context(), facts.SyncState{Repo: w.repos["web"], Kind: facts.SyncCommits, Phase: facts.PhaseReady, FinishedAt: 1}); err != nil {
		t.Fatal(err)
	}
	w.sync("web")
	first := len(w.server.Requests())
	w.server.ForgetRequests()
	w.same("web")
	w.sync("web")
	second := len(w.server.Requests())
	t.Logf("first %d requests, second %d", first, second)
	if first > 45 || second > 3 {
		t.Errorf("first sync %d requests, want at most 45; second %d, want at most 3", first, second)
	}
	c, err := w.store.Completeness(t.Context(), w.repos["web"], facts.SyncPullRequests)
	if err != nil || c.Server != 1000 || c.Held != 1000 || !c.Complete() || c.FullAt == 0 {
		t.Errorf("completeness %+v, %v", c, err)
	}
	if len(w.queue.judged) == 0 {
		t.Error("the repo is not judged again after its merges are known")
	}
}

// TestItemsFollowChanges: whatever happens to an item is held after the next look, and nothing else is asked for.
func TestItemsFollowChanges(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		w := newItemWorld(t, s, nil, "web", "docs")
		for n := range 30 {
			w.add("web", aPull(n))
			w.add("web", ghes.Issue{Author: "moved-in", Title: "Broken", CreatedAt: minute(100*n + 7), Comments: []ghes.Comment{{Author: "renovate", Body: "me too", CreatedAt: minute(100*n + 8)}}})
		}
		w.sync("web")
		w.same("web")
		w.sync("docs") // an empty one
		w.same("docs")
		later := 100_000
		w.change("web", 3, func(i *ghes.Issue) {
			i.Title, i.UpdatedAt = "Renamed", minute(later)
			i.Comments = append(i.Comments, ghes.Comment{Author: "nobody-any-more", Body: "ok", CreatedAt: minute(later)})
		})
		w.change("web", 4, func(i *ghes.Issue) {
			i.Closed, i.ClosedAt, i.UpdatedAt = true, minute(later+1), minute(later+1)
			i.Events = append(i.Events, ghes.Event{Kind: ghes.EventClosed, Actor: "ada", At: minute(later + 1)})
		})
		w.change("web", 5, func(i *ghes.Issue) { // a comment is gone, and the pull request changed with it
			i.Comments, i.UpdatedAt = i.Comments[:1], minute(later+2)
		})
		w.add("web", aPull(2000))
		w.server.ForgetRequests()
		w.sync("web")
		w.same("web")
		if n := len(w.server.Requests()); n > 5 { // two looks, two readings, one question for the comment
			t.Errorf("%d requests for four changes", n)
		}
	})
}

// TestSweepSeesResolvedThreads: they do not change when a pull request was updated.
func TestSweepSeesResolvedThreads(t *testing.T) {
	t.Parallel()
	w := newItemWorld(t, storetest.Open(t), nil, "web")
	open := aPull(1)
	open.Closed, open.ClosedAt, open.Events, open.Pull.MergedAt, open.Pull.MergedBy, open.Pull.MergeCommit = false, time.Time{}, nil, time.Time{}, "", ""
	w.add("web", open)
	w.sync("web")
	w.change("web", 1, func(i *ghes.Issue) {
		i.Pull.Threads[0].Resolved, i.Pull.Threads[0].ResolvedBy = true, "ada"
		i.Pull.Threads[1].Comments = i.Pull.Threads[1].Comments[:1]
	})
	w.sync("web")
	held, err := w.store.PullRequest(t.Context(), w.repos["web"], 1)
	if err != nil || held.Threads[0].Resolved {
		t.Fatalf("seen without a sweep: %v, %v", held.Threads, err)
	}
	w.clock.advance(7 * time.Hour)
	w.sync("web")
	w.same("web")
	if held, err = w.store.PullRequest(t.Context(), w.repos["web"], 1); err != nil || held.Threads[0].ResolvedAt != w.clock.Now().Unix() {
		t.Errorf("resolved at %d, %v", held.Threads[0].ResolvedAt, err)
	}
}

// TestNothingGoesByAbsence: short lists, errors and an older backup cost nothing; an explicit not-found does.
func TestNothingGoesByAbsence(t *testing.T) {
	t.Parallel()
	w := newItemWorld(t, storetest.Open(t), nil, "web")
	for n := range 20 {
		w.add("web", aPull(n))
	}
	for n := range 20 {
		w.add("web", ghes.Issue{Author: "ada", Title: "Broken", CreatedAt: minute(100 * n)})
	}
	w.sync("web")
	before := w.inStore("web")
	// Restored from a backup from before the last ten pull requests and most tickets.
	var cut []ghes.Issue
	for n := 11; n <= 35; n++ {
		i, _ := w.world.Issue("acme/web", n)
		cut = append(cut, i)
		if err := w.world.DeleteIssue("acme/web", n); err != nil {
			t.Fatal(err)
		}
	}
	for n := 36; n <= 40; n++ {
		w.change("web", n, func(i *ghes.Issue) { i.UpdatedAt = minute(-1) })
	}
	w.sync("web")
	if got := w.inStore("web"); len(got) != len(before) {
		t.Errorf("%d rows after a restored backup, want %d", len(got), len(before))
	}
	c, err := w.store.Completeness(t.Context(), w.repos["web"], facts.SyncPullRequests)
	if err != nil || c.Note == "" || c.Server != 10 || c.Held != 20 {
		t.Errorf("completeness %+v, %v", c, err)
	}
	// Work goes on there: now what is missing is asked for, one by one, and marked.
	w.change("web", 10, func(i *ghes.Issue) { i.UpdatedAt = minute(1_000_000) })
	if err := w.ingest.SyncPullRequests(t.Context(), w.repos["web"]); err != nil {
		t.Fatal(err)
	}
	held, err := w.store.PullRequest(t.Context(), w.repos["web"], 15)
	if err != nil || held.GoneAt == 0 {
		t.Errorf("explicitly not found: gone at %d, %v", held.GoneAt, err)
	}
	// And what comes back is back.
	for _, i := range cut {
		w.add("web", i)
	}
	for range 2 {
		w.sync("web")
	}
	if held, err = w.store.PullRequest(t.Context(), w.repos["web"], 15); err != nil || held.GoneAt != 0 {
		t.Errorf("shown again: gone at %d, %v", held.GoneAt, err)
	}
	if held.Reviews == nil || held.Comments == nil {
		t.Error("its parts did not come back")
	}
	w.showsOlder(14)
}

// showsOlder has a pull request be gone and come back as it was before its last change.
func (w *itemWorld) showsOlder(number int) {
	w.t.Helper()
	backup, _ := w.world.Issue("acme/web", number)
	w.change("web", number, func(i *ghes.Issue) { i.UpdatedAt = minute(1_000_100) })
	w.sync("web")
	if err := w.world.DeleteIssue("acme/web", number); err != nil {
		w.t.Fatal(err)
	}
	w.change("web", 9, func(i *ghes.Issue) { i.UpdatedAt = minute(1_000_200) })
	w.sync("web")
	if held, err := w.store.PullRequest(w.t.Context(), w.repos["web"], number); err != nil || held.GoneAt == 0 {
		w.t.Fatalf("explicitly not found: gone at %d, %v", held.GoneAt, err)
	}
	w.add("web", backup)
	w.change("web", 9, func(i *ghes.Issue) { i.UpdatedAt = minute(1_000_300) })
	w.clock.advance(8 * 24 * time.Hour) // all numbers are compared
	w.sync("web")
	if held, err := w.store.PullRequest(w.t.Context(), w.repos["web"], number); err != nil || held.GoneAt != 0 {
		w.t.Errorf("shown again, as it was earlier: gone at %d, %v", held.GoneAt, err)
	}
}

// TestGapsAreRepaired: a pull request that is missing, for whatever reason, is found by its number.
func TestGapsAreRepaired(t *testing.T) {
	t.Parallel()
	w := newItemWorld(t, storetest.Open(t), nil, "web")
	for n := range 110 { // more than a look sees at once
		w.add("web", aPull(n))
		w.add("web", ghes.Issue{Author: "ada", Title: "Broken", CreatedAt: minute(100 * n)})
	}
	w.sync("web")
	if _, err := w.store.DB().ExecContext(t.Context(), `DELETE FROM pull_requests WHERE number IN (5, 9)`); err != nil {
		t.Fatal(err)
	}
	w.sync("web")
	w.same("web")
	c, err := w.store.Completeness(t.Context(), w.repos["web"], facts.SyncPullRequests)
	if err != nil || c.Repaired != 2 || !c.Complete() {
		t.Errorf("completeness %+v, %v", c, err)
	}
	w.server.ForgetRequests()
	w.sync("web")
	if n := len(w.server.Requests()); n > 3 {
		t.Errorf("%d requests when nothing is missing any more", n)
	}
}

// TestPagesAdapt: a server that gives up on large questions is asked smaller ones, and remembered.
func TestPagesAdapt(t *testing.T) {
	t.Parallel()
	w := newItemWorld(t, storetest.Open(t), nil, "web")
	w.server.Configure(func(s *ghes.Settings) { s.GraphQLNodes = 3000 })
	for n := range 60 {
		w.add("web", aPull(n))
	}
	w.sync("web")
	w.same("web")
	var given, gaveUp int
	for _, r := range w.server.Requests() {
		if r.Status == 502 {
			gaveUp++
		} else {
			given++
		}
	}
	if gaveUp == 0 || gaveUp > given {
		t.Errorf("%d given up, %d answered", gaveUp, given)
	}
	var cursor struct{ Size int }
	if err := w.store.SyncCursor(t.Context(), w.repos["web"], facts.SyncPullRequests, &cursor); err != nil || cursor.Size == 0 || cursor.Size > 20 {
		t.Errorf("size %d is remembered, %v", cursor.Size, err)
	}
}

// TestServicesSwitchItems: a service that is off reads nothing.
func TestServicesSwitchItems(t *testing.T) {
	t.Parallel()
	w := newItemWorld(t, storetest.Open(t), nil, "web")
	w.add("web", aPull(1))
	w.add("web", ghes.Issue{Author: "ada", Title: "Broken", CreatedAt: minute(1)})
	if err := w.store.SetServices(t.Context(), w.integration, []facts.Service{facts.ServiceRepos, facts.ServiceTickets}); err != nil {
		t.Fatal(err)
	}
	w.sync("web")
	_, pulls, err := w.store.PullRequests(t.Context(), facts.PullRequestFilter{}, facts.Page{})
	if err != nil {
		t.Fatal(err)
	}
	_, tickets, err := w.store.Tickets(t.Context(), facts.TicketFilter{}, facts.Page{})
	if err != nil || pulls != 0 || tickets != 1 {
		t.Errorf("%d pull requests, %d tickets, %v", pulls, tickets, err)
	}
}

// TestItemsTakeTurns: a reading that is cut short goes on where it was, and ends as one that was not.
func TestItemsTakeTurns(t *testing.T) {
	t.Parallel()
	w := newItemWorld(t, storetest.Open(t), nil, "web")
	for n := range 120 {
		w.add("web", aPull(n))
	}
	turns := 0
	for ; turns < 100; turns++ {
		w.restart(func(o *ingest.Options) { o.ItemSlice = time.Nanosecond })
		if err := w.ingest.SyncPullRequests(t.Context(), w.repos["web"]); err == nil {
			break
		}
	}
	w.same("web")
	if turns < 2 {
		t.Errorf("%d turns", turns)
	}
	pages := 0
	for _, r := range w.server.Requests() {
		if r.Path == "/api/graphql" {
			pages++
		}
	}
	if pages > 4*(turns+1) { // two questions for what the server can do, one page, no page twice
		t.Errorf("%d questions in %d turns", pages, turns+1)
	}
	c, err := w.store.Completeness(t.Context(), w.repos["web"], facts.SyncPullRequests)
	if err != nil || c.Note != "" || c.FullAt == 0 || !c.Complete() {
		t.Errorf("completeness %+v, %v", c, err)
	}
}

// TestDueItemsTakeTurns: those that are due get fewer in each turn, however few a turn can read.
func TestDueItemsTakeTurns(t *testing.T) {
	t.Parallel()
	eachWay(t, func(t *testing.T, w *itemWorld, same func(string)) {
		all := make([]int, 100)
		for n := range all {
			all[n] = w.add("web", ghes.Issue{Author: "ada", Title: "Broken", CreatedAt: minute(n)}).Number
		}
		w.sync("web")
		for _, n := range all {
			w.change("web", n, func(i *ghes.Issue) { i.Title = "Mended" }) // which no time of change tells
		}
		if err := w.store.InTx(t.Context(), func(tx *store.Tx) error {
			return tx.SaveItemsDue(t.Context(), w.repos["web"], facts.SyncTickets, all...)
		}); err != nil {
			t.Fatal(err)
		}
		for left := len(all); left > 0; {
			w.restart(aPage)
			err := w.ingest.SyncTickets(t.Context(), w.repos["web"])
			if err != nil && !errors.Is(err, jobs.ErrAgain) {
				t.Fatal(err)
			}
			due, dueErr := w.store.ItemsDue(t.Context(), w.repos["web"], facts.SyncTickets)
			if dueErr != nil || len(due) >= left {
				t.Fatalf("%d are due after a turn, %d before it; it ended with %v; %v", len(due), left, err, dueErr)
			}
			left = len(due)
		}
		same("web")
	}, "web")
}

// TestItemsChangeInTheSecondOfAReading: times of change are whole seconds, and what happens in the one in which an item was read
// is seen all the same. Once that second is over the item is read once more, and then no more.
func TestItemsChangeInTheSecondOfAReading(t *testing.T) {
	t.Parallel()
	eachWay(t, func(t *testing.T, w *itemWorld, same func(string)) {
		second := w.clock.Now().Truncate(time.Second)
		w.serverClock.set(second)
		for range 3 {
			w.add("web", ghes.Issue{Author: "ada", Title: "Broken", CreatedAt: minute(1), UpdatedAt: second})
			pull := aPull(1)
			pull.UpdatedAt = second
			w.add("web", pull)
		}
		w.sync("web")
		same("web")
		w.change("web", 1, func(i *ghes.Issue) {
			i.Closed, i.ClosedAt = true, second
			i.Comments = append(i.Comments, ghes.Comment{Author: "grace", Body: "Mended", CreatedAt: second})
			i.Events = append(i.Events, ghes.Event{Kind: ghes.EventClosed, Actor: "grace", At: second})
		})
		w.change("web", 2, func(i *ghes.Issue) {
			i.Pull.Reviews = append(i.Pull.Reviews, ghes.Review{Author: "linus", State: ghes.Commented, Body: "Well", SubmittedAt: second})
		})
		w.serverClock.set(second.Add(time.Minute))
		w.sync("web")
		same("web")
		w.sync("web") // by REST now with the names of lists that have settled
		w.server.ForgetRequests()
		w.sync("web")
		questions := 0
		for _, r := range w.server.Requests() {
			if r.Path == "/api/graphql" || strings.HasSuffix(r.Path, "/reviews") {
				questions++
			}
		}
		if questions > 2 { // when something changed last, of each kind
			t.Errorf("%d questions when nothing has changed any more", questions)
		}
	}, "web")
}

// TestManyChangesTakeTurns: more changes than a turn can read are not listed anew in each of them.
func TestManyChangesTakeTurns(t *testing.T) {
	t.Parallel()
	w := newItemWorld(t, storetest.Open(t), nil, "web")
	const many = 1_200
	for n := range many + 200 {
		w.add("web", ghes.Issue{Author: "ada", Title: "Broken", CreatedAt: minute(n)})
	}
	w.sync("web")
	before, err := w.store.Completeness(t.Context(), w.repos["web"], facts.SyncTickets)
	if err != nil {
		t.Fatal(err)
	}
	for n := range many {
		w.change("web", n+1, func(i *ghes.Issue) { i.Title, i.UpdatedAt = "Mended", minute(10_000+n) })
	}
	w.server.ForgetRequests()
	w.clock.advance(time.Hour)
	turns := 0
	for again := true; again; turns++ {
		w.restart(aPage)
		err := w.ingest.SyncTickets(t.Context(), w.repos["web"])
		if again = err != nil; again && !errors.Is(err, jobs.ErrAgain) {
			t.Fatal(err)
		}
	}
	w.same("web")
	questions := 0
	for _, r := range w.server.Requests() {
		if r.Path == "/api/graphql" {
			questions++
		}
	}
	if lists, look := 11, 1; questions > lists+look+3*turns { // a page each, after two questions for what the server can do
		t.Errorf("%d questions in %d turns", questions, turns)
	}
	if c, err := w.store.Completeness(t.Context(), w.repos["web"], facts.SyncTickets); err != nil || c.Note != "" || c.FullAt != before.FullAt || !c.Complete() {
		t.Errorf("completeness %+v, %v: only what has changed was read", c, err)
	}
}
