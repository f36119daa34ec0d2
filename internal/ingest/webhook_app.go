package ingest

import (
	"context"
	"errors"
	"strings"

	"weir/internal/connect"
	"weir/internal/facts"
	"weir/internal/github"
)

// makeApp gives a GitHub App's own webhook our address and secret, unless it has them from the manifest that
// the app was made of, or delivers to somebody else.
func (k *keeper) makeApp(ctx context.Context, w *facts.Webhook) error {
	shown, err := k.hookOfApp(ctx, w)
	if err != nil {
		return err
	}
	w.Maker, w.MadeAt, w.Seen = k.maker, k.in.unix(), 0
	if len(k.drift(w, shown)) > 0 {
		signing, err := k.in.Store.WebhookSecret(ctx, *w)
		if err != nil {
			return err
		}
		if err := k.update(ctx, w, signing); err != nil {
			return err
		}
	}
	if err := k.ping(ctx, w); err != nil {
		return err
	}
	return k.toldOfAll(ctx, w)
}

// lookApp compares the App's own webhook with what it shall be, mends what may be mended, and says what only
// the App's owner can change.
func (k *keeper) lookApp(ctx context.Context, w *facts.Webhook) error {
	shown, err := k.hookOfApp(ctx, w)
	if err != nil {
		return err
	}
	if drift := k.drift(w, shown); len(drift) > 0 {
		return k.mend(ctx, w, drift)
	}
	if err := k.hear(ctx, w); err != nil {
		return err
	}
	if err := k.fetchMissed(ctx, w); err != nil {
		return err
	}
	return k.toldOfAll(ctx, w)
}

// hookOfApp gives the App's own webhook when it is Weir's to change: it has no address yet, or leads to Weir.
func (k *keeper) hookOfApp(ctx context.Context, w *facts.Webhook) (github.Hook, error) {
	shown, err := k.client.Hook(ctx, w.Path(), 0)
	switch weir := strings.TrimSuffix(k.base, connect.WebhookPath); {
	case errors.Is(err, github.ErrNotFound):
		return shown, k.fault(connect.WebhookAppNone, w, "url", k.base+w.Key)
	case err != nil:
		return shown, err
	case shown.URL != "" && shown.URL != weir && !strings.HasPrefix(shown.URL, weir+"/"):
		return shown, k.fault(connect.WebhookElsewhere, w, "other", shown.URL, "url", k.base+w.Key)
	}
	return shown, nil
}

// toldOfAll holds the events that the App is subscribed to against what the services need. They are not the
// API's to change. Where some are missing, the rounds of asking stay as they are without a webhook.
func (k *keeper) toldOfAll(ctx context.Context, w *facts.Webhook) error {
	told, err := k.client.AppEvents(ctx)
	if err != nil {
		return err
	}
	w.Events = told
	missing := connect.MissingAppEvents(told, withoutNewer(wantedEvents(k.integration, w)))
	if len(missing) == 0 {
		return nil
	}
	return k.fault(connect.WebhookAppEvents, w, "events", strings.Join(missing, ", "))
}

// leaveApp notes that nobody wants the App's own webhook any more. There is no request that switches it off, and
// an address that is none would be refused: Weir stops taking what it delivers, and says who can switch it off.
func (k *keeper) leaveApp(w *facts.Webhook) {
	w.State = facts.WebhookRemoved
	if w.MadeAt != 0 {
		fault := k.fault(connect.WebhookAppStays, w)
		w.Code, w.Cause, w.Next = string(fault.Code), fault.Cause, fault.Next
	}
	w.MadeAt = 0
}
