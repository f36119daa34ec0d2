package web

import (
	"context"

	"weir/internal/access"
	"weir/internal/secret"
)

// Accounts is what the pages need of the people who use Weir.
type Accounts interface {
	// User gives an account; facts.ErrNotFound when there is none.
	User(ctx context.Context, id access.UserID) (access.User, error)
	// SetUpNeeded tells whether there is no account yet.
	SetUpNeeded(ctx context.Context) (bool, error)
	// SetUp makes the first account, an admin, by the one-time code.
	SetUp(ctx context.Context, code secret.String, login, name string, password secret.String) (access.User, error)
	// SignIn checks a password. from is the client's address, for throttling.
	SignIn(ctx context.Context, login string, password secret.String, from string) (access.User, error)
}
