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
	// Short is how many the repos lack that hold fewer than the server has: what others hold beyond it makes up for nothing.
	Short int64
}

// Complete tells whether nothing is known to be missing in any of the repos.
func (c *CompletenessSum) Complete() bool { return c.Repos > 0 && c.Short == 0 && c.Missing == 0 }

// CompletenessSums adds up by kind what is known of an integration's imported repos.
func (q *queries) CompletenessSums(ctx context.Context, id facts.IntegrationID) ([]CompletenessSum, error) {
	return list(ctx, q, fmt.Sprintf("add up completeness of integration=%d", id), func(row scanner) (c CompletenessSum, err error) {
		err = row.Scan(&c.Kind, &c.Repos, into(&c.Server), into(&c.Held), into(&c.CheckedAt), into(&c.FullAt), into(&c.Missing), into(&c.Repaired), into(&c.Short))
		return c, err
	}, `SELECT c.kind, COUNT(*), SUM(c.server), SUM(c.held), MIN(c.checked_at), MIN(c.full_at), SUM(c.missing), SUM(c.repaired),
			SUM(CASE WHEN c.held < c.server THEN c.server - c.held ELSE 0 END)
		FROM completeness c JOIN repos r ON r.id = c.repo_id WHERE r.integration_id = $1 AND r.imported_at > 0 GROUP BY c.kind ORDER BY c.kind`, id)
}

// CountedRepo is one kind of a repo in the completeness ledger. Kind is empty for a repo of which nothing was counted yet.
type CountedRepo struct {
	facts.Completeness
	FullName string
}

// CountedRepos lists the completeness ledger of an integration's imported repos, those that lack most first, and tells how many
// lines it has. odd leaves only those of which something is missing, or of which there is something to say.
func (q *queries) CountedRepos(ctx context.Context, id facts.IntegrationID, odd bool, page facts.Page) ([]CountedRepo, int, error) {
	s := &statement{}
	s.where("r.integration_id = ?", id)
	s.where("r.imported_at > 0")
	if odd {
		s.where("c.held < c.server OR c.missing > 0 OR c.note <> ''")
	}
	from := ` FROM repos r LEFT JOIN completeness c ON c.repo_id = r.id` + s.clause()
	doing := fmt.Sprintf("list completeness of integration=%d", id)
	total, err := one(ctx, q, doing, scanOne[int], `SELECT COUNT(*)`+from, s.args...)
	if err != nil {
		return nil, 0, err
	}
	rows, err := list(ctx, q, doing, func(row scanner) (o CountedRepo, err error) {
		c := &o.Completeness
		err = row.Scan(&c.Repo, &o.FullName, &c.Kind, &c.Server, &c.Held, &c.CheckedAt, &c.FullAt, &c.Missing, &c.Repaired, &c.Note)
		return o, err
	}, `SELECT r.id, r.full_name, COALESCE(c.kind, ''), COALESCE(c.server, 0), COALESCE(c.held, 0), COALESCE(c.checked_at, 0), COALESCE(c.full_at, 0),
			COALESCE(c.missing, 0), COALESCE(c.repaired, 0), COALESCE(c.note, '')`+from+`
		ORDER BY COALESCE(c.server - c.held, 0) DESC, lower(r.full_name), r.id, c.kind`+s.page(page), s.args...)
	return rows, total, err
}
