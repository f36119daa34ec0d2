package ghes

import (
	"net/http"
	"strings"
)

// viewer is who asks: nobody, an account with the credential that it came with, or an app as itself.
type viewer struct {
	user  User
	token Token
	// app is set for an app that signed in as itself.
	app *App
	// kind is none, password, token or app; hook for what the server tells by itself.
	kind string
}

func (v viewer) anonymous() bool { return v.kind == "none" }

// apiError is a refusal that is told as JSON.
type apiError struct {
	status  int
	message string
	header  http.Header
	errors  []document
	// primary is set for the primary rate limit, which GraphQL tells in its own way.
	primary bool
}

func (e *apiError) Error() string { return e.message }

func refuse(status int, message string) *apiError {
	return &apiError{status: status, message: message}
}

var (
	errNotFound       = refuse(http.StatusNotFound, "Not Found")
	errBadCredentials = refuse(http.StatusUnauthorized, "Bad credentials")
	errSignIn         = refuse(http.StatusUnauthorized, "Requires authentication")
	errSuspended      = refuse(http.StatusForbidden, "Sorry. Your account was suspended.")
	errLocked         = refuse(http.StatusForbidden,
		"Maximum number of login attempts exceeded. Please try again later.")
)

// authenticate tells who sends a request, by any of the ways in which git and API clients say so.
func (s *Server) authenticate(r *http.Request) (viewer, error) {
	v, err := s.readCredential(r)
	entry := record(r)
	entry.Credential = v.kind
	if err != nil {
		entry.Credential = "unknown"
		return viewer{kind: "none"}, err
	}
	entry.Login = v.user.Login
	return v, nil
}

func (s *Server) readCredential(r *http.Request) (viewer, error) {
	header := r.Header.Get("Authorization")
	if header == "" {
		return viewer{kind: "none"}, nil
	}
	if user, password, ok := r.BasicAuth(); ok {
		return s.basic(user, password, r.Header.Get("X-GitHub-OTP"))
	}
	scheme, secret, _ := strings.Cut(header, " ")
	if fold(scheme) != "bearer" && fold(scheme) != "token" {
		return viewer{}, errBadCredentials
	}
	secret = strings.TrimSpace(secret)
	// Newer installation tokens hold dots too.
	if fold(scheme) == "bearer" && strings.Count(secret, ".") == 2 && !strings.HasPrefix(secret, "ghs_") {
		return s.byJWT(secret)
	}
	return s.byToken(secret)
}

// basic accepts a token as the password of any user, a token as the user, and a password.
func (s *Server) basic(user, password, otp string) (viewer, error) {
	if _, ok := s.World.token(password); ok {
		return s.byToken(password)
	}
	if _, ok := s.World.token(user); ok && (password == "" || password == "x-oauth-basic") {
		return s.byToken(user)
	}
	return s.byPassword(user, password, otp)
}

func (s *Server) byToken(secret string) (viewer, error) {
	t, ok := s.World.token(secret)
	if !ok || !t.ExpiresAt.IsZero() && !s.now().Before(t.ExpiresAt) {
		return viewer{}, errBadCredentials
	}
	u, ok := s.World.User(t.Login)
	if !ok {
		return viewer{}, errBadCredentials
	}
	if u.Suspended {
		return viewer{}, errSuspended
	}
	return viewer{user: u, token: t, kind: "token"}, nil
}

func (s *Server) byPassword(login, password, otp string) (viewer, error) {
	set := s.Settings()
	if set.SignIn == SAML || set.SignIn == CAS {
		return viewer{}, errBadCredentials
	}
	if s.lockout.locked(login, set.BadTries) {
		return viewer{}, errLocked
	}
	u, ok := s.World.User(login)
	if !ok || u.Password == "" || u.Password != password {
		s.lockout.failed(login)
		return viewer{}, errBadCredentials
	}
	if u.Suspended {
		return viewer{}, errSuspended
	}
	if u.OTP != "" && u.OTP != otp {
		return viewer{}, errOTP()
	}
	s.lockout.succeeded(login)
	return viewer{user: u, kind: "password"}, nil
}

func errOTP() *apiError {
	err := refuse(http.StatusUnauthorized, "Must specify two-factor authentication OTP code.")
	err.header = http.Header{"X-Github-Otp": {"required; app"}}
	return err
}
