package web_test

import (
	"html"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"weir/internal/access"
)

// invite has an admin invite somebody, and gives the code of the link that is shown.
func invite(t *testing.T, admin *client, path string, fields ...string) (code string, got answer) {
	t.Helper()
	got = admin.post(path, fields...)
	link := regexp.MustCompile(`<code id="link">([^<]*)</code>`).FindStringSubmatch(got.body)
	if got.status != http.StatusOK || link == nil {
		t.Fatalf("POST %s: status %d\n%s", path, got.status, got.body)
	}
	address, code, _ := strings.Cut(html.UnescapeString(link[1]), "#")
	if address != admin.site+"/invitation" || len(code) < 20 {
		t.Fatalf("the link is %s", link[1])
	}
	return code, got
}

func TestInvitationLink(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	admin := w.signedIn(t, access.RoleAdmin)
	code, got := invite(t, admin, "/settings/users", "login", "bo", "name", "Bo "+hostile, "role", "team_lead")
	if !strings.Contains(got.body, "Invited") {
		t.Error("the list does not say that Bo was invited")
	}
	if again := admin.get("/settings/users"); strings.Contains(again.body, code) {
		t.Error("the code is shown a second time")
	}
	for _, wrong := range [][]string{{"login", "BO"}, {"login", "no spaces"}, {"login", ""}} {
		if got := admin.post("/settings/users", append(wrong, "role", "admin")...); got.status != http.StatusUnprocessableEntity {
			t.Errorf("invite %v: status %d", wrong, got.status)
		}
	}
	if got := admin.post("/settings/users", "login", "eve", "role", "owner"); got.status != http.StatusBadRequest {
		t.Errorf("a role that there is not: status %d", got.status)
	}

	bo := w.visitor(t)
	if got := bo.get("/invitation"); got.status != http.StatusOK {
		t.Fatalf("the page of the link: status %d", got.status)
	}
	for _, test := range []struct{ code, password, again, want string }{
		{code, thePassword, "another one", "The two passwords differ"}, {code, "short", "short", "at least 12"},
		{"NONSENSE", thePassword, thePassword, "not valid"},
	} {
		got := bo.post("/invitation", "code", test.code, "password", test.password, "again", test.again)
		if got.status != http.StatusUnprocessableEntity || !strings.Contains(got.body, test.want) || strings.Contains(got.body, test.password) {
			t.Errorf("status %d, want the words %q", got.status, test.want)
		}
	}
	if got := bo.post("/invitation", "code", code, "password", thePassword, "again", thePassword); got.path != "/" || !strings.Contains(got.body, "Your user name is bo") {
		t.Fatalf("a good password leads to %s\n%s", got.path, got.body)
	}
	if got := w.visitor(t).post("/invitation", "code", code, "password", thePassword, "again", thePassword); !strings.Contains(got.body, "not valid") {
		t.Error("the link worked twice")
	}
	if got := bo.get("/settings/integrations"); got.status != http.StatusOK {
		t.Errorf("a team lead sees integrations: status %d", got.status)
	}

	// A change counts from the next click on.
	u, err := w.store.UserByLogin(t.Context(), "bo")
	must(t, err)
	at := "/settings/users/" + strconv.FormatInt(int64(u.ID), 10)
	admin.post(at+"/role", "role", "team_member")
	if got := bo.get("/settings/integrations"); got.status != http.StatusForbidden {
		t.Errorf("a team member sees integrations: status %d", got.status)
	}
	admin.post(at + "/disable")
	if got := bo.get("/"); !strings.HasPrefix(got.path, "/sign-in") {
		t.Errorf("a disabled user is shown %s", got.path)
	}
	admin.post(at + "/enable")
	// A lost password: a new link, and the sessions of the old one end.
	code, _ = invite(t, admin, at+"/invite")
	if got := bo.get("/"); got.path != "/" {
		t.Errorf("before the link is used the session goes on: %s", got.path)
	}
	other := w.visitor(t)
	if got := other.post("/invitation", "code", code, "password", thePassword+"!", "again", thePassword+"!"); got.path != "/" {
		t.Errorf("a new password leads to %s", got.path)
	}
}

func TestAdminsKeepTheirWayIn(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	admin := w.signedIn(t, access.RoleAdmin)
	for path, fields := range map[string][]string{"/settings/users/1/disable": nil, "/settings/users/1/role": {"role", "team_member"}} {
		if got := admin.post(path, fields...); got.status != http.StatusConflict || !strings.Contains(got.body, "Nothing was changed") {
			t.Errorf("POST %s: status %d", path, got.status)
		}
	}
	if got := admin.get("/settings/users"); got.status != http.StatusOK || strings.Contains(got.body, "/settings/users/1/disable") {
		t.Errorf("the admin is offered to shut the own account, or is out: %d", got.status)
	}
	if got := admin.post("/settings/users/77/role", "role", "admin"); got.status != http.StatusNotFound {
		t.Errorf("a user that there is not: status %d", got.status)
	}
}
