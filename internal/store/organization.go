package store

import (
	"context"
	"fmt"

	"weir/internal/facts"
)

const organizationColumns = `id, integration_id, server_id, login, name, role, auto_import`

func scanOrganization(row scanner) (facts.Organization, error) {
	var o facts.Organization
	err := row.Scan(&o.ID, &o.Integration, &o.ServerID, &o.Login, &o.Name, &o.Role, &o.AutoImport)
	return o, err
}

// Organization gives one organization.
func (q *queries) Organization(ctx context.Context, id facts.OrganizationID) (facts.Organization, error) {
	return one(ctx, q, fmt.Sprintf("load organization=%d", id), scanOrganization,
		`SELECT `+organizationColumns+` FROM organizations WHERE id = $1`, id)
}

// Organizations lists an integration's organizations by login.
func (q *queries) Organizations(ctx context.Context, integration facts.IntegrationID) ([]facts.Organization, error) {
	return list(ctx, q, fmt.Sprintf("list organizations of integration=%d", integration), scanOrganization,
		`SELECT `+organizationColumns+` FROM organizations WHERE integration_id = $1 ORDER BY lower(login), id`, integration)
}

// OrganizationSummary is an organization with what the import page says of it in one line.
type OrganizationSummary struct {
	facts.Organization
	// Repos counts those that exist on the server, Imported those chosen, Ready, Busy, Failed and Paused
	// their commits' state.
	Repos, Imported, Ready, Busy, Failed, Paused int
	// Excluded counts repos that a rule leaves out, Asked imported ones that a rule matches and about which
	// nobody has decided, Gone imported ones that are gone from the server.
	Excluded, Asked, Gone int
}

// OrganizationSummaries lists an integration's organizations with counts, by login.
func (q *queries) OrganizationSummaries(ctx context.Context, integration facts.IntegrationID) ([]OrganizationSummary, error) {
	scan := func(row scanner) (s OrganizationSummary, err error) {
		err = row.Scan(&s.ID, &s.Integration, &s.ServerID, &s.Login, &s.Name, &s.Role, &s.AutoImport,
			&s.Repos, &s.Imported, &s.Ready, &s.Busy, &s.Failed, &s.Paused, &s.Excluded, &s.Asked, &s.Gone)
		return s, err
	}
	return list(ctx, q, fmt.Sprintf("sum up organizations of integration=%d", integration), scan, `
		SELECT o.id, o.integration_id, o.server_id, o.login, o.name, o.role, o.auto_import,
			COUNT(CASE WHEN r.gone_at = 0 OR r.imported_at > 0 THEN 1 END), COUNT(CASE WHEN r.imported_at > 0 THEN 1 END),
			COUNT(CASE WHEN r.imported_at > 0 AND r.paused_at = 0 AND s.phase = 'ready' THEN 1 END),
			COUNT(CASE WHEN r.imported_at > 0 AND r.paused_at = 0 AND s.phase IN ('queued', 'fetching', 'replaying', 'judging') THEN 1 END),
			COUNT(CASE WHEN r.imported_at > 0 AND r.paused_at = 0 AND s.phase = 'failed' THEN 1 END),
			COUNT(CASE WHEN r.imported_at > 0 AND (r.paused_at > 0 OR s.phase = 'paused') THEN 1 END),
			COUNT(CASE WHEN r.imported_at = 0 AND r.gone_at = 0 AND r.exclusion_id > 0 THEN 1 END),
			COUNT(CASE WHEN r.imported_at > 0 AND r.exclusion_id > 0 AND r.exclusion_kept = FALSE THEN 1 END),
			COUNT(CASE WHEN r.imported_at > 0 AND r.gone_at > 0 THEN 1 END)
		FROM organizations o
		LEFT JOIN repos r ON r.organization_id = o.id
		LEFT JOIN sync_states s ON s.repo_id = r.id AND s.kind = 'commits'
		WHERE o.integration_id = $1
		GROUP BY o.id, o.integration_id, o.server_id, o.login, o.name, o.role, o.auto_import
		ORDER BY lower(o.login), o.id`, integration)
}

// SaveOrganizations adds organizations or brings them up to date by the server's id, and gives their ids
// in the order given. AutoImport is an admin's choice and stays as it was. None is removed.
func (t *Tx) SaveOrganizations(
	ctx context.Context, integration facts.IntegrationID, all []facts.Organization,
) ([]facts.OrganizationID, error) {
	ids := make([]facts.OrganizationID, len(all))
	for i, o := range all {
		var err error
		doing := fmt.Sprintf("save organization %q of integration=%d", o.Login, integration)
		ids[i], err = one(ctx, &t.queries, doing, scanOne[facts.OrganizationID], `
			INSERT INTO organizations (integration_id, server_id, login, name, role, auto_import) VALUES ($1, $2, $3, $4, $5, $6)
			ON CONFLICT (integration_id, server_id) DO UPDATE SET login = excluded.login, name = excluded.name, role = excluded.role
			RETURNING id`, integration, o.ServerID, clean(o.Login), clean(o.Name), o.Role, o.AutoImport)
		if err != nil {
			return nil, err
		}
	}
	return ids, nil
}

// SaveOrganizations does so in a transaction of its own.
func (s *Store) SaveOrganizations(
	ctx context.Context, integration facts.IntegrationID, all []facts.Organization,
) ([]facts.OrganizationID, error) {
	return alone(ctx, s, func(tx *Tx) ([]facts.OrganizationID, error) {
		return tx.SaveOrganizations(ctx, integration, all)
	})
}

// SetAutoImportOfAll says so of every organization of an integration that is known now.
func (s *Store) SetAutoImportOfAll(ctx context.Context, id facts.IntegrationID, on bool) error {
	return s.InTx(ctx, func(tx *Tx) error {
		_, err := tx.exec(ctx, fmt.Sprintf("set auto-import of organizations of integration=%d", id),
			`UPDATE organizations SET auto_import = $1 WHERE integration_id = $2`, on, id)
		return err
	})
}

// SetAutoImport says whether new repos of the organization are imported as they appear.
func (s *Store) SetAutoImport(ctx context.Context, id facts.OrganizationID, on bool) error {
	return s.InTx(ctx, func(tx *Tx) error {
		return tx.execOne(ctx, fmt.Sprintf("set auto-import of organization=%d", id),
			`UPDATE organizations SET auto_import = $1 WHERE id = $2`, on, id)
	})
}
