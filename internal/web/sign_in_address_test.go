package web

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"testing"
)

func TestTheAddressThatIsThrottledIsNotTheClientsToChoose(t *testing.T) {
	t.Parallel()
	behind := &Server{public: &url.URL{Scheme: "https", Host: "weir.example.com"}}
	for name, c := range map[string]struct {
		server    *Server
		forwarded []string
		want      string
	}{
		"no proxy":                        {&Server{}, []string{"203.0.113.9"}, "192.0.2.1"},
		"a proxy that says nothing":       {behind, nil, "192.0.2.1"},
		"a proxy":                         {behind, []string{"198.51.100.7"}, "198.51.100.7"},
		"one that adds to a line":         {behind, []string{"203.0.113.9, 198.51.100.7"}, "198.51.100.7"},
		"one that adds a line of its own": {behind, []string{"203.0.113.9", "198.51.100.7"}, "198.51.100.7"},
	} {
		r := httptest.NewRequest(http.MethodPost, "/sign-in", http.NoBody)
		r.RemoteAddr = "192.0.2.1:4711"
		for _, line := range c.forwarded {
			r.Header.Add("X-Forwarded-For", line)
		}
		if got := c.server.clientAddress(r); got != c.want {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
	}
}
