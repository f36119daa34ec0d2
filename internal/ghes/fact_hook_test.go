package ghes_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"

	"weir/internal/ghes"
	"weir/internal/ghes/ghestest"
)

// Section 4.6: hooks.

// endpoint is where hooks lead in tests. It answers 200, or what answer says.
type endpoint struct {
	*httptest.Server
	mu     sync.Mutex
	got    []received
	answer http.HandlerFunc
}

type received struct {
	header  http.Header
	body    []byte
	payload map[string]any
}

func (r received) event() string { return r.header.Get("X-GitHub-Event") }

func listen(t *testing.T) *endpoint {
	t.Helper()
	e := &endpoint{}
	e.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		got := received{header: r.Header, body: body}
		document := body
		if r.Header.Get("Content-Type") != "application/json" {
			form, _ := url.ParseQuery(string(body))
			document = []byte(form.Get("payload"))
		}
		_ = json.Unmarshal(document, &got.payload)
		e.mu.Lock()
		e.got = append(e.got, got)
		answer := e.answer
		e.mu.Unlock()
		if answer != nil {
			answer(w, r)
		}
	}))
	t.Cleanup(e.Close)
	return e
}

// take returns what came since the last call, once all of it has.
func (e *endpoint) take(f *fixture) []received {
	f.t.Helper()
	if err := f.WaitForDeliveries(f.t.Context()); err != nil {
		f.t.Fatal(err)
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	got := e.got
	e.got = nil
	return got
}

// events are the names and actions of what came.
func events(got []received) []string {
	var names []string
	for _, r := range got {
		name := r.event()
		if action, ok := r.payload["action"].(string); ok {
			name += " " + action
		}
		names = append(names, name)
	}
	return names
}

// hooked is a fixture whose owner's token may make hooks, with an endpoint.
func hooked(t *testing.T, change func(*ghes.Options)) (*fixture, *endpoint) {
	t.Helper()
	f := startWork(t, change)
	f.owner = f.World.AddToken(ghes.Token{Login: "olga", Scopes: []string{"repo", "admin:org_hook", "admin:repo_hook"}}).Secret
	return f, listen(t)
}

// call sends JSON and returns the answer.
func (f *fixture) call(method, path, token string, body any) reply {
	f.t.Helper()
	text, err := json.Marshal(body)
	if err != nil {
		f.t.Fatal(err)
	}
	req, err := http.NewRequestWithContext(f.t.Context(), method, f.URL()+"/api/v3"+path, strings.NewReader(string(text)))
	if err != nil {
		f.t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+token)
	req.Header.Set("Content-Type", "application/json")
	res, err := f.client.Do(req)
	if err != nil {
		f.t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	answer, err := io.ReadAll(res.Body)
	if err != nil {
		f.t.Fatal(err)
	}
	return reply{res, answer}
}

type hookAnswer struct {
	ID     int64
	Active bool
	Events []string
	Config map[string]string
}

// addHook makes a hook of acme by the API and lets its ping pass.
func (f *fixture) addHook(e *endpoint, config map[string]any, events ...string) hookAnswer {
	f.t.Helper()
	all := map[string]any{"url": e.URL}
	for name, value := range config {
		all[name] = value
	}
	body := map[string]any{"name": "web", "config": all}
	if events != nil {
		body["events"] = events
	}
	r := f.call("POST", "/orgs/acme/hooks", f.owner, body)
	r.wants(f.t, 201, "")
	if got := events0(e.take(f)); got != "ping" {
		f.t.Fatalf("got %q, want a ping", got)
	}
	return into[hookAnswer](f.t, r)
}

func events0(got []received) string { return strings.Join(events(got), ", ") }

func TestHookDefaultsAreFormAndPush(t *testing.T) { // [rec]
	t.Parallel()
	f, e := hooked(t, nil)
	r := f.call("POST", "/orgs/acme/hooks", f.owner, map[string]any{"name": "web", "config": map[string]any{"url": e.URL, "secret": "s3"}})
	r.wants(t, 201, "")
	h := into[hookAnswer](t, r)
	same(t, "hook", h, fmt.Sprintf(`{"ID":%d,"Active":true,"Events":["push"],"Config":{"content_type":"form","insecure_ssl":"0","secret":"********","url":%q}}`, h.ID, e.URL))
	if want := fmt.Sprintf("%s/api/v3/orgs/acme/hooks/%d", f.URL(), h.ID); r.Header.Get("Location") != want {
		t.Errorf("Location: got %s, want %s", r.Header.Get("Location"), want)
	}
	ping := e.take(f)
	if len(ping) != 1 || ping[0].event() != "ping" || ping[0].payload["hook_id"] != float64(h.ID) {
		t.Errorf("ping: got %+v", ping)
	}
}

func TestHooksBelongToTheKindOfCredentialThatMadeThem(t *testing.T) { // [docs]
	t.Parallel()
	f, e := hooked(t, nil)
	oauth := f.World.AddToken(ghes.Token{Login: "olga", Kind: ghes.OAuthToken, ClientID: "one", Scopes: []string{"admin:org_hook"}}).Secret
	other := f.World.AddToken(ghes.Token{Login: "olga", Kind: ghes.OAuthToken, ClientID: "two", Scopes: []string{"admin:org_hook"}}).Secret
	h := f.addHook(e, nil)
	for token, want := range map[string]int{f.owner: 1, oauth: 0, other: 0} {
		if got := into[[]hookAnswer](t, f.get("/orgs/acme/hooks", token)); len(got) != want {
			t.Errorf("got %d, want %d", len(got), want)
		}
	}
	f.get(fmt.Sprintf("/orgs/acme/hooks/%d", h.ID), oauth).wants(t, 404, "Not Found")
	r := f.call("POST", "/orgs/acme/hooks", oauth, map[string]any{"name": "web", "config": map[string]any{"url": e.URL + "/2"}})
	r.wants(t, 201, "")
	made := into[hookAnswer](t, r)
	f.get(fmt.Sprintf("/orgs/acme/hooks/%d", made.ID), oauth).wants(t, 200, "")
	f.get(fmt.Sprintf("/orgs/acme/hooks/%d", made.ID), other).wants(t, 404, "Not Found")
	f.get(fmt.Sprintf("/orgs/acme/hooks/%d", made.ID), f.owner).wants(t, 404, "Not Found")
}

func TestHooksAreRefusedByName(t *testing.T) { // [spec, docs]: 404 for non-owners, 422 for what cannot be
	t.Parallel()
	f, e := hooked(t, nil)
	member := f.World.AddToken(ghes.Token{Login: "max", Scopes: []string{"admin:org_hook", "repo"}}).Secret
	make := func(token, path string, body map[string]any) reply { return f.call("POST", path, token, body) }
	hook := func(url string) map[string]any {
		return map[string]any{"name": "web", "config": map[string]any{"url": url}}
	}
	make(member, "/orgs/acme/hooks", hook(e.URL)).wants(t, 404, "Not Found")
	make(member, "/repos/acme/web/hooks", hook(e.URL)).wants(t, 404, "Not Found")
	make(f.owner, "/orgs/acme/hooks", hook("nonsense")).wants(t, 422, "Validation Failed")
	make(f.owner, "/orgs/acme/hooks", hook(e.URL)).wants(t, 201, "")
	twice := make(f.owner, "/orgs/acme/hooks", hook(e.URL))
	twice.wants(t, 422, "Validation Failed")
	if !strings.Contains(string(twice.body), "Hook already exists on this organization") {
		t.Errorf("got %s", twice.body)
	}
	f.Configure(func(s *ghes.Settings) { s.HooksRefuseLoopback = true })
	for _, host := range []string{"localhost", "127.0.0.1"} {
		if r := make(f.owner, "/orgs/acme/hooks", hook("http://"+host+":1")); r.StatusCode != 422 || !strings.Contains(string(r.body), "URL host "+host+" is not supported") {
			t.Errorf("got %d %s", r.StatusCode, r.body)
		}
	}
	for n := range 250 {
		f.World.AddHook(ghes.Hook{Organization: "acme", URL: fmt.Sprintf("http://weir.test/%d", n), Events: []string{"issues"}})
	}
	full := hook("http://weir.test/250")
	full["events"] = []string{"issues"}
	if r := make(f.owner, "/orgs/acme/hooks", full); r.StatusCode != 422 || !strings.Contains(string(r.body), "cannot have more than 250 hooks") {
		t.Errorf("got %d %s", r.StatusCode, r.body)
	}
}

func TestHookIsChangedPingedAndDeleted(t *testing.T) { // [spec]
	t.Parallel()
	f, e := hooked(t, nil)
	h := f.addHook(e, map[string]any{"secret": "one", "content_type": "json"}, "push")
	at := fmt.Sprintf("/orgs/acme/hooks/%d", h.ID)
	r := f.call("PATCH", at, f.owner, map[string]any{"events": []string{"issues"}, "active": false})
	r.wants(t, 200, "")
	if got := into[hookAnswer](t, r); got.Active || !slices.Equal(got.Events, []string{"issues"}) || got.Config["content_type"] != "json" {
		t.Errorf("got %+v", got)
	}
	if _, err := f.World.As("max").OpenIssue("acme/web", "Unheard", ""); err != nil {
		t.Fatal(err)
	}
	f.call("PATCH", at+"/config", f.owner, map[string]any{"secret": "two"}).wants(t, 200, "")
	f.call("PATCH", at, f.owner, map[string]any{"active": true}).wants(t, 200, "")
	f.call("POST", at+"/pings", f.owner, nil).wants(t, 204, "")
	got := e.take(f)
	if events0(got) != "ping" || got[0].header.Get("X-Hub-Signature-256") != "sha256="+mac256("two", got[0].body) {
		t.Errorf("got %v %v", events(got), got[0].header)
	}
	f.get(at+"/config", f.owner).wants(t, 200, "")
	f.call("DELETE", at, f.owner, nil).wants(t, 204, "")
	f.get(at, f.owner).wants(t, 404, "Not Found")
}

func TestRepoHookTellsItsLastResponse(t *testing.T) { // [spec]
	t.Parallel()
	f, e := hooked(t, nil)
	r := f.call("POST", "/repos/acme/web/hooks", f.owner, map[string]any{"config": map[string]any{"url": e.URL}, "events": []string{"issues"}})
	r.wants(t, 201, "")
	id := into[hookAnswer](t, r).ID
	if events0(e.take(f)) != "ping" {
		t.Error("no ping")
	}
	e.mu.Lock()
	e.answer = func(w http.ResponseWriter, _ *http.Request) { http.Error(w, "no", http.StatusTeapot) }
	e.mu.Unlock()
	if _, err := f.World.As("max").OpenIssue("acme/web", "New", ""); err != nil {
		t.Fatal(err)
	}
	if got := e.take(f); got[0].header.Get("X-GitHub-Hook-Installation-Target-Type") != "repository" {
		t.Errorf("got %v", got[0].header)
	}
	type hook struct {
		LastResponse struct {
			Code   int
			Status string
		} `json:"last_response"`
	}
	if got := into[hook](t, f.get(fmt.Sprintf("/repos/acme/web/hooks/%d", id), f.owner)); got.LastResponse.Code != 418 {
		t.Errorf("got %+v", got)
	}
}

func TestAppHook(t *testing.T) { // [docs]
	t.Parallel()
	f, app, installed := withApp(t)
	e := listen(t)
	hook := f.World.AddHook(ghes.Hook{App: app.ID, URL: e.URL, ContentType: "json", Secret: "s", Events: []string{"issues"}})
	other := f.World.As("olga").Install(ghes.Installation{App: app.ID, Account: "olga"})
	if _, err := f.World.As("max").OpenIssue("acme/web", "New", ""); err != nil {
		t.Fatal(err)
	}
	if err := f.World.As("olga").Suspend(app.ID, installed.ID, true); err != nil {
		t.Fatal(err)
	}
	if _, err := f.World.As("max").OpenIssue("acme/web", "Unheard", ""); err != nil {
		t.Fatal(err)
	}
	if err := f.World.As("olga").Uninstall(app.ID, other.ID); err != nil {
		t.Fatal(err)
	}
	got := e.take(f)
	same(t, "events", events(got), `["installation created","issues opened","installation suspend","installation deleted"]`)
	if got[1].header.Get("X-GitHub-Hook-Installation-Target-Type") != "integration" || got[1].payload["installation"].(map[string]any)["id"] != float64(installed.ID) {
		t.Errorf("got %v", got[1].payload["installation"])
	}
	for n, d := range f.Deliveries(hook.ID) {
		ghestest.Payload(t, d.Event, d.Payload)
		if n == 2 && d.Installation != installed.ID {
			t.Errorf("got %+v", d)
		}
	}
	token := goodJWT(t, app)
	list := into[[]deliveryAnswer](t, f.get("/app/hook/deliveries?per_page=3", token))
	f.get(fmt.Sprintf("/app/hook/deliveries/%d", list[0].ID), token).wants(t, 200, "")
	f.call("POST", fmt.Sprintf("/app/hook/deliveries/%d/attempts", list[0].ID), token, nil).wants(t, 202, "")
	f.call("PATCH", "/app/hook/config", token, map[string]any{"content_type": "form"}).wants(t, 200, "")
	if config := into[map[string]string](t, f.get("/app/hook/config", token)); config["content_type"] != "form" || config["secret"] != "********" {
		t.Errorf("got %v", config)
	}
	if got := e.take(f); events0(got) != "installation deleted" {
		t.Errorf("redelivered: got %v", events(got))
	}
}

// A hook that may get several at once gets them all, in whatever order.
// Another server may go on with the world of one that was closed, which then keeps silent.
