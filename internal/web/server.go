package web

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"time"

	"weir/internal/access"
	"weir/internal/connect"
	"weir/internal/facts"
	"weir/internal/manage"
	"weir/internal/report"
	"weir/internal/secret"
	"weir/internal/store"
	"weir/internal/support"
)

// Options are what the pages need of the rest of Weir. Store, Keys, Gate and Work must be given.
type Options struct {
	Store *store.Store
	// Keys seals what a person has entered in a set-up that is not finished.
	Keys *secret.Keyring
	// Gate lets people in; the one who starts Weir prints its set-up code.
	Gate *access.Gate
	// Work hands work to the background.
	Work Work
	// ReportFunc makes a report by its name; nil reads the store.
	ReportFunc func(ctx context.Context, name string, p report.Params) (*report.Page, error)
	// Evidence gives the text of files to the page of one commit; the zero value gives none.
	Evidence report.Evidence
	// Manage does what people do with integrations; nil makes one that diagnoses with DiagnoseFunc.
	Manage *manage.Manager
	// DiagnoseFunc tests a connection where Manage is nil; nil is connect.Diagnose.
	DiagnoseFunc func(ctx context.Context, target connect.Target) *connect.Report
	// SupportFunc gathers a support bundle; nil gathers what the store knows.
	SupportFunc func(ctx context.Context) (*support.Bundle, error)
	// AddressesFunc gives this machine's addresses, SourceFunc the one that a target is called from; nil asks the system.
	AddressesFunc func() []string
	SourceFunc    func(ctx context.Context, target connect.Target) string
	// URL is the address by which people reach Weir when a proxy stands before it, empty for none.
	URL string
	// Version is shown at the foot of each page.
	Version string
	// RequestsAtOnce is how many requests one server gets from this process at a time, which pages tell.
	RequestsAtOnce int
	// Now is the clock; nil is time.Now.
	Now func() time.Time
	// Log receives a line for each request that failed; nil discards.
	Log *slog.Logger
}

// Work hands work to the background. *jobs.Client meets it.
type Work interface {
	manage.Work
	// SyncReposTx fetches and reads repos, if the transaction is kept; one that waits is not queued twice.
	SyncReposTx(ctx context.Context, tx *store.Tx, repos ...facts.RepoID) error
	// TakeDelivery keeps what a webhook brought and the job that applies it; fresh is false for one that is held.
	TakeDelivery(ctx context.Context, d facts.Delivery) (fresh bool, err error)
	// KeepWebhooksTx has an integration's webhooks looked at, if the transaction is kept.
	KeepWebhooksTx(ctx context.Context, tx *store.Tx, id facts.IntegrationID) error
	// ChangeRepos does what a person asked for with all repos of an integration that the filter lets through,
	// and gives how many were changed. It returns before their work is done.
	ChangeRepos(ctx context.Context, change facts.RepoChange, f store.RepoFilter) (int, error)
}

// Server answers Weir's pages. Make it with New; it is safe for concurrent use.
type Server struct {
	store     *store.Store
	keys      *secret.Keyring
	gate      *access.Gate
	sessions  *access.Sessions
	work      Work
	report    func(ctx context.Context, name string, p report.Params) (*report.Page, error)
	manage    *manage.Manager
	evidence  report.Evidence
	assets    assets
	templates *templates
	public    *url.URL
	version   string
	// requestsAtOnce is told on pages.
	requestsAtOnce int
	now            func() time.Time
	log            *slog.Logger
	handler        http.Handler
	gather         func(ctx context.Context) (*support.Bundle, error)
	addresses      func() []string
	source         func(ctx context.Context, target connect.Target) string
	bundles        heldBundles
	// doors are the routes with who may come in, for the test that holds every one to it.
	doors map[string]door
}

// New makes a server; it reads nothing yet.
func New(o Options) (*Server, error) {
	s := &Server{
		store: o.Store, keys: o.Keys, gate: o.Gate, work: o.Work, evidence: o.Evidence,
		report: o.ReportFunc, manage: o.Manage, version: o.Version, requestsAtOnce: o.RequestsAtOnce, now: o.Now, log: o.Log,
		doors: map[string]door{}, bundles: heldBundles{of: map[access.UserID]*support.Bundle{}},
		gather: o.SupportFunc, addresses: o.AddressesFunc, source: o.SourceFunc,
	}
	if err := s.withDefaults(o); err != nil {
		return nil, err
	}
	var err error
	if s.assets, err = loadAssets(); err != nil {
		return nil, fmt.Errorf("load assets: %w", err)
	}
	if s.templates, err = parseTemplates(s.funcs()); err != nil {
		return nil, err
	}
	s.sessions = s.newSessions()
	s.handler = s.routes()
	return s, nil
}

func (s *Server) withDefaults(o Options) error {
	if o.Store == nil || o.Keys == nil || o.Gate == nil || o.Work == nil {
		return errors.New("make the web server: store, keys, gate and work must be given")
	}
	if s.now == nil {
		s.now = time.Now
	}
	if s.log == nil {
		s.log = slog.New(slog.DiscardHandler)
	}
	if s.report == nil {
		s.report = s.storedReport
	}
	if s.gather == nil {
		s.gather = func(ctx context.Context) (*support.Bundle, error) {
			return support.Gather(ctx, support.Options{Store: s.store, Version: s.version, Now: s.now})
		}
	}
	if s.addresses == nil {
		s.addresses = connect.LocalAddresses
	}
	if s.source == nil {
		s.source = connect.SourceAddress
	}
	if s.manage == nil {
		s.manage = s.newManager(o)
	}
	if o.URL == "" {
		return nil
	}
	var err error
	if s.public, err = url.Parse(strings.TrimRight(o.URL, "/")); err != nil || s.public.Host == "" {
		return fmt.Errorf("the address %q at which people reach Weir is not a URL such as https://weir.example.com", o.URL)
	}
	return nil
}

func (s *Server) newManager(o Options) *manage.Manager {
	diagnose := o.DiagnoseFunc
	if diagnose == nil {
		diagnose = func(ctx context.Context, target connect.Target) *connect.Report {
			return connect.Diagnose(ctx, target, connect.Options{Now: s.now, Log: s.log})
		}
	}
	return manage.New(manage.Options{Store: o.Store, Work: o.Work,
		DiagnoseFunc: func(ctx context.Context, _ facts.IntegrationID, target connect.Target) *connect.Report {
			return diagnose(ctx, target)
		}})
}

// Handler answers requests.
func (s *Server) Handler() http.Handler { return s.handler }

// ServeHTTP makes the Server a handler itself.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.handler.ServeHTTP(w, r) }

// secure tells whether the browser speaks HTTPS to us, or to the proxy before us.
func (s *Server) secure(r *http.Request) bool {
	return r.TLS != nil || (s.public != nil && s.public.Scheme == "https")
}
