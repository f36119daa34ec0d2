package ghes_test

import (
	"crypto/hmac"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"weir/internal/ghes"
)

// Section 4.6: what hooks are sent.

func TestDeliveryHeaders(t *testing.T) { // [docs, rec]
	t.Parallel()
	for contentType, want := range map[string]string{"json": "application/json", "form": "application/x-www-form-urlencoded"} {
		f, e := hooked(t, nil)
		h := f.addHook(e, map[string]any{"secret": "s3cret", "content_type": contentType}, "issues")
		if _, err := f.World.As("max").OpenIssue("acme/web", "New", ""); err != nil {
			t.Fatal(err)
		}
		got := e.take(f)
		if events0(got) != "issues opened" {
			t.Fatalf("got %v", events(got))
		}
		o, _ := f.World.Organization("acme")
		for name, value := range map[string]string{
			"Content-Type": want, "X-GitHub-Event": "issues", "X-GitHub-Hook-ID": fmt.Sprint(h.ID), "X-GitHub-Enterprise-Version": "3.19.1",
			"X-GitHub-Hook-Installation-Target-Type": "organization", "X-GitHub-Hook-Installation-Target-ID": fmt.Sprint(o.ID),
			"X-GitHub-Enterprise-Host": strings.TrimPrefix(f.URL(), "https://"), "X-Hub-Signature": "sha1=" + mac1("s3cret", got[0].body),
			"X-Hub-Signature-256": "sha256=" + mac256("s3cret", got[0].body),
		} {
			if got[0].header.Get(name) != value {
				t.Errorf("%s: got %q, want %q", name, got[0].header.Get(name), value)
			}
		}
		if agent := got[0].header.Get("User-Agent"); !strings.HasPrefix(agent, "GitHub-Hookshot/") {
			t.Errorf("agent: got %s", agent)
		}
		if guid := got[0].header.Get("X-GitHub-Delivery"); strings.Count(guid, "-") != 4 || len(guid) != 36 {
			t.Errorf("delivery: got %s", guid)
		}
		if got[0].payload["enterprise"] == nil || got[0].payload["organization"] == nil {
			t.Errorf("payload: got %v", got[0].payload)
		}
	}
}

func mac1(secret string, body []byte) string {
	m := hmac.New(sha1.New, []byte(secret))
	m.Write(body)
	return hex.EncodeToString(m.Sum(nil))
}

func mac256(secret string, body []byte) string {
	m := hmac.New(sha256.New, []byte(secret))
	m.Write(body)
	return hex.EncodeToString(m.Sum(nil))
}

func TestNoSignatureWithoutSecret(t *testing.T) { // [docs]
	t.Parallel()
	f, e := hooked(t, nil)
	f.addHook(e, nil, "issues")
	if _, err := f.World.As("max").OpenIssue("acme/web", "New", ""); err != nil {
		t.Fatal(err)
	}
	if got := e.take(f); got[0].header.Get("X-Hub-Signature-256") != "" || got[0].header.Get("X-Hub-Signature") != "" {
		t.Errorf("got %v", got[0].header)
	}
}

type deliveryAnswer struct {
	ID         int64
	GUID       string
	Event      string
	Action     *string
	Redelivery bool
	StatusCode int `json:"status_code"`
	Status     string
	Request    struct {
		Headers map[string]string
		Payload map[string]any
	}
	Response struct{ Payload string }
}

func TestDeliveriesArePagedByCursor(t *testing.T) { // [docs]
	t.Parallel()
	f, e := hooked(t, nil)
	h := f.addHook(e, nil, "issues")
	for n := range 5 {
		if _, err := f.World.As("max").OpenIssue("acme/web", fmt.Sprint("New ", n), ""); err != nil {
			t.Fatal(err)
		}
	}
	e.take(f)
	next := fmt.Sprintf("/orgs/acme/hooks/%d/deliveries?per_page=4", h.ID)
	var names []string
	for next != "" {
		r := f.get(next, f.owner)
		for _, d := range into[[]deliveryAnswer](t, r) {
			names = append(names, d.Event)
		}
		_, after, _ := strings.Cut(r.Header.Get("Link"), "<"+f.URL()+"/api/v3")
		link, rel, _ := strings.Cut(after, ">")
		if next = link; !strings.HasPrefix(rel, `; rel="next"`) {
			break
		}
		if !strings.Contains(link, "cursor=v") {
			t.Fatalf("link: got %s", link)
		}
	}
	same(t, "newest first", names, `["issues","issues","issues","issues","issues","ping"]`)
	f.get(fmt.Sprintf("/orgs/acme/hooks/%d/deliveries?cursor=x", h.ID), f.owner).wants(t, 400, "")
}

func TestRedeliveryKeepsTheGUID(t *testing.T) { // [mem]
	t.Parallel()
	f, e := hooked(t, nil)
	h := f.addHook(e, map[string]any{"content_type": "json"}, "issues")
	e.mu.Lock()
	e.answer = func(w http.ResponseWriter, _ *http.Request) { http.Error(w, "later", http.StatusServiceUnavailable) }
	e.mu.Unlock()
	if _, err := f.World.As("max").OpenIssue("acme/web", "New", ""); err != nil {
		t.Fatal(err)
	}
	first := e.take(f)
	e.mu.Lock()
	e.answer = nil
	e.mu.Unlock()
	at := fmt.Sprintf("/orgs/acme/hooks/%d/deliveries", h.ID)
	failed := into[[]deliveryAnswer](t, f.get(at+"?status=failure", f.owner))
	if len(failed) != 1 || failed[0].StatusCode != 503 || *failed[0].Action != "opened" {
		t.Fatalf("got %+v", failed)
	}
	whole := into[deliveryAnswer](t, f.get(fmt.Sprintf("%s/%d", at, failed[0].ID), f.owner))
	if whole.Request.Payload["action"] != "opened" || whole.Request.Headers["X-GitHub-Event"] != "issues" || whole.Response.Payload != "later\n" {
		t.Errorf("got %+v", whole)
	}
	f.call("POST", fmt.Sprintf("%s/%d/attempts", at, failed[0].ID), f.owner, nil).wants(t, 202, "")
	again := e.take(f)
	if events0(again) != "issues opened" || again[0].header.Get("X-GitHub-Delivery") != first[0].header.Get("X-GitHub-Delivery") {
		t.Errorf("got %v", events(again))
	}
	all := into[[]deliveryAnswer](t, f.get(at, f.owner))
	if len(all) != 3 || !all[0].Redelivery || all[0].GUID != failed[0].GUID || all[0].ID == failed[0].ID || all[0].StatusCode != 200 {
		t.Errorf("got %+v", all)
	}
	f.call("POST", at+"/1/attempts", f.owner, nil).wants(t, 404, "")
}

func TestEveryHookIsToldUnderOneGUID(t *testing.T) { // [spec]
	t.Parallel()
	f, e := hooked(t, nil)
	f.addHook(e, nil, "issues")
	r, _ := f.World.Repo("acme/web")
	f.World.AddHook(ghes.Hook{Repo: r.ID, URL: e.URL, Events: []string{"*"}})
	if _, err := f.World.As("max").OpenIssue("acme/web", "New", ""); err != nil {
		t.Fatal(err)
	}
	got := e.take(f)
	if len(got) != 2 || got[0].header.Get("X-GitHub-Delivery") != got[1].header.Get("X-GitHub-Delivery") {
		t.Errorf("got %v", events(got))
	}
}

func TestSlowEndpointIsATimeout(t *testing.T) { // [docs]: 30 s, which tests make shorter; no second try
	t.Parallel()
	f, e := hooked(t, nil)
	h := f.addHook(e, nil, "issues")
	f.Configure(func(s *ghes.Settings) { s.HookTimeout = 20 * time.Millisecond })
	e.mu.Lock()
	e.answer = func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }
	e.mu.Unlock()
	if _, err := f.World.As("max").OpenIssue("acme/web", "New", ""); err != nil {
		t.Fatal(err)
	}
	e.take(f)
	tries := f.Deliveries(h.ID)
	if len(tries) != 2 || tries[0].StatusCode != 504 || tries[0].Status != "timed out" || tries[1].Event != "ping" {
		t.Errorf("got %+v", tries)
	}
}

func TestRedirectIsAFailure(t *testing.T) { // [docs]: any non-2xx
	t.Parallel()
	f, e := hooked(t, nil)
	h := f.addHook(e, nil, "issues")
	e.mu.Lock()
	e.answer = func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/elsewhere", http.StatusFound) }
	e.mu.Unlock()
	if _, err := f.World.As("max").OpenIssue("acme/web", "New", ""); err != nil {
		t.Fatal(err)
	}
	if got := e.take(f); len(got) != 1 || f.Deliveries(h.ID)[0].StatusCode != 302 {
		t.Errorf("got %d tries, %d", len(got), f.Deliveries(h.ID)[0].StatusCode)
	}
}

func TestDeliveriesGoWrongOnDemand(t *testing.T) { // [docs]: lost, late and out of order
	t.Parallel()
	f, e := hooked(t, nil)
	h := f.addHook(e, nil, "issues")
	titles := func(effect ghes.HookEffect) string {
		rule := f.AddHookFault(ghes.HookFault{Event: "issues", Times: 1, Effect: effect})
		defer f.ClearHookFaults()
		for _, title := range []string{"a", "b", "c"} {
			if _, err := f.World.As("max").OpenIssue("acme/web", title, ""); err != nil {
				t.Fatal(err)
			}
		}
		var all string
		for _, r := range e.take(f) {
			all += r.payload["issue"].(map[string]any)["title"].(string)
		}
		if rule.Hits() != 1 {
			t.Errorf("hits: got %d", rule.Hits())
		}
		return all
	}
	for want, effect := range map[string]ghes.HookEffect{"bc": ghes.Lose(), "bac": ghes.Late(1), "bca": ghes.Late(9), "aabc": ghes.Twice()} {
		if got := titles(effect); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
	before := len(f.Deliveries(h.ID))
	if got := titles(ghes.Fail()); got != "bc" || len(f.Deliveries(h.ID)) != before+3 {
		t.Errorf("fail: got %s and %d deliveries", got, len(f.Deliveries(h.ID))-before)
	}
}

func TestDeliveriesAreKeptForDays(t *testing.T) { // [docs]: 3 days at least
	t.Parallel()
	var later atomic.Int64
	f, e := hooked(t, func(o *ghes.Options) {
		o.Now = func() time.Time { return day(10, 9).Add(time.Duration(later.Load())) }
	})
	h := f.addHook(e, nil, "issues")
	for after, want := range map[time.Duration]int{71 * time.Hour: 1, 73 * time.Hour: 0} {
		later.Store(int64(after))
		if got := into[[]deliveryAnswer](t, f.get(fmt.Sprintf("/orgs/acme/hooks/%d/deliveries", h.ID), f.owner)); len(got) != want {
			t.Errorf("after %v: got %d", after, len(got))
		}
	}
}

func TestHugePayloadIsNeverSent(t *testing.T) { // [docs]: 25 MB
	t.Parallel()
	f, e := hooked(t, nil)
	h := f.addHook(e, nil, "issues")
	if _, err := f.World.As("max").OpenIssue("acme/web", "Huge", strings.Repeat("x", 26<<20)); err != nil {
		t.Fatal(err)
	}
	if got := e.take(f); len(got) != 0 || len(f.Deliveries(h.ID)) != 1 {
		t.Errorf("got %v and %d deliveries", events(got), len(f.Deliveries(h.ID)))
	}
}

func TestDeliveriesAtOnce(t *testing.T) { // [docs]: order not guaranteed
	t.Parallel()
	f, e := hooked(t, nil)
	f.addHook(e, nil, "issues")
	f.Configure(func(s *ghes.Settings) { s.HookConcurrency = 4 })
	var started sync.WaitGroup
	started.Add(4)
	e.mu.Lock()
	e.answer = func(http.ResponseWriter, *http.Request) {
		started.Done()
		started.Wait() // only when four are on their way together does any of them end
	}
	e.mu.Unlock()
	for n := range 4 {
		if _, err := f.World.As("max").OpenIssue("acme/web", fmt.Sprint(n), ""); err != nil {
			t.Fatal(err)
		}
	}
	if got := e.take(f); len(got) != 4 {
		t.Errorf("got %d", len(got))
	}
}

func TestClosedServerTellsNobody(t *testing.T) {
	t.Parallel()
	f, e := hooked(t, nil)
	h := f.addHook(e, nil, "issues")
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := f.World.As("max").OpenIssue("acme/web", "Unheard", ""); err != nil {
		t.Fatal(err)
	}
	if got := e.take(f); len(got) != 0 || len(f.Deliveries(h.ID)) != 1 {
		t.Errorf("got %v", events(got))
	}
}
