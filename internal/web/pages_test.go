package web_test

import (
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"weir/internal/access"
	"weir/internal/report"
	"weir/internal/web"
)

// everyPage lists what an admin can read, with a commit's page.
func everyPage(i imported) []string {
	list := []string{"/reports/commit?repo=3&commit=" + i.commit, "/reports/commit.json?repo=3&commit=" + i.commit, "/reports/code?period=all",
		"/settings/integrations/1/repos?q=" + url.QueryEscape(hostile), "/reports/commits?q=" + url.QueryEscape(hostile), "/settings/ledger?q=%3Cscript%3E"}
	for path := range pages {
		list = append(list, path)
	}
	return list
}

var (
	inlineStyle   = regexp.MustCompile(`<[a-z][^>"]*("[^"]*"[^>"]*)* style=`)
	inlineHandler = regexp.MustCompile(`<[a-z][^>"]*("[^"]*"[^>"]*)* on[a-z]+=`)
	script        = regexp.MustCompile(`<script([^>]*)>`)
)

func TestPagesHoldNothingInline(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	i := w.fill(t)
	c := w.signedIn(t, access.RoleAdmin)
	for _, path := range append(everyPage(i), "/nothing-here", "/reports/nothing") {
		got := c.get(path)
		policy := got.header.Get("Content-Security-Policy")
		if !strings.Contains(policy, "default-src 'self'") || strings.Contains(policy, "unsafe") {
			t.Errorf("GET %s: policy %q", path, policy)
		}
		if !strings.HasPrefix(got.header.Get("Content-Type"), "text/html") {
			continue
		}
		if found := inlineStyle.FindString(got.body) + inlineHandler.FindString(got.body); found != "" {
			t.Errorf("GET %s holds inline style or script: %s", path, found)
		}
		for _, s := range script.FindAllStringSubmatch(got.body, -1) {
			if !strings.Contains(s[1], ` src="/assets/`) && !strings.Contains(s[1], "application/json") {
				t.Errorf("GET %s holds an inline script: %s", path, s[0])
			}
		}
	}
}

func TestHostileNamesStayText(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	i := w.fill(t)
	c := w.signedIn(t, access.RoleAdmin)
	for _, path := range everyPage(i) {
		got := c.get(path)
		if got.status != http.StatusOK {
			t.Errorf("GET %s: status %d", path, got.status)
		}
		if !strings.HasPrefix(got.header.Get("Content-Type"), "text/html") {
			continue
		}
		if strings.Contains(got.body, "<script>alert") || strings.Contains(got.body, "<img src=x") {
			t.Errorf("GET %s lets a name run as a script", path)
		}
		if strings.Contains(got.body, "\u202e") && !strings.Contains(path, "%E2%80%AE") {
			t.Errorf("GET %s lets a name turn the direction of the text", path)
		}
	}
}

func TestErrorsSayWhatHappenedAndWhatNext(t *testing.T) {
	t.Parallel()
	secretCause := errors.New("pq: relation \"secret_table\" does not exist")
	w := newWorld(t, func(o *web.Options) {
		o.ReportFunc = func(_ context.Context, name string, _ report.Params) (*report.Page, error) {
			if name == "commits" {
				panic("a bug")
			}
			return nil, secretCause
		}
	})
	c := w.signedIn(t, access.RoleAdmin)
	for _, test := range []struct {
		path   string
		status int
		says   string
	}{
		{"/nothing", http.StatusNotFound, "There is nothing here"},
		{"/settings/integrations/999", http.StatusNotFound, "There is nothing here"},
		{"/settings/integrations/abc", http.StatusNotFound, "There is nothing here"},
		{"/settings/integrations.json", http.StatusNotFound, `"what":"There is nothing here"`},
		{"/reports/code?period=yesterday", http.StatusBadRequest, "&#34;yesterday&#34; is none of"},
		{"/reports/code?from=2026-02-30", http.StatusBadRequest, "is not a day in the form"},
		{"/reports/code.json?from=x", http.StatusBadRequest, `"why":"Parameter from:`},
		{"/settings/ledger?integration=x", http.StatusBadRequest, "is not a number"},
		{"/reports/code", http.StatusInternalServerError, "Something went wrong on our side"},
		{"/reports/code.json", http.StatusInternalServerError, "request_id"},
		{"/reports/commits", http.StatusInternalServerError, "Something went wrong on our side"},
	} {
		got := c.get(test.path)
		if got.status != test.status || !strings.Contains(got.body, test.says) {
			t.Errorf("GET %s: status %d, want %d and %q in\n%s", test.path, got.status, test.status, test.says, got.body)
		}
		if strings.Contains(got.body, "secret_table") || strings.Contains(got.body, "a bug") {
			t.Errorf("GET %s shows what belongs in the log", test.path)
		}
	}
}

func TestTwins(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.fill(t)
	c := w.signedIn(t, access.RoleAdmin)
	for name := range map[string]bool{"code": true, "worklog": true, "commits": true} {
		var page struct{ Report, Title string }
		got := c.get("/reports/" + name + ".json?period=30d")
		if err := json.Unmarshal([]byte(got.body), &page); err != nil || page.Report != name {
			t.Errorf("%s.json: %v, report %q\n%.300s", name, err, page.Report, got.body)
		}
		if same := c.get("/reports/"+name+"?period=30d", "Accept", "application/json"); same.body != got.body {
			t.Errorf("%s asked for as JSON differs from %s.json", name, name)
		}
		got = c.get("/reports/" + name + ".csv")
		rows, err := csv.NewReader(strings.NewReader(got.body)).ReadAll()
		if err != nil || len(rows) < 3 {
			t.Errorf("%s.csv: %v, %d rows", name, err, len(rows))
		}
	}
	if got := c.get("/reports/code.csv?table=repos"); !strings.Contains(got.body, "acme/checkout") {
		t.Errorf("table=repos gives\n%.300s", got.body)
	}
	if got := c.get("/reports/code.csv?table=work_types"); got.status != http.StatusOK {
		t.Logf("the chart's numbers as CSV: status %d", got.status)
	}
	ledger := c.get("/settings/ledger.csv?kind=git")
	rows, err := csv.NewReader(strings.NewReader(ledger.body)).ReadAll()
	if err != nil || len(rows) != 16 || rows[0][0] != "id" {
		t.Errorf("ledger.csv: %v, %d rows, want 15 and a heading", err, len(rows))
	}
	lines := strings.Split(strings.TrimSpace(c.get("/settings/ledger.json?answer=refused").body), "\n")
	if len(lines) != 1 || !json.Valid([]byte(lines[0])) {
		t.Errorf("refused requests as JSON: %q", lines)
	}
}

func TestAssets(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c := w.visitor(t)
	page := c.get("/set-up").body
	for _, address := range regexp.MustCompile(`/assets/[^"]+`).FindAllString(page, -1) {
		got := c.get(address)
		if got.status != http.StatusOK || !strings.Contains(got.header.Get("Cache-Control"), "immutable") {
			t.Errorf("GET %s: status %d, cache %q", address, got.status, got.header.Get("Cache-Control"))
		}
		if again := c.get(address, "If-None-Match", got.header.Get("ETag")); again.status != http.StatusNotModified {
			t.Errorf("GET %s once more: status %d, want 304", address, again.status)
		}
	}
	if got := c.get("/assets/../web.go"); got.status == http.StatusOK && strings.Contains(got.body, "package web") {
		t.Error("a path out of the assets is answered")
	}
	if got := c.get("/healthz"); got.body != "ok\n" {
		t.Errorf("healthz says %q", got.body)
	}
}
