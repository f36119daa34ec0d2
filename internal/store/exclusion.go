package store

import (
	"context"
	"fmt"
	"iter"
	"slices"

	"weir/internal/facts"
)

// Exclusions lists the rules that leave repos of an integration out, in the order in which they are asked.
func (q *queries) Exclusions(ctx context.Context, integration facts.IntegrationID) (facts.Exclusions, error) {
	scan := func(row scanner) (e facts.Exclusion, err error) {
		err = row.Scan(&e.ID, &e.Integration, &e.Kind, &e.Value, &e.AddedBy, &e.CreatedAt)
		return e, err
	}
	return list(ctx, q, fmt.Sprintf("list exclusions of integration=%d", integration), scan,
		`SELECT id, integration_id, kind, value, added_by, created_at FROM exclusions WHERE integration_id = $1 ORDER BY id`, integration)
}

// AddExclusion adds a rule and applies it. The same rule twice is ErrConflict. ID and CreatedAt are not read.
func (s *Store) AddExclusion(ctx context.Context, e facts.Exclusion) (facts.ExclusionID, error) {
	return alone(ctx, s, func(tx *Tx) (facts.ExclusionID, error) {
		id, err := one(ctx, &tx.queries, fmt.Sprintf("add exclusion to integration=%d", e.Integration), scanOne[facts.ExclusionID],
			`INSERT INTO exclusions (integration_id, kind, value, added_by, created_at) VALUES ($1, $2, $3, $4, $5) RETURNING id`,
			e.Integration, e.Kind, clean(e.Value), clean(e.AddedBy), tx.unix())
		if err != nil {
			return 0, err
		}
		return id, tx.ApplyExclusions(ctx, e.Integration)
	})
}

// DeleteExclusion removes a rule of an integration. Repos that only it left out can be imported from now on.
func (s *Store) DeleteExclusion(ctx context.Context, integration facts.IntegrationID, id facts.ExclusionID) error {
	return s.InTx(ctx, func(tx *Tx) error {
		err := tx.execOne(ctx, fmt.Sprintf("delete exclusion=%d of integration=%d", id, integration),
			`DELETE FROM exclusions WHERE id = $1 AND integration_id = $2`, id, integration)
		if err != nil {
			return err
		}
		return tx.ApplyExclusions(ctx, integration)
	})
}

// ApplyExclusions notes for each repo of an integration the rule that leaves it out; with repos given, for
// those alone. Nothing stops being imported by it: an imported repo that a rule newly matches is asked about.
func (t *Tx) ApplyExclusions(ctx context.Context, integration facts.IntegrationID, only ...facts.RepoID) error {
	rules, err := t.Exclusions(ctx, integration)
	if err != nil {
		return err
	}
	first := rules.First()
	changed := map[facts.ExclusionID][]facts.RepoID{}
	for r, err := range t.reposForRules(ctx, integration, only...) {
		if err != nil {
			return err
		}
		if rule := first(&r); rule != r.Exclusion {
			changed[rule] = append(changed[rule], r.ID)
		}
	}
	for rule, ids := range changed {
		for some := range slices.Chunk(ids, ReposPerChange) {
			_, err := t.updateRepos(ctx, "apply exclusions", some, "exclusion_id = ?, exclusion_kept = FALSE", "exclusion_id <> ?", rule, rule)
			if err != nil {
				return err
			}
		}
	}
	return nil
}

// ExclusionMatches is what a rule matches among the repos that are known now.
type ExclusionMatches struct {
	// Repos counts them all, Imported those of them that are imported now.
	Repos, Imported int
	// First lists the first of them by full name.
	First []facts.Repo
}

// PreviewExclusion tells what a rule would match, before it is saved; most is how many to list. The error
// of a rule that cannot be read has words for the one who entered it.
func (q *queries) PreviewExclusion(ctx context.Context, e facts.Exclusion, most int) (ExclusionMatches, error) {
	var found ExclusionMatches
	matches, err := e.Matcher()
	if err != nil {
		return found, err
	}
	for r, err := range q.reposForRules(ctx, e.Integration) {
		if err != nil {
			return found, err
		}
		if !matches(&r) {
			continue
		}
		found.Repos++
		if r.ImportedAt > 0 {
			found.Imported++
		}
		if len(found.First) < most {
			found.First = append(found.First, r)
		}
	}
	return found, nil
}

// ExclusionCounts tells how many repos each rule of an integration leaves out or asks about, by rule.
func (q *queries) ExclusionCounts(ctx context.Context, integration facts.IntegrationID) (map[facts.ExclusionID]int, error) {
	counts := map[facts.ExclusionID]int{}
	for c, err := range stream(ctx, q, fmt.Sprintf("count exclusions of integration=%d", integration), scanCount[facts.ExclusionID],
		`SELECT r.exclusion_id, COUNT(*) FROM repos r WHERE r.integration_id = $1 AND r.exclusion_id > 0 AND (r.gone_at = 0 OR r.imported_at > 0)
			GROUP BY r.exclusion_id`, integration) {
		if err != nil {
			return nil, err
		}
		counts[c.of] = c.n
	}
	return counts, nil
}

// reposForRules streams what rules look at of the repos that are there, by full name.
func (q *queries) reposForRules(ctx context.Context, integration facts.IntegrationID, only ...facts.RepoID) iter.Seq2[facts.Repo, error] {
	f := RepoFilter{Integration: integration, IDs: only}
	s := f.statement()
	scan := func(row scanner) (r facts.Repo, err error) {
		err = row.Scan(&r.ID, &r.Name, &r.FullName, &r.Visibility, &r.Fork, &r.Archived, &r.PushedAt, &r.ImportedAt, &r.Exclusion)
		return r, err
	}
	return stream(ctx, q, fmt.Sprintf("read repos of integration=%d for its rules", integration), scan,
		`SELECT r.id, r.name, r.full_name, r.visibility, r.fork, r.archived, r.pushed_at, r.imported_at, r.exclusion_id FROM repos r`+
			s.clause()+` ORDER BY lower(r.full_name), r.id`, s.args...)
}
