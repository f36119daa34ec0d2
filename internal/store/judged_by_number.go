package store

import (
	"context"
	"fmt"
	"slices"

	"weir/internal/facts"
)

// numbersPerRead bounds the parameters of one statement.
const numbersPerRead = 500

// JudgedByNumber gives commits of a repo by their numbers, without files. Numbers that are not held, or not
// judged yet, are passed over.
func (q *queries) JudgedByNumber(
	ctx context.Context, repo facts.RepoID, numbers []facts.CommitNumber,
) (map[facts.CommitNumber]facts.JudgedCommit, error) {
	found := map[facts.CommitNumber]facts.JudgedCommit{}
	for some := range slices.Chunk(numbers, numbersPerRead) {
		s := &statement{}
		s.where("v.repo_id = ?", repo)
		whereIn(s, "v.number", some)
		for c, err := range stream(ctx, q, fmt.Sprintf("load judged commits of repo=%d", repo), newJudgedScan(),
			`SELECT `+commitColumns+`, `+verdictColumns+judgedFrom+s.clause(), s.args...) {
			if err != nil {
				return nil, err
			}
			found[c.Number] = c
		}
	}
	return found, nil
}
