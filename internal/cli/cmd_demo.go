package cli

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"time"

	"weir/internal/config"
	"weir/internal/facts"
	"weir/internal/ghes"
	"weir/internal/ghes/generate"
	"weir/internal/secret"
	"weir/internal/store"
)

type demoCmd struct {
	Listen string `help:"Address to listen on; a free port is taken when this one is not." default:"127.0.0.1:8080" env:"WEIR_LISTEN" placeholder:"HOST:PORT"`
	Seed   uint64 `help:"Chooses among the possible histories." default:"1"`
	Data   string `help:"Keep the demo's data in this new folder; default is a temporary one that goes when the demo ends." type:"path" placeholder:"FOLDER"`
}

// demoWait bounds how long the demo waits for its own import.
const demoWait = 5 * time.Minute

// Run starts a made-up server, starts Weir, connects the two by Weir's own pages, imports, and serves
// until it is interrupted.
func (c *demoCmd) Run(ctx context.Context, std streams) (err error) {
	dir, remove, err := c.folder()
	if err != nil {
		return err
	}
	defer remove()
	fmt.Fprintln(std.out, "Making up an organization with a year of history ...")
	server, token, err := c.startServer(ctx, filepath.Join(dir, "server"))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, server.Close()) }()

	settings := &config.Config{
		Data: filepath.Join(dir, "weir"), Workers: 2, MemoryMiB: 1024, SyncEvery: 15 * time.Minute, LogLevel: "warn", LogFormat: "text",
	}
	log, err := newLog(settings, std)
	if err != nil {
		return err
	}
	listener, err := listenNear(ctx, c.Listen)
	if err != nil {
		return err
	}
	settings.URL = "http://" + listener.Addr().String() // both are on this machine, so that webhooks arrive
	a, err := assemble(ctx, settings, log)
	if err != nil {
		_ = listener.Close()
		return err
	}
	if err := a.work(ctx, settings); err != nil {
		_ = listener.Close()
		return errors.Join(err, a.close(context.WithoutCancel(ctx)))
	}
	serving, stop := context.WithCancel(ctx)
	defer stop()
	served := make(chan error, 1)
	go func() { served <- a.serve(serving, listener) }()

	password := secret.New(rand.Text())
	base := "http://" + listener.Addr().String()
	if err := c.walk(ctx, std, a, base, password, connection{
		address: server.URL(), caPEM: server.CAPEM(), name: "Demo server", token: token,
	}); err != nil {
		stop()
		return errors.Join(err, <-served)
	}
	caFile, tokenFile, err := handOut(dir, server.CAPEM(), token)
	if err != nil {
		stop()
		return errors.Join(err, <-served)
	}
	fmt.Fprintf(std.out, demoGreeting, base, password.Reveal(), server.URL(), server.URL(), tokenFile, caFile)
	return <-served
}

const demoGreeting = `
Weir is at       %s/reports/code
Sign in as       admin
with password    %s
The demo server  %s (its own certificate authority is trusted by this integration alone)

To try the connection yourself:
  weir doctor %s --token-file %s --ca-file %s

To measure your own server, run:  weir serve
and open Settings, Integrations, Add integration.

Press Ctrl-C to end the demo.
`

// handOut writes what a person needs to connect to the demo's server, for them alone to read.
func handOut(dir, caPEM string, token secret.String) (caFile, tokenFile string, err error) {
	caFile, tokenFile = filepath.Join(dir, "ca.pem"), filepath.Join(dir, "token")
	return caFile, tokenFile, errors.Join(
		os.WriteFile(caFile, []byte(caPEM), 0o600),
		os.WriteFile(tokenFile, []byte(token.Reveal()+"\n"), 0o600),
	)
}

// folder gives where the demo keeps its data, and what removes it.
func (c *demoCmd) folder() (string, func(), error) {
	if c.Data == "" {
		dir, err := os.MkdirTemp("", "weir-demo-")
		return dir, func() { _ = os.RemoveAll(dir) }, err
	}
	if entries, err := os.ReadDir(c.Data); err == nil && len(entries) > 0 {
		return "", nil, usageError{fmt.Errorf("--data %s is not empty; the demo starts with a folder of its own", c.Data)}
	}
	return c.Data, func() {}, os.MkdirAll(c.Data, 0o700)
}

func (c *demoCmd) startServer(ctx context.Context, dir string) (*ghes.Server, secret.String, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, secret.String{}, err
	}
	organization, err := generate.Demo(ctx, generate.Options{Dir: dir, Seed: c.Seed, Now: time.Now()})
	if err != nil {
		return nil, secret.String{}, err
	}
	world := organization.World()
	world.AddUser(ghes.User{Login: serviceAccount, Name: "Weir service account", Emails: []string{serviceAccount + "@example.com"}})
	world.SetMember(organization.Login, ghes.Member{Login: serviceAccount, Role: ghes.RoleAdmin})
	token := world.AddToken(ghes.Token{
		Login: serviceAccount, Scopes: []string{"repo", "admin:org", "admin:repo_hook", "admin:org_hook", "user"},
	})
	server := ghes.New(ghes.Options{World: world, Settings: ghes.Settings{PrivateMode: true}})
	if err := server.Start(context.WithoutCancel(ctx), "127.0.0.1:0"); err != nil {
		return nil, secret.String{}, err
	}
	return server, secret.New(token.Secret), nil
}

// serviceAccount is what product row S10 advises: an account that is no person's.
const serviceAccount = "weir-service"

func listenNear(ctx context.Context, address string) (net.Listener, error) {
	listener, err := listen(ctx, address)
	if err == nil {
		return listener, nil
	}
	host, _, splitErr := net.SplitHostPort(address)
	if splitErr != nil {
		return nil, err
	}
	return listen(ctx, net.JoinHostPort(host, "0"))
}

// walk does what a newcomer does: set-up code, account, integration, import.
func (c *demoCmd) walk(ctx context.Context, std streams, a *app, base string, password secret.String, to connection) error {
	code, err := a.setUpCode(ctx)
	if err != nil {
		return err
	}
	w, err := newWalker(base)
	if err != nil {
		return err
	}
	if err := w.signUp(ctx, code, "admin", password); err != nil {
		return err
	}
	fmt.Fprintln(std.out, "Connecting Weir to it ...")
	page, err := w.connect(ctx, to)
	if err != nil {
		return err
	}
	waiting, cancel := context.WithTimeoutCause(ctx, demoWait, errors.New("the import took too long"))
	defer cancel()
	if err := a.waitForRepos(waiting); err != nil {
		return err
	}
	if err := w.importAll(ctx, page); err != nil {
		return err
	}
	return a.waitForImport(waiting, newProgress(std))
}

// pollInterval is how often the demo looks at how far its import is.
const pollInterval = 100 * time.Millisecond

// poll asks until done says so, or ctx ends.
func poll(ctx context.Context, done func() (bool, error)) error {
	ticker := time.NewTicker(pollInterval)
	defer ticker.Stop()
	for {
		if ok, err := done(); ok || err != nil {
			return err
		}
		select {
		case <-ctx.Done():
			return context.Cause(ctx)
		case <-ticker.C:
		}
	}
}

func (a *app) waitForRepos(ctx context.Context) error {
	return poll(ctx, func() (bool, error) {
		list, err := a.store.Integrations(ctx)
		if err != nil || len(list) == 0 {
			return false, err
		}
		if i := list[0]; i.State == facts.IntegrationFailed {
			return false, fmt.Errorf("list repos: %s %s", i.StateCause, i.StateNext)
		}
		ids, err := a.store.RepoIDs(ctx, store.RepoFilter{Integration: list[0].ID})
		return list[0].State == facts.IntegrationHealthy && len(ids) > 0, err
	})
}

func (a *app) waitForImport(ctx context.Context, bar *progress) error {
	defer bar.clear()
	return poll(ctx, func() (bool, error) {
		states, err := a.store.SyncStates(ctx, facts.SyncCommits)
		if err != nil {
			return false, err
		}
		ready := 0
		for _, s := range states {
			switch s.Phase {
			case facts.PhaseReady:
				ready++
			case facts.PhaseFailed:
				return false, fmt.Errorf("import repo=%d: %s %s", s.Repo, s.Cause, s.Next)
			}
		}
		bar.show("Importing", int64(ready), int64(len(states)), "repos")
		return len(states) > 0 && ready == len(states), nil
	})
}
