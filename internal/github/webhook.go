package github

import (
	"context"
	"encoding/json"
	"fmt"
	"iter"
	"net/http"
	"strings"
	"time"

	"weir/internal/connect"
)

// Hook is a webhook as the server shows it. A server never gives a secret back.
type Hook struct {
	ID     int64
	URL    string
	Events []string
	Active bool
	// Form says that it delivers forms rather than JSON, Insecure that it does not check certificates,
	// Signed that it has a secret, as far as the server tells.
	Form, Insecure, Signed bool
}

type hook struct {
	ID     int64    `json:"id"`
	Active bool     `json:"active"`
	Events []string `json:"events"`
	Config config   `json:"config"`
}

type config struct {
	URL         string `json:"url"`
	ContentType string `json:"content_type"`
	// InsecureSSL is "0", "1", 0 or 1 by the age of the server.
	InsecureSSL json.RawMessage `json:"insecure_ssl"`
	Secret      *string         `json:"secret"`
}

func (h hook) hook() Hook {
	out := h.Config.hook()
	out.ID, out.Events, out.Active = h.ID, h.Events, h.Active
	return out
}

func (c config) hook() Hook {
	return Hook{
		URL: c.URL, Form: c.ContentType != "json", Insecure: strings.Trim(string(c.InsecureSSL), `"`) == "1",
		Signed: c.Secret != nil && *c.Secret != "", Active: true,
	}
}

// hooksPath is the API's path of what a webhook hangs on: orgs/acme, repos/acme/web or app.
func hooksPath(target string) string { return "/api/v3/" + target + "/hooks" }

func hookPath(target string, id int64) string {
	if target == "app" {
		return "/api/v3/app/hook"
	}
	return fmt.Sprintf("%s/%d", hooksPath(target), id)
}

// Hooks lists the webhooks of a target that the server shows to this credential: those made with the same
// kind of it. ErrNotFound also means that the account may not see any.
func (c *Client) Hooks(ctx context.Context, target string) iter.Seq2[Hook, error] {
	return func(yield func(Hook, error) bool) {
		for h, err := range pages[hook](ctx, c, "list webhooks of "+target, hooksPath(target)) {
			if !yield(h.hook(), err) {
				return
			}
		}
	}
}

// Hook gives one webhook; of a GitHub App only its configuration is shown.
func (c *Client) Hook(ctx context.Context, target string, id int64) (Hook, error) {
	op := fmt.Sprintf("look at webhook %d of %s", id, target)
	if target == "app" {
		var shown config
		_, err := c.get(ctx, op, "/api/v3/app/hook/config", &shown)
		return shown.hook(), err
	}
	var shown hook
	_, err := c.get(ctx, op, hookPath(target, id), &shown)
	return shown.hook(), err
}

// AppEvents lists the events that the GitHub App of the credential is subscribed to.
func (c *Client) AppEvents(ctx context.Context) ([]string, error) {
	var app struct {
		Events []string `json:"events"`
	}
	_, err := c.get(ctx, "look at the GitHub App", "/api/v3/app", &app)
	return app.Events, err
}

type newHook struct {
	Name   string             `json:"name,omitempty"`
	Active bool               `json:"active"`
	Events []string           `json:"events"`
	Config connect.HookConfig `json:"config"`
}

// CreateHook makes a webhook and gives it as the server made it.
func (c *Client) CreateHook(ctx context.Context, target string, events []string, to connect.HookConfig) (Hook, error) {
	var made hook
	err := c.send(ctx, "make a webhook for "+target, http.MethodPost, hooksPath(target), newHook{"web", true, events, to}, &made)
	return made.hook(), err
}

// UpdateHook gives a webhook its address, secret and events anew. A GitHub App's events are not the API's to change.
func (c *Client) UpdateHook(ctx context.Context, target string, id int64, events []string, to connect.HookConfig) error {
	op := fmt.Sprintf("mend webhook %d of %s", id, target)
	if target == "app" {
		return c.send(ctx, op, http.MethodPatch, "/api/v3/app/hook/config", to, nil)
	}
	return c.send(ctx, op, http.MethodPatch, hookPath(target, id), newHook{"", true, events, to}, nil)
}

// PingHook has a webhook send a ping.
func (c *Client) PingHook(ctx context.Context, target string, id int64) error {
	return c.send(ctx, fmt.Sprintf("ping webhook %d of %s", id, target), http.MethodPost, hookPath(target, id)+"/pings", nil, nil)
}

// DeleteHook removes a webhook. One that is not there is ErrNotFound.
func (c *Client) DeleteHook(ctx context.Context, target string, id int64) error {
	return c.send(ctx, fmt.Sprintf("remove webhook %d of %s", id, target), http.MethodDelete, hookPath(target, id), nil, nil)
}

// HookDelivery is one entry of the server's own list of what a webhook sent.
type HookDelivery struct {
	ID          int64
	GUID        string
	Event       string
	DeliveredAt time.Time
	// Arrived says that it was answered with success, Outcome how it went in the server's own words.
	Arrived bool
	Outcome string
	// Repo is the server's id of the repo it was about, 0 for none or when the server does not tell.
	Repo int64
}

type hookDelivery struct {
	ID          int64      `json:"id"`
	GUID        string     `json:"guid"`
	Event       string     `json:"event"`
	DeliveredAt *time.Time `json:"delivered_at"`
	Status      string     `json:"status"`
	StatusCode  int        `json:"status_code"`
	Repo        *int64     `json:"repository_id"`
}

// HookDeliveries lists what a webhook sent, the newest first, as far back as the server keeps it.
func (c *Client) HookDeliveries(ctx context.Context, target string, id int64) iter.Seq2[HookDelivery, error] {
	op := fmt.Sprintf("list deliveries of webhook %d of %s", id, target)
	return func(yield func(HookDelivery, error) bool) {
		for d, err := range pages[hookDelivery](ctx, c, op, hookPath(target, id)+"/deliveries") {
			if !yield(d.delivery(), err) {
				return
			}
		}
	}
}

func (d hookDelivery) delivery() HookDelivery {
	out := HookDelivery{ID: d.ID, GUID: short(d.GUID), Event: short(d.Event), Arrived: success(d.StatusCode), Outcome: short(d.Status)}
	if d.StatusCode != 0 {
		out.Outcome = strings.TrimSuffix(fmt.Sprintf("HTTP %d, %s", d.StatusCode, out.Outcome), ", ")
	}
	if d.DeliveredAt != nil {
		out.DeliveredAt = *d.DeliveredAt
	}
	if d.Repo != nil && *d.Repo > 0 {
		out.Repo = *d.Repo
	}
	return out
}

// HookPayload gives the payload of one delivery. Servers drop old and very large ones: then it is empty.
func (c *Client) HookPayload(ctx context.Context, target string, id, delivery int64) ([]byte, error) {
	var sent struct {
		Request struct {
			Payload json.RawMessage `json:"payload"`
		} `json:"request"`
	}
	op := fmt.Sprintf("fetch delivery %d of webhook %d of %s back", delivery, id, target)
	_, err := c.get(ctx, op, fmt.Sprintf("%s/deliveries/%d", hookPath(target, id), delivery), &sent)
	if payload := sent.Request.Payload; len(payload) > 2 && payload[0] == '{' {
		return payload, err
	}
	return nil, err
}

// Redeliver has the server send a delivery again; it keeps its GUID.
func (c *Client) Redeliver(ctx context.Context, target string, id, delivery int64) error {
	op := fmt.Sprintf("have delivery %d of webhook %d of %s sent again", delivery, id, target)
	return c.send(ctx, op, http.MethodPost, fmt.Sprintf("%s/deliveries/%d/attempts", hookPath(target, id), delivery), nil, nil)
}

// send sends what changes something, once: of a request that broke off nobody knows whether it was done.
// into may be nil.
func (c *Client) send(ctx context.Context, op, method, path string, body, into any) error {
	answer, err := c.transport.Send(ctx, method, path, body)
	if err != nil || !success(answer.Status) || answer.IsPage() {
		failure := c.failure(op, answer, err)
		return failure
	}
	if into == nil {
		return nil
	}
	if err := answer.Decode(into); err != nil {
		return c.unreadable(op, answer, "its JSON is not what was asked for", err)
	}
	return nil
}
