package connect

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// HookAction is what may be done with a webhook, and nothing else may.
type HookAction string

// The five things that Weir does with webhooks of its own.
const (
	HookCreate    HookAction = "create"
	HookUpdate    HookAction = "update"
	HookPing      HookAction = "ping"
	HookDelete    HookAction = "delete"
	HookRedeliver HookAction = "redeliver"
)

// HookRequest is a request about a webhook as the transport sees it before it leaves.
type HookRequest struct {
	Action HookAction
	// Target is what the webhook hangs on: orgs/ORG, repos/OWNER/NAME, or app for a GitHub App's own.
	Target string
	// ID is the server's id of the webhook; 0 for one that is to be made and for a GitHub App's own.
	ID int64
	// URL is where deliveries shall go; empty for requests that do not say.
	URL string
}

// Hooks knows which webhooks Weir made and a person switched on. The transport asks it before every
// request about one; without it no such request leaves.
type Hooks interface {
	// Refusal says in a few words why a request must not leave, and "" when it may.
	Refusal(ctx context.Context, r HookRequest) string
}

// HookConfig is where and how a webhook delivers, as the API writes it.
type HookConfig struct {
	URL         string `json:"url"`
	ContentType string `json:"content_type"`
	Secret      string `json:"secret"`
	InsecureSSL string `json:"insecure_ssl"`
}

// HookEvents are the events that Weir may ask for: those that it reads.
var HookEvents = []string{
	"create", "delete", "push", "repository",
	"pull_request", "pull_request_review", "pull_request_review_comment", "pull_request_review_thread",
	"issues", "issue_comment",
	"meta", "organization",
}

const maxHookBody = 64 << 10

// hookBody is all that the body of a request to make or to change a webhook may hold.
type hookBody struct {
	Name   string      `json:"name,omitempty"`
	Active *bool       `json:"active,omitempty"`
	Events []string    `json:"events,omitempty"`
	Config *HookConfig `json:"config,omitempty"`
}

var hookPath = regexp.MustCompile(`^/api/v3/((?:orgs/[^/]+|repos/[^/]+/[^/]+)|app)/hooks?(?:/([0-9]+))?(?:/|$)`)

// hook judges a request about a webhook and gives the bytes to send in place of its body: written anew
// from what was checked, as with GraphQL.
func (t *Transport) hook(ctx context.Context, action HookAction, path string, body io.Reader) (send []byte, refused string) {
	if t.options.Hooks == nil {
		return nil, "webhooks are not switched on"
	}
	parts := hookPath.FindStringSubmatch(path)
	if parts == nil {
		return nil, "its path names no webhook"
	}
	request := HookRequest{Action: action, Target: parts[1]}
	request.ID, _ = strconv.ParseInt(parts[2], 10, 64)
	config := HookConfig{}
	switch {
	case action != HookCreate && action != HookUpdate:
		refused = noBody(body)
	case request.Target == "app":
		send, config, refused = onlyConfig(body)
	default:
		send, config, refused = onlyHook(body, action)
	}
	if refused != "" {
		return nil, refused
	}
	request.URL = config.URL
	return send, t.options.Hooks.Refusal(ctx, request)
}

func noBody(body io.Reader) string {
	if body == nil {
		return ""
	}
	if n, _ := io.ReadFull(body, make([]byte, 1)); n > 0 {
		return "it has a body, which this request has not"
	}
	return ""
}

func onlyConfig(body io.Reader) ([]byte, HookConfig, string) {
	var config HookConfig
	if !readStrictly(body, &config) {
		return nil, config, "its body is not the configuration of a webhook"
	}
	if reason := config.refusal(); reason != "" {
		return nil, config, reason
	}
	return rewrite(config), config, ""
}

func onlyHook(body io.Reader, action HookAction) ([]byte, HookConfig, string) {
	var hook hookBody
	if !readStrictly(body, &hook) || hook.Config == nil {
		return nil, HookConfig{}, "its body is not a webhook"
	}
	kind := "" // of an existing webhook it cannot be changed
	if action == HookCreate {
		kind = "web"
	}
	if hook.Name != kind {
		return nil, HookConfig{}, "it is not for a webhook that delivers to a URL"
	}
	for _, event := range hook.Events {
		if !slices.Contains(HookEvents, event) {
			return nil, HookConfig{}, "it asks for the event " + shorten(event, 40) + ", which Weir does not read"
		}
	}
	if reason := hook.Config.refusal(); reason != "" {
		return nil, HookConfig{}, reason
	}
	return rewrite(hook), *hook.Config, ""
}

// refusal holds a configuration to what Weir ever sends: signed, as JSON, with certificates checked.
func (c HookConfig) refusal() string {
	switch {
	case c.ContentType != "json":
		return "its webhook would not deliver JSON"
	case len(c.Secret) < 32:
		return "its webhook would have no secret of its own"
	case c.InsecureSSL != "0":
		return "its webhook would not check certificates"
	case !strings.HasPrefix(c.URL, "https://") && !strings.HasPrefix(c.URL, "http://"):
		return "its webhook would deliver nowhere"
	}
	return ""
}

// readStrictly reads one JSON value that has no key beyond those of into.
func readStrictly(body io.Reader, into any) bool {
	if body == nil {
		return false
	}
	raw, err := io.ReadAll(io.LimitReader(body, maxHookBody+1))
	if err != nil || len(raw) > maxHookBody {
		return false
	}
	decoder := json.NewDecoder(bytes.NewReader(raw))
	decoder.DisallowUnknownFields()
	return decoder.Decode(into) == nil && !decoder.More()
}

func rewrite(value any) []byte {
	send, err := json.Marshal(value)
	if err != nil { // strings and booleans always can be written
		return []byte("{}")
	}
	return send
}
