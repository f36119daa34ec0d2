package store

import (
	"context"
	"errors"
	"fmt"

	"weir/internal/access"
	"weir/internal/facts"
)

func scanInvitation(row scanner) (access.Invitation, error) {
	var i access.Invitation
	err := row.Scan(&i.User, &i.Hash, &i.MadeBy, &i.MadeAt, &i.ExpiresAt)
	return i, err
}

const invitationColumns = `user_id, code_hash, made_by, made_at, expires_at`

// Invitations lists those that were not used, also the ones whose time is over.
func (q *queries) Invitations(ctx context.Context) ([]access.Invitation, error) {
	return list(ctx, q, "list invitations", scanInvitation, `SELECT `+invitationColumns+` FROM invitations ORDER BY user_id`)
}

// FindInvitation gives the invitation of a code's hash and whether there is one.
func (q *queries) FindInvitation(ctx context.Context, hash []byte) (access.Invitation, bool, error) {
	i, err := one(ctx, q, "load invitation", scanInvitation, `SELECT `+invitationColumns+` FROM invitations WHERE code_hash = $1`, hash)
	if errors.Is(err, facts.ErrNotFound) {
		return i, false, nil
	}
	return i, err == nil, err
}

// SaveInvitation keeps an invitation in place of the one that its user had.
func (t *Tx) SaveInvitation(ctx context.Context, i access.Invitation) error {
	_, err := t.exec(ctx, fmt.Sprintf("invite user=%d", i.User), `INSERT INTO invitations (`+invitationColumns+`) VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT (user_id) DO UPDATE SET code_hash = excluded.code_hash, made_by = excluded.made_by,
			made_at = excluded.made_at, expires_at = excluded.expires_at`, i.User, i.Hash, clean(i.MadeBy), i.MadeAt, i.ExpiresAt)
	return err
}

// SaveInvitation does so in a transaction of its own.
func (s *Store) SaveInvitation(ctx context.Context, i access.Invitation) error {
	return s.InTx(ctx, func(tx *Tx) error { return tx.SaveInvitation(ctx, i) })
}

// InviteUser adds an account together with its invitation. A login in use, in any case, is facts.ErrConflict.
func (s *Store) InviteUser(ctx context.Context, u access.User, i access.Invitation) (access.UserID, error) {
	return alone(ctx, s, func(tx *Tx) (id access.UserID, err error) {
		if i.User, err = tx.CreateUser(ctx, u); err != nil {
			return 0, err
		}
		return i.User, tx.SaveInvitation(ctx, i)
	})
}

// UseInvitation uses an invitation up and gives its user the password and the times of u, both or neither.
// It tells whether it did: of two who try at once one does.
func (s *Store) UseInvitation(ctx context.Context, i access.Invitation, u access.User) (bool, error) {
	doing := fmt.Sprintf("use the invitation of user=%d", i.User)
	return alone(ctx, s, func(tx *Tx) (bool, error) {
		n, err := tx.exec(ctx, doing, `DELETE FROM invitations WHERE user_id = $1 AND code_hash = $2`, i.User, i.Hash)
		if err != nil || n == 0 {
			return false, err
		}
		return true, tx.execOne(ctx, doing, `UPDATE users SET password_hash = $1, password_at = $2, signed_in_at = $3 WHERE id = $4`,
			u.PasswordHash, u.PasswordAt, u.SignedInAt, i.User)
	})
}
