package ingest

import (
	"context"
	"errors"
	"slices"
	"time"

	"weir/internal/facts"
	"weir/internal/github"
	"weir/internal/store"
)

const (
	// serverKeeps is how long a server is trusted to keep its list of deliveries.
	serverKeeps = 3 * 24 * time.Hour
	// underWay is how long a delivery may still be on its way: a server waits 30 seconds for an answer.
	underWay = 2 * time.Minute
	// fetchAtMost is how many missed deliveries are fetched one by one; of more, their repos are read anew.
	fetchAtMost = 100
)

// fetchMissed goes through the server's own list of what a webhook sent since the last look, and takes
// what is not held. A server never sends a failed delivery again by itself.
func (k *keeper) fetchMissed(ctx context.Context, w *facts.Webhook) error {
	missed, newest, err := k.missed(ctx, w)
	if errors.Is(err, github.ErrNotFound) || errors.Is(err, github.ErrGone) {
		return nil // a server before 3.2 has no such list; asking at intervals finds all the same
	}
	if err != nil {
		return err
	}
	if len(missed) > fetchAtMost {
		err = k.readAnew(ctx, w, missed)
	} else {
		err = k.takeMissed(ctx, w, missed)
	}
	if err == nil {
		w.Seen = newest
	}
	return err
}

// missed lists what is not held, the oldest first, and the newest id that was compared.
func (k *keeper) missed(ctx context.Context, w *facts.Webhook) ([]github.HookDelivery, int64, error) {
	now, newest := k.in.Now(), w.Seen
	until := now.Add(-serverKeeps)
	overlap := time.Unix(w.CheckedAt, 0).Add(-underWay)
	var missed []github.HookDelivery
	looked := map[string]bool{}
	for d, err := range k.client.HookDeliveries(ctx, w.Path(), w.HookID) {
		if github.OddItem(err) {
			continue
		}
		if err != nil {
			return nil, 0, err
		}
		if d.DeliveredAt.Before(until) || d.ID <= w.Seen && d.DeliveredAt.Before(overlap) {
			break
		}
		if d.DeliveredAt.After(now.Add(-underWay)) || d.GUID == "" {
			continue
		}
		newest = max(newest, d.ID)
		if looked[d.GUID] || d.Event == "ping" {
			continue
		}
		looked[d.GUID] = true
		held, err := k.in.Store.HoldsDelivery(ctx, w.ID, d.GUID)
		if err != nil {
			return nil, 0, err
		}
		if !held {
			missed = append(missed, d)
		}
	}
	slices.Reverse(missed)
	return missed, newest, nil
}

// takeMissed fetches deliveries back one by one. What the server has dropped, it is asked to send again.
func (k *keeper) takeMissed(ctx context.Context, w *facts.Webhook, missed []github.HookDelivery) error {
	for _, d := range missed {
		payload, err := k.client.HookPayload(ctx, w.Path(), w.HookID, d.ID)
		if err != nil && !errors.Is(err, github.ErrNotFound) && !errors.Is(err, github.ErrUnreadable) {
			return err
		}
		if len(payload) == 0 {
			if err := k.client.Redeliver(ctx, w.Path(), w.HookID, d.ID); err != nil && !errors.Is(err, github.ErrNotFound) {
				return err
			}
			continue
		}
		_, err = k.in.Queue.TakeDelivery(ctx, facts.Delivery{
			Webhook: w.ID, GUID: d.GUID, Event: d.Event, ReceivedAt: k.in.unix(), Fetched: true, Payload: payload,
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// readAnew is for a long gap: the repos concerned are synced, which finds all that is new in them with
// fewer requests than its messages would take.
func (k *keeper) readAnew(ctx context.Context, w *facts.Webhook, missed []github.HookDelivery) error {
	k.in.Log.InfoContext(ctx, "many deliveries were missed; their repos are read anew", "webhook", w.ID, "missed", len(missed))
	repos, untold := map[int64]bool{}, false
	for _, d := range missed {
		repos[d.Repo] = true
		untold = untold || d.Repo == 0
	}
	yes := true
	imported, _, err := k.in.Store.Repos(ctx, store.RepoFilter{Integration: w.Integration, Organization: w.Organization, Imported: &yes}, facts.Page{})
	if err != nil {
		return err
	}
	var due []facts.RepoID
	for _, r := range imported {
		if untold || repos[r.ServerID] {
			due = append(due, r.ID)
		}
	}
	if err := k.in.Queue.Discover(ctx, w.Integration); err != nil {
		return err
	}
	for _, kind := range []facts.SyncKind{facts.SyncPullRequests, facts.SyncTickets} {
		if err := k.in.Queue.SyncItems(ctx, kind, due...); err != nil {
			return err
		}
	}
	return k.in.Queue.SyncRepos(ctx, due...)
}
