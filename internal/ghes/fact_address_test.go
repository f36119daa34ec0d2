package ghes_test

import (
	"strings"
	"testing"

	"weir/internal/ghes"
)

// Section 4.1: base addresses and how a server is told from github.com.

func TestRootAnswersURLTemplates(t *testing.T) { // [rec]
	t.Parallel()
	f := start(t, nil)
	for _, path := range []string{"", "/"} {
		root := into[map[string]string](t, f.get(path, ""))
		if got, want := root["repository_url"], f.URL()+"/api/v3/repos/{owner}/{repo}"; got != want {
			t.Errorf("%q: got %q, want %q", path, got, want)
		}
	}
}

func TestMetaTellsTheInstalledVersion(t *testing.T) { // [issue gh-gei#743]
	t.Parallel()
	f := start(t, func(o *ghes.Options) { o.Settings.Version = "3.7.1" })
	r := f.get("/meta", "")
	same(t, "meta", into[map[string]any](t, r),
		`{"installed_version":"3.7.1","verifiable_password_authentication":true}`)
}

func TestAnswersCarryTheEnterpriseVersion(t *testing.T) { // [docs]
	t.Parallel()
	f := start(t, nil)
	for _, r := range []reply{f.get("/meta", ""), f.get("/user", "wrong"), f.get("/nothing", f.owner)} {
		if got := r.Header.Get("X-GitHub-Enterprise-Version"); got != "3.19.1" {
			t.Errorf("%s: got version %q", r.Request.URL.Path, got)
		}
	}
	if got := f.post(f.owner, "{viewer{login}}", nil).Header.Get("X-GitHub-Enterprise-Version"); got != "3.19.1" {
		t.Errorf("GraphQL: got version %q", got)
	}
}

func TestVaryAndRequestIDAreThere(t *testing.T) { // [rec]
	t.Parallel()
	f := start(t, nil)
	r := f.get("/user", f.owner)
	if !strings.HasPrefix(r.Header.Get("Vary"), "Accept, Authorization, Cookie, X-GitHub-OTP") {
		t.Errorf("Vary: got %q", r.Header.Get("Vary"))
	}
	one, two := r.Header.Get("X-GitHub-Request-Id"), f.get("/user", f.owner).Header.Get("X-GitHub-Request-Id")
	if one == "" || one == two {
		t.Errorf("request ids: got %q and %q", one, two)
	}
}

func TestUnsupportedAPIVersionIsRefused(t *testing.T) { // 410 [docs], 400 [mem]
	t.Parallel()
	f := start(t, nil)
	r := f.get("/user", f.owner, "X-GitHub-Api-Version", "2022-11-28")
	r.wants(t, 200, "")
	if got := r.Header.Get("X-GitHub-Api-Version-Selected"); got != "2022-11-28" {
		t.Errorf("selected: got %q", got)
	}
	f.get("/user", f.owner, "X-GitHub-Api-Version", "2031-01-01").wants(t, 400,
		"2031-01-01 is not a supported version. Supported versions are: 2022-11-28.")
	f.get("/user", f.owner, "X-GitHub-Api-Version", "2020-01-01").wants(t, 410, "2020-01-01 is no longer supported.")
}

func TestOldServersDoNotKnowAPIVersions(t *testing.T) { // [docs]
	t.Parallel()
	f := start(t, func(o *ghes.Options) { o.Settings.Version = "3.8.4" })
	f.get("/user", f.owner, "X-GitHub-Api-Version", "2031-01-01").wants(t, 200, "")
}

func TestRequestWithoutUserAgentIsForbidden(t *testing.T) { // [docs]
	t.Parallel()
	f := start(t, nil)
	f.get("/meta", "", "User-Agent", "").wants(t, 403, "")
}

// Private mode.

func TestPrivateModeAsksEverybodyToSignIn(t *testing.T) { // [issue, GHE 2.6]
	t.Parallel()
	f := start(t, func(o *ghes.Options) { o.Settings.PrivateMode = true })
	for _, path := range []string{"/", "/meta", "/orgs/acme", "/repos/acme/docs"} {
		f.get(path, "").wants(t, 401, "Must authenticate to access this API.")
		f.get(path, f.member).wants(t, 200, "")
	}
}

func TestPrivateModeMayLeaveMetaOpen(t *testing.T) { // [issue]: reports differ
	t.Parallel()
	f := start(t, func(o *ghes.Options) { o.Settings.PrivateMode, o.Settings.MetaOpen = true, true })
	f.get("/meta", "").wants(t, 200, "")
	f.get("/", "").wants(t, 401, "")
}

func TestPrivateModeMayAnswerABarePage(t *testing.T) { // [issue, 2018]
	t.Parallel()
	f := start(t, func(o *ghes.Options) { o.Settings.PrivateMode, o.Settings.BareUnauthorized = true, true })
	r := f.get("/user", "")
	h := r.Header
	if r.StatusCode != 401 || h.Get("Content-Type") != "text/html" ||
		h.Get("WWW-Authenticate") != `Basic realm="GitHub"` || h.Get("X-GitHub-Request-Id") != "" {
		t.Errorf("got %d %v", r.StatusCode, h)
	}
}

func TestPrivateModeRedirectsPagesToSignIn(t *testing.T) { // [mem]
	t.Parallel()
	f := start(t, func(o *ghes.Options) { o.Settings.PrivateMode = true })
	r := f.do("GET", "/acme/docs", "")
	if to := r.Header.Get("Location"); r.StatusCode != 302 || !strings.HasPrefix(to, f.URL()+"/login?return_to=") {
		t.Errorf("got %d to %q", r.StatusCode, to)
	}
	login := f.do("GET", "/login", "")
	if login.StatusCode != 200 || !strings.Contains(string(login.body), "Sign in to GitHub Enterprise") {
		t.Errorf("login: got %d %s", login.StatusCode, login.body)
	}
}

func TestPagesOfPublicThings(t *testing.T) { // [mem]
	t.Parallel()
	f := start(t, nil)
	for path, want := range map[string]int{
		"/acme/docs": 200, "/acme/web": 404, "/acme": 200, "/olga": 200, "/nobody": 404, "/": 302, "/session": 422,
	} {
		if r := f.do("GET", path, ""); r.StatusCode != want {
			t.Errorf("%s: got %d, want %d", path, r.StatusCode, want)
		}
	}
}
