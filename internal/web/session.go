package web

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"time"

	"github.com/alexedwards/scs/v2"

	"weir/internal/access"
	"weir/internal/facts"
)

const (
	keyUser  = "user"
	keySince = "since"
	keySaid  = "said"

	// sessionLife is how long a sign-in lasts. There is no idle limit: it would cost a write per page.
	sessionLife = 7 * 24 * time.Hour
)

type formatKey struct{}

func withFormat(ctx context.Context, f format) context.Context {
	return context.WithValue(ctx, formatKey{}, f)
}

func newSessions(kept scs.Store, s *Server) *scs.SessionManager {
	m := scs.New()
	m.Store = kept
	m.Lifetime = sessionLife
	m.Cookie.Name = "weir_session"
	m.Cookie.HttpOnly = true
	m.Cookie.SameSite = http.SameSiteLaxMode
	m.Cookie.Secure = s.public != nil && s.public.Scheme == "https"
	m.ErrorFunc = func(w http.ResponseWriter, r *http.Request, err error) {
		s.fail(s.newVisit(w, r), err)
	}
	return m
}

func (s *Server) newVisit(w http.ResponseWriter, r *http.Request) *visit {
	f, ok := r.Context().Value(formatKey{}).(format)
	if !ok {
		f = formatHTML
	}
	return &visit{W: w, R: r, Format: f, id: w.Header().Get("X-Request-Id"), s: s}
}

// visit runs a handler behind its door.
func (s *Server) visit(d door, h handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		v := s.newVisit(w, r)
		if err := s.enter(v, d, h); err != nil {
			s.fail(v, err)
		}
	})
}

func (s *Server) enter(v *visit, d door, h handler) error {
	if v.Format != formatHTML && !d.twins {
		return notHere()
	}
	var err error
	if v.User, err = s.whoAsks(v.R); err != nil {
		return err
	}
	switch {
	case d.open:
		return h(v)
	case v.User == nil:
		return s.askToSignIn(v)
	case d.right != "" && !v.User.May(d.right):
		return forbidden()
	}
	return h(v)
}

// whoAsks gives the signed-in user, nil when there is none. A session ends with its account, and with
// the password it began with.
func (s *Server) whoAsks(r *http.Request) (*access.User, error) {
	if !s.hasSession(r) {
		return nil, nil
	}
	id := access.UserID(s.sessions.GetInt64(r.Context(), keyUser))
	if id == 0 {
		return nil, nil
	}
	user, err := s.accounts.User(r.Context(), id)
	if errors.Is(err, facts.ErrNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	if user.DisabledAt != 0 || user.PasswordAt > s.sessions.GetInt64(r.Context(), keySince) {
		return nil, nil
	}
	return &user, nil
}

// hasSession tells whether the request came through the session middleware; a refused one did not.
func (s *Server) hasSession(r *http.Request) bool {
	_, through := r.Context().Value(formatKey{}).(format)
	return through
}

// begin makes a fresh session for a user; the token changes, so that one planted before is worth nothing.
func (s *Server) begin(v *visit, user access.User) error {
	if err := s.sessions.RenewToken(v.ctx()); err != nil {
		return err
	}
	s.sessions.Put(v.ctx(), keyUser, int64(user.ID))
	s.sessions.Put(v.ctx(), keySince, s.now().Unix())
	return nil
}

func (s *Server) askToSignIn(v *visit) error {
	needed, err := s.accounts.SetUpNeeded(v.ctx())
	if err != nil {
		return err
	}
	if v.Format != formatHTML {
		return &problem{Status: http.StatusUnauthorized, What: "Sign in first", Why: "This address is for signed-in people.",
			Next: "Sign in with a browser, or send the session's cookie."}
	}
	if needed {
		return v.redirect("/set-up")
	}
	address := "/sign-in"
	if back := v.R.URL.RequestURI(); v.R.Method == http.MethodGet && back != "/" && !v.fragment() {
		address += "?" + url.Values{"back": {back}}.Encode()
	}
	return v.redirect(address)
}

// say leaves a message for the next page.
func (v *visit) say(kind, text string) {
	all := append(v.heard(), said{kind, text})
	if kept, err := json.Marshal(all); err == nil {
		v.s.sessions.Put(v.ctx(), keySaid, string(kept))
	}
}

// takeSaid gives the messages left by say, once.
func (v *visit) takeSaid() []said {
	if !v.s.hasSession(v.R) || v.fragment() {
		return nil
	}
	all := v.heard()
	if all != nil {
		v.s.sessions.Remove(v.ctx(), keySaid)
	}
	return all
}

func (v *visit) heard() (all []said) {
	_ = json.Unmarshal([]byte(v.s.sessions.GetString(v.ctx(), keySaid)), &all)
	return all
}
