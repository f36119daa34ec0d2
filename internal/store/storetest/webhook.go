package storetest

import (
	"testing"
	"time"

	"weir/internal/connect"
	"weir/internal/facts"
	"weir/internal/secret"
	"weir/internal/store"
)

var webhookBehaviour = []behaviour{
	{"a webhook is kept with its secret", keepsWebhook},
	{"a pong that comes first is not lost", keepsEarlyPong},
	{"refused deliveries are counted", countsRefused},
	{"only Weir's own webhooks may be changed, while they are on", guardsWebhooks},
	{"a webhook goes with its integration", purgesWebhooks},
	{"the diagnosis tries a webhook that is in trouble first", choosesTrip},
}

func aWebhook(t *testing.T, s *store.Store, w World) facts.Webhook {
	ctx := t.Context()
	id := must(s.CreateWebhook(ctx, facts.Webhook{Integration: w.Integration, Target: facts.WebhookOrganization, Organization: w.Organization,
		Key: "key-1", State: facts.WebhookWanted}, secret.New("signs 1")))
	return must(s.Webhook(ctx, id))
}

func keepsWebhook(t *testing.T, s *store.Store) {
	ctx, w := t.Context(), must(makeWorld(t, s, "one", 2))
	hook := aWebhook(t, s, w)
	equal(t, "new", hook, facts.Webhook{ID: hook.ID, Integration: w.Integration, Target: facts.WebhookOrganization, Organization: w.Organization,
		Name: "acme", Key: "key-1", State: facts.WebhookWanted})
	equal(t, "secret", must(s.WebhookSecret(ctx, hook)).Reveal(), "signs 1")
	_, err := s.CreateWebhook(ctx, facts.Webhook{Integration: w.Integration, Target: facts.WebhookOrganization, Organization: w.Organization, Key: "key-2"}, secret.New("x"))
	wantError(t, "a second one", err, facts.ErrConflict)

	hook.HookID, hook.Maker, hook.URL, hook.Events = 4711, "user", "https://weir.example.com/webhooks/github/key-1", []string{"push", "issues"}
	hook.State, hook.Code, hook.Cause, hook.Next = facts.WebhookFailed, "c", "It broke\x00.", "Mend it."
	hook.Mended, hook.MendedAt, hook.MadeAt, hook.CheckedAt, hook.PingedAt, hook.Seen, hook.BadSeen, hook.DueAt = "its secret", 1, 2, 3, 4, 5, 6, 7
	check(s.SaveWebhook(ctx, hook))
	check(s.SaveWebhookSecret(ctx, hook, secret.New("signs 2")))
	hook.Cause = "It broke\uFFFD."
	equal(t, "by its address", must(s.WebhookByKey(ctx, "key-1")), hook)
	equal(t, "listed", must(s.Webhooks(ctx, w.Integration)), []facts.Webhook{hook})
	equal(t, "new secret", must(s.WebhookSecret(ctx, hook)).Reveal(), "signs 2")
	check(s.InTx(ctx, func(tx *store.Tx) error { return tx.HastenWebhooks(ctx, w.Integration) }))
	equal(t, "hastened", must(s.Webhook(ctx, hook.ID)).DueAt, int64(0))
	looked := must(s.Webhook(ctx, hook.ID))
	check(s.InTx(ctx, func(tx *store.Tx) error { return tx.HastenWebhooks(ctx, w.Integration) }))
	looked.DueAt = 99
	check(s.SaveWebhook(ctx, looked))
	equal(t, "hastened during a look", must(s.Webhook(ctx, hook.ID)).DueAt, int64(0))
	looked = must(s.Webhook(ctx, hook.ID))
	looked.DueAt = 99
	check(s.SaveWebhook(ctx, looked))
	equal(t, "looked at after that", must(s.Webhook(ctx, hook.ID)).DueAt, int64(99))
	check(s.ForgetHook(ctx, hook.ID))
	forgotten := must(s.Webhook(ctx, hook.ID))
	equal(t, "forgotten", []any{forgotten.HookID, forgotten.State, forgotten.Maker, forgotten.Cause}, []any{int64(0), facts.WebhookWanted, "", ""})
	_, err = s.WebhookByKey(ctx, "key-\x00\xff")
	wantError(t, "another address", err, facts.ErrNotFound)

	repo := must(s.CreateWebhook(ctx, facts.Webhook{Integration: w.Integration, Target: facts.WebhookRepo, Organization: w.Organization, Repo: w.Repos[0], Key: "k3"}, secret.New("x")))
	onRepo := must(s.Webhook(ctx, repo))
	equal(t, "of a repo", onRepo.Path(), "repos/acme/repo-1")
}

func keepsEarlyPong(t *testing.T, s *store.Store) {
	ctx, w := t.Context(), must(makeWorld(t, s, "one", 1))
	hook := aWebhook(t, s, w)
	check(s.InTx(ctx, func(tx *store.Tx) error {
		return tx.NoteDeliveries(ctx, hook.ID, facts.WebhookCounts{Accepted: 1}, true)
	}))
	after := must(s.Webhook(ctx, hook.ID))
	hook.State, hook.PingedAt = facts.WebhookPinged, after.PongedAt
	check(s.SaveWebhook(ctx, hook))
	after = must(s.Webhook(ctx, hook.ID))
	if after.State != facts.WebhookAlive || after.DeliveredAt == 0 || after.Accepted != 1 {
		t.Errorf("after a pong before it was looked for: %+v", after)
	}
	hook.State, hook.PingedAt = facts.WebhookPinged, after.PongedAt+1
	check(s.SaveWebhook(ctx, hook))
	equal(t, "an older pong", must(s.Webhook(ctx, hook.ID)).State, facts.WebhookPinged)
}

func countsRefused(t *testing.T, s *store.Store) {
	ctx, w := t.Context(), must(makeWorld(t, s, "one", 1))
	hook := aWebhook(t, s, w)
	for range 2 {
		check(s.NoteRefused(ctx, map[facts.WebhookID]facts.WebhookCounts{hook.ID: {BadSignature: 3, Replayed: 2, Unreadable: 1}, 0: {Unreadable: 5}}))
	}
	equal(t, "counts", must(s.Webhook(ctx, hook.ID)).WebhookCounts, facts.WebhookCounts{BadSignature: 6, Replayed: 4, Unreadable: 2})
	if strays := must(s.WebhookStrays(ctx)); strays.Count != 10 || strays.LastAt == 0 {
		t.Errorf("strays %+v", strays)
	}
}

func guardsWebhooks(t *testing.T, s *store.Store) {
	ctx, w := t.Context(), must(makeWorld(t, s, "one", 1))
	hook, hooks := aWebhook(t, s, w), s.Hooks(w.Integration)
	hook.URL = "https://weir.example.com/webhooks/github/key-1"
	check(s.SaveWebhook(ctx, hook))
	create := connect.HookRequest{Action: connect.HookCreate, Target: "orgs/acme", URL: hook.URL}
	ping := connect.HookRequest{Action: connect.HookPing, Target: "orgs/acme", ID: 9}
	remove := connect.HookRequest{Action: connect.HookDelete, Target: "orgs/acme", ID: 9}
	may := func(r connect.HookRequest, want bool) {
		t.Helper()
		if reason := hooks.Refusal(ctx, r); (reason == "") != want {
			t.Errorf("%+v: %q, want let through: %v", r, reason, want)
		}
	}
	may(create, false) // nobody has switched webhooks on
	check(s.SetServices(ctx, w.Integration, facts.Services))
	may(create, true)
	may(connect.HookRequest{Action: connect.HookCreate, Target: "orgs/acme", URL: hook.URL + "x"}, false)
	may(connect.HookRequest{Action: connect.HookCreate, Target: "orgs/globex", URL: hook.URL}, false)
	may(ping, false)
	hook.HookID, hook.State = 9, facts.WebhookPinged
	check(s.SaveWebhook(ctx, hook))
	may(create, false)
	may(ping, true)
	may(connect.HookRequest{Action: connect.HookUpdate, Target: "orgs/ACME", ID: 9, URL: hook.URL}, true)
	may(connect.HookRequest{Action: connect.HookPing, Target: "repos/acme/web", ID: 9}, false)
	may(remove, false) // it is in use
	check(s.SetServices(ctx, w.Integration, nil))
	may(ping, false)
	hook.State = facts.WebhookLeaving
	check(s.SaveWebhook(ctx, hook))
	may(remove, true)
	may(connect.HookRequest{Action: connect.HookDelete, Target: "orgs/acme", ID: 10}, false)
	if reason := s.Hooks(w.Integration+1).Refusal(ctx, remove); reason == "" {
		t.Error("another integration may remove it")
	}
}

func purgesWebhooks(t *testing.T, s *store.Store) {
	ctx, w := t.Context(), must(makeWorld(t, s, "one", 1))
	hook := aWebhook(t, s, w)
	take(t, s, facts.Delivery{Webhook: hook.ID, GUID: "g", Event: "push", Payload: []byte("{}")})
	check(s.DeleteIntegration(ctx, w.Integration))
	check(s.PurgeIntegration(ctx, w.Integration))
	_, err := s.Webhook(ctx, hook.ID)
	wantError(t, "webhook", err, facts.ErrNotFound)
}

func choosesTrip(t *testing.T, s *store.Store) {
	ctx, w := t.Context(), must(makeWorld(t, s, "one", 2))
	if trip := must(s.WebhookTrip(ctx, w.Integration)); trip != nil {
		t.Errorf("a trip without webhooks: %+v", trip)
	}
	hook := aWebhook(t, s, w)
	hook.State, hook.Code, hook.Cause = facts.WebhookFailed, string(connect.WebhookNoAddress), "No address."
	check(s.SaveWebhook(ctx, hook))
	if trip := must(s.WebhookTrip(ctx, w.Integration)); trip == nil || trip.Failed == nil || trip.Failed.Cause != "No address." {
		t.Errorf("of a failed webhook: %+v", trip)
	}
	hook.HookID, hook.State, hook.PingedAt = 7, facts.WebhookAlive, 5
	check(s.SaveWebhook(ctx, hook))
	trip := must(s.WebhookTrip(ctx, w.Integration))
	if trip == nil || trip.ID != 7 || trip.Path != "orgs/acme" || trip.Failed != nil {
		t.Fatalf("of one that arrives: %+v", trip)
	}
	equal(t, "arrived before", must(trip.ArrivedFunc(ctx, time.Now().Add(-time.Minute))), false)
	check(s.InTx(ctx, func(tx *store.Tx) error {
		return tx.NoteDeliveries(ctx, hook.ID, facts.WebhookCounts{Accepted: 1}, true)
	}))
	equal(t, "arrived since", must(trip.ArrivedFunc(ctx, time.Now().Add(-time.Minute))), true)
	silent := must(s.CreateWebhook(ctx, facts.Webhook{Integration: w.Integration, Target: facts.WebhookRepo, Organization: w.Organization, Repo: w.Repos[0], Key: "k3"}, secret.New("x")))
	second := must(s.Webhook(ctx, silent))
	second.HookID, second.State, second.PingedAt = 8, facts.WebhookSilent, 5
	check(s.SaveWebhook(ctx, second))
	equal(t, "the one in trouble", must(s.WebhookTrip(ctx, w.Integration)).ID, int64(8))
}
