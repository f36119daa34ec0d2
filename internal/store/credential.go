package store

import (
	"context"
	"errors"
	"fmt"
	"net/url"

	"weir/internal/connect"
	"weir/internal/facts"
	"weir/internal/secret"
)

// The parts of an integration that are secret.
const (
	partCredential = "credential"
	partProxy      = "proxy"
)

var errNoKeys = errors.New("the store was opened without encryption keys")

// Credential opens what an integration signs in with.
func (q *queries) Credential(ctx context.Context, id facts.IntegrationID) (connect.Credential, error) {
	plain, err := q.openPart(ctx, id, partCredential)
	if err != nil {
		return connect.Credential{}, err
	}
	c, err := connect.DecodeCredential(plain)
	return c, q.translatef(err, "open credential of integration=%d", id)
}

// SaveCredential seals a credential in place of the one before.
func (t *Tx) SaveCredential(ctx context.Context, id facts.IntegrationID, c connect.Credential) error {
	plain, err := connect.EncodeCredential(c)
	if err != nil {
		return fmt.Errorf("seal credential of integration=%d: %w", id, err)
	}
	return t.sealPart(ctx, id, partCredential, plain)
}

// SaveCredential does so in a transaction of its own.
func (s *Store) SaveCredential(ctx context.Context, id facts.IntegrationID, c connect.Credential) error {
	return s.InTx(ctx, func(tx *Tx) error { return tx.SaveCredential(ctx, id, c) })
}

// RenewCredential seals a renewed credential in place of the one that it was renewed from, with its end,
// and tells whether it did: a credential that somebody entered meanwhile stays.
func (t *Tx) RenewCredential(ctx context.Context, id facts.IntegrationID, from, renewed connect.Credential) (bool, error) {
	held, err := t.Credential(ctx, id)
	if err != nil || held.Method != from.Method || held.Token.Reveal() != from.Token.Reveal() {
		return false, err
	}
	if err := t.SaveCredential(ctx, id, renewed); err != nil {
		return false, err
	}
	ends := int64(0)
	if at := renewed.Ends(); !at.IsZero() {
		ends = at.Unix()
	}
	return true, t.execOne(ctx, fmt.Sprintf("save end of credential of integration=%d", id),
		`UPDATE integrations SET expires_at = $1 WHERE id = $2`, ends, id)
}

// ProxyURL gives the address of an integration's proxy with its user and password, empty for no proxy.
func (q *queries) ProxyURL(ctx context.Context, id facts.IntegrationID) (secret.String, error) {
	plain, err := q.openPart(ctx, id, partProxy)
	if errors.Is(err, facts.ErrNotFound) {
		return secret.String{}, nil
	}
	return secret.New(string(plain)), err
}

// SaveProxyURL seals the address of a proxy with its user and password, empty for no proxy, and shows it
// without them as the integration's Proxy.
func (t *Tx) SaveProxyURL(ctx context.Context, id facts.IntegrationID, proxy secret.String) error {
	shown := ""
	if !proxy.Empty() {
		u, err := url.Parse(proxy.Reveal())
		if err != nil { // its text may repeat the password
			return fmt.Errorf("save proxy of integration=%d: it is not a URL", id)
		}
		u.User = nil
		shown = u.String()
	}
	err := t.execOne(ctx, fmt.Sprintf("save proxy of integration=%d", id),
		`UPDATE integrations SET proxy = $1, updated_at = $2 WHERE id = $3`, clean(shown), t.unix(), id)
	if err != nil {
		return err
	}
	return t.sealPart(ctx, id, partProxy, []byte(proxy.Reveal()))
}

// SaveProxyURL does so in a transaction of its own.
func (s *Store) SaveProxyURL(ctx context.Context, id facts.IntegrationID, proxy secret.String) error {
	return s.InTx(ctx, func(tx *Tx) error { return tx.SaveProxyURL(ctx, id, proxy) })
}

// sealContext ties sealed bytes to their row: moved to another one they do not open.
func sealContext(id facts.IntegrationID, part string) string {
	return fmt.Sprintf("integration %d %s", id, part)
}

func (q *queries) openPart(ctx context.Context, id facts.IntegrationID, part string) ([]byte, error) {
	doing := fmt.Sprintf("open %s of integration=%d", part, id)
	if q.keys == nil {
		return nil, fmt.Errorf("%s: %w", doing, errNoKeys)
	}
	sealed, err := one(ctx, q, doing, scanOne[[]byte],
		`SELECT sealed FROM credentials WHERE integration_id = $1 AND part = $2`, id, part)
	if err != nil {
		return nil, err
	}
	plain, err := q.keys.Open(sealed, sealContext(id, part))
	return plain, q.translate(doing, err)
}

// sealPart keeps plain sealed; empty removes the part.
func (t *Tx) sealPart(ctx context.Context, id facts.IntegrationID, part string, plain []byte) error {
	doing := fmt.Sprintf("seal %s of integration=%d", part, id)
	if len(plain) == 0 {
		_, err := t.exec(ctx, doing, `DELETE FROM credentials WHERE integration_id = $1 AND part = $2`, id, part)
		return err
	}
	if t.keys == nil {
		return fmt.Errorf("%s: %w", doing, errNoKeys)
	}
	sealed, err := t.keys.Seal(plain, sealContext(id, part))
	if err != nil {
		return fmt.Errorf("%s: %w", doing, err)
	}
	_, err = t.exec(ctx, doing, `INSERT INTO credentials (integration_id, part, sealed, updated_at) VALUES ($1, $2, $3, $4)
		ON CONFLICT (integration_id, part) DO UPDATE SET sealed = excluded.sealed, updated_at = excluded.updated_at`,
		id, part, sealed, t.unix())
	return err
}
