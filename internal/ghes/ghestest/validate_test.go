package ghestest_test

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"weir/internal/ghes"
	"weir/internal/ghes/ghestest"
)

func exchange(method, target string, status int, body string) ghes.Exchange {
	return ghes.Exchange{
		Request: httptest.NewRequest(method, target, nil), Status: status, Body: []byte(body),
		Header: http.Header{"Content-Type": {"application/json; charset=utf-8"}},
	}
}

func TestCheck(t *testing.T) {
	t.Parallel()
	const meta = `{"verifiable_password_authentication": true, "installed_version": "3.19.1"}`
	tests := []struct {
		name string
		e    ghes.Exchange
		want string
	}{
		{"good", exchange("GET", "/api/v3/meta", 200, meta), ""},
		{"missing key", exchange("GET", "/api/v3/meta", 200, `{}`), "verifiable_password_authentication"},
		{"wrong type", exchange("GET", "/api/v3/meta", 200, strings.Replace(meta, "true", "1", 1)), "boolean"},
		{"unknown route", exchange("GET", "/api/v3/nothing", 200, `{}`), "not in the description"},
		{"unknown route, not found", exchange("GET", "/api/v3/nothing", 404, `{}`), ""},
		{"unknown method", exchange("DELETE", "/api/v3/meta", 200, `{}`), "not in the description"},
		{"bad query", exchange("GET", "/api/v3/orgs/acme/repos?type=secret", 200, `[]`), "request"},
		{"list by id", exchange("GET", "/api/v3/organizations/7/repos?page=2", 200, `[{}]`), "full_name"},
		{"error without message", exchange("GET", "/api/v3/user", 500, `{}`), "no message"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			err := ghestest.Check(ghestest.Newest, tt.e)
			if tt.want == "" && err != nil || tt.want != "" && (err == nil || !strings.Contains(err.Error(), tt.want)) {
				t.Errorf("got %v, want %q", err, tt.want)
			}
		})
	}
}

// recorder is a test that only notes what it was told.
type recorder struct {
	testing.TB
	said []string
}

func (r *recorder) Errorf(format string, args ...any) {
	r.said = append(r.said, fmt.Sprintf(format, args...))
}
func (r *recorder) Helper()        {}
func (r *recorder) Cleanup(func()) {}

func TestTransportWatchesAClient(t *testing.T) {
	t.Parallel()
	s := ghes.New(ghes.Options{Plain: true})
	if err := s.Start(t.Context(), "127.0.0.1:0"); err != nil {
		t.Fatal(err)
	}
	defer func() { _ = s.Close() }()
	watched := &recorder{TB: t}
	client := &http.Client{Transport: ghestest.Transport(watched, http.DefaultTransport)}
	ask := func(path string) string {
		res, err := client.Get(s.URL() + path)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = res.Body.Close() }()
		body, _ := io.ReadAll(res.Body)
		return string(body)
	}
	if got := ask("/api/v3/meta"); !strings.Contains(got, "3.19.1") {
		t.Errorf("the answer did not get through: %q", got)
	}
	ask("/login")
	if len(watched.said) > 0 {
		t.Errorf("good requests: got %q", watched.said)
	}
	s.Faults.Add(ghes.Fault{Effect: ghes.EmptyBody()})
	if ask("/api/v3/meta"); len(watched.said) != 1 {
		t.Errorf("a bad answer: got %q", watched.said)
	}
}

func TestQueryWantsBothSchemas(t *testing.T) {
	t.Parallel()
	watched := &recorder{TB: t}
	ghestest.Query(watched, "{ viewer { login } }")
	if len(watched.said) > 0 {
		t.Errorf("got %q", watched.said)
	}
	// A field that came after 2022 and one that is no more.
	ghestest.Query(watched, `{ repository(owner: "a", name: "b") { pullRequest(number: 1) { fullDatabaseId } } }`)
	ghestest.Query(watched, "{ viewer { suspendedAt } }")
	if len(watched.said) != 2 {
		t.Errorf("got %q", watched.said)
	}
}
