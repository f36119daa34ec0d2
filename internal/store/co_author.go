package store

import (
	"context"
	"encoding/hex"
	"fmt"

	"weir/internal/facts"
)

// coAuthors reads the co-authors of a range of commits, each commit's in the order of its message.
func (q *queries) coAuthors(
	ctx context.Context, repo facts.RepoID, first, last facts.CommitNumber,
) (map[facts.CommitNumber][]facts.IdentityID, error) {
	type row struct {
		number facts.CommitNumber
		id     facts.IdentityID
	}
	found := map[facts.CommitNumber][]facts.IdentityID{}
	for r, err := range stream(ctx, q, fmt.Sprintf("read co-authors of repo=%d", repo), func(s scanner) (r row, err error) {
		err = s.Scan(&r.number, &r.id)
		return r, err
	}, `SELECT number, identity_id FROM co_authors WHERE repo_id = $1 AND number BETWEEN $2 AND $3 ORDER BY number, position`, repo, first, last) {
		if err != nil {
			return nil, err
		}
		found[r.number] = append(found[r.number], r.id)
	}
	return found, nil
}

func (t *Tx) coAuthorBulk(doing string) *bulk {
	return t.bulk(doing, "co_authors", "repo_id, number, position, identity_id", "ON CONFLICT (repo_id, number, position) DO NOTHING")
}

func (b *bulk) addCoAuthors(ctx context.Context, repo facts.RepoID, n facts.CommitNumber, ids []facts.IdentityID) error {
	for i, id := range ids {
		if err := b.add(ctx, int64(repo), int64(n), int64(i), int64(id)); err != nil {
			return err
		}
	}
	return nil
}

// CoAuthorsDue tells up to which commit the messages of a repo are still to be read for co-authors, 0 when all were. Only
// commits that were saved before co-authors were known of are ever due.
func (q *queries) CoAuthorsDue(ctx context.Context, repo facts.RepoID) (facts.CommitNumber, error) {
	return one(ctx, q, fmt.Sprintf("find co-authors due of repo=%d", repo), scanOne[facts.CommitNumber],
		`SELECT co_authors_due FROM repos WHERE id = $1`, repo)
}

// SetCoAuthorsDue says so.
func (t *Tx) SetCoAuthorsDue(ctx context.Context, repo facts.RepoID, due facts.CommitNumber) error {
	_, err := t.exec(ctx, fmt.Sprintf("note co-authors due of repo=%d", repo), `UPDATE repos SET co_authors_due = $1 WHERE id = $2`, due, repo)
	return err
}

// SetCoAuthorsDue does so in a transaction of its own.
func (s *Store) SetCoAuthorsDue(ctx context.Context, repo facts.RepoID, due facts.CommitNumber) error {
	return s.InTx(ctx, func(tx *Tx) error { return tx.SetCoAuthorsDue(ctx, repo, due) })
}

// CommitsUpTo gives at most so many commits of a repo from a number down, with no more than Number, Hash and Author.
func (q *queries) CommitsUpTo(ctx context.Context, repo facts.RepoID, from facts.CommitNumber, most int) ([]facts.Commit, error) {
	return list(ctx, q, fmt.Sprintf("read commits of repo=%d", repo), func(row scanner) (c facts.Commit, err error) {
		var hash []byte
		err = row.Scan(&c.Number, &hash, &c.Author)
		c.Hash = hex.EncodeToString(hash)
		return c, err
	}, `SELECT number, hash, author_id FROM commits WHERE repo_id = $1 AND number <= $2 ORDER BY number DESC LIMIT $3`, repo, from, most)
}

// AddCoAuthors keeps the co-authors of commits that were saved without, and notes how far that has come. Of the commits only
// Number and CoAuthors are read; adding them again changes nothing.
func (s *Store) AddCoAuthors(ctx context.Context, repo facts.RepoID, commits []facts.Commit, due facts.CommitNumber) error {
	return s.InTx(ctx, func(tx *Tx) error {
		b := tx.coAuthorBulk(fmt.Sprintf("add co-authors of repo=%d", repo))
		for i := range commits {
			if err := b.addCoAuthors(ctx, repo, commits[i].Number, commits[i].CoAuthors); err != nil {
				return err
			}
		}
		if err := b.flush(ctx); err != nil {
			return err
		}
		return tx.SetCoAuthorsDue(ctx, repo, due)
	})
}
