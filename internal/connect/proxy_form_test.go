package connect

import (
	"testing"

	"weir/internal/secret"
)

func TestTheHeldPasswordOfAProxyStaysWithThatProxy(t *testing.T) {
	t.Parallel()
	held := secret.New("https://weir:s3cret@proxy.example.com:3128")
	for name, c := range map[string]struct{ address, user, password, want string }{
		"nothing changed":    {"https://proxy.example.com:3128", "weir", "", "https://weir:s3cret@proxy.example.com:3128"},
		"another password":   {"https://proxy.example.com:3128", "weir", "new", "https://weir:new@proxy.example.com:3128"},
		"another user":       {"https://proxy.example.com:3128", "somebody", "", "https://somebody:@proxy.example.com:3128"},
		"no user":            {"https://proxy.example.com:3128", "", "", "https://proxy.example.com:3128"},
		"another host":       {"https://proxy.example.net:3128", "weir", "", "https://weir:@proxy.example.net:3128"},
		"another port":       {"https://proxy.example.com:3129", "weir", "", "https://weir:@proxy.example.com:3129"},
		"without encryption": {"http://proxy.example.com:3128", "weir", "", "http://weir:@proxy.example.com:3128"},
		"no proxy":           {"", "weir", "", ""},
	} {
		got, err := ProxyWith(held, c.address, c.user, secret.New(c.password))
		if err != nil || got.Reveal() != c.want {
			t.Errorf("%s: %q, %v, want %q", name, got.Reveal(), err, c.want)
		}
	}
}
