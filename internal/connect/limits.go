package connect

import (
	"crypto/sha256"
	"fmt"
	"sync"
	"time"
)

// limits is how long one server wants no requests with one credential. Queries have a budget of their own.
type limits struct {
	mu           sync.Mutex
	all, queries *RateLimitError
}

// limits gives what is shared by all transports to a server with one credential. Requests without one are limited by the
// address that they come from, and each transport finds that out by itself.
func (s *Servers) limits(base string, c Credential) *limits {
	if c.Empty() {
		return &limits{}
	}
	key := limitKey{base, c.account()}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.limited[key] == nil {
		s.limited[key] = &limits{}
	}
	return s.limited[key]
}

type limitKey struct {
	base    string
	account [sha256.Size]byte
}

// account tells one credential from another one; it stays when a token is renewed.
func (c Credential) account() [sha256.Size]byte {
	entered := c.Password.Reveal()
	if c.Method == MethodToken {
		entered = c.Token.Reveal()
	}
	return sha256.Sum256(fmt.Appendf(nil, "%s %q %q %d %q", c.Method, c.Login, c.ClientID, c.AppID, entered))
}

// check answers the server's wish for no requests of a kind while it lasts.
func (l *limits) check(kind string, now time.Time) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.all != nil && now.Before(l.all.Until) {
		return l.all
	}
	if kind == KindGraphQL && l.queries != nil && now.Before(l.queries.Until) {
		return l.queries
	}
	return nil
}

func (l *limits) keep(limited *RateLimitError) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.all = limited
}

// LimitQueries keeps that the server wants no queries for a while, which it may say inside an answer that is a success.
func (t *Transport) LimitQueries(limited *RateLimitError) {
	t.limits.mu.Lock()
	defer t.limits.mu.Unlock()
	t.limits.queries = limited
}
