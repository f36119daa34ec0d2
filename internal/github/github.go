// Package github asks a GitHub Enterprise Server by its REST and GraphQL APIs and answers in facts.
//
// Every request leaves through connect.Transport, which only reads. Answers are decoded by small
// structs of our own that hold the few keys Weir uses, instead of a library's complete types: servers
// of different ages leave keys out or send null, Link headers must be rebased onto the configured
// address, and limits are off by default, none of which a client made for GitHub.com expects.
//
// What a server can do is asked (Capabilities), never told from its version. Failures are *Error, with
// a kind for errors.Is and words for a person.
package github

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"weir/internal/connect"
)

// Client asks one server with one credential. It is safe for concurrent use.
type Client struct {
	transport *connect.Transport
	options   Options

	mu     sync.Mutex
	viewer *Viewer
}

// Options are a Client's surroundings; the zero value works.
type Options struct {
	// Now is the clock; nil is time.Now.
	Now func() time.Time
	// WaitFunc sleeps between tries; nil uses a timer.
	WaitFunc func(ctx context.Context, d time.Duration) error
	// Tries is how often a request is sent when the server fails for the moment; 0 is three times.
	Tries int
	// PerPage is the size of a page of a list; 0 is 100.
	PerPage int
	// Log takes what only an operator wants to know; nil discards.
	Log *slog.Logger
}

// New asks through a transport that the caller made and keeps.
func New(t *connect.Transport, o Options) *Client {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.WaitFunc == nil {
		o.WaitFunc = wait
	}
	if o.Tries <= 0 {
		o.Tries = 3
	}
	if o.PerPage <= 0 || o.PerPage > 100 {
		o.PerPage = 100
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	return &Client{transport: t, options: o}
}

// Open makes a transport for the target and a client on it.
func Open(target connect.Target, o connect.Options) (*Client, error) {
	transport, err := connect.NewTransport(target, o)
	if err != nil {
		return nil, err
	}
	return New(transport, Options{Now: o.Now, WaitFunc: o.WaitFunc, Log: o.Log}), nil
}

// Close ends connections that wait for reuse.
func (c *Client) Close() { c.transport.CloseIdleConnections() }

// PrivateHosts lists other names by which the server called itself in answers so far.
func (c *Client) PrivateHosts() []string { return c.transport.PrivateHosts() }

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
