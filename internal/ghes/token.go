package ghes

import (
	"cmp"
	"crypto/rand"
	"slices"
	"time"
)

// TokenKind is the kind of a credential that is sent as a token.
type TokenKind string

// The kinds of tokens, which differ in what they may read and in the headers that answers carry.
const (
	ClassicToken     TokenKind = "classic"
	FineGrainedToken TokenKind = "fine-grained"
	OAuthToken       TokenKind = "oauth"
	// InstallationToken is a GitHub App's, for one account that installed it.
	InstallationToken TokenKind = "installation"
)

// Token is a secret that acts for an account.
type Token struct {
	// Secret is made up when not given.
	Secret string
	Login  string
	// Kind is ClassicToken when not given.
	Kind TokenKind
	// Scopes are those granted to a classic or OAuth token.
	Scopes []string
	// ClientID is the OAuth application's that the token was made for, Installation a GitHub App's.
	ClientID     string
	Installation int64
	// ExpiresAt is zero for a token that does not expire.
	ExpiresAt time.Time

	// Owner is the one account whose resources a fine-grained or an installation token reaches.
	Owner string
	// Permissions of such a token: name to read or write.
	Permissions map[string]string
	// Repos are the names, without owner, that such a token reaches; nil is all of Owner's.
	Repos []string
	// Pending fine-grained tokens wait for the organization's approval and read public things only.
	Pending bool
}

// AddToken adds a token, or replaces the one of that secret, and returns it with its secret.
func (w *World) AddToken(t Token) Token {
	w.mu.Lock()
	defer w.mu.Unlock()
	t.Kind = cmp.Or(t.Kind, ClassicToken)
	t.Secret = cmp.Or(t.Secret, newSecret(t.Kind))
	w.tokens[t.Secret] = t
	return t
}

// UpdateToken changes a token; its secret stays.
func (w *World) UpdateToken(secret string, change func(*Token)) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	t, ok := w.tokens[secret]
	if !ok {
		return ErrNotFound
	}
	change(&t)
	t.Secret = secret
	w.tokens[secret] = t
	return nil
}

// RevokeToken forgets a token.
func (w *World) RevokeToken(secret string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	delete(w.tokens, secret)
}

func (w *World) token(secret string) (Token, bool) {
	w.mu.RLock()
	defer w.mu.RUnlock()
	t, ok := w.tokens[secret]
	return t, ok
}

// newSecret has the prefix and the length of the real ones.
func newSecret(kind TokenKind) string {
	text := rand.Text() + rand.Text() + rand.Text() + rand.Text()
	switch kind {
	case FineGrainedToken:
		return "github_pat_" + text[:22] + "_" + text[22:81]
	case OAuthToken:
		return "gho_" + text[:36]
	case InstallationToken:
		return "ghs_" + text[:36]
	default:
		return "ghp_" + text[:36]
	}
}

// hasScopes is whether answers name the token's scopes.
func (t Token) hasScopes() bool { return t.Kind == ClassicToken || t.Kind == OAuthToken }

// implied lists for each scope those that come with it.
var implied = map[string][]string{
	"repo":             {"repo:status", "repo_deployment", "public_repo", "repo:invite", "security_events"},
	"admin:org":        {"write:org", "read:org", "manage_runners:org"},
	"write:org":        {"read:org"},
	"write:discussion": {"read:discussion"},
	"admin:repo_hook":  {"write:repo_hook", "read:repo_hook"},
	"write:repo_hook":  {"read:repo_hook"},
	"user":             {"read:user", "user:email", "user:follow"},
	"admin:enterprise": {"manage_runners:enterprise", "manage_billing:enterprise", "read:enterprise"},
}

// grants is whether the token's scopes hold one of those wanted, which is so when none is wanted.
func (t Token) grants(wanted []string) bool {
	if len(wanted) == 0 || !t.hasScopes() {
		return true
	}
	for _, scope := range t.Scopes {
		if slices.Contains(wanted, scope) {
			return true
		}
		if slices.ContainsFunc(implied[scope], func(s string) bool { return slices.Contains(wanted, s) }) {
			return true
		}
	}
	return false
}

// allows is whether a token with permissions in place of scopes holds one at the level read or write.
func (t Token) allows(permission, level string) bool {
	if t.Kind != FineGrainedToken && t.Kind != InstallationToken || permission == "" {
		return true
	}
	have := t.Permissions[permission]
	return have == level || have == "write"
}
