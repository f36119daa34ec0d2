package ghes_test

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"weir/internal/ghes"
)

// Sections 4.4 and 4.6: GitHub Apps.

// testKey is made once: it takes a moment.
var testKey = sync.OnceValues(func() (*rsa.PrivateKey, error) { return rsa.GenerateKey(rand.Reader, 2048) })

var readOnly = map[string]string{"metadata": "read", "contents": "read", "members": "read"}

// withApp is a fixture with an app that acme has installed.
func withApp(t *testing.T) (*fixture, ghes.App, ghes.Installation) {
	t.Helper()
	f := start(t, nil)
	key, err := testKey()
	if err != nil {
		t.Fatal(err)
	}
	app, err := f.World.AddApp(ghes.App{Name: "Weir", Owner: "acme", Key: key, Permissions: readOnly})
	if err != nil {
		t.Fatal(err)
	}
	return f, app, f.World.AddInstallation(ghes.Installation{App: app.ID, Account: "acme"})
}

func jwt(t *testing.T, app ghes.App, claims map[string]any) string {
	t.Helper()
	encode := func(v any) string {
		text, err := json.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		return base64.RawURLEncoding.EncodeToString(text)
	}
	signed := encode(map[string]string{"alg": "RS256", "typ": "JWT"}) + "." + encode(claims)
	sum := sha256.Sum256([]byte(signed))
	signature, err := rsa.SignPKCS1v15(rand.Reader, app.Key, crypto.SHA256, sum[:])
	if err != nil {
		t.Fatal(err)
	}
	return signed + "." + base64.RawURLEncoding.EncodeToString(signature)
}

func goodJWT(t *testing.T, app ghes.App) string {
	now := time.Now()
	return jwt(t, app, map[string]any{"iat": now.Add(-time.Minute).Unix(), "exp": now.Add(9 * time.Minute).Unix(), "iss": fmt.Sprint(app.ID)})
}

func TestAppSignsInByJWT(t *testing.T) { // [docs]
	t.Parallel()
	f, app, _ := withApp(t)
	got := into[map[string]any](t, f.get("/app", goodJWT(t, app)))
	if got["slug"] != "weir" || got["installations_count"] != 1.0 {
		t.Errorf("got %v", got)
	}
	now := time.Now()
	f.get("/app", jwt(t, app, map[string]any{"iat": now.Unix() - 60, "exp": now.Unix() + 500, "iss": app.ID})).wants(t, 200, "")
	f.get("/app", jwt(t, app, map[string]any{"iat": now.Unix() - 60, "exp": now.Unix() + 500, "iss": app.ClientID})).wants(t, 200, "")
}

func TestBadJWTIsRefusedByName(t *testing.T) { // [rec, docs]
	t.Parallel()
	f, app, _ := withApp(t)
	now := time.Now().Unix()
	other := app
	var err error
	if other.Key, err = rsa.GenerateKey(rand.Reader, 2048); err != nil {
		t.Fatal(err)
	}
	const iat = "'Issued at' claim ('iat') must be an Integer representing the time that the assertion was issued"
	f.get("/app", "a.b.c").wants(t, 401, "A JSON web token could not be decoded")
	f.get("/app", f.owner).wants(t, 401, "A JSON web token could not be decoded")
	f.get("/app", goodJWT(t, other)).wants(t, 401, "A JSON web token could not be decoded")
	f.get("/app", jwt(t, app, map[string]any{"iat": now + 120, "exp": now + 500, "iss": app.ID})).wants(t, 401, iat)
	f.get("/app", jwt(t, app, map[string]any{"iat": now, "exp": now + 3600, "iss": app.ID})).wants(t, 401, "'Expiration time' claim ('exp') is too far in the future")
	f.get("/app", jwt(t, app, map[string]any{"iat": now - 900, "exp": now - 300, "iss": app.ID})).wants(t, 401, "'Expiration time' claim ('exp') must be a numeric value representing the future time at which the assertion expires")
	f.get("/app", jwt(t, app, map[string]any{"iat": now, "exp": now + 500, "iss": 1})).wants(t, 404, "Integration not found")
}

// installationToken asks for one and gives it.
func (f *fixture) installationToken(app ghes.App, id int64, body string) (int, map[string]any) {
	f.t.Helper()
	status, _, text := f.send(fmt.Sprintf("/api/v3/app/installations/%d/access_tokens", id), "application/json", body, "Authorization", "Bearer "+goodJWT(f.t, app))
	var answer map[string]any
	if err := json.Unmarshal([]byte(text), &answer); err != nil {
		f.t.Fatal(err)
	}
	return status, answer
}

func TestInstallationTokenReadsItsOrganizationForAnHour(t *testing.T) { // [docs]
	t.Parallel()
	now := time.Now()
	f, app, i := withApp(t)
	status, answer := f.installationToken(app, i.ID, "")
	token, _ := answer["token"].(string)
	ends, err := time.Parse(time.RFC3339, answer["expires_at"].(string))
	if status != 201 || !strings.HasPrefix(token, "ghs_") || err != nil || ends.Before(now.Add(59*time.Minute)) || ends.After(now.Add(61*time.Minute)) {
		t.Fatalf("got %d %v", status, answer)
	}
	list := into[struct {
		TotalCount   int `json:"total_count"`
		Repositories []struct {
			FullName string `json:"full_name"`
		}
	}](t, f.get("/installation/repositories", token))
	if list.TotalCount != 3 || list.Repositories[0].FullName == "" {
		t.Errorf("got %+v", list)
	}
	f.get("/repos/acme/web", token).wants(t, 200, "")
	f.get("/user", token).wants(t, 403, "Resource not accessible by integration")
	f.get("/user/repos", token).wants(t, 403, "Resource not accessible by integration")
	f.get("/orgs/acme/members", token).wants(t, 200, "")
	f.get("/installation/repositories", f.owner).wants(t, 403, "")
	if err := f.World.UpdateToken(token, func(t *ghes.Token) { t.ExpiresAt = now.Add(-time.Minute) }); err != nil {
		t.Fatal(err)
	}
	f.get("/repos/acme/web", token).wants(t, 401, "Bad credentials")
}

func TestInstallationTokenCanAskForLess(t *testing.T) { // [spec]
	t.Parallel()
	f, app, i := withApp(t)
	status, answer := f.installationToken(app, i.ID, `{"permissions":{"metadata":"read"}}`)
	if status != 201 {
		t.Fatalf("got %d %v", status, answer)
	}
	f.get("/orgs/acme/members", answer["token"].(string)).wants(t, 403, "Resource not accessible by integration")
	if status, _ := f.installationToken(app, i.ID, `{"permissions":{"issues":"read"}}`); status != 422 {
		t.Errorf("a permission that was not granted: %d", status)
	}
}

func TestInstallationsAreFoundByAccount(t *testing.T) { // [docs]
	t.Parallel()
	f, app, i := withApp(t)
	token := goodJWT(t, app)
	list := into[[]map[string]any](t, f.get("/app/installations", token))
	if len(list) != 1 || list[0]["id"] != float64(i.ID) || list[0]["repository_selection"] != "all" {
		t.Errorf("got %v", list)
	}
	f.get("/orgs/acme/installation", token).wants(t, 200, "")
	f.get("/repos/acme/web/installation", token).wants(t, 200, "")
	f.get("/users/olga/installation", token).wants(t, 404, "Not Found")
	f.get(fmt.Sprintf("/app/installations/%d", i.ID), token).wants(t, 200, "")
	i.Suspended = true
	f.World.AddInstallation(i)
	if status, _ := f.installationToken(app, i.ID, ""); status != 403 {
		t.Errorf("a suspended installation gives a token: %d", status)
	}
	f.World.RemoveInstallation(i.ID)
	if status, _ := f.installationToken(app, i.ID, ""); status != 404 {
		t.Errorf("a removed installation gives a token: %d", status)
	}
}

func TestGitTakesAnInstallationToken(t *testing.T) { // [docs]
	t.Parallel()
	f, app, i := withApp(t)
	_, answer := f.installationToken(app, i.ID, "")
	url := strings.Replace(f.URL(), "https://", "https://x-access-token:"+answer["token"].(string)+"@", 1) + "/acme/web.git"
	if refs := runGit(t, f.CAPEM(), "ls-remote", url); !strings.Contains(refs, "refs/heads/main") {
		t.Errorf("got %q", refs)
	}
}

const appManifest = `{"name":"Weir of Acme","url":"http://weir.test","redirect_url":"http://weir.test/created","setup_url":"http://weir.test/installed",
	"public":true,"default_permissions":{"metadata":"read","contents":"read"},"default_events":[]}`

func TestManifestMakesAnAppAndItsCodeConvertsOnce(t *testing.T) { // [docs]
	t.Parallel()
	for _, owner := range []string{"", "/organizations/acme"} {
		f := start(t, func(o *ghes.Options) { o.Settings.PrivateMode = true })
		s := f.surf()
		s.signIn("olga", "pw-olga")
		page := s.submit(owner+"/settings/apps/new?state=s1", url.Values{"manifest": {appManifest}})
		_, rest, _ := strings.Cut(page, `name="manifest_id" value="`)
		id, _, _ := strings.Cut(rest, `"`)
		s.submit(owner+"/settings/apps", url.Values{"manifest_id": {id}, "name": {"Weir of Acme"}})
		code := s.left.Query().Get("code")
		if s.left.Path != "/created" || s.left.Query().Get("state") != "s1" || code == "" {
			t.Fatalf("sent to %s", s.left)
		}
		status, _, body := f.send("/api/v3/app-manifests/"+code+"/conversions", "application/json", "")
		var made struct {
			ID          int64
			Slug, PEM   string
			Permissions map[string]string
		}
		if err := json.Unmarshal([]byte(body), &made); err != nil || status != 201 || made.Slug != "weir-of-acme" || !strings.Contains(made.PEM, "RSA PRIVATE KEY") || made.Permissions["contents"] != "read" {
			t.Fatalf("got %d %s", status, body)
		}
		if status, _, _ := f.send("/api/v3/app-manifests/"+code+"/conversions", "application/json", ""); status != 404 {
			t.Errorf("a code used twice: %d", status)
		}
		s.submit("/github-apps/weir-of-acme/installations", url.Values{"account": {"acme"}})
		if s.left.Path != "/installed" || s.left.Query().Get("setup_action") != "install" || len(f.World.Installations(made.ID)) != 1 {
			t.Errorf("after installing: sent to %s", s.left)
		}
	}
}

func TestManifestOfAnOrganizationNeedsItsOwner(t *testing.T) { // [docs]
	t.Parallel()
	f := start(t, nil)
	s := f.surf()
	s.signIn("max", "pw-max")
	if got := s.submit("/organizations/acme/settings/apps/new", url.Values{"manifest": {appManifest}}); !strings.Contains(got, "Page not found") {
		t.Errorf("got %s", got)
	}
	if got := s.submit("/settings/apps/new", url.Values{"manifest": {`{"name":"x"}`}}); !strings.Contains(got, "Invalid GitHub App configuration") {
		t.Errorf("a manifest without its urls: %s", got)
	}
}
