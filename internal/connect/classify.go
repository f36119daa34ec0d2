package connect

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"slices"
	"strings"
	"syscall"
)

// FaultOf names what went wrong with a request that got no answer, in words for a person. It answers
// a *Fault for every error; for nil it answers nil.
func FaultOf(err error, address Address) *Fault {
	if err == nil {
		return nil
	}
	if f, ok := asFault(err); ok {
		return f
	}
	v := address.values()
	if f := ruleFault(err, v); f != nil {
		return f.because(err)
	}
	for _, find := range []func(error, values) *Fault{proxyFault, dnsFault, tlsFault} {
		if f := find(err, v); f != nil {
			return f.because(err)
		}
	}
	if dialing(err) {
		return tcpFault(err, v).because(err)
	}
	return httpFault(err, v).because(err)
}

func (a Address) values() values {
	return values{"host": a.Host, "port": a.Port, "address": a.Base}
}

// with is a copy of v with one value more.
func (v values) with(pairs ...string) values {
	out := make(values, len(v)+len(pairs)/2)
	for name, value := range v {
		out[name] = value
	}
	for i := 0; i+1 < len(pairs); i += 2 {
		out[pairs[i]] = pairs[i+1]
	}
	return out
}

// ruleFault names what our own rules or the caller ended.
func ruleFault(err error, v values) *Fault {
	var refused *RefusedError
	var redirect *RedirectError
	var limited *RateLimitError
	var large *BodyTooLargeError
	var missing *NotInstalledError
	switch {
	case errors.As(err, &refused):
		return fault(APIRefused, v.with("reason", refused.Reason))
	case errors.As(err, &redirect):
		return redirectFault(redirect, v)
	case errors.As(err, &limited):
		f := fault(APILimited, v.with("until", until(limited)))
		f.Until = limited.Until
		return f
	case errors.As(err, &large):
		return fault(APITooLarge, v)
	case errors.As(err, &missing):
		return notInstalledFault(missing, v)
	case errors.Is(err, context.Canceled):
		return fault(APICancelled, v)
	}
	return nil
}

func notInstalledFault(missing *NotInstalledError, v values) *Fault {
	v = v.with("owner", missing.Owner)
	switch {
	case missing.Owner == "":
		return fault(APIAppNowhere, v)
	case missing.Suspended:
		return fault(APIAppSuspended, v)
	}
	return fault(APIAppNotInstalled, v)
}

func redirectFault(r *RedirectError, v values) *Fault {
	if r.Login {
		return fault(HTTPLoginPage, v.with("to", r.To))
	}
	if strings.Contains(r.To, "/setup") {
		return fault(HTTPSetup, v)
	}
	return fault(HTTPRedirect, v.with("to", r.To))
}

// until is the end of a limit as a part of a sentence.
func until(limited *RateLimitError) string {
	if limited == nil || limited.Until.IsZero() {
		return ""
	}
	return ", until " + limited.Until.UTC().Format("15:04:05 MST")
}

func dnsFault(err error, v values) *Fault {
	var dns *net.DNSError
	if !errors.As(err, &dns) {
		return nil
	}
	switch {
	case dns.IsNotFound:
		return fault(DNSNotFound, v)
	case dns.IsTimeout:
		return fault(DNSTimeout, v)
	default:
		return fault(DNSFailed, v.with("reason", dns.Err))
	}
}

// dialing tells whether the error is from opening the connection.
func dialing(err error) bool {
	var op *net.OpError
	return errors.As(err, &op) && (op.Op == "dial" || op.Op == "proxyconnect")
}

func tcpFault(err error, v values) *Fault {
	switch {
	case errors.Is(err, syscall.ECONNREFUSED):
		return fault(TCPRefused, v)
	case errors.Is(err, syscall.EHOSTUNREACH), errors.Is(err, syscall.ENETUNREACH):
		return fault(TCPUnreachable, v.with("reason", lastWords(err)))
	case errors.Is(err, syscall.ECONNRESET):
		return fault(TCPReset, v)
	case timedOut(err):
		return fault(TCPTimeout, v)
	default:
		return fault(TCPFailed, v.with("reason", lastWords(err)))
	}
}

func timedOut(err error) bool {
	var timeout net.Error
	return errors.Is(err, context.DeadlineExceeded) || errors.Is(err, os.ErrDeadlineExceeded) ||
		errors.As(err, &timeout) && timeout.Timeout()
}

func cutOff(err error) bool {
	return errors.Is(err, syscall.ECONNRESET) || errors.Is(err, syscall.EPIPE) ||
		errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, net.ErrClosed)
}

// httpFault names what ended a request after the connection stood.
func httpFault(err error, v values) *Fault {
	switch {
	case timedOut(err):
		return fault(HTTPTimeout, v)
	case cutOff(err), strings.Contains(err.Error(), "server closed"):
		return fault(HTTPReset, v)
	case strings.Contains(err.Error(), "malformed HTTP"):
		return fault(HTTPUnreadable, v.with("kind", "it is not HTTP either"))
	default:
		return fault(HTTPFailed, v.with("reason", lastWords(err)))
	}
}

// lastWords is the innermost of a chain of errors: the part that says what happened. Of several it
// takes the first.
func lastWords(err error) string {
	for inner := err; inner != nil; inner = innerError(err) {
		err = inner
	}
	return shorten(strings.TrimSuffix(err.Error(), "."), 200)
}

func innerError(err error) error {
	if joined, is := err.(interface{ Unwrap() []error }); is && len(joined.Unwrap()) > 0 {
		return joined.Unwrap()[0]
	}
	return errors.Unwrap(err)
}

// proxyFault names what a proxy did; nil when it is not about one.
func proxyFault(err error, v values) *Fault {
	var proxy *ProxyError
	if errors.As(err, &proxy) {
		return proxyAnswerFault(proxy, v)
	}
	var op *net.OpError
	if errors.As(err, &op) && op.Op == "proxyconnect" {
		return fault(ProxyUnreachable, v.with("proxy", dialled(op), "reason", tcpReason(err)))
	}
	return nil
}

// dialled is the address that could not be reached, as far as the error tells.
func dialled(err error) string {
	var op *net.OpError
	for errors.As(err, &op) {
		if op.Addr != nil {
			return op.Addr.String()
		}
		err = op.Err
	}
	var dns *net.DNSError
	if errors.As(err, &dns) {
		return dns.Name
	}
	return "that is set"
}

func proxyAnswerFault(answer *ProxyError, v values) *Fault {
	v = v.with("proxy", answer.Proxy, "status", fmt.Sprint(answer.Status), "schemes", strings.Join(answer.Challenges, " and "), "reason", fmt.Sprintf("it answers HTTP %d", answer.Status))
	basic := len(answer.Challenges) == 0 || slices.ContainsFunc(answer.Challenges, func(s string) bool { return strings.EqualFold(s, "Basic") })
	switch {
	case answer.Status == http.StatusProxyAuthRequired && !basic:
		return fault(ProxySignInUnsupported, v)
	case answer.Status == http.StatusProxyAuthRequired && answer.SignedIn:
		return fault(ProxySignInRefused, v)
	case answer.Status == http.StatusProxyAuthRequired:
		return fault(ProxySignIn, v)
	case answer.Status == http.StatusNotFound, answer.Status == http.StatusBadRequest, answer.Status == http.StatusMethodNotAllowed, answer.Status < 300:
		return fault(ProxyNotAProxy, v)
	case answer.Status >= 500:
		return fault(ProxyCannotReach, v)
	default:
		return fault(ProxyRefused, v)
	}
}

// alert tells whether the other side ended TLS with the given words.
func alert(err error, words ...string) bool {
	var op *net.OpError
	if !errors.As(err, &op) || op.Op != "remote error" {
		return false
	}
	return slices.ContainsFunc(words, func(w string) bool { return strings.Contains(op.Err.Error(), w) })
}

// tlsFault names what TLS ended with; nil when it is not about TLS. What needs the certificates is
// left to chainFault.
func tlsFault(err error, v values) *Fault {
	var unverified *tls.CertificateVerificationError
	var header tls.RecordHeaderError
	switch {
	case errors.As(err, &unverified):
		return chainFault(unverified, v)
	case errors.As(err, &header):
		return notTLSFault(header, v)
	case alert(err, "certificate required", "bad certificate", "unknown certificate"):
		return fault(TLSClientCertificate, v)
	case alert(err, "protocol version"), strings.Contains(err.Error(), "unsupported protocol version"), strings.Contains(err.Error(), "unsupported versions"):
		return fault(TLSOldProtocol, v.with("version", "an old version of TLS"))
	case alert(err, "handshake failure", "insufficient security"), strings.Contains(err.Error(), "no mutual cipher"), strings.Contains(err.Error(), "unconfigured cipher suite"):
		return fault(TLSNoCommonCipher, v)
	case strings.Contains(err.Error(), "TLS handshake timeout"):
		return fault(TLSTimeout, v)
	case strings.Contains(err.Error(), "tls: "):
		return fault(TLSOther, v.with("reason", tlsReason(err)))
	case strings.Contains(err.Error(), "server gave HTTP response to HTTPS client"):
		return fault(TLSPlainHTTP, v)
	}
	return nil
}

// tlsReason is why a handshake ended, as a part of a sentence.
func tlsReason(err error) string {
	switch {
	case alert(err, ""):
		return "the other side ends it with “" + strings.TrimPrefix(lastWords(err), "tls: ") + "”"
	case timedOut(err):
		return "no answer came in time"
	case cutOff(err):
		return "the other side closes the connection"
	default:
		return strings.TrimPrefix(lastWords(err), "tls: ")
	}
}

func notTLSFault(header tls.RecordHeaderError, v values) *Fault {
	switch start := string(header.RecordHeader[:]); {
	case strings.HasPrefix(start, "HTTP"):
		return fault(TLSPlainHTTP, v)
	case strings.HasPrefix(start, "SSH-"):
		return fault(TLSNotTLS, v.with("reason", "SSH answers there"))
	case strings.HasPrefix(start, "220"):
		return fault(TLSNotTLS, v.with("reason", "a mail or file server answers there"))
	default:
		return fault(TLSNotTLS, v.with("reason", "something else answers there"))
	}
}
