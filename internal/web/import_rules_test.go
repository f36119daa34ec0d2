package web_test

import (
	"slices"
	"strings"
	"testing"

	"weir/internal/access"
	"weir/internal/facts"
)

const rules = "/settings/integrations/1/rules"

func wants(t *testing.T, got answer, texts ...string) {
	t.Helper()
	for _, text := range texts {
		if !strings.Contains(strings.Join(strings.Fields(got.body), " "), text) {
			t.Errorf("%s lacks %q:\n%s", got.path, text, got.body)
		}
	}
}

func (w *world) imported(t *testing.T) []facts.RepoID {
	t.Helper()
	repos, err := w.store.ImportedRepos(t.Context())
	must(t, err)
	var ids []facts.RepoID
	for _, r := range repos {
		ids = append(ids, r.ID)
	}
	slices.Sort(ids)
	return ids
}

// TestRuleIsShownSavedAskedAboutAndDeleted walks a rule through its life.
func TestRuleIsShownSavedAskedAboutAndDeleted(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	i := w.fill(t)
	c := w.signedIn(t, access.RoleAdmin)
	wants(t, c.get(rules), "No rule yet")

	got := c.get(rules + "?kind=regex&value=%5Eacme/(check%7Cinv)%7Carchive")
	wants(t, got, "matches 3 repos now", "1 repo that is not imported is left out", "2 of them are imported. They go", "acme/checkout", "labs/archive-2019", "Save this rule")
	if saved, err := w.store.Exclusions(t.Context(), i.integration); err != nil || len(saved) != 0 {
		t.Fatalf("looking at a rule saved it: %v, %v", saved, err)
	}
	wants(t, c.get(rules+"?kind=name&value=a%5Bb"), "is not a pattern")
	if got := c.post(rules, "kind", "pushed_before", "value", "soon"); got.status != 422 || !strings.Contains(got.body, "is not a day") {
		t.Errorf("a rule that cannot be read: status %d", got.status)
	}

	got = c.post(rules, "kind", "regex", "value", "^acme/(check|inv)|archive")
	wants(t, got, "The rule holds from now on and matches 3 repos", "2 imported repos are matched by a rule", "Keep importing all")
	if n := len(w.imported(t)); n != 6 {
		t.Errorf("a new rule ended %d imports", 6-n)
	}
	if got := c.post(rules, "kind", "regex", "value", "^acme/(check|inv)|archive"); got.status != 422 || !strings.Contains(got.body, "is there already") {
		t.Errorf("the same rule again: status %d", got.status)
	}
	wants(t, c.get("/settings/integrations/1/repos?state=excluded"), "archive-2019", "Rule: name matches the regular expression", "Repos 1 to 1 of 1")
	wants(t, c.get("/settings/integrations/1/repos?state=asked"), "checkout", "inventory", "Repos 1 to 2 of 2", `value="keep:1"`)
	wants(t, c.get("/settings/integrations/1/repos?rule=1"), "Repos 1 to 3 of 3", "Only repos that the rule")

	wants(t, c.post("/settings/integrations/1/repos", "one", "keep:1"), "1 repo stays imported")
	got = c.post("/settings/integrations/1/repos?state=asked", "across", "1", "do", "stop", "back", "rules")
	wants(t, got, "1 repo is no longer imported", "What was read of it is kept")
	if got.path != rules || slices.Contains(w.imported(t), i.repos[1]) || !slices.Contains(w.imported(t), i.repos[0]) {
		t.Errorf("at %s with %v imported", got.path, w.imported(t))
	}
	wants(t, c.post("/settings/integrations/1/repos", "repo", "2"), "Nothing to import")

	wants(t, c.post(rules+"/1/delete"), "The rule is gone")
	wants(t, c.post("/settings/integrations/1/repos", "repo", "2"), "1 repo is queued for import")
	if got := c.post(rules + "/1/delete"); got.status != 404 {
		t.Errorf("a rule that is not there was deleted: status %d", got.status)
	}
}

func TestAutoImportIsSwitchedByOrganizationAndForAll(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	i := w.fill(t)
	c := w.signedIn(t, access.RoleAdmin)
	on := func() (on []bool) {
		all, err := w.store.Organizations(t.Context(), i.integration)
		must(t, err)
		for _, o := range all {
			on = append(on, o.AutoImport)
		}
		return on
	}
	got := c.post("/settings/integrations/1/auto-import", "auto", "2:on", "open", "2")
	if wants(t, got, "imported by themselves from now on"); !slices.Equal(on(), []bool{false, true}) || !strings.Contains(got.path, "open=2") {
		t.Errorf("at %s: %v", got.path, on())
	}
	if c.post("/settings/integrations/1/auto-import", "auto", "all:on", "back", "rules"); !slices.Equal(on(), []bool{true, true}) {
		t.Errorf("all on: %v", on())
	}
	if got := c.post("/settings/integrations/1/auto-import", "auto", "all:off", "back", "rules"); !slices.Equal(on(), []bool{false, false}) || got.path != rules {
		t.Errorf("all off: %v at %s", on(), got.path)
	}
	for _, bad := range []string{"", "x:on", "99:on"} {
		if got := c.post("/settings/integrations/1/auto-import", "auto", bad); got.status < 400 {
			t.Errorf("auto=%q: status %d", bad, got.status)
		}
	}
}

func TestPausedAndGoneReposSaySo(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	i := w.fill(t)
	c := w.signedIn(t, access.RoleAdmin)
	wants(t, c.post("/settings/integrations/1/repos", "repo", "1", "repo", "3", "do", "pause"), "2 repos are paused", `value="resume:1"`, "2 paused")
	must(t, w.store.MarkRepoGone(t.Context(), i.repos[4]))
	wants(t, c.get("/settings/integrations/1/repos?state=gone"), "Gone from the server", "What was read of it stays", "Repos 1 to 1 of 1")
	wants(t, c.get("/settings/integrations/1/repos?state=paused"), "Repos 1 to 2 of 2")
	wants(t, c.post("/settings/integrations/1/repos", "one", "resume:1"), "1 repo goes on", "1 paused")
	wants(t, c.post("/settings/integrations/1/repos", "one", "resume:1"), "Nothing to resume")
	if got := c.post("/settings/integrations/1/repos", "repo", "1", "do", "paint"); got.status != 400 {
		t.Errorf("something that cannot be done: status %d", got.status)
	}
	for _, bad := range []string{"state=odd", "visibility=odd", "archived=2", "org=x", "page=0", "rule=-1"} {
		if got := c.get("/settings/integrations/1/repos?" + bad); got.status != 400 {
			t.Errorf("%s: status %d", bad, got.status)
		}
	}
}

// TestAViewerChangesNothing sees states without the buttons that change them.
func TestAViewerChangesNothing(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.fill(t)
	_, err := w.store.AddExclusion(t.Context(), facts.Exclusion{Integration: 1, Kind: facts.ExcludeVisibility, Value: "private"})
	must(t, err)
	viewer := access.Role("")
	for _, role := range access.Roles {
		if role.Has(access.ViewIntegrations) && !role.Has(access.ManageIntegrations) {
			viewer = role
		}
	}
	if viewer == "" {
		t.Skip("no role views integrations without managing them")
	}
	c := w.signedIn(t, viewer)
	for _, path := range []string{"/settings/integrations/1/repos", rules} {
		got := c.get(path)
		wants(t, got, "6 imported repos are matched by a rule")
		for _, button := range []string{`name="do"`, `name="one"`, `name="auto"`, `name="repo"`, "Delete"} {
			if strings.Contains(got.body, button) {
				t.Errorf("%s offers %s to one who may only look", path, button)
			}
		}
	}
}
