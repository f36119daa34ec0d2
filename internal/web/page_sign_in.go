package web

import (
	"net"
	"net/http"
	"strings"

	"weir/internal/secret"
)

type signInView struct {
	Login, Back, Wrong string
}

// GET /sign-in
func (s *Server) signInPage(v *visit) error {
	if v.User != nil {
		return v.redirect("/")
	}
	needed, err := s.gate.NeedsSetUp(v.ctx())
	if err != nil {
		return err
	}
	if needed {
		return v.redirect("/set-up")
	}
	return v.render("sign_in", "Sign in", signInView{Back: within(v.R.URL.Query().Get("back"))})
}

// POST /sign-in
func (s *Server) signIn(v *visit) error {
	view := signInView{Login: strings.TrimSpace(v.R.PostFormValue("login")), Back: within(v.R.PostFormValue("back"))}
	user, err := s.gate.SignIn(v.ctx(), view.Login, secret.New(v.R.PostFormValue("password")), s.clientAddress(v.R))
	if words, shown := refusal(err); shown {
		view.Wrong = words
		return v.again("sign_in", "Sign in", view)
	}
	if err != nil {
		return err
	}
	if err := s.sessions.SignIn(v.ctx(), user); err != nil {
		return err
	}
	return v.redirect(view.Back)
}

// POST /sign-out
func (s *Server) signOut(v *visit) error {
	if err := s.sessions.SignOut(v.ctx()); err != nil {
		return err
	}
	return v.redirect("/sign-in")
}

// clientAddress names the other end for throttling. A header is believed only where Weir was told that a
// proxy stands before it, and then only what the nearest proxy wrote: anybody can write the rest.
func (s *Server) clientAddress(r *http.Request) string {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		host = r.RemoteAddr
	}
	// Some proxies write a line of their own beneath those that were there.
	forwarded := strings.Join(r.Header.Values("X-Forwarded-For"), ",")
	if s.public == nil || forwarded == "" {
		return host
	}
	return strings.TrimSpace(forwarded[strings.LastIndex(forwarded, ",")+1:])
}
