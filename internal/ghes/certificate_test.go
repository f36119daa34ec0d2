package ghes_test

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"net/http"
	"strings"
	"testing"
	"time"

	"weir/internal/ghes"
)

// connect asks a server for /meta, trusting an authority, and returns what went wrong.
func connect(t *testing.T, s *ghes.Server, trusted *ghes.Authority) error {
	t.Helper()
	pool := x509.NewCertPool()
	pool.AppendCertsFromPEM([]byte(trusted.PEM()))
	client := &http.Client{Transport: &http.Transport{
		TLSClientConfig: &tls.Config{RootCAs: pool}, DisableKeepAlives: true,
	}}
	res, err := client.Get(s.URL() + "/api/v3/meta")
	if err != nil {
		return err
	}
	return res.Body.Close()
}

func TestCertificates(t *testing.T) {
	t.Parallel()
	root, err := ghes.NewAuthority("root")
	if err != nil {
		t.Fatal(err)
	}
	below, err := root.Intermediate("below")
	if err != nil {
		t.Fatal(err)
	}
	past, future := time.Now().Add(-48*time.Hour), time.Now().Add(48*time.Hour)
	tests := []struct {
		name string
		by   *ghes.Authority
		leaf ghes.Leaf
		want string
	}{
		{"good", root, ghes.Leaf{}, ""},
		{"by an intermediate", below, ghes.Leaf{}, ""},
		{"incomplete chain", below, ghes.Leaf{LeaveOutChain: true}, "unknown authority"},
		{"expired", root, ghes.Leaf{NotBefore: past, NotAfter: past.Add(time.Hour)}, "expired"},
		{"not yet valid", root, ghes.Leaf{NotBefore: future, NotAfter: future.Add(time.Hour)}, "not yet valid"},
		{"wrong name", root, ghes.Leaf{Names: []string{"ghe.example"}}, "doesn't contain any IP SANs"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			cert, err := tt.by.Certificate(tt.leaf)
			if err != nil {
				t.Fatal(err)
			}
			s := ghes.New(ghes.Options{TLS: &tls.Config{Certificates: []tls.Certificate{cert}}})
			if err := s.Start(t.Context(), "127.0.0.1:0"); err != nil {
				t.Fatal(err)
			}
			defer func() { _ = s.Close() }()
			err = connect(t, s, root)
			if tt.want == "" && err != nil || tt.want != "" && (err == nil || !strings.Contains(err.Error(), tt.want)) {
				t.Errorf("got %v, want %q", err, tt.want)
			}
		})
	}
}

func TestServerNamesTheHostAsItWasAsked(t *testing.T) {
	t.Parallel()
	for addr, want := range map[string]string{
		"127.0.0.1:0": "https://127.0.0.1:", "localhost:0": "https://localhost:", ":0": "https://localhost:",
	} {
		s := ghes.New(ghes.Options{})
		if err := s.Start(t.Context(), addr); err != nil {
			t.Fatal(err)
		}
		if !strings.HasPrefix(s.URL(), want) {
			t.Errorf("%s: got %s", addr, s.URL())
		}
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	}
}

func TestServerEndsWithItsContext(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	s := ghes.New(ghes.Options{Plain: true})
	if err := s.Start(ctx, "127.0.0.1:0"); err != nil {
		t.Fatal(err)
	}
	cancel()
	if err := s.Close(); err != nil {
		t.Error(err)
	}
	if res, err := http.Get(s.URL() + "/api/v3/meta"); err == nil {
		_ = res.Body.Close()
		t.Error("it answers after its end")
	}
}

func TestPortInUseIsAClearError(t *testing.T) {
	t.Parallel()
	f := start(t, nil)
	err := ghes.New(ghes.Options{}).Start(t.Context(), strings.TrimPrefix(f.URL(), "https://"))
	if err == nil || !strings.Contains(err.Error(), "start server on 127.0.0.1:") {
		t.Errorf("got %v", err)
	}
}
