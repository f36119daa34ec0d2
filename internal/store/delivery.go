package store

import (
	"context"
	"errors"
	"fmt"

	"weir/internal/facts"
)

// PackedDelivery is a delivery that is ready to be kept: compressing it does not hold up the writer.
type PackedDelivery struct {
	facts.Delivery
	packed []byte
}

// PackDelivery compresses a delivery's payload.
func PackDelivery(d facts.Delivery) (PackedDelivery, error) {
	packed, err := pack(d.Payload)
	if err != nil {
		return PackedDelivery{}, fmt.Errorf("pack delivery %s of webhook=%d: %w", d.GUID, d.Webhook, err)
	}
	d.Size, d.Payload = int64(len(d.Payload)), nil
	return PackedDelivery{d, packed}, nil
}

// TakeDelivery keeps a delivery as it came, and tells whether it is new: one of an id that is held for
// the webhook already is not kept again.
func (t *Tx) TakeDelivery(ctx context.Context, d PackedDelivery) (fresh bool, err error) {
	doing := fmt.Sprintf("take delivery %s of webhook=%d", d.GUID, d.Webhook)
	n, err := t.exec(ctx, doing, `
		INSERT INTO deliveries (webhook_id, guid, event, action, received_at, fetched, size, state, note, applied_at, payload)
		VALUES ($1, $2, $3, '', $4, $5, $6, 'waiting', '', 0, $7) ON CONFLICT (webhook_id, guid) DO NOTHING`,
		d.Webhook, clean(d.GUID), clean(d.Event), d.ReceivedAt, d.Fetched, d.Size, d.packed)
	return n == 1, err
}

// NoteDeliveries adds deliveries that were taken, or refused as replayed, to a webhook's counts. A pong
// says that the round trip works.
func (t *Tx) NoteDeliveries(ctx context.Context, id facts.WebhookID, n facts.WebhookCounts, pong bool) error {
	now, pongedAt := t.unix(), int64(0)
	if pong {
		pongedAt = now
	}
	deliveredAt := now
	if n.Accepted == 0 {
		deliveredAt = 0
	}
	_, err := t.exec(ctx, fmt.Sprintf("count deliveries of webhook=%d", id), `
		UPDATE webhooks SET accepted = accepted + $1, fetched = fetched + $2, replayed = replayed + $3,
			delivered_at = CASE WHEN delivered_at < $4 THEN $4 ELSE delivered_at END,
			ponged_at = CASE WHEN ponged_at < $5 THEN $5 ELSE ponged_at END,
			state = CASE WHEN $1 > 0 AND state IN ('pinged', 'silent') THEN 'alive' ELSE state END,
			code = CASE WHEN $1 > 0 AND state IN ('pinged', 'silent') THEN '' ELSE code END,
			cause = CASE WHEN $1 > 0 AND state IN ('pinged', 'silent') THEN '' ELSE cause END,
			next = CASE WHEN $1 > 0 AND state IN ('pinged', 'silent') THEN '' ELSE next END
		WHERE id = $6`, n.Accepted, n.Fetched, n.Replayed, deliveredAt, pongedAt, id)
	return err
}

const deliveryColumns = `id, webhook_id, guid, event, action, received_at, fetched, size, state, note, applied_at`

func scanDelivery(row scanner) (facts.Delivery, error) {
	var d facts.Delivery
	return d, row.Scan(deliveryInto(&d)...)
}

func deliveryInto(d *facts.Delivery) []any {
	return []any{&d.ID, &d.Webhook, &d.GUID, &d.Event, &d.Action, &d.ReceivedAt, &d.Fetched, &d.Size, &d.State, &d.Note, &d.AppliedAt}
}

// WaitingDeliveries gives the oldest deliveries of a webhook that were not applied yet, with their
// payloads, at most limit of them and, but for the first, no more than a few megabytes.
func (q *queries) WaitingDeliveries(ctx context.Context, webhook facts.WebhookID, limit int) ([]facts.Delivery, error) {
	const most = 32 << 20
	var all []facts.Delivery
	size := int64(0)
	scan := func(row scanner) (d facts.Delivery, err error) {
		var payload []byte
		if err = row.Scan(append(deliveryInto(&d), &payload)...); err == nil {
			d.Payload, err = unpack(payload, d.Size)
		}
		return d, err
	}
	for d, err := range stream(ctx, q, fmt.Sprintf("list waiting deliveries of webhook=%d", webhook), scan,
		`SELECT `+deliveryColumns+`, payload FROM deliveries WHERE webhook_id = $1 AND state = 'waiting' ORDER BY id LIMIT $2`, webhook, limit) {
		if err != nil {
			return nil, err
		}
		if size += d.Size; size > most && len(all) > 0 {
			break
		}
		all = append(all, d)
	}
	return all, nil
}

// FinishDelivery keeps what became of a delivery: Action, State and Note.
func (t *Tx) FinishDelivery(ctx context.Context, d facts.Delivery) error {
	return t.execOne(ctx, fmt.Sprintf("finish delivery=%d", d.ID),
		`UPDATE deliveries SET action = $1, state = $2, note = $3, applied_at = $4 WHERE id = $5`,
		clean(d.Action), d.State, clean(d.Note), t.unix(), d.ID)
}

// WebhooksWaiting lists the webhooks that have deliveries which nobody has applied yet.
func (q *queries) WebhooksWaiting(ctx context.Context) ([]facts.WebhookID, error) {
	return list(ctx, q, "list webhooks with waiting deliveries", scanOne[facts.WebhookID],
		`SELECT DISTINCT webhook_id FROM deliveries WHERE state = 'waiting' ORDER BY webhook_id`)
}

// Deliveries lists one page of an integration's deliveries, the newest first, and how many there are in
// all. webhook narrows to one, 0 does not.
func (q *queries) Deliveries(
	ctx context.Context, integration facts.IntegrationID, webhook facts.WebhookID, page facts.Page,
) ([]facts.Delivery, int, error) {
	s := &statement{}
	s.where("webhook_id IN (SELECT w.id FROM webhooks w WHERE w.integration_id = ?)", integration)
	if webhook != 0 {
		s.where("webhook_id = ?", webhook)
	}
	total, err := one(ctx, q, "count deliveries", scanOne[int], `SELECT COUNT(*) FROM deliveries`+s.clause(), s.args...)
	if err != nil {
		return nil, 0, err
	}
	rows, err := list(ctx, q, "list deliveries", scanDelivery,
		`SELECT `+deliveryColumns+` FROM deliveries`+s.clause()+` ORDER BY id DESC`+s.page(page), s.args...)
	return rows, total, err
}

// HoldsDelivery tells whether a delivery of that name was ever taken from the webhook.
func (q *queries) HoldsDelivery(ctx context.Context, webhook facts.WebhookID, guid string) (bool, error) {
	n, err := one(ctx, q, fmt.Sprintf("look for delivery %s of webhook=%d", guid, webhook), scanOne[int],
		`SELECT COUNT(*) FROM deliveries WHERE webhook_id = $1 AND guid = $2`, webhook, clean(guid))
	return n > 0, err
}

// PurgeDeliveries drops the payloads of deliveries received before one instant, unless they still wait,
// and forgets those received before the other, in short transactions.
func (s *Store) PurgeDeliveries(ctx context.Context, payloads, all int64) error {
	const dropPayloads = `UPDATE deliveries SET payload = $1 WHERE id IN (SELECT id FROM deliveries
		WHERE length(payload) > 0 AND received_at < $2 AND state <> 'waiting' LIMIT 2000)`
	for {
		n, err := alone(ctx, s, func(tx *Tx) (int64, error) { return tx.exec(ctx, "drop payloads", dropPayloads, []byte{}, payloads) })
		if err != nil {
			return err
		}
		if n == 0 {
			break
		}
	}
	return s.deleteInChunks(ctx, "forget deliveries", "deliveries", "id", "received_at < $1 AND state <> 'waiting'", all)
}

// absentIsZero takes absence for an empty value.
func absentIsZero(err error) error {
	if errors.Is(err, facts.ErrNotFound) {
		return nil
	}
	return err
}
