package web

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"mime"
	"net/http"
	"net/url"
	"regexp"
	"strings"

	"golang.org/x/sync/semaphore"

	"weir/internal/connect"
	"weir/internal/facts"
	"weir/internal/secret"
)

const (
	// maxDelivery is the longest payload that a server sends.
	maxDelivery = 25 << 20
	// deliveryMemory bounds what deliveries that are being read take together.
	deliveryMemory = 256 << 20
)

// webhooks takes deliveries. It stands before sessions, the cross-origin rule and the pages' headers: a
// server is no browser, and proves who it is by signing the body.
type webhooks struct {
	*Server
	room  *semaphore.Weighted
	tally *tally
}

func (s *Server) newWebhooks() *webhooks {
	return &webhooks{s, semaphore.NewWeighted(deliveryMemory), &tally{store: s.store, log: s.log}}
}

// refusedDelivery is an answer that says no, with what it counts as.
type refusedDelivery struct {
	status  int
	why     string
	webhook facts.WebhookID
	counts  facts.WebhookCounts
}

func (r *refusedDelivery) Error() string { return r.why }

var unreadable = facts.WebhookCounts{Unreadable: 1}

// POST /webhooks/github/{key}
func (h *webhooks) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	began := h.now()
	head := w.Header()
	head.Set("Content-Type", "text/plain; charset=utf-8")
	head.Set("X-Content-Type-Options", "nosniff")
	head.Set("Cache-Control", "no-store")
	d, err := h.take(w, r)
	status, text := http.StatusAccepted, "Taken."
	var refused *refusedDelivery
	switch {
	case errors.As(err, &refused):
		status, text = refused.status, refused.why
		h.tally.add(refused.webhook, refused.counts)
	case err != nil:
		status, text = http.StatusServiceUnavailable, "The delivery could not be kept. Weir fetches it back later."
		h.log.ErrorContext(r.Context(), "delivery not kept", "webhook", d.Webhook, "delivery", d.GUID, "error", err)
	}
	// Neither the body nor the address is logged: the one is other people's, the other is known to few.
	h.log.DebugContext(r.Context(), "delivery", "webhook", d.Webhook, "event", d.Event, "delivery", d.GUID,
		"bytes", len(d.Payload), "status", status, "took", h.now().Sub(began))
	w.WriteHeader(status)
	_, _ = io.WriteString(w, text+"\n")
}

// take checks a delivery and keeps it with the job that applies it.
func (h *webhooks) take(w http.ResponseWriter, r *http.Request) (facts.Delivery, error) {
	webhook, signing, err := h.webhook(r)
	if err != nil {
		return facts.Delivery{}, err
	}
	d := facts.Delivery{Webhook: webhook.ID, ReceivedAt: h.now().Unix()}
	refuse := func(status int, why string, counts facts.WebhookCounts) (facts.Delivery, error) {
		return d, &refusedDelivery{status, why, webhook.ID, counts}
	}
	size := r.ContentLength
	if size > maxDelivery {
		return refuse(http.StatusRequestEntityTooLarge, "The delivery is longer than 25 MB.", unreadable)
	}
	if size < 0 {
		size = maxDelivery
	}
	if !h.room.TryAcquire(size) {
		return refuse(http.StatusServiceUnavailable, "Too much arrives at once. Weir fetches this back later.", facts.WebhookCounts{})
	}
	defer h.room.Release(size)
	body, err := readDelivery(w, r)
	if err != nil {
		return refuse(http.StatusRequestEntityTooLarge, "The delivery is longer than 25 MB, or broke off.", unreadable)
	}
	if !isSigned(body, signing, r.Header.Get("X-Hub-Signature-256")) {
		return refuse(http.StatusUnauthorized, "The delivery is not signed with this webhook's secret.", facts.WebhookCounts{BadSignature: 1})
	}
	d.GUID, d.Event = r.Header.Get("X-GitHub-Delivery"), r.Header.Get("X-GitHub-Event")
	if !plainName.MatchString(d.GUID) || !plainName.MatchString(d.Event) {
		return refuse(http.StatusBadRequest, "The headers X-GitHub-Delivery and X-GitHub-Event must say what this is.", unreadable)
	}
	if d.Payload, err = payloadOf(r.Header.Get("Content-Type"), body); err != nil {
		return refuse(http.StatusUnsupportedMediaType, "A delivery is application/json, or a form with a field named payload.", unreadable)
	}
	fresh, err := h.work.TakeDelivery(r.Context(), d)
	if err == nil && !fresh {
		return refuse(http.StatusConflict, "A delivery of this id is held already. Nothing was done with this one.", facts.WebhookCounts{})
	}
	return d, err
}

// plainName is what ids and events look like.
var plainName = regexp.MustCompile(`^[A-Za-z0-9_-]{1,100}$`)

// webhook finds whose address was called, and whether anybody wants to hear from it.
func (h *webhooks) webhook(r *http.Request) (facts.Webhook, secret.String, error) {
	webhook, err := h.store.WebhookByKey(r.Context(), r.PathValue("key"))
	if errors.Is(err, facts.ErrNotFound) {
		return webhook, secret.String{}, &refusedDelivery{http.StatusNotFound, "This is the address of no webhook.", 0, unreadable}
	}
	if err != nil {
		return webhook, secret.String{}, err
	}
	integration, err := h.store.Integration(r.Context(), webhook.Integration)
	if err != nil {
		return webhook, secret.String{}, err
	}
	gone := webhook.State == facts.WebhookLeaving || webhook.State == facts.WebhookRemoved
	if gone || integration.DeletedAt != 0 || !integration.Has(facts.ServiceWebhooks) {
		return webhook, secret.String{}, &refusedDelivery{http.StatusGone, "This webhook is switched off.", webhook.ID, unreadable}
	}
	signing, err := h.store.WebhookSecret(r.Context(), webhook)
	return webhook, signing, err
}

func readDelivery(w http.ResponseWriter, r *http.Request) ([]byte, error) {
	var body bytes.Buffer
	body.Grow(int(min(max(r.ContentLength, 0), 1<<20)) + bytes.MinRead)
	_, err := body.ReadFrom(http.MaxBytesReader(w, r.Body, maxDelivery))
	return body.Bytes(), err
}

// isSigned tells whether a body was signed with the secret, in a time that does not depend on where a
// wrong signature differs. An empty secret signs nothing.
func isSigned(body []byte, signing secret.String, header string) bool {
	given, found := strings.CutPrefix(header, "sha256=")
	sum, err := hex.DecodeString(given)
	if !found || err != nil || signing.Empty() {
		return false
	}
	mac := hmac.New(sha256.New, []byte(signing.Reveal()))
	mac.Write(body)
	return hmac.Equal(mac.Sum(nil), sum)
}

var errNoPayload = errors.New("no payload")

// payloadOf takes the JSON out of a body, which is it or a form that holds it.
func payloadOf(contentType string, body []byte) ([]byte, error) {
	kind, _, err := mime.ParseMediaType(contentType)
	switch {
	case err == nil && kind == "application/json" && len(body) > 0:
		return body, nil
	case err == nil && kind == "application/x-www-form-urlencoded":
		form, err := url.ParseQuery(string(body))
		if payload := form.Get("payload"); err == nil && payload != "" {
			return []byte(payload), nil
		}
	}
	return nil, errNoPayload
}

// webhookRoutes puts deliveries before everything that is for people.
func (s *Server) webhookRoutes(pages http.Handler) http.Handler {
	mux := http.NewServeMux()
	mux.Handle("POST "+connect.WebhookPath+"{key}", s.newWebhooks())
	mux.Handle("/", pages)
	return mux
}
