package judge

import (
	"context"
	"slices"

	"weir/internal/facts"
	"weir/internal/metrics"
	"weir/internal/store"
)

// Explain shows how the impact of a commit comes about, by making the baseline of its month again from the
// verdicts in the store. It gives what Repo gave as long as the repo has been judged since its last commit.
func Explain(ctx context.Context, s *store.Store, c *facts.JudgedCommit) (metrics.Terms, error) {
	months, err := frozenMonths(ctx, s, c.Repo)
	if err != nil {
		return metrics.Terms{}, err
	}
	month := c.Day.Month()
	known, frozen := months[month]
	if !frozen || !onBranch(c.Reason) {
		known = 1<<31 - 1
	}
	var window []metrics.Shape
	if onBranch(c.Reason) {
		q := facts.Query{From: month - metrics.BaselineDays, To: month - 1, Repos: []facts.RepoID{c.Repo}}
		if window, err = storedShapes(ctx, s, q, known, 1<<31-1); err != nil {
			return metrics.Terms{}, err
		}
	}
	if len(window) < metrics.BaselineCommits {
		q := facts.Query{From: -allDays, To: allDays, Repos: []facts.RepoID{c.Repo}}
		if window, err = storedShapes(ctx, s, q, known, metrics.BaselineCommits); err != nil {
			return metrics.Terms{}, err
		}
	}
	return metrics.NewBaseline(window).Terms(shapeOf(c)), nil
}

// storedShapes gathers the shapes of the first commits of a query that are in baselines. They lack what only
// complexity needs.
func storedShapes(ctx context.Context, s *store.Store, q facts.Query, known facts.CommitNumber, limit int) ([]metrics.Shape, error) {
	var found []row
	for c, err := range s.JudgedCommits(ctx, q, facts.CommitFilter{Order: facts.OrderOldest}, facts.Page{}) {
		if err != nil {
			return nil, err
		}
		if c.Merge() || !onBranch(c.Reason) || c.Number > known {
			continue
		}
		if len(found) >= limit && c.AuthoredAt > found[len(found)-1].authoredAt {
			break
		}
		found = append(found, row{authoredAt: c.AuthoredAt, hash: c.Hash, shape: shapeOf(&c)})
	}
	slices.SortFunc(found, func(a, b row) int { return a.earlier(&b) })
	var shapes []metrics.Shape
	for _, r := range found[:min(len(found), limit)] {
		shapes = append(shapes, r.shape)
	}
	return shapes, nil
}

func shapeOf(c *facts.JudgedCommit) metrics.Shape {
	return metrics.ShapeOf(c.Lines, c.Hunks, c.Verdict.Files, 0)
}
