package ingest

import (
	"context"
	"log/slog"
	"time"

	"weir/internal/connect"
	"weir/internal/facts"
	"weir/internal/github"
	"weir/internal/store"
)

// Connect gives the usual ConnectFunc: the integration's own address, authority, proxy and credential,
// with every request in the ledger. servers holds the cap on requests at once, shared with others that ask.
func Connect(s *store.Store, servers *connect.Servers, now func() time.Time, log *slog.Logger) func(context.Context, facts.Integration) (GitHub, error) {
	return func(ctx context.Context, i facts.Integration) (GitHub, error) {
		return open(ctx, s, servers, now, log, i)
	}
}

// ConnectItems gives the usual ItemsFunc, in the same way.
func ConnectItems(s *store.Store, servers *connect.Servers, now func() time.Time, log *slog.Logger) func(context.Context, facts.Integration) (Items, error) {
	return func(ctx context.Context, i facts.Integration) (Items, error) {
		return open(ctx, s, servers, now, log, i)
	}
}

func open(ctx context.Context, s *store.Store, servers *connect.Servers, now func() time.Time, log *slog.Logger, i facts.Integration) (*github.Client, error) {
	credential, err := s.Credential(ctx, i.ID)
	if err != nil {
		return nil, err
	}
	proxy, err := s.ProxyURL(ctx, i.ID)
	if err != nil {
		return nil, err
	}
	target := connect.Target{Address: i.Address, CAPEM: i.CAPEM, Proxy: proxy, Credential: credential}
	return github.Open(target, connect.Options{Ledger: s.Ledger(i.ID), Hooks: s.Hooks(i.ID), Servers: servers, Now: now, Log: log})
}
