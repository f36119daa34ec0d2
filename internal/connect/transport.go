package connect

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync"

	"weir/internal/secret"
)

const (
	userAgent = "Weir"
	// apiVersion is understood by every server since 3.9; older ones ignore the header.
	apiVersion   = "2022-11-28"
	maxRedirects = 5
)

// Transport is the one way by which HTTP requests leave for a server. It is an http.RoundTripper that
// sends what Rules allow and nothing else, to the configured base URL and nowhere else, tells the
// ledger, and keeps within the server's limits. It follows redirects itself, within these rules; a
// client around it must not (Client is such a one). It is safe for concurrent use.
type Transport struct {
	base    *url.URL
	address Address
	inner   *http.Transport
	gate    *gate
	limits  *limits
	options Options
	proxy   secret.String

	mu           sync.Mutex
	credential   Credential
	scrubber     *strings.Replacer
	privateHosts map[string]bool
}

// NewTransport makes a transport for a target. The error is a *Fault: an address, a proxy or
// certificates that cannot be read.
func NewTransport(target Target, o Options) (*Transport, error) {
	address, err := ParseAddress(target.Address)
	if err != nil {
		return nil, err
	}
	o = o.withDefaults()
	inner, f := newHTTPTransport(target, newNetwork(o))
	if f != nil {
		return nil, f
	}
	base, err := url.Parse(address.Base)
	if err != nil {
		return nil, fault(AddressInvalid, values{"reason": "it is not a URL"}).because(err)
	}
	return &Transport{
		base: base, address: address, credential: target.Credential, inner: inner,
		gate: o.Servers.gate(address.Base), limits: o.Servers.limits(address.Base, target.Credential), options: o, proxy: target.Proxy, scrubber: scrubber(target), privateHosts: map[string]bool{},
	}, nil
}

// Address is the server's.
func (t *Transport) Address() Address { return t.address }

// CloseIdleConnections ends connections that wait for reuse.
func (t *Transport) CloseIdleConnections() { t.inner.CloseIdleConnections() }

// Client is an http.Client around the transport that leaves redirects to it.
func (t *Transport) Client() *http.Client {
	return &http.Client{Transport: t, CheckRedirect: func(*http.Request, []*http.Request) error {
		return http.ErrUseLastResponse
	}}
}

// RoundTrip sends a request if it is allowed. Beside what a network does, it fails with a
// *RefusedError, *RedirectError, *RateLimitError or *ProxyError, and reading the answer's body may
// fail with a *BodyTooLargeError.
func (t *Transport) RoundTrip(req *http.Request) (*http.Response, error) {
	for hop := 0; ; hop++ {
		resp, err := t.once(req)
		if err != nil {
			return nil, err
		}
		if !redirects(resp.StatusCode) {
			return resp, nil
		}
		next, err := t.follow(req, resp)
		if err == nil && hop == maxRedirects {
			err = &RedirectError{Status: resp.StatusCode, To: withoutQuery(next.URL)}
		}
		resp.Body.Close()
		if err != nil {
			return nil, err
		}
		req = next
	}
}

// once checks, sends and records one request, without following.
func (t *Transport) once(req *http.Request) (*http.Response, error) {
	rule, body, reason := t.judge(req)
	if reason != "" {
		closeBody(req)
		return nil, t.refuse(req, rule.Kind, reason)
	}
	if err := t.limits.check(rule.Kind, t.options.Now()); err != nil {
		closeBody(req)
		return nil, err
	}
	return t.signed(req, rule, body)
}

// signed sends a request with the credential, and once more with another one when the server no longer
// accepts the first and there is another: renewed by somebody else, or an app's token that ended early.
func (t *Transport) signed(req *http.Request, rule Rule, body []byte) (*http.Response, error) {
	if !rule.Credential {
		return t.send(req, rule, body, pass{})
	}
	ctx, path := req.Context(), req.URL.Path
	p, err := t.passFor(ctx, path, rule.Kind)
	if err != nil {
		closeBody(req)
		return nil, err
	}
	resp, err := t.send(req, rule, body, p)
	if err != nil || resp.StatusCode != http.StatusUnauthorized || p.secret.Empty() || !t.another(ctx, path, p) {
		return resp, err
	}
	if p, err = t.passFor(ctx, path, rule.Kind); err != nil {
		return resp, nil //nolint:nilerr // the refusal that came says more
	}
	resp.Body.Close()
	return t.send(req, rule, body, p)
}

func (t *Transport) judge(req *http.Request) (Rule, []byte, string) {
	if !t.ours(req.URL) || (req.Host != "" && !strings.EqualFold(req.Host, req.URL.Host)) {
		return Rule{Kind: KindWeb}, nil, "it would go to another server"
	}
	rule, reason := allow(req)
	if reason != "" {
		return Rule{Kind: kindOf(req.URL.Path)}, nil, reason
	}
	var body []byte
	switch {
	case rule.Kind == KindGraphQL:
		body, reason = onlyQueries(req.Body)
	case rule.Hook != "":
		body, reason = t.hook(req.Context(), rule.Hook, req.URL.Path, req.Body)
	case rule.Grant != "":
		body, reason = granted(rule.Grant, req.Body)
	}
	return rule, body, reason
}

// ours tells whether a URL lies at the configured scheme, host and port.
func (t *Transport) ours(u *url.URL) bool {
	return u.Scheme == t.base.Scheme && u.User == nil && sameHostPort(u, t.base)
}

func sameHostPort(a, b *url.URL) bool {
	return strings.EqualFold(a.Hostname(), b.Hostname()) && portOf(a) == portOf(b)
}

func portOf(u *url.URL) string {
	switch {
	case u.Port() != "":
		return u.Port()
	case u.Scheme == "http":
		return "80"
	default:
		return "443"
	}
}

func kindOf(path string) string {
	switch {
	case strings.HasPrefix(path, "/api/v3"):
		return KindREST
	case strings.HasPrefix(path, "/api/graphql"):
		return KindGraphQL
	case strings.Contains(path, ".git/"):
		return KindGit
	default:
		return KindWeb
	}
}

func (t *Transport) refuse(req *http.Request, kind, reason string) error {
	t.record(req.Context(), Sent{
		At: t.options.Now(), Kind: kind, Method: req.Method, Path: ledgerPath(req.URL),
		Status: -1, Why: Why(req.Context()), Refused: true,
	})
	return &RefusedError{Method: req.Method, Path: req.URL.EscapedPath(), Reason: reason}
}

func (t *Transport) send(req *http.Request, rule Rule, body []byte, p pass) (*http.Response, error) {
	if err := t.enter(req.Context()); err != nil {
		closeBody(req)
		return nil, fmt.Errorf("wait for a turn: %w", err)
	}
	if err := t.limits.check(rule.Kind, t.options.Now()); err != nil { // another request may have been told meanwhile
		t.gate.leave()
		closeBody(req)
		return nil, err
	}
	ctx, cancel := context.WithTimeout(req.Context(), t.options.Timeout)
	out := t.dress(req.Clone(ctx), rule, body)
	p.sign(out)
	row := Sent{At: t.options.Now(), Kind: rule.Kind, Method: req.Method, Path: ledgerPath(req.URL), Status: -1, Why: Why(ctx)}
	resp, err := t.inner.RoundTrip(out)
	took := t.options.Now().Sub(row.At)
	if err != nil {
		row.Took = took
		t.gate.saw(took, errors.Is(err, context.DeadlineExceeded) || timedOut(err))
		t.gate.leave()
		t.record(ctx, row)
		cancel()
		return nil, t.scrub(err)
	}
	row.Status = resp.StatusCode
	t.gate.saw(took, strained(resp.StatusCode))
	resp.Request = req
	resp.Body = &answerBody{ReadCloser: resp.Body, left: t.options.MaxBody, limit: t.options.MaxBody, finish: func(bytes int64) {
		row.Bytes, row.Took = bytes, t.options.Now().Sub(row.At)
		t.gate.leave()
		t.record(ctx, row)
		cancel()
	}}
	t.learnLimit(resp)
	return resp, nil
}

// enter waits for the server's turn, and rests where the server is strained.
func (t *Transport) enter(ctx context.Context) error {
	pause, err := t.gate.enter(ctx)
	if err != nil || pause == 0 {
		return err
	}
	if err := t.options.WaitFunc(ctx, pause); err != nil {
		t.gate.leave()
		return err
	}
	return nil
}

func strained(status int) bool {
	switch status {
	case http.StatusTooManyRequests, http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout:
		return true
	}
	return false
}

// dress puts on what every request carries, and takes off what a caller must not decide.
func (t *Transport) dress(out *http.Request, rule Rule, body []byte) *http.Request {
	out.Header.Del("Authorization")
	out.Header.Del("Cookie")
	out.Host = ""
	out.Header.Set("User-Agent", userAgent)
	if rule.Kind == KindREST || rule.Kind == KindGraphQL {
		out.Header.Set("X-GitHub-Api-Version", apiVersion)
		if out.Header.Get("Accept") == "" {
			out.Header.Set("Accept", "application/vnd.github+json")
		}
	}
	if body == nil && (rule.Hook != "" || rule.Grant != "") {
		out.Body, out.ContentLength, out.GetBody = http.NoBody, 0, nil
	}
	if body != nil {
		out.Header.Set("Content-Type", "application/json")
		if rule.Grant == GrantToken {
			out.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		}
		out.Header.Del("Content-Encoding")
		out.Body, out.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
		out.GetBody = func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(body)), nil }
	}
	return out
}

func (t *Transport) record(ctx context.Context, s Sent) {
	if t.options.Ledger != nil {
		t.options.Ledger.Record(context.WithoutCancel(ctx), s)
	}
}

// learnLimit remembers that the server wants no requests, so that the next ones do not leave.
func (t *Transport) learnLimit(resp *http.Response) {
	if resp.StatusCode != http.StatusForbidden && resp.StatusCode != http.StatusTooManyRequests {
		return
	}
	head, _ := io.ReadAll(io.LimitReader(resp.Body, maxErrorBody))
	resp.Body = &peekedBody{Reader: io.MultiReader(bytes.NewReader(head), resp.Body), Closer: resp.Body}
	if limited := rateLimit(resp.StatusCode, resp.Header, head, t.options.Now()); limited != nil {
		t.limits.keep(limited)
	}
}

// scrub keeps a secret out of an error, should a library ever quote a header or a proxy's URL.
func (t *Transport) scrub(err error) error {
	if text := err.Error(); t.Scrub(text) != text {
		return errors.New(t.Scrub(text))
	}
	return err
}

func closeBody(req *http.Request) {
	if req.Body != nil {
		req.Body.Close()
	}
}

func redirects(status int) bool {
	switch status {
	case http.StatusMovedPermanently, http.StatusFound, http.StatusSeeOther, http.StatusTemporaryRedirect, http.StatusPermanentRedirect:
		return true
	}
	return false
}
