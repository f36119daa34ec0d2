package ingest_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"weir/internal/connect"
	"weir/internal/facts"
	"weir/internal/ghes"
	"weir/internal/ingest"
	"weir/internal/store"
	"weir/internal/store/storetest"
)

// ways are the APIs by which items can be read.
var ways = map[string]func(*ghes.World) connect.Credential{"graphql": tokenOf, "rest": passwordOf}

// eachWay runs a test by both APIs on both databases. same compares what is held with the server as far as the API tells.
func eachWay(t *testing.T, test func(t *testing.T, w *itemWorld, same func(repo string)), repos ...string) {
	t.Helper()
	for name, credential := range ways {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			storetest.Each(t, func(t *testing.T, s *store.Store) {
				w := newItemWorld(t, s, credential, repos...)
				w.rest = name == "rest"
				test(t, w, w.sameAsTold)
			})
		})
	}
}

func (w *itemWorld) sameAsTold(repo string) {
	w.t.Helper()
	if w.rest {
		w.sameByREST(repo)
		return
	}
	w.same(repo)
}

// inTurns reads both kinds to the end in as many turns as there can be.
func (w *itemWorld) inTurns(name string) {
	w.t.Helper()
	w.restart(func(o *ingest.Options) { o.ItemSlice = time.Nanosecond })
	for range 2 {
		for tries := 0; ; tries++ {
			err := w.ingest.SyncPullRequests(w.t.Context(), w.repos[name])
			if err == nil {
				err = w.ingest.SyncTickets(w.t.Context(), w.repos[name])
			}
			if err == nil {
				break
			}
			if tries == 200 {
				w.t.Fatal(err)
			}
		}
	}
	w.restart()
}

// TestEqualCountsHideNothing: one pull request and one ticket are missing here, as many have gone there. The counts are equal,
// the numbers are not, and they are compared every week.
func TestEqualCountsHideNothing(t *testing.T) {
	t.Parallel()
	eachWay(t, func(t *testing.T, w *itemWorld, same func(string)) {
		for n := range 110 { // more than a page of numbers
			w.add("web", aPull(n))
			w.add("web", ghes.Issue{Author: "ada", Title: "Broken", CreatedAt: minute(100*n + 7), Comments: []ghes.Comment{{Author: "linus", Body: "me too", CreatedAt: minute(100*n + 8)}}})
		}
		w.sync("web")
		same("web")
		for _, table := range []string{"pull_requests", "tickets", "comments", "reviews", "events"} {
			if _, err := w.store.DB().ExecContext(t.Context(), `DELETE FROM `+table+` WHERE number IN (5, 8)`); err != nil {
				t.Fatal(err)
			}
		}
		for _, n := range []int{9, 12} {
			if err := w.world.DeleteIssue("acme/web", n); err != nil {
				t.Fatal(err)
			}
		}
		w.clock.advance(24 * time.Hour)
		w.sync("web")
		for _, kind := range []facts.SyncKind{facts.SyncPullRequests, facts.SyncTickets} {
			if c, err := w.store.Completeness(t.Context(), w.repos["web"], kind); err != nil || c.Server != 109 || c.Held != 109 || c.FullAt >= w.clock.Now().Unix() {
				t.Fatalf("the counts of %s are not equal, or were taken for a full check: %+v, %v", kind, c, err)
			}
		}
		w.clock.advance(7 * 24 * time.Hour)
		w.inTurns("web")
		same("web")
		for _, kind := range []facts.SyncKind{facts.SyncPullRequests, facts.SyncTickets} {
			c, err := w.store.Completeness(t.Context(), w.repos["web"], kind)
			if err != nil || !c.Complete() || c.Repaired != 1 || c.FullAt != w.clock.Now().Unix() {
				t.Errorf("%s: %+v, %v", kind, c, err)
			}
		}
		if p, err := w.store.PullRequest(t.Context(), w.repos["web"], 9); err != nil || p.GoneAt == 0 {
			t.Errorf("the pull request that has gone: %d, %v", p.GoneAt, err)
		}
		w.sync("web") // what was found out is not asked for again
		w.server.ForgetRequests()
		w.sync("web")
		if n := len(w.server.Requests()); n > 12 {
			t.Errorf("%d requests when nothing has changed", n)
		}
	}, "web")
}

// TestTicketsThatGoElsewhere: one is transferred, one is made a discussion, one is deleted. Each says so, is kept for 30 days,
// and comes back when the server shows it again.
func TestTicketsThatGoElsewhere(t *testing.T) {
	t.Parallel()
	eachWay(t, func(t *testing.T, w *itemWorld, same func(string)) {
		ctx := t.Context()
		for n := range 5 {
			w.add("web", ghes.Issue{Author: "grace", Title: fmt.Sprintf("Broken %d", n), CreatedAt: minute(n), Comments: []ghes.Comment{{Author: "linus", Body: "me too", CreatedAt: minute(n + 8)}}})
		}
		w.add("docs", ghes.Issue{Author: "ada", Title: "Other", CreatedAt: minute(50)})
		both := func() {
			for _, repo := range []string{"web", "docs"} {
				w.sync(repo)
			}
		}
		both()
		ada := w.server.World.As("ada")
		moved, err := ada.Transfer("acme/web", 1, "acme/docs")
		if err != nil {
			t.Fatal(err)
		}
		if err := ada.ConvertToDiscussion("acme/web", 2); err != nil {
			t.Fatal(err)
		}
		deleted, _ := w.world.Issue("acme/web", 3)
		if err := ada.Delete("acme/web", 3); err != nil {
			t.Fatal(err)
		}
		both()
		same("web")
		same("docs")
		judged := func(n int) facts.JudgedTicket {
			t.Helper()
			j, err := w.store.JudgedTicket(ctx, w.repos["web"], n)
			if err != nil {
				t.Fatal(err)
			}
			return j
		}
		to := fmt.Sprintf("acme/docs#%d", moved)
		if j := judged(1); j.GoneReason != facts.GoneTransferred || j.GoneTo != to || j.Reason != facts.LeftGone || j.Detail != "transferred to "+to {
			t.Errorf("transferred: %q %q %q %q", j.GoneReason, j.GoneTo, j.Reason, j.Detail)
		}
		there, err := w.store.Ticket(ctx, w.repos["docs"], moved)
		if err != nil || len(there.Comments) != 1 || !slices.ContainsFunc(there.Events, func(e facts.Event) bool { return e.Kind == facts.EventTransferred }) {
			t.Errorf("where it went: %+v, %v", there, err)
		}
		if j := judged(2); j.State != facts.TicketClosed || j.StateReason != facts.StateConverted || j.GoneAt != 0 {
			t.Errorf("made a discussion: %q %q gone at %d", j.State, j.StateReason, j.GoneAt)
		}
		if j := judged(3); j.GoneReason != facts.GoneDeleted || j.Reason != facts.LeftGone || j.Detail == "" {
			t.Errorf("deleted: %q %q %q", j.GoneReason, j.Reason, j.Detail)
		}
		w.add("web", deleted)
		both()
		same("web")
		if k, err := w.store.Ticket(ctx, w.repos["web"], 3); err != nil || k.GoneAt != 0 || len(k.Comments) != 1 {
			t.Errorf("shown again: gone at %d with %d comments, %v", k.GoneAt, len(k.Comments), err)
		}
		if err := ada.Delete("acme/web", 3); err != nil {
			t.Fatal(err)
		}
		both()
		for _, c := range []struct {
			wait time.Duration
			held bool
		}{{facts.KeepDeleted - time.Hour, true}, {2 * time.Hour, false}} {
			w.clock.advance(c.wait)
			if err := w.ingest.CleanUp(ctx); err != nil {
				t.Fatal(err)
			}
			for _, n := range []int{1, 3} {
				if _, err := w.store.Ticket(ctx, w.repos["web"], n); (err == nil) != c.held {
					t.Errorf("ticket %d after %s: %v", n, c.wait, err)
				}
			}
		}
		same("web")
	}, "web", "docs")
}

// TestARestoredServerGivesNumbersAgain: after a backup is restored, numbers and ids that were lost are given to others. What was
// lost is kept apart, and nothing of two is mixed.
func TestARestoredServerGivesNumbersAgain(t *testing.T) {
	t.Parallel()
	eachWay(t, func(t *testing.T, w *itemWorld, same func(string)) {
		ticket := func(n int, author string) ghes.Issue {
			return ghes.Issue{Author: author, Title: fmt.Sprintf("Broken %d", n), CreatedAt: minute(100*n + 7), Comments: []ghes.Comment{{Author: "linus", Body: "me too", CreatedAt: minute(100*n + 8)}}}
		}
		for n := range 3 {
			w.add("web", aPull(n))
			w.add("web", ticket(n, "ada"))
		}
		restore := w.world.Snapshot()
		lost := []int{w.add("web", aPull(10)).Number, w.add("web", ticket(11, "ada")).Number, w.add("web", aPull(12)).Number}
		w.sync("web")
		same("web")
		parts := map[int]int{}
		for _, row := range w.inStore("web") {
			for _, n := range lost {
				if slices.Contains([]int{n}, numberOf(row)) {
					parts[n]++
				}
			}
		}
		restore()
		w.add("web", ticket(2000, "grace")) // was a pull request
		w.add("web", aPull(2001))           // was a ticket
		w.add("web", aPull(2002))           // was another pull request
		for range 2 {
			w.sync("web")
			same("web")
		}
		for _, n := range lost {
			var why facts.GoneReason
			var to string
			var rows int
			if n == lost[1] {
				k, err := w.store.Ticket(t.Context(), w.repos["web"], -n)
				if err != nil {
					t.Fatal(err)
				}
				why, to, rows = k.GoneReason, k.GoneTo, 3+len(k.Comments)+len(k.Events)
			} else {
				p, err := w.store.PullRequest(t.Context(), w.repos["web"], -n)
				if err != nil {
					t.Fatal(err)
				}
				why, to, rows = p.GoneReason, p.GoneTo, len(pullRows(p))+len(pullDetails(p))
			}
			if why != facts.GoneReplaced || to != fmt.Sprintf("#%d", n) || rows != parts[n] {
				t.Errorf("%d: %q %q with %d of %d rows", n, why, to, rows, parts[n])
			}
		}
	}, "web")
}

func numberOf(row string) (n int) {
	_, _ = fmt.Sscanf(row, "#%d ", &n)
	return n
}

// TestTicketsThatAreSwitchedOffStay: a repo whose issues are switched off answers for each as for one that was deleted, but for
// the words. They are back when they are switched on again.
func TestTicketsThatAreSwitchedOffStay(t *testing.T) {
	t.Parallel()
	for name, credential := range map[string]func(*ghes.World) connect.Credential{"GraphQL": tokenOf, "REST": passwordOf} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newItemWorld(t, storetest.Open(t), credential, "web")
			for n := range 3 {
				w.add("web", ghes.Issue{Title: "A ticket", Author: "ada", CreatedAt: time.Unix(1_700_000_000+int64(n), 0)})
			}
			w.add("web", aPull(4))
			w.sync("web")
			off := func(is bool) {
				if err := w.world.UpdateRepo("acme/web", func(r *ghes.Repo) { r.IssuesOff = is }); err != nil {
					t.Fatal(err)
				}
			}
			off(true)
			w.clock.advance(8 * 24 * time.Hour)
			if err := w.store.InTx(t.Context(), func(tx *store.Tx) error {
				return tx.SaveItemsDue(t.Context(), w.repos["web"], facts.SyncTickets, 1)
			}); err != nil {
				t.Fatal(err)
			}
			err := w.ingest.SyncTickets(t.Context(), w.repos["web"])
			if name == "GraphQL" {
				c, ledgerErr := w.store.Completeness(t.Context(), w.repos["web"], facts.SyncTickets)
				if err != nil || ledgerErr != nil || !strings.Contains(c.Note, "switched off in this repo") {
					t.Errorf("the ledger says %+v, %v %v", c, err, ledgerErr)
				}
			} else if state, stateErr := w.store.SyncState(t.Context(), w.repos["web"], facts.SyncTickets); err == nil || stateErr != nil || !strings.Contains(state.Cause, "disabled") {
				t.Errorf("the state says %+v, %v %v", state, err, stateErr)
			}
			if held, err := w.store.CountItems(t.Context(), w.repos["web"], facts.SyncTickets); err != nil || held != 3 {
				t.Errorf("%d tickets are held, %v", held, err)
			}
			off(false)
			w.add("web", ghes.Issue{Title: "A new one", Author: "ada"})
			w.clock.advance(8 * 24 * time.Hour)
			if err := w.ingest.SyncTickets(t.Context(), w.repos["web"]); err != nil {
				t.Fatal(err)
			}
			if c, err := w.store.Completeness(t.Context(), w.repos["web"], facts.SyncTickets); err != nil || !c.Complete() || c.Note != "" || c.Held != 4 {
				t.Errorf("the ledger says %+v, %v", c, err)
			}
		})
	}
}
