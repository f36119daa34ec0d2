package connect_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"weir/internal/connect"
)

// ownHooks knows the webhook 7 of acme and a wish for one of acme/web, and notes what it was asked.
type ownHooks struct{ asked []connect.HookRequest }

const ownURL = "https://weir.example.com/webhooks/github/k1"

func (o *ownHooks) Refusal(_ context.Context, r connect.HookRequest) string {
	o.asked = append(o.asked, r)
	switch {
	case r.Action == connect.HookCreate && r.Target == "repos/acme/web" && r.URL == ownURL:
		return ""
	case r.Target == "orgs/acme" && r.ID == 7 && (r.URL == "" || r.URL == ownURL):
		return ""
	case r.Target == "app" && r.ID == 0 && (r.URL == "" || r.URL == ownURL):
		return ""
	}
	return "it is not about a webhook of Weir's own"
}

const longSecret = "0123456789abcdef0123456789abcdef"

func hookBody(name, url, extra string) string {
	if name != "" {
		name = fmt.Sprintf(`"name":%q,`, name)
	}
	return fmt.Sprintf(`{%s"active":true,"events":["push"],"config":{"url":%q,"content_type":"json","secret":%q,"insecure_ssl":"0"}%s}`,
		name, url, longSecret, extra)
}

func configBody(url string) string {
	return fmt.Sprintf(`{"url":%q,"content_type":"json","secret":%q,"insecure_ssl":"0"}`, url, longSecret)
}

func watchHooks(t *testing.T) (*watched, *ownHooks) {
	t.Helper()
	own := &ownHooks{}
	return watch(t, func(_ *connect.Target, o *connect.Options) { o.Hooks = own }), own
}

func TestTransportChangesWebhooksOfItsOwn(t *testing.T) {
	t.Parallel()
	cases := []struct{ method, path, body string }{
		{"POST", "/api/v3/repos/acme/web/hooks", hookBody("web", ownURL, "")},
		{"PATCH", "/api/v3/orgs/acme/hooks/7", hookBody("", ownURL, "")},
		{"POST", "/api/v3/orgs/acme/hooks/7/pings", ""},
		{"DELETE", "/api/v3/orgs/acme/hooks/7", ""},
		{"POST", "/api/v3/orgs/acme/hooks/7/deliveries/12/attempts", ""},
		{"PATCH", "/api/v3/app/hook/config", configBody(ownURL)},
		{"POST", "/api/v3/app/hook/deliveries/12/attempts", ""},
	}
	for _, c := range cases {
		t.Run(c.method+" "+c.path, func(t *testing.T) {
			t.Parallel()
			w, own := watchHooks(t)
			if err := w.do(t, c.method, w.base+c.path, c.body); err != nil {
				t.Fatal(err)
			}
			if len(w.arrived) != 1 || w.arrived[0] != c.method+" "+c.path || w.auth[0] == "" || w.bodies[0] != c.body {
				t.Errorf("arrived %v with %q", w.arrived, w.bodies)
			}
			if len(own.asked) != 1 || string(own.asked[0].Action) == "" {
				t.Errorf("asked %+v", own.asked)
			}
		})
	}
}

// TestTransportRefusesOtherWebhooks is the second half of the promise: with webhooks switched on, no
// other request that changes something leaves, nor one about a webhook that Weir did not make.
func TestTransportRefusesOtherWebhooks(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("x", 70<<10)
	cases := []struct{ name, method, path, body string }{
		{"another's webhook changed", "PATCH", "/api/v3/orgs/acme/hooks/8", hookBody("", ownURL, "")},
		{"another's webhook deleted", "DELETE", "/api/v3/orgs/acme/hooks/8", ""},
		{"another's webhook pinged", "POST", "/api/v3/orgs/acme/hooks/8/pings", ""},
		{"another's delivery sent again", "POST", "/api/v3/orgs/acme/hooks/8/deliveries/1/attempts", ""},
		{"the same id elsewhere", "DELETE", "/api/v3/orgs/globex/hooks/7", ""},
		{"the same id on a repo", "DELETE", "/api/v3/repos/acme/web/hooks/7", ""},
		{"a webhook nobody wished for", "POST", "/api/v3/repos/acme/core/hooks", hookBody("web", ownURL, "")},
		{"a webhook to another address", "POST", "/api/v3/repos/acme/web/hooks", hookBody("web", "https://evil.example.com/", "")},
		{"ours turned to another address", "PATCH", "/api/v3/orgs/acme/hooks/7", hookBody("", "https://evil.example.com/", "")},
		{"the App's turned to another address", "PATCH", "/api/v3/app/hook/config", configBody("https://evil.example.com/")},
		{"two addresses", "POST", "/api/v3/repos/acme/web/hooks", hookBody("web", ownURL, `,"config":{"url":"https://evil.example.com/","content_type":"json","secret":"`+longSecret+`","insecure_ssl":"0"}`)},
		{"a webhook without certificates", "POST", "/api/v3/repos/acme/web/hooks", strings.Replace(hookBody("web", ownURL, ""), `"insecure_ssl":"0"`, `"insecure_ssl":"1"`, 1)},
		{"a webhook without a secret", "POST", "/api/v3/repos/acme/web/hooks", strings.Replace(hookBody("web", ownURL, ""), longSecret, "", 1)},
		{"a webhook of forms", "POST", "/api/v3/repos/acme/web/hooks", strings.Replace(hookBody("web", ownURL, ""), `"json"`, `"form"`, 1)},
		{"an event that is not read", "POST", "/api/v3/repos/acme/web/hooks", strings.Replace(hookBody("web", ownURL, ""), `"push"`, `"secret_scanning_alert"`, 1)},
		{"all events", "POST", "/api/v3/repos/acme/web/hooks", strings.Replace(hookBody("web", ownURL, ""), `"push"`, `"*"`, 1)},
		{"an e-mail in place of a webhook", "POST", "/api/v3/repos/acme/web/hooks", hookBody("email", ownURL, "")},
		{"a change of the kind", "PATCH", "/api/v3/orgs/acme/hooks/7", hookBody("web", ownURL, "")},
		{"a key that is not known", "POST", "/api/v3/repos/acme/web/hooks", hookBody("web", ownURL, `,"extra":1`)},
		{"a body that is too long", "POST", "/api/v3/repos/acme/web/hooks", hookBody("web", ownURL+long, "")},
		{"no body", "POST", "/api/v3/repos/acme/web/hooks", ""},
		{"a deletion with a body", "DELETE", "/api/v3/orgs/acme/hooks/7", `{}`},
		{"a ping with a body", "POST", "/api/v3/orgs/acme/hooks/7/pings", `{}`},
		{"a query", "DELETE", "/api/v3/orgs/acme/hooks/7?x=1", ""},
		{"a way round by dots", "DELETE", "/api/v3/orgs/acme/hooks/7/../../..", ""},
		{"a test of a repo's webhook", "POST", "/api/v3/repos/acme/web/hooks/7/tests", ""},
		{"a webhook's own configuration", "PATCH", "/api/v3/orgs/acme/hooks/7/config", configBody(ownURL)},
		{"a global webhook", "POST", "/api/v3/admin/hooks", hookBody("web", ownURL, "")},
		{"an organization deleted", "DELETE", "/api/v3/orgs/acme", ""},
		{"a repo deleted", "DELETE", "/api/v3/repos/acme/web", ""},
		{"a webhook put", "PUT", "/api/v3/orgs/acme/hooks/7", hookBody("", ownURL, "")},
		{"a webhook number 0", "DELETE", "/api/v3/orgs/acme/hooks/0", ""},
		{"a webhook number with a sign", "DELETE", "/api/v3/orgs/acme/hooks/+7", ""},
		{"an issue", "POST", "/api/v3/repos/acme/web/issues", `{}`},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			w, _ := watchHooks(t)
			wantRefused(t, w, c.method, c.path, c.body)
		})
	}
}

// TestTransportChangesNoWebhookUnasked holds the usual transport, for which nobody switched webhooks on.
func TestTransportChangesNoWebhookUnasked(t *testing.T) {
	t.Parallel()
	for _, rule := range connect.Rules {
		if rule.Hook == "" {
			continue
		}
		path := "/api/v3/orgs/acme/hooks"
		switch rule.Hook {
		case connect.HookUpdate, connect.HookDelete:
			path += "/7"
		case connect.HookPing:
			path += "/7/pings"
		case connect.HookRedeliver:
			path += "/7/deliveries/1/attempts"
		}
		wantRefused(t, watch(t, nil), rule.Methods[0], path, "")
	}
}

// TestOnlyWebhooksAreChanged reads the list itself: whatever is neither a read nor GraphQL is about a webhook
// or carries no credential.
func TestOnlyWebhooksAreChanged(t *testing.T) {
	t.Parallel()
	changing := 0
	for _, rule := range connect.Rules {
		if rule.Hook == "" || slices.Equal(rule.Methods, []string{"GET"}) {
			continue
		}
		changing++
		for _, path := range []string{"/api/v3/repos/acme/web", "/api/v3/orgs/acme", "/api/v3/repos/acme/web/hooks/", "/api/v3/user", "/api/v3/admin/hooks/7", "/x/api/v3/orgs/acme/hooks"} {
			if rule.Path.MatchString(path) {
				t.Errorf("%s %s matches %s", rule.Methods, rule.Path, path)
			}
		}
	}
	if changing != 7 {
		t.Errorf("%d rules change webhooks, want 7", changing)
	}
}

func wantRefused(t *testing.T, w *watched, method, path, body string) {
	t.Helper()
	err := w.do(t, method, w.base+path, body)
	var refused *connect.RefusedError
	if !errors.As(err, &refused) || refused.Reason == "" {
		t.Fatalf("%s %s: got %v, want a refusal", method, path, err)
	}
	if len(w.arrived) != 0 {
		t.Fatalf("it left: %v", w.arrived)
	}
	rows := w.ledger.all()
	if len(rows) != 1 || !rows[0].Refused || rows[0].Status != -1 {
		t.Errorf("ledger %+v", rows)
	}
}
