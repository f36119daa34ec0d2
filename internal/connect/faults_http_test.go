package connect_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"weir/internal/connect"
	"weir/internal/ghes"
	"weir/internal/secret"
)

// served makes a case of a web server that answers everything in one way.
func served(name string, stage connect.StageID, code connect.Code, handler http.Handler) faultCase {
	return faultCase{
		name: name, stage: stage, code: code, result: connect.ResultCouldNotConnect,
		provoke: func(t *testing.T) (connect.Target, connect.Options) {
			url, ca := tlsServer(t, nil, handler)
			return connect.Target{Address: url, CAPEM: ca, Credential: connect.TokenCredential(secret.New("ghp_" + strings.Repeat("x", 36)))}, quick()
		},
	}
}

// faulty makes a case of a double with a fault on some path.
func faulty(name string, stage connect.StageID, code connect.Code, result connect.Result, path string, effect ghes.Effect) faultCase {
	return faultCase{
		name: name, stage: stage, code: code, result: result,
		provoke: func(t *testing.T) (connect.Target, connect.Options) {
			d := newDouble(t, nil)
			d.Faults.Add(ghes.Fault{Path: path, Effect: effect})
			return d.target(), quick()
		},
	}
}

func httpFaults() []faultCase {
	on := func(name string, code connect.Code, effect ghes.Effect) faultCase {
		return faulty(name, connect.StageHTTP, code, connect.ResultCouldNotConnect, "/api/v3/meta", effect)
	}
	web := func(name string, code connect.Code, handler http.Handler) faultCase {
		return served(name, connect.StageHTTP, code, handler)
	}
	jsonHeader := http.Header{"Content-Type": {"application/json"}}
	slow := on("a server that does not answer", connect.HTTPTimeout, ghes.Latency(time.Hour))
	provoke := slow.provoke
	slow.provoke = func(t *testing.T) (connect.Target, connect.Options) {
		target, o := provoke(t)
		o.Timeout = 2 * time.Second
		return target, o
	}
	return []faultCase{
		slow,
		on("a server that closes the connection", connect.HTTPReset, ghes.Drop()),
		on("a redirect to a sign-in page", connect.HTTPLoginPage, ghes.LoginRedirect("https://sso.example.com/adfs/ls?SAMLRequest=abc")),
		on("a sign-in page in place of the API", connect.HTTPLoginPage, ghes.LoginPage()),
		web("a single sign-on page", connect.HTTPLoginPage, page(200, nil, `<html><title>Acme SSO</title><form><input type="password"></form></html>`)),
		web("a redirect to another name", connect.HTTPRedirect, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "https://code.example.com"+r.URL.Path, http.StatusMovedPermanently)
		})),
		web("a page in place of JSON", connect.HTTPHTML, page(200, nil, "<html><title>Welcome</title><h1>It works</h1></html>")),
		web("a page of a web filter", connect.HTTPBlockedPage, page(200, nil, "<html><title>Request Rejected</title>Your support ID is 4711</html>")),
		web("a page of a firewall", connect.HTTPBlockedPage, page(403, nil, "<html><title>403</title>No way</html>")),
		on("maintenance mode", connect.HTTPMaintenance, ghes.MaintenancePage()),
		on("an error of the server", connect.HTTPServerError, ghes.ServerError()),
		on("an error of the front", connect.HTTPServerError, ghes.BadGateway()),
		web("the management console", connect.HTTPSetup, http.RedirectHandler("/setup/start", http.StatusFound)),
		web("an answer that is not JSON", connect.HTTPUnreadable, page(200, http.Header{"Content-Type": {"text/plain"}}, "hello")),
		web("an empty answer", connect.HTTPUnreadable, page(200, jsonHeader, "")),
		web("JSON that breaks off", connect.HTTPTruncated, page(200, jsonHeader, `{"verifiable_password`)),
		on("a connection cut in the answer", connect.HTTPTruncated, ghes.CutOff(0.5)),
		web("an answer without end", connect.HTTPTooLarge, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			_, _ = io.Copy(w, neverEnding{})
		})),
		on("a limit before sign-in", connect.HTTPLimited, ghes.Status(429, "slow down", http.Header{"Retry-After": {"30"}})),
		web("a gateway with a sign-in of its own", connect.HTTPUnauthorized, page(401, http.Header{"WWW-Authenticate": {`Negotiate`}}, "<html>401</html>")),
		web("a status that makes no sense", connect.HTTPUnexpected, page(418, http.Header{"Content-Type": {"text/plain"}}, "teapot")),
		{
			name: "a network that fails in the middle", stage: connect.StageHTTP, code: connect.HTTPFailed, result: connect.ResultCouldNotConnect,
			provoke: func(t *testing.T) (connect.Target, connect.Options) {
				url, ca := tlsServer(t, nil, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
					w.Header().Set("X-Long", strings.Repeat("x", 2<<20))
				}))
				return connect.Target{Address: url, CAPEM: ca}, quick()
			},
		},
	}
}

// neverEnding is an answer's body for a server that does not stop.
type neverEnding struct{}

func (neverEnding) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = ' '
	}
	return len(p), nil
}

func serverFaults() []faultCase {
	on := func(name string, code connect.Code, handler http.Handler) faultCase {
		return served(name, connect.StageGitHub, code, handler)
	}
	text := http.Header{"Content-Type": {"application/json"}}
	cases := []faultCase{
		on("a GitLab server", connect.GitHubGitLab, page(404, http.Header{"X-Gitlab-Meta": {`{"version":"1"}`}, "Content-Type": {"application/json"}}, `{"error":"404 Not Found"}`)),
		on("a GitLab server behind its sign-in", connect.GitHubGitLab, http.RedirectHandler("/users/sign_in", http.StatusFound)),
		on("a Gitea server", connect.GitHubGitea, atPath("/api/v1/version", page(200, text, `{"version":"1.22.3"}`))),
		on("a Forgejo server", connect.GitHubGitea, page(404, nil, `<html><meta name="author" content="Forgejo – Beyond coding"></html>`)),
		on("a Bitbucket server", connect.GitHubBitbucket, page(404, http.Header{"X-AREQUESTID": {"@1"}}, `<html>404</html>`)),
		on("a web server", connect.GitHubOtherServer, page(404, http.Header{"Server": {"nginx/1.27"}}, "<html><title>404 Not Found</title></html>")),
		on("another API", connect.GitHubOtherServer, page(200, text, `{"hello":"world"}`)),
		on("GitHub.com under another name", connect.GitHubDotCom, page(200, http.Header{"Content-Type": {"application/json"}, "X-GitHub-Request-Id": {"1"}}, `{"verifiable_password_authentication":false,"hooks":["192.0.2.0/24"]}`)),
		{
			name: "a private host named in answers", stage: connect.StageGitHub, code: connect.GitHubPrivateHost, result: connect.ResultOK,
			provoke: func(t *testing.T) (connect.Target, connect.Options) {
				d := newDouble(t, nil)
				d.Faults.Add(ghes.Fault{Effect: ghes.WrongHost("https://ghe.corp.internal")})
				return d.target(), quick()
			},
			check: func(t *testing.T, r *connect.Report) {
				if len(r.PrivateHosts) != 1 || r.PrivateHosts[0] != "ghe.corp.internal" {
					t.Errorf("private hosts %v", r.PrivateHosts)
				}
			},
		},
		version("a server that is too old", "2.22.4", connect.VersionTooOld, connect.ResultCouldNotConnect),
		version("a server out of support", "3.9.2", connect.VersionOutOfSupport, connect.ResultOK),
		version("a server lately out of support", "3.14.1", connect.VersionOutOfSupport, connect.ResultOK),
		versionUnknown(),
		faulty("a clock that is wrong", connect.StageClock, connect.ClockSkew, connect.ResultOK, "", ghes.ClockSkew(-7*time.Minute)),
	}
	noDate := served("a server without a clock", connect.StageClock, connect.ClockUnknown, withoutDate(page(200, text, `{"installed_version":"3.19.1"}`)))
	noDate.result = connect.ResultCouldNotConnect // this server knows nothing but its version
	return append(cases, noDate)
}

func atPath(path string, handler http.Handler) http.Handler {
	mux := http.NewServeMux()
	mux.Handle(path, handler)
	return mux
}

func withoutDate(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header()["Date"] = nil
		next.ServeHTTP(w, r)
	})
}

func version(name, number string, code connect.Code, result connect.Result) faultCase {
	return faultCase{
		name: name, stage: connect.StageVersion, code: code, result: result,
		provoke: func(t *testing.T) (connect.Target, connect.Options) {
			d := newDouble(t, func(o *ghes.Options) { o.Settings.Version = number })
			o := quick()
			o.Now = func() time.Time { return time.Now() }
			return d.target(), o
		},
	}
}

// versionUnknown is a server that says no version anywhere.
func versionUnknown() faultCase {
	return faultCase{
		name: "a server that hides its version", stage: connect.StageVersion, code: connect.VersionUnknown, result: connect.ResultOK,
		provoke: func(t *testing.T) (connect.Target, connect.Options) {
			d := newDouble(t, func(o *ghes.Options) { o.Settings.PrivateMode = true })
			target := d.target()
			target.Address, target.CAPEM = tlsServer(t, nil, withoutHeader("X-GitHub-Enterprise-Version", d.Handler()))
			return target, quick()
		},
	}
}

// withoutHeader drops a header, as a gateway may.
func withoutHeader(name string, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		own := httptest.NewRecorder()
		next.ServeHTTP(own, r)
		own.Header().Del(name)
		for name, list := range own.Header() {
			w.Header()[name] = list
		}
		w.WriteHeader(own.Code)
		_, _ = w.Write(own.Body.Bytes())
	})
}
