package store

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"fmt"
	"io"
	"iter"

	"weir/internal/facts"
)

// RawAnswer is what the server answered when facts of a repo were read.
type RawAnswer struct {
	At   int64
	Kind facts.SyncKind
	Body []byte
}

// SaveRawAnswer keeps an answer, compressed. The same answer of the same second is kept once.
func (t *Tx) SaveRawAnswer(ctx context.Context, repo facts.RepoID, a RawAnswer) error {
	doing := fmt.Sprintf("keep raw answer of repo=%d", repo)
	var packed bytes.Buffer
	w := gzip.NewWriter(&packed)
	if _, err := w.Write(a.Body); err != nil {
		return fmt.Errorf("%s: %w", doing, err)
	}
	if err := w.Close(); err != nil {
		return fmt.Errorf("%s: %w", doing, err)
	}
	sum := sha256.Sum256(a.Body)
	_, err := t.exec(ctx, doing, `INSERT INTO raw_answers (repo_id, at, kind, hash, body) VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT (repo_id, at, kind, hash) DO NOTHING`, repo, a.At, a.Kind, sum[:8], packed.Bytes())
	return err
}

// RawAnswers streams the answers of one kind that are kept of a repo, the oldest first.
func (q *queries) RawAnswers(ctx context.Context, repo facts.RepoID, kind facts.SyncKind) iter.Seq2[RawAnswer, error] {
	return stream(ctx, q, fmt.Sprintf("read raw answers of repo=%d", repo), func(row scanner) (a RawAnswer, err error) {
		var packed []byte
		if err := row.Scan(&a.At, &a.Kind, &packed); err != nil {
			return a, err
		}
		r, err := gzip.NewReader(bytes.NewReader(packed))
		if err != nil {
			return a, err
		}
		a.Body, err = io.ReadAll(r)
		return a, err
	}, `SELECT at, kind, body FROM raw_answers WHERE repo_id = $1 AND kind = $2 ORDER BY at, hash`, repo, kind)
}

// PurgeRawAnswers removes the answers from before an instant, in short transactions.
func (s *Store) PurgeRawAnswers(ctx context.Context, before int64) error {
	return s.deleteInChunks(ctx, fmt.Sprintf("purge raw answers before %d", before), "raw_answers", "repo_id, at, kind, hash", "at < $1", before)
}
