package store

import (
	"context"
	"fmt"

	"weir/internal/facts"
)

// PullRequestHeads is what judging commits needs of a pull request.
type PullRequestHeads struct {
	Number                int
	Head, Base, MergeHash string
	Method                facts.MergeMethod
	CreatedAt, MergedAt   int64
	// All are the heads that it ever had, Commits those on its head now, in order.
	All, Commits []string
}

// PullRequestHeadsOf lists the pull requests of a repo that are not gone, by number.
func (q *queries) PullRequestHeadsOf(ctx context.Context, repo facts.RepoID) ([]PullRequestHeads, error) {
	doing := fmt.Sprintf("list heads of pull requests of repo=%d", repo)
	all, err := list(ctx, q, doing, func(row scanner) (h PullRequestHeads, err error) {
		err = row.Scan(&h.Number, &h.Head, &h.Base, &h.MergeHash, &h.Method, &h.CreatedAt, &h.MergedAt)
		return h, err
	}, `SELECT number, head_hash, base_hash, merge_hash, merge_method, created_at, merged_at FROM pull_requests WHERE repo_id = $1 AND gone_at = 0 ORDER BY number`, repo)
	if err != nil {
		return nil, err
	}
	byNumber := make(map[int]*PullRequestHeads, len(all))
	for i := range all {
		byNumber[all[i].Number] = &all[i]
	}
	add := func(to func(*PullRequestHeads) *[]string) func(scanner) (string, error) {
		return func(row scanner) (hash string, err error) {
			var number int
			err = row.Scan(&number, &hash)
			if h := byNumber[number]; h != nil {
				into := to(h)
				*into = append(*into, hash)
			}
			return hash, err
		}
	}
	_, err = list(ctx, q, doing, add(func(h *PullRequestHeads) *[]string { return &h.All }),
		`SELECT number, hash FROM pull_request_heads WHERE repo_id = $1 ORDER BY number, seen_at, hash`, repo)
	if err != nil {
		return nil, err
	}
	_, err = list(ctx, q, doing, add(func(h *PullRequestHeads) *[]string { return &h.Commits }),
		`SELECT number, hash FROM pull_request_commits WHERE repo_id = $1 AND on_head = $2 ORDER BY number, position`, repo, true)
	return all, err
}

// SetMergeMethods keeps how pull requests were merged, by number, as it was found out from git.
func (t *Tx) SetMergeMethods(ctx context.Context, repo facts.RepoID, methods map[int]facts.MergeMethod) error {
	for number, method := range methods {
		_, err := t.exec(ctx, fmt.Sprintf("set merge method of pull request %d of repo=%d", number, repo),
			`UPDATE pull_requests SET merge_method = $1 WHERE repo_id = $2 AND number = $3`, method, repo, number)
		if err != nil {
			return err
		}
	}
	return nil
}
