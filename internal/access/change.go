package access

import (
	"context"
	"errors"
	"fmt"
)

// ErrLastAdmin refuses what would leave Weir without anybody who can manage it.
var ErrLastAdmin = errors.New("this is the only admin who can sign in; make somebody else an admin first")

// ChangeRole gives an account another role, from its next request on.
func (g *Gate) ChangeRole(ctx context.Context, id UserID, role Role) error {
	if !role.Valid() {
		return fmt.Errorf("there is no role %q", role)
	}
	return g.directory.ChangeUser(ctx, id, func(u *User, otherAdmins int) error {
		if role != RoleAdmin && lastAdmin(u, otherAdmins) {
			return ErrLastAdmin
		}
		u.Role = role
		return nil
	})
}

// Disable shuts an account: its sessions end with their next request, and nothing of it is deleted.
func (g *Gate) Disable(ctx context.Context, id UserID) error {
	return g.directory.ChangeUser(ctx, id, func(u *User, otherAdmins int) error {
		if lastAdmin(u, otherAdmins) {
			return ErrLastAdmin
		}
		if u.DisabledAt == 0 {
			u.DisabledAt = g.now().Unix()
		}
		return nil
	})
}

// Enable opens an account again, with the password it had.
func (g *Gate) Enable(ctx context.Context, id UserID) error {
	return g.directory.ChangeUser(ctx, id, func(u *User, _ int) error {
		u.DisabledAt = 0
		return nil
	})
}

// lastAdmin tells whether nobody could manage Weir without this account. Who was invited and has not come
// yet cannot.
func lastAdmin(u *User, others int) bool {
	return u.Role == RoleAdmin && u.DisabledAt == 0 && u.PasswordHash != "" && others == 0
}
