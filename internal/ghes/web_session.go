package ghes

import (
	"net/http"
	"net/url"
	"strings"
)

const sessionCookie = "user_session"

// POST /session
//
// The form's password is checked whatever the way of sign-in: under SAML and CAS it stands for the
// identity provider's own page.
func (s *Server) openSession(w http.ResponseWriter, r *http.Request) {
	login, password := r.PostFormValue("login"), r.PostFormValue("password")
	u, ok := s.World.User(login)
	if !ok || u.Password == "" || u.Password != password || u.Suspended || u.OTP != "" && u.OTP != r.PostFormValue("otp") {
		writePage(w, http.StatusUnprocessableEntity, webPage{
			Title: "Sign in to GitHub Enterprise", Text: "Incorrect username or password.", SignIn: true,
			ReturnTo: r.PostFormValue("return_to"),
		})
		return
	}
	http.SetCookie(w, &http.Cookie{
		Name: sessionCookie, Value: s.grants.openSession(u.Login), Path: "/", HttpOnly: true,
		Secure: r.TLS != nil, SameSite: http.SameSiteLaxMode,
	})
	http.Redirect(w, r, s.base(r)+ownPath(r.PostFormValue("return_to")), http.StatusFound)
}

// ownPath keeps a page to return to on this server.
func ownPath(returnTo string) string {
	to, err := url.Parse(returnTo)
	if err != nil || !strings.HasPrefix(to.Path, "/") {
		return "/"
	}
	return to.RequestURI()
}

// signedIn gives the account of the browser's session, or sends it to sign in first.
func (s *Server) signedIn(w http.ResponseWriter, r *http.Request) (User, bool) {
	cookie, err := r.Cookie(sessionCookie)
	if err == nil {
		if login, ok := s.grants.session(cookie.Value); ok {
			if u, ok := s.World.User(login); ok {
				return u, true
			}
		}
	}
	to := url.Values{"return_to": {s.base(r) + r.URL.RequestURI()}}
	http.Redirect(w, r, s.base(r)+"/login?"+to.Encode(), http.StatusFound)
	return User{}, false
}

// accountPages are those that need a session, by method and path.
func (s *Server) accountPages() *http.ServeMux {
	mux := http.NewServeMux()
	mux.HandleFunc("POST /session", s.openSession)
	mux.HandleFunc("GET /login/oauth/authorize", s.askConsent)
	mux.HandleFunc("POST /login/oauth/authorize", s.giveConsent)
	mux.HandleFunc("POST /login/oauth/access_token", s.accessToken)
	mux.HandleFunc("GET /settings/applications/new", s.newOAuthApp)
	mux.HandleFunc("POST /settings/applications", s.registerOAuthApp)
	for _, owner := range []string{"", "/organizations/{org}"} {
		mux.HandleFunc("POST "+owner+"/settings/apps/new", s.takeManifest)
		mux.HandleFunc("GET "+owner+"/settings/apps/new", s.confirmManifest)
		mux.HandleFunc("POST "+owner+"/settings/apps", s.createFromManifest)
	}
	mux.HandleFunc("GET /github-apps/{slug}", s.appPage)
	mux.HandleFunc("GET /github-apps/{slug}/installations/new", s.chooseInstallation)
	mux.HandleFunc("GET /github-apps/{slug}/installations/new/permissions", s.chooseInstallation)
	mux.HandleFunc("POST /github-apps/{slug}/installations", s.install)
	return mux
}
