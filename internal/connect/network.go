package connect

import (
	"context"
	"crypto/tls"
	"errors"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"time"

	"weir/internal/secret"
)

// network resolves and dials as Options say.
type network struct {
	resolveFunc func(ctx context.Context, host string) ([]string, error)
	dialFunc    func(ctx context.Context, network, address string) (net.Conn, error)
	timeout     time.Duration
}

func newNetwork(o Options) network {
	n := network{resolveFunc: o.ResolveFunc, dialFunc: o.DialFunc, timeout: o.ConnectTimeout}
	if n.resolveFunc == nil {
		n.resolveFunc = net.DefaultResolver.LookupHost
	}
	if n.dialFunc == nil {
		n.dialFunc = (&net.Dialer{Timeout: o.ConnectTimeout, KeepAlive: 30 * time.Second}).DialContext
	}
	return n
}

// addresses answers the IP addresses of a host, IPv4 first: it is what internal networks route.
func (n network) addresses(ctx context.Context, host string) ([]string, error) {
	if _, err := netip.ParseAddr(host); err == nil {
		return []string{host}, nil
	}
	ctx, cancel := context.WithTimeout(ctx, n.timeout)
	defer cancel()
	found, err := n.resolveFunc(ctx, host)
	if err != nil {
		return nil, err
	}
	if len(found) == 0 {
		return nil, &net.DNSError{Err: "no addresses", Name: host, IsNotFound: true}
	}
	var four, six []string
	for _, address := range found {
		if strings.Contains(address, ":") {
			six = append(six, address)
		} else {
			four = append(four, address)
		}
	}
	return append(four, six...), nil
}

// one dials a single ip:port.
func (n network) one(ctx context.Context, ip, port string) (net.Conn, error) {
	ctx, cancel := context.WithTimeout(ctx, n.timeout)
	defer cancel()
	return n.dialFunc(ctx, "tcp", net.JoinHostPort(ip, port))
}

// dial tries the addresses of host:port one after the other and answers the first that takes.
func (n network) dial(ctx context.Context, _, hostPort string) (net.Conn, error) {
	host, port, err := net.SplitHostPort(hostPort)
	if err != nil {
		return nil, err
	}
	addresses, err := n.addresses(ctx, host)
	if err != nil {
		return nil, err
	}
	var problems []error
	for _, ip := range addresses {
		conn, err := n.one(ctx, ip, port)
		if err == nil {
			return conn, nil
		}
		problems = append(problems, err)
	}
	return nil, errors.Join(problems...)
}

// newHTTPTransport makes the standard library's transport for a target. It has no way to skip the
// check of certificates.
func newHTTPTransport(target Target, n network) (*http.Transport, *Fault) {
	config, f := tlsConfig(target.CAPEM)
	if f != nil {
		return nil, f
	}
	proxy, f := parseProxy(target.Proxy)
	if f != nil {
		return nil, f
	}
	inner := &http.Transport{
		DialContext:            n.dial,
		TLSClientConfig:        config,
		TLSHandshakeTimeout:    n.timeout,
		ResponseHeaderTimeout:  30 * time.Second,
		IdleConnTimeout:        90 * time.Second,
		MaxIdleConnsPerHost:    defaultConcurrency,
		MaxResponseHeaderBytes: 1 << 20,
		ForceAttemptHTTP2:      true,
		OnProxyConnectResponse: proxyAnswer,
	}
	if proxy != nil {
		inner.Proxy = http.ProxyURL(proxy)
	}
	return inner, nil
}

func tlsConfig(caPEM string) (*tls.Config, *Fault) {
	pool, f := certificatePool(caPEM)
	if f != nil {
		return nil, f
	}
	return &tls.Config{RootCAs: pool, MinVersion: tls.VersionTLS12}, nil
}

// parseProxy reads a proxy's address; nil is no proxy. Its fault never quotes the address, which may
// hold a password.
func parseProxy(pasted secret.String) (*url.URL, *Fault) {
	text := trimPasted(pasted.Reveal())
	if text == "" {
		return nil, nil
	}
	if !strings.Contains(text, "://") {
		text = "http://" + text
	}
	invalid := func(reason string) (*url.URL, *Fault) {
		return nil, fault(ProxyInvalid, values{"reason": reason})
	}
	u, err := url.Parse(text)
	switch {
	case err != nil, strings.Contains(u.Path, "@"):
		return invalid("it is not a URL; characters such as @ : / in a password must be written as %40 %3A %2F")
	case u.Scheme != "http" && u.Scheme != "https":
		return invalid("it must begin with http:// or https://")
	case u.Hostname() == "":
		return invalid("there is no host name in it")
	}
	if u.Port() == "" {
		u.Host = net.JoinHostPort(u.Hostname(), portOf(u))
	}
	u.Path, u.RawQuery, u.Fragment = "", "", ""
	return u, nil
}

// proxyAnswer types a proxy's no to CONNECT, which the library gives as bare text.
func proxyAnswer(_ context.Context, proxy *url.URL, _ *http.Request, resp *http.Response) error {
	if resp.StatusCode == http.StatusOK {
		return nil
	}
	return &ProxyError{Proxy: proxy.Host, SignedIn: proxy.User != nil, Status: resp.StatusCode, Challenges: challenges(resp.Header)}
}

func challenges(header http.Header) []string {
	var schemes []string
	for _, line := range header.Values("Proxy-Authenticate") {
		if scheme, _, _ := strings.Cut(strings.TrimSpace(line), " "); scheme != "" {
			schemes = append(schemes, scheme)
		}
	}
	return schemes
}
