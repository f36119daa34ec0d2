package web

import (
	"net/http"
	"net/url"
	"strings"
)

const themeCookie = "weir_theme"

// themeOf gives light, dark, or nothing for what the system says.
func themeOf(r *http.Request) string {
	cookie, err := r.Cookie(themeCookie)
	if err != nil || (cookie.Value != "light" && cookie.Value != "dark") {
		return ""
	}
	return cookie.Value
}

// POST /theme
func (s *Server) chooseTheme(v *visit) error {
	cookie := &http.Cookie{
		Name: themeCookie, Value: v.R.PostFormValue("theme"), Path: "/", MaxAge: 365 * 24 * 3600,
		HttpOnly: true, SameSite: http.SameSiteLaxMode, Secure: s.secure(v.R),
	}
	if cookie.Value != "light" && cookie.Value != "dark" {
		cookie.Value, cookie.MaxAge = "", -1
	}
	http.SetCookie(v.W, cookie)
	return v.redirect(within(v.R.PostFormValue("back")))
}

// within gives an address inside Weir, and the home page for any other.
func within(address string) string {
	u, err := url.Parse(address)
	if err != nil || u.IsAbs() || u.Host != "" || !strings.HasPrefix(address, "/") ||
		strings.HasPrefix(address, "//") || strings.ContainsAny(address, "\\\r\n\t") {
		return "/"
	}
	return address
}
