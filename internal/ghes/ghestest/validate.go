package ghestest

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"sync/atomic"
	"testing"

	"weir/internal/ghes"

	"github.com/getkin/kin-openapi/openapi3filter"
)

// Validate fails the test for every REST request that the server gets until the test's end and
// that the official description of the newest release does not know, and for every answer that it
// does not allow. What faults do to answers is not looked at.
func Validate(t testing.TB, s *ghes.Server) {
	t.Helper()
	var over atomic.Bool
	t.Cleanup(func() { over.Store(true) })
	s.Tap(func(e ghes.Exchange) {
		if err := Check(Newest, e); err != nil && !over.Load() {
			t.Errorf("%s %s: %v", e.Request.Method, e.Request.URL.RequestURI(), err)
		}
	})
}

// Transport wraps a client's transport: every REST request that passes and its answer are held
// to the official description. Other requests pass unseen.
func Transport(t testing.TB, next http.RoundTripper) http.RoundTripper {
	return transport{t, next}
}

type transport struct {
	t    testing.TB
	next http.RoundTripper
}

// RoundTrip sends the request and checks both sides when an answer came.
func (tr transport) RoundTrip(r *http.Request) (*http.Response, error) {
	var sent []byte
	if r.Body != nil {
		sent, _ = io.ReadAll(r.Body)
		r = r.Clone(r.Context())
		r.Body = io.NopCloser(bytes.NewReader(sent))
	}
	res, err := tr.next.RoundTrip(r)
	if err != nil || !strings.HasPrefix(r.URL.Path, "/api/v3") {
		return res, err
	}
	body, err := io.ReadAll(res.Body)
	_ = res.Body.Close()
	res.Body = io.NopCloser(bytes.NewReader(body))
	if err != nil {
		return res, nil //nolint:nilerr // the client will meet what is left of the body by itself
	}
	e := ghes.Exchange{Request: r, RequestBody: sent, Status: res.StatusCode, Header: res.Header, Body: body}
	if err := Check(Newest, e); err != nil {
		tr.t.Errorf("%s %s: %v", r.Method, r.URL.RequestURI(), err)
	}
	return res, nil
}

// Check holds one request and its answer to the description of a release.
func Check(release string, e ghes.Exchange) error {
	d, err := openAPI(release)
	if err != nil {
		return err
	}
	r := asDescribed(e.Request, e.RequestBody)
	found, params, err := d.router.FindRoute(r)
	if err != nil {
		if e.Status == http.StatusNotFound {
			return nil
		}
		return fmt.Errorf("not in the description of %s: %w", release, err)
	}
	request := &openapi3filter.RequestValidationInput{
		Request: r, PathParams: params, Route: found,
		Options: &openapi3filter.Options{AuthenticationFunc: openapi3filter.NoopAuthenticationFunc},
	}
	if err := openapi3filter.ValidateRequest(context.Background(), request); err != nil {
		return fmt.Errorf("request: %w", err)
	}
	return checkAnswer(request, e)
}

func checkAnswer(request *openapi3filter.RequestValidationInput, e ghes.Exchange) error {
	if e.Status == http.StatusNotModified {
		if len(e.Body) > 0 {
			return fmt.Errorf("answer: %d with a body", e.Status)
		}
		return nil
	}
	if e.Header.Get("Location") != "" && e.Status >= 300 && e.Status < 400 {
		return nil // every operation may be sent elsewhere when a repo was renamed
	}
	page := e.Status >= 400 && strings.HasPrefix(e.Header.Get("Content-Type"), "text/html")
	if page || request.Route.Operation.Responses.Status(e.Status) == nil {
		return checkError(e)
	}
	answer := &openapi3filter.ResponseValidationInput{
		RequestValidationInput: request, Status: e.Status, Header: e.Header,
		Options: &openapi3filter.Options{MultiError: true},
	}
	if err := openapi3filter.ValidateResponse(context.Background(), answer.SetBodyBytes(e.Body)); err != nil {
		return fmt.Errorf("answer %d: %w", e.Status, err)
	}
	return nil
}

// checkError is for refusals that every operation may give and that the description leaves out;
// some of them are web pages.
func checkError(e ghes.Exchange) error {
	var body struct{ Message string }
	if e.Status < 400 {
		return fmt.Errorf("answer: status %d is not described", e.Status)
	}
	if strings.HasPrefix(e.Header.Get("Content-Type"), "text/html") {
		return nil
	}
	if err := json.Unmarshal(e.Body, &body); err != nil || body.Message == "" {
		return fmt.Errorf("answer %d: no message in %q", e.Status, e.Body)
	}
	return nil
}

// byID are addresses that the server gives in Link and Location and that the description does not
// list: what they answer is what the named form answers.
var byID = []struct {
	path  *regexp.Regexp
	named string
}{
	{regexp.MustCompile(`^/api/v3/organizations/\d+(/.+)$`), "/api/v3/orgs/o$1"},
	{regexp.MustCompile(`^/api/v3/repositories/\d+(/.*)?$`), "/api/v3/repos/o/r$1"},
	{regexp.MustCompile(`^/api/v3/user/\d+(/.+)$`), "/api/v3/users/u$1"},
	{regexp.MustCompile(`^/api/v3$`), "/api/v3/"},
}

// asDescribed is the request with the host and the form of path that the description has.
func asDescribed(r *http.Request, body []byte) *http.Request {
	path := r.URL.Path
	for _, form := range byID {
		path = form.path.ReplaceAllString(path, form.named)
	}
	clone := r.Clone(context.Background())
	clone.URL = &url.URL{Scheme: "http", Host: "described", Path: path, RawQuery: r.URL.RawQuery}
	clone.Host = "described"
	clone.Body = io.NopCloser(bytes.NewReader(body))
	return clone
}
