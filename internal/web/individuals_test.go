package web_test

import (
	"html"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"weir/internal/access"
	"weir/internal/facts"
)

// tied signs somebody in without the right to see individuals, who is dev1 of the fixture, and gives their id in the reports.
func (w *world) tied(t *testing.T) (*client, facts.PersonID) {
	t.Helper()
	c := w.signedIn(t, access.RoleMember)
	users, err := w.store.Users(t.Context())
	must(t, err)
	admin := w.signedIn(t, access.RoleAdmin)
	at := "/settings/users/" + strconv.FormatInt(int64(users[0].ID), 10) + "/person"
	if got := admin.post(at, "person", "nobody at all"); got.status != http.StatusUnprocessableEntity || !strings.Contains(got.body, "Nobody in the reports has this") {
		t.Errorf("an unknown person: status %d", got.status)
	}
	if got := admin.post(at, "person", strings.ToUpper(people[1].email)); !strings.Contains(got.body, "in the reports, and sees their numbers") {
		t.Fatalf("tie: status %d\n%s", got.status, got.body)
	}
	own, err := w.store.UserPerson(t.Context(), users[0].ID)
	must(t, err)
	if own == 0 {
		t.Fatal("nobody was tied")
	}
	return c, own
}

// TestEveryoneSeesTheirOwn is the rule of the metrics' honesty: without the right to see individuals one sees one's own numbers
// in every report, and nobody else's.
func TestEveryoneSeesTheirOwn(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.fill(t)
	c, own := w.tied(t)
	me := "person=" + strconv.FormatInt(int64(own), 10)
	other := "person=" + strconv.FormatInt(int64(own%7)+1, 10)
	for _, name := range []string{"code", "reviews", "worklog", "commits", "workflow", "pull_requests", "tickets"} {
		if got := c.get("/reports/" + name); got.status != http.StatusOK || (name != "code" && name != "reviews") != strings.Contains(got.path, me) {
			t.Errorf("%s leads to ?%s, status %d", name, got.path, got.status)
		}
		for _, form := range []string{"", ".json", ".csv"} {
			if got := c.get("/reports/" + name + form + "?period=all&" + me); got.status != http.StatusOK {
				t.Errorf("own %s%s: status %d", name, form, got.status)
			}
			for _, query := range []string{other, me + "&" + other, me + "&reviewer=1"} {
				if got := c.get("/reports/" + name + form + "?" + query); got.status != http.StatusForbidden && got.status != http.StatusBadRequest {
					t.Errorf("%s%s?%s: status %d, want 403", name, form, query, got.status)
				}
			}
		}
	}
	for _, name := range []string{"code", "reviews", "worklog"} {
		body := c.get("/reports/" + name + "?period=all&" + me).body
		for n, p := range people {
			if n != 1 && strings.Contains(body, p.name) {
				t.Errorf("own %s names %s", name, p.name)
			}
		}
	}
	for _, table := range []string{"matrix", "pairs"} {
		if got := c.get("/reports/reviews.csv?table=" + table + "&" + me); got.status == http.StatusOK {
			t.Errorf("table %s is given", table)
		}
	}
	if home := c.get("/").body; !strings.Contains(home, `href="/reports/worklog"`) {
		t.Error("nothing leads to one's own work log")
	}
	w.followsOwn(t, c, me)
}

// followsOwn opens everything that one's own lists lead to, and pages of single things that are others'.
func (w *world) followsOwn(t *testing.T, c *client, me string) {
	t.Helper()
	for _, name := range []string{"commits", "pull_requests", "tickets", "worklog"} {
		page := c.get("/reports/" + name + "?period=all&" + me)
		links := reportLinks(page.body)
		if len(links) < 3 {
			t.Fatalf("own %s leads to %d reports", name, len(links))
		}
		for _, link := range links[:min(len(links), 40)] {
			if got := c.get(link); got.status != http.StatusOK {
				t.Errorf("own %s leads to %s: status %d", name, link, got.status)
			}
		}
	}
	var refused, shown int
	for n := 1; n < 40; n++ {
		switch got := c.get("/reports/pull_request?repo=1&number=" + strconv.Itoa(n)); got.status {
		case http.StatusForbidden:
			refused++
		case http.StatusOK:
			shown++
		}
	}
	if refused == 0 || shown == 0 {
		t.Errorf("of the first pull requests %d are shown and %d refused", shown, refused)
	}
}

var reportLink = regexp.MustCompile(`href="(/reports/[a-z_]+\?[^"#]*)"`)

// reportLinks gives the addresses of reports that a page leads to, each once.
func reportLinks(body string) (links []string) {
	for _, m := range reportLink.FindAllStringSubmatch(body, -1) {
		if link := html.UnescapeString(m[1]); !slices.Contains(links, link) {
			links = append(links, link)
		}
	}
	return links
}
