package connect_test

import (
	"net"
	"testing"

	"weir/internal/connect"
	"weir/internal/secret"
)

func TestSourceAddress(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name, address, proxy, want string
	}{
		{"this machine", "http://127.0.0.1:9", "", "127.0.0.1"},
		{"through a proxy on this machine", "https://github.invalid", "http://u:p@127.0.0.1:3128", "127.0.0.1"},
		{"no address", "ftp://x", "", ""},
	} {
		got := connect.SourceAddress(t.Context(), connect.Target{Address: test.address, Proxy: secret.New(test.proxy)})
		if got != test.want {
			t.Errorf("%s: %q, want %q", test.name, got, test.want)
		}
	}
	for _, address := range connect.LocalAddresses() {
		if ip := net.ParseIP(address); ip == nil || ip.IsLoopback() {
			t.Errorf("%s is among the addresses that others see", address)
		}
	}
}
