package connect

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
)

// soonExpiring is how long before its end a certificate is worth a warning.
const soonExpiring = 21 * 24 * time.Hour

// checkTLS shakes hands as later requests do, with every check on, and keeps the chain that was
// offered. The library hands over a chain that it refused, so no check ever has to be left out.
func (d *diagnosis) checkTLS(ctx context.Context) outcome {
	config, f := tlsConfig(d.target.CAPEM)
	if f != nil {
		return bad(f)
	}
	state, wanted, err := d.handshake(ctx, config)
	if err != nil {
		return bad(d.handshakeFault(ctx, err, wanted))
	}
	d.keepChain(state.PeerCertificates)
	leaf := state.PeerCertificates[0]
	detail := fmt.Sprintf("%s, certificate of %s from %s, valid until %s.",
		tls.VersionName(state.Version), subjectOf(leaf), issuerOf(leaf), instant(leaf.NotAfter))
	if end := earliestEnd(state.VerifiedChains); d.options.Now().Add(soonExpiring).After(end) {
		return bad(fault(TLSExpiresSoon, d.values().with("date", instant(end))).saw("%s", detail))
	}
	return fine(detail)
}

// earliestEnd is when the best of the verified chains ends.
func earliestEnd(chains [][]*x509.Certificate) time.Time {
	var best time.Time
	for _, chain := range chains {
		end := chain[0].NotAfter
		for _, c := range chain {
			if c.NotAfter.Before(end) {
				end = c.NotAfter
			}
		}
		if end.After(best) {
			best = end
		}
	}
	return best
}

// handshake connects, and tells whether the server asked for a client certificate.
func (d *diagnosis) handshake(ctx context.Context, config *tls.Config) (state tls.ConnectionState, wanted bool, err error) {
	conn, err := d.tunnel(ctx)
	if err != nil {
		return state, false, err
	}
	defer conn.Close()
	config.ServerName = d.address.Host
	config.NextProtos = []string{"h2", "http/1.1"}
	config.GetClientCertificate = func(*tls.CertificateRequestInfo) (*tls.Certificate, error) {
		wanted = true
		return &tls.Certificate{}, nil
	}
	ctx, cancel := context.WithTimeout(ctx, d.options.ConnectTimeout)
	defer cancel()
	client := tls.Client(conn, config)
	if err := client.HandshakeContext(ctx); err != nil {
		return state, wanted, err
	}
	if wanted {
		err = afterwards(client)
	}
	return client.ConnectionState(), wanted, err
}

// afterwards waits a moment for the no that a server of TLS 1.3 says only after the handshake.
func afterwards(client *tls.Conn) error {
	_ = client.SetReadDeadline(time.Now().Add(time.Second))
	if _, err := client.Read(make([]byte, 1)); err != nil && !timedOut(err) {
		return err
	}
	return nil
}

func (d *diagnosis) handshakeFault(ctx context.Context, err error, wanted bool) *Fault {
	v := d.values()
	var unverified *tls.CertificateVerificationError
	if errors.As(err, &unverified) {
		return d.unverifiedFault(unverified)
	}
	f := tlsFault(err, v)
	switch {
	case wanted && (f != nil || cutOff(err)):
		f = fault(TLSClientCertificate, v)
	case f != nil && f.Code == TLSOldProtocol:
		f = fault(TLSOldProtocol, v.with("version", d.oldVersion(ctx)))
	case f != nil:
	case timedOut(err):
		f = fault(TLSTimeout, v)
	case cutOff(err):
		f = fault(TLSReset, v)
	case dialing(err):
		f = tcpFault(err, v)
	default:
		f = fault(TLSOther, v.with("reason", lastWords(err)))
	}
	return f.because(err)
}

// oldVersion finds out which version a server speaks that speaks no current one. Nothing is sent over
// the connection, and its certificate is checked as ever.
func (d *diagnosis) oldVersion(ctx context.Context) string {
	config, f := tlsConfig(d.target.CAPEM)
	if f != nil {
		return "an old version of TLS"
	}
	config.MinVersion, config.MaxVersion = tls.VersionTLS10, tls.VersionTLS11
	var seen uint16
	config.VerifyConnection = func(state tls.ConnectionState) error { seen = state.Version; return nil }
	state, _, err := d.handshake(ctx, config)
	if err == nil {
		seen = state.Version
	}
	if seen == 0 {
		return "an old version of TLS"
	}
	return tls.VersionName(seen)
}

// unverifiedFault explains a chain that was not accepted, and offers its authority where that is the
// only thing amiss.
func (d *diagnosis) unverifiedFault(unverified *tls.CertificateVerificationError) *Fault {
	chain := unverified.UnverifiedCertificates
	d.keepChain(chain)
	f := chainFault(unverified, d.values())
	ca := offeredCA(chain)
	if f.Code == TLSUnknownAuthority && ca == nil && d.target.CAPEM != "" {
		// Somebody gave an authority, and the server shows no way up to it.
		f = fault(TLSIncompleteChain, d.values().with("issuer", issuerOf(chain[0])))
	}
	if ca != nil && (f.Code == TLSUnknownAuthority || f.Code == TLSSelfSigned) {
		offered := describeCertificate(ca)
		d.report.OfferedCA = &offered
	}
	return f.saw("%s", d.describeOffer(chain))
}

// describeOffer lists the chain and whatever else is wrong with it, so that one look is enough.
func (d *diagnosis) describeOffer(chain []*x509.Certificate) string {
	var lines []string
	for i, c := range chain {
		lines = append(lines, fmt.Sprintf("%d: %s, from %s, valid %s to %s, SHA-256 %s", i+1,
			subjectOf(c), issuerOf(c), instant(c.NotBefore), instant(c.NotAfter), fingerprint(c.Raw)))
	}
	if leaf := chain[0]; leaf.VerifyHostname(d.address.Host) != nil {
		lines = append(lines, "The first is not for "+d.address.Host+".")
	}
	return strings.Join(lines, "\n")
}

func (d *diagnosis) keepChain(chain []*x509.Certificate) {
	d.report.Chain = describeChain(slices.Clone(chain))
}
