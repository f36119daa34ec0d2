package connect

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// follow makes the request that a redirect asks for, or answers a *RedirectError when it must not be
// made. Only what reads is followed, and only to what the same rule allows: an API call stays in the
// API, so that a page to sign in is never taken for an answer.
func (t *Transport) follow(req *http.Request, resp *http.Response) (*http.Request, error) {
	to, err := req.URL.Parse(resp.Header.Get("Location"))
	if err != nil {
		return nil, &RedirectError{Status: resp.StatusCode, To: "an address that cannot be read"}
	}
	from, _ := allow(req)
	if !t.ours(to) && from.Kind != KindWeb {
		moved := t.rebase(to)
		if moved.String() == req.URL.String() {
			// The whole server is elsewhere: it sends us from the address we were given to its own.
			return nil, &RedirectError{Status: resp.StatusCode, To: withoutQuery(to)}
		}
		to = moved
	}
	next := req.Clone(req.Context())
	next.URL, next.Host = to, ""
	rule, reason := allow(next)
	if !slices.Contains(readMethods, req.Method) || resp.StatusCode == http.StatusSeeOther ||
		from.Kind == KindWeb || !t.ours(to) || reason != "" || rule.Kind != from.Kind {
		return nil, &RedirectError{Status: resp.StatusCode, To: withoutQuery(to), Login: looksLikeLogin(to)}
	}
	return next, nil
}

// Rebase answers the URL at the configured server that one in an answer means: a server behind a
// reverse proxy often calls itself by its private name. Only URLs of the API and of GitHub's own pages
// should be given; the host that was replaced is kept for PrivateHosts.
func (t *Transport) Rebase(raw string) (string, error) {
	u, err := t.base.Parse(raw)
	if err != nil {
		return "", &RedirectError{To: "an address that cannot be read"}
	}
	u.User = nil
	if !t.ours(u) {
		t.noteHost(u)
		u.Scheme, u.Host = t.base.Scheme, t.base.Host
	}
	return u.String(), nil
}

// rebase moves a redirect to our server when it clearly means the API under another name.
func (t *Transport) rebase(u *url.URL) *url.URL {
	if kind := kindOf(u.Path); kind == KindWeb {
		return u
	}
	t.noteHost(u)
	moved := *u
	moved.Scheme, moved.Host, moved.User = t.base.Scheme, t.base.Host, nil
	return &moved
}

func (t *Transport) noteHost(u *url.URL) {
	if u.Host == "" || strings.EqualFold(u.Hostname(), t.base.Hostname()) && u.Scheme != t.base.Scheme {
		return // http:// for https:// of the same name is no other host
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if len(t.privateHosts) < 10 {
		t.privateHosts[u.Host] = true
	}
}

// PrivateHosts lists the other names by which the server called itself in answers so far.
func (t *Transport) PrivateHosts() []string {
	t.mu.Lock()
	defer t.mu.Unlock()
	hosts := make([]string, 0, len(t.privateHosts))
	for host := range t.privateHosts {
		hosts = append(hosts, host)
	}
	slices.Sort(hosts)
	return hosts
}

// loginWords are in the addresses of pages to sign in on, GitHub's own and those of gateways.
var loginWords = []string{"login", "signin", "sign-in", "sign_in", "sso", "saml", "oauth", "adfs", "auth", "idp", "cas/"}

func looksLikeLogin(u *url.URL) bool {
	text := strings.ToLower(u.Host + u.Path)
	return slices.ContainsFunc(loginWords, func(word string) bool { return strings.Contains(text, word) })
}

func withoutQuery(u *url.URL) string {
	plain := url.URL{Scheme: u.Scheme, Host: u.Host, Path: u.Path}
	return plain.String()
}
