package web_test

import (
	"testing"

	"weir/internal/connect"
	"weir/internal/facts"
	"weir/internal/secret"
)

// TestScreensOfAnAppsWebhook shows what a GitHub App's webhook says that only its owner can change.
func TestScreensOfAnAppsWebhook(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	i := w.fill(t)
	ctx := t.Context()
	words := map[string]string{"settings": "https://github.example.com/github-apps/weir", "events": "pull_request, push"}
	fault := connect.WebhookFault(connect.WebhookAppEvents, words)
	hook := facts.Webhook{Integration: i.integration, Target: facts.WebhookApp, Key: "key-of-the-app", State: facts.WebhookFailed,
		MadeAt: now.Unix() - 9000, CheckedAt: now.Unix() - 60, Code: string(fault.Code), Cause: fault.Cause, Next: fault.Next}
	var err error
	hook.ID, err = w.store.CreateWebhook(ctx, hook, secret.New("the secret that no page may show"))
	must(t, err)
	must(t, w.store.SaveWebhook(ctx, hook))
	b := w.browser(t)
	b.Go(t, "/settings/integrations/1/webhooks")
	b.See(t, "The GitHub App is not told of pull_request, push.")
	b.Inspect(t, "webhooks-app")
	hook.State, hook.Code, hook.Cause, hook.Next = facts.WebhookPinged, "", "", ""
	must(t, w.store.SaveWebhook(ctx, hook))
	b.Go(t, "/settings/integrations/1")
	b.See(t, "Waits for a first delivery")
	b.Check(t)
	fault = connect.WebhookFault(connect.WebhookAppStays, words)
	hook.State, hook.Code, hook.Cause, hook.Next = facts.WebhookRemoved, string(fault.Code), fault.Cause, fault.Next
	must(t, w.store.SaveWebhook(ctx, hook))
	must(t, w.store.SetServices(ctx, i.integration, []facts.Service{facts.ServiceRepos}))
	b.Go(t, "/settings/integrations/1/webhooks")
	b.See(t, "No longer taken")
	b.Inspect(t, "webhooks-app-off")
}
