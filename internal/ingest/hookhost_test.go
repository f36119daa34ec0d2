package ingest_test

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"weir/internal/connect"
)

// hookHost is a server that has webhooks and nothing else. It delivers for real, and its hooks can be
// changed behind Weir's back.
type hookHost struct {
	site   *httptest.Server
	caPEM  string
	now    func() time.Time
	mu     sync.Mutex
	hooks  map[int64]*hostHook
	sent   []*hostDelivery
	lastID int64
	// changes are the requests that were not reads; lists counts those that listed deliveries.
	changes []string
	// denied answers 404 for targets with this prefix; unknown are events it does not know; down fails everything.
	denied  string
	unknown []string
	down    bool
	// lost swallows deliveries on their way; dropped keeps no payloads.
	lost, dropped bool
}

type hostHook struct {
	ID     int64              `json:"id"`
	Active bool               `json:"active"`
	Events []string           `json:"events"`
	Config connect.HookConfig `json:"config"`
	Last   map[string]any     `json:"last_response"`

	target string
	hidden bool
}

type hostDelivery struct {
	ID          int64     `json:"id"`
	GUID        string    `json:"guid"`
	Event       string    `json:"event"`
	DeliveredAt time.Time `json:"delivered_at"`
	StatusCode  int       `json:"status_code"`
	Repo        int64     `json:"repository_id,omitempty"`

	hook    int64
	payload string
}

func newHookHost(t *testing.T, now func() time.Time) *hookHost {
	h := &hookHost{now: now, hooks: map[int64]*hostHook{}}
	h.site = httptest.NewTLSServer(h)
	t.Cleanup(h.site.Close)
	h.caPEM = string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: h.site.Certificate().Raw}))
	return h
}

// ServeHTTP answers the API of webhooks.
func (h *hookHost) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h.mu.Lock()
	defer h.mu.Unlock()
	target, rest, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/api/v3/"), "/hooks")
	if r.Method != http.MethodGet {
		h.changes = append(h.changes, r.Method+" "+target+"/hooks"+rest)
	}
	w.Header().Set("Content-Type", "application/json")
	if h.down {
		w.WriteHeader(http.StatusBadGateway)
		return
	}
	if h.denied != "" && strings.HasPrefix(target, h.denied) {
		answer(w, http.StatusNotFound, map[string]string{"message": "Not Found"})
		return
	}
	parts := strings.Split(strings.Trim(rest, "/"), "/")
	id, _ := strconv.ParseInt(parts[0], 10, 64)
	hook := h.hooks[id]
	if id != 0 && (hook == nil || hook.hidden || hook.target != target) {
		answer(w, http.StatusNotFound, map[string]string{"message": "Not Found"})
		return
	}
	h.serve(w, r, target, hook, append(parts, "", "")[1:])
}

func (h *hookHost) serve(w http.ResponseWriter, r *http.Request, target string, hook *hostHook, parts []string) {
	switch {
	case hook == nil && r.Method == http.MethodGet:
		answer(w, http.StatusOK, h.list(target))
	case hook == nil:
		h.change(w, r, &hostHook{target: target})
	case parts[0] == "pings":
		h.deliver(hook, "ping", `{"zen":"Flow."}`, 0, "")
		w.WriteHeader(http.StatusNoContent)
	case parts[0] == "deliveries":
		h.deliveries(w, r, hook, parts[1])
	case r.Method == http.MethodPatch:
		h.change(w, r, hook)
	case r.Method == http.MethodDelete:
		delete(h.hooks, hook.ID)
		w.WriteHeader(http.StatusNoContent)
	default:
		answer(w, http.StatusOK, h.show(hook))
	}
}

func (h *hookHost) list(target string) []hostHook {
	all := []hostHook{}
	for _, hook := range h.hooks {
		if hook.target == target && !hook.hidden {
			all = append(all, h.show(hook))
		}
	}
	return all
}

// show hides the secret, as a server does.
func (h *hookHost) show(hook *hostHook) hostHook {
	shown := *hook
	if shown.Config.Secret != "" {
		shown.Config.Secret = "********"
	}
	return shown
}

func (h *hookHost) change(w http.ResponseWriter, r *http.Request, hook *hostHook) {
	changed := *hook
	if err := json.NewDecoder(r.Body).Decode(&changed); err != nil {
		answer(w, http.StatusBadRequest, map[string]string{"message": "Problems parsing JSON"})
		return
	}
	for _, event := range changed.Events {
		if slices.Contains(h.unknown, event) {
			answer(w, http.StatusUnprocessableEntity, map[string]any{"message": "Validation Failed", "errors": []string{"Event " + event + " is not known"}})
			return
		}
	}
	status := http.StatusOK
	if changed.ID == 0 {
		h.lastID++
		changed.ID, status = h.lastID, http.StatusCreated
	}
	*hook = changed
	h.hooks[hook.ID] = hook
	answer(w, status, h.show(hook))
}

func (h *hookHost) deliveries(w http.ResponseWriter, r *http.Request, hook *hostHook, id string) {
	var all []*hostDelivery
	for _, d := range slices.Backward(h.sent) {
		switch {
		case d.hook != hook.ID:
		case id == "":
			all = append(all, d)
		case strconv.FormatInt(d.ID, 10) == id && r.Method == http.MethodPost:
			h.deliver(hook, d.Event, d.payload, d.Repo, d.GUID)
			answer(w, http.StatusAccepted, struct{}{})
			return
		case strconv.FormatInt(d.ID, 10) == id:
			payload := json.RawMessage(d.payload)
			if h.dropped {
				payload = nil
			}
			answer(w, http.StatusOK, map[string]any{"id": d.ID, "request": map[string]any{"payload": payload}})
			return
		}
	}
	answer(w, http.StatusOK, all)
}

// deliver sends one message, and notes how that went.
func (h *hookHost) deliver(hook *hostHook, event, payload string, repo int64, guid string) {
	h.lastID++
	d := &hostDelivery{ID: h.lastID, GUID: guid, Event: event, DeliveredAt: h.now(), Repo: repo, hook: hook.ID, payload: payload}
	if guid == "" {
		d.GUID = fmt.Sprintf("guid-%d", d.ID)
	}
	h.sent = append(h.sent, d)
	if !hook.Active || h.lost {
		hook.Last = map[string]any{"code": 0, "message": "Failed to connect"}
		return
	}
	mac := hmac.New(sha256.New, []byte(hook.Config.Secret))
	mac.Write([]byte(payload))
	r, err := http.NewRequest(http.MethodPost, hook.Config.URL, bytes.NewReader([]byte(payload)))
	if err != nil {
		return
	}
	for name, value := range map[string]string{"Content-Type": "application/json", "X-GitHub-Event": event, "X-GitHub-Delivery": d.GUID,
		"X-Hub-Signature-256": "sha256=" + hex.EncodeToString(mac.Sum(nil))} {
		r.Header.Set(name, value)
	}
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		return
	}
	_, _ = io.Copy(io.Discard, response.Body)
	response.Body.Close()
	d.StatusCode = response.StatusCode
	hook.Last = map[string]any{"code": d.StatusCode, "message": ""}
}

// happens sends an event through every hook of a target.
func (h *hookHost) happens(target, event, payload string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, hook := range h.hooks {
		if hook.target == target && slices.Contains(hook.Events, event) {
			h.deliver(hook, event, payload, 1, "")
		}
	}
}

// with changes the server, under its lock.
func (h *hookHost) with(change func()) {
	h.mu.Lock()
	defer h.mu.Unlock()
	change()
}

// only gives the one hook that there is.
func (h *hookHost) only(t *testing.T) *hostHook {
	t.Helper()
	h.mu.Lock()
	defer h.mu.Unlock()
	if len(h.hooks) != 1 {
		t.Fatalf("the server has %d webhooks, want 1; changes: %v", len(h.hooks), h.changes)
	}
	for _, hook := range h.hooks {
		return hook
	}
	return nil
}

// changed gives the changes since it was last asked.
func (h *hookHost) changed() []string {
	h.mu.Lock()
	defer h.mu.Unlock()
	changes := h.changes
	h.changes = nil
	return changes
}

func answer(w http.ResponseWriter, status int, body any) {
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body)
}
