package store

import (
	"context"
	"fmt"

	"weir/internal/facts"
)

// CompletenessSum is what the server says exists of one kind in all imported repos of an integration beside what is held.
type CompletenessSum struct {
	Kind facts.SyncKind
	// Repos were counted; the figures are of them. CheckedAt is the oldest count, FullAt the oldest full check, 0 while one is due.
	Repos                                              int
	Server, Held, CheckedAt, FullAt, Missing, Repaired int64
}

// CompletenessSums adds up by kind what is known of an integration's imported repos.
func (q *queries) CompletenessSums(ctx context.Context, id facts.IntegrationID) ([]CompletenessSum, error) {
	return list(ctx, q, fmt.Sprintf("add up completeness of integration=%d", id), func(row scanner) (c CompletenessSum, err error) {
		err = row.Scan(&c.Kind, &c.Repos, into(&c.Server), into(&c.Held), into(&c.CheckedAt), into(&c.FullAt), into(&c.Missing), into(&c.Repaired))
		return c, err
	}, `SELECT c.kind, COUNT(*), SUM(c.server), SUM(c.held), MIN(c.checked_at), MIN(c.full_at), SUM(c.missing), SUM(c.repaired)
		FROM completeness c JOIN repos r ON r.id = c.repo_id WHERE r.integration_id = $1 AND r.imported_at > 0 GROUP BY c.kind ORDER BY c.kind`, id)
}

// OddRepo is a repo of which something is missing, or of which there is something to say.
type OddRepo struct {
	facts.Completeness
	FullName string
}

// Incomplete lists the repos of an integration that lack something or have a note, at most so many.
func (q *queries) Incomplete(ctx context.Context, id facts.IntegrationID, most int) ([]OddRepo, error) {
	return list(ctx, q, fmt.Sprintf("list incomplete repos of integration=%d", id), func(row scanner) (o OddRepo, err error) {
		c := &o.Completeness
		err = row.Scan(&c.Repo, &c.Kind, &c.Server, &c.Held, &c.CheckedAt, &c.FullAt, &c.Missing, &c.Repaired, &c.Note, &o.FullName)
		return o, err
	}, `SELECT `+completenessColumns+`, r.full_name FROM completeness c JOIN repos r ON r.id = c.repo_id
		WHERE r.integration_id = $1 AND r.imported_at > 0 AND (c.held < c.server OR c.missing > 0 OR c.note <> '')
		ORDER BY c.server - c.held DESC, lower(r.full_name), c.kind LIMIT $2`, id, most)
}
