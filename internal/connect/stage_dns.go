package connect

import (
	"context"
	"net/netip"
	"strings"
)

// checkDNS resolves the server's name.
func (d *diagnosis) checkDNS(ctx context.Context) outcome {
	if d.proxy != nil {
		return bad(fault(DNSByProxy, nil))
	}
	if _, err := netip.ParseAddr(d.address.Host); err == nil {
		return fine("The address is an IP address; there is nothing to resolve.")
	}
	addresses, err := d.network.addresses(ctx, d.address.Host)
	if err == nil {
		return fine(d.address.Host + " is " + strings.Join(addresses, ", ") + ".")
	}
	if f := dnsFault(err, d.values()); f != nil {
		return bad(f.because(err))
	}
	if timedOut(err) {
		return bad(fault(DNSTimeout, d.values()).because(err))
	}
	return bad(fault(DNSFailed, d.values().with("reason", lastWords(err))).because(err))
}
