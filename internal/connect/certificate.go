package connect

import (
	"bytes"
	"crypto/sha256"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"strings"
	"time"
)

// Certificate is what a person compares before trusting one.
type Certificate struct {
	Subject, Issuer string
	// Names are the host names and IP addresses that it is for.
	Names []string
	// SHA256 is the fingerprint, as pairs of upper-case hex digits with colons between.
	SHA256              string
	NotBefore, NotAfter time.Time
	// Authority says that it may vouch for others.
	Authority  bool
	SelfSigned bool
	PEM        string
}

func describeCertificate(c *x509.Certificate) Certificate {
	names := append([]string{}, c.DNSNames...)
	for _, ip := range c.IPAddresses {
		names = append(names, ip.String())
	}
	return Certificate{
		Subject: subjectOf(c), Issuer: issuerOf(c), Names: names, SHA256: fingerprint(c.Raw),
		NotBefore: c.NotBefore.UTC(), NotAfter: c.NotAfter.UTC(),
		Authority: c.IsCA, SelfSigned: selfSigned(c),
		PEM: string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: c.Raw})),
	}
}

func describeChain(chain []*x509.Certificate) []Certificate {
	out := make([]Certificate, len(chain))
	for i, c := range chain {
		out[i] = describeCertificate(c)
	}
	return out
}

func fingerprint(der []byte) string {
	sum := sha256.Sum256(der)
	pairs := make([]string, len(sum))
	for i, b := range sum {
		pairs[i] = fmt.Sprintf("%02X", b)
	}
	return strings.Join(pairs, ":")
}

func subjectOf(c *x509.Certificate) string {
	if s := c.Subject.String(); s != "" {
		return s
	}
	if len(c.DNSNames) > 0 {
		return c.DNSNames[0]
	}
	return "a certificate without a name"
}

func issuerOf(c *x509.Certificate) string {
	if s := c.Issuer.String(); s != "" {
		return s
	}
	return "an authority without a name"
}

// selfSigned tells by name whether a certificate vouches for itself; a signature is checked where it matters.
func selfSigned(c *x509.Certificate) bool { return bytes.Equal(c.RawSubject, c.RawIssuer) }

// ReadCertificates describes the certificates in PEM text, for a page that shows what a person is
// about to trust. The error is a *Fault.
func ReadCertificates(caPEM string) ([]Certificate, error) {
	certificates, f := parseCertificates(caPEM)
	if f != nil {
		return nil, f
	}
	return describeChain(certificates), nil
}

// certificatePool is the system's authorities and those in caPEM.
func certificatePool(caPEM string) (*x509.CertPool, *Fault) {
	pool, err := x509.SystemCertPool()
	if err != nil {
		pool = x509.NewCertPool() // a machine without any: then only the integration's own count
	}
	if strings.TrimSpace(caPEM) == "" {
		return pool, nil
	}
	certificates, f := parseCertificates(caPEM)
	if f != nil {
		return nil, f
	}
	for _, c := range certificates {
		pool.AddCert(c)
	}
	return pool, nil
}

func parseCertificates(caPEM string) ([]*x509.Certificate, *Fault) {
	unreadable := func(reason string) ([]*x509.Certificate, *Fault) {
		return nil, fault(TLSCAUnreadable, values{"reason": reason})
	}
	var found []*x509.Certificate
	rest := []byte(caPEM)
	for {
		var block *pem.Block
		if block, rest = pem.Decode(rest); block == nil {
			break
		}
		if strings.Contains(block.Type, "PRIVATE KEY") {
			return unreadable("there is a private key among them, which belongs on the server alone")
		}
		if block.Type != "CERTIFICATE" && block.Type != "TRUSTED CERTIFICATE" {
			continue
		}
		c, err := x509.ParseCertificate(block.Bytes)
		if err != nil {
			return unreadable(fmt.Sprintf("number %d is damaged", len(found)+1))
		}
		found = append(found, c)
	}
	if len(found) == 0 {
		return unreadable("there is none in the text")
	}
	return found, nil
}

// DescribeAuthorities reads the certificates in PEM text, for a page; what cannot be read is left out.
func DescribeAuthorities(pemText string) []Certificate {
	var found []Certificate
	for rest := []byte(pemText); ; {
		var block *pem.Block
		if block, rest = pem.Decode(rest); block == nil {
			return found
		}
		if c, err := x509.ParseCertificate(block.Bytes); err == nil {
			found = append(found, describeCertificate(c))
		}
	}
}
