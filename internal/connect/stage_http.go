package connect

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
)

// metaPath answers anybody on a GitHub Enterprise Server, unless it is in private mode.
const metaPath = "/api/v3/meta"

// checkHTTP asks for what a GitHub Enterprise Server tells everybody, without a credential, and names
// what answers in its stead. Answers of other kinds of servers are left to stage github.
func (d *diagnosis) checkHTTP(ctx context.Context) outcome {
	anonymous := d.target
	anonymous.Credential = Credential{}
	o := d.options
	o.MaxBody = min(o.MaxBody, 1<<20) // what anybody may ask is short
	transport, err := NewTransport(anonymous, o)
	if err != nil {
		return bad(FaultOf(err, d.address))
	}
	d.anonymous = transport
	d.meta, d.metaErr = transport.Get(ctx, metaPath)
	if d.metaErr != nil {
		if f := d.noAnswer(ctx); f != nil {
			return bad(f)
		}
		return fine("Something answers, but not as an API does.")
	}
	if f := d.judgeMeta(d.meta); f != nil {
		if f.Detail == "" {
			f = f.saw("HTTP %d, %s: %s", d.meta.Status, contentKind(d.meta), d.meta.Excerpt())
		}
		return bad(f)
	}
	return fine(fmt.Sprintf("%s answers HTTP %d in %d ms.", metaPath, d.meta.Status, d.meta.Took.Milliseconds()))
}

// noAnswer is the fault of a request that failed; nil when another product's server explains it.
func (d *diagnosis) noAnswer(ctx context.Context) *Fault {
	var redirect *RedirectError
	if errors.As(d.metaErr, &redirect) && d.otherProduct(ctx) != "" {
		return nil
	}
	if d.meta != nil && errors.As(d.metaErr, new(*BodyTooLargeError)) {
		return fault(HTTPTooLarge, d.values())
	}
	if d.meta != nil && cutOff(d.metaErr) {
		return fault(HTTPTruncated, d.values()).because(d.metaErr)
	}
	return d.transportFault(d.metaErr)
}

// judgeMeta names an answer that no GitHub would give; nil when it may be GitHub's or another product's.
func (d *diagnosis) judgeMeta(a *Answer) *Fault {
	v := d.values().with("status", fmt.Sprint(a.Status), "title", a.title())
	if limited := a.Limited(); limited != nil {
		return fault(HTTPLimited, v.with("until", until(limited)))
	}
	switch {
	case a.InMaintenance():
		return fault(HTTPMaintenance, v)
	case a.Status >= http.StatusInternalServerError:
		return fault(HTTPServerError, v)
	case a.byGitHub() || product(a) != "":
		return nil
	case a.Status == http.StatusUnauthorized && !a.IsJSON():
		return fault(HTTPUnauthorized, v.with("realm", realm(a)))
	case a.IsPage():
		return pageFault(a, v)
	case a.Status == http.StatusNotFound:
		return nil
	case a.truncated() && len(a.Body) > 0 && strings.Contains(a.Header.Get("Content-Type"), "json"):
		return fault(HTTPTruncated, v)
	case a.Status < http.StatusBadRequest && !jsonObject(a.Body):
		return fault(HTTPUnreadable, v.with("kind", contentKind(a)))
	case a.Status == http.StatusForbidden && !a.IsJSON():
		return fault(HTTPBlockedPage, v)
	case a.Status >= http.StatusBadRequest && !a.IsJSON():
		return fault(HTTPUnexpected, v)
	}
	return nil
}

// blockedWords are in the pages of firewalls and web filters.
var blockedWords = []string{
	"blocked", "access denied", "request rejected", "web filter", "support id", "incident id", "captcha",
	"forbidden", "zscaler", "cloudflare", "incapsula", "not permitted", "violation", "firewall",
}

// loginMarks are in pages to sign in on.
var loginMarks = []string{`type="password"`, `type='password'`, "samlrequest", "single sign-on", "sign in", "log in", "log on", "anmelden", `name="login"`}

func pageFault(a *Answer, v values) *Fault {
	text := strings.ToLower(string(a.Body[:min(len(a.Body), 64<<10)]))
	has := func(words []string) bool {
		return slices.ContainsFunc(words, func(w string) bool { return strings.Contains(text, w) })
	}
	to := strings.TrimPrefix(a.title(), ", titled ")
	if to == "" {
		to = "a page without a title"
	}
	switch {
	case a.Status == http.StatusNotFound:
		return nil // a web server that has no such page: stage github says what it is
	case strings.Contains(text, "/setup/") && strings.Contains(text, "management console"):
		return fault(HTTPSetup, v)
	case a.Status == http.StatusForbidden, a.Status == http.StatusNotAcceptable:
		return fault(HTTPBlockedPage, v)
	case has(loginMarks):
		return fault(HTTPLoginPage, v.with("to", to))
	case has(blockedWords):
		return fault(HTTPBlockedPage, v)
	default:
		return fault(HTTPHTML, v)
	}
}

// byGitHub tells whether an answer bears a mark of GitHub's.
func (a *Answer) byGitHub() bool {
	for _, header := range []string{"X-GitHub-Enterprise-Version", "X-GitHub-Request-Id", "X-GitHub-Media-Type"} {
		if a.Header.Get(header) != "" {
			return true
		}
	}
	if strings.Contains(a.Header.Get("WWW-Authenticate"), `realm="GitHub"`) {
		return true
	}
	return jsonObject(a.Body) && (bytes.Contains(a.Body, []byte(`"installed_version"`)) || a.Message() == "Must authenticate to access this API.")
}

func jsonObject(body []byte) bool {
	return bytes.HasPrefix(bytes.TrimSpace(body), []byte("{"))
}

// contentKind is what an answer consists of, in words.
func contentKind(a *Answer) string {
	kind, _, _ := strings.Cut(a.Header.Get("Content-Type"), ";")
	switch {
	case len(a.Body) == 0:
		return "it is empty"
	case kind == "":
		return "its kind is not told"
	default:
		return "it is " + shorten(kind, 60)
	}
}

func realm(a *Answer) string {
	if asked := shorten(a.Header.Get("WWW-Authenticate"), 100); asked != "" {
		return asked
	}
	return "without saying which"
}
