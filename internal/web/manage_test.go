package web_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"weir/internal/access"
	"weir/internal/connect"
	"weir/internal/facts"
	"weir/internal/secret"
	"weir/internal/store"
)

func TestEveryStateHasItsWayOut(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.fill(t)
	c := w.signedIn(t, access.RoleAdmin)
	viewer := w.signedIn(t, access.RoleExecutive)
	for _, test := range []struct {
		state facts.IntegrationState
		code  connect.Code
		want  []string
	}{
		{facts.IntegrationHealthy, "", []string{"Healthy"}},
		{facts.IntegrationProcessing, "", []string{"Processing"}},
		{facts.IntegrationPaused, "", []string{"Paused", `action="/settings/integrations/1/resume"`}},
		{facts.IntegrationRateLimited, connect.APILimited, []string{"Rate limited", "/settings/ledger?integration=1", "why it is so"}},
		{facts.IntegrationFailed, connect.DNSNotFound, []string{"Failed: DNS", `href="/settings/integrations/1/edit"`, `action="/settings/integrations/1/test"`}},
		{facts.IntegrationFailed, connect.TCPRefused, []string{"Failed: host", `href="/settings/integrations/1/edit"`}},
		{facts.IntegrationFailed, connect.TLSExpired, []string{"Failed: TLS", `href="/settings/integrations/1/edit"`}},
		{facts.IntegrationFailed, connect.ProxyRefused, []string{"Failed: proxy"}},
		{facts.IntegrationFailed, connect.APIUnauthorized, []string{"Failed: authorization", `action="/settings/integrations/1/renew"`, "what to do"}},
		{facts.IntegrationFailed, connect.SignInExpiredToken, []string{"Failed: authorization", `action="/settings/integrations/1/renew"`}},
		{facts.IntegrationFailed, "unexpected", []string{"Failed: server"}},
	} {
		must(t, w.store.SetIntegrationState(t.Context(), 1, store.IntegrationStatus{State: test.state, Code: string(test.code), Cause: "why it is so", Next: "what to do"}))
		for _, page := range []string{"/settings/integrations", "/settings/integrations/1"} {
			body := c.get(page).body
			for _, want := range test.want {
				if page == "/settings/integrations" && want == "what to do" {
					continue // the list says why, the page also what to do
				}
				if !strings.Contains(body, want) {
					t.Errorf("%s %s: %s does not say %q", test.state, test.code, page, want)
				}
			}
			if strings.Contains(viewer.get(page).body, "<form class=\"inline\" method=\"post\" action=\"/settings/integrations/1") {
				t.Errorf("%s: %s offers a change to somebody who may only look", test.state, page)
			}
		}
	}
}

func TestPauseResumeAndUpdate(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.fill(t)
	c := w.signedIn(t, access.RoleAdmin)
	c.post("/settings/integrations/1/pause")
	must(t, w.store.SetIntegrationState(t.Context(), 1, store.IntegrationStatus{State: facts.IntegrationPaused}))
	if got := c.post("/settings/integrations/1/update"); got.status != http.StatusConflict || !strings.Contains(got.body, "Resume it first") {
		t.Errorf("update of a paused one: status %d", got.status)
	}
	c.post("/settings/integrations/1/resume")
	if want := []string{"pause 1", "resume 1"}; !slices.Equal(w.work.acts, want) {
		t.Errorf("the background was asked for %v, want %v", w.work.acts, want)
	}
	must(t, w.store.SetIntegrationState(t.Context(), 1, store.IntegrationStatus{State: facts.IntegrationHealthy}))
	if got := c.post("/settings/integrations/1/update"); !strings.Contains(got.body, "6 imported repos") || w.work.acts[2] != "update 1" {
		t.Errorf("the background was asked for %v\n%s", w.work.acts, got.body)
	}
}

func TestDeleteAndRestore(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.fill(t)
	c := w.signedIn(t, access.RoleAdmin)
	reports := []string{"/reports/code.json", "/reports/worklog.json", "/reports/commits.json", "/reports/code.csv?table=repos"}
	before := map[string]string{}
	for _, path := range reports {
		before[path] = c.get(path).body
	}
	for _, want := range []string{"2</dd>", "8, of which 6 imported"} {
		if got := c.get("/settings/integrations/1/delete"); !strings.Contains(got.body, want) {
			t.Errorf("the page that counts what goes does not say %q\n%s", want, got.body)
		}
	}
	if got := c.post("/settings/integrations/1/delete", "name", "acme's github"); got.status != http.StatusUnprocessableEntity || !strings.Contains(got.body, "Type it exactly") {
		t.Errorf("a name that is not the name: status %d", got.status)
	}
	got := c.post("/settings/integrations/1/delete", "name", "Acme's GitHub")
	if !strings.Contains(got.body, "Deleted, can be restored") || !strings.Contains(got.body, `<td class="num">30</td>`) {
		t.Errorf("after deleting the list says\n%s", got.body)
	}
	if want := []string{"retire 1"}; !slices.Equal(w.work.acts, want) {
		t.Errorf("the background was asked for %v, want %v", w.work.acts, want)
	}
	for _, path := range reports {
		if after := c.get(path).body; after == before[path] || strings.Contains(after, "checkout") {
			t.Errorf("%s still shows what was deleted", path)
		}
	}
	for _, path := range []string{"/settings/integrations/1", "/settings/integrations/1/repos", "/settings/integrations/1/edit"} {
		if got := c.get(path); got.status != http.StatusNotFound {
			t.Errorf("%s of a deleted one: status %d", path, got.status)
		}
	}
	if got := c.post("/settings/integrations/1/restore"); got.path != "/settings/integrations/1" || !strings.Contains(got.body, "is back") {
		t.Errorf("restore leads to %s", got.path)
	}
	for _, path := range reports {
		if after := c.get(path).body; after != before[path] {
			t.Errorf("%s is not as it was before the deletion", path)
		}
	}
	if want := []string{"retire 1", "update 1"}; !slices.Equal(w.work.acts, want) {
		t.Errorf("the background was asked for %v, want %v", w.work.acts, want)
	}
}

func TestANameGivenAwayKeepsItsOwner(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.fill(t)
	c := w.signedIn(t, access.RoleAdmin)
	c.post("/settings/integrations/1/delete", "name", "Acme's GitHub")
	_, err := w.store.CreateIntegration(t.Context(), facts.Integration{Name: "acme's github"}, connect.Credential{})
	must(t, err)
	if got := c.post("/settings/integrations/1/restore"); got.status != http.StatusConflict || !strings.Contains(got.body, "Rename that one") {
		t.Errorf("restore beside another of its name: status %d\n%s", got.status, got.body)
	}
}

func TestEdit(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.fill(t)
	c := w.signedIn(t, access.RoleAdmin)
	must(t, w.store.SaveProxyURL(t.Context(), 1, secret.New("http://weir:plantedProxyPassword@proxy.acme.example:3128")))
	form := func(changes ...string) []string {
		return append([]string{"name", "Acme's GitHub", "address", "https://github.acme.example", "ca", "", "proxy", "http://proxy.acme.example:3128", "proxy_user", "weir"}, changes...)
	}
	if got := c.get("/settings/integrations/1/edit"); strings.Contains(got.body, "plantedProxyPassword") || !strings.Contains(got.body, `value="weir"`) {
		t.Error("the form shows the password of the proxy, or not its user")
	}
	// A name alone needs no test.
	fields := form()
	fields[1] = "Acme"
	if got := c.post("/settings/integrations/1/edit", fields...); got.path != "/settings/integrations/1" || len(w.tested) != 0 {
		t.Errorf("a new name leads to %s after %d tests\n%s", got.path, len(w.tested), got.body)
	}
	// What does not connect is not saved.
	w.report = unreachable()
	fields = form()
	fields[5] = "-----BEGIN CERTIFICATE-----"
	got := c.post("/settings/integrations/1/edit", fields...)
	if got.status != http.StatusUnprocessableEntity || !strings.Contains(got.body, "Nothing was changed") || !strings.Contains(got.body, "Trust this authority") {
		t.Errorf("an edit that does not connect: status %d", got.status)
	}
	if i, err := w.store.Integration(t.Context(), 1); err != nil || i.CAPEM != "" {
		t.Errorf("it was saved: %+v, %v", i, err)
	}
	if w.tested[0].Proxy.Reveal() != "http://weir:plantedProxyPassword@proxy.acme.example:3128" {
		t.Error("the password of the proxy was not kept for the test")
	}
	// The authority that the server offered is trusted by a click, and the edit saved.
	w.report = connected()
	if got := c.post("/settings/integrations/1/edit", form("trust", "offered")...); got.path != "/settings/integrations/1" || !strings.Contains(got.body, "Tested and saved") {
		t.Errorf("trust leads to %s\n%s", got.path, got.body)
	}
	if i, err := w.store.Integration(t.Context(), 1); err != nil || !strings.Contains(i.CAPEM, "MIIB") || i.State != facts.IntegrationProcessing {
		t.Errorf("saved %+v, %v", i, err)
	}
	// The password of one proxy is not sent to another.
	fields = form()
	fields[7] = "http://other.example:3128"
	c.post("/settings/integrations/1/edit", fields...)
	if last := w.tested[len(w.tested)-1].Proxy.Reveal(); strings.Contains(last, "plantedProxyPassword") || !strings.Contains(last, "other.example") {
		t.Error("the password of one proxy was sent to another")
	}
}

func TestEditOfTheAddress(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.fill(t)
	c := w.signedIn(t, access.RoleAdmin)
	form := func(address, entered string) []string {
		return []string{"name", "Acme's GitHub", "address", address, "secret", entered}
	}
	if got := c.post("/settings/integrations/1/edit", form("https://evil.example", "")...); !strings.Contains(got.body, "is not sent to another address") || len(w.tested) != 0 {
		t.Errorf("the held token was sent to another address: %d tests", len(w.tested))
	}
	if got := c.post("/settings/integrations/1/edit", form("ftp://github", "x")...); got.status != http.StatusUnprocessableEntity || len(w.tested) != 0 {
		t.Errorf("an address that is none: status %d", got.status)
	}
	other := connected()
	other.Address = "https://ghe.acme.example"
	w.report = other
	if got := c.post("/settings/integrations/1/edit", form("ghe.acme.example", "ghp_new")...); !strings.Contains(got.body, "is another server") {
		t.Errorf("another server was taken for the same one\n%s", got.body)
	}
	other.Organizations = []connect.Organization{{Login: "ACME", ServerID: 1}}
	if got := c.post("/settings/integrations/1/edit", form("ghe.acme.example", "ghp_new")...); !strings.Contains(got.body, "Tested and saved") {
		t.Errorf("the same server by another name: %d\n%s", got.status, got.body)
	}
	held, err := w.store.Credential(t.Context(), 1)
	must(t, err)
	i, err := w.store.Integration(t.Context(), 1)
	must(t, err)
	if held.Token.Reveal() != "ghp_new" || i.Address != "https://ghe.acme.example" {
		t.Errorf("saved %s with %s", i.Address, held)
	}
}

func TestTheLastTestIsShown(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.fill(t)
	c := w.signedIn(t, access.RoleAdmin)
	if got := c.get("/settings/integrations/1"); !strings.Contains(got.body, "Not tested since it was added") {
		t.Error("a test that there was not is shown")
	}
	w.report = unreachable()
	got := c.post("/settings/integrations/1/test")
	if !strings.HasPrefix(got.path, "/settings/integrations/1") || !strings.Contains(got.body, "tls_unknown_authority") || !strings.Contains(got.body, "Tested Acme") {
		t.Errorf("the test leads to %s\n%s", got.path, got.body)
	}
	if w.tested[0].Credential.Token.Reveal() != theToken {
		t.Error("the test did not use the token that is held")
	}
	if got := c.post("/settings/integrations/1/test", "back", "https://evil.example"); !strings.HasPrefix(got.path, "/settings/integrations/1") {
		t.Errorf("a test leads to %s", got.path)
	}
}

// fillTroubled adds integrations in every state, one of them tested, one deleted.
func (w *world) fillTroubled(t testing.TB) {
	t.Helper()
	for _, s := range []store.IntegrationStatus{
		{State: facts.IntegrationFailed, Code: string(connect.TLSExpired), Cause: "The server's certificate expired on 3 Nov 2026.", Next: "Have it renewed on the server."},
		{State: facts.IntegrationFailed, Code: string(connect.APIUnauthorized), Cause: "The server no longer accepts the token.", Next: "Enter a new one."},
		{State: facts.IntegrationRateLimited, Code: string(connect.APILimited), Cause: "The server asks for no more requests until 15:02.", Next: "Weir goes on by itself."},
		{State: facts.IntegrationPaused}, {State: facts.IntegrationProcessing}, {State: facts.IntegrationHealthy},
	} {
		name := "State " + string(s.State) + " " + s.Code
		id, err := w.store.CreateIntegration(t.Context(), facts.Integration{Name: name, Address: "https://ghe.example.com", Method: "token", Account: "svc-weir",
			AddedBy: "admin", On: facts.Services}, connect.TokenCredential(secret.New(theToken)))
		must(t, err)
		must(t, w.store.SetIntegrationState(t.Context(), id, s))
		if s.Code == string(connect.TLSExpired) {
			must(t, w.store.SaveDiagnosis(t.Context(), id, unreachable()))
		}
		if s.State == facts.IntegrationHealthy {
			must(t, w.store.DeleteIntegration(t.Context(), id))
		}
	}
	tested := connected()
	tested.PrivateHosts = []string{"ghe-01.internal.acme.example"}
	tested.Account.PersonalSigns = []string{"its name on the server has a first and a last part, as a person's has"}
	must(t, w.store.SaveDiagnosis(t.Context(), 1, tested))
}
