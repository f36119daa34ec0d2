package store

import (
	"context"
	"encoding/hex"
	"fmt"

	"weir/internal/facts"
)

// Refs lists every ref of a repo by name, former ones included: a ref that moved or vanished stays, with
// GoneAt set, so that what was once on a branch is known.
func (q *queries) Refs(ctx context.Context, repo facts.RepoID) ([]facts.Ref, error) {
	return list(ctx, q, fmt.Sprintf("list refs of repo=%d", repo), scanRef,
		`SELECT repo_id, name, hash, seen_at, gone_at FROM refs WHERE repo_id = $1 ORDER BY name, seen_at, hash`, repo)
}

func scanRef(row scanner) (facts.Ref, error) {
	var r facts.Ref
	var name, hash []byte
	err := row.Scan(&r.Repo, &name, &hash, &r.SeenAt, &r.GoneAt)
	r.Name, r.Hash = string(name), hex.EncodeToString(hash)
	return r, err
}

// SaveRefs says which refs a repo has now. Each is seen at now; all others of the repo are gone since
// now, unless they were gone before. Repo, SeenAt and GoneAt of refs are not read.
func (t *Tx) SaveRefs(ctx context.Context, repo facts.RepoID, refs []facts.Ref, now int64) error {
	doing := fmt.Sprintf("save refs of repo=%d", repo)
	b := t.bulk(doing, "refs", "repo_id, name, hash, seen_at, gone_at",
		"ON CONFLICT (repo_id, name, hash) DO UPDATE SET seen_at = excluded.seen_at, gone_at = 0")
	for _, r := range refs {
		hash, err := hex.DecodeString(r.Hash)
		if err != nil {
			return fmt.Errorf("%s: %q is not an object id", doing, r.Hash)
		}
		if err := b.add(ctx, repo, []byte(r.Name), hash, now, int64(0)); err != nil {
			return err
		}
	}
	if err := b.flush(ctx); err != nil {
		return err
	}
	return t.markGoneRefs(ctx, repo, refs, now)
}

// markGoneRefs asks for the rows that are not among refs: seen_at alone would not tell, for two saves may
// fall in one second.
func (t *Tx) markGoneRefs(ctx context.Context, repo facts.RepoID, refs []facts.Ref, now int64) error {
	held, err := t.Refs(ctx, repo)
	if err != nil {
		return err
	}
	present := make(map[[2]string]bool, len(refs))
	for _, r := range refs {
		present[[2]string{r.Name, r.Hash}] = true
	}
	for _, r := range held {
		if r.GoneAt != 0 || present[[2]string{r.Name, r.Hash}] {
			continue
		}
		hash, err := hex.DecodeString(r.Hash)
		if err != nil {
			return err
		}
		_, err = t.exec(ctx, fmt.Sprintf("mark ref %q of repo=%d as gone", r.Name, repo),
			`UPDATE refs SET gone_at = $1 WHERE repo_id = $2 AND name = $3 AND hash = $4`, now, repo, []byte(r.Name), hash)
		if err != nil {
			return err
		}
	}
	return nil
}

// SaveRefs does so in a transaction of its own.
func (s *Store) SaveRefs(ctx context.Context, repo facts.RepoID, refs []facts.Ref, now int64) error {
	return s.InTx(ctx, func(tx *Tx) error { return tx.SaveRefs(ctx, repo, refs, now) })
}
