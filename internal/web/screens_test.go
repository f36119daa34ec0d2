package web_test

import (
	"strings"
	"testing"

	"weir/internal/access"
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
	for name, path := range map[string]string{
		"home": "/", "integrations": "/settings/integrations", "integration": "/settings/integrations/1?created=1",
		"edit": "/settings/integrations/1/edit", "delete": "/settings/integrations/1/delete", "import": "/settings/integrations/1/repos", "ledger": "/settings/ledger", "problems": "/settings/integrations/1/repos/2/problems", "provider": "/settings/integrations/new",
		"method": "/settings/integrations/new/method", "code": "/reports/code", "worklog": "/reports/worklog?period=30d",
		"commits": "/reports/commits?limit=20", "commit": "/reports/commit?repo=3&commit=" + i.commit,
	} {
		b.Go(t, path)
		b.Inspect(t, name)
	}
	w.fillTroubled(t)
	for name, path := range map[string]string{"integrations-troubled": "/settings/integrations", "integration-failed": "/settings/integrations/2"} {
		b.Go(t, path)
		b.Inspect(t, name)
	}
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
