package ghes

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"hash"
	"net/url"
	"time"
)

// Delivery is one attempt to tell a hook something.
type Delivery struct {
	ID   int64
	Hook int64
	// GUID names what happened: all hooks are told it under the same one, and a redelivery keeps it.
	GUID          string
	Event, Action string
	Redelivery    bool
	// Repo and Installation are 0 when it is about none.
	Repo, Installation int64
	DeliveredAt        time.Time
	Duration           time.Duration
	// StatusCode is 0 when no answer came, and Status says how it went.
	StatusCode int
	Status     string

	URL             string
	RequestHeaders  map[string]string
	ResponseHeaders map[string]string
	// Payload is the JSON document, whatever content type carried it.
	Payload      []byte
	ResponseBody string

	contentType, secret string
}

// maxPayload is what GitHub never sends more than.
const maxPayload = 25 << 20

// keptDeliveries bounds the memory of each hook's list: the older half is forgotten.
const keptDeliveries = 10_000

// prepare makes the delivery of a payload to a hook.
func (s *Server) prepare(a audience, h happening, guid string, payload []byte) *Delivery {
	d := &Delivery{
		ID: s.World.takeID(), Hook: a.hook.ID, GUID: guid, Event: h.event, Action: h.action,
		Installation: a.installation, URL: a.hook.URL, Payload: payload,
		contentType: a.hook.ContentType, secret: a.hook.Secret,
	}
	if h.repo != nil {
		d.Repo = h.repo.ID
	}
	d.RequestHeaders = s.deliveryHeaders(a.hook, d)
	return d
}

// again is the same delivery for another attempt, to where the hook is now.
func (s *Server) again(d Delivery, hook Hook) *Delivery {
	d.ID, d.Redelivery, d.URL = s.World.takeID(), true, hook.URL
	d.StatusCode, d.Status, d.ResponseHeaders, d.ResponseBody, d.Duration = 0, "", nil, "", 0
	d.contentType, d.secret = hook.ContentType, hook.Secret
	d.RequestHeaders = s.deliveryHeaders(hook, &d)
	return &d
}

// body is what is sent: the JSON document, or a form that holds it.
func (d *Delivery) body() []byte {
	if d.contentType == "json" {
		return d.Payload
	}
	return []byte(url.Values{"payload": {string(d.Payload)}}.Encode())
}

func (s *Server) deliveryHeaders(hook Hook, d *Delivery) map[string]string {
	kind, id := hook.target(s.World)
	base, _ := url.Parse(s.URL())
	headers := map[string]string{
		"Accept":                                 "*/*",
		"Content-Type":                           "application/x-www-form-urlencoded",
		"User-Agent":                             "GitHub-Hookshot/044aadd",
		"X-GitHub-Delivery":                      d.GUID,
		"X-GitHub-Enterprise-Host":               base.Host,
		"X-GitHub-Enterprise-Version":            s.Settings().Version,
		"X-GitHub-Event":                         d.Event,
		"X-GitHub-Hook-ID":                       fmt.Sprint(hook.ID),
		"X-GitHub-Hook-Installation-Target-ID":   fmt.Sprint(id),
		"X-GitHub-Hook-Installation-Target-Type": kind,
	}
	if hook.ContentType == "json" {
		headers["Content-Type"] = "application/json"
	}
	if d.secret != "" {
		headers["X-Hub-Signature"] = "sha1=" + macOf(sha1.New, d.secret, d.body())
		headers["X-Hub-Signature-256"] = "sha256=" + macOf(sha256.New, d.secret, d.body())
	}
	return headers
}

// macOf is over the raw body, in the one form and the other.
func macOf(algorithm func() hash.Hash, secret string, body []byte) string {
	mac := hmac.New(algorithm, []byte(secret))
	mac.Write(body)
	return hex.EncodeToString(mac.Sum(nil))
}

func newGUID() string {
	b := make([]byte, 16)
	_, _ = rand.Read(b)
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}

// takeID is the next free id.
func (w *World) takeID() int64 {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.nextID(0)
}
