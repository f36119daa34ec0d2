package cli

import (
	"archive/zip"
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"weir/internal/config"
	"weir/internal/connect"
	"weir/internal/facts"
	"weir/internal/ghes"
	"weir/internal/secret"
	"weir/internal/store"
	"weir/internal/store/storetest"
)

// planted are secrets by what they are.
type planted map[string]string

// forms are the ways in which a secret could be written down.
func forms(value string) []string {
	quoted, _ := json.Marshal(value)
	all := []string{
		value, url.QueryEscape(value), url.PathEscape(value), strings.Trim(string(quoted), `"`), hex.EncodeToString([]byte(value)),
		base64.StdEncoding.EncodeToString([]byte(value)), base64.URLEncoding.EncodeToString([]byte(value)),
		base64.StdEncoding.EncodeToString([]byte("x-access-token:" + value)), base64.StdEncoding.EncodeToString([]byte("svc-weir:" + value)),
	}
	for i, form := range all {
		all[i] = strings.TrimRight(form, "=")
	}
	return all
}

// search fails the test for every secret that is in a text.
func (p planted) search(t *testing.T, where, text string) {
	t.Helper()
	for name, value := range p {
		for _, form := range forms(value) {
			if at := strings.Index(text, form); at >= 0 {
				t.Errorf("%s: the %s is there: ...%s...", where, name, strings.ToValidUTF8(text[max(0, at-80):at], "?"))
				break
			}
		}
	}
}

func TestTheSearchFindsWhatIsThere(t *testing.T) {
	t.Parallel()
	for _, form := range forms("planted+secret/ä") {
		inner := &testing.T{}
		planted{"x": "planted+secret/ä"}.search(inner, "here", "before "+form+" after")
		if !inner.Failed() {
			t.Errorf("%q was not found", form)
		}
	}
}

// recorder keeps every body that a client was sent.
type recorder struct {
	mu     sync.Mutex
	bodies map[string]string
}

// RoundTrip keeps the answer under its address.
func (r *recorder) RoundTrip(req *http.Request) (*http.Response, error) {
	resp, err := http.DefaultTransport.RoundTrip(req)
	if err != nil {
		return nil, err
	}
	body, err := io.ReadAll(resp.Body)
	resp.Body.Close()
	resp.Body = io.NopCloser(bytes.NewReader(body))
	r.mu.Lock()
	defer r.mu.Unlock()
	r.bodies[fmt.Sprintf("%s %s -> %d #%d", req.Method, req.URL.RequestURI(), resp.StatusCode, len(r.bodies))] = string(body)
	return resp, err
}

// lockedBuffer is a log that many write to.
type lockedBuffer struct {
	mu sync.Mutex
	bytes.Buffer
}

// Write takes a line.
func (b *lockedBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.Buffer.Write(p)
}

// String gives all that was written.
func (b *lockedBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.Buffer.String()
}

// TestNoSecretIsLeft plants secrets of every kind, drives what uses them, failures included, and looks for
// them in the database, the log at its most talkative, the support bundle, what commands print, and the
// body of every page.
func TestNoSecretIsLeft(t *testing.T) {
	t.Parallel()
	t.Run("sqlite", func(t *testing.T) {
		t.Parallel()
		hunt(t, secret.String{})
	})
	t.Run("postgres", func(t *testing.T) {
		t.Parallel()
		hunt(t, storetest.URL(t))
	})
}

func hunt(t *testing.T, database secret.String) {
	server, token := testServer(t)
	p := planted{
		"token": token.Reveal(), "account's password": "planted-account-password", "wrong token": "ghp_plantedWrongToken0123456789abcdef012345",
		"proxy's password": "planted-proxy-password", "password of Weir's user": testPassword + " planted",
		"client secret": "planted-client-secret-0123456789", "private key": "planted-private-key-0123456789", "webhook secret": "planted-webhook-secret-01",
		"refresh token": "ghr_plantedRefreshToken0123456789abcdef0123",
	}
	server.World.AddUser(ghes.User{Login: "svc-weir", Password: p["account's password"]})
	settings := &config.Config{Database: database}
	log := &lockedBuffer{}
	a, base := testApp(t, settings, log)
	pages := &recorder{bodies: map[string]string{}}
	h := &hunter{t: t, app: a, server: server, secrets: p, proxy: startProxy(t, p["proxy's password"]), dir: settings.Data}
	h.browser(base, pages)
	h.commands(settings)
	h.apps()
	h.crawl()
	h.keys()

	dump := databaseDump(t, a, settings)
	if !strings.Contains(dump, "svc-weir") || !strings.Contains(log.String(), "request ended in an error") || !strings.Contains(h.printed, "svc-weir") {
		t.Error("what was searched is not what was written")
	}
	p.search(t, "the database", dump)
	p.search(t, "the log", log.String())
	p.search(t, "what the commands printed", h.printed)
	// A set-up form that has to be corrected sends the code back to the one who typed it, as it does the login.
	delete(p, "set-up code")
	shown := h.invitation
	for where, body := range pages.bodies {
		// The one page that shows an invitation, once, to the one who made it.
		p.search(t, "page "+where, strings.ReplaceAll(body, shown, ""))
	}
	if len(pages.bodies) < 60 {
		t.Errorf("only %d pages were looked at", len(pages.bodies))
	}
}

// hunter drives everything that touches a secret.
type hunter struct {
	t       *testing.T
	app     *app
	server  *ghes.Server
	secrets planted
	// proxy is the address of one that asks for the password.
	proxy, dir string
	walker     *walker
	printed    string
	invitation string
}

func (h *hunter) post(path string, pairs ...string) string {
	h.t.Helper()
	form := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		form.Add(pairs[i], pairs[i+1])
	}
	_, location, err := h.walker.post(h.t.Context(), path, form)
	if err != nil {
		h.t.Fatal(err)
	}
	return location
}

// browser sets Weir up, connects by token with every failure before, imports, edits and invites.
func (h *hunter) browser(base string, pages *recorder) {
	t, p := h.t, h.secrets
	code, err := h.app.setUpCode(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	p["set-up code"] = code.Reveal()
	if h.walker, err = newWalker(base); err != nil {
		t.Fatal(err)
	}
	h.walker.client.Transport = pages
	h.post("/set-up", "code", "WRONG-CODE-WRONG-CODE", "login", "admin", "password", p["password of Weir's user"], "again", p["password of Weir's user"])
	h.post("/set-up", "code", code.Reveal(), "login", "admin", "password", "short", "again", "short")
	if h.post("/set-up", "code", code.Reveal(), "login", "admin", "password", p["password of Weir's user"], "again", p["password of Weir's user"]) == "" {
		t.Fatal("the set-up was refused")
	}
	h.post("/sign-out")
	h.post("/sign-in", "login", "admin", "password", "not "+p["password of Weir's user"])
	h.post("/sign-in", "login", "admin", "password", p["password of Weir's user"])

	const setUp = "/settings/integrations/new"
	h.post(setUp, "provider", "github_enterprise")
	h.post(setUp+"/method", "method", "token")
	for _, tried := range [][]string{
		{"address", h.server.URL(), "token", p["token"]},                                                                                      // unknown authority
		{"address", h.server.URL(), "token", p["wrong token"], "ca", h.server.CAPEM()},                                                        // refused
		{"address", "https://[broken", "token", p["wrong token"]},                                                                             // no address
		{"address", h.server.URL(), "token", p["token"], "ca", h.server.CAPEM(), "proxy", h.proxyURL("someone", "proxy")},                     // the proxy refuses
		{"address", h.server.URL(), "token", p["token"], "ca", h.server.CAPEM(), "proxy", "http://weir:" + p["proxy's password"] + "@:x/y z"}, // no proxy
	} {
		h.post(setUp+"/connect", tried...)
	}
	h.post(setUp+"/connect", "address", h.server.URL(), "token", p["token"], "ca", h.server.CAPEM(), "proxy", h.proxyURL("weir", p["proxy's password"]))
	h.post(setUp+"/services", "service", "repos")
	page, _, _ := strings.Cut(h.post(setUp+"/name", "name", "Main"), "?")
	if filepath.Dir(page) != "/settings/integrations" {
		t.Fatalf("Create leads to %q", page)
	}
	if err := h.app.waitForRepos(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := h.walker.importAll(t.Context(), page); err != nil {
		t.Fatal(err)
	}
	if err := h.app.waitForImport(t.Context(), &progress{}); err != nil {
		t.Fatal(err)
	}
	for _, way := range [][]string{
		{"password", "login", "svc-weir", "password", p["account's password"]}, {"password", "login", "svc-weir", "password", "not " + p["account's password"]},
		{"oauth", "client_id", "id", "client_secret", p["client secret"]}, {"app", "app_id", "1", "private_key", p["private key"]},
	} {
		h.post(setUp+"/method", "method", way[0])
		h.post(setUp+"/connect", append([]string{"address", h.server.URL(), "ca", h.server.CAPEM()}, way[1:]...)...)
		answer, err := h.walker.client.Get(base + setUp + "/connect")
		if err != nil {
			t.Fatal(err)
		}
		answer.Body.Close()
	}
	h.post(page+"/edit", "name", "Main", "address", h.server.URL(), "ca", h.server.CAPEM(), "secret", p["wrong token"], "proxy", h.proxy, "proxy_user", "weir")
	h.post(page + "/test")
	h.post("/settings/support")
	h.post("/settings/users", "login", "bo", "role", "team_member")
	for _, body := range pages.bodies {
		if found := regexp.MustCompile(`/invitation#(\w+)`).FindStringSubmatch(body); found != nil {
			h.invitation = found[1]
			p["invitation code"] = h.invitation
		}
	}
	if h.invitation == "" {
		t.Fatal("no invitation was shown")
	}
	site, err := url.Parse(base)
	if err != nil {
		t.Fatal(err)
	}
	for _, cookie := range h.walker.client.Jar.Cookies(site) {
		p["session cookie "+cookie.Name] = cookie.Value
	}
}

func (h *hunter) proxyURL(user, password string) string {
	return "http://" + user + ":" + url.QueryEscape(password) + "@" + strings.TrimPrefix(h.proxy, "http://")
}

// commands do the same from a terminal, by password.
func (h *hunter) commands(settings *config.Config) {
	c := &commandLine{t: h.t, dir: h.dir}
	password, ca := file(h.t, "password", h.secrets["account's password"]), file(h.t, "ca.pem", h.server.CAPEM())
	c.run(exitLimited, "integration", "add", h.server.URL(), "--user", "svc-weir", "--password-file", password, "--ca-file", ca, "--name", "By password")
	c.run(exitFailed, "integration", "add", h.server.URL(), "--user", "svc-weir", "--password-file", password, "--ca-file", ca, "--name", "x",
		"--proxy", h.proxyURL("weir", "not "+h.secrets["proxy's password"]))
	c.run(exitLimited, "integration", "test", "By password", "--json")
	c.run(exitAuth, "integration", "edit", "By password", "--token-file", file(h.t, "token", h.secrets["wrong token"]))
	c.run(exitOK, "rotate-key")
	c.run(exitOK, "integration", "delete", "By password", "--confirm", "By password")
	c.run(exitOK, "integration", "restore", "By password")
	bundle := filepath.Join(h.t.TempDir(), "bundle.zip")
	c.run(exitOK, "support-bundle", "--out", bundle)
	h.printed = c.all.String() + unpack(h.t, bundle) + settings.String()
}

// apps holds what the other ways to connect end with: the flows that lead there have tests of their own.
func (h *hunter) apps() {
	p := h.secrets
	for name, c := range map[string]connect.Credential{
		"oauth": {Method: connect.MethodOAuth, Login: "svc-weir", Token: secret.New(p["wrong token"]), ClientID: "id", ClientSecret: secret.New(p["client secret"]), RefreshToken: secret.New(p["refresh token"])},
		"app":   {Method: connect.MethodApp, AppID: 1, ClientID: "id", PrivateKey: secret.New(p["private key"]), WebhookSecret: secret.New(p["webhook secret"])},
	} {
		id, err := h.app.store.CreateIntegration(h.t.Context(), facts.Integration{Name: name, Address: h.server.URL(), CAPEM: h.server.CAPEM(),
			Method: name, Account: "svc-weir", On: []facts.Service{facts.ServiceRepos}, State: facts.IntegrationProcessing}, c)
		if err != nil {
			h.t.Fatal(err)
		}
		h.post(fmt.Sprintf("/settings/integrations/%d/test", id))
		h.post(fmt.Sprintf("/settings/integrations/%d/update", id))
	}
}

// crawl visits every page that another one leads to.
func (h *hunter) crawl() {
	h.post("/settings/support")
	links := regexp.MustCompile(`(?:href|action)="(/[^"#]*)"`)
	waiting, seen := []string{"/", "/settings", "/settings/integrations/new/connect", "/settings/users", "/no/such/page", "/settings/integrations/x"}, map[string]bool{}
	for len(waiting) > 0 && len(seen) < 150 {
		page := waiting[0]
		waiting = waiting[1:]
		if seen[page] {
			continue
		}
		seen[page] = true
		answer, err := h.walker.client.Get(h.walker.base + page)
		if err != nil {
			h.t.Fatal(err)
		}
		body, err := io.ReadAll(answer.Body)
		answer.Body.Close()
		if err != nil {
			h.t.Fatal(err)
		}
		for _, link := range links.FindAllStringSubmatch(string(body), -1) {
			waiting = append(waiting, strings.ReplaceAll(link[1], "&amp;", "&"))
		}
		// The settings before the many views of the reports.
		slices.SortStableFunc(waiting, func(a, b string) int { return strings.Compare(rank(a), rank(b)) })
	}
}

func rank(page string) string {
	if strings.HasPrefix(page, "/settings") {
		return "a"
	}
	return "b"
}

// keys adds what seals everything else.
func (h *hunter) keys() {
	text, err := os.ReadFile(filepath.Join(h.dir, "KEY"))
	if err != nil {
		h.t.Fatal(err)
	}
	for line := range strings.Lines(string(text)) {
		if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "#") {
			raw, err := base64.StdEncoding.DecodeString(line)
			if err != nil {
				h.t.Fatal(err)
			}
			h.secrets["key"], h.secrets["key's bytes"] = line, string(raw)
		}
	}
}

func unpack(t *testing.T, name string) string {
	t.Helper()
	in, err := zip.OpenReader(name)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = in.Close() }()
	var all strings.Builder
	for _, f := range in.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.Copy(&all, r); err != nil {
			t.Fatal(err)
		}
	}
	return all.String()
}

// databaseDump is every byte of SQLite's files, or what pg_dump writes.
func databaseDump(t *testing.T, a *app, settings *config.Config) string {
	t.Helper()
	if err := a.store.Flush(t.Context()); err != nil {
		t.Fatal(err)
	}
	if a.store.Dialect() == store.Postgres {
		out, err := exec.CommandContext(t.Context(), "pg_dump", "--inserts", settings.Database.Reveal()).Output()
		if err != nil {
			t.Fatalf("pg_dump: %v", err)
		}
		return string(out)
	}
	files := map[string]string{}
	for _, suffix := range []string{"", "-wal"} {
		text, err := os.ReadFile(filepath.Join(settings.Data, store.DatabaseFile+suffix))
		if err != nil {
			t.Fatal(err)
		}
		files[suffix] = string(text)
	}
	return strings.Join(slices.Collect(maps.Values(files)), "")
}

// startProxy is an HTTP proxy that lets through whoever gives the user weir and the password.
func startProxy(t *testing.T, password string) string {
	t.Helper()
	listener, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	want := "Basic " + base64.StdEncoding.EncodeToString([]byte("weir:"+password))
	proxy := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodConnect || r.Header.Get("Proxy-Authorization") != want {
			w.Header().Set("Proxy-Authenticate", `Basic realm="proxy"`)
			w.WriteHeader(http.StatusProxyAuthRequired)
			return
		}
		tunnel(w, r)
	})}
	go func() { _ = proxy.Serve(listener) }()
	t.Cleanup(func() { _ = proxy.Close() })
	return "http://" + listener.Addr().String()
}

func tunnel(w http.ResponseWriter, r *http.Request) {
	server, err := (&net.Dialer{}).DialContext(r.Context(), "tcp", r.Host)
	if err != nil {
		w.WriteHeader(http.StatusBadGateway)
		return
	}
	client, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		_ = server.Close()
		return
	}
	_, _ = client.Write([]byte("HTTP/1.1 200 Connection established\r\n\r\n"))
	var both sync.WaitGroup
	for _, pair := range [][2]net.Conn{{client, server}, {server, client}} {
		both.Go(func() {
			_, _ = io.Copy(pair[0], pair[1])
			_ = pair[0].Close()
		})
	}
	both.Wait()
	_ = server.Close()
	_ = client.Close()
}
