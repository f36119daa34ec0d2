package access

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"fmt"
	"strings"
	"time"

	"weir/internal/secret"
)

// ErrNoInvitation says that a code opens nothing, without saying why.
var ErrNoInvitation = errors.New("this invitation is not valid: it was used, replaced by a newer one, or its time is over; ask an admin of Weir for a new one")

// InvitationDays is for how many days an invitation may be used.
const InvitationDays = 7

// invitationLifetime is for how long an invitation may be used.
const invitationLifetime = InvitationDays * 24 * time.Hour

// Invitation lets one person choose the password of an account, once. What is kept of it is not the code.
type Invitation struct {
	User   UserID
	Hash   []byte
	MadeBy string
	MadeAt int64
	// ExpiresAt is when it ends unused.
	ExpiresAt int64
}

// Valid tells whether an invitation can still be used.
func (i Invitation) Valid(now time.Time) bool { return now.Unix() < i.ExpiresAt }

// Invite makes an account without a password, and the code by which its owner chooses one.
func (g *Gate) Invite(ctx context.Context, n NewUser, by string) (User, secret.String, error) {
	if err := n.checkName(); err != nil {
		return User{}, secret.String{}, err
	}
	u := User{Login: n.Login, Name: n.shownName(), Role: n.Role, CreatedAt: g.now().Unix()}
	code, i, err := g.newInvitation(by)
	if err != nil {
		return User{}, secret.String{}, err
	}
	u.ID, err = g.directory.InviteUser(ctx, u, i)
	return u, code, err
}

// InviteAgain gives an account a new code, which voids the one before: for somebody who did not use it in
// time, or has lost the password. The present password stays until the code is used.
func (g *Gate) InviteAgain(ctx context.Context, u User, by string) (secret.String, error) {
	code, i, err := g.newInvitation(by)
	if err != nil {
		return secret.String{}, err
	}
	i.User = u.ID
	return code, g.directory.SaveInvitation(ctx, i)
}

func (g *Gate) newInvitation(by string) (secret.String, Invitation, error) {
	random := make([]byte, 20)
	if _, err := rand.Read(random); err != nil {
		return secret.String{}, Invitation{}, fmt.Errorf("make invitation: %w", err)
	}
	code, now := codeAlphabet.EncodeToString(random), g.now()
	return secret.New(code), Invitation{Hash: hashInvitation(code), MadeBy: by, MadeAt: now.Unix(), ExpiresAt: now.Add(invitationLifetime).Unix()}, nil
}

// Accept gives the account of an invitation the password that its owner chose, and uses the code up. The
// error is ErrNoInvitation, ErrDisabled, a *RuleError about the password, which costs nothing, or a *ThrottledError.
func (g *Gate) Accept(ctx context.Context, code, password secret.String, address string) (User, error) {
	from := "invitation " + address
	if err := g.throttle.take(from, freeForAddress); err != nil {
		return User{}, err
	}
	u, i, err := g.invited(ctx, code)
	if err != nil {
		return User{}, err
	}
	g.throttle.forgive(from)
	if err := CheckPassword(u.Login, password); err != nil {
		return User{}, err
	}
	if u.PasswordHash, err = HashPassword(password); err != nil {
		return User{}, err
	}
	u.PasswordAt, u.SignedInAt = g.now().Unix(), g.now().Unix()
	used, err := g.directory.UseInvitation(ctx, i, u)
	if err == nil && !used {
		err = ErrNoInvitation
	}
	return u, err
}

func (g *Gate) invited(ctx context.Context, code secret.String) (User, Invitation, error) {
	i, found, err := g.directory.FindInvitation(ctx, hashInvitation(tidyCode(strings.TrimPrefix(code.Reveal(), "#"))))
	if err != nil {
		return User{}, i, err
	}
	if !found || !i.Valid(g.now()) {
		return User{}, i, ErrNoInvitation
	}
	u, found, err := g.directory.FindUserByID(ctx, i.User)
	switch {
	case err != nil:
		return User{}, i, err
	case !found:
		return User{}, i, ErrNoInvitation
	case u.DisabledAt != 0:
		return User{}, i, ErrDisabled
	}
	return u, i, nil
}

// hashInvitation need not be slow: the code is 160 random bits.
func hashInvitation(code string) []byte {
	sum := sha256.Sum256([]byte("weir invitation\x00" + code))
	return sum[:]
}
