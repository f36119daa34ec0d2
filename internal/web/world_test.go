package web_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"weir/internal/access"
	"weir/internal/connect"
	"weir/internal/facts"
	"weir/internal/judge"
	"weir/internal/secret"
	"weir/internal/store"
	"weir/internal/store/storetest"
	"weir/internal/web"
	"weir/internal/web/webtest"
)

// now is the moment in which all tests of pages live.
var now = time.Date(2026, 11, 23, 14, 30, 0, 0, time.UTC)

// hostile is a name that would run as a script and jump its place if a page forgot to escape it.
const hostile = `<script>alert("x")</script>"'><img src=x onerror=alert(1)>` + "\u202e"

const (
	theLogin    = "admin"
	thePassword = "a quiet river runs deep"
	theToken    = "ghp_plantedSecretTokenThatNoPageMayShow1"
)

// fakeWork remembers what was asked of the background.
type fakeWork struct {
	store      *store.Store
	mu         sync.Mutex
	discovered []facts.IntegrationID
	synced     []facts.RepoID
	delivered  []facts.Delivery
	// acts are the others by name and id, such as "pause 1".
	acts []string
}

func (w *fakeWork) note(act string, id facts.IntegrationID) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.acts = append(w.acts, fmt.Sprintf("%s %d", act, id))
}

func (w *fakeWork) PauseIntegration(_ context.Context, id facts.IntegrationID) error {
	w.note("pause", id)
	return nil
}

func (w *fakeWork) ResumeIntegration(_ context.Context, id facts.IntegrationID) error {
	w.note("resume", id)
	return nil
}

func (w *fakeWork) KeepWebhooksTx(_ context.Context, _ *store.Tx, id facts.IntegrationID) error {
	w.note("keep webhooks", id)
	return nil
}

func (w *fakeWork) SetServices(ctx context.Context, id facts.IntegrationID, on []facts.Service) error {
	w.note("services", id)
	return w.store.SetServices(ctx, id, on)
}

func (w *fakeWork) TakeDelivery(_ context.Context, d facts.Delivery) (bool, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, held := range w.delivered {
		if held.Webhook == d.Webhook && held.GUID == d.GUID {
			return false, nil
		}
	}
	w.delivered = append(w.delivered, d)
	return true, nil
}

func (w *fakeWork) RetireTx(_ context.Context, _ *store.Tx, id facts.IntegrationID) error {
	w.note("retire", id)
	return nil
}

func (w *fakeWork) DiscoverTx(_ context.Context, _ *store.Tx, id facts.IntegrationID) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.discovered = append(w.discovered, id)
	return nil
}

func (w *fakeWork) SyncReposTx(_ context.Context, _ *store.Tx, repos ...facts.RepoID) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.synced = append(w.synced, repos...)
	return nil
}

func (w *fakeWork) UpdateTx(_ context.Context, _ *store.Tx, id facts.IntegrationID) error {
	w.note("update", id)
	return nil
}

// ChangeRepos changes the store, as the real one does, and takes what it starts for synced.
func (w *fakeWork) ChangeRepos(ctx context.Context, change facts.RepoChange, f store.RepoFilter) (n int, err error) {
	ids, err := w.store.RepoIDs(ctx, f)
	if err != nil {
		return 0, err
	}
	err = w.store.InTx(ctx, func(tx *store.Tx) error {
		changed, err := tx.ChangeRepos(ctx, change, ids)
		if n = len(changed); err != nil || change == facts.RepoPause || change == facts.RepoStop || change == facts.RepoKeep {
			return err
		}
		return w.SyncReposTx(ctx, tx, changed...)
	})
	return n, err
}

// world is a server under test with everything around it.
type world struct {
	store *store.Store
	gate  *access.Gate
	work  *fakeWork
	site  *httptest.Server
	// server is what the site serves.
	server *web.Server
	code   secret.String
	// report is what the next connection test answers.
	report *connect.Report
	tested []connect.Target
}

func newWorld(t testing.TB, options ...func(*web.Options)) *world {
	t.Helper()
	clock := func() time.Time { return now }
	w := &world{work: &fakeWork{}, store: storetest.Open(t, func(o *store.Options) { o.Now = clock })}
	w.work.store = w.store
	w.gate = access.NewGate(w.store, clock)
	o := web.Options{RequestsAtOnce: 4, Store: w.store, Keys: storetest.Keys(t), Gate: w.gate, Work: w.work, Version: "0.0-test", Now: clock,
		AddressesFunc: func() []string { return []string{"10.20.0.7", "2001:db8::7"} },
		SourceFunc: func(_ context.Context, target connect.Target) string {
			if strings.Contains(target.Address, "acme") {
				return "10.20.0.7"
			}
			return ""
		},
		DiagnoseFunc: func(_ context.Context, target connect.Target) *connect.Report {
			w.tested = append(w.tested, target)
			return w.report
		}}
	for _, option := range options {
		option(&o)
	}
	server, err := web.New(o)
	if err != nil {
		t.Fatal(err)
	}
	w.server, w.site = server, httptest.NewServer(server)
	t.Cleanup(w.site.Close)
	if w.code, err = w.gate.NewSetupCode(t.Context()); err != nil {
		t.Fatal(err)
	}
	return w
}

// doors gives the right that each route needs, without those that are open to people who are not signed in.
func (w *world) doors() map[string]access.Right { return web.Doors(w.server) }

// account makes an account of a role, with thePassword.
func (w *world) account(t testing.TB, login string, role access.Role) {
	t.Helper()
	_, err := w.gate.CreateUser(t.Context(), access.NewUser{Login: login, Name: login, Role: role, Password: secret.New(thePassword)})
	if err != nil {
		t.Fatal(err)
	}
}

// client is a browser without a screen.
type client struct {
	t    testing.TB
	site string
	http *http.Client
}

func (w *world) visitor(t testing.TB) *client {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	return &client{t: t, site: w.site.URL, http: &http.Client{Jar: jar}}
}

// signedIn gives a client of an account of the role.
func (w *world) signedIn(t testing.TB, role access.Role) *client {
	t.Helper()
	login := "the-" + strings.ReplaceAll(string(role), "_", "-")
	w.account(t, login, role)
	c := w.visitor(t)
	if got := c.post("/sign-in", "login", login, "password", thePassword, "back", "/healthz"); got.status != http.StatusOK {
		t.Fatalf("sign in as %s: status %d\n%s", login, got.status, got.body)
	}
	return c
}

// browser gives a browser in which an admin is signed in as theLogin.
func (w *world) browser(t testing.TB) *webtest.Browser {
	t.Helper()
	w.account(t, theLogin, access.RoleAdmin)
	b := webtest.Open(t, w.site.URL)
	b.Go(t, "/sign-in")
	b.Fill(t, "#login", theLogin)
	b.Fill(t, "#password", thePassword)
	b.Press(t, "Sign in")
	b.See(t, "Settings")
	return b
}

// answer is what came back in the end, redirects followed.
type answer struct {
	status int
	body   string
	header http.Header
	path   string
}

func (c *client) do(r *http.Request) answer {
	c.t.Helper()
	response, err := c.http.Do(r)
	if err != nil {
		c.t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	var body strings.Builder
	if _, err := fmt.Fprint(&body, readAll(c.t, response)); err != nil {
		c.t.Fatal(err)
	}
	return answer{response.StatusCode, body.String(), response.Header, response.Request.URL.RequestURI()}
}

func (c *client) get(path string, headers ...string) answer {
	c.t.Helper()
	r, err := http.NewRequestWithContext(c.t.Context(), http.MethodGet, c.site+path, nil)
	if err != nil {
		c.t.Fatal(err)
	}
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	return c.do(r)
}

func (c *client) post(path string, pairs ...string) answer {
	c.t.Helper()
	form := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		form.Add(pairs[i], pairs[i+1])
	}
	r, err := http.NewRequestWithContext(c.t.Context(), http.MethodPost, c.site+path, strings.NewReader(form.Encode()))
	if err != nil {
		c.t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	return c.do(r)
}

// imported is a world whose store holds what an import brings.
type imported struct {
	integration facts.IntegrationID
	repos       []facts.RepoID
	// commit is one with hunks of every type, hostileRepo one with a hostile name.
	commit string
}

var people = []struct{ name, email string }{
	{"Amara Okafor", "amara@acme.example"}, {"Björn Lindqvist", "bjorn@acme.example"}, {"Chen Wei", "chen@acme.example"},
	{"Dolores Ibárruri", "dolores@acme.example"}, {"Emeka Nwosu", "emeka@acme.example"}, {"Fatima al-Zahra", "fatima@acme.example"},
	{"Grzegorz Brzęczyszczykiewicz", "grzegorz@acme.example"}, {hostile, "mallory@acme.example"}, {"renovate[bot]", "bot@acme.example"},
}

// fill puts an integration, repos in every state and a few months of commits into the store.
func (w *world) fill(t testing.TB) imported {
	t.Helper()
	ctx := t.Context()
	i := imported{}
	var err error
	i.integration, err = w.store.CreateIntegration(ctx, facts.Integration{Name: "Acme's GitHub", Address: "https://github.acme.example",
		Method: "token", Account: "svc-weir", Version: "3.19.1", On: facts.Services, State: facts.IntegrationHealthy, AddedBy: "admin"},
		connect.TokenCredential(secret.New(theToken)))
	must(t, err)
	orgs, err := w.store.SaveOrganizations(ctx, i.integration, []facts.Organization{
		{ServerID: 1, Login: "acme", Name: "Acme", Role: facts.RoleOwner}, {ServerID: 2, Login: "labs", Name: "Labs", Role: facts.RoleMember}})
	must(t, err)
	var repos []facts.Repo
	for n, name := range []string{"checkout", "inventory", "mobile-app", "platform", "search", hostile, "data-lake", "archive-2019"} {
		repos = append(repos, facts.Repo{Organization: orgs[n/5], ServerID: int64(n + 1), Name: name, FullName: []string{"acme", "labs"}[n/5] + "/" + name,
			DefaultBranch: "main", Visibility: "private", Archived: n == 7, Fork: n == 6, SizeKB: int64(1200 * (n + 1)), PushedAt: now.Unix() - int64(n)*86400})
	}
	i.repos, err = w.store.SaveRepos(ctx, i.integration, repos)
	must(t, err)
	must(t, w.store.InTx(ctx, func(tx *store.Tx) error {
		_, err := tx.MarkImported(ctx, i.repos[:6])
		return err
	}))
	i.commit = w.fillCommits(t, i.repos[:3])
	w.fillItems(t, i.integration, i.repos[:2])
	for n, st := range []facts.SyncState{
		{Phase: facts.PhaseReady, FinishedAt: now.Unix() - 600}, {Phase: facts.PhaseReady, FinishedAt: now.Unix() - 540, Problems: 2},
		{Phase: facts.PhaseReplaying, Done: 1234, Total: 5200, Unit: "commits", StartedAt: now.Unix() - 42},
		{Phase: facts.PhaseFetching, Done: 48210, Total: 91022, Unit: "objects", StartedAt: now.Unix() - 30},
		{Phase: facts.PhaseFailed, Code: "git_not_found", Cause: "The server says that this repo does not exist for the account svc-weir.",
			Next: "Give the account read access to it, then choose Try again.", UpdatedAt: now.Unix() - 4000},
		{Phase: facts.PhaseQueued},
	} {
		st.Repo, st.Kind = i.repos[n], facts.SyncCommits
		must(t, w.store.SaveSyncState(ctx, st))
	}
	must(t, w.store.SaveProblems(ctx, i.repos[1], []facts.Problem{
		{Repo: i.repos[1], Kind: facts.SyncCommits, Item: "blob 3f2a: " + hostile, Code: "object_unreadable", Cause: "The object is damaged in the mirror.", SeenAt: now.Unix()}}))
	for n := range 30 {
		status := []int{200, 200, 304, 404, -1}[n%5]
		must(t, w.store.Record(ctx, facts.Request{Integration: i.integration, At: now.Unix() - int64(n*60), Kind: []string{"rest", "git"}[n%2], Method: "GET",
			Path: fmt.Sprintf("/api/v3/organizations/1/repos?page=%d", n), Status: status, Bytes: int64(n * 4321), TookMS: int64(n * 37), Why: "discover", Refused: n == 7}))
	}
	return i
}

// fillCommits writes months of commits, the same ones every time, and has them judged.
func (w *world) fillCommits(t testing.TB, repos []facts.RepoID) (typed string) {
	t.Helper()
	ctx := t.Context()
	random := rand.New(rand.NewPCG(7, 11))
	var identities []facts.IdentityID
	for _, p := range people {
		id, err := w.store.EnsureIdentity(ctx, p.name, p.email)
		must(t, err)
		identities = append(identities, id)
	}
	for _, repo := range repos {
		commits := madeCommits(random, repo, identities)
		must(t, w.store.SaveCommits(ctx, repo, commits))
		last := commits[len(commits)-1]
		must(t, w.store.SaveRefs(ctx, repo, []facts.Ref{{Name: "refs/heads/main", Hash: last.Hash}}, now.Unix()))
		typed = last.Hash
	}
	for _, repo := range repos {
		must(t, judge.Repo(ctx, w.store, repo))
	}
	return typed
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// fillThousands puts 5,000 repos of 200 organizations into the store.
func (w *world) fillThousands(t testing.TB) facts.IntegrationID {
	t.Helper()
	id, err := w.store.CreateIntegration(t.Context(), facts.Integration{Name: "Big", Address: "https://big.example", Method: "token",
		State: facts.IntegrationHealthy}, connect.Credential{})
	must(t, err)
	var orgs []facts.Organization
	for n := range 200 {
		orgs = append(orgs, facts.Organization{ServerID: int64(n + 1), Login: fmt.Sprintf("org-%03d", n), Role: facts.RoleMember})
	}
	ids, err := w.store.SaveOrganizations(t.Context(), id, orgs)
	must(t, err)
	var repos []facts.Repo
	for n := range 5000 {
		repos = append(repos, facts.Repo{Organization: ids[n%200], ServerID: int64(n + 1), Name: fmt.Sprintf("repo-%04d", n), Visibility: "private",
			DefaultBranch: "main", FullName: fmt.Sprintf("org-%03d/repo-%04d", n%200, n), Archived: n%10 == 0, Fork: n%11 == 0, PushedAt: now.Unix() - int64(n)*3600})
	}
	_, err = w.store.SaveRepos(t.Context(), id, repos)
	must(t, err)
	return id
}
