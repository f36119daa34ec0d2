package web_test

import (
	"archive/zip"
	"bytes"
	"io"
	"net/http"
	"strings"
	"testing"

	"weir/internal/access"
	"weir/internal/facts"
)

func TestTroubleshootingHoldsTheChecksAgainstTheLastTest(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c := w.signedIn(t, access.RoleAdmin)
	if got := c.get("/settings/troubleshooting"); !strings.Contains(got.body, "The server&#39;s name resolves from here") {
		t.Errorf("without an integration the page says\n%s", got.body)
	}
	w.fill(t)
	if got := c.get("/settings/troubleshooting"); !strings.Contains(got.body, "Not tested yet") {
		t.Error("an integration that was not tested looks tested")
	}
	w.report = unreachable()
	got := c.post("/settings/integrations/1/test", "back", "/settings/troubleshooting")
	if got.path != "/settings/troubleshooting" {
		t.Fatalf("the test leads to %s", got.path)
	}
	for _, want := range []string{"tls_unknown_authority", "Give the authority", `stage stage-fail`, `stage stage-ok`, `stage stage-skipped`, "not tried"} {
		if !strings.Contains(got.body, want) {
			t.Errorf("the page does not say %q", want)
		}
	}
	viewer := w.signedIn(t, access.RoleExecutive)
	if got := viewer.get("/settings/troubleshooting"); strings.Contains(got.body, "Test now") || strings.Contains(got.body, "/settings/support") {
		t.Error("somebody who may only look is offered a test or a bundle")
	}
}

func TestNetworkPage(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	i := w.fill(t)
	tested := connected()
	tested.PrivateHosts = []string{"ghe-01.internal", hostile}
	must(t, w.store.SaveDiagnosis(t.Context(), i.integration, tested))
	c := w.signedIn(t, access.RoleExecutive)
	got := c.get("/settings/network")
	for _, want := range []string{"<code>10.20.0.7</code>", "<code>github.acme.example</code> port <b>443</b>", "2001:db8::7", "ghe-01.internal", c.site + "/webhooks/github/", "must reach that address"} {
		if !strings.Contains(got.body, want) {
			t.Errorf("the page does not say %q", want)
		}
	}
	must(t, w.store.SetServices(t.Context(), i.integration, []facts.Service{facts.ServiceRepos}))
	if got := c.get("/settings/network"); strings.Contains(got.body, "must reach that address") {
		t.Error("a way in is asked for although webhooks are off")
	}
}

func TestSupportBundleIsSeenBeforeItIsDownloaded(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.fill(t)
	c := w.signedIn(t, access.RoleAdmin)
	if got := c.get("/settings/support/bundle"); got.path != "/settings/support" || !strings.Contains(got.body, "Make a new one") {
		t.Errorf("a bundle that there is not: %d %s", got.status, got.path)
	}
	page := c.post("/settings/support")
	if !strings.Contains(page.body, "ledger.csv") || !strings.Contains(page.body, "Download") {
		t.Fatalf("the page does not show the bundle\n%s", page.body)
	}
	got := c.get("/settings/support/bundle")
	files := unzip(t, got)
	for _, name := range []string{"README.txt", "about.json", "settings.txt", "integrations.json", "syncs.json", "problems.json", "ledger.csv", "log.txt"} {
		if _, ok := files[name]; !ok {
			t.Errorf("the bundle has no %s", name)
		}
	}
	all := strings.Join([]string{files["integrations.json"], files["syncs.json"], files["problems.json"], files["ledger.csv"], files["about.json"]}, "")
	for _, p := range people {
		if strings.Contains(all, p.name) || strings.Contains(all, p.email) {
			t.Errorf("the bundle names %s", p.name)
		}
	}
	for _, name := range []string{"svc-weir", "the-admin", theToken, "acme/checkout", "page=1", "3f2a"} {
		if strings.Contains(all, name) {
			t.Errorf("the bundle holds %q", name)
		}
	}
	for _, want := range []string{`"git_not_found"`, `"object_unreadable"`, "/api/v3/organizations/1/repos?page="} {
		if !strings.Contains(all, want) {
			t.Errorf("the bundle does not tell %s", want)
		}
	}
	// Each sees the own bundle only.
	other := w.visitor(t)
	w.account(t, "second", access.RoleAdmin)
	other.post("/sign-in", "login", "second", "password", thePassword)
	if got := other.get("/settings/support/bundle"); got.path != "/settings/support" {
		t.Errorf("a bundle of somebody else: %s", got.path)
	}
}

func unzip(t *testing.T, a answer) map[string]string {
	t.Helper()
	if a.status != http.StatusOK || a.header.Get("Content-Type") != "application/zip" {
		t.Fatalf("no zip file: %d %s", a.status, a.header.Get("Content-Type"))
	}
	in, err := zip.NewReader(bytes.NewReader([]byte(a.body)), int64(len(a.body)))
	must(t, err)
	files := map[string]string{}
	for _, f := range in.File {
		r, err := f.Open()
		must(t, err)
		text, err := io.ReadAll(r)
		must(t, err)
		must(t, r.Close())
		files[f.Name] = string(text)
	}
	return files
}

func TestAPersonsAccountIsHinted(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.fill(t)
	c := w.signedIn(t, access.RoleAdmin)
	tested := connected()
	must(t, w.store.SaveDiagnosis(t.Context(), 1, tested))
	if got := c.get("/settings/integrations/1"); strings.Contains(got.body, "looks like a person") {
		t.Error("a service account is taken for a person's")
	}
	tested.Account.PersonalSigns = []string{"its name has two parts", "no word such as svc"}
	must(t, w.store.SaveDiagnosis(t.Context(), 1, tested))
	if got := c.get("/settings/integrations/1"); !strings.Contains(got.body, "its name has two parts; no word such as svc") || !strings.Contains(got.body, "/settings/service-account") {
		t.Errorf("the signs are not stated\n%s", got.body)
	}
}
