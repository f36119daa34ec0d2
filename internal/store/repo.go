package store

import (
	"context"
	"encoding/json"
	"fmt"

	"weir/internal/facts"
)

const repoColumns = `r.id, r.integration_id, r.organization_id, r.server_id, r.name, r.full_name, r.default_branch, r.visibility,
	r.fork, r.archived, r.language, r.size_kb, r.pushed_at, r.seen_at, r.imported_at, r.gone_at, r.paused_at,
	r.exclusion_id, r.exclusion_kept, r.attributes, r.globs`

// liveRepos selects the ids of the repos that reports may speak of.
const liveRepos = `SELECT live.id FROM repos live JOIN integrations owner ON owner.id = live.integration_id
	WHERE live.imported_at > 0 AND owner.deleted_at = 0`

func scanRepo(row scanner) (facts.Repo, error) {
	var r repoScan
	err := row.Scan(r.into()...)
	if err != nil {
		return r.Repo, err
	}
	return r.done()
}

// repoScan takes the columns of a repo, those in JSON included.
type repoScan struct {
	facts.Repo
	attributes, globs string
}

func (r *repoScan) into() []any {
	return []any{&r.ID, &r.Integration, &r.Organization, &r.ServerID, &r.Name, &r.FullName, &r.DefaultBranch, &r.Visibility,
		&r.Fork, &r.Archived, &r.Language, &r.SizeKB, &r.PushedAt, &r.SeenAt, &r.ImportedAt, &r.GoneAt, &r.PausedAt,
		&r.Exclusion, &r.ExclusionKept, &r.attributes, &r.globs}
}

func (r *repoScan) done() (facts.Repo, error) {
	if err := json.Unmarshal([]byte(r.attributes), &r.Attributes); err != nil {
		return r.Repo, fmt.Errorf("attributes of repo=%d: %w", r.ID, err)
	}
	if err := json.Unmarshal([]byte(r.globs), &r.Globs); err != nil {
		return r.Repo, fmt.Errorf("globs of repo=%d: %w", r.ID, err)
	}
	return r.Repo, nil
}

// Repo gives one repo, imported or not, gone or not.
func (q *queries) Repo(ctx context.Context, id facts.RepoID) (facts.Repo, error) {
	return one(ctx, q, fmt.Sprintf("load repo=%d", id), scanRepo, `SELECT `+repoColumns+` FROM repos r WHERE r.id = $1`, id)
}

// RepoByServerID gives the repo that the server knows by this id.
func (q *queries) RepoByServerID(ctx context.Context, integration facts.IntegrationID, serverID int64) (facts.Repo, error) {
	return one(ctx, q, fmt.Sprintf("load repo with server id=%d of integration=%d", serverID, integration), scanRepo,
		`SELECT `+repoColumns+` FROM repos r WHERE r.integration_id = $1 AND r.server_id = $2`, integration, serverID)
}

// ImportedRepos lists the repos that reports speak of, by full name: imported, of an integration that is
// not deleted. One that is gone from the server stays.
func (q *queries) ImportedRepos(ctx context.Context) ([]facts.Repo, error) {
	return list(ctx, q, "list imported repos", scanRepo,
		`SELECT `+repoColumns+` FROM repos r WHERE r.id IN (`+liveRepos+`) ORDER BY lower(r.full_name), r.id`)
}

// SaveRepos adds repos or brings them up to date by the server's id, and gives their ids in the order
// given. They were seen now. What people, rules or a sync decided stays as it was: ImportedAt, PausedAt,
// Exclusion, ExclusionKept, Attributes and Globs are not read. A repo that was gone and is named here is
// back. None is removed: absence from a list proves nothing.
func (t *Tx) SaveRepos(ctx context.Context, integration facts.IntegrationID, repos []facts.Repo) ([]facts.RepoID, error) {
	ids := make([]facts.RepoID, len(repos))
	for i, r := range repos {
		var err error
		ids[i], err = one(ctx, &t.queries, fmt.Sprintf("save repo %q of integration=%d", r.FullName, integration), scanOne[facts.RepoID],
			`INSERT INTO repos (integration_id, organization_id, server_id, name, full_name, default_branch, visibility,
				fork, archived, language, size_kb, pushed_at, seen_at, imported_at, gone_at, attributes, globs)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, 0, 0, '[]', '[]')
			ON CONFLICT (integration_id, server_id) DO UPDATE SET organization_id = excluded.organization_id, name = excluded.name,
				full_name = excluded.full_name, default_branch = excluded.default_branch, visibility = excluded.visibility,
				fork = excluded.fork, archived = excluded.archived, language = excluded.language, size_kb = excluded.size_kb,
				pushed_at = excluded.pushed_at, seen_at = excluded.seen_at, gone_at = 0
			RETURNING id`, integration, r.Organization, r.ServerID, clean(r.Name), clean(r.FullName), clean(r.DefaultBranch),
			r.Visibility, r.Fork, r.Archived, clean(r.Language), r.SizeKB, r.PushedAt, t.unix())
		if err != nil {
			return nil, err
		}
	}
	return ids, nil
}

// SaveRepos does so in a transaction of its own.
func (s *Store) SaveRepos(ctx context.Context, integration facts.IntegrationID, repos []facts.Repo) ([]facts.RepoID, error) {
	return alone(ctx, s, func(tx *Tx) ([]facts.RepoID, error) { return tx.SaveRepos(ctx, integration, repos) })
}

// MarkRepoGone notes that the server said, for this very repo, that it does not exist. Its facts stay.
func (s *Store) MarkRepoGone(ctx context.Context, id facts.RepoID) error {
	return s.InTx(ctx, func(tx *Tx) error {
		_, err := tx.exec(ctx, fmt.Sprintf("mark repo=%d as gone", id),
			`UPDATE repos SET gone_at = $1 WHERE id = $2 AND gone_at = 0`, tx.unix(), id)
		return err
	})
}

// SetRepoAttributes keeps what .gitattributes of the default branch says.
func (t *Tx) SetRepoAttributes(ctx context.Context, id facts.RepoID, rules []facts.AttributeRule) error {
	return t.setRepoJSON(ctx, id, "attributes", rules)
}

// SetRepoAttributes does so in a transaction of its own.
func (s *Store) SetRepoAttributes(ctx context.Context, id facts.RepoID, rules []facts.AttributeRule) error {
	return s.InTx(ctx, func(tx *Tx) error { return tx.SetRepoAttributes(ctx, id, rules) })
}

// SetRepoGlobs keeps the path patterns that an admin leaves out. The repo must be judged again after it.
func (t *Tx) SetRepoGlobs(ctx context.Context, id facts.RepoID, globs []string) error {
	return t.setRepoJSON(ctx, id, "globs", globs)
}

func (t *Tx) setRepoJSON(ctx context.Context, id facts.RepoID, column string, value any) error {
	doing := fmt.Sprintf("save %s of repo=%d", column, id)
	text, err := json.Marshal(value)
	if err != nil {
		return fmt.Errorf("%s: %w", doing, err)
	}
	return t.execOne(ctx, doing, `UPDATE repos SET `+column+` = $1 WHERE id = $2`, clean(string(text)), id)
}

// PurgeRepo removes a repo and everything read from it, for good, in short transactions.
func (s *Store) PurgeRepo(ctx context.Context, id facts.RepoID) error {
	if err := s.DeleteFacts(ctx, id); err != nil {
		return err
	}
	for table, key := range itemTables { // what is left, the cascade takes
		if err := s.deleteInChunks(ctx, fmt.Sprintf("purge repo=%d", id), table, key, "repo_id = $1", id); err != nil {
			return err
		}
	}
	return s.InTx(ctx, func(tx *Tx) error {
		_, err := tx.exec(ctx, fmt.Sprintf("purge repo=%d", id), `DELETE FROM repos WHERE id = $1`, id)
		return err
	})
}
