package connect

import (
	"net"
	"net/url"
	"strings"
)

// WebhookPath is where Weir takes deliveries; each webhook has a part of its own behind it.
const WebhookPath = "/webhooks/github/"

// WebhookAddress gives the address to which the webhooks of a server deliver, up to the last slash, or
// the *Fault that keeps it from reaching Weir there. A loopback address will do for a server on the same machine.
func WebhookAddress(public, server string) (string, error) {
	u, err := url.Parse(strings.TrimRight(strings.TrimSpace(public), "/"))
	if public == "" || err != nil || u.Hostname() == "" || u.Scheme != "https" && u.Scheme != "http" {
		return "", fault(WebhookNoAddress, nil)
	}
	if isLoopback(u.Hostname()) {
		if at, err := url.Parse(server); err != nil || !isLoopback(at.Hostname()) {
			return "", fault(WebhookLoopback, values{"url": u.Redacted()})
		}
	}
	u.User, u.RawQuery, u.Fragment = nil, "", ""
	return u.String() + WebhookPath, nil
}

func isLoopback(host string) bool {
	host = strings.ToLower(strings.TrimSuffix(host, "."))
	if host == "localhost" || strings.HasSuffix(host, ".localhost") {
		return true
	}
	ip := net.ParseIP(host)
	return ip != nil && (ip.IsLoopback() || ip.IsUnspecified())
}

// WebhookFault is a fault of a webhook; words fill in what its texts leave open.
func WebhookFault(code Code, words map[string]string) *Fault { return fault(code, words) }
