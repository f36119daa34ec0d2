package ghes

import (
	"cmp"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"sync"
	"time"
)

// Options say what a server serves and how it starts out.
type Options struct {
	// World is what the server holds; nil is an empty one.
	World *World
	// Now is the server's clock; nil is time.Now.
	Now func() time.Time
	// Seed makes the choices of faults with a probability repeatable.
	Seed uint64
	// Settings may be changed later by Configure. The version is 3.19.1 when not given.
	Settings Settings
	// Authority signs the certificate; nil makes one at start.
	Authority *Authority
	// TLS replaces the whole TLS configuration, for a server with a bad one.
	TLS *tls.Config
	// Plain serves HTTP without TLS.
	Plain bool
	// HookTransport sends the deliveries of webhooks; nil is http.DefaultTransport.
	HookTransport http.RoundTripper
	// ExternalURL is the address that the server believes to have, which is in every URL of its
	// answers; empty is the one it listens on.
	ExternalURL string
}

// Server is a running, or yet to be started, GitHub Enterprise Server.
type Server struct {
	// World is what the server holds.
	World *World
	// Faults are what goes wrong; empty at first.
	Faults *Faults

	options   Options
	now       func() time.Time
	authority *Authority
	handler   http.Handler
	log       *requestLog
	lockout   *lockout
	limits    *limiter
	grants    *grants
	pages     *http.ServeMux
	taps      taps
	deliverer *deliverer

	mu       sync.RWMutex
	settings Settings
	url      string
	http     *http.Server
	done     chan struct{}
}

// New makes a server that does not listen yet; its Handler can be used at once.
func New(o Options) *Server {
	o.Settings.Version = cmp.Or(o.Settings.Version, "3.19.1")
	s := &Server{
		World:     o.World,
		options:   o,
		now:       o.Now,
		authority: o.Authority,
		settings:  o.Settings,
		url:       o.ExternalURL,
		log:       &requestLog{},
	}
	if s.World == nil {
		s.World = NewWorld()
	}
	if s.now == nil {
		s.now = time.Now
	}
	s.Faults = newFaults(o.Seed)
	s.lockout = newLockout(s.now)
	s.limits = newLimiter(s.now)
	s.grants = newGrants(s.now)
	s.pages = s.accountPages()
	s.deliverer = newDeliverer(s, o.HookTransport)
	s.World.setClock(s.now)
	s.World.listen(s.happened)
	s.handler = s.log.wrap(s, s.dated(s.Faults.wrap(s.doors())))
	return s
}

// Settings returns what holds now.
func (s *Server) Settings() Settings {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.settings
}

// Configure changes the settings of the running server.
func (s *Server) Configure(change func(*Settings)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	change(&s.settings)
}

// Handler answers requests without a listener. URLs in its answers then name the host asked for.
func (s *Server) Handler() http.Handler { return s.handler }

// Start listens on an address such as localhost:0 and serves until Close or the end of ctx.
func (s *Server) Start(ctx context.Context, addr string) error {
	config, err := s.tlsConfig()
	if err != nil {
		return fmt.Errorf("start server: %w", err)
	}
	var lc net.ListenConfig
	listener, err := lc.Listen(ctx, "tcp", addr)
	if err != nil {
		return fmt.Errorf("start server on %s: %w", addr, err)
	}
	s.open(ctx, addr, listener, config)
	context.AfterFunc(ctx, func() { _ = s.Close() })
	return nil
}

func (s *Server) open(ctx context.Context, addr string, l net.Listener, config *tls.Config) {
	server := &http.Server{
		Handler:           s.handler,
		TLSConfig:         config,
		ReadHeaderTimeout: time.Minute,
		// The faults break connections on purpose; nobody needs to read about each.
		ErrorLog:    log.New(io.Discard, "", 0),
		BaseContext: func(net.Listener) context.Context { return context.WithoutCancel(ctx) },
		ConnContext: withConn,
	}
	done := make(chan struct{})
	s.mu.Lock()
	s.http, s.done = server, done
	s.url = cmp.Or(s.options.ExternalURL, listenURL(addr, l.Addr(), s.options.Plain))
	s.mu.Unlock()
	go func() {
		defer close(done)
		if s.options.Plain {
			_ = server.Serve(l)
			return
		}
		_ = server.ServeTLS(l, "", "")
	}()
}

// listenURL names the host as the caller did, with the port that was got.
func listenURL(asked string, got net.Addr, plain bool) string {
	host, _, err := net.SplitHostPort(asked)
	ip := net.ParseIP(host)
	if err != nil || host == "" || ip != nil && ip.IsUnspecified() {
		host = "localhost"
	}
	_, port, _ := net.SplitHostPort(got.String())
	scheme := "https"
	if plain {
		scheme = "http"
	}
	return scheme + "://" + net.JoinHostPort(host, port)
}

// URL is the server's address, without a slash at the end; empty before Start.
func (s *Server) URL() string {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.url
}

// Close stops the server and its deliveries, gives open requests a moment, then cuts them off.
func (s *Server) Close() error {
	s.mu.RLock()
	server, done := s.http, s.done
	s.mu.RUnlock()
	s.deliverer.stop()
	if server == nil {
		return nil
	}
	ctx, cancel := context.WithTimeout(context.Background(), 200*time.Millisecond)
	defer cancel()
	err := server.Shutdown(ctx)
	if errors.Is(err, context.DeadlineExceeded) {
		err = server.Close()
	}
	<-done
	return err
}

// dated sets the Date header by the server's own clock.
func (s *Server) dated(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Date", s.now().UTC().Format(http.TimeFormat))
		next.ServeHTTP(w, r)
	})
}

// doors leads each kind of address to what answers it.
func (s *Server) doors() http.Handler {
	mux := http.NewServeMux()
	rest := s.taps.wrap(s.rest())
	mux.Handle("/api/v3/", rest)
	mux.Handle("/api/v3", rest)
	mux.HandleFunc("/api/graphql", s.graphQL)
	mux.HandleFunc("/", s.webOrGit)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if s.Settings().Maintenance {
			maintenancePage(w)
			return
		}
		mux.ServeHTTP(w, r)
	})
}

type baseKey struct{}

// base is the address that URLs in an answer begin with.
func (s *Server) base(r *http.Request) string {
	if base, ok := r.Context().Value(baseKey{}).(string); ok {
		return base
	}
	if url := s.URL(); url != "" {
		return url
	}
	if r.TLS == nil {
		return "http://" + r.Host
	}
	return "https://" + r.Host
}

type connKey struct{}

func withConn(ctx context.Context, c net.Conn) context.Context {
	return context.WithValue(ctx, connKey{}, c)
}
