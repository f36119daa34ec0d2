package connect_test

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"weir/internal/connect"
	"weir/internal/secret"
)

// dialTransport is a transport to a handler.
func dialTransport(t *testing.T, handler http.Handler, o connect.Options) *connect.Transport {
	t.Helper()
	url, ca := tlsServer(t, nil, handler)
	target := connect.Target{Address: url, CAPEM: ca, Credential: connect.TokenCredential(secret.New("ghp_planted"))}
	transport, err := connect.NewTransport(target, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(transport.CloseIdleConnections)
	return transport
}

func TestTransportDressesRequests(t *testing.T) {
	t.Parallel()
	var got http.Header
	transport := dialTransport(t, http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { got = r.Header }), connect.Options{})
	if _, err := transport.Get(t.Context(), "/api/v3/user", "Authorization", "Bearer mine", "Cookie", "a=b"); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{
		"Authorization": "Bearer ghp_planted", "Cookie": "", "User-Agent": "Weir",
		"X-Github-Api-Version": "2022-11-28", "Accept": "application/vnd.github+json",
	} {
		if got.Get(name) != want {
			t.Errorf("%s: got %q, want %q", name, got.Get(name), want)
		}
	}
}

func TestTransportFollowsRedirects(t *testing.T) {
	t.Parallel()
	moved := func(status int, to string) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			switch {
			case r.URL.Path == "/api/v3/repositories/7":
				_, _ = io.WriteString(w, `{"id":7}`)
			case strings.HasPrefix(r.URL.Path, "/new/"):
				_, _ = io.WriteString(w, "refs")
			default:
				w.Header().Set("Location", strings.ReplaceAll(to, "HERE", r.Host))
				w.WriteHeader(status)
			}
		})
	}
	const rest, git = "/api/v3/repos/acme/old", "/acme/old.git/info/refs?service=git-upload-pack"
	cases := []struct {
		name, path, to string
		status         int
		follows, login bool
	}{
		{"a rename, 301", rest, "https://HERE/api/v3/repositories/7", 301, true, false},
		{"a rename, 302", rest, "/api/v3/repositories/7", 302, true, false},
		{"a rename, 307", rest, "https://HERE/api/v3/repositories/7", 307, true, false},
		{"a rename, 308", rest, "https://HERE/api/v3/repositories/7", 308, true, false},
		{"a private host", rest, "https://ghe.internal/api/v3/repositories/7", 301, true, false},
		{"http for https", rest, "http://HERE/api/v3/repositories/7", 301, true, false},
		{"a rename in git", git, "https://HERE/new/web.git/info/refs?service=git-upload-pack", 301, true, false},
		{"see other", rest, "/api/v3/repositories/7", 303, false, false},
		{"a sign-in page here", rest, "/login?return_to=x", 302, false, true},
		{"a sign-in page elsewhere", rest, "https://sso.example.com/saml?RelayState=x", 302, false, true},
		{"a page here", rest, "/acme/new", 302, false, false},
		{"from the API to git", rest, "/new/web.git/info/refs?service=git-upload-pack", 302, false, false},
		{"a push", git, "/new/web.git/info/refs?service=git-receive-pack", 302, false, false},
		{"round and round", rest, "/api/v3/repos/acme/old", 301, false, false},
		{"a page's redirect", "/", "/login", 302, false, true},
		{"nowhere", rest, "://", 302, false, false},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			transport := dialTransport(t, moved(c.status, c.to), connect.Options{})
			answer, err := transport.Get(t.Context(), c.path)
			var redirect *connect.RedirectError
			switch {
			case c.follows && (err != nil || answer.Status != 200):
				t.Fatalf("got %v, %v", answer, err)
			case !c.follows && (!errors.As(err, &redirect) || redirect.Login != c.login || strings.Contains(redirect.To, "?")):
				t.Fatalf("got %v, want a redirect that is not followed, login %t", err, c.login)
			}
			private := transport.PrivateHosts()
			if (len(private) == 1) != (c.name == "a private host") {
				t.Errorf("private hosts %v", private)
			}
		})
	}
}

func TestTransportKeepsTheLedger(t *testing.T) {
	t.Parallel()
	ledger := &memoryLedger{}
	transport := dialTransport(t, page(200, http.Header{"Content-Type": {"application/json"}}, `{"a":1}`), connect.Options{Ledger: ledger})
	ctx := connect.WithWhy(t.Context(), "list repos")
	if _, err := transport.Get(ctx, "/api/v3/user/repos?per_page=2&access_token=ghp_planted&client_secret=x"); err != nil {
		t.Fatal(err)
	}
	cancelled, cancel := context.WithCancel(ctx)
	cancel()
	if _, err := transport.Get(cancelled, "/api/v3/user"); err == nil {
		t.Fatal("a cancelled request was answered")
	}
	want := []connect.Sent{
		{Kind: "rest", Method: "GET", Path: "/api/v3/user/repos?per_page=2&access_token=***&client_secret=***", Status: 200, Bytes: 7, Why: "list repos"},
		{Kind: "rest", Method: "GET", Path: "/api/v3/user", Status: -1, Why: "list repos"},
	}
	if diff := cmp.Diff(want, ledger.all(), cmpopts.IgnoreFields(connect.Sent{}, "At", "Took")); diff != "" {
		t.Error(diff)
	}
}

func TestTransportBoundsAnswers(t *testing.T) {
	t.Parallel()
	for size, fits := range map[int]bool{99: true, 100: true, 101: false, 5000: false} {
		transport := dialTransport(t, page(200, nil, strings.Repeat("x", size)), connect.Options{MaxBody: 100})
		answer, err := transport.Get(t.Context(), "/api/v3/user")
		var large *connect.BodyTooLargeError
		if fits && (err != nil || len(answer.Body) != size) || !fits && !errors.As(err, &large) {
			t.Errorf("%d bytes: %v", size, err)
		}
	}
}

func TestTransportCapsConcurrency(t *testing.T) {
	t.Parallel()
	var now, most atomic.Int32
	free := make(chan struct{})
	handler := http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
		n := now.Add(1)
		for old := most.Load(); n > old && !most.CompareAndSwap(old, n); old = most.Load() {
		}
		<-free
		now.Add(-1)
	})
	url, ca := tlsServer(t, nil, handler)
	shared := connect.NewServers(4)
	var all sync.WaitGroup
	for range 3 {
		transport, err := connect.NewTransport(connect.Target{Address: url, CAPEM: ca}, connect.Options{Servers: shared})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(transport.CloseIdleConnections)
		for range 5 {
			all.Go(func() {
				if _, err := transport.Get(t.Context(), "/api/v3/user"); err != nil {
					t.Error(err)
				}
			})
		}
	}
	for range 15 {
		free <- struct{}{}
	}
	all.Wait()
	if most.Load() > 4 {
		t.Errorf("%d requests at a time, want 4 at most", most.Load())
	}
}

func TestTransportRemembersLimits(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 1, 12, 0, 0, 0, time.UTC)
	at := func(d time.Duration) time.Time { return now.Add(d) }
	cases := []struct {
		name, body string
		status     int
		header     http.Header
		until      time.Time
		secondary  bool
	}{
		{"the hourly budget", `{"message":"API rate limit exceeded"}`, 403, http.Header{"X-RateLimit-Remaining": {"0"}, "X-RateLimit-Reset": {"1793536200"}}, time.Unix(1793536200, 0).UTC(), false},
		{"the hourly budget as 429", ``, 429, http.Header{"X-RateLimit-Remaining": {"0"}, "X-RateLimit-Reset": {"1793536200"}}, time.Unix(1793536200, 0).UTC(), false},
		{"a reset in the past", ``, 403, http.Header{"X-RateLimit-Remaining": {"0"}, "X-RateLimit-Reset": {"1000"}}, at(time.Minute), false},
		{"the pace, in seconds", `{"message":"You have exceeded a secondary rate limit"}`, 403, http.Header{"Retry-After": {"30"}}, at(30 * time.Second), true},
		{"the pace, as a date", `{"message":"You have exceeded a secondary rate limit"}`, 403, http.Header{"Retry-After": {"Sun, 01 Nov 2026 12:05:00 GMT"}}, at(5 * time.Minute), true},
		{"the pace, without a time", `{"message":"You have exceeded a secondary rate limit. Please wait"}`, 403, nil, at(time.Minute), true},
		{"the pace as 429", ``, 429, nil, at(time.Minute), true},
		{"a time of nonsense", ``, 429, http.Header{"Retry-After": {"soon"}}, at(time.Minute), true},
		{"a time beyond belief", ``, 429, http.Header{"Retry-After": {"99999999999"}}, at(24 * time.Hour), true},
		{"a plain no", `{"message":"Must have admin rights"}`, 403, http.Header{"X-RateLimit-Remaining": {"17"}}, time.Time{}, false},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			clock := now
			ledger := &memoryLedger{}
			transport := dialTransport(t, page(c.status, c.header, c.body), connect.Options{Ledger: ledger, Now: func() time.Time { return clock }})
			answer, err := transport.Get(t.Context(), "/api/v3/user")
			if err != nil || string(answer.Body) != c.body {
				t.Fatalf("%v, body %q", err, answer.Body)
			}
			_, err = transport.Get(t.Context(), "/api/v3/user")
			var limited *connect.RateLimitError
			if c.until.IsZero() {
				if err != nil {
					t.Fatal(err)
				}
				return
			}
			if !errors.As(err, &limited) || !limited.Until.Equal(c.until) || limited.Secondary != c.secondary || len(ledger.all()) != 1 {
				t.Fatalf("got %v, %d requests, want until %s", err, len(ledger.all()), c.until)
			}
			clock = c.until
			if _, err := transport.Get(t.Context(), "/api/v3/user"); err != nil {
				t.Errorf("after the limit: %v", err)
			}
		})
	}
}

// TestTransportsShareLimits: what one is told by a server, all with its credential keep to, those that wait for their turn too.
func TestTransportsShareLimits(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 1, 12, 0, 0, 0, time.UTC)
	var sent atomic.Int32
	limited := atomic.Bool{}
	url, ca := tlsServer(t, nil, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		sent.Add(1)
		w.Header().Set("Content-Type", "application/json")
		if limited.Load() {
			w.Header().Set("Retry-After", "600")
			w.WriteHeader(http.StatusTooManyRequests)
		}
		_, _ = io.WriteString(w, `{}`)
	}))
	o := connect.Options{Servers: connect.NewServers(1), Now: func() time.Time { return now }}
	of := func(c connect.Credential) *connect.Transport {
		transport, err := connect.NewTransport(connect.Target{Address: url, CAPEM: ca, Credential: c}, o)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(transport.CloseIdleConnections)
		return transport
	}
	oauth := func(token string) connect.Credential {
		return connect.Credential{Method: connect.MethodOAuth, Login: "weir", ClientID: "Ov23", Token: secret.New(token)}
	}
	refused := func(err error) bool {
		var e *connect.RateLimitError
		return errors.As(err, &e) && e.Until.Equal(now.Add(10*time.Minute))
	}
	limited.Store(true)
	var all sync.WaitGroup
	for range 10 {
		all.Go(func() { _, _ = of(oauth("gho_1")).Get(t.Context(), "/api/v3/user") })
	}
	all.Wait()
	limited.Store(false)
	if _, err := of(oauth("gho_2")).Get(t.Context(), "/api/v3/user"); !refused(err) || sent.Load() != 1 {
		t.Errorf("with the token renewed: %v after %d requests", err, sent.Load())
	}
	for name, c := range map[string]connect.Credential{"nobody": {}, "a token": connect.TokenCredential(secret.New("ghp_1")), "another account": {Method: connect.MethodOAuth, Login: "olga", ClientID: "Ov23", Token: secret.New("gho_1")}} {
		if _, err := of(c).Get(t.Context(), "/api/v3/user"); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	token := connect.TokenCredential(secret.New("ghp_1"))
	of(token).LimitQueries(&connect.RateLimitError{Until: now.Add(10 * time.Minute)})
	if _, err := of(token).Query(t.Context(), "{ viewer { login } }", nil); !refused(err) {
		t.Errorf("a query: %v", err)
	}
	if _, err := of(token).Get(t.Context(), "/api/v3/user"); err != nil {
		t.Errorf("beside queries: %v", err)
	}
	now = now.Add(10 * time.Minute)
	if _, err := of(token).Query(t.Context(), "{ viewer { login } }", nil); err != nil {
		t.Errorf("afterwards: %v", err)
	}
	if _, err := of(oauth("gho_1")).Get(t.Context(), "/api/v3/user"); err != nil {
		t.Errorf("afterwards: %v", err)
	}
}

// TestTransportRestsAStrainedServer: at its lowest the transport waits between requests.
func TestTransportRestsAStrainedServer(t *testing.T) {
	t.Parallel()
	var rests []time.Duration
	status := http.StatusBadGateway
	o := connect.Options{WaitFunc: func(_ context.Context, d time.Duration) error { rests = append(rests, d); return nil }}
	transport := dialTransport(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(status) }), o)
	get := func(times int) {
		for range times {
			if _, err := transport.Get(t.Context(), "/api/v3/user"); err != nil {
				t.Fatal(err)
			}
		}
	}
	get(4)
	if len(rests) == 0 {
		t.Fatal("no rest for a server that fails")
	}
	status = http.StatusOK
	get(2)
	before := len(rests)
	get(5)
	if len(rests) != before {
		t.Error("rests although the server is well again")
	}
}

// TestTransportKeepsSecretsOutOfErrors breaks requests in many ways and looks at what is said.
func TestTransportKeepsSecretsOutOfErrors(t *testing.T) {
	t.Parallel()
	planted := "ghp_planted"
	for _, address := range []string{closedPort(t), "https://" + rawServer(t, func(net.Conn) {})} {
		for _, proxy := range []string{"", "http://weir:" + proxyPassword + "@" + strings.TrimPrefix(closedPort(t), "https://")} {
			transport, err := connect.NewTransport(connect.Target{
				Address: address, Proxy: secret.New(proxy), Credential: connect.TokenCredential(secret.New(planted)),
			}, quick())
			if err != nil {
				t.Fatal(err)
			}
			_, err = transport.Get(t.Context(), "/api/v3/user")
			f := connect.FaultOf(err, transport.Address())
			text := err.Error() + f.Error() + f.Detail
			if strings.Contains(text, planted) || strings.Contains(text, proxyPassword) {
				t.Error(text)
			}
			if proxy != "" && f.Code != connect.ProxyUnreachable {
				t.Errorf("%v: code %s", err, f.Code)
			}
			if f.Code == "" || f.Cause == "" || f.Next == "" || strings.ContainsAny(f.Cause+f.Next, "{}") {
				t.Errorf("%v: %+v", err, f)
			}
		}
	}
}

// TestReportHidesWhatServersEcho: a server that repeats the token must not bring it onto a page.
func TestReportHidesWhatServersEcho(t *testing.T) {
	t.Parallel()
	echo := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("X-GitHub-Request-Id", "1")
		if r.URL.Path == "/api/v3/meta" {
			_, _ = io.WriteString(w, `{"installed_version":"3.19.1"}`)
			return
		}
		w.WriteHeader(http.StatusForbidden)
		_, _ = io.WriteString(w, `{"message":"no entry with `+strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer ")+` here"}`)
	})
	url, ca := tlsServer(t, nil, echo)
	target := connect.Target{Address: url, CAPEM: ca, Credential: connect.TokenCredential(secret.New("ghp_planted_and_echoed"))}
	report := connect.Diagnose(t.Context(), target, quick())
	if s := report.Stage(connect.StageSignIn); s.Code != connect.SignInForbidden || !strings.Contains(s.Cause, "***") {
		t.Errorf("%+v", s)
	}
	checkNoSecrets(t, target, report)
}
