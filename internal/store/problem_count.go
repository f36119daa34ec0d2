package store

import (
	"context"

	"weir/internal/facts"
)

// ProblemCount tells how many items of a repo could not be read for one reason.
type ProblemCount struct {
	Repo  facts.RepoID
	Kind  facts.SyncKind
	Code  string
	Count int
}

// ProblemCounts counts the problems of all imported repos by repo, kind and code.
func (q *queries) ProblemCounts(ctx context.Context) ([]ProblemCount, error) {
	return list(ctx, q, "count problems", func(row scanner) (c ProblemCount, err error) {
		err = row.Scan(&c.Repo, &c.Kind, &c.Code, &c.Count)
		return c, err
	}, `SELECT repo_id, kind, code, COUNT(*) FROM problems WHERE repo_id IN (`+liveRepos+`)
		GROUP BY repo_id, kind, code ORDER BY repo_id, kind, code`)
}
