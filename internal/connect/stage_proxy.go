package connect

import (
	"bufio"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"time"
)

// checkProxy opens a tunnel to the server through the proxy, and closes it.
func (d *diagnosis) checkProxy(ctx context.Context) outcome {
	proxy, f := parseProxy(d.target.Proxy)
	if f != nil {
		return bad(f)
	}
	if proxy == nil {
		return bad(fault(ProxyNone, nil))
	}
	d.proxy = proxy
	conn, err := d.tunnel(ctx)
	if err != nil {
		return bad(d.proxyFault(err))
	}
	conn.Close()
	return fine(fmt.Sprintf("The proxy %s opens connections to %s.", proxy.Host, d.address.HostPort()))
}

func (d *diagnosis) proxyFault(err error) *Fault {
	v := d.values().with("proxy", d.proxy.Host, "reason", tcpReason(err))
	var answer *ProxyError
	var dns *net.DNSError
	var notHTTP *notHTTPError
	switch {
	case errors.As(err, &answer):
		return proxyAnswerFault(answer, v).because(err)
	case errors.As(err, &dns):
		return fault(ProxyNotFound, v).because(err)
	case errors.As(err, &notHTTP):
		return fault(ProxyNotAProxy, v.with("reason", "it does not answer as one")).because(err)
	case errors.As(err, new(*proxyTLSError)):
		return fault(ProxyTLS, v.with("reason", tlsReason(err))).because(err)
	default:
		return fault(ProxyUnreachable, v).because(err)
	}
}

// tcpReason is why a connection did not come about, as a part of a sentence.
func tcpReason(err error) string {
	switch tcpFault(err, nil).Code {
	case TCPRefused:
		return "nothing listens on that port"
	case TCPTimeout:
		return "it does not answer in time"
	case TCPUnreachable:
		return "there is no route to it"
	case TCPReset:
		return "it closes the connection at once"
	default:
		return lastWords(err)
	}
}

// notHTTPError is an answer to CONNECT that is no HTTP.
type notHTTPError struct{ err error }

func (e *notHTTPError) Error() string { return "read the proxy's answer: " + e.err.Error() }
func (e *notHTTPError) Unwrap() error { return e.err }

// proxyTLSError is a handshake with the proxy itself that failed.
type proxyTLSError struct{ err error }

func (e *proxyTLSError) Error() string {
	return "encrypt the connection to the proxy: " + e.err.Error()
}
func (e *proxyTLSError) Unwrap() error { return e.err }

// tunnel opens a connection to the server, through the proxy where there is one. The caller closes it.
func (d *diagnosis) tunnel(ctx context.Context) (net.Conn, error) {
	if d.proxy == nil {
		return d.network.dial(ctx, "tcp", d.address.HostPort())
	}
	conn, err := d.network.dial(ctx, "tcp", d.proxy.Host)
	if err != nil {
		return nil, err
	}
	_ = conn.SetDeadline(time.Now().Add(d.options.ConnectTimeout))
	tunnel, err := d.connectThrough(ctx, conn)
	if err != nil {
		conn.Close()
		return nil, err
	}
	_ = conn.SetDeadline(time.Time{})
	return tunnel, nil
}

func (d *diagnosis) connectThrough(ctx context.Context, conn net.Conn) (net.Conn, error) {
	if d.proxy.Scheme == "https" {
		config, f := tlsConfig(d.target.CAPEM)
		if f != nil {
			return nil, f
		}
		config.ServerName = d.proxy.Hostname()
		encrypted := tls.Client(conn, config)
		if err := encrypted.HandshakeContext(ctx); err != nil {
			return nil, &proxyTLSError{err}
		}
		conn = encrypted
	}
	request := &http.Request{
		Method: http.MethodConnect, URL: &url.URL{Opaque: d.address.HostPort()}, Host: d.address.HostPort(),
		Header: http.Header{"User-Agent": {userAgent}},
	}
	if d.proxy.User != nil {
		password, _ := d.proxy.User.Password()
		request.Header.Set("Proxy-Authorization", basicAuth(d.proxy.User.Username(), password))
	}
	if err := request.Write(conn); err != nil {
		return nil, err
	}
	return conn, d.readConnect(conn, request)
}

func (d *diagnosis) readConnect(conn net.Conn, request *http.Request) error {
	resp, err := http.ReadResponse(bufio.NewReader(conn), request) //nolint:bodyclose // the body of a yes is the tunnel itself; a no is closed with the connection
	if err != nil {
		if timedOut(err) || cutOff(err) {
			return err
		}
		return &notHTTPError{err}
	}
	return proxyAnswer(request.Context(), d.proxy, request, resp)
}

func basicAuth(username, password string) string {
	r := http.Request{Header: http.Header{}}
	r.SetBasicAuth(username, password)
	return r.Header.Get("Authorization")
}
