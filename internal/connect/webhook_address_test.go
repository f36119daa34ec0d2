package connect_test

import (
	"errors"
	"testing"

	"weir/internal/connect"
)

func TestWebhookAddress(t *testing.T) {
	t.Parallel()
	const far, near = "https://github.example.com", "https://localhost:8443"
	for _, c := range []struct {
		name, public, server, want string
		code                       connect.Code
	}{
		{"a name", "https://weir.example.com", far, "https://weir.example.com/webhooks/github/", ""},
		{"a path and a port", "http://weir.example.com:8080/flow/", far, "http://weir.example.com:8080/flow/webhooks/github/", ""},
		{"none", "", far, "", connect.WebhookNoAddress},
		{"no scheme", "weir.example.com", far, "", connect.WebhookNoAddress},
		{"another scheme", "ftp://weir.example.com", far, "", connect.WebhookNoAddress},
		{"localhost", "http://localhost:8080", far, "", connect.WebhookLoopback},
		{"a name below localhost", "http://weir.localhost.", far, "", connect.WebhookLoopback},
		{"127.0.0.1", "http://127.0.0.1:8080", far, "", connect.WebhookLoopback},
		{"another of its kind", "http://127.3.2.1", far, "", connect.WebhookLoopback},
		{"::1", "http://[::1]:8080", far, "", connect.WebhookLoopback},
		{"everywhere", "http://0.0.0.0:8080", far, "", connect.WebhookLoopback},
		{"localhost for a server beside it", "http://localhost:8080", near, "http://localhost:8080/webhooks/github/", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			got, err := connect.WebhookAddress(c.public, c.server)
			var fault *connect.Fault
			if errors.As(err, &fault) != (c.code != "") || fault != nil && fault.Code != c.code || got != c.want {
				t.Errorf("got %q, %v", got, err)
			}
		})
	}
}
