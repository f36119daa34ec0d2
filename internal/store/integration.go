package store

import (
	"context"
	"fmt"
	"strings"

	"weir/internal/connect"
	"weir/internal/facts"
)

const integrationColumns = `id, name, address, ca_pem, proxy, method, account, version, services, state,
	state_code, state_cause, state_next, added_by, created_at, updated_at, checked_at, expires_at, deleted_at`

func scanIntegration(row scanner) (facts.Integration, error) {
	var i facts.Integration
	var services string
	err := row.Scan(&i.ID, &i.Name, &i.Address, &i.CAPEM, &i.Proxy, &i.Method, &i.Account, &i.Version, &services, &i.State,
		&i.StateCode, &i.StateCause, &i.StateNext, &i.AddedBy, &i.CreatedAt, &i.UpdatedAt, &i.CheckedAt, &i.ExpiresAt, &i.DeletedAt)
	for name := range strings.FieldsSeq(services) {
		i.On = append(i.On, facts.Service(name))
	}
	return i, err
}

func joinServices(on []facts.Service) string {
	names := make([]string, len(on))
	for i, s := range on {
		names[i] = string(s)
	}
	return strings.Join(names, " ")
}

// Integration gives one integration, also a deleted one that can still be restored (its DeletedAt is set).
func (q *queries) Integration(ctx context.Context, id facts.IntegrationID) (facts.Integration, error) {
	return one(ctx, q, fmt.Sprintf("load integration=%d", id), scanIntegration,
		`SELECT `+integrationColumns+` FROM integrations WHERE id = $1`, id)
}

// Integrations lists those that are not deleted, by name.
func (q *queries) Integrations(ctx context.Context) ([]facts.Integration, error) {
	return list(ctx, q, "list integrations", scanIntegration,
		`SELECT `+integrationColumns+` FROM integrations WHERE deleted_at = 0 ORDER BY lower(name), id`)
}

// DeletedIntegrations lists those that can still be restored, the last deleted first.
func (q *queries) DeletedIntegrations(ctx context.Context) ([]facts.Integration, error) {
	return list(ctx, q, "list deleted integrations", scanIntegration,
		`SELECT `+integrationColumns+` FROM integrations WHERE deleted_at > 0 ORDER BY deleted_at DESC, id`)
}

// CreateIntegration adds an integration with its sealed credential and gives its id. The times of
// creation and change are now; ID and DeletedAt are not read. A name in use, in any case, is ErrConflict.
func (t *Tx) CreateIntegration(ctx context.Context, i facts.Integration, c connect.Credential) (facts.IntegrationID, error) {
	now := t.unix()
	id, err := one(ctx, &t.queries, fmt.Sprintf("create integration %q", i.Name), scanOne[facts.IntegrationID],
		`INSERT INTO integrations (name, address, ca_pem, proxy, method, account, version, services, state,
			state_code, state_cause, state_next, added_by, created_at, updated_at, checked_at, expires_at, deleted_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $14, $15, $16, 0) RETURNING id`,
		clean(i.Name), clean(i.Address), clean(i.CAPEM), clean(i.Proxy), i.Method, clean(i.Account), clean(i.Version),
		joinServices(i.On), i.State, i.StateCode, clean(i.StateCause), clean(i.StateNext), clean(i.AddedBy), now, i.CheckedAt, i.ExpiresAt)
	if err != nil {
		return 0, err
	}
	return id, t.SaveCredential(ctx, id, c)
}

// CreateIntegration does so in a transaction of its own.
func (s *Store) CreateIntegration(ctx context.Context, i facts.Integration, c connect.Credential) (facts.IntegrationID, error) {
	return alone(ctx, s, func(tx *Tx) (facts.IntegrationID, error) { return tx.CreateIntegration(ctx, i, c) })
}

// SaveIntegration changes what an admin edits and what signing in tells: name, address, certificate
// authority, proxy, method, account, version and the credential's end. Services and state have methods of their own.
func (t *Tx) SaveIntegration(ctx context.Context, i facts.Integration) error {
	return t.execOne(ctx, fmt.Sprintf("save integration=%d", i.ID),
		`UPDATE integrations SET name = $1, address = $2, ca_pem = $3, proxy = $4, method = $5, account = $6,
			version = $7, expires_at = $8, updated_at = $9 WHERE id = $10 AND deleted_at = 0`,
		clean(i.Name), clean(i.Address), clean(i.CAPEM), clean(i.Proxy), i.Method, clean(i.Account), clean(i.Version),
		i.ExpiresAt, t.unix(), i.ID)
}

// SaveIntegration does so in a transaction of its own.
func (s *Store) SaveIntegration(ctx context.Context, i facts.Integration) error {
	return s.InTx(ctx, func(tx *Tx) error { return tx.SaveIntegration(ctx, i) })
}

// RenameIntegration changes the name alone. A name in use, in any case, is ErrConflict.
func (s *Store) RenameIntegration(ctx context.Context, id facts.IntegrationID, name string) error {
	return s.InTx(ctx, func(tx *Tx) error {
		return tx.execOne(ctx, fmt.Sprintf("rename integration=%d", id),
			`UPDATE integrations SET name = $1, updated_at = $2 WHERE id = $3 AND deleted_at = 0`, clean(name), tx.unix(), id)
	})
}

// SetServices says which services are on. Switching one off loses nothing of what it brought.
func (t *Tx) SetServices(ctx context.Context, id facts.IntegrationID, on []facts.Service) error {
	return t.execOne(ctx, fmt.Sprintf("set services of integration=%d", id),
		`UPDATE integrations SET services = $1, updated_at = $2 WHERE id = $3 AND deleted_at = 0`,
		joinServices(on), t.unix(), id)
}

// SetServices does so in a transaction of its own.
func (s *Store) SetServices(ctx context.Context, id facts.IntegrationID, on []facts.Service) error {
	return s.InTx(ctx, func(tx *Tx) error { return tx.SetServices(ctx, id, on) })
}

// IntegrationStatus is how an integration is doing, with words for a state that needs a person.
type IntegrationStatus struct {
	State             facts.IntegrationState
	Code, Cause, Next string
	// Version is the server's, empty to leave what is known.
	Version string
}

// SetIntegrationState saves how an integration is doing, as just checked.
func (t *Tx) SetIntegrationState(ctx context.Context, id facts.IntegrationID, st IntegrationStatus) error {
	return t.execOne(ctx, fmt.Sprintf("set state of integration=%d", id),
		`UPDATE integrations SET state = $1, state_code = $2, state_cause = $3, state_next = $4, checked_at = $5,
			version = CASE WHEN $6 = '' THEN version ELSE $6 END WHERE id = $7 AND deleted_at = 0`,
		st.State, st.Code, clean(st.Cause), clean(st.Next), t.unix(), clean(st.Version), id)
}

// SetIntegrationState does so in a transaction of its own.
func (s *Store) SetIntegrationState(ctx context.Context, id facts.IntegrationID, st IntegrationStatus) error {
	return s.InTx(ctx, func(tx *Tx) error { return tx.SetIntegrationState(ctx, id, st) })
}

// DeleteIntegration takes an integration with all its data out of every list and report. Nothing is
// lost until PurgeIntegration; RestoreIntegration brings it back.
func (t *Tx) DeleteIntegration(ctx context.Context, id facts.IntegrationID) error {
	return t.execOne(ctx, fmt.Sprintf("delete integration=%d", id),
		`UPDATE integrations SET deleted_at = $1, updated_at = $1 WHERE id = $2 AND deleted_at = 0`, t.unix(), id)
}

// DeleteIntegration does so in a transaction of its own.
func (s *Store) DeleteIntegration(ctx context.Context, id facts.IntegrationID) error {
	return s.InTx(ctx, func(tx *Tx) error { return tx.DeleteIntegration(ctx, id) })
}

// RestoreIntegration brings a deleted integration back. When its name has been given to another one the
// error is ErrConflict; when its time is over, so that it may be half removed, ErrNotFound.
func (t *Tx) RestoreIntegration(ctx context.Context, id facts.IntegrationID) error {
	return t.execOne(ctx, fmt.Sprintf("restore integration=%d", id),
		`UPDATE integrations SET deleted_at = 0, updated_at = $1 WHERE id = $2 AND deleted_at > 0 AND deleted_at > $3`,
		t.unix(), id, t.now().Add(-facts.KeepDeleted).Unix())
}

// RestoreIntegration does so in a transaction of its own.
func (s *Store) RestoreIntegration(ctx context.Context, id facts.IntegrationID) error {
	return s.InTx(ctx, func(tx *Tx) error { return tx.RestoreIntegration(ctx, id) })
}

// Contents counts what an integration has brought.
type Contents struct {
	// Repos counts those that are known, Imported those chosen for import.
	Organizations, Repos, Imported int
	Commits, PullRequests, Tickets int64
	// FinishedAt is when the latest sync of commits ended well, 0 when none has.
	FinishedAt int64
}

// ContentsOf counts what an integration has brought, also of a deleted one.
func (q *queries) ContentsOf(ctx context.Context, id facts.IntegrationID) (Contents, error) {
	// A repo numbers its commits from 1 without gaps, so that the last one tells how many there are.
	return one(ctx, q, fmt.Sprintf("count what integration=%d has brought", id), func(row scanner) (c Contents, err error) {
		err = row.Scan(&c.Organizations, &c.Repos, &c.Imported, &c.Commits, &c.PullRequests, &c.Tickets, &c.FinishedAt)
		return c, err
	}, `SELECT (SELECT COUNT(*) FROM organizations WHERE integration_id = $1), COUNT(*), COUNT(CASE WHEN r.imported_at > 0 THEN 1 END),
		CAST(COALESCE(SUM((SELECT MAX(c.number) FROM commits c WHERE c.repo_id = r.id)), 0) AS BIGINT),
		CAST(COALESCE(SUM((SELECT COUNT(*) FROM pull_requests p WHERE p.repo_id = r.id)), 0) AS BIGINT),
		CAST(COALESCE(SUM((SELECT COUNT(*) FROM tickets k WHERE k.repo_id = r.id)), 0) AS BIGINT),
		COALESCE(MAX((SELECT s.finished_at FROM sync_states s WHERE s.repo_id = r.id AND s.kind = 'commits')), 0)
		FROM repos r WHERE r.integration_id = $1`, id)
}

// PurgeIntegration removes a deleted integration and everything that came through it, for good, in short
// transactions. A run that was cut short is finished by the next. One that is not deleted is ErrConflict.
func (s *Store) PurgeIntegration(ctx context.Context, id facts.IntegrationID) error {
	i, err := s.Integration(ctx, id)
	if err != nil {
		return err
	}
	if i.DeletedAt == 0 {
		return fmt.Errorf("purge integration=%d: it is not deleted: %w", id, facts.ErrConflict)
	}
	doing := fmt.Sprintf("purge integration=%d", id)
	repos, err := list(ctx, &s.queries, doing, scanOne[facts.RepoID], `SELECT id FROM repos WHERE integration_id = $1`, id)
	if err != nil {
		return err
	}
	for _, repo := range repos {
		if err := s.PurgeRepo(ctx, repo); err != nil {
			return err
		}
	}
	if err := s.deleteInChunks(ctx, doing, "requests", "id", "integration_id = $1", id); err != nil {
		return err
	}
	return s.InTx(ctx, func(tx *Tx) error {
		return tx.execOne(ctx, doing, `DELETE FROM integrations WHERE id = $1`, id)
	})
}
