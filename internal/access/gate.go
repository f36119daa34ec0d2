package access

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"weir/internal/secret"
)

// ErrWrongPassword says that a login and a password do not go together, without saying which is wrong.
var ErrWrongPassword = errors.New("the login or the password is not right")

// ErrDisabled says that the account was shut by an admin. Only somebody who knows its password is told.
var ErrDisabled = errors.New("this account has been disabled; ask an admin of Weir")

// Directory is where accounts are kept. store meets it.
type Directory interface {
	// FindUser gives the account of a login, in any case.
	FindUser(ctx context.Context, login string) (u User, found bool, err error)
	FindUserByID(ctx context.Context, id UserID) (u User, found bool, err error)
	CountUsers(ctx context.Context) (int, error)
	// CreateFirstUser fails when there is an account already, however many try at once.
	CreateFirstUser(ctx context.Context, u User) (UserID, error)
	CreateUser(ctx context.Context, u User) (UserID, error)
	SaveUser(ctx context.Context, u User) error
	// SaveSignIn keeps SignedInAt and PasswordHash alone, unless PasswordAt has changed.
	SaveSignIn(ctx context.Context, u User) (saved bool, err error)
	// ChangeUser changes name, role and DisabledAt while nobody else can; otherAdmins can sign in.
	ChangeUser(ctx context.Context, id UserID, change func(u *User, otherAdmins int) error) error
	// InviteUser makes an account with its invitation, whose User is not read.
	InviteUser(ctx context.Context, u User, i Invitation) (UserID, error)
	SaveInvitation(ctx context.Context, i Invitation) error
	FindInvitation(ctx context.Context, hash []byte) (i Invitation, found bool, err error)
	// UseInvitation keeps u's password and uses the invitation up, both or, when somebody else did, neither.
	UseInvitation(ctx context.Context, i Invitation, u User) (used bool, err error)
	// ChangeSetupCode changes the one set-up code, zero when there is none, while nobody else can.
	ChangeSetupCode(ctx context.Context, change func(*SetupCode) error) error
}

// Gate lets people in. It is safe for concurrent use.
type Gate struct {
	directory Directory
	now       func() time.Time
	throttle  *throttle
	decoy     func() string // a hash that nobody's password has
}

// NewGate makes a gate on a directory with a clock. What it remembers of failed attempts is in memory.
func NewGate(d Directory, now func() time.Time) *Gate {
	return &Gate{directory: d, now: now, throttle: newThrottle(now), decoy: sync.OnceValue(func() string {
		hash, err := HashPassword(secret.New("nobody has this password"))
		if err != nil {
			return ""
		}
		return hash
	})}
}

// NewUser is an account to be made.
type NewUser struct {
	Login, Name string
	Role        Role
	Password    secret.String
}

func (n NewUser) check() error {
	if err := n.checkName(); err != nil {
		return err
	}
	return CheckPassword(n.Login, n.Password)
}

func (n NewUser) checkName() error {
	if !n.Role.Valid() {
		return fmt.Errorf("there is no role %q", n.Role)
	}
	return CheckLogin(n.Login)
}

func (n NewUser) shownName() string {
	if name := strings.TrimSpace(n.Name); name != "" {
		return name
	}
	return n.Login
}

func (n NewUser) user(now time.Time) (User, error) {
	hash, err := HashPassword(n.Password)
	if err != nil {
		return User{}, err
	}
	return User{Login: n.Login, Name: n.shownName(), Role: n.Role, PasswordHash: hash, PasswordAt: now.Unix(), CreatedAt: now.Unix()}, nil
}

// CreateUser makes an account. What breaks a rule is a *RuleError.
func (g *Gate) CreateUser(ctx context.Context, n NewUser) (User, error) {
	if err := n.check(); err != nil {
		return User{}, err
	}
	u, err := n.user(g.now())
	if err != nil {
		return User{}, err
	}
	u.ID, err = g.directory.CreateUser(ctx, u)
	return u, err
}

// SignIn gives the account of a login and its password. The error is ErrWrongPassword, ErrDisabled, a
// *ThrottledError, or the directory's. address is where the attempt comes from, without a port.
func (g *Gate) SignIn(ctx context.Context, login string, password secret.String, address string) (User, error) {
	account, from := "account "+strings.ToLower(login), "address "+address
	if err := g.throttle.take(from, freeForAddress); err != nil {
		return User{}, err
	}
	if err := g.throttle.take(account, freeForAccount); err != nil {
		return User{}, err
	}
	u, stale, err := g.verify(ctx, login, password)
	if err != nil {
		return User{}, err
	}
	g.throttle.forget(account)
	g.throttle.forgive(from) // and not forget: an account of one's own must not buy guesses at others'
	if u.DisabledAt != 0 {
		return User{}, ErrDisabled
	}
	if stale {
		if u.PasswordHash, err = HashPassword(password); err != nil {
			return User{}, err
		}
	}
	u.SignedInAt = g.now().Unix()
	saved, err := g.directory.SaveSignIn(ctx, u)
	if err == nil && !saved {
		err = ErrWrongPassword // it was changed while we looked
	}
	return u, err
}

// verify takes as long for a login that does not exist as for one that does.
func (g *Gate) verify(ctx context.Context, login string, password secret.String) (u User, stale bool, err error) {
	u, found, err := g.directory.FindUser(ctx, login)
	if err != nil {
		return User{}, false, err
	}
	hash := g.decoy()
	found = found && u.PasswordHash != "" // somebody who was invited and has not come yet
	if found {
		hash = u.PasswordHash
	}
	if len(password.Reveal()) > maxPasswordBytes {
		return User{}, false, ErrWrongPassword
	}
	ok, stale, err := VerifyPassword(hash, password)
	if err != nil {
		return User{}, false, err
	}
	if !ok || !found {
		return User{}, false, ErrWrongPassword
	}
	return u, stale, nil
}

// ChangePassword gives an account a new password when the present one is right; every session of the
// account that began before is over then.
func (g *Gate) ChangePassword(ctx context.Context, u User, present, next secret.String, address string) (User, error) {
	if err := CheckPassword(u.Login, next); err != nil {
		return User{}, err
	}
	u, err := g.SignIn(ctx, u.Login, present, address)
	if err != nil {
		return User{}, err
	}
	if u.PasswordHash, err = HashPassword(next); err != nil {
		return User{}, err
	}
	u.PasswordAt = g.now().Unix()
	return u, g.directory.SaveUser(ctx, u)
}
