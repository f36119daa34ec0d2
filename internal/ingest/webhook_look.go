package ingest

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"weir/internal/connect"
	"weir/internal/facts"
	"weir/internal/github"
)

// look compares a webhook on the server with what it shall be, mends it, and fetches back what did not arrive.
func (k *keeper) look(ctx context.Context, w *facts.Webhook) error {
	if w.Target == facts.WebhookApp {
		return k.lookApp(ctx, w)
	}
	shown, err := k.client.Hook(ctx, w.Path(), w.HookID)
	if errors.Is(err, github.ErrNotFound) {
		return k.vanished(ctx, w)
	}
	if err != nil {
		return err
	}
	if drift := k.drift(w, shown); len(drift) > 0 {
		return k.mend(ctx, w, drift)
	}
	if err := k.hear(ctx, w); err != nil {
		return err
	}
	return k.fetchMissed(ctx, w)
}

// vanished is a webhook that the server does not show. Whether it was deleted, is hidden from this kind of
// credential, or the right was lost decides what happens: a second webhook is made only in the first case.
func (k *keeper) vanished(ctx context.Context, w *facts.Webhook) error {
	if w.Maker != k.maker {
		return k.fault(connect.WebhookHidden, w)
	}
	id, err := k.find(ctx, w)
	if err != nil {
		return err
	}
	if w.HookID = id; id != 0 {
		return k.mend(ctx, w, []string{"its number on the server"})
	}
	w.Mended, w.MendedAt = "it was deleted on the server and made anew", k.in.unix()
	return k.make(ctx, w)
}

// drift says what is not as it shall be, in words.
func (k *keeper) drift(w *facts.Webhook, shown github.Hook) []string {
	var drift []string
	note := func(is bool, what string) {
		if is {
			drift = append(drift, what)
		}
	}
	note(shown.URL != k.base+w.Key, "its address")
	note(shown.Form || shown.Insecure, "how it delivers")
	note(!shown.Active, "that it was switched off")
	if w.Target != facts.WebhookApp { // an App's events are its settings' own
		events := slices.Sorted(slices.Values(shown.Events))
		note(!slices.Equal(events, wantedEvents(k.integration, w)), "its events")
	}
	// The server never shows a secret. That every delivery since the last look was signed wrongly does.
	wrong := w.BadSignature > w.BadSeen && w.DeliveredAt < w.CheckedAt
	note(!shown.Signed || wrong, "its secret")
	return drift
}

func (k *keeper) mend(ctx context.Context, w *facts.Webhook, drift []string) error {
	signing, err := k.in.Store.WebhookSecret(ctx, *w)
	if err != nil {
		return err
	}
	w.URL = k.base + w.Key
	if err := k.update(ctx, w, signing); err != nil {
		return err
	}
	w.Mended, w.MendedAt = strings.Join(drift, ", "), k.in.unix()
	return k.ping(ctx, w)
}

// hear draws conclusions from when a webhook was last heard of.
func (k *keeper) hear(ctx context.Context, w *facts.Webhook) error {
	now := k.in.Now()
	ponged := max(w.PongedAt, w.DeliveredAt) >= w.PingedAt && w.PingedAt > 0
	switch {
	case ponged && now.Sub(time.Unix(max(w.DeliveredAt, w.PingedAt), 0)) >= quietAtMost:
		return k.ping(ctx, w)
	case ponged:
		w.State = facts.WebhookAlive
		w.Code, w.Cause, w.Next = "", "", ""
		return nil
	case w.PingedAt == 0:
		return k.ping(ctx, w)
	case now.Sub(time.Unix(w.PingedAt, 0)) < pongWithin || w.Target == facts.WebhookApp:
		return nil
	}
	return k.silent(ctx, w)
}

// silent notes that a ping did not arrive, and has another one sent: it works again as soon as one does.
func (k *keeper) silent(ctx context.Context, w *facts.Webhook) error {
	last := k.lastOutcome(ctx, w)
	if err := k.ping(ctx, w); err != nil {
		return err
	}
	fault := k.fault(connect.WebhookSilent, w, "last", last)
	w.State, w.Code, w.Cause, w.Next = facts.WebhookSilent, string(fault.Code), fault.Cause, fault.Next
	return nil
}

// lastOutcome is how the webhook's last delivery went in the server's words, as a part of a sentence.
func (k *keeper) lastOutcome(ctx context.Context, w *facts.Webhook) string {
	for d, err := range k.client.HookDeliveries(ctx, w.Path(), w.HookID) {
		if err == nil && !d.Arrived && d.Outcome != "" {
			return " (the server says: " + d.Outcome + ")"
		}
		break // words are welcome, and not worth another request
	}
	return ""
}
