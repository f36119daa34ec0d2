package web_test

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"weir/internal/access"
	"weir/internal/connect"
	"weir/internal/facts"
	"weir/internal/store"
)

// walk takes a client through the set-up up to and without Create, and gives every answer on the way.
func walk(w *world, c *client) []answer {
	var all []answer
	keep := func(a answer) { all = append(all, a) }
	keep(c.post("/settings/integrations/new"))
	keep(c.post("/settings/integrations/new/method", "method", "token"))
	w.report = unreachable()
	keep(c.post("/settings/integrations/new/connect", "address", "github.acme.example", "token", theToken, "proxy", "http://u:plantedProxyPassword@proxy:3128"))
	keep(c.get("/settings/integrations/new/connect"))
	w.report = connected()
	keep(c.post("/settings/integrations/new/connect", "address", "github.acme.example", "trust", "offered"))
	keep(c.get("/settings/integrations/new/services"))
	keep(c.post("/settings/integrations/new/services", "service", "repos", "service", "tickets"))
	return all
}

func TestSetUpOfAnIntegration(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c := w.signedIn(t, access.RoleAdmin)
	steps := walk(w, c)
	if !strings.Contains(steps[2].body, "Could not connect to url") || !strings.Contains(steps[2].body, "tls_unknown_authority") {
		t.Errorf("the failed test shows\n%s", steps[2].body)
	}
	first, second := w.tested[0], w.tested[1]
	if first.Credential.Token.Reveal() != theToken || second.Credential.Token.Reveal() != theToken {
		t.Error("the token that was entered first is not the one that is tested again")
	}
	if first.CAPEM != "" || !strings.Contains(second.CAPEM, "MIIB") || second.Proxy.Reveal() != "http://u:plantedProxyPassword@proxy:3128" {
		t.Errorf("the second test goes by CA %q and proxy %q", second.CAPEM, second.Proxy.Reveal())
	}
	if got := c.post("/settings/integrations/new/name", "name", " "); got.status != http.StatusUnprocessableEntity {
		t.Errorf("an empty name: status %d", got.status)
	}
	got := c.post("/settings/integrations/new/name", "name", "Acme")
	if got.path != "/settings/integrations/1?created=1" || !strings.Contains(got.body, "repo import page") {
		t.Fatalf("Create leads to %s\n%s", got.path, got.body)
	}
	i, err := w.store.Integration(t.Context(), 1)
	must(t, err)
	if i.Address != "https://github.acme.example" || i.Account != "svc-weir" || i.Method != "token" || i.State != facts.IntegrationProcessing ||
		!slices.Equal(i.On, []facts.Service{facts.ServiceRepos, facts.ServiceTickets}) || i.ExpiresAt == 0 || i.CAPEM == "" {
		t.Errorf("created %+v", i)
	}
	held, err := w.store.Credential(t.Context(), 1)
	must(t, err)
	if held.Token.Reveal() != theToken || held.Login != "svc-weir" {
		t.Errorf("kept credential %s", held)
	}
	if !slices.Equal(w.work.discovered, []facts.IntegrationID{1}) {
		t.Errorf("discover was asked for %v", w.work.discovered)
	}
	walk(w, c)
	if got := c.post("/settings/integrations/new/name", "name", "ACME"); !strings.Contains(got.body, "Another integration has this name") {
		t.Errorf("a name in use: status %d", got.status)
	}
}

func TestTokenGoesToNoOtherServer(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c := w.signedIn(t, access.RoleAdmin)
	walk(w, c)
	before := len(w.tested)
	got := c.post("/settings/integrations/new/connect", "address", "https://evil.example")
	if len(w.tested) != before || !strings.Contains(got.body, "Paste the token") {
		t.Errorf("a token held for one server was sent to another: status %d", got.status)
	}
	if got := c.get("/settings/integrations/new/services"); got.path != "/settings/integrations/new/connect" {
		t.Errorf("services of an untested server: %s", got.path)
	}
	if got := c.post("/settings/integrations/new/connect", "address", "not a host", "token", "x"); len(w.tested) != before || got.status != http.StatusUnprocessableEntity {
		t.Errorf("an address that cannot be read: status %d", got.status)
	}
}

func TestNoSecretOnAnyPageNorInTheDatabase(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	i := w.fill(t)
	c := w.signedIn(t, access.RoleAdmin)
	all := walk(w, c)
	for _, path := range everyPage(i) {
		all = append(all, c.get(path))
	}
	all = append(all, c.post("/settings/integrations/1/renew"))
	planted := []string{theToken, "plantedProxyPassword", thePassword}
	for _, a := range all {
		for _, s := range planted {
			if strings.Contains(a.body, s) {
				t.Errorf("%s shows %s", a.path, s)
			}
		}
	}
	searchFiles(t, w, planted)
}

// searchFiles looks for secrets in what lies on the disk while a set-up is under way.
func searchFiles(t *testing.T, w *world, planted []string) {
	t.Helper()
	var file string
	must(t, w.store.DB().QueryRowContext(t.Context(), `SELECT file FROM pragma_database_list WHERE name = 'main'`).Scan(&file))
	found, err := filepath.Glob(filepath.Join(filepath.Dir(file), "*"))
	must(t, err)
	for _, name := range found {
		content, err := os.ReadFile(name)
		if err != nil {
			continue
		}
		for _, s := range planted {
			if strings.Contains(string(content), s) {
				t.Errorf("%s holds %s readable", filepath.Base(name), s)
			}
		}
	}
}

func TestRenewedTokenIsUsedFromNowOn(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.fill(t)
	c := w.signedIn(t, access.RoleAdmin)
	got := c.post("/settings/integrations/1/renew")
	if got.path != "/settings/integrations/new/connect" || !strings.Contains(got.body, "New token for") {
		t.Fatalf("renew leads to %s", got.path)
	}
	w.report = connected()
	if got := c.post("/settings/integrations/new/connect", "address", "https://github.acme.example", "token", "ghp_fresh"); !strings.Contains(got.body, "Use this token from now on") {
		t.Fatalf("the tested token cannot be used\n%s", got.body)
	}
	if got := c.post("/settings/integrations/new/renew"); got.path != "/settings/integrations/1" {
		t.Fatalf("renew ends at %s", got.path)
	}
	held, err := w.store.Credential(t.Context(), 1)
	must(t, err)
	i, err := w.store.Integration(t.Context(), 1)
	must(t, err)
	if held.Token.Reveal() != "ghp_fresh" || i.State != facts.IntegrationProcessing || i.Name != "Acme's GitHub" || !slices.Equal(w.work.acts, []string{"update 1"}) {
		t.Errorf("after renewal: %s, %+v, asked for %v", held, i, w.work.acts)
	}
}

func TestChangesOfAnIntegration(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	i := w.fill(t)
	c := w.signedIn(t, access.RoleAdmin)
	if got := c.post("/settings/integrations/1/name", "name", "New name"); !strings.Contains(got.body, "New name") {
		t.Errorf("rename: status %d", got.status)
	}
	c.post("/settings/integrations/1/services", "service", "repos", "service", "invented")
	held, err := w.store.Integration(t.Context(), i.integration)
	must(t, err)
	if held.Name != "New name" || !slices.Equal(held.On, []facts.Service{facts.ServiceRepos}) {
		t.Errorf("changed to %q with %v", held.Name, held.On)
	}
	if got := c.post("/settings/integrations/1/update"); !strings.Contains(got.body, "fetches 6 imported repos") || !slices.Contains(w.work.acts, "update 1") {
		t.Errorf("update all: asked for %v", w.work.acts)
	}
}

func TestImport(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	i := w.fill(t)
	other, err := w.store.CreateIntegration(t.Context(), facts.Integration{Name: "Other", Address: "https://other.example", Method: "token"}, connect.Credential{})
	must(t, err)
	orgs, err := w.store.SaveOrganizations(t.Context(), other, []facts.Organization{{ServerID: 9, Login: "other"}})
	must(t, err)
	foreign, err := w.store.SaveRepos(t.Context(), other, []facts.Repo{{Organization: orgs[0], ServerID: 1, Name: "x", FullName: "other/x"}})
	must(t, err)
	c := w.signedIn(t, access.RoleAdmin)
	id := func(r facts.RepoID) string { return fmt.Sprint(int64(r)) }

	if got := c.post("/settings/integrations/1/repos"); !strings.Contains(got.body, "No repo was selected") {
		t.Errorf("nothing ticked: %s", got.path)
	}
	c.post("/settings/integrations/1/repos?q=data", "repo", id(i.repos[6]), "repo", id(foreign[0]))
	if want := []facts.RepoID{i.repos[6]}; !slices.Equal(w.work.synced, want) {
		t.Errorf("synced %v, want %v: a repo of another integration is not this page's", w.work.synced, want)
	}
	w.work.synced = nil
	if got := c.post("/settings/integrations/1/repos?archived=yes", "across", "1"); !strings.Contains(got.path, "archived=yes") {
		t.Errorf("the filter is lost: %s", got.path)
	}
	if want := []facts.RepoID{i.repos[7]}; !slices.Equal(w.work.synced, want) {
		t.Errorf("all that the filter shows: synced %v, want %v", w.work.synced, want)
	}
	w.work.synced = nil
	if got := c.post("/settings/integrations/1/repos", "one", "retry:"+id(i.repos[4])); !strings.Contains(got.body, "1 repo is tried again now") || len(w.work.synced) != 1 {
		t.Errorf("retry: synced %v", w.work.synced)
	}
}

func TestProgressAnswersForTheRowsShown(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	i := w.fill(t)
	c := w.signedIn(t, access.RoleAdmin)
	got := c.get(fmt.Sprintf("/settings/integrations/1/repos/progress?repos=8&id=%d&id=%d", i.repos[2], i.repos[3]), "HX-Request", "true")
	for _, want := range []string{`id="progress-sum"`, `id="state-3" hx-swap-oob="true"`, "1,234 of 5,200 commits", "about 2 min left", `id="state-4"`, "48,210 of 91,022 objects"} {
		if !strings.Contains(got.body, want) {
			t.Errorf("progress lacks %q:\n%s", want, got.body)
		}
	}
	if strings.Contains(got.body, `id="state-1"`) || got.status != http.StatusOK {
		t.Errorf("status %d; the answer holds rows that nobody asked for", got.status)
	}
	for n, repo := range i.repos[:6] {
		must(t, w.store.SaveSyncState(t.Context(), facts.SyncState{Repo: repo, Kind: facts.SyncCommits, Phase: facts.PhaseReady, FinishedAt: now.Unix() - int64(n)}))
	}
	if got := c.get("/settings/integrations/1/repos/progress", "HX-Request", "true"); got.status != 286 {
		t.Errorf("when all is ready: status %d, want 286 so that the page stops asking", got.status)
	}
	if got := c.get("/settings/integrations/1/repos/progress?repos=0"); got.header.Get("HX-Refresh") != "true" {
		t.Error("a page without repos does not load them when they arrive")
	}
}

func TestThousandsOfRepos(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	id := w.fillThousands(t)
	c := w.signedIn(t, access.RoleAdmin)
	got := c.get("/settings/integrations/1/repos?page=4")
	if !strings.Contains(got.body, "Organizations 151 to 200 of 200") || strings.Contains(got.body, "repo-0151") || len(got.body) > 150_000 {
		t.Errorf("the last page has %d bytes:\n%s", len(got.body), got.body)
	}
	got = c.get("/settings/integrations/1/repos?q=repo-00")
	if !strings.Contains(got.body, "repo-0042") || strings.Contains(got.body, "repo-0142") || !strings.Contains(got.body, "Repos 1 to 100 of 100") {
		t.Errorf("a narrow search does not show its repos at once:\n%s", got.body)
	}
	got = c.get("/settings/integrations/1/repos/group?org=7&q=repo-0", "HX-Request", "true")
	if n := strings.Count(got.body, `name="repo"`); n != 5 || !strings.Contains(got.body, "repo-0206") || strings.Contains(got.body, "<html") {
		t.Errorf("an opened organization shows %d repos, want the 5 that match:\n%s", n, got.body)
	}
	c.post("/settings/integrations/1/repos", "across", "1")
	if len(w.work.synced) != 5000 {
		t.Errorf("import of all queued %d repos, want 5,000", len(w.work.synced))
	}
	yes := true
	if _, n, err := w.store.Repos(t.Context(), store.RepoFilter{Integration: id, Imported: &yes}, facts.Page{Limit: 1}); err != nil || n != 5000 {
		t.Errorf("imported %d repos, %v", n, err)
	}
}
