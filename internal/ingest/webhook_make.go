package ingest

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"weir/internal/connect"
	"weir/internal/facts"
	"weir/internal/github"
	"weir/internal/secret"
)

// wantedEvents are the events that a webhook shall send, by the services that are on. Some are not known
// to every server; one that refused them once is not asked again.
func wantedEvents(i facts.Integration, w *facts.Webhook) []string {
	events := []string{"meta", "repository"}
	if w.Target != facts.WebhookRepo {
		events = append(events, "organization")
	}
	if i.Has(facts.ServiceRepos) {
		events = append(events, "create", "delete", "push")
	}
	if i.Has(facts.ServicePullRequests) {
		events = append(events, "pull_request", "pull_request_review", "pull_request_review_comment", "pull_request_review_thread")
	}
	if i.Has(facts.ServiceTickets) {
		events = append(events, "issues")
	}
	if i.Has(facts.ServicePullRequests) || i.Has(facts.ServiceTickets) {
		events = append(events, "issue_comment")
	}
	slices.Sort(events)
	return slices.DeleteFunc(events, func(e string) bool { return refusedBefore(w, e) })
}

// needs names, for each event that only newer servers know, an older one that is asked for with it.
var needs = map[string]string{"meta": "repository", "pull_request_review_thread": "pull_request"}

func refusedBefore(w *facts.Webhook, event string) bool {
	with, newer := needs[event]
	return newer && w.HookID != 0 && slices.Contains(w.Events, with) && !slices.Contains(w.Events, event)
}

func withoutNewer(events []string) []string {
	return slices.DeleteFunc(slices.Clone(events), func(e string) bool { _, newer := needs[e]; return newer })
}

// make puts a webhook on the server. One that is there already, from a try that broke off, is taken up: a
// second one beside it would deliver everything twice.
func (k *keeper) make(ctx context.Context, w *facts.Webhook) error {
	w.URL, w.Events = k.base+w.Key, nil
	if w.Target == facts.WebhookApp {
		return k.makeApp(ctx, w)
	}
	id, err := k.find(ctx, w)
	switch {
	case err != nil:
		return err
	case id == 0 && w.Maker != "" && w.Maker != k.maker: // a try that broke off may have made one that the server does not show now
		return k.fault(connect.WebhookHidden, w)
	}
	signing, err := k.newSecret(ctx, *w)
	if err != nil {
		return err
	}
	// The transport lets the request go only for what is written down, and should it break off, it is known who tried.
	w.HookID, w.Maker = id, k.maker
	if err := k.in.Store.SaveWebhook(ctx, *w); err != nil {
		return err
	}
	if id != 0 {
		err = k.update(ctx, w, signing)
	} else {
		err = k.create(ctx, w, signing)
	}
	if err != nil {
		return err
	}
	w.MadeAt, w.Seen = k.in.unix(), 0
	return k.ping(ctx, w)
}

func (k *keeper) create(ctx context.Context, w *facts.Webhook, signing secret.String) error {
	events := wantedEvents(k.integration, w)
	made, err := k.client.CreateHook(ctx, w.Path(), events, k.config(w, signing))
	if rejected(err) {
		events = withoutNewer(events)
		made, err = k.client.CreateHook(ctx, w.Path(), events, k.config(w, signing))
	}
	if declined(err) {
		w.Maker = "" // nothing was made
		return errors.Join(err, k.in.Store.SaveWebhook(ctx, *w))
	}
	if err != nil {
		return err
	}
	w.HookID, w.Events, w.MadeAt = made.ID, events, k.in.unix()
	// Saved at once: whatever happens next, it is known.
	return k.in.Store.SaveWebhook(ctx, *w)
}

func (k *keeper) update(ctx context.Context, w *facts.Webhook, signing secret.String) error {
	if err := k.in.Store.SaveWebhook(ctx, *w); err != nil {
		return err
	}
	events := wantedEvents(k.integration, w)
	err := k.client.UpdateHook(ctx, w.Path(), w.HookID, events, k.config(w, signing))
	if rejected(err) {
		events = withoutNewer(events)
		err = k.client.UpdateHook(ctx, w.Path(), w.HookID, events, k.config(w, signing))
	}
	if err == nil {
		w.Events = events
	}
	return err
}

func rejected(err error) bool {
	var apiErr *github.Error
	return errors.As(err, &apiErr) && apiErr.Status == unprocessable
}

// declined tells whether the server itself answered that it does not do what was asked for.
func declined(err error) bool {
	var apiErr *github.Error
	return errors.As(err, &apiErr) && apiErr.Status >= http.StatusBadRequest && apiErr.Status < http.StatusInternalServerError
}

// find looks among the webhooks that the server shows for one with our very address.
func (k *keeper) find(ctx context.Context, w *facts.Webhook) (int64, error) {
	for shown, err := range k.client.Hooks(ctx, w.Path()) {
		if err != nil {
			return 0, err
		}
		if shown.URL == w.URL || strings.HasSuffix(shown.URL, connect.WebhookPath+w.Key) {
			return shown.ID, nil
		}
	}
	return 0, nil
}

// ping has the webhook prove that it arrives. A GitHub App's own cannot be asked to; its first delivery proves it.
func (k *keeper) ping(ctx context.Context, w *facts.Webhook) error {
	w.State, w.PingedAt = facts.WebhookPinged, k.in.unix()
	w.Code, w.Cause, w.Next = "", "", ""
	if w.Target == facts.WebhookApp {
		return nil
	}
	if err := k.in.Store.SaveWebhook(ctx, *w); err != nil {
		return err
	}
	return k.client.PingHook(ctx, w.Path(), w.HookID)
}

// remove takes a webhook off the server, also one of which a try to make it did not say whether it is there.
func (k *keeper) remove(ctx context.Context, w *facts.Webhook) error {
	err := k.findLeft(ctx, w)
	if err == nil {
		err = k.client.DeleteHook(ctx, w.Path(), w.HookID)
	}
	var apiErr *github.Error
	switch {
	case errors.Is(err, github.ErrNotFound) && w.Maker == k.maker, err == nil:
		w.HookID, w.MadeAt, w.State = 0, 0, facts.WebhookRemoved
		w.Code, w.Cause, w.Next = "", "", ""
		return nil
	case errors.Is(err, github.ErrNotFound):
		return k.fault(connect.WebhookStays, w, "message", ": it was made with "+MakerInWords(w.Maker))
	case errors.Is(err, github.ErrForbidden) && errors.As(err, &apiErr):
		return k.fault(connect.WebhookStays, w, "message", aside(apiErr))
	}
	return err
}

// findLeft fills in the number of a webhook that leaves. It is ErrNotFound when the server shows none.
func (k *keeper) findLeft(ctx context.Context, w *facts.Webhook) error {
	if w.HookID != 0 {
		return nil
	}
	id, err := k.find(ctx, w)
	if err != nil {
		return err
	}
	if w.HookID = id; id == 0 {
		return fmt.Errorf("look for the webhook of %s: %w", w.Path(), github.ErrNotFound)
	}
	return k.in.Store.SaveWebhook(ctx, *w) // the transport lets only what is written down be removed
}
