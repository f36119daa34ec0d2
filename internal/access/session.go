package access

import (
	"context"
	"net/http"
	"time"

	"github.com/alexedwards/scs/v2"
)

const (
	sessionLifetime = 14 * 24 * time.Hour
	sessionIdle     = 3 * 24 * time.Hour

	keyUser  = "user"
	keySince = "since"
)

// Accounts looks up accounts for sessions. store meets it.
type Accounts interface {
	// FindUserByID gives an account, disabled or not.
	FindUserByID(ctx context.Context, id UserID) (u User, found bool, err error)
}

// Sessions knows who a browser is. The embedded manager's LoadAndSave wraps the handlers.
type Sessions struct {
	*scs.SessionManager
	accounts Accounts
	now      func() time.Time
}

// NewSessions makes the sessions of a server. secure says that people reach it over HTTPS: then browsers
// are told to send the cookie over nothing else, and to take it from this host alone.
func NewSessions(keeper scs.CtxStore, accounts Accounts, secure bool, now func() time.Time) *Sessions {
	m := scs.New()
	m.Store = keeper
	m.Lifetime, m.IdleTimeout = sessionLifetime, sessionIdle
	m.Cookie.Name = "weir_session"
	if secure {
		m.Cookie.Name = "__Host-weir_session"
	}
	m.Cookie.Path, m.Cookie.HttpOnly, m.Cookie.Secure, m.Cookie.SameSite = "/", true, secure, http.SameSiteLaxMode
	return &Sessions{SessionManager: m, accounts: accounts, now: now}
}

// SignIn ties the session of a request to a user, under a new token: one that was planted before is of no use.
func (s *Sessions) SignIn(ctx context.Context, u User) error {
	if err := s.RenewToken(ctx); err != nil {
		return err
	}
	s.Put(ctx, keyUser, int64(u.ID))
	s.Put(ctx, keySince, s.now().Unix())
	return nil
}

// SignOut ends the session of a request.
func (s *Sessions) SignOut(ctx context.Context) error { return s.Destroy(ctx) }

// User gives who is signed in on a request. Nobody is when the account was disabled or its password
// changed since.
func (s *Sessions) User(ctx context.Context) (User, bool, error) {
	id, _ := s.Get(ctx, keyUser).(int64)
	since, _ := s.Get(ctx, keySince).(int64)
	if id == 0 {
		return User{}, false, nil
	}
	u, found, err := s.accounts.FindUserByID(ctx, UserID(id))
	if err != nil || !found || u.DisabledAt != 0 || since < u.PasswordAt {
		return User{}, false, err
	}
	return u, true, nil
}
