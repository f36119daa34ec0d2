// Package access says who may use Weir: users with roles and rights, passwords, sign-in and its
// throttling, sessions, and the one-time code that makes the first account.
//
// It decides and keeps no data of its own: what it needs kept it asks of the interfaces declared here,
// which store meets. Passwords and codes arrive as secret.String and leave as hashes only.
package access

// UserID names one account of Weir. Zero is never a valid id.
type UserID int64

// User is an account of Weir, which is not the same as a person in the reports.
type User struct {
	ID UserID
	// Login is the name to sign in with; it is unique without regard to case.
	Login string
	// Name is the one to show.
	Name string
	Role Role
	// PasswordHash is in the form of HashPassword.
	PasswordHash string
	// PasswordAt is when the password was last set; sessions that began before it are over.
	PasswordAt int64
	CreatedAt  int64
	// SignedInAt is the last sign-in, 0 before the first.
	SignedInAt int64
	// DisabledAt is when an admin shut the account, 0 while it is open.
	DisabledAt int64
}

// May tells whether the user holds a right. A disabled user holds none.
func (u *User) May(right Right) bool { return u.DisabledAt == 0 && u.Role.Has(right) }
