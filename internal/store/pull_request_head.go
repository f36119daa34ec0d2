package store

import (
	"context"
	"fmt"
	"slices"

	"weir/internal/facts"
)

// PullRequestHeads is what judging commits needs of a pull request.
type PullRequestHeads struct {
	Number                int
	Head, Base, MergeHash string
	Method                facts.MergeMethod
	CreatedAt, MergedAt   int64
	// Former are the heads that it had before.
	Former []string
	// Commits counts those on its head now, of which Last is the last; Pushed says that MergeHash is one of them.
	Commits int
	Last    string
	Pushed  bool
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
	for named, err := range stream(ctx, q, doing, scanNamedHash,
		`SELECT number, hash FROM pull_request_heads WHERE repo_id = $1 ORDER BY number, seen_at, hash`, repo) {
		if err != nil {
			return nil, err
		}
		if h := named.in(all); h != nil && named.hash != h.Head {
			h.Former = append(h.Former, named.hash)
		}
	}
	for named, err := range stream(ctx, q, doing, scanNamedHash,
		`SELECT number, hash FROM pull_request_commits WHERE repo_id = $1 AND on_head = $2 ORDER BY number, position`, repo, true) {
		if err != nil {
			return nil, err
		}
		if h := named.in(all); h != nil {
			h.Commits++
			h.Last, h.Pushed = named.hash, h.Pushed || named.hash == h.MergeHash
		}
	}
	return all, nil
}

// namedHash is a hash with the pull request that it belongs to.
type namedHash struct {
	number int
	hash   string
}

func scanNamedHash(row scanner) (n namedHash, err error) {
	err = row.Scan(&n.number, &n.hash)
	return n, err
}

// in finds the pull request among some in the order of their numbers, nil when it is not one of them.
func (n namedHash) in(all []PullRequestHeads) *PullRequestHeads {
	i, found := slices.BinarySearchFunc(all, n.number, func(h PullRequestHeads, number int) int { return h.Number - number })
	if !found {
		return nil
	}
	return &all[i]
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
