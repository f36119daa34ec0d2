package web

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"

	"weir/internal/access"
)

const keySaid = "said"

type formatKey struct{}

func withFormat(ctx context.Context, f format) context.Context {
	return context.WithValue(ctx, formatKey{}, f)
}

func (s *Server) newSessions() *access.Sessions {
	secure := s.public != nil && s.public.Scheme == "https"
	m := access.NewSessions(s.store.Sessions(), s.store, secure, s.now)
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
	if v.User.May(access.ViewReports) && !v.User.May(access.ViewIndividuals) {
		if v.Own, err = s.store.UserPerson(v.ctx(), v.User.ID); err != nil {
			return err
		}
	}
	return h(v)
}

// whoAsks gives the signed-in user, nil when there is none.
func (s *Server) whoAsks(r *http.Request) (*access.User, error) {
	if !s.hasSession(r) {
		return nil, nil
	}
	user, found, err := s.sessions.User(r.Context())
	if err != nil || !found {
		return nil, err
	}
	return &user, nil
}

// hasSession tells whether the request came through the session middleware; a refused one did not.
func (s *Server) hasSession(r *http.Request) bool {
	_, through := r.Context().Value(formatKey{}).(format)
	return through
}

func (s *Server) askToSignIn(v *visit) error {
	needed, err := s.gate.NeedsSetUp(v.ctx())
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

// message is kept in the session: what was said on the way to an address is shown there and nowhere else, so that another
// tab does not take it, nor a page that is opened long after.
type message struct {
	said
	To string
	At int64
}

// messageLife is how long a message waits for its page, in seconds.
const messageLife = 60

// say has a message shown on the page that the visit is redirected to.
func (v *visit) say(kind, text string) { v.pending = append(v.pending, said{kind, text}) }

// leave puts what was said into the session for the page at an address.
func (v *visit) leave(address string) {
	if len(v.pending) == 0 {
		return
	}
	all := v.left()
	for _, s := range v.pending {
		all = append(all, message{said: s, To: pathOf(address), At: v.s.now().Unix()})
	}
	v.pending = nil
	v.keep(all)
}

// takeSaid gives the messages left for this page, once.
func (v *visit) takeSaid() []said {
	if !v.s.hasSession(v.R) || v.fragment() {
		return nil
	}
	all := v.left()
	var here []said
	var rest []message
	for _, m := range all {
		switch {
		case v.s.now().Unix()-m.At > messageLife:
		case m.To == v.R.URL.Path:
			here = append(here, m.said)
		default:
			rest = append(rest, m)
		}
	}
	if len(rest) != len(all) {
		v.keep(rest)
	}
	return here
}

func (v *visit) left() (all []message) {
	_ = json.Unmarshal([]byte(v.s.sessions.GetString(v.ctx(), keySaid)), &all)
	return all
}

func (v *visit) keep(all []message) {
	if len(all) == 0 {
		v.s.sessions.Remove(v.ctx(), keySaid)
	} else if kept, err := json.Marshal(all); err == nil {
		v.s.sessions.Put(v.ctx(), keySaid, string(kept))
	}
}

func pathOf(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	return u.Path
}
