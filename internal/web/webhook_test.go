package web_test

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"weir/internal/connect"
	"weir/internal/facts"
	"weir/internal/secret"
	"weir/internal/web"
)

const signingSecret = "the secret that this webhook signs with"

// hooked is a world with a webhook that delivers to /webhooks/github/k1.
type hooked struct {
	*world
	integration facts.IntegrationID
	hook        facts.WebhookID
}

func newHooked(t *testing.T, options ...func(*web.Options)) *hooked {
	t.Helper()
	h := &hooked{world: newWorld(t, options...)}
	var err error
	h.integration, err = h.store.CreateIntegration(t.Context(), facts.Integration{Name: "GitHub", Address: "https://github.example.com",
		On: facts.Services, State: facts.IntegrationHealthy}, connect.TokenCredential(secret.New(theToken)))
	must(t, err)
	h.hook, err = h.store.CreateWebhook(t.Context(), facts.Webhook{Integration: h.integration, Target: facts.WebhookOrganization,
		Organization: 1, Key: "k1", State: facts.WebhookPinged}, secret.New(signingSecret))
	must(t, err)
	return h
}

func sign(body, with string) string {
	mac := hmac.New(sha256.New, []byte(with))
	mac.Write([]byte(body))
	return "sha256=" + hex.EncodeToString(mac.Sum(nil))
}

// post delivers a body as a server does; headers change what it says.
func (h *hooked) post(t *testing.T, path, body string, headers ...string) (int, string) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, h.site.URL+path, strings.NewReader(body))
	must(t, err)
	for name, value := range map[string]string{
		"Content-Type": "application/json", "X-GitHub-Event": "push", "X-GitHub-Delivery": "72d3162e-cc78-11e3-81ab-4c9367dc0958",
		"X-Hub-Signature-256": sign(body, signingSecret), "User-Agent": "GitHub-Hookshot/044aadd",
	} {
		r.Header.Set(name, value)
	}
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	response, err := http.DefaultClient.Do(r)
	must(t, err)
	defer response.Body.Close()
	text, _ := io.ReadAll(response.Body)
	return response.StatusCode, string(text)
}

// counts waits until so many refusals are written down.
func (h *hooked) counts(t *testing.T, want facts.WebhookCounts) {
	t.Helper()
	var got facts.WebhookCounts
	for deadline := time.Now().Add(time.Minute); time.Now().Before(deadline); <-time.After(5 * time.Millisecond) {
		w, err := h.store.Webhook(t.Context(), h.hook)
		must(t, err)
		if got = w.WebhookCounts; got == want {
			return
		}
	}
	t.Errorf("counted %+v, want %+v", got, want)
}

func TestDeliveriesAreTaken(t *testing.T) {
	t.Parallel()
	h := newHooked(t)
	payload := `{"repository":{"id":7},"text":"ü"}`
	if status, text := h.post(t, "/webhooks/github/k1", payload, "Origin", "https://elsewhere.example.com", "Sec-Fetch-Site", "cross-site"); status != http.StatusAccepted {
		t.Errorf("status %d: %s", status, text)
	}
	form := "payload=" + url.QueryEscape(payload)
	if status, text := h.post(t, "/webhooks/github/k1", form, "Content-Type", "application/x-www-form-urlencoded", "X-GitHub-Delivery", "2",
		"X-Hub-Signature-256", sign(form, signingSecret)); status != http.StatusAccepted {
		t.Errorf("form: status %d: %s", status, text)
	}
	for i, d := range h.work.delivered {
		if d.Webhook != h.hook || d.Event != "push" || string(d.Payload) != payload || d.ReceivedAt != now.Unix() || d.Fetched {
			t.Errorf("delivery %d: %+v", i, d)
		}
	}
	if len(h.work.delivered) != 2 {
		t.Errorf("took %d deliveries", len(h.work.delivered))
	}
}

func TestDeliveriesAreRefused(t *testing.T) {
	t.Parallel()
	long := strings.Repeat(" ", 25<<20) + "{}"
	bad, odd := facts.WebhookCounts{BadSignature: 1}, facts.WebhookCounts{Unreadable: 1}
	for _, c := range []struct {
		name, body string
		headers    []string
		status     int
		counts     facts.WebhookCounts
	}{
		{"another secret", "{}", []string{"X-Hub-Signature-256", sign("{}", "guessed")}, 401, bad},
		{"another body", "{} ", []string{"X-Hub-Signature-256", sign("{}", signingSecret)}, 401, bad},
		{"no signature", "{}", []string{"X-Hub-Signature-256", ""}, 401, bad},
		{"an old signature only", "{}", []string{"X-Hub-Signature-256", "", "X-Hub-Signature", "sha1=0000"}, 401, bad},
		{"a signature of another kind", "{}", []string{"X-Hub-Signature-256", "sha1=" + strings.TrimPrefix(sign("{}", signingSecret), "sha256=")}, 401, bad},
		{"a signature that is no number", "{}", []string{"X-Hub-Signature-256", "sha256=zz"}, 401, bad},
		{"half a signature", "{}", []string{"X-Hub-Signature-256", sign("{}", signingSecret)[:20]}, 401, bad},
		{"no id", "{}", []string{"X-GitHub-Delivery", ""}, 400, odd},
		{"an id with a line in it", "{}", []string{"X-GitHub-Delivery", "a b"}, 400, odd},
		{"an endless id", "{}", []string{"X-GitHub-Delivery", strings.Repeat("a", 101)}, 400, odd},
		{"no event", "{}", []string{"X-GitHub-Event", ""}, 400, odd},
		{"text", "{}", []string{"Content-Type", "text/plain"}, 415, odd},
		{"no type", "{}", []string{"Content-Type", ""}, 415, odd},
		{"a form without a payload", "a=b", []string{"Content-Type", "application/x-www-form-urlencoded"}, 415, odd},
		{"a broken form", "payload=%zz", []string{"Content-Type", "application/x-www-form-urlencoded"}, 415, odd},
		{"nothing", "", nil, 415, odd},
		{"more than 25 MB", long, nil, 413, odd},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			h := newHooked(t)
			status, text := h.post(t, "/webhooks/github/k1", c.body, c.headers...)
			if status != c.status || len(text) < 20 || strings.Contains(text, signingSecret) {
				t.Errorf("status %d, want %d: %s", status, c.status, text)
			}
			h.counts(t, c.counts)
			if len(h.work.delivered) != 0 {
				t.Error("it was taken")
			}
		})
	}
}

// A body of unknown length is cut off when it is too long, rather than read to its end.
func TestEndlessDelivery(t *testing.T) {
	t.Parallel()
	h := newHooked(t)
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, h.site.URL+"/webhooks/github/k1", io.LimitReader(zeros{}, 30<<20))
	must(t, err)
	r.Header.Set("Content-Type", "application/json")
	response, err := http.DefaultClient.Do(r)
	if err == nil {
		defer response.Body.Close()
		if response.StatusCode != http.StatusRequestEntityTooLarge {
			t.Errorf("status %d", response.StatusCode)
		}
	}
	h.counts(t, facts.WebhookCounts{Unreadable: 1})
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) { clear(p); return len(p), nil }

func TestDeliveryIsTakenOnce(t *testing.T) {
	t.Parallel()
	h := newHooked(t)
	for _, want := range []int{http.StatusAccepted, http.StatusConflict} {
		if status, text := h.post(t, "/webhooks/github/k1", "{}"); status != want {
			t.Errorf("status %d, want %d: %s", status, want, text)
		}
	}
	if len(h.work.delivered) != 1 {
		t.Errorf("took %d", len(h.work.delivered))
	}
}

func TestDeliveriesOfNoWebhook(t *testing.T) {
	t.Parallel()
	h := newHooked(t)
	for _, path := range []string{"/webhooks/github/k2", "/webhooks/github/K1", "/webhooks/github/%00", "/webhooks/github/" + url.PathEscape("' OR 1=1")} {
		if status, text := h.post(t, path, "{}"); status != http.StatusNotFound {
			t.Errorf("%s: status %d: %s", path, status, text)
		}
	}
	for deadline := time.Now().Add(time.Minute); ; <-time.After(5 * time.Millisecond) {
		strays, err := h.store.WebhookStrays(t.Context())
		must(t, err)
		if strays.Count == 4 {
			break
		}
		if time.Now().After(deadline) {
			t.Fatalf("counted %+v", strays)
		}
	}
	must(t, h.store.SetServices(t.Context(), h.integration, []facts.Service{facts.ServiceRepos}))
	if status, text := h.post(t, "/webhooks/github/k1", "{}"); status != http.StatusGone {
		t.Errorf("switched off: status %d: %s", status, text)
	}
	h.counts(t, facts.WebhookCounts{Unreadable: 1})
	must(t, h.store.SetServices(t.Context(), h.integration, facts.Services))
	must(t, h.store.DeleteIntegration(t.Context(), h.integration))
	if status, text := h.post(t, "/webhooks/github/k1", "{}"); status != http.StatusGone {
		t.Errorf("deleted: status %d: %s", status, text)
	}
}

// What cannot be kept is not called taken, so that the server lists it as failed and it is fetched back.
func TestDeliveryThatCannotBeKept(t *testing.T) {
	t.Parallel()
	h := newHooked(t, func(o *web.Options) { o.Work = fullDisk{o.Work} })
	if status, text := h.post(t, "/webhooks/github/k1", "{}"); status != http.StatusServiceUnavailable || strings.Contains(text, "full") {
		t.Errorf("status %d: %s", status, text)
	}
}

type fullDisk struct{ web.Work }

func (fullDisk) TakeDelivery(context.Context, facts.Delivery) (bool, error) {
	return false, errors.New("the disk is full")
}

// TestNothingOfADeliveryIsLogged delivers with and without success and looks through the whole log.
func TestNothingOfADeliveryIsLogged(t *testing.T) {
	t.Parallel()
	log, text := recordingLog()
	h := newHooked(t, func(o *web.Options) { o.Log = log })
	for i, headers := range [][]string{nil, {"X-Hub-Signature-256", "sha256=00"}, {"X-GitHub-Event", ""}, {"Content-Type", "text/plain"}} {
		h.post(t, "/webhooks/github/k1", `{"title":"a private matter"}`, append([]string{"X-GitHub-Delivery", fmt.Sprint(i)}, headers...)...)
	}
	h.post(t, "/webhooks/github/k2", `{"title":"a private matter"}`)
	got := text()
	for _, never := range []string{"private matter", signingSecret, "k1", "k2", "sha256="} {
		if strings.Contains(got, never) {
			t.Errorf("the log holds %q:\n%s", never, got)
		}
	}
	if strings.Count(got, "msg=delivery") != 5 {
		t.Errorf("the log:\n%s", got)
	}
}

// recordingLog keeps every line of a log.
func recordingLog() (*slog.Logger, func() string) {
	var mu sync.Mutex
	var text strings.Builder
	write := writerFunc(func(p []byte) (int, error) {
		mu.Lock()
		defer mu.Unlock()
		return text.Write(p)
	})
	return slog.New(slog.NewTextHandler(write, &slog.HandlerOptions{Level: slog.LevelDebug})), func() string {
		mu.Lock()
		defer mu.Unlock()
		return text.String()
	}
}

type writerFunc func(p []byte) (int, error)

func (f writerFunc) Write(p []byte) (int, error) { return f(p) }
