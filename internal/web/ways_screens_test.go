package web_test

import (
	"strings"
	"testing"

	"weir/internal/ghes"
	"weir/internal/web/webtest"
)

// TestWaysInABrowser walks the set-up by each way but the token, failures first, with the server's own
// pages in between: the consent page in a window of its own, the app's form, its installation.
func TestWaysInABrowser(t *testing.T) {
	t.Parallel()
	w := newWays(t, nil)
	b := webtest.Open(t, w.world.site.URL, w.server.URL())
	b.Go(t, "/sign-in?back=/settings/integrations/new/method")
	b.Fill(t, "#login", "the-admin")
	b.Fill(t, "#password", thePassword)
	b.Press(t, "Sign in")
	b.See(t, "Choose a way to connect")
	walkPassword(t, w, b)
	walkOAuth(t, w, b)
	walkApp(t, w, b)
}

// way chooses one on the page that compares them.
func way(t *testing.T, b *webtest.Browser, method string) {
	t.Helper()
	b.Go(t, "/settings/integrations/new/method")
	b.Click(t, "input[value="+method+"]")
	b.Press(t, "Next")
	b.See(t, "Base URL")
}

func enterServer(t *testing.T, w *ways, b *webtest.Browser) {
	t.Helper()
	b.Fill(t, "#address", w.server.URL())
	b.Press(t, "Own certificate authority or proxy")
	b.Fill(t, "#ca", w.server.CAPEM())
}

func walkPassword(t *testing.T, w *ways, b *webtest.Browser) {
	t.Helper()
	w.server.Configure(func(s *ghes.Settings) { s.SignIn = ghes.SAML })
	way(t, b, "password")
	enterServer(t, w, b)
	b.Fill(t, "#login", "weir-bot") // leaving a field tells the page of it
	b.See(t, "No password works here")
	b.Inspect(t, "password-barred")
	b.Press(t, "Go on with an access token")
	b.See(t, "Connect by access token")
	w.server.Configure(func(s *ghes.Settings) { s.SignIn = ghes.BuiltIn })
	way(t, b, "password")
	b.See(t, "This server checks passwords")
	b.Fill(t, "#login", "weir-bot")
	b.Fill(t, "#password", "not-the-password")
	b.Press(t, "Test connection")
	b.See(t, "Authorization failed")
	b.Inspect(t, "password-refused")
	b.Fill(t, "#password", plantedPassword)
	b.Press(t, "Test connection")
	b.See(t, "Signed in as weir-bot")
	b.Inspect(t, "password-connected")
}

func walkOAuth(t *testing.T, w *ways, b *webtest.Browser) {
	t.Helper()
	way(t, b, "oauth")
	b.See(t, "Authorization callback URL")
	register := b.Window(t, func() { b.Press(t, "Open its form for a new OAuth application") })
	register.See(t, "Sign in to GitHub Enterprise")
	register.Fill(t, "input[name=login]", "weir-bot")
	register.Fill(t, "input[name=password]", plantedPassword)
	register.Press(t, "Sign in")
	register.See(t, "Register a new OAuth application")
	register.Press(t, "Register application")
	register.See(t, "Client secret")
	id := webtest.Eval[string](t, register, `document.getElementById("client-id").textContent`)
	secret := webtest.Eval[string](t, register, `document.getElementById("client-secret").textContent`)
	b.Front(t)
	copied(t, b)
	b.Inspect(t, "oauth")
	b.Fill(t, "#client-id", id)
	b.Fill(t, "#client-secret", secret)
	// A browser that blocks the window.
	webtest.Eval[bool](t, b, `(window.keptOpen = window.open, window.open = () => null, true)`)
	b.Press(t, "Authorize")
	b.See(t, "The browser blocked the window")
	b.Inspect(t, "oauth-blocked")
	webtest.Eval[bool](t, b, `(window.open = window.keptOpen, true)`)
	// Denied, in a window of its own.
	consent := b.Window(t, func() { b.Press(t, "Authorize") })
	consent.See(t, "Authorize Weir")
	b.Inspect(t, "oauth-waiting")
	consent.Press(t, "Cancel")
	b.See(t, "The authorization was cancelled")
	consent.Gone(t)
	b.Inspect(t, "oauth-denied")
	consent = b.Window(t, func() { b.Press(t, "Authorize") })
	consent.See(t, "Authorize Weir")
	consent.Press(t, "Authorize weir-bot")
	b.See(t, "Signed in as weir-bot")
	consent.Gone(t)
	b.Inspect(t, "oauth-connected")
	// In the same window; the server asks nothing the second time.
	b.Go(t, "/settings/integrations/new/connect")
	b.Fill(t, "#client-id", id)
	webtest.Eval[bool](t, b, `(window.open = () => null, true)`)
	b.Press(t, "Authorize")
	b.Press(t, "Authorize in this window")
	b.See(t, "Signed in as weir-bot")
	if at := b.Path(t); at != "/settings/integrations/new/connect" {
		t.Errorf("the code stays in the address: %s", at)
	}
	b.Ignore("Scripts may close only") // opened by hand, this page cannot close itself
	b.Go(t, "/settings/integrations/new/answered")
	b.Inspect(t, "oauth-answered")
}

// copied presses a copy button where the clipboard is not to be had.
func copied(t *testing.T, b *webtest.Browser) {
	t.Helper()
	webtest.Eval[bool](t, b, `(Object.defineProperty(navigator, "clipboard", { value: undefined }), document.addEventListener("copy", () => { window.wasCopied = document.activeElement.value; }), true)`)
	b.Click(t, "[data-copy-from=callback]")
	b.See(t, "Copied")
	if got := webtest.Eval[string](t, b, `window.wasCopied || ""`); !strings.HasSuffix(got, "/settings/integrations/new/authorized") {
		t.Errorf("copied %q", got)
	}
}

func walkApp(t *testing.T, w *ways, b *webtest.Browser) {
	t.Helper()
	way(t, b, "app")
	b.Inspect(t, "app")
	b.Press(t, "Next: create the app")
	b.See(t, "Create the GitHub App")
	b.Inspect(t, "app-manifest")
	b.Press(t, "Create it on localhost")
	b.See(t, "Create GitHub App for weir-bot")
	b.Press(t, "Create GitHub App for weir-bot")
	b.See(t, "The app is there, and not installed yet")
	b.Inspect(t, "app-not-installed")
	install := b.Window(t, func() { b.Press(t, "Choose where to install it") })
	install.See(t, "Install on acme")
	install.Press(t, "Install on acme")
	install.See(t, "Signed in as weir-at-127-0-0-1[bot]")
	b.Front(t)
	b.Press(t, "Test connection")
	b.See(t, "Signed in as weir-at-127-0-0-1[bot]")
	b.Inspect(t, "app-connected")
	b.Press(t, "Next")
	b.See(t, "may do in each organization")
	b.Inspect(t, "app-services")
	b.Press(t, "Next")
	b.Press(t, "Create")
	b.See(t, "You have created a new GitHub Enterprise integration")
	b.See(t, "by GitHub App")
	b.Inspect(t, "app-created")
}
