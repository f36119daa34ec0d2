package connect

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"strings"
	"time"
)

// chainFault says why a chain of certificates was not accepted.
func chainFault(unverified *tls.CertificateVerificationError, v values) *Fault {
	chain := unverified.UnverifiedCertificates
	if len(chain) == 0 {
		return fault(TLSOther, v.with("reason", "the server showed no certificate"))
	}
	leaf := chain[0]
	var invalid x509.CertificateInvalidError
	var wrongName x509.HostnameError
	var unknown x509.UnknownAuthorityError
	switch err := unverified.Err; {
	case errors.As(err, &invalid) && invalid.Reason == x509.Expired:
		return timeFault(invalid, v)
	case errors.As(err, &wrongName):
		return nameFault(leaf, v)
	case errors.As(err, &unknown):
		return authorityFault(chain, v)
	default:
		return fault(TLSWeakCertificate, v.with("reason", lastWords(err)))
	}
}

// timeFault tells too late from too early; the library calls both expired, and says which in detail.
func timeFault(invalid x509.CertificateInvalidError, v values) *Fault {
	c := invalid.Cert
	v = v.with("subject", subjectOf(c))
	if _, known := v["now"]; !known {
		v = v.with("now", instant(time.Now()))
	}
	if strings.Contains(invalid.Detail, "is before") {
		return fault(TLSNotYetValid, v.with("date", instant(c.NotBefore)))
	}
	return fault(TLSExpired, v.with("date", instant(c.NotAfter)))
}

func nameFault(leaf *x509.Certificate, v values) *Fault {
	names := describeCertificate(leaf).Names
	if len(names) == 0 {
		return fault(TLSWeakCertificate, v.with("reason", "it holds no host name (only a common name, which is no longer accepted)"))
	}
	if len(names) > 5 {
		names = append(names[:5:5], "others")
	}
	return fault(TLSWrongName, v.with("names", strings.Join(names, ", ")))
}

// authorityFault tells apart, by what a person can do about them: a server that vouches for itself; one
// that shows its authority's certificate, so that it can be trusted with a click; one that does not; and
// one that leaves out a link of its chain. A lone certificate that says where its issuer's is published
// is of the last kind: the authorities that do so put intermediate ones between.
func authorityFault(chain []*x509.Certificate, v values) *Fault {
	leaf, last := chain[0], chain[len(chain)-1]
	offered := offeredCA(chain)
	switch {
	case len(chain) == 1 && selfSigned(leaf):
		return fault(TLSSelfSigned, v.with("subject", subjectOf(leaf)))
	case offered == nil && (len(chain) > 1 || len(leaf.IssuingCertificateURL) > 0):
		return fault(TLSIncompleteChain, v.with("issuer", issuerOf(last)))
	case offered == nil:
		return fault(TLSUnknownAuthority, v.with("authority", issuerOf(leaf), "how",
			"ask whoever runs the server for its certificate, which the server does not send, and give it under Certificates to trust"))
	}
	return fault(TLSUnknownAuthority, v.with("authority", issuerOf(offered), "how",
		"compare its fingerprint with the one your company publishes, then trust it here"))
}

// offeredCA is the certificate of the chain that a person may choose to trust: the root-most authority
// that really vouches for the one before it, or a lone certificate that vouches for itself.
func offeredCA(chain []*x509.Certificate) *x509.Certificate {
	if len(chain) == 0 {
		return nil
	}
	if len(chain) == 1 {
		if selfSigned(chain[0]) {
			return chain[0]
		}
		return nil
	}
	var best *x509.Certificate
	current := chain[0]
	for range chain {
		next := issuerWithin(chain, current)
		if next == nil {
			break
		}
		best, current = next, next
	}
	return best
}

// issuerWithin finds the certificate in the chain that signed c; servers send them in any order.
func issuerWithin(chain []*x509.Certificate, c *x509.Certificate) *x509.Certificate {
	for _, candidate := range chain {
		if !candidate.Equal(c) && candidate.IsCA && c.CheckSignatureFrom(candidate) == nil {
			return candidate
		}
	}
	return nil
}

func instant(t time.Time) string { return t.UTC().Format("2 Jan 2006 15:04 MST") }
