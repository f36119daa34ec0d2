package ghes

import (
	"crypto/rand"
	"slices"
	"sync"
	"time"
)

// How long the things of the sign-in flows live, as documented.
const (
	codeLife         = 10 * time.Minute
	manifestLife     = time.Hour
	oauthTokenLife   = 8 * time.Hour
	refreshTokenLife = 15897600 * time.Second
)

// grants are what the web flows hand out: sessions of browsers, codes, refresh tokens, manifests.
type grants struct {
	now func() time.Time

	mu        sync.Mutex
	sessions  map[string]string // cookie to login
	codes     map[string]oauthGrant
	refresh   map[string]oauthGrant
	given     map[string][]string // login and client id to scopes that were authorized
	manifests map[string]manifest
	converted map[string]manifestCode
}

// oauthGrant is an authorization that was given, and may be exchanged once.
type oauthGrant struct {
	login, clientID, redirect string
	scopes                    []string
	offline                   bool
	// token is the access token that a refresh token belongs to.
	token string
	until time.Time
}

func newGrants(now func() time.Time) *grants {
	return &grants{
		now: now, sessions: map[string]string{}, codes: map[string]oauthGrant{}, refresh: map[string]oauthGrant{},
		given: map[string][]string{}, manifests: map[string]manifest{}, converted: map[string]manifestCode{},
	}
}

func (g *grants) openSession(login string) (cookie string) {
	g.mu.Lock()
	defer g.mu.Unlock()
	cookie = rand.Text()
	g.sessions[cookie] = login
	return cookie
}

func (g *grants) session(cookie string) (login string, ok bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	login, ok = g.sessions[cookie]
	return login, ok
}

// authorize remembers a consent and gives the code to exchange.
func (g *grants) authorize(grant oauthGrant) (code string) {
	g.mu.Lock()
	defer g.mu.Unlock()
	code = rand.Text()[:20]
	grant.until = g.now().Add(codeLife)
	g.codes[code] = grant
	g.given[grant.login+" "+grant.clientID] = grant.scopes
	return code
}

// Authorize gives the code that the consent page sends to an application's callback, as if the account had
// granted it the scopes.
func (s *Server) Authorize(login, clientID string, scopes ...string) (code string) {
	return s.grants.authorize(oauthGrant{login: login, clientID: clientID, scopes: scopes, offline: slices.Contains(scopes, "offline_access")})
}

// ManifestCode gives the code for the secrets of an app, as if it had just been made of a manifest.
func (s *Server) ManifestCode(a App) (code string) { return s.grants.addManifestCode(a) }

// consented gives the scopes that an account granted an application before.
func (g *grants) consented(login, clientID string) ([]string, bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	scopes, ok := g.given[login+" "+clientID]
	return scopes, ok
}

// spendCode takes a code, once.
func (g *grants) spendCode(code string) (oauthGrant, bool) { return g.spend(g.codes, code) }

// spendRefresh takes a refresh token, once.
func (g *grants) spendRefresh(token string) (oauthGrant, bool) { return g.spend(g.refresh, token) }

func (g *grants) spend(from map[string]oauthGrant, key string) (oauthGrant, bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	grant, ok := from[key]
	delete(from, key)
	return grant, ok && g.now().Before(grant.until)
}

func (g *grants) addRefresh(grant oauthGrant) (token string) {
	g.mu.Lock()
	defer g.mu.Unlock()
	token = "ghr_" + rand.Text() + rand.Text()
	grant.until = g.now().Add(refreshTokenLife)
	g.refresh[token] = grant
	return token
}

// RevokeAuthorization takes back what an account granted an OAuth application: its tokens, its refresh
// tokens and the consent.
func (s *Server) RevokeAuthorization(login, clientID string) {
	s.grants.mu.Lock()
	delete(s.grants.given, login+" "+clientID)
	for token, grant := range s.grants.refresh {
		if grant.login == login && grant.clientID == clientID {
			delete(s.grants.refresh, token)
		}
	}
	s.grants.mu.Unlock()
	s.World.mu.Lock()
	defer s.World.mu.Unlock()
	for secret, t := range s.World.tokens {
		if t.Kind == OAuthToken && t.Login == login && t.ClientID == clientID {
			delete(s.World.tokens, secret)
		}
	}
}
