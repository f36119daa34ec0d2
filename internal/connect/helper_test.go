package connect_test

import (
	"context"
	"crypto/tls"
	"encoding/pem"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"weir/internal/connect"
	"weir/internal/ghes"
	"weir/internal/secret"
)

// plantedPassword and plantedToken must never be seen in anything that is shown.
const (
	plantedPassword = "correct-horse-battery-7351"
	goodScopes      = "repo,admin:org,admin:repo_hook,admin:org_hook,user"
)

// double is a GitHub Enterprise Server whose account owns acme, and is nothing to globex.
type double struct {
	*ghes.Server
	address, caPEM, token string
}

func newDouble(t *testing.T, change func(*ghes.Options)) double {
	t.Helper()
	world := ghes.NewWorld()
	world.AddUser(ghes.User{Login: "weir-bot", Name: "Weir", Password: plantedPassword})
	world.AddOrganization(ghes.Organization{Login: "acme", Name: "Acme"})
	world.AddOrganization(ghes.Organization{Login: "globex", Name: "Globex"})
	world.SetMember("acme", ghes.Member{Login: "weir-bot", Role: ghes.RoleAdmin})
	world.AddRepo(ghes.Repo{Owner: "acme", Name: "web", GitDir: bareRepo(t)})
	world.AddRepo(ghes.Repo{Owner: "globex", Name: "core", GitDir: bareRepo(t)})
	options := ghes.Options{World: world}
	if change != nil {
		change(&options)
	}
	d := double{Server: ghes.New(options)}
	d.address, d.caPEM = tlsServer(t, options.TLS, d.Handler())
	if options.Authority != nil {
		d.caPEM = options.Authority.PEM()
	}
	d.token = d.addToken(goodScopes)
	return d
}

func (d double) addToken(scopes string) string {
	token := ghes.Token{Login: "weir-bot"}
	if scopes != "" {
		token.Scopes = strings.Split(scopes, ",")
	}
	return d.World.AddToken(token).Secret
}

func (d double) target() connect.Target { return d.targetWith(d.token) }

func (d double) targetWith(token string) connect.Target {
	return connect.Target{Address: d.address, CAPEM: d.caPEM, Credential: connect.TokenCredential(secret.New(token))}
}

func (d double) passwordTarget(login, password string) connect.Target {
	target := d.target()
	target.Credential = connect.PasswordCredential(login, secret.New(password))
	return target
}

// quick options fail fast where a server does not answer.
func quick() connect.Options {
	return connect.Options{ConnectTimeout: 20 * time.Second, Timeout: 30 * time.Second}
}

// authority makes a certificate authority.
func authority(t *testing.T, name string) *ghes.Authority {
	t.Helper()
	a, err := ghes.NewAuthority(name)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func certificate(t *testing.T, a *ghes.Authority, leaf ghes.Leaf) tls.Certificate {
	t.Helper()
	c, err := a.Certificate(leaf)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// tlsServer serves a handler with a TLS configuration; a nil one gets a good certificate. It answers
// the address and the authority to trust.
func tlsServer(t *testing.T, config *tls.Config, handler http.Handler) (url, caPEM string) {
	t.Helper()
	if config == nil {
		config = &tls.Config{}
	}
	if config.Certificates == nil {
		a := authority(t, "Test Authority")
		config.Certificates, caPEM = []tls.Certificate{certificate(t, a, ghes.Leaf{})}, a.PEM()
	}
	if handler == nil {
		handler = http.NotFoundHandler()
	}
	server := httptest.NewUnstartedServer(handler)
	server.TLS = config
	server.Config.ErrorLog = log.New(io.Discard, "", 0)
	server.StartTLS()
	t.Cleanup(server.Close)
	return strings.Replace(server.URL, "127.0.0.1", "localhost", 1), caPEM
}

// rawServer hands each connection to a function.
func rawServer(t *testing.T, serve func(net.Conn)) (hostPort string) {
	t.Helper()
	listener, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	var all sync.WaitGroup
	all.Go(func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			all.Go(func() {
				defer conn.Close()
				serve(conn)
			})
		}
	})
	t.Cleanup(func() { listener.Close(); all.Wait() })
	_, port, _ := net.SplitHostPort(listener.Addr().String())
	return "localhost:" + port
}

// page answers everything with one page.
func page(status int, header http.Header, body string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		for name, list := range header {
			w.Header()[name] = list
		}
		if w.Header().Get("Content-Type") == "" {
			w.Header().Set("Content-Type", "text/html; charset=utf-8")
		}
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	})
}

func bareRepo(t *testing.T) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "repo.git")
	if out, err := exec.CommandContext(t.Context(), "git", "init", "--quiet", "--bare", dir).CombinedOutput(); err != nil {
		t.Fatalf("git init: %v %s", err, out)
	}
	return dir
}

// memoryLedger keeps rows for a test to look at.
type memoryLedger struct {
	mu   sync.Mutex
	rows []connect.Sent
}

func (l *memoryLedger) Record(_ context.Context, s connect.Sent) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.rows = append(l.rows, s)
}

func (l *memoryLedger) all() []connect.Sent {
	l.mu.Lock()
	defer l.mu.Unlock()
	return append([]connect.Sent(nil), l.rows...)
}

func pemOf(der []byte) string {
	return string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}))
}
