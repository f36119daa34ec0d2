package web_test

import (
	"context"
	"encoding/json"
	"html"
	"net/http"
	"net/url"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"weir/internal/access"
	"weir/internal/connect"
	"weir/internal/facts"
	"weir/internal/ghes"
	"weir/internal/web"
)

const plantedPassword = "correct-horse-battery-7351"

// ways is Weir's pages beside a made-up server, with a browser that stops where it would leave Weir.
type ways struct {
	*world
	*client
	server *ghes.Server
	mu     sync.Mutex
	late   time.Duration
}

func newWays(t *testing.T, change func(*ghes.Options), pages ...func(*web.Options)) *ways {
	t.Helper()
	world := ghes.NewWorld()
	world.AddUser(ghes.User{Login: "weir-bot", Name: "Weir", Password: plantedPassword})
	for _, login := range []string{"acme", "globex"} {
		world.AddOrganization(ghes.Organization{Login: login})
		world.SetMember(login, ghes.Member{Login: "weir-bot", Role: ghes.RoleAdmin})
		world.AddRepo(ghes.Repo{Owner: login, Name: "web", GitDir: bareRepo(t)})
	}
	options := ghes.Options{World: world}
	if change != nil {
		change(&options)
	}
	w := &ways{server: ghes.New(options)}
	if err := w.server.Start(context.WithoutCancel(t.Context()), "localhost:0"); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = w.server.Close() })
	w.world = newWorld(t, func(o *web.Options) {
		o.Now = w.clock
		o.DiagnoseFunc = func(ctx context.Context, target connect.Target) *connect.Report {
			return connect.Diagnose(ctx, target, connect.Options{})
		}
		for _, change := range pages {
			change(o)
		}
	})
	w.client = w.browser(t, access.RoleAdmin)
	return w
}

func bareRepo(t *testing.T) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "repo.git")
	if out, err := exec.CommandContext(t.Context(), "git", "init", "--quiet", "--bare", dir).CombinedOutput(); err != nil {
		t.Fatalf("git init: %v %s", err, out)
	}
	return dir
}

func (w *ways) clock() time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	return now.Add(w.late)
}

func (w *ways) wait(d time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.late += d
}

func (w *ways) browser(t *testing.T, role access.Role) *client {
	t.Helper()
	c := w.signedIn(t, role)
	home, _ := url.Parse(w.world.site.URL)
	c.http.CheckRedirect = func(r *http.Request, _ []*http.Request) error {
		if r.URL.Host != home.Host {
			return http.ErrUseLastResponse
		}
		return nil
	}
	return c
}

// choose begins the set-up with a way to connect.
func (w *ways) choose(method string) {
	w.post("/settings/integrations/new")
	w.post("/settings/integrations/new/method", "method", method)
}

// try submits the connection form.
func (w *ways) try(values ...string) answer {
	return w.post("/settings/integrations/new/connect", append([]string{"address", w.server.URL(), "ca", w.server.CAPEM()}, values...)...)
}

// finish goes on to the end and gives what is kept.
func (w *ways) finish(t *testing.T, name string) (facts.Integration, connect.Credential) {
	t.Helper()
	w.post("/settings/integrations/new/services", "service", "repos")
	got := w.post("/settings/integrations/new/name", "name", name)
	if !strings.Contains(got.body, "You have created a new GitHub Enterprise integration") {
		t.Fatalf("the set-up ends at %s\n%s", got.path, got.body)
	}
	all, err := w.store.Integrations(t.Context())
	must(t, err)
	last := all[len(all)-1]
	held, err := w.store.Credential(t.Context(), last.ID)
	must(t, err)
	return last, held
}

func shows(t *testing.T, a answer, texts ...string) {
	t.Helper()
	for _, text := range texts {
		if !strings.Contains(a.body, text) {
			t.Errorf("%s (status %d) does not show %q:\n%s", a.path, a.status, text, a.body)
		}
	}
}

func TestPasswordInTheWizard(t *testing.T) {
	t.Parallel()
	cases := []struct {
		name    string
		change  func(*ways)
		values  []string
		code    connect.Code
		offered bool
	}{
		{"a wrong password", nil, []string{"login", "weir-bot", "password", "wrong-one"}, connect.SignInBadPassword, true},
		{"two-factor", func(w *ways) {
			_ = w.server.World.UpdateUser("weir-bot", func(u *ghes.User) { u.OTP = "123456" })
		}, nil, connect.SignInTwoFactor, true},
		{"SAML", func(w *ways) { w.server.Configure(func(s *ghes.Settings) { s.SignIn = ghes.SAML }) }, nil, connect.SignInPasswordBarred, true},
		{"CAS", func(w *ways) { w.server.Configure(func(s *ghes.Settings) { s.SignIn = ghes.CAS }) }, nil, connect.SignInPasswordBarred, true},
		{"locked out", func(w *ways) {
			w.server.Configure(func(s *ghes.Settings) { s.BadTries = 1 })
			w.try("login", "weir-bot", "password", "wrong-one")
		}, nil, connect.SignInLockedOut, true},
		{"suspended", func(w *ways) {
			_ = w.server.World.UpdateUser("weir-bot", func(u *ghes.User) { u.Suspended = true })
		}, nil, connect.SignInSuspended, false},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			w := newWays(t, nil)
			w.choose("password")
			if c.change != nil {
				c.change(w)
			}
			values := c.values
			if values == nil {
				values = []string{"login", "weir-bot", "password", plantedPassword}
			}
			got := w.try(values...)
			shows(t, got, "Authorization failed", "<code>"+string(c.code)+"</code>")
			if offers := strings.Contains(got.body, "Go on with an access token"); offers != c.offered {
				t.Errorf("offers to go on with a token: %t", offers)
			}
			if strings.Contains(got.body, plantedPassword) {
				t.Error("the password is shown")
			}
			if c.offered {
				shows(t, w.post("/settings/integrations/new/method", "method", "token"), "Connect by access token", w.server.URL())
			}
		})
	}
}

func TestPasswordConnects(t *testing.T) {
	t.Parallel()
	w := newWays(t, nil)
	w.choose("password")
	shows(t, w.try("login", "weir-bot"), "Not tested yet", "Enter the password.")
	shows(t, w.post("/settings/integrations/new/passwords", "address", w.server.URL(), "ca", w.server.CAPEM()), "This server checks passwords")
	got := w.try("login", "weir-bot", "password", plantedPassword)
	shows(t, got, w.server.URL()+" runs GitHub Enterprise Server 3.19.1", "Signed in as <b>weir-bot</b>", "graphql_password_refused")
	if strings.Contains(got.body, plantedPassword) {
		t.Error("the password is shown")
	}
	shows(t, w.get("/settings/integrations/new/services"), "Read by REST, which takes more requests")
	i, held := w.finish(t, "By password")
	if i.Method != "password" || i.Account != "weir-bot" || held.Password.Reveal() != plantedPassword {
		t.Errorf("kept %+v, %s", i, held)
	}
	shows(t, w.get(integrationPath(i)), "by user name and password", "Enter a new password")
	shows(t, w.post(integrationPath(i)+"/renew"), "New password for", `value="weir-bot"`)
	shows(t, w.try("login", "weir-bot"), "Enter the password.")
	shows(t, w.try("login", "weir-bot", "password", plantedPassword), "Use this password from now on")
	shows(t, w.post("/settings/integrations/new/renew"), "The new password is in use")
}

func integrationPath(i facts.Integration) string {
	return "/settings/integrations/" + itoa(int64(i.ID))
}

func TestPasswordsAreSaidToBeBarredBeforeOneIsEntered(t *testing.T) {
	t.Parallel()
	w := newWays(t, func(o *ghes.Options) { o.Settings.SignIn = ghes.SAML })
	w.choose("password")
	shows(t, w.post("/settings/integrations/new/passwords", "address", w.server.URL(), "ca", w.server.CAPEM()), "No password works here", "Go on with an access token")
	if got := w.post("/settings/integrations/new/passwords", "address", "https://localhost:1"); strings.TrimSpace(got.body) != "" {
		t.Errorf("of a server that does not answer: %s", got.body)
	}
}

// oauth registers an app that leads back to Weir, and enters it.
func (w *ways) oauth(t *testing.T) ghes.OAuthApp {
	t.Helper()
	app := w.server.World.AddOAuthApp(ghes.OAuthApp{Name: "Weir", Owner: "weir-bot", CallbackURL: w.world.site.URL + "/settings/integrations/new/authorized"})
	w.choose("oauth")
	w.try("client_id", app.ClientID, "client_secret", app.ClientSecret)
	return app
}

// begin opens the consent page and gives the state that it was opened with.
func (w *ways) begin(t *testing.T, path string) string {
	t.Helper()
	to, err := url.Parse(w.get(path).header.Get("Location"))
	if err != nil || to.Path != "/login/oauth/authorize" || !strings.HasPrefix(w.server.URL(), "https://"+to.Host) {
		t.Fatalf("sent to %s, %v", to, err)
	}
	q := to.Query()
	if q.Get("redirect_uri") != w.world.site.URL+"/settings/integrations/new/authorized" || !strings.Contains(q.Get("scope"), "offline_access") || len(q.Get("state")) < 32 {
		t.Errorf("asked for %s", to)
	}
	return q.Get("state")
}

func TestOAuthInTheWizard(t *testing.T) {
	t.Parallel()
	const begin = "/settings/integrations/new/authorize"
	callback := func(w *ways, values ...string) answer {
		q := url.Values{}
		for i := 0; i+1 < len(values); i += 2 {
			q.Set(values[i], values[i+1])
		}
		return w.get("/settings/integrations/new/authorized?" + q.Encode())
	}
	cases := []struct {
		name string
		code connect.Code
		run  func(t *testing.T, w *ways, app ghes.OAuthApp) answer
	}{
		{"denied", connect.SignInOAuthDenied, func(t *testing.T, w *ways, _ ghes.OAuthApp) answer {
			return callback(w, "state", w.begin(t, begin), "error", "access_denied", "error_description", "The user has denied your application access.")
		}},
		{"another callback", connect.SignInOAuthMismatch, func(t *testing.T, w *ways, _ ghes.OAuthApp) answer {
			return callback(w, "state", w.begin(t, begin), "error", "redirect_uri_mismatch")
		}},
		{"suspended", connect.SignInOAuthSuspended, func(t *testing.T, w *ways, _ ghes.OAuthApp) answer {
			return callback(w, "state", w.begin(t, begin), "error", "application_suspended")
		}},
		{"a state that is made up", connect.SignInOAuthState, func(t *testing.T, w *ways, app ghes.OAuthApp) answer {
			w.begin(t, begin)
			return callback(w, "state", "x", "code", w.server.Authorize("weir-bot", app.ClientID, "repo"))
		}},
		{"a state that was answered", connect.SignInOAuthState, func(t *testing.T, w *ways, app ghes.OAuthApp) answer {
			state := w.begin(t, begin)
			callback(w, "state", state, "code", w.server.Authorize("weir-bot", app.ClientID, "repo"))
			return callback(w, "state", state, "code", w.server.Authorize("weir-bot", app.ClientID, "repo"))
		}},
		{"no answer is awaited", connect.SignInOAuthState, func(_ *testing.T, w *ways, app ghes.OAuthApp) answer {
			return callback(w, "state", "", "code", w.server.Authorize("weir-bot", app.ClientID, "repo"))
		}},
		{"another browser's state", connect.SignInOAuthState, func(t *testing.T, w *ways, app ghes.OAuthApp) answer {
			state := w.begin(t, begin)
			other := w.visitor(t)
			other.post("/sign-in", "login", "the-admin", "password", thePassword, "back", "/healthz")
			other.post("/settings/integrations/new/method", "method", "oauth")
			return other.get("/settings/integrations/new/authorized?" + url.Values{"state": {state}, "code": {w.server.Authorize("weir-bot", app.ClientID, "repo")}}.Encode())
		}},
		{"too late", connect.SignInOAuthLate, func(t *testing.T, w *ways, app ghes.OAuthApp) answer {
			state := w.begin(t, begin)
			w.wait(11 * time.Minute)
			return callback(w, "state", state, "code", w.server.Authorize("weir-bot", app.ClientID, "repo"))
		}},
		{"never answered", connect.SignInOAuthLate, func(t *testing.T, w *ways, _ ghes.OAuthApp) answer {
			w.begin(t, begin+"?window=own")
			if got := w.get("/settings/integrations/new/authorization", "HX-Request", "true"); got.status != http.StatusNoContent {
				t.Errorf("while it is awaited: %d", got.status)
			}
			w.wait(11 * time.Minute)
			return w.get("/settings/integrations/new/authorization", "HX-Request", "true")
		}},
		{"a code used twice", connect.SignInOAuthCode, func(t *testing.T, w *ways, app ghes.OAuthApp) answer {
			code := w.server.Authorize("weir-bot", app.ClientID, "repo")
			callback(w, "state", w.begin(t, begin), "code", code)
			return callback(w, "state", w.begin(t, begin), "code", code)
		}},
		{"a wrong secret", connect.SignInOAuthSecret, func(t *testing.T, w *ways, app ghes.OAuthApp) answer {
			w.try("client_id", app.ClientID, "client_secret", "not-the-secret-of-this-app")
			return callback(w, "state", w.begin(t, begin), "code", w.server.Authorize("weir-bot", app.ClientID, "repo"))
		}},
		{"fewer scopes", connect.ScopesOAuthFewer, func(t *testing.T, w *ways, app ghes.OAuthApp) answer {
			return callback(w, "state", w.begin(t, begin), "code", w.server.Authorize("weir-bot", app.ClientID, "repo", "read:org"))
		}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			w := newWays(t, nil)
			app := w.oauth(t)
			got := c.run(t, w, app)
			shows(t, got, "<code>"+string(c.code)+"</code>")
			if strings.Contains(got.body, app.ClientSecret) {
				t.Error("the client secret is shown")
			}
		})
	}
}

func TestOAuthConnects(t *testing.T) {
	t.Parallel()
	w := newWays(t, func(o *ghes.Options) { o.Settings.Version = "3.23.0" })
	w.choose("oauth")
	page := w.get("/settings/integrations/new/connect")
	shows(t, page, "Application name", "Homepage URL", "Authorization callback URL", w.world.site.URL+"/settings/integrations/new/authorized", `data-copy-from="callback"`, `download="weir.png"`)
	shows(t, w.post("/settings/integrations/new/connect", "address", "https://localhost:1", "client_id", "a", "client_secret", "b"), "Could not connect to url", "tcp_refused")
	shows(t, w.try("client_id", ""), "Enter the Client ID")
	app := w.oauth(t)
	shows(t, w.get("/settings/integrations/new/connect"), "Answer the server", "Authorize in this window", "data-blocked")
	state := w.begin(t, "/settings/integrations/new/authorize?window=own")
	done := w.get("/settings/integrations/new/authorized?" + url.Values{"state": {state}, "code": {w.server.Authorize("weir-bot", app.ClientID, "repo", "read:org", "admin:org_hook", "admin:repo_hook", "offline_access")}}.Encode())
	shows(t, done, "Authorized", "You can close this window", "data-close-window")
	shows(t, w.get("/settings/integrations/new/authorization", "HX-Request", "true"), "runs GitHub Enterprise Server 3.23.0", "Signed in as <b>weir-bot</b>", "Next")
	i, held := w.finish(t, "By OAuth")
	if i.Method != "oauth" || held.RefreshToken.Empty() || held.ClientSecret.Reveal() != app.ClientSecret || i.ExpiresAt != held.RefreshExpiresAt.Unix() || !held.Code.Empty() {
		t.Errorf("kept %+v, %s", i, held)
	}
	shows(t, w.get(integrationPath(i)), "by OAuth app", "Authorize again", "Weir renews it by itself")
	page = w.post(integrationPath(i) + "/renew")
	shows(t, page, "Authorize again for", app.ClientID)
	w.try("client_id", app.ClientID)
	state = w.begin(t, "/settings/integrations/new/authorize")
	shows(t, w.get("/settings/integrations/new/authorized?"+url.Values{"state": {state}, "code": {w.server.Authorize("weir-bot", app.ClientID, "repo", "read:org", "offline_access")}}.Encode()), "Use this authorization from now on")
	shows(t, w.post("/settings/integrations/new/renew"), "The new authorization is in use")
	again, err := w.store.Credential(t.Context(), i.ID)
	must(t, err)
	if again.Token.Reveal() == held.Token.Reveal() {
		t.Error("the token is the old one")
	}
	for _, a := range []answer{page, done, w.get(integrationPath(i)), w.get("/settings/integrations/new/connect")} {
		for _, s := range append(held.Secrets(), again.Secrets()...) {
			if strings.Contains(a.body, s.Reveal()) {
				t.Errorf("%s shows a secret", a.path)
			}
		}
	}
}

func TestGitHubAppConnects(t *testing.T) {
	t.Parallel()
	w := newWays(t, nil)
	w.choose("app")
	shows(t, w.try("app_for", "organization"), "Enter the organization")
	got := w.try("app_for", "organization", "app_owner", "acme", "app_for_all", "1")
	shows(t, got, w.server.URL()+"/organizations/acme/settings/apps/new?state=", "every permission is for reading", "none: Weir does not know an address of its own", "&#34;contents&#34;:&#34;read&#34;")
	if policy := got.header.Get("Content-Security-Policy"); !strings.Contains(policy, "form-action 'self' "+w.server.URL()+";") {
		t.Errorf("the browser would not let the form leave: %s", policy)
	}
	if policy := w.get("/settings/integrations/new/connect").header.Get("Content-Security-Policy"); strings.Contains(policy, w.server.URL()) {
		t.Error("another page's form may leave too")
	}
	app, err := w.server.World.AddApp(ghes.App{Name: "Weir", Owner: "acme", Public: true, Permissions: connect.AppPermissions})
	must(t, err)
	code := w.server.ManifestCode(app)
	shows(t, w.get("/settings/integrations/new/app/made?state=x&code="+code), "signin_app_state")
	w.try("app_for", "account")
	got = w.get("/settings/integrations/new/app")
	_, rest, _ := strings.Cut(got.body, "settings/apps/new?state=")
	state, _, _ := strings.Cut(rest, `"`)
	got = w.get("/settings/integrations/new/app/made?state=" + state + "&code=" + code)
	shows(t, got, "The app is there, and not installed yet", "organizations_app_nowhere", w.server.URL()+"/github-apps/weir/installations/new")
	if strings.Contains(got.body, `href="/settings/integrations/new/services"`) {
		t.Error("one may go on without an installation")
	}
	shows(t, w.get("/settings/integrations/new/app/made?state="+state+"&code="+code), "signin_app_state")
	w.server.World.AddInstallation(ghes.Installation{App: app.ID, Account: "acme"})
	shows(t, w.get("/settings/integrations/new/app/installed?installation_id=7&setup_action=install"), "Signed in as <b>weir[bot]</b>", "Installed", "acme")
	i, held := w.finish(t, "By app")
	if i.Method != "app" || held.AppID != app.ID || held.PrivateKey.Empty() || i.ExpiresAt != 0 {
		t.Errorf("kept %+v, %s", i, held)
	}
	_, err = w.store.SaveOrganizations(t.Context(), i.ID, []facts.Organization{{ServerID: 7, Login: "acme"}, {ServerID: 8, Login: "globex"}})
	must(t, err)
	page := w.post(integrationPath(i) + "/renew")
	shows(t, page, "GitHub App for", "globex", "suggested_target_id=8", "Use this app from now on")
	if strings.Contains(page.body, "PRIVATE KEY-----\nM") || strings.Contains(page.body, held.PrivateKey.Reveal()) {
		t.Error("the key is shown")
	}
	shows(t, w.try("app_id", "abc", "private_key", "x"), "Enter the App ID: a number")
	shows(t, w.try("app_id", "17", "private_key", "x"), "signin_app_key_unreadable")
	other, err := w.server.World.AddApp(ghes.App{Name: "Other", Owner: "globex", Permissions: connect.AppPermissions})
	must(t, err)
	w.server.World.AddInstallation(ghes.Installation{App: other.ID, Account: "globex"})
	shows(t, w.try("app_id", itoa(other.ID), "private_key", other.PrivateKeyPEM()), "Signed in as <b>other[bot]</b>")
}

// An app that is made of Weir's manifest has a webhook that leads to Weir; its secret is kept, sealed.
func TestGitHubAppIsMadeWithItsWebhook(t *testing.T) {
	t.Parallel()
	w := newWays(t, nil, func(o *web.Options) { o.URL = "http://weir.test" })
	w.choose("app")
	got := w.try("app_for", "account", "app_for_all", "1")
	shows(t, got, "one, by which the server tells Weir at once what is new")
	_, rest, _ := strings.Cut(got.body, `name="manifest" value="`)
	text, _, _ := strings.Cut(rest, `"`)
	var manifest struct {
		Hook   struct{ URL string } `json:"hook_attributes"`
		Events []string             `json:"default_events"`
	}
	must(t, json.Unmarshal([]byte(html.UnescapeString(text)), &manifest))
	_, rest, _ = strings.Cut(got.body, "settings/apps/new?state=")
	state, _, _ := strings.Cut(rest, `"`)
	app, err := w.server.World.AddApp(ghes.App{Name: "Weir", Owner: "weir-bot", Public: true, Permissions: connect.AppPermissions,
		Events: manifest.Events, WebhookURL: manifest.Hook.URL, WebhookSecret: "made-by-the-server-0123456789abcdef"})
	must(t, err)
	w.server.World.AddInstallation(ghes.Installation{App: app.ID, Account: "acme"})
	w.get("/settings/integrations/new/app/made?state=" + state + "&code=" + w.server.ManifestCode(app))
	page := w.get("/settings/integrations/new/services")
	shows(t, page, "On; the app&#39;s own, one for all organizations, after the first import.")
	_, held := w.finish(t, "By app")
	if manifest.Hook.URL != "http://weir.test/webhooks/github/"+held.WebhookKey || len(held.WebhookKey) < 20 || held.WebhookSecret.Reveal() != app.WebhookSecret {
		t.Errorf("delivers to %s, held key %s", manifest.Hook.URL, held.WebhookKey)
	}
	if strings.Contains(page.body, app.WebhookSecret) {
		t.Error("the secret is shown")
	}
}

func itoa(n int64) string { return strconv.FormatInt(n, 10) }
