package ghes

import (
	"cmp"
	"crypto/rand"
	"net/url"
	"slices"
	"strings"
)

// OAuthApp is an application that people can authorize to act for them.
type OAuthApp struct {
	// ClientID and ClientSecret are made up when not given.
	ClientID, ClientSecret string
	Name                   string
	HomepageURL            string
	// CallbackURL is where codes are sent; an authorization may name a path below it.
	CallbackURL string
	// Owner is the login of whoever registered it.
	Owner     string
	Suspended bool
}

// AddOAuthApp registers an application, or replaces the one of that client id, and returns it.
func (w *World) AddOAuthApp(a OAuthApp) OAuthApp {
	w.mu.Lock()
	defer w.mu.Unlock()
	a.ClientID = cmp.Or(a.ClientID, "Ov23li"+rand.Text()[:14])
	a.ClientSecret = cmp.Or(a.ClientSecret, strings.ToLower(rand.Text() + rand.Text())[:40])
	w.oauthApps[a.ClientID] = a
	return a
}

// OAuthApp returns the application of a client id.
func (w *World) OAuthApp(clientID string) (OAuthApp, bool) {
	w.mu.RLock()
	defer w.mu.RUnlock()
	a, ok := w.oauthApps[clientID]
	return a, ok
}

// accepts is whether a redirect goes to the registered callback: the same host and port, and its path
// or one below it. None named is the callback itself.
func (a OAuthApp) accepts(redirect string) bool {
	if redirect == "" {
		return true
	}
	to, err := url.Parse(redirect)
	registered, other := url.Parse(a.CallbackURL)
	if err != nil || other != nil || to.Scheme != registered.Scheme || to.Host != registered.Host {
		return false
	}
	base := strings.TrimSuffix(registered.Path, "/")
	return strings.TrimSuffix(to.Path, "/") == base || strings.HasPrefix(to.Path, base+"/")
}

// normalScopes sorts scopes and leaves out those that another one holds, as the server does.
func normalScopes(asked []string) []string {
	scopes := []string{}
	for _, scope := range asked {
		within := slices.ContainsFunc(asked, func(other string) bool { return slices.Contains(implied[other], scope) })
		if scope != "" && !within && !slices.Contains(scopes, scope) {
			scopes = append(scopes, scope)
		}
	}
	slices.Sort(scopes)
	return scopes
}
