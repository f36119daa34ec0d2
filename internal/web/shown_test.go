package web_test

import (
	"encoding/csv"
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"weir/internal/access"
)

// Every report answers in every form, whether it has anything to show or not.
func TestEveryReportIsShown(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	i := w.fill(t)
	c := w.signedIn(t, access.RoleAdmin)
	for _, name := range []string{"code", "worklog", "commits"} {
		for _, query := range []string{"", "period=all", "period=last_week", "from=2001-01-01&to=2001-02-01", "from=1975-01-01&to=2026-11-23",
			"person=8&from=2001-01-01&to=2001-02-01", "repo=5", "repo=6&period=all", "from=0001-01-01&to=2026-11-23"} {
			allForms(t, c, name, query, http.StatusOK)
		}
	}
	allForms(t, c, "commits", "q=no+commit+says+this", http.StatusOK)
	allForms(t, c, "commit", "repo=3&commit="+i.commit, http.StatusOK)
	allForms(t, c, "commit", "repo=3&commit="+strings.Repeat("e", 40), http.StatusNotFound)
}

// allForms asks for a report as a page, as JSON and as CSV.
func allForms(t *testing.T, c *client, name, query string, status int) {
	t.Helper()
	for _, form := range []string{"", ".json", ".csv"} {
		path := "/reports/" + name + form + "?" + query
		got := c.get(path)
		if got.status != status {
			t.Errorf("GET %s: status %d, want %d\n%.400s", path, got.status, status, got.body)
			continue
		}
		var err error
		switch form {
		case ".json":
			err = json.Unmarshal([]byte(got.body), new(any))
		case ".csv":
			if status == http.StatusOK {
				_, err = csv.NewReader(strings.NewReader(got.body)).ReadAll()
			}
		default:
			if !strings.Contains(got.body, "</html>") {
				t.Errorf("GET %s: the page breaks off", path)
			}
		}
		if err != nil {
			t.Errorf("GET %s: %v\n%.400s", path, err, got.body)
		}
	}
}

