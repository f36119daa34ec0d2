package ghestest_test

import (
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
