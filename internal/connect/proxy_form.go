package connect

import (
	"errors"
	"net/url"
	"strings"

	"weir/internal/secret"
)

// ProxyWith puts a proxy's URL together from what a form asks for apart; an empty address is no proxy. A
// password left empty is the one of held while address and user stay the same, so that it need not be shown
// to be kept; for another proxy it is not. Its error never quotes what was entered.
func ProxyWith(held secret.String, address, user string, password secret.String) (secret.String, error) {
	u, f := parseProxy(secret.New(address))
	if f != nil {
		return secret.String{}, errors.New(f.Cause)
	}
	if u == nil {
		return secret.String{}, nil
	}
	user = strings.TrimSpace(user)
	before, _ := parseProxy(held)
	if before != nil && u.User == nil && before.Scheme == u.Scheme && before.Host == u.Host && before.User.Username() == user && password.Empty() {
		u.User = before.User
	} else if user != "" {
		u.User = url.UserPassword(user, password.Reveal())
	}
	return secret.New(u.String()), nil
}

// ProxyUser gives the user name in a proxy's URL, empty for none.
func ProxyUser(proxy secret.String) string {
	u, f := parseProxy(proxy)
	if f != nil || u == nil {
		return ""
	}
	return u.User.Username()
}

// ProxyPassword gives the password in a proxy's URL, empty for none.
func ProxyPassword(proxy secret.String) secret.String {
	u, f := parseProxy(proxy)
	if f != nil || u == nil {
		return secret.String{}
	}
	password, _ := u.User.Password()
	return secret.New(password)
}
