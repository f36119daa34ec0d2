package ghes_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"
	"testing"
	"time"

	"weir/internal/ghes"
)

// Section 4.2: the OAuth web flow.

// surfer is a person's browser: it keeps cookies and follows redirects within the server.
type surfer struct {
	t    *testing.T
	base string
	http *http.Client
	// left is the address outside the server that the browser was sent to last.
	left *url.URL
}

func (f *fixture) surf() *surfer {
	f.t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		f.t.Fatal(err)
	}
	s := &surfer{t: f.t, base: f.URL()}
	s.http = &http.Client{Transport: f.client.Transport, Jar: jar, CheckRedirect: func(r *http.Request, _ []*http.Request) error {
		if !strings.HasPrefix(r.URL.String(), s.base) {
			s.left = r.URL
			return http.ErrUseLastResponse
		}
		return nil
	}}
	return s
}

func (s *surfer) open(path string) string {
	s.t.Helper()
	return s.follow(http.NewRequest(http.MethodGet, s.base+path, nil))
}

func (s *surfer) submit(path string, form url.Values) string {
	s.t.Helper()
	r, err := http.NewRequest(http.MethodPost, s.base+path, strings.NewReader(form.Encode()))
	if err == nil {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	return s.follow(r, err)
}

func (s *surfer) follow(r *http.Request, err error) string {
	s.t.Helper()
	if err != nil {
		s.t.Fatal(err)
	}
	res, err := s.http.Do(r)
	if err != nil {
		s.t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		s.t.Fatal(err)
	}
	return string(body)
}

func (s *surfer) signIn(login, password string) {
	s.submit("/session", url.Values{"login": {login}, "password": {password}, "return_to": {"/"}})
}

const callback = "http://weir.test/authorized"

// oauth is a fixture with an application, and its owner's browser.
func oauth(t *testing.T, version string) (*fixture, ghes.OAuthApp, *surfer) {
	t.Helper()
	f := start(t, func(o *ghes.Options) { o.Settings.Version = version })
	app := f.World.AddOAuthApp(ghes.OAuthApp{Name: "Weir", Owner: "olga", CallbackURL: callback, HomepageURL: "http://weir.test"})
	s := f.surf()
	s.signIn("olga", "pw-olga")
	return f, app, s
}

// consent authorizes the application with scopes and gives the code.
func (s *surfer) consent(app ghes.OAuthApp, scopes ...string) string {
	s.t.Helper()
	s.submit("/login/oauth/authorize", url.Values{
		"client_id": {app.ClientID}, "redirect_uri": {callback}, "state": {"s1"}, "authorize": {"1"}, "scope": scopes,
	})
	if s.left == nil || s.left.Query().Get("state") != "s1" || s.left.Query().Get("code") == "" {
		s.t.Fatalf("sent to %v", s.left)
	}
	return s.left.Query().Get("code")
}

// exchange posts to the token endpoint and gives the answer as JSON.
func (f *fixture) exchange(app ghes.OAuthApp, values url.Values) map[string]any {
	f.t.Helper()
	if !values.Has("client_id") {
		values.Set("client_id", app.ClientID)
	}
	if !values.Has("client_secret") {
		values.Set("client_secret", app.ClientSecret)
	}
	status, _, body := f.send("/login/oauth/access_token", "application/x-www-form-urlencoded", values.Encode(), "Accept", "application/json")
	if status != http.StatusOK {
		f.t.Errorf("the token endpoint answers %d", status)
	}
	var answer map[string]any
	if err := json.Unmarshal([]byte(body), &answer); err != nil {
		f.t.Fatalf("%v: %s", err, body)
	}
	return answer
}

// send posts a body to a path of the web or the API.
func (f *fixture) send(path, kind, body string, header ...string) (int, http.Header, string) {
	f.t.Helper()
	req, err := http.NewRequest(http.MethodPost, f.URL()+path, strings.NewReader(body))
	if err != nil {
		f.t.Fatal(err)
	}
	req.Header.Set("Content-Type", kind)
	for i := 0; i < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
	}
	res, err := f.client.Do(req)
	if err != nil {
		f.t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		f.t.Fatal(err)
	}
	return res.StatusCode, res.Header, string(text)
}

func TestAuthorizeAsksForSignInThenForConsent(t *testing.T) { // [docs]
	t.Parallel()
	f, app, _ := oauth(t, "3.19.1")
	path := "/login/oauth/authorize?scope=repo+read:org&client_id=" + app.ClientID
	fresh := f.surf()
	if got := fresh.open(path); !strings.Contains(got, "Sign in to GitHub Enterprise") {
		t.Errorf("without a session: %s", got)
	}
	fresh.signIn("max", "pw-max")
	got := fresh.open(path)
	for _, want := range []string{"Authorize Weir", `value="repo"`, `value="read:org"`} {
		if !strings.Contains(got, want) {
			t.Errorf("the page lacks %s: %s", want, got)
		}
	}
	if got := fresh.open("/login/oauth/authorize?client_id=nobody"); !strings.Contains(got, "Page not found") {
		t.Errorf("an unknown client id: %s", got)
	}
}

func TestExchangeAnswersAFormUnlessJSONIsAskedFor(t *testing.T) { // [docs]
	t.Parallel()
	f, app, s := oauth(t, "3.19.1")
	form := func(code string) string {
		return url.Values{"client_id": {app.ClientID}, "client_secret": {app.ClientSecret}, "code": {code}}.Encode()
	}
	_, header, body := f.send("/login/oauth/access_token", "application/x-www-form-urlencoded", form(s.consent(app, "repo")))
	values, err := url.ParseQuery(body)
	if err != nil || !strings.HasPrefix(header.Get("Content-Type"), "application/x-www-form-urlencoded") || !strings.HasPrefix(values.Get("access_token"), "gho_") {
		t.Errorf("got %s %s", header.Get("Content-Type"), body)
	}
	answer := f.exchange(app, url.Values{"code": {s.consent(app, "user", "repo", "read:user", "public_repo")}})
	if answer["scope"] != "repo,user" || answer["token_type"] != "bearer" {
		t.Errorf("scopes are not normalised: %v", answer)
	}
	r := f.get("/user", answer["access_token"].(string))
	r.wants(t, 200, "")
	if got := r.Header.Get("X-OAuth-Scopes"); got != "repo, user" {
		t.Errorf("scopes of the token: %q", got)
	}
}

func TestExchangeErrorsAreAnswersOf200(t *testing.T) { // [docs]
	t.Parallel()
	now := time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	f, app, s := oauth(t, "3.19.1")
	spent := s.consent(app, "repo")
	f.exchange(app, url.Values{"code": {spent}})
	late := start(t, func(o *ghes.Options) { o.Now = func() time.Time { return now } })
	lateApp := late.World.AddOAuthApp(ghes.OAuthApp{Name: "Weir", Owner: "olga", CallbackURL: callback})
	slow := late.surf()
	slow.signIn("olga", "pw-olga")
	old := slow.consent(lateApp, "repo")
	now = now.Add(11 * time.Minute)
	cases := []struct {
		name, want string
		got        map[string]any
	}{
		{"a code used twice", "bad_verification_code", f.exchange(app, url.Values{"code": {spent}})},
		{"a code that is ten minutes old", "bad_verification_code", late.exchange(lateApp, url.Values{"code": {old}})},
		{"a wrong secret", "incorrect_client_credentials", f.exchange(app, url.Values{"code": {s.consent(app, "repo")}, "client_secret": {"wrong"}})},
		{"another callback", "redirect_uri_mismatch", f.exchange(app, url.Values{"code": {s.consent(app, "repo")}, "redirect_uri": {"http://evil.test/"}})},
		{"PKCE is not looked at", "", f.exchange(app, url.Values{"code": {s.consent(app, "repo")}, "code_verifier": {"anything"}})},
	}
	for _, c := range cases {
		if got, _ := c.got["error"].(string); got != c.want {
			t.Errorf("%s: got %v, want %q", c.name, c.got, c.want)
		}
	}
}

func TestUnknownClientIDIsNotFound(t *testing.T) { // [mem]
	t.Parallel()
	f, _, _ := oauth(t, "3.19.1")
	if status, _, body := f.send("/login/oauth/access_token", "application/x-www-form-urlencoded", "client_id=nobody"); status != 404 || body != `{"error":"Not Found"}` {
		t.Errorf("got %d %s", status, body)
	}
}

func TestDenialRedirectsWithAccessDenied(t *testing.T) { // [mem]
	t.Parallel()
	_, app, s := oauth(t, "3.19.1")
	s.submit("/login/oauth/authorize", url.Values{"client_id": {app.ClientID}, "redirect_uri": {callback}, "state": {"s1"}, "authorize": {"0"}})
	if q := s.left.Query(); q.Get("error") != "access_denied" || q.Get("state") != "s1" || q.Has("code") {
		t.Errorf("sent to %s", s.left)
	}
}

func TestMismatchedRedirectGoesToTheRegisteredCallback(t *testing.T) { // [docs]
	t.Parallel()
	f, app, s := oauth(t, "3.19.1")
	s.open("/login/oauth/authorize?client_id=" + app.ClientID + "&state=s1&redirect_uri=" + url.QueryEscape("http://evil.test/"))
	if s.left.Host != "weir.test" || s.left.Query().Get("error") != "redirect_uri_mismatch" {
		t.Errorf("sent to %s", s.left)
	}
	s.open("/login/oauth/authorize?client_id=" + app.ClientID + "&redirect_uri=" + url.QueryEscape(callback+"/below"))
	if s.left.Host != "weir.test" {
		t.Errorf("a path below the callback is refused: %s", s.left)
	}
	app.Suspended = true
	f.World.AddOAuthApp(app)
	s.open("/login/oauth/authorize?client_id=" + app.ClientID)
	if s.left.Query().Get("error") != "application_suspended" {
		t.Errorf("a suspended application: sent to %s", s.left)
	}
}

func TestASecondAuthorizationShowsNoPage(t *testing.T) { // [docs]
	t.Parallel()
	f, app, s := oauth(t, "3.19.1")
	s.consent(app, "repo", "read:org")
	s.left = nil
	s.open("/login/oauth/authorize?scope=&client_id=" + app.ClientID)
	if s.left == nil || s.left.Query().Get("code") == "" {
		t.Fatalf("sent to %v", s.left)
	}
	if got := f.exchange(app, url.Values{"code": {s.left.Query().Get("code")}}); got["scope"] != "read:org,repo" {
		t.Errorf("an empty scope gives %v, want those granted before", got)
	}
	if got := s.open("/login/oauth/authorize?scope=admin:org&client_id=" + app.ClientID); !strings.Contains(got, "Authorize Weir") {
		t.Errorf("more scopes are not asked for: %s", got)
	}
}

func TestTokensEndFrom323OnAndAreRefreshedOnce(t *testing.T) { // [docs]
	t.Parallel()
	f, app, s := oauth(t, "3.23.0")
	first := f.exchange(app, url.Values{"code": {s.consent(app, "repo", "offline_access")}})
	if first["expires_in"] != 28800.0 || first["refresh_token_expires_in"] != 15897600.0 || first["scope"] != "repo" {
		t.Fatalf("got %v", first)
	}
	again := url.Values{"grant_type": {"refresh_token"}, "refresh_token": {first["refresh_token"].(string)}}
	second := f.exchange(app, again)
	if second["access_token"] == nil || second["refresh_token"] == first["refresh_token"] {
		t.Fatalf("got %v", second)
	}
	f.get("/user", first["access_token"].(string)).wants(t, 401, "Bad credentials")
	f.get("/user", second["access_token"].(string)).wants(t, 200, "")
	if got := f.exchange(app, again); got["error"] != "bad_refresh_token" {
		t.Errorf("a refresh token used twice: %v", got)
	}
	if plain := f.exchange(app, url.Values{"code": {s.consent(app, "repo")}}); plain["expires_in"] != nil {
		t.Errorf("without offline_access: %v", plain)
	}
}

func TestTokensDoNotEndBefore323(t *testing.T) { // [docs]
	t.Parallel()
	f, app, s := oauth(t, "3.22.4")
	got := f.exchange(app, url.Values{"code": {s.consent(app, "repo", "offline_access")}})
	if got["expires_in"] != nil || got["refresh_token"] != nil || got["scope"] != "repo" {
		t.Errorf("got %v", got)
	}
}

func TestAnOAuthApplicationIsRegisteredByAForm(t *testing.T) { // [docs]
	t.Parallel()
	f := start(t, nil)
	s := f.surf()
	s.signIn("olga", "pw-olga")
	if got := s.open("/settings/applications/new"); !strings.Contains(got, "Register a new OAuth application") {
		t.Fatalf("got %s", got)
	}
	got := s.submit("/settings/applications", url.Values{
		"oauth_application[name]": {"Weir"}, "oauth_application[url]": {"http://weir.test"}, "oauth_application[callback_url]": {callback},
	})
	if !strings.Contains(got, `id="client-id"`) || !strings.Contains(got, `id="client-secret"`) {
		t.Errorf("got %s", got)
	}
	if got := s.submit("/settings/applications", url.Values{}); !strings.Contains(got, "can&#39;t be blank") && !strings.Contains(got, "can't be blank") {
		t.Errorf("an empty form: %s", got)
	}
}
