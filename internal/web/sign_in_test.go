package web_test

import (
	"net/http"
	"strings"
	"testing"

	"weir/internal/access"
)

func TestSetUpMakesTheAdmin(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c := w.visitor(t)
	if got := c.get("/reports/code"); got.path != "/set-up" {
		t.Fatalf("the first visit leads to %s, want /set-up", got.path)
	}
	form := func(code, login, password, again string) answer {
		return c.post("/set-up", "code", code, "login", login, "name", "Ada", "password", password, "again", again)
	}
	code := w.code.Reveal()
	for want, got := range map[string]answer{
		"The two passwords differ":         form(code, "ada", thePassword, "another"),
		"This is not the set-up code":      form("AAAA-BBBB-CCCC-DDDD", "ada", thePassword, thePassword),
		"Choose a password of at least 12": form(code, "ada", "short", "short"),
		"Choose a login of up to 64":       form(code, "not a login", thePassword, thePassword),
	} {
		if got.status != http.StatusUnprocessableEntity || !strings.Contains(got.body, want) {
			t.Errorf("status %d, want 422 and %q in\n%s", got.status, want, got.body)
		}
		if strings.Contains(got.body, thePassword) {
			t.Error("the page gives the password back")
		}
	}
	got := form(strings.ToLower(code), "ada", thePassword, thePassword)
	if got.path != "/settings/integrations" || !strings.Contains(got.body, "The admin account is ready") {
		t.Fatalf("set-up leads to %s\n%s", got.path, got.body)
	}
	if again := c.get("/settings/integrations"); strings.Contains(again.body, "The admin account is ready") {
		t.Error("the message is said twice")
	}
	if late := w.visitor(t).post("/set-up", "code", code, "login", "eve", "password", thePassword, "again", thePassword); late.status != http.StatusUnprocessableEntity {
		t.Errorf("a second set-up: status %d, want 422", late.status)
	}
	if late := w.visitor(t).get("/set-up"); late.path != "/sign-in" {
		t.Errorf("a late visit of the set-up leads to %s, want /sign-in", late.path)
	}
}

func TestSignInAndOut(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.account(t, "ada", access.RoleAdmin)
	c := w.visitor(t)
	for _, login := range []string{"ada", "nobody"} {
		got := c.post("/sign-in", "login", login, "password", "wrong password")
		if got.status != http.StatusUnprocessableEntity || !strings.Contains(got.body, "Authorization failed") {
			t.Errorf("wrong password of %s: status %d", login, got.status)
		}
	}
	for back, want := range map[string]string{
		"/settings/ledger?kind=git": "/settings/ledger?kind=git", "https://evil.example/": "/", "//evil.example": "/", `/\evil.example`: "/", "": "/",
	} {
		if got := c.post("/sign-in", "login", "ADA", "password", thePassword, "back", back); got.path != want {
			t.Errorf("sign-in with back=%q leads to %s, want %s", back, got.path, want)
		}
	}
	if got := c.post("/sign-out"); got.path != "/sign-in" {
		t.Errorf("sign-out leads to %s", got.path)
	}
	if got := c.get("/settings/ledger?kind=git"); got.path != "/sign-in?back=%2Fsettings%2Fledger%3Fkind%3Dgit" {
		t.Errorf("after sign-out a page leads to %s", got.path)
	}
}

func TestGuessingIsSlowedDown(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.account(t, "ada", access.RoleAdmin)
	c := w.visitor(t)
	var last answer
	for range 8 {
		last = c.post("/sign-in", "login", "ada", "password", "wrong password")
	}
	if !strings.Contains(last.body, "Too many attempts have failed") {
		t.Errorf("the eighth guess is answered by\n%s", last.body)
	}
}

func TestTheme(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.account(t, "ada", access.RoleAdmin)
	c := w.visitor(t)
	if got := c.post("/theme", "theme", "dark", "back", "/sign-in"); got.path != "/sign-in" || !strings.Contains(got.body, `data-bs-theme="dark"`) {
		t.Errorf("after choosing dark: %s\n%.400s", got.path, got.body)
	}
	if got := c.post("/theme", "theme", "auto", "back", "/sign-in"); strings.Contains(got.body, "data-bs-theme") {
		t.Error("after choosing the system's colours the page still fixes them")
	}
}

// A message waits for the page it was meant for, and another tab does not show it.
func TestMessageIsShownOnItsPageOnly(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c := w.visitor(t)
	c.http.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	c.post("/set-up", "code", w.code.Reveal(), "login", "ada", "name", "Ada", "password", thePassword, "again", thePassword)
	const message = "The admin account is ready"
	if other := c.get("/settings/ledger"); other.status != http.StatusOK || strings.Contains(other.body, message) {
		t.Errorf("another page: status %d, and it may not say %q", other.status, message)
	}
	if meant := c.get("/settings/integrations"); !strings.Contains(meant.body, message) {
		t.Errorf("its page does not say %q", message)
	}
}
