package web

import (
	"context"
	"net/url"
	"slices"
	"sync"

	"weir/internal/connect"
	"weir/internal/facts"
)

type networkView struct {
	// Addresses are those of this machine.
	Addresses []string
	Servers   []networkServer
	// Here is the address by which browsers and servers reach Weir; Told says that a setting says so.
	Here string
	Told bool
}

// networkServer is one way out, and the way back in where there are webhooks.
type networkServer struct {
	facts.Integration
	Host, Port string
	// From is the address that this machine calls from, empty when there is no way.
	From     string
	Webhooks bool
	// Authorities are those that are trusted for it alone.
	Authorities []connect.Certificate
	// Hosts are other names that the server calls itself by; Tested says that a test has looked.
	Hosts  []string
	Tested bool
}

// GET /settings/network
func (s *Server) networkPage(v *visit) error {
	all, err := s.store.Integrations(v.ctx())
	if err != nil {
		return err
	}
	diagnoses, err := s.store.Diagnoses(v.ctx())
	if err != nil {
		return err
	}
	view := networkView{Addresses: s.addresses(), Told: s.public != nil, Here: s.reachedAt(v)}
	view.Servers = make([]networkServer, len(all))
	var asking sync.WaitGroup
	for n, i := range all {
		row := &view.Servers[n]
		row.Authorities = connect.DescribeAuthorities(i.CAPEM)
		row.Integration, row.Webhooks = i, slices.Contains(i.On, facts.ServiceWebhooks)
		if u, err := url.Parse(i.Address); err == nil {
			row.Host, row.Port = u.Hostname(), portOf(u)
		}
		if d, tested := diagnoses[i.ID]; tested {
			row.Tested, row.Hosts = true, d.Report.PrivateHosts
		}
		asking.Go(func() { row.From = s.sourceOf(v.ctx(), i) })
	}
	asking.Wait()
	v.Section, v.Side = "settings", "network"
	return v.render("network", "Network", view)
}

func (s *Server) sourceOf(ctx context.Context, i facts.Integration) string {
	proxy, err := s.store.ProxyURL(ctx, i.ID)
	if err != nil {
		return ""
	}
	return s.source(ctx, connect.Target{Address: i.Address, Proxy: proxy})
}

func portOf(u *url.URL) string {
	switch {
	case u.Port() != "":
		return u.Port()
	case u.Scheme == "http":
		return "80"
	}
	return "443"
}

// reachedAt is the address of Weir itself, to which servers send people back: the one that was set, or the one that
// this browser uses.
func (s *Server) reachedAt(v *visit) string {
	switch {
	case s.public != nil:
		return s.public.String()
	case v.R.TLS != nil:
		return "https://" + v.R.Host
	}
	return "http://" + v.R.Host
}
