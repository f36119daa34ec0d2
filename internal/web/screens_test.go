package web_test

import (
	"strings"
	"testing"

	"weir/internal/access"
	"weir/internal/connect"
	"weir/internal/facts"
	"weir/internal/store"
	"weir/internal/web/webtest"
)

// TestScreens looks at every page that needs no server to talk to, in every size and colour.
func TestScreens(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	b := webtest.Open(t, w.site.URL)
	b.Go(t, "/set-up")
	b.Inspect(t, "set-up")
	w.account(t, theLogin, access.RoleAdmin)
	b.Go(t, "/sign-in")
	b.Inspect(t, "sign-in")
	b.Fill(t, "#login", theLogin)
	b.Fill(t, "#password", thePassword)
	b.Press(t, "Sign in")
	b.See(t, "Start here")
	b.Inspect(t, "home-empty")
	b.Go(t, "/settings/integrations")
	b.Inspect(t, "integrations-empty")
	b.Go(t, "/reports/code")
	b.Inspect(t, "code-empty")
	i := w.fill(t)
	w.fillSync(t, i.repos)
	for _, rule := range []string{"archive-*", "inventory"} {
		_, err := w.store.AddExclusion(t.Context(), facts.Exclusion{Integration: i.integration, Kind: facts.ExcludeName, Value: rule, AddedBy: theLogin})
		must(t, err)
	}
	must(t, w.store.SaveDiagnosis(t.Context(), i.integration, &connect.Report{
		Address: "https://github.acme.example", Result: connect.ResultLimited, Version: "3.19.1", Account: connect.Account{Login: "svc-weir"},
		Organizations: []connect.Organization{{Login: "acme", Role: "owner"}, {Login: "labs", Role: "member"}},
		Services: []connect.ServiceRow{
			{Organization: "acme", Service: "repos", Available: true}, {Organization: "acme", Service: "pull_requests", Available: true},
			{Organization: "acme", Service: "tickets", Available: true}, {Organization: "acme", Service: "webhooks", Available: true, Reason: "On; Weir makes it once a repo of this organization is imported."},
			{Organization: "labs", Service: "repos", Available: true}, {Organization: "labs", Service: "pull_requests", Available: true},
			{Organization: "labs", Service: "tickets", Available: true}, {Organization: "labs", Service: "webhooks", Reason: "The account is a member, and only an owner of the organization may have webhooks."},
		}}))
	for name, path := range map[string]string{
		"home": "/", "integrations": "/settings/integrations", "integration": "/settings/integrations/1?created=1",
		"edit": "/settings/integrations/1/edit", "delete": "/settings/integrations/1/delete", "import": "/settings/integrations/1/repos", "ledger": "/settings/ledger", "problems": "/settings/integrations/1/repos/2/problems",
		"completeness": "/settings/integrations/1/completeness", "completeness-odd": "/settings/integrations/1/completeness?only=odd", "import-rules": "/settings/integrations/1/rules", "import-preview": "/settings/integrations/1/rules?kind=regex&value=a", "provider": "/settings/integrations/new",
		"method": "/settings/integrations/new/method", "code": "/reports/code", "worklog": "/reports/worklog?period=30d",
		"commits": "/reports/commits?limit=20", "commit": "/reports/commit?repo=3&commit=" + i.commit,
		"reviews": "/reports/reviews?period=30d&repo=1&repo=2", "workflow": "/reports/workflow?period=30d&limit=20&repo=1", "pull-requests": "/reports/pull_requests?limit=20&at=merged&metric=time_to_merge",
		"pull-request": "/reports/pull_request?repo=1&number=145", "tickets": "/reports/tickets?limit=20", "ticket": "/reports/ticket?repo=1&number=4",
		"pull-request-gone": "/reports/pull_request?repo=1&number=159", "ticket-gone": "/reports/ticket?repo=2&number=160",
	} {
		b.Go(t, path)
		b.Inspect(t, name)
	}
	w.fillWebhooks(t, i)
	w.fillTroubled(t)
	for name, path := range map[string]string{"webhooks": "/settings/integrations/1/webhooks", "webhooks-none": "/settings/integrations/3/webhooks", "integration-webhooks": "/settings/integrations/1"} {
		b.Go(t, path)
		b.Inspect(t, name)
	}
	for name, path := range map[string]string{"integrations-troubled": "/settings/integrations", "integration-failed": "/settings/integrations/2",
		"troubleshooting": "/settings/troubleshooting", "network": "/settings/network", "service-account": "/settings/service-account"} {
		b.Go(t, path)
		b.Inspect(t, name)
	}
	b.Go(t, "/settings/support")
	b.Press(t, "Make a bundle")
	b.See(t, "Download")
	b.Press(t, "integrations.json")
	b.Inspect(t, "support")
	b.Go(t, "/settings/users")
	b.Fill(t, "#login", "bo")
	b.Press(t, "Make an invitation link")
	b.See(t, "It is shown this once")
	b.Inspect(t, "users")
	link := webtest.Eval[string](t, b, `document.querySelector("#link").textContent`)
	b.Go(t, strings.TrimPrefix(link, w.site.URL))
	if code := webtest.Eval[string](t, b, `document.querySelector("#code").value + location.hash`); !strings.HasSuffix(link, "#"+code) {
		t.Errorf("the page of the link %s has the code %s", link, code)
	}
	b.Inspect(t, "invitation")
	for name, press := range map[string]string{"how": "How is this calculated? HALOC", "pick": "All repos", "menu": "Account of " + theLogin} {
		b.Go(t, "/reports/code")
		b.Press(t, press)
		b.Accessible(t)
		b.Shot(t, "open-"+name)
		b.Check(t)
	}
}

// TestAnOpenListOfTheFilterFitsASmallScreen opens each list of choices where the page is narrow.
func TestAnOpenListOfTheFilterFitsASmallScreen(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.fill(t)
	b := w.browser(t)
	b.Size(t, 390, 844, "light")
	for _, name := range []string{"reviews", "workflow", "worklog", "pull_requests", "tickets"} {
		for _, press := range []string{"Everybody", "All repos"} {
			b.Go(t, "/reports/"+name)
			b.Press(t, press)
			b.Fits(t)
		}
	}
}

// TestScreenOfThousandsOfRepos opens one organization of two hundred, and selects by organization.
func TestScreenOfThousandsOfRepos(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	id := w.fillThousands(t)
	b := w.browser(t)
	b.Go(t, "/settings/integrations/1/repos")
	b.See(t, "Organizations 1 to 50 of 200")
	b.Click(t, ".org:nth-of-type(2) summary")
	b.See(t, "repo-4801")
	b.Inspect(t, "import-thousands")
	b.Click(t, ".org:nth-of-type(3) .org-tick")
	b.See(t, "25 selected")
	b.Click(t, ".org:nth-of-type(2) tbody input")
	b.See(t, "26 selected")
	b.Press(t, "Import")
	b.See(t, "26 repos are queued for import")
	b.See(t, "repo-4801")
	imported := true
	if n, err := w.store.RepoIDs(t.Context(), store.RepoFilter{Integration: id, Imported: &imported}); err != nil || len(n) != 26 {
		t.Errorf("%d repos imported, %v", len(n), err)
	}
	b.Check(t)
}
