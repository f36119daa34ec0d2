package connect_test

import (
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"

	"weir/internal/connect"
	"weir/internal/ghes"
)

// What a pasted App's settings allow for its webhook decides the service.
func TestWebhookOfAnAppIsJudged(t *testing.T) {
	t.Parallel()
	const at = "https://weir.example.com/webhooks/github/k"
	for name, c := range map[string]struct {
		url    string
		events []string
		broken bool
		on     bool
		says   string
	}{
		"as it shall be":        {at, connect.AppEvents, false, true, "On; the app's own, one for all organizations, after the first import."},
		"some events":           {at, connect.AppEvents[:8], false, true, "It is not told of push, repository: subscribe it to them in its settings (https://"},
		"no events":             {at, []string{"gollum"}, false, false, "The app is told of nothing that Weir reads."},
		"no webhook":            {"", connect.AppEvents, false, false, "The app has no webhook."},
		"a server that refuses": {at, connect.AppEvents, true, false, "The server does not tell about the app's webhook"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := newDouble(t, nil)
			app, err := d.World.AddApp(ghes.App{Name: "Weir", Owner: "acme", Permissions: connect.AppPermissions, Events: c.events, WebhookURL: c.url})
			if err != nil {
				t.Fatal(err)
			}
			if c.broken {
				d.Faults.Add(ghes.Fault{Path: "/api/v3/app/hook/config", Effect: ghes.Status(403, "Forbidden", nil)})
			}
			d.World.AddInstallation(ghes.Installation{App: app.ID, Account: "acme"})
			rows := connect.Diagnose(t.Context(), d.appTarget(app), quick()).Services
			at := slices.IndexFunc(rows, func(s connect.ServiceRow) bool { return s.Service == "webhooks" })
			if at < 0 || rows[at].Available != c.on || !strings.Contains(rows[at].Reason, c.says) {
				t.Errorf("services %+v", rows)
			}
		})
	}
}

func TestManifestOfAnAppWithAWebhook(t *testing.T) {
	t.Parallel()
	read := func(webhook string) map[string]any {
		text, err := connect.Manifest{Name: "Weir", Homepage: "https://weir.example.com", WebhookURL: webhook}.JSON()
		var m map[string]any
		if err := errors.Join(err, json.Unmarshal([]byte(text), &m)); err != nil {
			t.Fatal(err)
		}
		return m
	}
	if m := read(""); m["hook_attributes"] != nil || len(m["default_events"].([]any)) != 0 {
		t.Errorf("without an address: %v", m)
	}
	m := read("https://weir.example.com/webhooks/github/k")
	hook := m["hook_attributes"].(map[string]any)
	if hook["url"] != "https://weir.example.com/webhooks/github/k" || hook["active"] != true || len(m["default_events"].([]any)) != len(connect.AppEvents) {
		t.Errorf("with an address: %v", m)
	}
	for _, event := range connect.AppEvents {
		if !slices.Contains(connect.HookEvents, event) {
			t.Errorf("%s is not an event that Weir reads", event)
		}
	}
}
