package connect_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"weir/internal/connect"
	"weir/internal/ghes"
	"weir/internal/secret"
)

// TestGrantsSayNothingMore shows that what gets a credential can do nothing else: each of these is
// refused before it leaves.
func TestGrantsSayNothingMore(t *testing.T) {
	t.Parallel()
	const token, install = "/login/oauth/access_token", "/api/v3/app/installations/7/access_tokens"
	cases := []struct{ name, method, path, body string }{
		{"an exchange that says more", "POST", token, "client_id=a&client_secret=b&code=c&scope=admin:org"},
		{"an exchange that says a thing twice", "POST", token, "code=a&code=b"},
		{"an exchange in JSON", "POST", token, `{"code":"a"}`},
		{"an exchange by parameters", "POST", token + "?code=a", ""},
		{"an exchange of nothing", "POST", token, ""},
		{"an authorization", "GET", "/login/oauth/authorize?client_id=a", ""},
		{"an authorization given by ourselves", "POST", "/login/oauth/authorize", "authorize=1"},
		{"a device's code", "POST", "/login/device/code", "client_id=a"},
		{"a manifest", "POST", "/settings/apps/new", "manifest={}"},
		{"a conversion with a body", "POST", "/api/v3/app-manifests/abc/conversions", "{}"},
		{"a conversion with more path", "POST", "/api/v3/app-manifests/abc/x/conversions", ""},
		{"an installation token that says nothing", "POST", install, ""},
		{"an installation token with all permissions", "POST", install, "{}"},
		{"an installation token that writes", "POST", install, `{"permissions":{"contents":"write"}}`},
		{"an installation token that reads and writes", "POST", install, `{"permissions":{"contents":"read","issues":"write"}}`},
		{"an installation token for what is not read", "POST", install, `{"permissions":{"administration":"read"}}`},
		{"an installation token that says more", "POST", install, `{"permissions":{"contents":"read"},"repositories":["a"]}`},
		{"an app uninstalled", "DELETE", "/api/v3/app/installations/7", ""},
		{"an installation suspended", "PUT", "/api/v3/app/installations/7/suspended", ""},
		{"a token revoked", "DELETE", "/api/v3/installation/token", ""},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			w := watch(t, nil)
			var refused *connect.RefusedError
			if err := w.do(t, c.method, w.base+c.path, c.body); !errors.As(err, &refused) || len(w.arrived) > 0 {
				t.Errorf("got %v, arrived %v", err, w.arrived)
			}
		})
	}
}

// TestGrantsCarryNoCredential shows what is sent where one is allowed.
func TestGrantsCarryNoCredential(t *testing.T) {
	t.Parallel()
	w := watch(t, nil)
	if err := w.do(t, "POST", w.base+"/login/oauth/access_token", "code=c&client_id=a", "Content-Type", "application/json"); err != nil {
		t.Fatal(err)
	}
	if err := w.do(t, "POST", w.base+"/api/v3/app-manifests/abc/conversions", ""); err != nil {
		t.Fatal(err)
	}
	if w.auth[0] != "" || w.auth[1] != "" || w.bodies[0] != "client_id=a&code=c" || w.bodies[1] != "" {
		t.Errorf("authorization %q, bodies %q", w.auth, w.bodies)
	}
	if path := w.ledger.all()[1].Path; path != "/api/v3/app-manifests/***/conversions" {
		t.Errorf("the ledger shows %s", path)
	}
}

// appTransport is a transport of an app that acme and globex have installed.
func appTransport(t *testing.T, o connect.Options) (double, ghes.App, *connect.Transport) {
	t.Helper()
	d := newDouble(t, func(double *ghes.Options) { double.Now = o.Now })
	app := d.app(t)
	for _, account := range []string{"acme", "globex"} {
		d.World.AddInstallation(ghes.Installation{App: app.ID, Account: account})
	}
	transport, err := connect.NewTransport(d.appTarget(app), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(transport.CloseIdleConnections)
	return d, app, transport
}

// made counts the installation tokens that the double was asked for.
func (d double) made() (n int) {
	for _, r := range d.Requests() {
		if strings.HasSuffix(r.Path, "/access_tokens") {
			n++
		}
	}
	return n
}

func TestInstallationTokensAreMadeOncePerOrganization(t *testing.T) {
	t.Parallel()
	d, app, transport := appTransport(t, connect.Options{})
	var all sync.WaitGroup
	for range 8 {
		for _, repo := range []string{"acme/web", "globex/core"} {
			all.Go(func() {
				if answer, err := transport.Get(t.Context(), "/api/v3/repos/"+repo); err != nil || answer.Status != http.StatusOK {
					t.Errorf("%s: %v %v", repo, answer, err)
				}
			})
		}
	}
	all.Wait()
	if n := d.made(); n != 2 {
		t.Errorf("%d tokens were made for two organizations", n)
	}
	user, password, err := transport.GitPass(t.Context(), "globex")
	if err != nil || user != "x-access-token" || !strings.HasPrefix(password.Reveal(), "ghs_") {
		t.Errorf("git signs in by %s %v", user, err)
	}
	other, err := connect.NewTransport(d.appTarget(app), connect.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(other.CloseIdleConnections)
	if answer, err := other.Query(connect.WithOwner(t.Context(), "globex"), `{ repository(owner:"globex", name:"core") { name } }`, nil); err != nil || !strings.Contains(string(answer.Body), `"core"`) {
		t.Errorf("GraphQL about another organization than the first: %v %v", answer, err)
	}
}

func TestInstallationTokenIsMadeAnewBeforeItsEndAndWhenItIsRefused(t *testing.T) {
	t.Parallel()
	var mu sync.Mutex
	now := time.Now()
	clock := func() time.Time { mu.Lock(); defer mu.Unlock(); return now }
	d, _, transport := appTransport(t, connect.Options{Now: clock})
	ask := func(want int) {
		t.Helper()
		if answer, err := transport.Get(t.Context(), "/api/v3/repos/acme/web"); err != nil || answer.Status != http.StatusOK {
			t.Fatalf("got %v %v", answer, err)
		}
		if n := d.made(); n != want {
			t.Errorf("%d tokens were made, want %d", n, want)
		}
	}
	ask(1)
	ask(1)
	_, password, err := transport.GitPass(t.Context(), "acme")
	if err != nil {
		t.Fatal(err)
	}
	d.World.RevokeToken(password.Reveal())
	ask(2)
	if !transport.Refused(t.Context(), "acme", secret.New("ghs_old")) {
		t.Error("git is not given another token after a refusal")
	}
	d.ForgetRequests()
	mu.Lock()
	now = now.Add(56 * time.Minute)
	mu.Unlock()
	if _, err := transport.Get(t.Context(), "/api/v3/repos/acme/web"); err != nil {
		t.Fatal(err)
	}
	if n := d.made(); n != 1 {
		t.Errorf("%d tokens were made for one that ends in four minutes", n)
	}
}

func TestWhereTheAppIsNotInstalledIsSaidByName(t *testing.T) {
	t.Parallel()
	d, app, transport := appTransport(t, connect.Options{})
	_, err := transport.Get(t.Context(), "/api/v3/repos/initech/web")
	if f := connect.FaultOf(err, transport.Address()); f == nil || f.Code != connect.APIAppNotInstalled || !strings.Contains(f.Cause, "initech") {
		t.Errorf("got %v", err)
	}
	i := d.World.Installations(app.ID)[0]
	i.Suspended = true
	d.World.AddInstallation(i)
	_, err = transport.Get(t.Context(), "/api/v3/repos/acme/web")
	if f := connect.FaultOf(err, transport.Address()); f == nil || f.Code != connect.APIAppSuspended {
		t.Errorf("suspended: got %v", err)
	}
	for _, i := range d.World.Installations(app.ID) {
		d.World.RemoveInstallation(i.ID)
	}
	fresh, err := connect.NewTransport(d.appTarget(app), connect.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(fresh.CloseIdleConnections)
	_, err = fresh.Get(t.Context(), "/api/v3/rate_limit")
	if f := connect.FaultOf(err, transport.Address()); f == nil || f.Code != connect.APIAppNowhere {
		t.Errorf("nowhere: got %v", err)
	}
}

func TestTokensOfAnAppOnlyRead(t *testing.T) {
	t.Parallel()
	d := newDouble(t, nil)
	app := d.app(t)
	app.Permissions = map[string]string{"metadata": "read", "contents": "write", "administration": "write", "organization_hooks": "write"}
	if _, err := d.World.AddApp(app); err != nil {
		t.Fatal(err)
	}
	d.World.AddInstallation(ghes.Installation{App: app.ID, Account: "acme"})
	var bodies []string
	d.Tap(func(e ghes.Exchange) {
		if strings.HasSuffix(e.Request.URL.Path, "/access_tokens") {
			bodies = append(bodies, string(e.RequestBody))
		}
	})
	transport, err := connect.NewTransport(d.appTarget(app), connect.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(transport.CloseIdleConnections)
	if _, err := transport.Get(t.Context(), "/api/v3/repos/acme/web"); err != nil {
		t.Fatal(err)
	}
	if len(bodies) != 1 || bodies[0] != `{"permissions":{"contents":"read","metadata":"read"}}` {
		t.Errorf("asked for %q", bodies)
	}
}

// TestTransportRenews shows that a credential is renewed before its end, and taken over from whoever
// renewed it, also in the middle of the work.
func TestTransportRenews(t *testing.T) {
	t.Parallel()
	now := time.Now()
	first := connect.Credential{Method: connect.MethodOAuth, Token: secret.New("gho_first"), RefreshToken: secret.New("ghr_a"), ExpiresAt: now.Add(time.Minute)}
	second := connect.Credential{Method: connect.MethodOAuth, Token: secret.New("gho_second"), RefreshToken: secret.New("ghr_b"), ExpiresAt: now.Add(8 * time.Hour)}
	third := second
	third.Token = secret.New("gho_third")
	var asked []string
	valid := "gho_second"
	url, ca := tlsServer(t, nil, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Authorization") != "Bearer "+valid {
			w.WriteHeader(http.StatusUnauthorized)
		}
		_, _ = fmt.Fprint(w, `{}`)
	}))
	next := second
	transport, err := connect.NewTransport(connect.Target{Address: url, CAPEM: ca, Credential: first}, connect.Options{
		RenewFunc: func(_ context.Context, _ *connect.Transport, current connect.Credential, _ bool) (connect.Credential, error) {
			asked = append(asked, current.Token.Reveal())
			return next, nil
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(transport.CloseIdleConnections)
	get := func(want int) {
		t.Helper()
		if answer, err := transport.Get(t.Context(), "/api/v3/user"); err != nil || answer.Status != want {
			t.Errorf("got %v %v, want %d", answer, err, want)
		}
	}
	get(200)
	get(200)
	next, valid = third, "gho_third"
	get(200)
	valid = "nobody's"
	get(401)
	if got := strings.Join(asked, " "); got != "gho_first gho_second gho_third" {
		t.Errorf("renewal was asked for after %s", got)
	}
	if text := transport.Scrub("gho_third"); text != "***" {
		t.Errorf("the renewed token is not taken out of texts: %s", text)
	}
}

func TestManifestAsksForReadingAlone(t *testing.T) {
	t.Parallel()
	text, err := connect.Manifest{Name: "Weir", Homepage: "http://weir.test", Redirect: "http://weir.test/a", Setup: "http://weir.test/b"}.JSON()
	if err != nil {
		t.Fatal(err)
	}
	var m struct {
		Permissions map[string]string `json:"default_permissions"`
		Events      []string          `json:"default_events"`
	}
	if err := json.Unmarshal([]byte(text), &m); err != nil || len(m.Permissions) != 5 || len(m.Events) != 0 {
		t.Fatalf("got %s %v", text, err)
	}
	for name, level := range m.Permissions {
		if level != "read" {
			t.Errorf("%s: %s", name, level)
		}
	}
}
