package ghes_test

import (
	"bytes"
	"io"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"weir/internal/ghes"
	"weir/internal/ghes/generate"
)

// Section 4.6, last lines: git over HTTPS.

// remote is a repo's clone address with a user and a password in it.
func (f *fixture) remote(user, password, repo string) string {
	at := strings.Replace(f.URL(), "https://", "https://"+user+":"+password+"@", 1)
	return at + "/" + repo + ".git"
}

// lists is whether git can read a repo's references.
func (f *fixture) lists(url string) (bool, string) {
	f.t.Helper()
	out, err := tryGit(f.t, f.CAPEM(), "-c", "credential.helper=", "ls-remote", url)
	return err == nil, out
}

func TestGitTakesTheCredentialsThatTheServerTakes(t *testing.T) { // [docs], token as user [mem]
	t.Parallel()
	f := start(t, nil)
	for name, url := range map[string]string{
		"app style":     f.remote("x-access-token", f.member, "acme/web"),
		"any user":      f.remote("whoever", f.member, "acme/web"),
		"token as user": f.remote(f.member, "x-oauth-basic", "acme/web"),
		"password":      f.remote("max", "pw-max", "acme/web"),
		"nobody":        f.URL() + "/acme/docs.git",
		"without .git":  strings.TrimSuffix(f.remote("x", f.member, "acme/web"), ".git"),
	} {
		if ok, out := f.lists(url); !ok {
			t.Errorf("%s: %s", name, out)
		}
	}
}

func TestGitRefusesOthers(t *testing.T) { // [docs]
	t.Parallel()
	f := start(t, nil)
	for name, url := range map[string]string{
		"wrong token":    f.remote("x", "ghp_wrong", "acme/web"),
		"wrong password": f.remote("max", "wrong", "acme/web"),
		"stranger":       f.remote("x", f.stranger, "acme/web"),
		"no such repo":   f.remote("x", f.member, "acme/nothing"),
		"no scope":       f.remote("x", f.World.AddToken(ghes.Token{Login: "max"}).Secret, "acme/web"),
	} {
		if ok, _ := f.lists(url); ok {
			t.Errorf("%s: got in", name)
		}
	}
}

func TestGitAnswersStrangersAlikeWhetherARepoIsThereOrNot(t *testing.T) { // [docs]
	t.Parallel()
	f := start(t, nil)
	const refs = ".git/info/refs?service=git-upload-pack"
	for _, repo := range []string{"/acme/web", "/acme/nothing"} {
		r := f.do("GET", repo+refs, "")
		if r.StatusCode != 401 || r.Header.Get("WWW-Authenticate") != `Basic realm="GitHub"` {
			t.Errorf("%s: got %d %v", repo, r.StatusCode, r.Header)
		}
		if r := f.do("GET", repo+refs, "", "Authorization", basic("x", f.stranger)); r.StatusCode != 404 {
			t.Errorf("%s for a stranger: got %d", repo, r.StatusCode)
		}
	}
}

func TestGitUnderSAMLTakesTokensOnly(t *testing.T) { // [docs]
	t.Parallel()
	f := start(t, func(o *ghes.Options) { o.Settings.SignIn = ghes.SAML })
	if ok, _ := f.lists(f.remote("max", "pw-max", "acme/web")); ok {
		t.Error("a password got in")
	}
	if ok, out := f.lists(f.remote("x", f.member, "acme/web")); !ok {
		t.Error(out)
	}
}

func TestGitInPrivateModeAsksForPublicReposToo(t *testing.T) { // [docs]
	t.Parallel()
	f := start(t, func(o *ghes.Options) { o.Settings.PrivateMode = true })
	if ok, _ := f.lists(f.URL() + "/acme/docs.git"); ok {
		t.Error("nobody got in")
	}
}

func TestGitDoesNotTakePushes(t *testing.T) {
	t.Parallel()
	f := start(t, nil)
	for _, path := range []string{"/acme/web.git/info/refs?service=git-receive-pack", "/acme/web.git/git-receive-pack"} {
		if r := f.do("GET", path, "", "Authorization", basic("x", f.owner)); r.StatusCode != 403 {
			t.Errorf("%s: got %d", path, r.StatusCode)
		}
	}
	r := f.do("GET", "/acme/docs.git/info/refs", "")
	if r.StatusCode != 403 || !strings.Contains(string(r.body), "upgrade your git client") {
		t.Errorf("dumb protocol: got %d %s", r.StatusCode, r.body)
	}
}

func TestGitHidesWhatGitHubHides(t *testing.T) { // refs/pull/N/head [mem]
	t.Parallel()
	f := start(t, nil)
	_, out := f.lists(f.remote("x", f.member, "acme/web"))
	if !strings.Contains(out, "refs/pull/1/head") || strings.Contains(out, "__gh__") {
		t.Errorf("got %s", out)
	}
}

func TestGitFollowsRenames(t *testing.T) { // [docs]: 301
	t.Parallel()
	f := start(t, nil)
	if err := f.World.RenameRepo("acme/docs", "manual"); err != nil {
		t.Fatal(err)
	}
	r := f.do("GET", "/acme/docs.git/info/refs?service=git-upload-pack", "")
	want := f.URL() + "/acme/manual.git/info/refs?service=git-upload-pack"
	if r.StatusCode != 301 || r.Header.Get("Location") != want {
		t.Errorf("got %d to %q, want %q", r.StatusCode, r.Header.Get("Location"), want)
	}
}

func TestGitCanBeOff(t *testing.T) { // [docs]
	t.Parallel()
	f := start(t, func(o *ghes.Options) { o.Settings.GitOff = true })
	if r := f.do("GET", "/acme/docs.git/info/refs?service=git-upload-pack", ""); r.StatusCode != 403 {
		t.Errorf("got %d", r.StatusCode)
	}
}

func TestFetchGetsWhatIsNew(t *testing.T) {
	t.Parallel()
	org, err := generate.Small(t.Context(), generate.Options{Dir: t.TempDir(), Seed: 1, Now: time.Unix(1_790_000_000, 0)})
	if err != nil {
		t.Fatal(err)
	}
	f := start(t, func(o *ghes.Options) { o.World = org.World() })
	token := f.World.AddToken(ghes.Token{Login: org.Owner(), Scopes: []string{"repo"}}).Secret
	dir := filepath.Join(t.TempDir(), "mirror")
	runGit(t, f.CAPEM(), "clone", "--quiet", "--mirror", f.remote("x", token, "harbour/checkout"), dir)
	by := generate.Alias{Name: "Lena", Email: "lena@harbour.example"}
	ids, err := generate.More(t.Context(), org.Repos[0].Dir, 3, by, org.To.Add(time.Hour))
	if err != nil {
		t.Fatal(err)
	}
	runGit(t, f.CAPEM(), "-C", dir, "fetch", "--quiet", "origin", "+refs/*:refs/*")
	if got := strings.TrimSpace(runGit(t, "", "-C", dir, "rev-parse", "main")); got != ids[2] {
		t.Errorf("got %s, want %s", got, ids[2])
	}
}

// git sends requests of over a megabyte in chunks, which CGI programs cannot take.
func TestGitTakesChunkedRequests(t *testing.T) {
	t.Parallel()
	f := start(t, nil)
	body := io.MultiReader(strings.NewReader("0014command=ls-refs\n0000"), bytes.NewReader(nil))
	req, err := http.NewRequestWithContext(t.Context(), "POST", f.URL()+"/acme/docs.git/git-upload-pack", body)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/x-git-upload-pack-request")
	req.Header.Set("Git-Protocol", "version=2")
	res, err := f.client.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	got, _ := io.ReadAll(res.Body)
	if res.StatusCode != 200 || !strings.Contains(string(got), "refs/heads/main") {
		t.Errorf("got %d %q", res.StatusCode, got)
	}
}
