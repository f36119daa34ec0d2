package cli

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"time"

	"weir/internal/access"
	"weir/internal/config"
	"weir/internal/connect"
	"weir/internal/facts"
	"weir/internal/ingest"
	"weir/internal/jobs"
	"weir/internal/manage"
	"weir/internal/secret"
	"weir/internal/store"
	"weir/internal/support"
	"weir/internal/web"
)

// app is Weir put together: a store, the background work on it, and the pages over it.
type app struct {
	dir    string
	lock   *store.DirLock
	store  *store.Store
	gate   *access.Gate
	jobs   *jobs.Client
	manage *manage.Manager
	way    *ingest.Way
	web    *web.Server
	log    *slog.Logger
	// orders is where commands speak to this process, nil while it takes none.
	orders *http.Server
	// gatherSupport makes a support bundle.
	gatherSupport func(context.Context) (*support.Bundle, error)
}

// assemble wires everything in the order in which one thing needs the other. What it opened before an
// error is closed again.
func assemble(ctx context.Context, settings *config.Config, log *slog.Logger) (_ *app, err error) {
	recent := &support.Recent{}
	log = recent.Remember(log)
	a := &app{log: log, dir: settings.Data}
	a.gatherSupport = a.supporter(settings, recent)
	defer func() {
		if err != nil {
			_ = a.close(context.WithoutCancel(ctx))
		}
	}()
	if a.lock, err = store.LockDir(settings.Data); err != nil {
		return nil, err
	}
	keys, err := openKeys(settings)
	if err != nil {
		return nil, store.DiskError(err)
	}
	database, err := settings.DatabaseURL()
	if err != nil {
		return nil, err
	}
	a.store, err = store.Open(ctx, store.Options{URL: database, Dir: settings.Data, Keys: keys, Log: log})
	if err != nil {
		return nil, err
	}
	a.gate = access.NewGate(a.store, time.Now)
	name, _ := os.Hostname()
	a.jobs, err = jobs.Open(ctx, jobs.Options{
		Store: a.store, Workers: settings.Workers, Shared: !database.Empty(), Name: name, Log: log,
	})
	if err != nil {
		return nil, err
	}
	atOnce := cmp.Or(settings.RequestsAtOnce, requestsAtOnce)
	a.way = &ingest.Way{
		Store: a.store, Servers: connect.NewServers(atOnce), Installations: connect.NewInstallations(), Holder: name, Log: log,
	}
	a.manage = manage.New(manage.Options{
		Store: a.store, Work: a.jobs,
		BytesFunc: func(repos []facts.RepoID) int64 { return ingest.BytesOf(settings.Data, repos) },
		DiagnoseFunc: func(ctx context.Context, id facts.IntegrationID, target connect.Target) *connect.Report {
			// A test before there is an integration is in the ledger too, under no integration.
			return connect.Diagnose(ctx, target, a.way.TestOptions(ctx, id, target.Credential))
		},
	})
	a.web, err = web.New(web.Options{
		Store: a.store, Keys: keys, Gate: a.gate, Work: a.jobs, URL: settings.URL, Version: version(), RequestsAtOnce: atOnce, Log: log,
		Evidence: evidence(a.store, settings.Data),
		Manage:   a.manage, SupportFunc: a.gatherSupport,
	})
	return a, err
}

// requestsAtOnce, unless set otherwise, bounds what we ask of one server at a time: it is shared by people who work on it.
const requestsAtOnce = 4

// work starts the background work, and takes orders of commands.
func (a *app) work(ctx context.Context, settings *config.Config) error {
	err := a.jobs.Start(ctx, ingest.New(ingest.Options{
		Store: a.store, Queue: a.jobs, Dir: settings.Data,
		ConnectFunc: a.way.Connect, ItemsFunc: a.way.Items, AccessFunc: a.way.Access, KeepAliveFunc: a.way.KeepAlive,
		TestFunc: func(ctx context.Context, i facts.Integration) error {
			_, err := a.manage.TestHeld(ctx, i)
			return err
		},
		Workers: settings.Workers, MemoryLimit: int64(settings.MemoryMiB) << 20,
		SyncEvery: settings.SyncEvery, URL: settings.URL, Log: a.log,
	}))
	if err == nil {
		a.takeOrders(ctx)
	}
	return err
}

func openKeys(settings *config.Config) (*secret.Keyring, error) {
	if !settings.Key.Empty() {
		return secret.KeyringFromEnv(settings.Key.Reveal())
	}
	return secret.OpenKeyring(filepath.Join(settings.Data, "KEY"))
}

// Limits of the HTTP server. A page that streams a large export may take long to write, so writing has no bound.
const (
	readHeaderTimeout = 10 * time.Second
	readTimeout       = time.Minute
	idleTimeout       = 2 * time.Minute
	stopTimeout       = 15 * time.Second
)

// serve answers on the listener until ctx ends, then stops in order: pages first, then work, then the store.
func (a *app) serve(ctx context.Context, listener net.Listener) error {
	server := &http.Server{
		Handler: a.web.Handler(), ReadHeaderTimeout: readHeaderTimeout, ReadTimeout: readTimeout, IdleTimeout: idleTimeout,
		ErrorLog:    slog.NewLogLogger(a.log.Handler(), slog.LevelDebug),
		BaseContext: func(net.Listener) context.Context { return context.WithoutCancel(ctx) },
	}
	failed := make(chan error, 1)
	go func() { failed <- server.Serve(listener) }()
	var err error
	select {
	case err = <-failed:
	case <-ctx.Done():
	}
	stopping, cancel := context.WithTimeout(context.WithoutCancel(ctx), stopTimeout)
	defer cancel()
	return errors.Join(err, server.Shutdown(stopping), a.close(stopping))
}

// close ends what assemble and work began. It may be called on an app that is half assembled.
func (a *app) close(ctx context.Context) error {
	var errs []error
	if a.orders != nil {
		errs = append(errs, a.orders.Shutdown(ctx))
	}
	if a.jobs != nil {
		errs = append(errs, a.jobs.Stop(ctx))
	}
	if a.store != nil {
		errs = append(errs, a.store.Close())
	}
	if a.lock != nil {
		errs = append(errs, a.lock.Release())
	}
	return errors.Join(errs...)
}

// newLog gives the log that the settings ask for.
func newLog(settings *config.Config, std streams) (*slog.Logger, error) {
	var level slog.Level
	if err := level.UnmarshalText([]byte(settings.LogLevel)); err != nil {
		return nil, fmt.Errorf("--log-level: %w", err)
	}
	options := &slog.HandlerOptions{Level: level}
	if settings.LogFormat == "json" {
		return slog.New(slog.NewJSONHandler(std.err, options)), nil
	}
	return slog.New(slog.NewTextHandler(std.err, options)), nil
}
