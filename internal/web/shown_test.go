package web_test

import (
	"context"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"testing"

	"weir/internal/access"
	"weir/internal/facts"
	"weir/internal/judge"
	"weir/internal/metrics"
	"weir/internal/web"
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

// Exports hold every row of a list, however few the page shows, and say where they are cut.
func TestExportsAreWhole(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.fill(t)
	c := w.signedIn(t, access.RoleAdmin)
	const address = "/reports/commits%s?from=2026-01-01&to=2026-11-23"
	var page struct {
		Tiles  []struct{ Value struct{ Value float64 } }
		Tables []struct{ Rows []any }
	}
	if err := json.Unmarshal([]byte(c.get(fmt.Sprintf(address, ".json")).body), &page); err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(strings.NewReader(c.get(fmt.Sprintf(address, ".csv")).body)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	if n := len(page.Tables[0].Rows); n <= 100 || len(rows) != n+1 {
		t.Errorf("JSON has %d rows, CSV %d and its heading; want all, more than 100", n, len(rows)-1)
	}
	if link := c.get(fmt.Sprintf(address, ".json") + "&limit=10").header.Get("Link"); !strings.Contains(link, "offset=10") {
		t.Errorf("a part of the list names %q as the next", link)
	}
	if body := c.get(fmt.Sprintf(address, "")).body; !strings.Contains(body, "All "+strconv.Itoa(len(rows)-1)+" commits") {
		t.Error("the page has no row of sums over all commits")
	}
}

// What an address names in vain is said by name, on the page and in the exports.
func TestWrongParametersAreNamed(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.fill(t)
	c := w.signedIn(t, access.RoleAdmin)
	for _, query := range []string{"person=4711", "repo=4711", "foo=bar", "commit=abc", "period=7d&from=2026-01-01"} {
		name, _, _ := strings.Cut(query, "=")
		for _, form := range []string{"", ".json", ".csv"} {
			got := c.get("/reports/commits" + form + "?" + query)
			if got.status != http.StatusBadRequest || !strings.Contains(got.body, name) || strings.Contains(got.body, "No data yet") {
				t.Errorf("%s%s: status %d, %.300s", form, query, got.status, got.body)
			}
		}
	}
	if got := c.get("/reports/code?sort=nope"); !strings.Contains(got.body, "cannot be sorted by") {
		t.Error("a column that there is none of is not said")
	}
}

// The page of a commit shows the terms of its impact and explains lines as lines.
func TestCommitShowsItsTerms(t *testing.T) {
	t.Parallel()
	w := newWorld(t, func(o *web.Options) {
		o.Evidence.Terms = func(ctx context.Context, c *facts.JudgedCommit) (metrics.Terms, error) {
			return judge.Explain(ctx, o.Store, c)
		}
	})
	i := w.fill(t)
	body := w.signedIn(t, access.RoleAdmin).get("/reports/commit?repo=3&commit=" + i.commit).body
	for _, want := range []string{"How the impact comes about", "Help others and rework", "Sum s", "The five types add up to HALOC."} {
		if !strings.Contains(body, want) {
			t.Errorf("the page of a commit does not say %q", want)
		}
	}
}

// The grid of the Work log explains its signs, and its export keeps what a grid has no room for.
func TestWorkLogIsExplained(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.fill(t)
	c := w.signedIn(t, access.RoleAdmin)
	body := c.get("/reports/worklog").body
	for _, want := range []string{"a dot means other work only", "Weekends are shaded", "table=each_day"} {
		if !strings.Contains(body, want) {
			t.Errorf("the Work log does not say %q", want)
		}
	}
	if strings.Contains(body, `id="each_day"`) {
		t.Error("the list for exports is drawn on the page")
	}
	if reviews, all := c.get("/reports/worklog?show=reviews").body, c.get("/reports/worklog?show=commits").body; reviews == all || !strings.Contains(reviews, "act=reviewed") {
		t.Error("choosing reviews shows what choosing commits does")
	}
	if got := c.get("/reports/worklog.csv?table=each_day"); !strings.HasPrefix(got.body, "person,bot,day,commits,merges,left_out,pull_requests,reviews,comments,tickets\n") {
		t.Errorf("the export day by day: %.200s", got.body)
	}
}
