package web_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"weir/internal/access"
	"weir/internal/facts"
	"weir/internal/secret"
	"weir/internal/store"
)

// fillWebhooks adds webhooks in every state, with deliveries in every state.
func (w *world) fillWebhooks(t testing.TB, i imported) []facts.WebhookID {
	t.Helper()
	ctx := t.Context()
	var ids []facts.WebhookID
	add := func(h facts.Webhook) facts.WebhookID {
		h.Integration, h.Key = i.integration, fmt.Sprintf("key-%d", len(ids))
		id, err := w.store.CreateWebhook(ctx, h, secret.New("the secret that no page may show"))
		must(t, err)
		h.ID = id
		must(t, w.store.SaveWebhook(ctx, h))
		ids = append(ids, id)
		return id
	}
	ago := func(minutes int64) int64 { return now.Unix() - 60*minutes }
	organization := facts.Webhook{Target: facts.WebhookOrganization, Organization: 1, HookID: 4711, State: facts.WebhookAlive, MadeAt: ago(5000), CheckedAt: ago(3),
		PingedAt: ago(400), Mended: "its secret", MendedAt: ago(400)}
	alive := add(organization)
	for n, h := range []facts.Webhook{
		{State: facts.WebhookSilent, HookID: 12, Cause: "A ping of the webhook of acme/checkout has not arrived (the server says: Failed to connect).",
			Next: "Let the server reach https://weir.example.com/webhooks/github/key-1: its name, its port, the certificate's authority, and proxies on the way."},
		{State: facts.WebhookFailed, Cause: hostile, Next: hostile}, {State: facts.WebhookPinged, HookID: 13}, {State: facts.WebhookWanted},
		{State: facts.WebhookHidden, HookID: 14, Cause: "The webhook of acme/search was made with the OAuth app Iv1.abc, and the server shows it to that alone.", Next: "Remove number 14."},
		{State: facts.WebhookLeaving, HookID: 15, Cause: "The webhook is still on the server.", Next: "Remove number 15."}, {State: facts.WebhookRemoved},
	} {
		h.Target, h.Organization, h.Repo = facts.WebhookRepo, 1, i.repos[n]
		add(h)
	}
	must(t, w.store.NoteRefused(ctx, map[facts.WebhookID]facts.WebhookCounts{alive: {BadSignature: 3, Replayed: 1}, 0: {Unreadable: 12}}))
	for n, d := range []facts.Delivery{
		{Event: "push", State: facts.DeliveryApplied, Note: "The repo is fetched."}, {Event: "ping", State: facts.DeliveryApplied, Note: "The webhook works."},
		{Event: "star", State: facts.DeliveryIgnored, Note: "Weir does not read events of this kind."}, {Event: "issues", Action: hostile, State: facts.DeliveryFailed, Note: hostile},
		{Event: "pull_request", Fetched: true},
	} {
		d.Webhook, d.GUID, d.ReceivedAt, d.Payload = alive, fmt.Sprintf("72d3162e-cc78-11e3-81ab-4c9367dc095%d", n), ago(int64(n)), []byte(strings.Repeat("{", 9000*n+100))
		packed, err := store.PackDelivery(d)
		must(t, err)
		must(t, w.store.InTx(ctx, func(tx *store.Tx) error {
			if _, err := tx.TakeDelivery(ctx, packed); err != nil {
				return err
			}
			return tx.NoteDeliveries(ctx, alive, facts.WebhookCounts{Accepted: 1}, d.Event == "ping")
		}))
		if d.ID = facts.DeliveryID(n + 1); d.State != "" {
			must(t, w.store.InTx(ctx, func(tx *store.Tx) error { return tx.FinishDelivery(ctx, d) }))
		}
	}
	return ids
}

func TestWebhooksPage(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	i := w.fill(t)
	c := w.signedIn(t, access.RoleAdmin)
	if got := c.get("/settings/integrations/1"); !strings.Contains(got.body, "None yet. A webhook is made within a minute of the first import") {
		t.Error("an integration without webhooks does not say why")
	}
	ids := w.fillWebhooks(t, i)
	for _, path := range []string{"/settings/integrations/1", "/settings/integrations/1/webhooks"} {
		got := c.get(path)
		for _, want := range []string{"1 of 7", "Does not arrive", "Arrives", "Ping on its way", "To be made", "Not visible", "Not removed", "3 wrongly signed, 1 held already", "Failed to connect"} {
			if !strings.Contains(got.body, want) {
				t.Errorf("%s does not say %q", path, want)
			}
		}
		if strings.Contains(got.body, "secret that no page") || strings.Contains(got.body, "<script>alert") {
			t.Errorf("%s shows what it must not", path)
		}
	}
	got := c.get("/settings/integrations/1/webhooks")
	for _, want := range []string{"12 deliveries", "Deliveries 1 to 5 of 5", "fetched back", "The repo is fetched.", "Not readable", "Left aside"} {
		if !strings.Contains(got.body, want) {
			t.Errorf("the page of webhooks does not say %q", want)
		}
	}
	if got := c.get("/settings/integrations/1/webhooks?page=0"); got.status != http.StatusBadRequest {
		t.Errorf("page 0: status %d", got.status)
	}
	must(t, w.store.SetServices(t.Context(), i.integration, []facts.Service{facts.ServiceRepos}))
	if got := c.get("/settings/integrations/1/webhooks"); !strings.Contains(got.body, "switched off for this integration") {
		t.Error("it does not say that the service is off")
	}
	actOnWebhooks(t, w, c, ids)
}

func actOnWebhooks(t *testing.T, w *world, c *client, ids []facts.WebhookID) {
	t.Helper()
	c.post("/settings/integrations/1/webhooks/check")
	alive, err := w.store.Webhook(t.Context(), ids[0])
	must(t, err)
	if alive.DueAt != 0 || strings.Join(w.work.acts, ",") != "keep webhooks 1" {
		t.Errorf("after Check now it is due at %d; asked for %v", alive.DueAt, w.work.acts)
	}
	for n, want := range map[int]int64{0: 4711, 5: 0} { // one that Weir looks after, and one that it cannot see
		c.post(fmt.Sprintf("/settings/integrations/1/webhooks/%d/anew", ids[n]))
		if after, err := w.store.Webhook(t.Context(), ids[n]); err != nil || after.HookID != want {
			t.Errorf("after Make anew webhook %d has number %d, want %d (%v)", n, after.HookID, want, err)
		}
	}
	if got := c.post("/settings/integrations/2/webhooks/1/anew"); got.status != http.StatusNotFound {
		t.Errorf("through another integration: status %d", got.status)
	}
}
