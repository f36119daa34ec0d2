package connect_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"strings"
	"syscall"
	"testing"
	"time"

	"weir/internal/connect"
	"weir/internal/secret"
)

const proxyPassword = "proxy-pass-phrase-8842"

// plain makes a case whose target is an address alone.
func plain(name, address string, stage connect.StageID, code connect.Code) faultCase {
	return faultCase{
		name: name, stage: stage, code: code, result: connect.ResultCouldNotConnect,
		provoke: func(*testing.T) (connect.Target, connect.Options) {
			return connect.Target{Address: address}, quick()
		},
	}
}

// dialError makes a case in which opening a connection fails as a kernel says it.
func dialError(name string, err error, code connect.Code) faultCase {
	return faultCase{
		name: name, stage: connect.StageTCP, code: code, result: connect.ResultCouldNotConnect,
		provoke: func(*testing.T) (connect.Target, connect.Options) {
			o := quick()
			o.ResolveFunc = resolves("192.0.2.1")
			o.DialFunc = func(context.Context, string, string) (net.Conn, error) {
				return nil, &net.OpError{Op: "dial", Net: "tcp", Err: err}
			}
			return connect.Target{Address: "github.example.com"}, o
		},
	}
}

// nameServer makes a case whose names are asked of a server that answers in one way.
func nameServer(name string, rcode byte, silent bool, code connect.Code) faultCase {
	return faultCase{
		name: name, stage: connect.StageDNS, code: code, result: connect.ResultCouldNotConnect,
		provoke: func(t *testing.T) (connect.Target, connect.Options) {
			o := quick()
			if silent {
				o.ConnectTimeout = 300 * time.Millisecond
			}
			o.ResolveFunc = dnsServer(t, rcode, silent)
			return connect.Target{Address: "github.example.com"}, o
		},
	}
}

func networkFaults() []faultCase {
	return []faultCase{
		plain("no address", "  ", connect.StageAddress, connect.AddressEmpty),
		plain("an address with a space in it", "https://github example.com", connect.StageAddress, connect.AddressInvalid),
		plain("an address of another kind", "ftp://github.example.com", connect.StageAddress, connect.AddressScheme),
		plain("github.com given as Enterprise", "https://github.com/acme/web", connect.StageAddress, connect.AddressGitHubCom),
		plain("ghe.com given as Enterprise", "acme.ghe.com", connect.StageAddress, connect.AddressGHECom),
		nameServer("a name that does not exist", 3, false, connect.DNSNotFound),
		nameServer("a name without an address", 0, false, connect.DNSNotFound),
		nameServer("DNS that does not answer", 0, true, connect.DNSTimeout),
		nameServer("DNS that is broken", 2, false, connect.DNSFailed),
		{
			name: "connection refused", stage: connect.StageTCP, code: connect.TCPRefused, result: connect.ResultCouldNotConnect,
			provoke: func(t *testing.T) (connect.Target, connect.Options) {
				return connect.Target{Address: closedPort(t)}, quick()
			},
		},
		{
			name: "no answer to a connection", stage: connect.StageTCP, code: connect.TCPTimeout, result: connect.ResultCouldNotConnect,
			provoke: func(t *testing.T) (connect.Target, connect.Options) {
				o := quick()
				o.ConnectTimeout = 500 * time.Millisecond
				return connect.Target{Address: "https://" + deafServer(t)}, o
			},
		},
		dialError("no route to the server", os.NewSyscallError("connect", syscall.EHOSTUNREACH), connect.TCPUnreachable),
		dialError("connection reset when opened", os.NewSyscallError("connect", syscall.ECONNRESET), connect.TCPReset),
		dialError("no permission to connect", os.NewSyscallError("connect", syscall.EACCES), connect.TCPFailed),
		{
			name: "one of two addresses is dead", stage: connect.StageTCP, code: connect.TCPPartly, result: connect.ResultOK,
			provoke: func(t *testing.T) (connect.Target, connect.Options) {
				d := newDouble(t, nil)
				o := quick()
				o.ResolveFunc = resolves("127.0.0.1", "192.0.2.1")
				o.DialFunc = func(ctx context.Context, network, address string) (net.Conn, error) {
					if strings.HasPrefix(address, "192.0.2.1") {
						return nil, &net.OpError{Op: "dial", Err: syscall.ECONNREFUSED}
					}
					return new(net.Dialer).DialContext(ctx, network, address)
				}
				return d.target(), o
			},
		},
	}
}

func closedPort(t *testing.T) string {
	t.Helper()
	listener, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	return "https://" + listener.Addr().String()
}

// throughProxy makes a case in which the proxy is at fault.
func throughProxy(name string, proxy func(t *testing.T) string, code connect.Code) faultCase {
	return faultCase{
		name: name, stage: connect.StageProxy, code: code, result: connect.ResultCouldNotConnect,
		provoke: func(t *testing.T) (connect.Target, connect.Options) {
			return connect.Target{Address: "https://github.example.com", Proxy: secret.New(proxy(t))}, quick()
		},
	}
}

// proxySays is a proxy that answers every CONNECT in one way.
func proxySays(answer string) func(*testing.T) string {
	return func(t *testing.T) string {
		return "http://" + rawServer(t, func(conn net.Conn) {
			if _, err := http.ReadRequest(bufio.NewReader(conn)); err == nil {
				_, _ = io.WriteString(conn, answer)
			}
		})
	}
}

func withAccount(proxy func(*testing.T) string) func(*testing.T) string {
	return func(t *testing.T) string {
		return strings.Replace(proxy(t), "http://", "http://weir:"+proxyPassword+"@", 1)
	}
}

func proxyFaults() []faultCase {
	const wantsBasic = "HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm=\"corp\"\r\nContent-Length: 0\r\n\r\n"
	const wantsNTLM = "HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: NTLM\r\nProxy-Authenticate: Negotiate\r\nContent-Length: 0\r\n\r\n"
	says := func(status string) string { return "HTTP/1.1 " + status + "\r\nContent-Length: 0\r\n\r\n" }
	fixed := func(address string) func(*testing.T) string { return func(*testing.T) string { return address } }
	cases := []faultCase{
		throughProxy("a proxy address that cannot be read", fixed("http://weir:p@ss/word@proxy:3128:1"), connect.ProxyInvalid),
		throughProxy("a proxy of a kind that is not spoken", fixed("socks5://proxy.example.com:1080"), connect.ProxyInvalid),
		throughProxy("a proxy that nothing listens on", func(t *testing.T) string { return strings.Replace(closedPort(t), "https", "http", 1) }, connect.ProxyUnreachable),
		throughProxy("a proxy that wants a sign-in", proxySays(wantsBasic), connect.ProxySignIn),
		throughProxy("a proxy that refuses the sign-in", withAccount(proxySays(wantsBasic)), connect.ProxySignInRefused),
		throughProxy("a proxy that wants NTLM", withAccount(proxySays(wantsNTLM)), connect.ProxySignInUnsupported),
		throughProxy("a proxy that refuses the host", proxySays(says("403 Forbidden")), connect.ProxyRefused),
		throughProxy("a proxy that cannot reach the host", proxySays(says("502 Bad Gateway")), connect.ProxyCannotReach),
		throughProxy("a web server given as proxy", proxySays(says("404 Not Found")), connect.ProxyNotAProxy),
		throughProxy("something else given as proxy", proxySays("SSH-2.0-OpenSSH_9.6\r\n"), connect.ProxyNotAProxy),
		throughProxy("a plain proxy given as https", func(t *testing.T) string {
			return strings.Replace(proxySays(says("400 Bad Request"))(t), "http://", "https://", 1)
		}, connect.ProxyTLS),
		{
			name: "no proxy", stage: connect.StageProxy, code: connect.ProxyNone, result: connect.ResultOK,
			provoke: func(t *testing.T) (connect.Target, connect.Options) { return newDouble(t, nil).target(), quick() },
		},
	}
	notFound := throughProxy("a proxy whose name does not exist", fixed("http://proxy.example.com:3128"), connect.ProxyNotFound)
	notFound.provoke = func(*testing.T) (connect.Target, connect.Options) {
		o := quick()
		o.ResolveFunc = func(_ context.Context, host string) ([]string, error) {
			return nil, &net.DNSError{Err: "no such host", Name: host, IsNotFound: true}
		}
		return connect.Target{Address: "https://github.example.com", Proxy: secret.New("http://proxy.example.com:3128")}, o
	}
	return append(cases, notFound,
		workingProxy("behind a proxy the name is not resolved here", connect.StageDNS, connect.DNSByProxy),
		workingProxy("behind a proxy no connection is opened here", connect.StageTCP, connect.TCPByProxy))
}

// workingProxy is a whole run through a proxy that wants a sign-in and gets it.
func workingProxy(name string, stage connect.StageID, code connect.Code) faultCase {
	return faultCase{
		name: name, stage: stage, code: code, result: connect.ResultOK,
		provoke: func(t *testing.T) (connect.Target, connect.Options) {
			target := newDouble(t, nil).target()
			target.Proxy = secret.New("http://weir:" + proxyPassword + "@" + forwardProxy(t))
			o := quick()
			dial := new(net.Dialer).DialContext
			o.DialFunc = func(ctx context.Context, network, address string) (net.Conn, error) {
				if strings.Contains(target.Address, address[strings.LastIndex(address, ":"):]) {
					return nil, errors.New("this machine must not connect to the server itself")
				}
				return dial(ctx, network, address)
			}
			return target, o
		},
	}
}

// forwardProxy is a real proxy with a sign-in.
func forwardProxy(t *testing.T) string {
	return rawServer(t, func(conn net.Conn) {
		request, err := http.ReadRequest(bufio.NewReader(conn))
		if err != nil {
			return
		}
		request.Header.Set("Authorization", request.Header.Get("Proxy-Authorization"))
		if _, password, _ := request.BasicAuth(); request.Method != http.MethodConnect || password != proxyPassword {
			fmt.Fprint(conn, "HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic\r\nContent-Length: 0\r\n\r\n")
			return
		}
		upstream, err := new(net.Dialer).DialContext(t.Context(), "tcp", request.Host)
		if err != nil {
			fmt.Fprint(conn, "HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n")
			return
		}
		defer upstream.Close()
		fmt.Fprint(conn, "HTTP/1.1 200 Connection established\r\n\r\n")
		go func() { _, _ = io.Copy(upstream, conn); upstream.Close() }()
		_, _ = io.Copy(conn, upstream)
	})
}
