package ingest

import (
	"context"
	"log/slog"
	"strings"
	"time"

	"weir/internal/connect"
	"weir/internal/facts"
	"weir/internal/git"
	"weir/internal/github"
	"weir/internal/secret"
	"weir/internal/store"
)

// Way is how work reaches the servers of integrations: by their own address, authority and proxy, with
// their own credential, kept alive, and with every request in the ledger. The program has one.
type Way struct {
	Store *store.Store
	// Servers holds the cap on requests at once and the pauses that servers ask for, Installations the tokens of GitHub Apps; nil shares with nobody.
	Servers       *connect.Servers
	Installations *connect.Installations
	// Holder names this process where only one may renew a credential.
	Holder string
	// Now is the clock; nil is time.Now. WaitFunc sleeps; nil uses a timer.
	Now      func() time.Time
	WaitFunc func(ctx context.Context, d time.Duration) error
	Log      *slog.Logger
}

func (w *Way) now() time.Time {
	if w.Now == nil {
		return time.Now()
	}
	return w.Now()
}

// Options are the surroundings of a transport to an integration's server.
func (w *Way) Options(id facts.IntegrationID) connect.Options {
	o := connect.Options{
		Ledger: w.Store.Ledger(id), Servers: w.Servers, Installations: w.Installations,
		Now: w.Now, WaitFunc: w.WaitFunc, Log: w.Log,
	}
	if id != 0 {
		o.RenewFunc, o.Hooks = w.renewer(id), w.Store.Hooks(id)
		o.WebhookFunc = func(ctx context.Context) (*connect.WebhookTrip, error) { return w.Store.WebhookTrip(ctx, id) }
	}
	return o
}

// TestOptions are those for a test of a credential: one that a person has just entered is judged by itself,
// and never replaced by the one that is held.
func (w *Way) TestOptions(ctx context.Context, id facts.IntegrationID, entered connect.Credential) connect.Options {
	o := w.Options(id)
	if held, err := w.Store.Credential(ctx, id); err != nil || changed(held, entered) {
		o.RenewFunc = nil
	}
	return o
}

func (w *Way) target(ctx context.Context, i facts.Integration) (connect.Target, error) {
	t := connect.Target{Address: i.Address, CAPEM: i.CAPEM}
	var err error
	if t.Credential, err = w.Store.Credential(ctx, i.ID); err != nil {
		return t, err
	}
	t.Proxy, err = w.Store.ProxyURL(ctx, i.ID)
	return t, err
}

// Connect gives a client of an integration's server. It is the usual ConnectFunc.
func (w *Way) Connect(ctx context.Context, i facts.Integration) (GitHub, error) {
	return w.open(ctx, i)
}

func (w *Way) open(ctx context.Context, i facts.Integration) (*github.Client, error) {
	target, err := w.target(ctx, i)
	if err != nil {
		return nil, err
	}
	return github.Open(target, w.Options(i.ID))
}

// Access gives what git signs in with for a repo: a GitHub App's token for the repo's organization, else
// the integration's credential. refused is a password that the server did not take, and then the answer
// is another one where there is one. It is the usual AccessFunc.
func (w *Way) Access(ctx context.Context, i facts.Integration, repo facts.Repo, refused secret.String) (git.Access, error) {
	target, err := w.target(ctx, i)
	if err != nil {
		return git.Access{}, err
	}
	transport, err := connect.NewTransport(target, w.Options(i.ID))
	if err != nil {
		return git.Access{}, err
	}
	defer transport.CloseIdleConnections()
	owner, _, _ := strings.Cut(repo.FullName, "/")
	if !refused.Empty() {
		transport.Refused(ctx, owner, refused)
	}
	user, password, err := transport.GitPass(ctx, owner)
	return git.Access{
		URL:      strings.TrimSuffix(i.Address, "/") + "/" + repoPath(repo.FullName) + ".git",
		Username: user, Password: password, CAPEM: i.CAPEM, Proxy: target.Proxy,
		// The mirror takes http from this machine alone.
		PlainHTTP: strings.HasPrefix(i.Address, "http://"),
	}, err
}

// Items gives a client for pull requests and tickets. It is the usual ItemsFunc.
func (w *Way) Items(ctx context.Context, i facts.Integration) (Items, error) { return w.open(ctx, i) }
