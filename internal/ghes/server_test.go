package ghes_test

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"weir/internal/ghes"
	"weir/internal/ghes/ghestest"
)

// fixture is a server with an organization, an owner, a plain member and a stranger.
type fixture struct {
	*ghes.Server
	t      *testing.T
	client *http.Client
	// owner, member and stranger are classic tokens with repo and read:org.
	owner, member, stranger string
}

// start serves a small world; change may be nil. Every REST answer of every test is held to the
// official description.
func start(t *testing.T, change func(*ghes.Options)) *fixture {
	t.Helper()
	o := ghes.Options{World: ghes.NewWorld()}
	f := &fixture{t: t}
	f.fill(o.World)
	if change != nil {
		change(&o)
	}
	f.Server = ghes.New(o)
	if err := f.Start(t.Context(), "127.0.0.1:0"); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = f.Close() })
	ghestest.Validate(t, f.Server)
	pool := x509.NewCertPool()
	pool.AppendCertsFromPEM([]byte(f.CAPEM()))
	transport := &http.Transport{
		TLSClientConfig: &tls.Config{RootCAs: pool}, ForceAttemptHTTP2: true,
	}
	t.Cleanup(transport.CloseIdleConnections)
	f.client = &http.Client{
		Transport:     transport,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	return f
}

func (f *fixture) fill(w *ghes.World) {
	for _, u := range []ghes.User{
		{Login: "olga", Name: "Olga Owner", Emails: []string{"olga@example.com"}, Password: "pw-olga"},
		{Login: "max", Name: "Max Member", Emails: []string{"max@example.com"}, Password: "pw-max"},
		{Login: "sven", Name: "Sven Stranger", Emails: []string{"sven@example.com"}},
	} {
		w.AddUser(u)
	}
	w.AddOrganization(ghes.Organization{Login: "acme", Name: "Acme", Description: "Makes things"})
	w.SetMember("acme", ghes.Member{Login: "olga", Role: ghes.RoleAdmin, Public: true})
	w.SetMember("acme", ghes.Member{Login: "max"})
	dir := bareRepo(f.t)
	w.AddRepo(ghes.Repo{Owner: "acme", Name: "web", Visibility: ghes.Private, GitDir: dir, Language: "Go"})
	w.AddRepo(ghes.Repo{Owner: "acme", Name: "docs", Visibility: ghes.Public, GitDir: dir})
	w.AddRepo(ghes.Repo{Owner: "acme", Name: "tools", Visibility: ghes.Internal, GitDir: dir})
	scopes := []string{"repo", "read:org"}
	f.owner = w.AddToken(ghes.Token{Login: "olga", Scopes: scopes}).Secret
	f.member = w.AddToken(ghes.Token{Login: "max", Scopes: scopes}).Secret
	f.stranger = w.AddToken(ghes.Token{Login: "sven", Scopes: scopes}).Secret
}

// bareRepo has two commits, a branch, a tag, a pull request's head and a hidden reference. All
// tests share one: nobody writes to it.
func bareRepo(t *testing.T) string {
	t.Helper()
	dir, err := sharedRepo()
	if err != nil {
		t.Fatal(err)
	}
	return dir
}

var sharedRepo = sync.OnceValues(func() (string, error) {
	temp, err := os.MkdirTemp("", "ghes")
	if err != nil {
		return "", err
	}
	sharedDir = temp
	dir := filepath.Join(temp, "repo.git")
	if out, err := exec.Command("git", "init", "--quiet", "--bare", "--initial-branch=main", dir).CombinedOutput(); err != nil {
		return "", fmt.Errorf("init: %w: %s", err, out)
	}
	cmd := exec.Command("git", "fast-import", "--quiet")
	cmd.Dir, cmd.Stdin = dir, strings.NewReader(repoStream)
	if out, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("fast-import: %w: %s", err, out)
	}
	return dir, nil
})

// sharedDir is what TestMain removes in the end.
var sharedDir string

func TestMain(m *testing.M) {
	m.Run()
	if sharedDir != "" {
		_ = os.RemoveAll(sharedDir)
	}
}

const repoStream = `commit refs/heads/main
mark :1
author Olga Owner <olga@example.com> 1700000000 +0100
committer Olga Owner <olga@example.com> 1700000000 +0100
data 5
first
M 100644 inline a.txt
data 2
a

commit refs/heads/main
mark :2
author Nobody <nobody@example.com> 1700000100 +0000
committer Nobody <nobody@example.com> 1700000100 +0000
data 6
second
from :1
M 100644 inline b.txt
data 2
b

reset refs/heads/topic
from :1

reset refs/tags/v1
from :1

reset refs/pull/1/head
from :2

reset refs/__gh__/internal
from :2

`

// runGit runs git without the machine's configuration and returns what it printed.
func runGit(t *testing.T, ca string, args ...string) string {
	t.Helper()
	out, err := tryGit(t, ca, args...)
	if err != nil {
		t.Fatalf("git %v: %v: %s", args, err, out)
	}
	return out
}

func tryGit(t *testing.T, ca string, args ...string) (string, error) {
	t.Helper()
	cmd := exec.Command("git", args...)
	cmd.Env = append(os.Environ(), "GIT_CONFIG_NOSYSTEM=1", "GIT_CONFIG_GLOBAL=/dev/null",
		"GIT_TERMINAL_PROMPT=0", "GIT_ASKPASS=true")
	if ca != "" {
		file := filepath.Join(t.TempDir(), "ca.pem")
		if err := os.WriteFile(file, []byte(ca), 0o600); err != nil {
			t.Fatal(err)
		}
		cmd.Env = append(cmd.Env, "GIT_SSL_CAINFO="+file)
	}
	out, err := cmd.CombinedOutput()
	return string(out), err
}

// reply is an answer that was read to its end.
type reply struct {
	*http.Response
	body []byte
}

// get asks the API with a token; an empty one asks as nobody.
func (f *fixture) get(path, token string, header ...string) reply {
	f.t.Helper()
	return f.do("GET", "/api/v3"+path, token, header...)
}

// do sends a request. header holds names and values in turn.
func (f *fixture) do(method, path, token string, header ...string) reply {
	f.t.Helper()
	r, err := f.try(method, path, token, header...)
	if err != nil {
		f.t.Fatal(err)
	}
	return r
}

func (f *fixture) try(method, path, token string, header ...string) (reply, error) {
	f.t.Helper()
	req, err := http.NewRequestWithContext(context.Background(), method, f.URL()+path, nil)
	if err != nil {
		f.t.Fatal(err)
	}
	if token != "" {
		req.Header.Set("Authorization", "Bearer "+token)
	}
	for i := 0; i < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
	}
	res, err := f.client.Do(req)
	if err != nil {
		return reply{}, err
	}
	defer func() { _ = res.Body.Close() }()
	body, err := io.ReadAll(res.Body)
	return reply{res, body}, err
}

// wants checks the status and, unless empty, the message of an answer.
func (r reply) wants(t *testing.T, status int, message string) {
	t.Helper()
	var body struct{ Message string }
	_ = json.Unmarshal(r.body, &body)
	if r.StatusCode != status || message != "" && body.Message != message {
		t.Errorf("%s: got %d %q, want %d %q", r.Request.URL.Path, r.StatusCode, body.Message, status, message)
	}
}

// into decodes the body.
func into[T any](t *testing.T, r reply) T {
	t.Helper()
	var v T
	if err := json.Unmarshal(r.body, &v); err != nil {
		t.Fatalf("%s: %v: %s", r.Request.URL, err, r.body)
	}
	return v
}

func TestServesOverTLSWithItsOwnAuthority(t *testing.T) {
	t.Parallel()
	f := start(t, nil)
	res, err := http.Get(f.URL() + "/api/v3/meta")
	if err == nil {
		_ = res.Body.Close()
	}
	if err == nil || !strings.Contains(err.Error(), "x509") {
		t.Errorf("without the authority: got %v, want a certificate error", err)
	}
	meta := into[map[string]any](t, f.get("/meta", ""))
	if meta["installed_version"] != "3.19.1" {
		t.Errorf("meta: %v", meta)
	}
}

func TestCloneWithToken(t *testing.T) {
	t.Parallel()
	f := start(t, nil)
	url := strings.Replace(f.URL(), "https://", "https://x:"+f.member+"@", 1) + "/acme/web.git"
	dir := filepath.Join(t.TempDir(), "clone")
	runGit(t, f.CAPEM(), "clone", "--quiet", "--mirror", url, dir)
	refs := runGit(t, "", "-C", dir, "for-each-ref", "--format=%(refname)")
	want := "refs/heads/main\nrefs/heads/topic\nrefs/pull/1/head\nrefs/tags/v1\n"
	if refs != want {
		t.Errorf("refs: got %q, want %q", refs, want)
	}
}
