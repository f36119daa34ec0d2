package ingest_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"weir/internal/connect"
	"weir/internal/facts"
	"weir/internal/ghes"
	"weir/internal/secret"
	"weir/internal/store"
	"weir/internal/store/storetest"
)

func passwordOf(*ghes.World) connect.Credential {
	return connect.PasswordCredential("weir", secret.New("correct-horse-battery"))
}

// toldByREST leaves out what its lists do not tell: commits come from git, whether a thread is resolved does
// not come at all, lines and files are counted by git, and neither what it closes nor since when it waits to merge itself is told.
func toldByREST(rows []string) []string {
	var told []string
	for _, row := range rows {
		if strings.Contains(row, " commit ") || strings.Contains(row, " thread ") || strings.Contains(row, "head_force_pushed") ||
			strings.Contains(row, "event base_changed") || strings.Contains(row, "event transferred") ||
			strings.Contains(row, " files ") || strings.Contains(row, " closes [") || strings.Contains(row, "auto-merge since") {
			continue
		}
		if before, after, found := strings.Cut(row, ", +"); found {
			_, after, _ = strings.Cut(after, " [")
			row = before + " [" + after
		}
		told = append(told, row)
	}
	slices.Sort(told)
	return told
}

func (w *itemWorld) sameByREST(name string) {
	w.t.Helper()
	if diff := cmp.Diff(toldByREST(w.onServer(name)), toldByREST(w.inStore(name))); diff != "" {
		w.t.Errorf("%s (-server +store):\n%s", name, diff)
	}
}

// TestItemsByREST holds the budget where GraphQL is refused: a thousand pull requests in at most 1,150 requests.
func TestItemsByREST(t *testing.T) {
	t.Parallel()
	w := newItemWorld(t, storetest.Open(t), passwordOf, "web")
	for n := range 1000 {
		w.add("web", aPull(n))
	}
	if err := w.ingest.SyncPullRequests(t.Context(), w.repos["web"]); err != nil {
		t.Fatal(err)
	}
	first := len(w.server.Requests())
	w.sameByREST("web")
	w.server.ForgetRequests()
	if err := w.ingest.SyncPullRequests(t.Context(), w.repos["web"]); err != nil {
		t.Fatal(err)
	}
	second := w.server.Requests()
	unchanged := 0
	for _, r := range second {
		if r.Status == 304 {
			unchanged++
		}
	}
	t.Logf("first %d requests, second %d, of which %d were answered by an ETag", first, len(second), unchanged)
	if first > 1150 || len(second) > 5 || unchanged == 0 {
		t.Errorf("first sync %d requests, want at most 1,150; second %d, want at most 5; %d by ETag", first, len(second), unchanged)
	}
	c, err := w.store.Completeness(t.Context(), w.repos["web"], facts.SyncPullRequests)
	if err != nil || c.Server != 1000 || !c.Complete() {
		t.Errorf("completeness %+v, %v", c, err)
	}
}

// TestItemsByRESTFollowChanges: tickets and pull requests share lists, and each keeps to its own.
func TestItemsByRESTFollowChanges(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		w := newItemWorld(t, s, passwordOf, "web")
		for n := range 15 {
			w.add("web", aPull(n))
			w.add("web", ghes.Issue{Author: "moved-in", Title: "Broken", CreatedAt: minute(100*n + 7), Comments: []ghes.Comment{{Author: "renovate", Body: "me too", CreatedAt: minute(100*n + 8)}}})
		}
		w.sync("web")
		w.sameByREST("web")
		later := 100_000
		w.change("web", 3, func(i *ghes.Issue) {
			i.Title, i.UpdatedAt = "Renamed", minute(later)
			i.Comments = append(i.Comments, ghes.Comment{Author: "nobody-any-more", Body: "ok", CreatedAt: minute(later)})
			i.Pull.Reviews = append(i.Pull.Reviews, ghes.Review{Author: "linus", State: ghes.Approved, SubmittedAt: minute(later)})
		})
		w.change("web", 4, func(i *ghes.Issue) {
			i.Closed, i.ClosedAt, i.UpdatedAt = true, minute(later+1), minute(later+1)
			i.Events = append(i.Events, ghes.Event{Kind: ghes.EventClosed, Actor: "ada", At: minute(later + 1)})
		})
		w.sync("web")
		w.sameByREST("web")
		// One that a webhook named and that is no more.
		if err := w.world.DeleteIssue("acme/web", 6); err != nil {
			t.Fatal(err)
		}
		if err := s.InTx(t.Context(), func(tx *store.Tx) error { return tx.SaveItemsDue(t.Context(), w.repos["web"], facts.SyncTickets, 6) }); err != nil {
			t.Fatal(err)
		}
		w.clock.advance(time.Minute)
		w.sync("web")
		w.sameByREST("web")
	})
}

// TestItemsByRESTAfterAShortList: the list of a repo's events is read again when items come that it was passed over for.
func TestItemsByRESTAfterAShortList(t *testing.T) {
	t.Parallel()
	for _, list := range []string{"pulls", "issues"} {
		t.Run(list, func(t *testing.T) {
			t.Parallel()
			w := newItemWorld(t, storetest.Open(t), passwordOf, "web")
			for n := range 10 {
				closed := ghes.Issue{Author: "ada", Title: "Broken", CreatedAt: minute(100*n + 7), Closed: true, ClosedAt: minute(100*n + 9), UpdatedAt: minute(100*n + 9)}
				closed.Events = []ghes.Event{{Kind: ghes.EventClosed, Actor: "grace", At: closed.ClosedAt}}
				if w.add("web", closed); list == "pulls" {
					w.add("web", aPull(n))
				}
			}
			w.server.Faults.Add(ghes.Fault{Path: "/api/v3/repositories/*/" + list, Effect: ghes.EmptyList()})
			w.sync("web")
			w.server.Faults.Clear()
			w.clock.advance(25 * time.Hour)
			w.sync("web")
			w.sameByREST("web")
		})
	}
}
