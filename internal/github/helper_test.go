package github_test

import (
	"context"
	"crypto/tls"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"weir/internal/connect"
	"weir/internal/ghes"
	"weir/internal/ghes/ghestest"
	"weir/internal/github"
	"weir/internal/secret"
)

const plantedToken = "ghp_planted0000000000000000000000000000"

// double is a server on which mona owns acme, is a member of globex and has repos of her own.
type double struct {
	*ghes.Server
	world *ghes.World
	token string
}

func newDouble(t *testing.T, change func(*ghes.Options)) double {
	t.Helper()
	world := ghes.NewWorld()
	world.AddUser(ghes.User{Login: "mona", Name: "Mona Lisa", Password: "correct-horse-battery"})
	for _, login := range []string{"acme", "globex", "initech"} {
		world.AddOrganization(ghes.Organization{Login: login, Name: strings.ToUpper(login)})
	}
	world.SetMember("acme", ghes.Member{Login: "mona", Role: ghes.RoleAdmin})
	world.SetMember("globex", ghes.Member{Login: "mona", Role: ghes.RoleMember})
	world.AddRepo(ghes.Repo{Owner: "acme", Name: "web", SizeKB: 12, DefaultBranch: "trunk", PushedAt: time.Unix(1_700_000_000, 0)})
	world.AddRepo(ghes.Repo{Owner: "acme", Name: "old", Archived: true, Visibility: ghes.Public})
	world.AddRepo(ghes.Repo{Owner: "acme", Name: "copy", Fork: true, Parent: "globex/core", Visibility: ghes.Internal})
	world.AddRepo(ghes.Repo{Owner: "globex", Name: "core"})
	world.AddRepo(ghes.Repo{Owner: "mona", Name: "dotfiles"})
	options := ghes.Options{World: world}
	if change != nil {
		change(&options)
	}
	server := ghes.New(options)
	if err := server.Start(t.Context(), "localhost:0"); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = server.Close() })
	ghestest.Validate(t, server)
	return double{Server: server, world: world, token: world.AddToken(ghes.Token{Login: "mona", Scopes: []string{"repo", "read:org"}}).Secret}
}

func (d double) client(t *testing.T) *github.Client { return d.clientWith(t, d.token) }

func (d double) clientWith(t *testing.T, token string) *github.Client {
	t.Helper()
	return open(t, connect.Target{Address: d.URL(), CAPEM: d.CAPEM(), Credential: connect.TokenCredential(secret.New(token))})
}

// open makes a client that does not wait between tries.
func open(t *testing.T, target connect.Target) *github.Client {
	t.Helper()
	client, err := github.Open(target, connect.Options{
		Timeout: 30 * time.Second, ConnectTimeout: 20 * time.Second,
		WaitFunc: func(ctx context.Context, _ time.Duration) error { return ctx.Err() },
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(client.Close)
	return client
}

// clientOf is a client of a server that is a handler.
func clientOf(t *testing.T, handler http.Handler) *github.Client {
	t.Helper()
	authority, err := ghes.NewAuthority("Test Authority")
	if err != nil {
		t.Fatal(err)
	}
	certificate, err := authority.Certificate(ghes.Leaf{})
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewUnstartedServer(handler)
	server.TLS = &tls.Config{Certificates: []tls.Certificate{certificate}}
	server.Config.ErrorLog = log.New(io.Discard, "", 0)
	server.StartTLS()
	t.Cleanup(server.Close)
	return open(t, connect.Target{Address: server.URL, CAPEM: authority.PEM(), Credential: connect.TokenCredential(secret.New(plantedToken))})
}

// says answers everything with one status, kind and body.
func says(status int, kind, body string, header ...string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", kind)
		for i := 0; i+1 < len(header); i += 2 {
			w.Header().Set(header[i], header[i+1])
		}
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	})
}
