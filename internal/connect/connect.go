// Package connect is how Weir reaches a GitHub Enterprise Server: the address as a person gives it,
// the proxy, the certificate authority and the ways to sign in, the one read-only Transport that
// every HTTP request leaves through, and Diagnose, which says what stands in the way and what to do.
//
// Three rules are kept here and nowhere else:
//
//   - only what rules.go allows is sent; everything else is refused before it leaves;
//   - a credential is sent to the configured base URL only, whatever an answer points at;
//   - every request, refused ones included, is told to the Ledger.
//
// The texts that people read about faults are the table Codes in codes.go.
package connect

import (
	"context"
	"log/slog"
	"net"
	"time"

	"weir/internal/secret"
)

// Target is one server and the way to it.
type Target struct {
	// Address is what a person pasted or the normalised base URL; ParseAddress reads it.
	Address string
	// CAPEM holds certificates in PEM that are trusted for this server beside the system's; empty for none.
	CAPEM string
	// Proxy is the URL of an HTTP(S) proxy, which may carry a user name and password; empty for none.
	Proxy      secret.String
	Credential Credential
}

// Options are the surroundings of a Transport or a Diagnose. The zero value works.
type Options struct {
	// Ledger is told of every request; nil tells nobody.
	Ledger Ledger
	// Hooks knows Weir's own webhooks; nil lets no request that changes one leave.
	Hooks Hooks
	// WebhookFunc gives Diagnose a webhook to try, nil when there is none; nil tries none.
	WebhookFunc func(ctx context.Context) (*WebhookTrip, error)
	// Servers shares the cap on concurrent requests and the pauses that a server asks for between transports; nil shares with nobody.
	Servers *Servers
	// Installations keeps the tokens of GitHub Apps between transports; nil shares with nobody.
	Installations *Installations
	// RenewFunc gives the credential to use in place of one that is about to end or that the server refused:
	// the same when there is no other. It may ask through the transport (Renew). Nil never renews.
	RenewFunc func(ctx context.Context, t *Transport, current Credential, refused bool) (Credential, error)
	// Now is the clock; nil is time.Now.
	Now func() time.Time
	// Log takes what only an operator wants to know; nil discards.
	Log *slog.Logger
	// ResolveFunc answers a host's IP addresses; nil asks the system.
	ResolveFunc func(ctx context.Context, host string) ([]string, error)
	// DialFunc opens a connection to ip:port; nil is a net.Dialer.
	DialFunc func(ctx context.Context, network, address string) (net.Conn, error)
	// WaitFunc sleeps for d or until ctx ends; nil uses a timer.
	WaitFunc func(ctx context.Context, d time.Duration) error
	// Timeout bounds one request from its start to the end of the answer; 0 is one minute.
	Timeout time.Duration
	// ConnectTimeout bounds each of dialling, the TLS handshake and a name's resolution; 0 is ten seconds.
	ConnectTimeout time.Duration
	// MaxBody bounds an answer's size in bytes; 0 is 64 MiB. A longer one ends in a BodyTooLargeError.
	MaxBody int64
}

// Ledger keeps a row of every request. Record must be safe for concurrent use; it is called once per
// request, when its answer has been read or closed, with a context that outlives the request.
type Ledger interface {
	Record(ctx context.Context, s Sent)
}

// Sent is one row of the ledger.
type Sent struct {
	At time.Time
	// Kind is rest, graphql, web or git.
	Kind string
	// Method and Path are as sent; the values of all but harmless query parameters show as ***.
	Method, Path string
	// Status is the HTTP status, or -1 when no answer came.
	Status int
	// Bytes counts what was read of the answer's body.
	Bytes int64
	Took  time.Duration
	// Why is what WithWhy put into the request's context.
	Why string
	// Refused says that the request was not allowed and did not leave.
	Refused bool
}

type whyKey struct{}

// WithWhy names the work that requests made with the context are for, such as "test connection".
func WithWhy(ctx context.Context, why string) context.Context {
	return context.WithValue(ctx, whyKey{}, why)
}

// Why answers what WithWhy put in, or "" when nothing did.
func Why(ctx context.Context) string {
	why, _ := ctx.Value(whyKey{}).(string)
	return why
}

// withDefaults fills in what was left out, so that nobody else has to ask.
func (o Options) withDefaults() Options {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.WaitFunc == nil {
		o.WaitFunc = wait
	}
	if o.Servers == nil {
		o.Servers = NewServers(defaultConcurrency)
	}
	if o.Installations == nil {
		o.Installations = NewInstallations()
	}
	if o.Timeout == 0 {
		o.Timeout = time.Minute
	}
	if o.ConnectTimeout == 0 {
		o.ConnectTimeout = 10 * time.Second
	}
	if o.MaxBody == 0 {
		o.MaxBody = 64 << 20
	}
	return o
}

func wait(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}
