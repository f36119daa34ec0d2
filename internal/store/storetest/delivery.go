package storetest

import (
	"bytes"
	"strings"
	"testing"

	"weir/internal/facts"
	"weir/internal/store"
)

var deliveryBehaviour = []behaviour{
	{"a delivery is taken once and applied once", takesDelivery},
	{"old payloads go, names stay longer", purgesDeliveries},
}

func take(t *testing.T, s *store.Store, d facts.Delivery) (fresh bool) {
	packed := must(store.PackDelivery(d))
	check(s.InTx(t.Context(), func(tx *store.Tx) (err error) {
		fresh, err = tx.TakeDelivery(t.Context(), packed)
		return err
	}))
	return fresh
}

func takesDelivery(t *testing.T, s *store.Store) {
	ctx, w := t.Context(), must(makeWorld(t, s, "one", 1))
	hook := aWebhook(t, s, w)
	payload := []byte(`{"text":"` + strings.Repeat("water ", 2000) + "\x00\xff" + `"}`)
	d := facts.Delivery{Webhook: hook.ID, GUID: "g1", Event: "push", ReceivedAt: 100, Payload: payload}
	if !take(t, s, d) || take(t, s, d) {
		t.Error("a delivery is not new once")
	}
	d.GUID, d.Event, d.Payload, d.Fetched = "g2", "ping", []byte("{}"), true
	take(t, s, d)
	equal(t, "waiting", must(s.WebhooksWaiting(ctx)), []facts.WebhookID{hook.ID})
	waiting := must(s.WaitingDeliveries(ctx, hook.ID, 10))
	if len(waiting) != 2 || !bytes.Equal(waiting[0].Payload, payload) || waiting[0].GUID != "g1" || !waiting[1].Fetched || waiting[1].Size != 2 {
		t.Fatalf("waiting %+v", waiting)
	}
	equal(t, "one at a time", len(must(s.WaitingDeliveries(ctx, hook.ID, 1))), 1)
	first := waiting[0]
	first.Action, first.State, first.Note = "opened", facts.DeliveryApplied, "Done."
	check(s.InTx(ctx, func(tx *store.Tx) error { return tx.FinishDelivery(ctx, first) }))
	equal(t, "left", len(must(s.WaitingDeliveries(ctx, hook.ID, 10))), 1)
	rows, total, err := s.Deliveries(ctx, w.Integration, 0, facts.Page{Limit: 1, Offset: 1})
	check(err)
	if total != 2 || len(rows) != 1 || rows[0].Note != "Done." || rows[0].AppliedAt == 0 || rows[0].Payload != nil || rows[0].Size != int64(len(payload)) {
		t.Errorf("listed %d: %+v", total, rows)
	}
	equal(t, "held", must(s.HoldsDelivery(ctx, hook.ID, "g1")), true)
	equal(t, "not held", must(s.HoldsDelivery(ctx, hook.ID, "g3")), false)
}

func purgesDeliveries(t *testing.T, s *store.Store) {
	ctx, w := t.Context(), must(makeWorld(t, s, "one", 1))
	hook := aWebhook(t, s, w)
	for n, guid := range []string{"ancient", "ancient but waiting", "old", "new"} {
		take(t, s, facts.Delivery{Webhook: hook.ID, GUID: guid, Event: "push", ReceivedAt: []int64{10, 10, 20, 30}[n], Payload: []byte("{}")})
	}
	for _, d := range must(s.WaitingDeliveries(ctx, hook.ID, 10)) {
		if d.State = facts.DeliveryApplied; d.GUID == "ancient but waiting" {
			continue
		}
		check(s.InTx(ctx, func(tx *store.Tx) error { return tx.FinishDelivery(ctx, d) }))
	}
	check(s.PurgeDeliveries(ctx, 25, 15))
	for guid, want := range map[string]bool{"ancient": false, "ancient but waiting": true, "old": true, "new": true} {
		equal(t, guid, must(s.HoldsDelivery(ctx, hook.ID, guid)), want)
	}
	var kept int
	check(s.DB().QueryRowContext(ctx, `SELECT COUNT(*) FROM deliveries WHERE length(payload) > 0`).Scan(&kept))
	equal(t, "payloads", kept, 2)
	equal(t, "still to be applied", len(must(s.WaitingDeliveries(ctx, hook.ID, 10))), 1)
}
