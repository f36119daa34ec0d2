package connect

import (
	"context"
	"net"
	"slices"
	"time"
)

// LocalAddresses gives the IP addresses of this machine, without those that only itself can reach.
func LocalAddresses() []string {
	all, err := net.InterfaceAddrs()
	if err != nil {
		return nil
	}
	var addresses []string
	for _, a := range all {
		network, ok := a.(*net.IPNet)
		if ok && network.IP.IsGlobalUnicast() {
			addresses = append(addresses, network.IP.String())
		}
	}
	slices.Sort(addresses)
	return addresses
}

// sourceTimeout bounds the wait for a name: a page asks, and it is opened when names do not resolve.
const sourceTimeout = 3 * time.Second

// SourceAddress tells from which of this machine's addresses a target, or the proxy before it, is called:
// the one that a firewall in between sees, unless somebody translates it on the way. Nothing is sent but the
// question for the name; it is empty when the name does not resolve or there is no way.
func SourceAddress(ctx context.Context, target Target) string {
	address, err := ParseAddress(target.Address)
	if err != nil {
		return ""
	}
	to := address.HostPort()
	if proxy, f := parseProxy(target.Proxy); f == nil && proxy != nil {
		to = proxy.Host
	}
	// A socket for datagrams that is connected and never written to has its address chosen by the routes.
	conn, err := (&net.Dialer{Timeout: sourceTimeout}).DialContext(ctx, "udp", to)
	if err != nil {
		return ""
	}
	defer conn.Close()
	host, _, err := net.SplitHostPort(conn.LocalAddr().String())
	if err != nil {
		return ""
	}
	return host
}
