package web_test

import (
	"encoding/csv"
	"strings"
	"testing"

	"weir/internal/access"
	"weir/internal/facts"
)

// exported counts the rows of the ledger's CSV.
func exported(t *testing.T, c *client, query string) int {
	t.Helper()
	got := c.get("/settings/ledger.csv?" + query)
	rows, err := csv.NewReader(strings.NewReader(got.body)).ReadAll()
	if err != nil || got.status != 200 || len(rows) == 0 {
		t.Fatalf("%s: status %d, %v\n%s", query, got.status, err, got.body)
	}
	return len(rows) - 1
}

// TestLedgerIsFilteredAndExportedInWhole holds each filter against the thirty requests of the world: one a
// minute back from now, of statuses 200, 200, 304, 404 and none in turn.
func TestLedgerIsFilteredAndExportedInWhole(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.fill(t)
	c := w.signedIn(t, access.RoleAdmin)
	for query, want := range map[string]int{
		"": 30, "integration=1": 30, "integration=2": 0, "kind=rest": 15, "kind=graphql": 0, "q=page%3D2": 11, "q=discover": 30,
		"answer=2xx": 12, "answer=3xx": 5, "answer=4xx": 6, "answer=5xx": 0, "answer=none": 6, "answer=refused": 1,
		"period=1h": 30, "period=24h": 30, "period=all": 30, "from=2026-11-23": 30, "to=2026-11-22": 0, "from=2026-11-23&to=2026-11-23": 30,
		"from=2026-11-24": 0, "answer=4xx&kind=git": 3,
	} {
		if got := exported(t, c, query); got != want {
			t.Errorf("%q exports %d rows, want %d", query, got, want)
		}
	}
	for _, bad := range []string{"kind=smoke", "answer=odd", "period=ever", "from=soon", "to=2026-13-01", "page=0", "integration=x"} {
		if got := c.get("/settings/ledger?" + bad); got.status != 400 {
			t.Errorf("%s: status %d, want 400", bad, got.status)
		}
	}
	for n := range 9000 {
		must(t, w.store.Record(t.Context(), facts.Request{Integration: 1, At: now.Unix() - 86400*40, Kind: "rest", Method: "GET", Path: "/api/v3/user", Status: 200, TookMS: int64(n)}))
	}
	if got := exported(t, c, ""); got != 9030 {
		t.Errorf("the export holds %d rows, want all 9,030", got)
	}
	if got := exported(t, c, "period=30d"); got != 30 {
		t.Errorf("the last 30 days hold %d rows, want 30", got)
	}
	wants(t, c.get("/settings/ledger?period=24h&kind=git"), "Requests 1 to 15 of 15", `<option value="24h" selected>`, "/settings/ledger.csv?kind=git&amp;period=24h")
}
