package connect_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"errors"
	"io"
	"math/big"
	"net"
	"strings"
	"testing"
	"time"

	"weir/internal/connect"
	"weir/internal/ghes"
)

// tlsCase makes a case of a server with a TLS configuration of its own.
func tlsCase(name string, code connect.Code, provoke func(t *testing.T) connect.Target) faultCase {
	return faultCase{
		name: name, stage: connect.StageTLS, code: code, result: connect.ResultCouldNotConnect,
		provoke: func(t *testing.T) (connect.Target, connect.Options) { return provoke(t), quick() },
	}
}

// withLeaf is a server with a certificate from an authority that is trusted.
func withLeaf(leaf ghes.Leaf) func(t *testing.T) connect.Target {
	return func(t *testing.T) connect.Target {
		a := authority(t, "Acme Root")
		url, _ := tlsServer(t, &tls.Config{Certificates: []tls.Certificate{certificate(t, a, leaf)}}, nil)
		return connect.Target{Address: url, CAPEM: a.PEM()}
	}
}

// withConfig is a server with a good certificate and some other whim.
func withConfig(change func(*tls.Config)) func(t *testing.T) connect.Target {
	return func(t *testing.T) connect.Target {
		a := authority(t, "Acme Root")
		config := &tls.Config{Certificates: []tls.Certificate{certificate(t, a, ghes.Leaf{})}}
		change(config)
		url, _ := tlsServer(t, config, nil)
		return connect.Target{Address: url, CAPEM: a.PEM()}
	}
}

// answering is a port that says something of its own, whatever it is asked.
func answering(text string) func(t *testing.T) connect.Target {
	return func(t *testing.T) connect.Target {
		return connect.Target{Address: "https://" + rawServer(t, func(conn net.Conn) {
			_, _ = io.ReadAtLeast(conn, make([]byte, 64), 5)
			_, _ = io.WriteString(conn, text)
		})}
	}
}

func tlsFaults() []faultCase {
	now := time.Now()
	cases := []faultCase{
		tlsCase("an authority that cannot be read", connect.TLSCAUnreadable, func(t *testing.T) connect.Target {
			url, _ := tlsServer(t, nil, nil)
			return connect.Target{Address: url, CAPEM: "-----BEGIN CERTIFICATE-----\nbm90IG9uZQ==\n-----END CERTIFICATE-----\n"}
		}),
		tlsCase("an expired certificate", connect.TLSExpired, withLeaf(ghes.Leaf{NotBefore: now.AddDate(-1, 0, 0), NotAfter: now.AddDate(0, 0, -1)})),
		tlsCase("a certificate that is not valid yet", connect.TLSNotYetValid, withLeaf(ghes.Leaf{NotBefore: now.AddDate(0, 0, 2)})),
		tlsCase("a certificate for another name", connect.TLSWrongName, withLeaf(ghes.Leaf{Names: []string{"git.internal.example"}})),
		unknownAuthority(),
		tlsCase("an unknown authority that is not shown", connect.TLSUnknownAuthority, func(t *testing.T) connect.Target {
			target := withLeaf(ghes.Leaf{})(t)
			target.CAPEM = ""
			return target
		}),
		selfSigned(),
		tlsCase("a chain without its middle", connect.TLSIncompleteChain, func(t *testing.T) connect.Target {
			root := authority(t, "Acme Root")
			middle, err := root.Intermediate("Acme Issuing 1")
			if err != nil {
				t.Fatal(err)
			}
			url, _ := tlsServer(t, &tls.Config{Certificates: []tls.Certificate{certificate(t, middle, ghes.Leaf{LeaveOutChain: true})}}, nil)
			return connect.Target{Address: url, CAPEM: root.PEM()}
		}),
		tlsCase("a certificate with a common name only", connect.TLSWeakCertificate, func(t *testing.T) connect.Target {
			own, pem := ownCertificate(t, &x509.Certificate{Subject: pkix.Name{CommonName: "localhost"}})
			url, _ := tlsServer(t, &tls.Config{Certificates: []tls.Certificate{own}}, nil)
			return connect.Target{Address: url, CAPEM: pem}
		}),
		tlsCase("a server of TLS 1.0", connect.TLSOldProtocol, withConfig(func(c *tls.Config) {
			c.MinVersion, c.MaxVersion = tls.VersionTLS10, tls.VersionTLS10
		})),
		tlsCase("no cipher in common", connect.TLSNoCommonCipher, withConfig(func(c *tls.Config) {
			c.MaxVersion = tls.VersionTLS12
			c.CipherSuites = []uint16{tls.TLS_ECDHE_ECDSA_WITH_RC4_128_SHA}
		})),
		tlsCase("a client certificate wanted, TLS 1.3", connect.TLSClientCertificate, withConfig(func(c *tls.Config) {
			c.ClientAuth = tls.RequireAnyClientCert
		})),
		tlsCase("a client certificate wanted, TLS 1.2", connect.TLSClientCertificate, withConfig(func(c *tls.Config) {
			c.MaxVersion, c.ClientAuth = tls.VersionTLS12, tls.RequireAnyClientCert
		})),
		tlsCase("plain HTTP on the port", connect.TLSPlainHTTP, answering("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")),
		tlsCase("SSH on the port", connect.TLSNotTLS, answering("SSH-2.0-babeld-1a2b3c\r\n")),
		tlsCase("a connection reset in the handshake", connect.TLSReset, func(t *testing.T) connect.Target {
			return connect.Target{Address: "https://" + rawServer(t, func(conn net.Conn) {
				_, _ = io.ReadAtLeast(conn, make([]byte, 64), 5)
				_ = conn.(*net.TCPConn).SetLinger(0)
			})}
		}),
		tlsCase("a connection closed in the handshake", connect.TLSReset, answering("")),
		{
			name: "no answer to the handshake", stage: connect.StageTLS, code: connect.TLSTimeout, result: connect.ResultCouldNotConnect,
			provoke: func(t *testing.T) (connect.Target, connect.Options) {
				o := quick()
				o.ConnectTimeout = time.Second
				return connect.Target{Address: "https://" + rawServer(t, func(conn net.Conn) { _, _ = io.Copy(io.Discard, conn) })}, o
			},
		},
		tlsCase("a server that does not know the name", connect.TLSOther, withConfig(func(c *tls.Config) {
			c.GetConfigForClient = func(*tls.ClientHelloInfo) (*tls.Config, error) { return nil, errors.New("no such site") }
		})),
	}
	return append(cases, faultCase{
		name: "a certificate that ends soon", stage: connect.StageTLS, code: connect.TLSExpiresSoon, result: connect.ResultOK,
		provoke: func(t *testing.T) (connect.Target, connect.Options) {
			a := authority(t, "Acme Root")
			d := newDouble(t, func(o *ghes.Options) {
				o.Authority = a
				o.TLS = &tls.Config{Certificates: []tls.Certificate{certificate(t, a, ghes.Leaf{NotAfter: now.AddDate(0, 0, 5)})}}
			})
			target := d.target()
			target.CAPEM = a.PEM()
			return target, quick()
		},
	})
}

// unknownAuthority shows the chain and offers its authority; trusting it must then work.
func unknownAuthority() faultCase {
	c := tlsCase("an unknown authority", connect.TLSUnknownAuthority, func(t *testing.T) connect.Target {
		middle, err := authority(t, "Acme Root").Intermediate("Acme Issuing 1")
		if err != nil {
			t.Fatal(err)
		}
		url, _ := tlsServer(t, &tls.Config{Certificates: []tls.Certificate{certificate(t, middle, ghes.Leaf{})}}, nil)
		return connect.Target{Address: url}
	})
	c.check = func(t *testing.T, r *connect.Report) {
		if len(r.Chain) != 2 || r.OfferedCA == nil {
			t.Fatalf("chain of %d, offered %v", len(r.Chain), r.OfferedCA)
		}
		ca := r.OfferedCA
		if !strings.Contains(ca.Subject, "Acme Issuing 1") || !ca.Authority || len(ca.SHA256) != 95 || ca.NotAfter.IsZero() {
			t.Errorf("offered %+v", ca)
		}
		if !strings.Contains(r.Stage(connect.StageTLS).Detail, ca.SHA256) {
			t.Error("the fingerprint is not among the details")
		}
		again := connect.Diagnose(t.Context(), connect.Target{Address: r.Address, CAPEM: ca.PEM}, quick())
		if s := again.Stage(connect.StageTLS); s.Status != connect.StatusOK {
			t.Errorf("after trusting it: %s %s", s.Code, s.Cause)
		}
	}
	return c
}

func selfSigned() faultCase {
	c := tlsCase("a certificate that the server made itself", connect.TLSSelfSigned, func(t *testing.T) connect.Target {
		own, _ := ownCertificate(t, &x509.Certificate{
			Subject: pkix.Name{CommonName: "localhost"}, DNSNames: []string{"localhost"},
		})
		url, _ := tlsServer(t, &tls.Config{Certificates: []tls.Certificate{own}}, nil)
		return connect.Target{Address: url}
	})
	c.check = func(t *testing.T, r *connect.Report) {
		if r.OfferedCA == nil || !r.OfferedCA.SelfSigned {
			t.Fatalf("offered %+v", r.OfferedCA)
		}
		again := connect.Diagnose(t.Context(), connect.Target{Address: r.Address, CAPEM: r.OfferedCA.PEM}, quick())
		if s := again.Stage(connect.StageTLS); s.Status != connect.StatusOK {
			t.Errorf("after trusting it: %s %s", s.Code, s.Cause)
		}
	}
	return c
}

// ownCertificate makes a certificate that vouches for itself.
func ownCertificate(t *testing.T, template *x509.Certificate) (tls.Certificate, string) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template.SerialNumber = big.NewInt(7)
	template.NotBefore, template.NotAfter = time.Now().Add(-time.Hour), time.Now().AddDate(1, 0, 0)
	template.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, pemOf(der)
}
