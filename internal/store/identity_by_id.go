package store

import (
	"context"
	"fmt"

	"weir/internal/facts"
)

// Identity gives one identity with the person it belongs to.
func (q *queries) Identity(ctx context.Context, id facts.IdentityID) (facts.Identity, error) {
	return one(ctx, q, fmt.Sprintf("load identity=%d", id), scanIdentity, `SELECT `+identityColumns+` FROM identities WHERE id = $1`, id)
}
