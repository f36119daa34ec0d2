package ingest

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"

	"weir/internal/facts"
	"weir/internal/github"
	"weir/internal/store"
)

// deliveriesAtOnce bounds what one transaction applies.
const deliveriesAtOnce = 100

// ApplyDeliveries reads what a webhook brought and enqueues the reading of what changed. Nothing of a
// payload becomes a fact: deliveries come late, twice and out of order, so that the server is asked for
// the thing itself, once for many deliveries.
func (in *Ingest) ApplyDeliveries(ctx context.Context, id facts.WebhookID) error {
	webhook, err := in.Store.Webhook(ctx, id)
	if errors.Is(err, facts.ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	for {
		waiting, err := in.Store.WaitingDeliveries(ctx, id, deliveriesAtOnce)
		if err != nil || len(waiting) == 0 {
			return err
		}
		if err := in.applySome(ctx, webhook, waiting); err != nil {
			return fmt.Errorf("apply deliveries of webhook=%d: %w", id, err)
		}
	}
}

func (in *Ingest) applySome(ctx context.Context, webhook facts.Webhook, waiting []facts.Delivery) error {
	wishes := wishes{repos: map[facts.RepoID]*repoWish{}}
	for i := range waiting {
		if err := in.readDelivery(ctx, webhook, &waiting[i], &wishes); err != nil {
			return err
		}
	}
	return in.Store.InTx(ctx, func(tx *store.Tx) error {
		if err := in.grant(ctx, tx, webhook, wishes); err != nil {
			return err
		}
		for _, d := range waiting {
			if err := tx.FinishDelivery(ctx, d); err != nil {
				return err
			}
		}
		return nil
	})
}

// wishes are what deliveries want to be read again, each thing once.
type wishes struct {
	list, hook bool
	repos      map[facts.RepoID]*repoWish
}

type repoWish struct {
	commits bool
	items   map[facts.SyncKind]map[int]bool
}

func (w *wishes) of(id facts.RepoID) *repoWish {
	if w.repos[id] == nil {
		w.repos[id] = &repoWish{items: map[facts.SyncKind]map[int]bool{facts.SyncPullRequests: {}, facts.SyncTickets: {}}}
	}
	return w.repos[id]
}

// readDelivery says what one delivery wants, and on the delivery what becomes of it. One that cannot be
// read is noted as such and keeps nobody.
func (in *Ingest) readDelivery(ctx context.Context, webhook facts.Webhook, d *facts.Delivery, w *wishes) error {
	news, err := github.ReadEvent(d.Event, d.Payload)
	d.Action, d.State = news.Action, facts.DeliveryApplied
	switch {
	case errors.Is(err, github.ErrEventUnread):
		d.State, d.Note = facts.DeliveryIgnored, "Weir does not read events of this kind."
		return nil
	case err != nil:
		d.State, d.Note = facts.DeliveryFailed, "The payload is not what its kind of event says. Nothing was done with it."
		in.Log.WarnContext(ctx, "delivery not read", "webhook", webhook.ID, "event", d.Event, "delivery", d.GUID, "error", err)
		return nil
	}
	if d.Event == "ping" {
		d.Note = "The webhook works."
	}
	if news.HookGone {
		w.hook, d.Note = true, "The webhook was deleted on the server."
	}
	if news.ListChanged || news.RepoChanged {
		w.list, d.Note = true, "Organizations and repos are listed anew."
	}
	return in.wishOfRepo(ctx, webhook, news, d, w)
}

func (in *Ingest) wishOfRepo(ctx context.Context, webhook facts.Webhook, news github.News, d *facts.Delivery, w *wishes) error {
	if !news.Commits && news.PullRequest == 0 && news.Ticket == 0 {
		return nil
	}
	repo, err := in.Store.RepoByServerID(ctx, webhook.Integration, news.Repo)
	switch {
	case errors.Is(err, facts.ErrNotFound):
		d.State, d.Note = facts.DeliveryIgnored, "Its repo is none that was listed."
		return nil
	case err != nil:
		return err
	case repo.ImportedAt == 0:
		d.State, d.Note = facts.DeliveryIgnored, "Its repo is not imported."
		return nil
	}
	d.Note = w.of(repo.ID).add(news)
	return nil
}

// add notes a wish and gives it in words.
func (w *repoWish) add(news github.News) string {
	w.commits = w.commits || news.Commits
	switch {
	case news.PullRequest != 0:
		w.items[facts.SyncPullRequests][news.PullRequest] = true
		return fmt.Sprintf("Pull request %d is read anew.", news.PullRequest)
	case news.Ticket != 0:
		w.items[facts.SyncTickets][news.Ticket] = true
		return fmt.Sprintf("Ticket %d is read anew.", news.Ticket)
	}
	return "The repo is fetched."
}

// grant enqueues what is wished for, in the transaction that finishes the deliveries.
func (in *Ingest) grant(ctx context.Context, tx *store.Tx, webhook facts.Webhook, w wishes) error {
	for _, id := range slices.Sorted(maps.Keys(w.repos)) {
		if err := in.grantRepo(ctx, tx, id, w.repos[id]); err != nil {
			return err
		}
	}
	if w.hook {
		if err := in.hasten(ctx, tx, webhook.Integration); err != nil {
			return err
		}
	}
	if !w.list {
		return nil
	}
	return in.Queue.DiscoverSoonTx(ctx, tx, webhook.Integration)
}

func (in *Ingest) grantRepo(ctx context.Context, tx *store.Tx, id facts.RepoID, wish *repoWish) error {
	for _, kind := range []facts.SyncKind{facts.SyncPullRequests, facts.SyncTickets} {
		numbers := slices.Sorted(maps.Keys(wish.items[kind]))
		if len(numbers) == 0 {
			continue
		}
		if err := in.Queue.ItemsDueTx(ctx, tx, id, kind, numbers...); err != nil {
			return err
		}
	}
	if !wish.commits {
		return nil
	}
	return in.Queue.SyncReposTx(ctx, tx, id)
}
