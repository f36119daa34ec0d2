package store

import (
	"context"
	"strings"

	"weir/internal/connect"
	"weir/internal/facts"
)

// Hooks gives the transport of an integration what it has to know of Weir's own webhooks.
func (s *Store) Hooks(id facts.IntegrationID) connect.Hooks { return hookGuard{s, id} }

type hookGuard struct {
	store *Store
	id    facts.IntegrationID
}

// Refusal goes by what stands in the database at this moment: which webhooks Weir made or was about to
// make, with which address, and whether a person has the service on.
func (g hookGuard) Refusal(ctx context.Context, r connect.HookRequest) string {
	integration, err := g.store.Integration(ctx, g.id)
	if err != nil {
		return "the integration is not known"
	}
	hooks, err := g.store.Webhooks(ctx, g.id)
	if err != nil {
		return "the list of Weir's webhooks cannot be read"
	}
	for _, w := range hooks {
		if !strings.EqualFold(w.Path(), r.Target) {
			continue
		}
		if w.HookID == r.ID {
			return hookRefusal(&integration, &w, r)
		}
	}
	return "it is not about a webhook that Weir made"
}

func hookRefusal(i *facts.Integration, w *facts.Webhook, r connect.HookRequest) string {
	leaving := w.State == facts.WebhookLeaving
	on := i.DeletedAt == 0 && i.Has(facts.ServiceWebhooks) && w.State != facts.WebhookRemoved && !leaving
	switch {
	case r.Action == connect.HookDelete:
		if !leaving || w.HookID == 0 {
			return "the webhook is not to be removed"
		}
		return ""
	case !on:
		return "webhooks are switched off for this integration"
	case i.State == facts.IntegrationPaused:
		return "the integration is paused"
	case r.URL != "" && r.URL != w.URL:
		return "its webhook would deliver to an address that is not Weir's"
	case r.Action == connect.HookCreate && w.Target == facts.WebhookApp:
		return "a GitHub App has its webhook already"
	}
	return ""
}
