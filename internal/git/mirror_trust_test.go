package git

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"math/big"
	"os"
	"path/filepath"
	"testing"
	"time"

	"weir/internal/git/mirrortest"
)

// otherAuthority gives one that signed nothing.
func otherAuthority(t *testing.T) string {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), NotBefore: time.Unix(0, 0), NotAfter: time.Now().AddDate(1, 0, 0), IsCA: true, BasicConstraintsValid: true}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	return string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}))
}

// TestAuthoritiesOfTheSystemCountBesideTheOwn has a server whose certificate the system's authority signed, in turn with that
// one as the integration's own, with another, and with another while the system's does not know the server either.
func TestAuthoritiesOfTheSystemCountBesideTheOwn(t *testing.T) { // not in parallel: the environment belongs to all
	s := mirrortest.NewServer(t)
	r := s.Repo(t, "acme/api.git")
	other, system := otherAuthority(t), filepath.Join(t.TempDir(), "system.pem")
	t.Setenv("SSL_CERT_FILE", system)
	for _, tc := range []struct {
		name, system, own string
		lists             int
		fails             bool
	}{
		{name: "its own signed it", system: other, own: s.CAPEM, lists: 1},
		{name: "the system's signed it", system: s.CAPEM, own: other, lists: 2},
		{name: "neither", system: other, own: other, lists: 2, fails: true},
	} {
		t.Run(tc.name, func(t *testing.T) {
			if err := os.WriteFile(system, []byte(tc.system), 0o600); err != nil {
				t.Fatal(err)
			}
			m, a, lists := newMirror(t), access(s, r), 0
			a.CAPEM = tc.own
			m.Ledger = func(run Run) {
				if run.Operation == "ls-remote" {
					lists++
				}
			}
			_, err := m.Fetch(t.Context(), a, nil)
			failed := (*FetchError)(nil)
			if tc.fails != (errors.As(err, &failed) && failed.Code == FetchTLS) || !tc.fails && err != nil {
				t.Errorf("fetch: %v", err)
			}
			// An empty repository is asked once more, to tell it from a web page.
			if want := tc.lists + map[bool]int{false: 1}[tc.fails]; lists != want {
				t.Errorf("the server was asked %d times for its refs, want %d", lists, want)
			}
			if left, err := filepath.Glob(m.Dir + "*.pem"); err != nil || len(left) > 0 {
				t.Errorf("left: %v, %v", left, err)
			}
		})
	}
}
