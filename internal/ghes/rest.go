package ghes

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"net/http"
	"slices"
	"strings"
)

// document is a JSON object of an answer.
type document = map[string]any

// call is one REST request on its way to an answer.
type call struct {
	*http.Request
	s      *Server
	viewer viewer
	// api and web are the addresses that URLs in the answer begin with.
	api, web string
	header   http.Header
}

// answerFunc makes the body of a 200, or an *apiError.
type answerFunc func(c *call) (any, error)

// route is one REST operation.
type route struct {
	// pattern is as of http.ServeMux, without the leading /api/v3.
	pattern string
	// scopes are those of which a classic token needs one. They are announced in a header.
	scopes []string
	// enforced answers 403 to tokens without the scopes; else the answer is only smaller.
	enforced bool
	// permission is what a fine-grained token needs, such as members=read.
	permission string
	// anonymous operations need no sign-in, public ones not even in private mode.
	anonymous, public bool
	// app operations are for an app that signs in as itself, and for nobody else.
	app    bool
	answer answerFunc
}

// rest serves /api/v3.
func (s *Server) rest() http.Handler {
	mux := http.NewServeMux()
	routes := slices.Concat(s.metaRoutes(), s.limitRoutes(), s.userRoutes(), s.organizationRoutes(),
		s.membershipRoutes(), s.repoRoutes(), s.branchRoutes(), s.commitRoutes(), s.issueRoutes(),
		s.pullRequestRoutes(), s.teamRoutes(), s.hookRoutes(), s.appRoutes(), s.appHookRoutes())
	for _, rt := range routes {
		method, path, _ := strings.Cut(rt.pattern, " ")
		mux.HandleFunc(method+" /api/v3"+path, s.handle(rt))
	}
	mux.HandleFunc("/", s.handle(route{anonymous: true, answer: noSuchRoute}))
	return mux
}

func noSuchRoute(*call) (any, error) { return nil, errNotFound }

// handle wraps one route in what all answers share.
func (s *Server) handle(rt route) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		base := s.base(r)
		c := &call{Request: r, s: s, api: base + "/api/v3", web: base, header: w.Header()}
		s.commonHeaders(c)
		body, err := s.admitted(c, rt)
		if err != nil {
			writeError(c, w, err)
			return
		}
		writeAnswer(c, w, body)
	}
}

// admitted asks the questions that come before every answer, in the order of the real server.
func (s *Server) admitted(c *call, rt route) (any, error) {
	if c.UserAgent() == "" {
		return nil, refuse(http.StatusForbidden, "Request forbidden by administrative rules. "+
			"Please make sure your request has a User-Agent header.")
	}
	if err := s.checkAPIVersion(c); err != nil {
		return nil, err
	}
	v, err := s.authenticate(c.Request)
	if err != nil {
		return nil, err
	}
	c.viewer = v
	scopeHeaders(c, rt)
	if err := s.limits.spend(c.Request, c.header, s.Settings().Limits, v, restBudget, 1); err != nil {
		return nil, err
	}
	if err := s.mayAsk(c, rt); err != nil {
		return nil, err
	}
	return rt.answer(c)
}

// mayAsk refuses what needs a sign-in, a scope or a permission that is not there.
func (s *Server) mayAsk(c *call, rt route) error {
	set := s.Settings()
	open := rt.anonymous && (!set.PrivateMode || rt.public || set.MetaOpen && strings.HasSuffix(rt.pattern, "/meta"))
	switch {
	case rt.app && c.viewer.app == nil:
		return errUndecodable
	case c.viewer.app != nil && !rt.app && !rt.anonymous, c.viewer.token.Kind == InstallationToken && isOwn(rt.pattern):
		return errIntegration
	}
	if c.viewer.anonymous() && !open {
		if set.PrivateMode {
			return privateModeError(set)
		}
		return errSignIn
	}
	if rt.enforced && !c.viewer.token.grants(rt.scopes) {
		return missingScope(rt.scopes)
	}
	permission, level, _ := strings.Cut(rt.permission, "=")
	if !c.viewer.token.allows(permission, level) {
		if c.viewer.token.Kind == InstallationToken {
			return errIntegration
		}
		return refuse(http.StatusForbidden, "Resource not accessible by personal access token")
	}
	return nil
}

var errIntegration = refuse(http.StatusForbidden, "Resource not accessible by integration")

// isOwn is whether a route is about the account that asks, which an app is not.
func isOwn(pattern string) bool {
	_, path, _ := strings.Cut(pattern, " ")
	return path == "/user" || strings.HasPrefix(path, "/user/")
}

func privateModeError(set Settings) error {
	err := refuse(http.StatusUnauthorized, "Must authenticate to access this API.")
	if set.BareUnauthorized {
		err.header = http.Header{
			"Www-Authenticate": {`Basic realm="GitHub"`},
			"Content-Type":     {"text/html"},
		}
	}
	return err
}

func missingScope(scopes []string) error {
	if slices.Equal(scopes, readOrg) {
		return refuse(http.StatusForbidden, "You need at least read:org scope or user scope "+
			"to list your organizations.")
	}
	return refuse(http.StatusForbidden, "This operation needs one of the scopes "+
		strings.Join(scopes, ", ")+".")
}

// writeAnswer sends a 200 with its ETag, or a 304 when the client holds the same already.
func writeAnswer(c *call, w http.ResponseWriter, body any) {
	if text, ok := body.(plainText); ok {
		w.Header().Set("Content-Type", "text/plain;charset=utf-8")
		_, _ = w.Write([]byte(text))
		return
	}
	if made, ok := body.(created); ok {
		w.WriteHeader(http.StatusCreated)
		_, _ = w.Write(encode(made.body))
		return
	}
	switch body.(type) {
	case nothing:
		w.WriteHeader(http.StatusNoContent)
		return
	case accepted:
		w.WriteHeader(http.StatusAccepted)
		_, _ = w.Write([]byte("{}"))
		return
	}
	data := encode(body)
	sum := sha256.Sum256(data)
	etag := `W/"` + hex.EncodeToString(sum[:]) + `"`
	w.Header().Set("ETag", etag)
	if matches(c.Header.Get("If-None-Match"), etag) {
		c.s.limits.refund(c.Request, w.Header(), c.s.Settings().Limits, c.viewer, restBudget)
		w.Header().Del("Content-Type")
		w.WriteHeader(http.StatusNotModified)
		return
	}
	_, _ = w.Write(data)
}

// created is the answer of a 201, accepted and nothing are those of 202 and 204.
type (
	created  struct{ body document }
	accepted struct{}
	nothing  struct{}
)

// rawJSON is a document that was encoded before.
type rawJSON = json.RawMessage

// plainText is an answer that is no JSON document.
type plainText string

// movedError is for what is now elsewhere.
type movedError struct{ url string }

func (e *movedError) Error() string { return "moved to " + e.url }

// writeMoved sends a client elsewhere: for good where it reads, for this time where it writes, so that
// it writes there.
func writeMoved(c *call, w http.ResponseWriter, url string) {
	status, message := http.StatusMovedPermanently, "Moved Permanently"
	if c.Method != http.MethodGet && c.Method != http.MethodHead {
		status, message = http.StatusTemporaryRedirect, "Temporary Redirect"
	}
	w.Header().Set("Location", url)
	w.WriteHeader(status)
	_, _ = w.Write(encode(document{
		"message": message, "url": url, "documentation_url": c.s.docs(),
	}))
}

// encode renders JSON as the real server does: HTML characters stay as they are.
func encode(body any) []byte {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(body); err != nil {
		// Answers are made of strings, numbers and maps, which always encode.
		panic(err)
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n"))
}

// matches is the weak comparison of If-None-Match.
func matches(header, etag string) bool {
	for candidate := range strings.SplitSeq(header, ",") {
		candidate = strings.TrimSpace(candidate)
		if candidate == "*" || strings.TrimPrefix(candidate, "W/") == strings.TrimPrefix(etag, "W/") {
			return true
		}
	}
	return false
}

func writeError(c *call, w http.ResponseWriter, err error) {
	var moved *movedError
	if errors.As(err, &moved) {
		writeMoved(c, w, moved.url)
		return
	}
	var refused *apiError
	if !errors.As(err, &refused) {
		refused = refuse(http.StatusInternalServerError, "Server Error")
	}
	for name, values := range refused.header {
		w.Header()[name] = values
	}
	if refused.header.Get("Content-Type") == "text/html" {
		w.Header().Del("X-GitHub-Request-Id")
		w.Header().Del("X-GitHub-Enterprise-Version")
		w.WriteHeader(refused.status)
		_, _ = w.Write([]byte("<html><body>401 Unauthorized</body></html>"))
		return
	}
	body := document{
		"message": refused.message, "documentation_url": c.s.docs(),
		"status": statusText(refused.status),
	}
	if refused.errors != nil {
		body["errors"] = refused.errors
	}
	w.WriteHeader(refused.status)
	_, _ = w.Write(encode(body))
}
