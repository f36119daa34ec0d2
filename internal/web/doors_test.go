package web_test

import (
	"net/http"
	"regexp"
	"strings"
	"testing"

	"weir/internal/access"
)

// pages are addresses for reading, with the right that each needs; empty for every signed-in person.
var pages = map[string]access.Right{
	"/": "", "/settings": access.ViewIntegrations, "/settings/integrations": access.ViewIntegrations,
	"/settings/integrations/new": access.ManageIntegrations, "/settings/integrations/new/method": access.ManageIntegrations,
	"/settings/integrations/new/connect": access.ManageIntegrations, "/settings/integrations/new/services": access.ManageIntegrations,
	"/settings/integrations/new/name": access.ManageIntegrations, "/settings/integrations/1": access.ViewIntegrations,
	"/settings/integrations/1/repos": access.ViewIntegrations, "/settings/integrations/1/repos/progress": access.ViewIntegrations,
	"/settings/integrations/1/repos/2/problems": access.ViewIntegrations, "/settings/integrations/1/rules": access.ViewIntegrations,
	"/settings/integrations/1/repos/group?org=1": access.ViewIntegrations,
	"/settings/integrations/1/completeness":      access.ViewIntegrations,
	"/settings/integrations/1/webhooks":          access.ViewIntegrations,
	"/settings/users":                            access.ManageUsers,
	"/settings/integrations/1/edit":              access.ManageIntegrations, "/settings/integrations/1/delete": access.DeleteIntegrations,
	"/settings/integrations/new/authorize":  access.ManageIntegrations,
	"/settings/integrations/new/authorized": access.ManageIntegrations, "/settings/integrations/new/answered": access.ManageIntegrations,
	"/settings/integrations/new/authorization": access.ManageIntegrations, "/settings/integrations/new/app": access.ManageIntegrations,
	"/settings/integrations/new/app/made": access.ManageIntegrations, "/settings/integrations/new/app/installed": access.ManageIntegrations,
	"/settings/ledger": access.ViewIntegrations, "/settings/ledger.csv": access.ViewIntegrations, "/settings/ledger.json": access.ViewIntegrations,
	"/settings/network": access.ViewIntegrations, "/settings/troubleshooting": access.ViewIntegrations,
	"/settings/service-account": access.ViewIntegrations, "/settings/support": access.ManageIntegrations,
	"/settings/support/bundle": access.ManageIntegrations,
	"/reports/code":            access.ViewReports, "/reports/code.json": access.ViewReports, "/reports/code.csv": access.ViewReports,
	"/reports/worklog": access.ViewIndividuals, "/reports/worklog.json": access.ViewIndividuals,
	"/reports/commits": access.ViewIndividuals, "/reports/commits.csv": access.ViewIndividuals,
	"/reports/code?person=1": access.ViewIndividuals,
	"/reports/reviews":       access.ViewReports, "/reports/reviews.json": access.ViewReports, "/reports/reviews.csv": access.ViewReports,
	"/reports/workflow": access.ViewIndividuals, "/reports/pull_requests": access.ViewIndividuals, "/reports/tickets": access.ViewIndividuals,
	"/reports/pull_request?repo=1&number=1": access.ViewIndividuals, "/reports/ticket?repo=1&number=4": access.ViewIndividuals,
	"/reports/reviews?person=1": access.ViewIndividuals, "/reports/reviews?reviewer=1": access.ViewIndividuals,
}

// changes are addresses that change something, with the right that each needs.
var changes = map[string]access.Right{
	"/settings/integrations/1/quiet-hours": access.ManageIntegrations,
	"/settings/integrations/new":           access.ManageIntegrations, "/settings/integrations/new/method": access.ManageIntegrations,
	"/settings/integrations/new/connect": access.ManageIntegrations, "/settings/integrations/new/server-link": access.ManageIntegrations,
	"/settings/integrations/new/passwords": access.ManageIntegrations,
	"/settings/integrations/new/services":  access.ManageIntegrations, "/settings/integrations/new/name": access.ManageIntegrations,
	"/settings/integrations/new/cancel": access.ManageIntegrations, "/settings/integrations/new/renew": access.ManageIntegrations,
	"/settings/integrations/1/renew": access.ManageIntegrations, "/settings/integrations/1/services": access.ManageIntegrations,
	"/settings/integrations/1/name": access.ManageIntegrations, "/settings/integrations/1/update": access.ManageIntegrations,
	"/settings/integrations/1/repos": access.ManageIntegrations, "/settings/integrations/1/edit": access.ManageIntegrations,
	"/settings/integrations/1/test": access.ManageIntegrations, "/settings/integrations/1/pause": access.ManageIntegrations,
	"/settings/integrations/1/resume": access.ManageIntegrations, "/settings/integrations/1/delete": access.DeleteIntegrations,
	"/settings/users": access.ManageUsers, "/settings/users/1/invite": access.ManageUsers,
	"/settings/integrations/1/webhooks/check": access.ManageIntegrations, "/settings/integrations/1/webhooks/1/anew": access.ManageIntegrations,
	"/settings/support":      access.ManageIntegrations,
	"/settings/users/1/role": access.ManageUsers, "/settings/users/1/disable": access.ManageUsers,
	"/settings/users/1/enable":         access.ManageUsers,
	"/settings/integrations/1/restore": access.DeleteIntegrations, "/settings/integrations/1/auto-import": access.ManageIntegrations,
	"/settings/users/1/person":       access.ManageUsers,
	"/settings/integrations/1/rules": access.ManageIntegrations, "/settings/integrations/1/rules/1/delete": access.ManageIntegrations,
}

// A route that is in neither of the lists above is open to whoever its author happened to write down.
func TestEveryRouteHasItsRightInTheListsAbove(t *testing.T) {
	t.Parallel()
	lists := map[string]map[string]access.Right{http.MethodGet: pages, http.MethodPost: changes}
	for pattern, right := range newWorld(t).doors() {
		method, path, _ := strings.Cut(pattern, " ")
		if path == "" || path == "/{$}" { // whatever there is not, and the home page
			continue
		}
		form := regexp.MustCompile("^" + regexp.MustCompile(`\{\w+\}`).ReplaceAllString(path, "[^/?.]+") + `(\.json|\.csv)?(\?.*)?$`)
		found := false
		for listed, wants := range lists[method] {
			found = found || form.MatchString(listed) && wants == right
		}
		if !found {
			t.Errorf("%s needs %q and is not listed so", pattern, right)
		}
	}
}

func TestNobodyGetsInWithoutSigningIn(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.fill(t)
	w.account(t, "somebody", access.RoleMember)
	c := w.visitor(t)
	for path := range pages {
		got := c.get(path)
		switch {
		case strings.Contains(path, ".json") || strings.Contains(path, ".csv"):
			if got.status != http.StatusUnauthorized || !strings.Contains(got.body, "Sign in first") {
				t.Errorf("GET %s: status %d, want 401", path, got.status)
			}
		case !strings.HasPrefix(got.path, "/sign-in") || !strings.Contains(got.body, "Sign in to Weir"):
			t.Errorf("GET %s leads to %s, want the sign-in page", path, got.path)
		}
	}
	for path := range changes {
		if got := c.post(path); !strings.HasPrefix(got.path, "/sign-in") {
			t.Errorf("POST %s leads to %s, want the sign-in page", path, got.path)
		}
	}
}

func TestEachRoleSeesWhatItsRightsAllow(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.fill(t)
	for _, role := range access.Roles {
		c := w.signedIn(t, role)
		for path, right := range pages {
			want := http.StatusOK
			if right != "" && !role.Has(right) {
				want = http.StatusForbidden
			}
			if got := c.get(path); got.status != want {
				t.Errorf("%s: GET %s: status %d, want %d", role, path, got.status, want)
			}
		}
		for path, right := range changes {
			if got := c.post(path); !role.Has(right) && got.status != http.StatusForbidden {
				t.Errorf("%s: POST %s: status %d, want 403", role, path, got.status)
			}
		}
	}
	if len(w.work.synced) > 8 {
		t.Errorf("people without the right had %v synced", w.work.synced)
	}
}

func TestMembersSeeNoIndividuals(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.fill(t)
	c := w.signedIn(t, access.RoleMember)
	for _, path := range []string{"/", "/reports/code", "/reports/code.json", "/reports/code.csv?table=repos"} {
		got := c.get(path)
		if got.status != http.StatusOK {
			t.Fatalf("GET %s: status %d", path, got.status)
		}
		for _, p := range people {
			if strings.Contains(got.body, p.name) || strings.Contains(got.body, p.email) {
				t.Errorf("GET %s names %s to somebody without the right to see individuals", path, p.name)
			}
		}
		if strings.Contains(got.body, "/reports/commits") || strings.Contains(got.body, `"commits?`) {
			t.Errorf("GET %s links to commits, which this person may not see", path)
		}
	}
	if got := c.get("/reports/code.csv?table=people"); got.status != http.StatusBadRequest {
		t.Errorf("the table of people as CSV: status %d, want 400", got.status)
	}
}

func TestOtherSitesCannotActInSomebodysName(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.fill(t)
	c := w.signedIn(t, access.RoleAdmin)
	for _, headers := range [][2]string{{"Sec-Fetch-Site", "cross-site"}, {"Origin", "https://evil.example"}} {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, c.site+"/settings/integrations/1/name", strings.NewReader("name=stolen"))
		must(t, err)
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set(headers[0], headers[1])
		got := c.do(r)
		if got.status != http.StatusForbidden || !strings.Contains(got.body, "came from another site") {
			t.Errorf("POST with %s: %s: status %d\n%s", headers[0], headers[1], got.status, got.body)
		}
	}
	i, err := w.store.Integration(t.Context(), 1)
	must(t, err)
	if i.Name == "stolen" {
		t.Error("another site renamed the integration")
	}
}
