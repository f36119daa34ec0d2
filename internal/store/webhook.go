package store

import (
	"context"
	"fmt"
	"strings"

	"weir/internal/facts"
	"weir/internal/secret"
)

const webhookColumns = `w.id, w.integration_id, w.target, w.organization_id, w.repo_id, w.key, w.hook_id, w.maker, w.url, w.events,
	w.state, w.code, w.cause, w.next, w.mended, w.mended_at, w.made_at, w.checked_at, w.due_at, w.asked, w.pinged_at, w.ponged_at, w.delivered_at, w.seen,
	w.bad_seen, w.accepted, w.fetched, w.bad_signature, w.replayed, w.unreadable, COALESCE(r.full_name, o.login, '')`

const webhookFrom = ` FROM webhooks w LEFT JOIN organizations o ON o.id = w.organization_id LEFT JOIN repos r ON r.id = w.repo_id`

func scanWebhook(row scanner) (facts.Webhook, error) {
	var w facts.Webhook
	var events string
	err := row.Scan(&w.ID, &w.Integration, &w.Target, &w.Organization, &w.Repo, &w.Key, &w.HookID, &w.Maker, &w.URL, &events,
		&w.State, &w.Code, &w.Cause, &w.Next, &w.Mended, &w.MendedAt, &w.MadeAt, &w.CheckedAt, &w.DueAt, &w.Asked, &w.PingedAt, &w.PongedAt, &w.DeliveredAt, &w.Seen,
		&w.BadSeen, &w.Accepted, &w.Fetched, &w.BadSignature, &w.Replayed, &w.Unreadable, &w.Name)
	w.Events = strings.Fields(events)
	return w, err
}

// Webhook gives one webhook.
func (q *queries) Webhook(ctx context.Context, id facts.WebhookID) (facts.Webhook, error) {
	return one(ctx, q, fmt.Sprintf("load webhook=%d", id), scanWebhook, `SELECT `+webhookColumns+webhookFrom+` WHERE w.id = $1`, id)
}

// WebhookByKey gives the webhook that delivers to the address which ends in key.
func (q *queries) WebhookByKey(ctx context.Context, key string) (facts.Webhook, error) {
	return one(ctx, q, "find webhook by its address", scanWebhook, `SELECT `+webhookColumns+webhookFrom+` WHERE w.key = $1`, clean(key))
}

// Webhooks lists an integration's webhooks, removed ones included: organizations first, then repos, by name.
func (q *queries) Webhooks(ctx context.Context, integration facts.IntegrationID) ([]facts.Webhook, error) {
	return list(ctx, q, fmt.Sprintf("list webhooks of integration=%d", integration), scanWebhook,
		`SELECT `+webhookColumns+webhookFrom+` WHERE w.integration_id = $1 ORDER BY w.target, lower(COALESCE(r.full_name, o.login, '')), w.id`, integration)
}

// AliveWebhooks lists the webhooks of all integrations that are known to arrive.
func (q *queries) AliveWebhooks(ctx context.Context) ([]facts.Webhook, error) {
	return list(ctx, q, "list webhooks that arrive", scanWebhook, `SELECT `+webhookColumns+webhookFrom+` WHERE w.state = 'alive' ORDER BY w.id`)
}

// WebhookSecret opens what a webhook's deliveries are signed with.
func (q *queries) WebhookSecret(ctx context.Context, w facts.Webhook) (secret.String, error) {
	plain, err := q.openPart(ctx, w.Integration, webhookPart(w.Key))
	return secret.New(string(plain)), err
}

func webhookPart(key string) string { return "webhook " + key }

// CreateWebhook adds a webhook with its secret and gives its id; Key must be new. One for the same target is ErrConflict.
func (t *Tx) CreateWebhook(ctx context.Context, w facts.Webhook, signing secret.String) (facts.WebhookID, error) {
	doing := fmt.Sprintf("create webhook for %s of integration=%d", w.Target, w.Integration)
	id, err := one(ctx, &t.queries, doing, scanOne[facts.WebhookID], `
		INSERT INTO webhooks (integration_id, target, organization_id, repo_id, key, hook_id, maker, url, events, state, code, cause, next,
			mended, mended_at, made_at, checked_at, due_at, pinged_at, ponged_at, delivered_at, seen, bad_seen, accepted, fetched, bad_signature, replayed, unreadable)
		VALUES ($1, $2, $3, $4, $5, 0, '', '', '', $6, '', '', '', '', 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0) RETURNING id`,
		w.Integration, w.Target, w.Organization, w.Repo, w.Key, w.State)
	if err != nil {
		return 0, err
	}
	return id, t.sealPart(ctx, w.Integration, webhookPart(w.Key), []byte(signing.Reveal()))
}

// CreateWebhook does so in a transaction of its own.
func (s *Store) CreateWebhook(ctx context.Context, w facts.Webhook, signing secret.String) (facts.WebhookID, error) {
	return alone(ctx, s, func(tx *Tx) (facts.WebhookID, error) { return tx.CreateWebhook(ctx, w, signing) })
}

// SaveWebhookSecret seals a new secret in place of the one before.
func (s *Store) SaveWebhookSecret(ctx context.Context, w facts.Webhook, signing secret.String) error {
	return s.InTx(ctx, func(tx *Tx) error {
		return tx.sealPart(ctx, w.Integration, webhookPart(w.Key), []byte(signing.Reveal()))
	})
}

// SaveWebhook keeps what was found out and done about a webhook on the server. What deliveries bring
// (PongedAt, DeliveredAt and the counts) is not read: NoteDeliveries and NoteRefused keep it, also
// meanwhile. One that somebody wanted looked at after w was loaded stays due at once. One whose ping has arrived meanwhile is alive, whatever it was taken for.
func (s *Store) SaveWebhook(ctx context.Context, w facts.Webhook) error {
	// Judged by the row as it is when it is written: a pong may be written at the same time.
	unlessPonged := func(value, otherwise string) string {
		return `CASE WHEN $5 IN ('pinged', 'silent') AND ponged_at > 0 AND ponged_at >= $14 THEN '` + value + `' ELSE ` + otherwise + ` END`
	}
	return s.InTx(ctx, func(tx *Tx) error {
		return tx.execOne(ctx, fmt.Sprintf("save webhook=%d", w.ID), `
			UPDATE webhooks SET hook_id = $1, maker = $2, url = $3, events = $4, state = `+unlessPonged("alive", "$5")+`,
				code = `+unlessPonged("", "$6")+`, cause = `+unlessPonged("", "$7")+`, next = `+unlessPonged("", "$8")+`,
				mended = $9, mended_at = $10, made_at = $11, checked_at = $12, due_at = CASE WHEN asked > $18 THEN 0 ELSE $13 END, pinged_at = $14, seen = $15, bad_seen = $16
			WHERE id = $17`,
			w.HookID, clean(w.Maker), clean(w.URL), clean(strings.Join(w.Events, " ")), string(w.State), w.Code, clean(w.Cause), clean(w.Next),
			clean(w.Mended), w.MendedAt, w.MadeAt, w.CheckedAt, w.DueAt, w.PingedAt, w.Seen, w.BadSeen, w.ID, w.Asked)
	})
}

// HastenWebhooks makes an integration's webhooks due for a look, also those that are just being looked at.
func (t *Tx) HastenWebhooks(ctx context.Context, integration facts.IntegrationID) error {
	_, err := t.exec(ctx, fmt.Sprintf("hasten webhooks of integration=%d", integration),
		`UPDATE webhooks SET due_at = 0, asked = asked + 1 WHERE integration_id = $1`, integration)
	return err
}

// ForgetHook forgets the server's id of a webhook, for a person who removed it on the server by hand: it
// is made anew.
func (s *Store) ForgetHook(ctx context.Context, id facts.WebhookID) error {
	return s.InTx(ctx, func(tx *Tx) error {
		return tx.execOne(ctx, fmt.Sprintf("forget the server's id of webhook=%d", id), `
			UPDATE webhooks SET hook_id = 0, maker = '', state = CASE WHEN state = 'leaving' THEN 'removed' ELSE 'wanted' END,
				code = '', cause = '', next = '', due_at = 0, asked = asked + 1 WHERE id = $1`, id)
	})
}

// NoteRefused adds deliveries that were not taken to the counts of their webhooks. Those for addresses
// that are nobody's count under webhook 0.
func (s *Store) NoteRefused(ctx context.Context, refused map[facts.WebhookID]facts.WebhookCounts) error {
	return s.InTx(ctx, func(tx *Tx) error {
		for id, n := range refused {
			if id == 0 {
				if err := tx.noteStrays(ctx, n.Refused()); err != nil {
					return err
				}
				continue
			}
			_, err := tx.exec(ctx, fmt.Sprintf("count refused deliveries of webhook=%d", id), `UPDATE webhooks
				SET bad_signature = bad_signature + $1, replayed = replayed + $2, unreadable = unreadable + $3 WHERE id = $4`,
				n.BadSignature, n.Replayed, n.Unreadable, id)
			if err != nil {
				return err
			}
		}
		return nil
	})
}

const straysSetting = "webhook_strays"

// WebhookStrays counts deliveries for addresses that are no webhook's.
type WebhookStrays struct {
	Count  int64 `json:"count"`
	LastAt int64 `json:"last_at"`
}

// WebhookStrays gives the count since ever.
func (q *queries) WebhookStrays(ctx context.Context) (WebhookStrays, error) {
	var strays WebhookStrays
	return strays, absentIsZero(q.Setting(ctx, straysSetting, &strays))
}

func (t *Tx) noteStrays(ctx context.Context, n int64) error {
	strays, err := t.WebhookStrays(ctx)
	if err != nil {
		return err
	}
	return t.SaveSetting(ctx, straysSetting, WebhookStrays{Count: strays.Count + n, LastAt: t.unix()})
}
