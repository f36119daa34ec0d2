package ingest

import (
	"context"
	"time"

	"weir/internal/facts"
)

const (
	// keepPayloads is for how long deliveries are kept as they came, keepDeliveries for how long it is known
	// that they came: so long a copy of one is refused.
	keepPayloads   = 14 * 24 * time.Hour
	keepDeliveries = 90 * 24 * time.Hour
	// rarer is how much longer the rounds of asking are where a webhook tells what is new.
	rarer = 4
)

// scheduleWebhooks enqueues a look at the webhooks of each integration that has or shall have some, also
// of deleted ones until theirs are off the server, and at deliveries that were left behind.
func (in *Ingest) scheduleWebhooks(ctx context.Context, integrations []facts.Integration) error {
	deleted, err := in.Store.DeletedIntegrations(ctx)
	if err != nil {
		return err
	}
	for _, i := range append(integrations, deleted...) {
		wanted := i.DeletedAt == 0 && i.Has(facts.ServiceWebhooks)
		if !wanted {
			if wanted, err = in.hasWebhooks(ctx, i.ID); err != nil {
				return err
			}
		}
		if wanted {
			if err := in.Queue.KeepWebhooks(ctx, i.ID); err != nil {
				return err
			}
		}
	}
	waiting, err := in.Store.WebhooksWaiting(ctx)
	if err != nil {
		return err
	}
	for _, id := range waiting {
		if err := in.Queue.ApplyDeliveries(ctx, id); err != nil {
			return err
		}
	}
	return nil
}

func (in *Ingest) hasWebhooks(ctx context.Context, id facts.IntegrationID) (bool, error) {
	hooks, err := in.Store.Webhooks(ctx, id)
	for _, w := range hooks {
		if w.State != facts.WebhookRemoved {
			return true, err
		}
	}
	return false, err
}

// coverage is where webhooks tell what is new.
type coverage struct {
	integrations  map[facts.IntegrationID]bool
	organizations map[facts.OrganizationID]bool
	repos         map[facts.RepoID]bool
}

// covered finds the webhooks that are known to arrive.
func (in *Ingest) covered(ctx context.Context) (coverage, error) {
	c := coverage{map[facts.IntegrationID]bool{}, map[facts.OrganizationID]bool{}, map[facts.RepoID]bool{}}
	alive, err := in.Store.AliveWebhooks(ctx)
	for _, w := range alive {
		switch w.Target {
		case facts.WebhookApp:
			c.integrations[w.Integration] = true
		case facts.WebhookOrganization:
			c.organizations[w.Organization] = true
		case facts.WebhookRepo:
			c.repos[w.Repo] = true
		}
	}
	return c, err
}

// every is how often a repo is asked for, given how often it is without webhooks: what is missed by a
// webhook is found by a round, so that there are rounds all the same.
func (c coverage) every(r facts.Repo, without time.Duration) time.Duration {
	if c.integrations[r.Integration] || c.organizations[r.Organization] || c.repos[r.ID] {
		return rarer * without
	}
	return without
}
