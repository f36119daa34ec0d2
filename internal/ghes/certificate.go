package ghes

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"math/big"
	"net"
	"time"
)

// Authority is a certificate authority of its own, as companies have for such servers.
type Authority struct {
	cert *x509.Certificate
	key  crypto.Signer
	// parents lead from this one up to the root, which is not among them.
	parents [][]byte
}

// Leaf says what a server's certificate is to be; the zero value is a good one for this machine.
type Leaf struct {
	// Names are host names and addresses; nil is localhost, 127.0.0.1 and ::1.
	Names []string
	// NotBefore and NotAfter default to an hour ago and a year from now.
	NotBefore, NotAfter time.Time
	// LeaveOutChain keeps intermediate certificates to itself, as misconfigured servers do.
	LeaveOutChain bool
}

// NewAuthority makes a root authority, valid for ten years around now.
func NewAuthority(commonName string) (*Authority, error) {
	return newAuthority(commonName, nil)
}

// Intermediate makes an authority below this one.
func (a *Authority) Intermediate(commonName string) (*Authority, error) {
	return newAuthority(commonName, a)
}

func newAuthority(commonName string, above *Authority) (*Authority, error) {
	now := time.Now()
	cert := &x509.Certificate{
		Subject:               pkix.Name{CommonName: commonName, Organization: []string{"Weir demo"}},
		NotBefore:             now.Add(-24 * time.Hour),
		NotAfter:              now.AddDate(10, 0, 0),
		IsCA:                  true,
		BasicConstraintsValid: true,
		KeyUsage:              x509.KeyUsageCertSign | x509.KeyUsageCRLSign,
	}
	der, key, err := sign(cert, above)
	if err != nil {
		return nil, fmt.Errorf("make certificate authority: %w", err)
	}
	made, err := x509.ParseCertificate(der)
	if err != nil {
		return nil, fmt.Errorf("make certificate authority: %w", err)
	}
	a := &Authority{cert: made, key: key}
	if above != nil {
		a.parents = append([][]byte{der}, above.parents...)
	}
	return a, nil
}

// PEM is the authority's certificate, for clients to trust.
func (a *Authority) PEM() string {
	return string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: a.cert.Raw}))
}

// Certificate makes a server's certificate with its key and chain.
func (a *Authority) Certificate(l Leaf) (tls.Certificate, error) {
	if l.Names == nil {
		l.Names = []string{"localhost", "127.0.0.1", "::1"}
	}
	if l.NotBefore.IsZero() {
		l.NotBefore = time.Now().Add(-time.Hour)
	}
	if l.NotAfter.IsZero() {
		l.NotAfter = time.Now().AddDate(1, 0, 0)
	}
	der, key, err := sign(leafTemplate(l), a)
	if err != nil {
		return tls.Certificate{}, fmt.Errorf("make certificate for %v: %w", l.Names, err)
	}
	chain := [][]byte{der}
	if !l.LeaveOutChain {
		chain = append(chain, a.parents...)
	}
	return tls.Certificate{Certificate: chain, PrivateKey: key}, nil
}

func leafTemplate(l Leaf) *x509.Certificate {
	cert := &x509.Certificate{
		NotBefore:   l.NotBefore,
		NotAfter:    l.NotAfter,
		KeyUsage:    x509.KeyUsageDigitalSignature,
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}
	for i, name := range l.Names {
		if i == 0 {
			cert.Subject = pkix.Name{CommonName: name}
		}
		if ip := net.ParseIP(name); ip != nil {
			cert.IPAddresses = append(cert.IPAddresses, ip)
			continue
		}
		cert.DNSNames = append(cert.DNSNames, name)
	}
	return cert
}

// sign gives a certificate a key of its own and the signature of an authority, or its own.
func sign(cert *x509.Certificate, by *Authority) ([]byte, crypto.Signer, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, nil, err
	}
	cert.SerialNumber, err = rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 120))
	if err != nil {
		return nil, nil, err
	}
	parent, signer := cert, crypto.Signer(key)
	if by != nil {
		parent, signer = by.cert, by.key
	}
	der, err := x509.CreateCertificate(rand.Reader, cert, parent, key.Public(), signer)
	return der, key, err
}

// Authority is what signs the server's certificate: nil before Start unless it was given.
func (s *Server) Authority() *Authority {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.authority
}

// CAPEM is the certificate that clients must trust to reach the server; empty before Start.
func (s *Server) CAPEM() string {
	if a := s.Authority(); a != nil {
		return a.PEM()
	}
	return ""
}

// tlsConfig is the one given, or one with a good certificate.
func (s *Server) tlsConfig() (*tls.Config, error) {
	if s.options.Plain {
		return nil, nil
	}
	if s.options.TLS != nil {
		return s.options.TLS.Clone(), nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.authority == nil {
		a, err := NewAuthority("Weir demo certificate authority")
		if err != nil {
			return nil, err
		}
		s.authority = a
	}
	cert, err := s.authority.Certificate(Leaf{})
	if err != nil {
		return nil, err
	}
	return &tls.Config{Certificates: []tls.Certificate{cert}, MinVersion: tls.VersionTLS12}, nil
}
