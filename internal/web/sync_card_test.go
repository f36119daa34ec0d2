package web_test

import (
	"net/http"
	"strings"
	"testing"

	"weir/internal/access"
	"weir/internal/facts"
	"weir/internal/store"
)

// fillSync keeps counts and a cost for the integration that fill made.
func (w *world) fillSync(t *testing.T, repos []facts.RepoID) {
	t.Helper()
	must(t, w.store.InTx(t.Context(), func(tx *store.Tx) error {
		for n, c := range []facts.Completeness{
			{Repo: repos[0], Kind: facts.SyncPullRequests, Server: 4211, Held: 4211, CheckedAt: now.Unix() - 600, FullAt: now.Unix() - 3600},
			{Repo: repos[1], Kind: facts.SyncPullRequests, Server: 120, Held: 118, CheckedAt: now.Unix() - 600, Missing: 2, Repaired: 7},
			{Repo: repos[0], Kind: facts.SyncTickets, Server: 3, Held: 900, CheckedAt: now.Unix() - 600, FullAt: now.Unix() - 600, Note: "The server shows nothing as new as what is held."},
		} {
			if err := tx.SaveCompleteness(t.Context(), c); err != nil {
				t.Errorf("%d: %v", n, err)
			}
		}
		return nil
	}))
	for n := range 40 {
		must(t, w.store.Record(t.Context(), facts.Request{Integration: 1, At: now.Unix() - int64(n)*1800, Kind: "graphql", Method: "POST", Path: "/api/graphql", Status: 200, Bytes: 120_000}))
	}
	must(t, w.store.Flush(t.Context()))
}

func TestSyncCard(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	i := w.fill(t)
	w.fillSync(t, i.repos)
	c := w.signedIn(t, access.RoleAdmin)
	got := c.get("/settings/integrations/1").body
	for _, want := range []string{"4,329 of 4,331", "2 still missing", "at most 4 requests at once", "no quiet hours", "900 of 3", "The server shows nothing as new", "What it costs the server", "Last 24 hours"} {
		if !strings.Contains(got, want) {
			t.Errorf("the page does not say %q", want)
		}
	}
	w.seesCompleteness(t, c)
	if got := c.post("/settings/integrations/1/quiet-hours", "on", "1", "from", "22:00", "to", "06:30", "zone", "Mars/Olympus"); !strings.Contains(got.body, "there is no time zone") {
		t.Error("a zone that is none was taken")
	}
	c.post("/settings/integrations/1/quiet-hours", "on", "1", "from", "22:00", "to", "06:30", "zone", "Europe/Berlin", "weekends", "1")
	var hours facts.QuietHours
	must(t, w.store.Setting(t.Context(), facts.QuietHoursSetting(1), &hours))
	if want := (facts.QuietHours{From: 22 * 60, To: 6*60 + 30, Zone: "Europe/Berlin", Weekends: true}); hours != want {
		t.Errorf("kept %+v, want %+v", hours, want)
	}
	if got := c.get("/settings/integrations/1").body; !strings.Contains(got, `value="06:30"`) || !strings.Contains(got, `name="on" value="1" checked`) {
		t.Error("the form does not show what is kept")
	}
	c.post("/settings/integrations/1/quiet-hours", "from", "22:00", "to", "06:30", "zone", "UTC")
	must(t, w.store.Setting(t.Context(), facts.QuietHoursSetting(1), &hours))
	if hours.From != hours.To {
		t.Errorf("switched off, and still %+v", hours)
	}
}

// seesCompleteness opens the ledger repo by repo.
func (w *world) seesCompleteness(t *testing.T, c *client) {
	t.Helper()
	all := c.get("/settings/integrations/1/completeness")
	for _, want := range []string{"4,211", "complete", "2 still missing", "more than the server counts", "Not counted yet."} {
		if !strings.Contains(all.body, want) {
			t.Errorf("the ledger by repo does not say %q", want)
		}
	}
	odd := c.get("/settings/integrations/1/completeness?only=odd").body
	if strings.Contains(odd, "4,211") || !strings.Contains(odd, "Lines 1 to 2 of 2") {
		t.Errorf("what is not as it should be: %s", odd)
	}
	if got := c.get("/settings/integrations/1/completeness?page=x"); got.status != http.StatusBadRequest {
		t.Errorf("page x: status %d", got.status)
	}
}
