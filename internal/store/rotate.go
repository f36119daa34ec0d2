package store

import (
	"context"
	"fmt"

	"weir/internal/facts"
)

// Rotation is what a rotation of the key did.
type Rotation struct {
	// Resealed counts the secrets that were sealed again.
	Resealed int
	// Finished says that a rotation that was cut short has been brought to its end, rather than a new one made.
	Finished bool
	// OldKeys says that the old keys are still in the environment, where only a person can take them out.
	OldKeys bool
}

// RotateKey gives Weir a new key and seals every secret again. The old key stays until that is done: it may
// be cut short at any moment, everything opens then, and the next call goes on. Keys from the environment
// are made by a person, so that there the newest of them is put to use; with one alone the error says how.
func (s *Store) RotateKey(ctx context.Context) (Rotation, error) {
	var r Rotation
	if s.keys == nil {
		return r, fmt.Errorf("rotate key: %w", errNoKeys)
	}
	if s.keys.Count() > 1 {
		r.Finished = s.keys.FromFile()
	} else if err := s.keys.Rotate(); err != nil {
		return r, err
	}
	// A second round finds what others were sealing with the old key while the new one was made.
	for {
		n, err := s.ResealCredentials(ctx)
		if err != nil {
			return r, err
		}
		if n == 0 {
			break
		}
		r.Resealed += n
	}
	r.OldKeys = !s.keys.FromFile()
	return r, s.keys.Retire()
}

// ResealCredentials seals everything again that the newest key did not seal, and tells how many there
// were. It belongs after a rotation of the keys.
func (s *Store) ResealCredentials(ctx context.Context) (int, error) {
	if s.keys == nil {
		return 0, fmt.Errorf("seal credentials again: %w", errNoKeys)
	}
	return alone(ctx, s, func(tx *Tx) (int, error) { return tx.reseal(ctx) })
}

type sealedPart struct {
	integration facts.IntegrationID
	part        string
	sealed      []byte
}

func (t *Tx) reseal(ctx context.Context) (int, error) {
	if t.dialect == Postgres { // SQLite has one writer anyway
		if _, err := t.exec(ctx, "lock credentials", `LOCK TABLE credentials IN EXCLUSIVE MODE`); err != nil {
			return 0, err
		}
	}
	parts, err := list(ctx, &t.queries, "seal credentials again", func(row scanner) (p sealedPart, err error) {
		err = row.Scan(&p.integration, &p.part, &p.sealed)
		return p, err
	}, `SELECT integration_id, part, sealed FROM credentials ORDER BY integration_id, part`)
	n := 0
	for _, p := range parts {
		if t.keys.Current(p.sealed) {
			continue
		}
		plain, err := t.keys.Open(p.sealed, sealContext(p.integration, p.part))
		if err == nil {
			err = t.sealPart(ctx, p.integration, p.part, plain)
		}
		if err != nil {
			return 0, fmt.Errorf("seal %s of integration=%d again: %w", p.part, p.integration, err)
		}
		n++
	}
	return n, err
}
