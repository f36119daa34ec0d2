// Package facts says what happened: the nouns of Weir in plain values.
//
// It holds what was observed on a GitHub Enterprise Server and in its git repositories, and the
// question a page asks of it (Query). It imports the standard library only, decides nothing and
// fetches nothing: whether a fact counts is for judge, what it adds up to is for metrics.
//
// Instants are Unix seconds in UTC, held as int64 so that a commit dated 1901 or 2106 keeps its value.
package facts

import "errors"

// Errors that every layer shares. Adapters translate their driver's own errors into these.
var (
	// ErrNotFound says that the thing asked for does not exist, or is not visible to the one who asks.
	ErrNotFound = errors.New("not found")
	// ErrConflict says that the change would break a rule of uniqueness, or that somebody else changed the thing first.
	ErrConflict = errors.New("conflict")
)

// Ids are typed so that a repo's cannot be handed over as a person's. Zero is never a valid id.
type (
	// IntegrationID names one connection to one GitHub server.
	IntegrationID int64
	// OrganizationID names an organization of an integration.
	OrganizationID int64
	// ExclusionID names a rule that leaves repos out.
	ExclusionID int64
	// RepoID names a repo of an integration. It follows the server's own id, not the name.
	RepoID int64
	// IdentityID names one git name and e-mail pair, or one GitHub login.
	IdentityID int64
	// PersonID names a human being or a bot behind one or more identities.
	PersonID int64
)
