package connect

// Faults of the stages proxy, dns and tcp.
const (
	ProxyNone              Code = "proxy_none"
	ProxyInvalid           Code = "proxy_invalid"
	ProxyNotFound          Code = "proxy_not_found"
	ProxyUnreachable       Code = "proxy_unreachable"
	ProxyTLS               Code = "proxy_tls"
	ProxySignIn            Code = "proxy_sign_in"
	ProxySignInRefused     Code = "proxy_sign_in_refused"
	ProxySignInUnsupported Code = "proxy_sign_in_unsupported"
	ProxyRefused           Code = "proxy_refused"
	ProxyCannotReach       Code = "proxy_cannot_reach"
	ProxyNotAProxy         Code = "proxy_not_a_proxy"

	DNSByProxy  Code = "dns_by_proxy"
	DNSNotFound Code = "dns_not_found"
	DNSTimeout  Code = "dns_timeout"
	DNSFailed   Code = "dns_failed"

	TCPByProxy     Code = "tcp_by_proxy"
	TCPRefused     Code = "tcp_refused"
	TCPTimeout     Code = "tcp_timeout"
	TCPUnreachable Code = "tcp_unreachable"
	TCPReset       Code = "tcp_reset"
	TCPFailed      Code = "tcp_failed"
	TCPPartly      Code = "tcp_partly"
)

var networkCodes = []CodeInfo{
	{
		ProxyNone, StageProxy, StatusSkipped,
		"No proxy is set.",
		"Set one under Proxy if this machine reaches the server only through a proxy.",
	},
	{
		ProxyInvalid, StageProxy, StatusFail,
		"The proxy's address cannot be read: {reason}.",
		"Enter it as http://proxy.example.com:3128, with user:password@ before the host name where the proxy wants a sign-in.",
	},
	{
		ProxyNotFound, StageProxy, StatusFail,
		"The name of the proxy {proxy} cannot be resolved.",
		"Check the spelling of the proxy's name, and that the machine Weir runs on uses your company's DNS servers.",
	},
	{
		ProxyUnreachable, StageProxy, StatusFail,
		"The proxy {proxy} cannot be reached: {reason}.",
		"Check the proxy's name and port, and that the machine Weir runs on may connect to it.",
	},
	{
		ProxyTLS, StageProxy, StatusFail,
		"No encrypted connection to the proxy {proxy} comes about: {reason}.",
		"Most proxies are spoken to by http:// even for https:// addresses: try http:// in the proxy's address. If it does use https://, add the authority of its certificate to the certificates to trust.",
	},
	{
		ProxySignIn, StageProxy, StatusFail,
		"The proxy {proxy} wants a sign-in before it lets anything through.",
		"Put a user name and password into the proxy's address: http://user:password@{proxy}.",
	},
	{
		ProxySignInRefused, StageProxy, StatusFail,
		"The proxy {proxy} does not accept the user name and password in its address.",
		"Check both with whoever runs the proxy. Characters such as @ : / in a password must be written as %40 %3A %2F.",
	},
	{
		ProxySignInUnsupported, StageProxy, StatusFail,
		"The proxy {proxy} accepts only {schemes} as sign-in, and Weir signs in to proxies by Basic.",
		"Ask for an exception for the address {host}, for a Basic account, or run a relay such as cntlm or px beside Weir and enter the relay as proxy.",
	},
	{
		ProxyRefused, StageProxy, StatusFail,
		"The proxy {proxy} does not allow connections to {host}:{port} (HTTP {status}).",
		"Ask whoever runs the proxy to allow CONNECT to {host} on port {port}, or remove the proxy if the server is in the same network.",
	},
	{
		ProxyCannotReach, StageProxy, StatusFail,
		"The proxy {proxy} cannot reach {host}:{port} itself (HTTP {status}).",
		"An internal server is usually reached without a proxy: remove it and test again. Otherwise ask whoever runs the proxy whether it can resolve and reach {host}.",
	},
	{
		ProxyNotAProxy, StageProxy, StatusFail,
		"What answers at {proxy} is not a proxy: {reason}.",
		"Check the proxy's name and port; a proxy often listens on 3128, 8080 or 8888.",
	},
	{
		DNSByProxy, StageDNS, StatusSkipped,
		"The proxy resolves the name.",
		"Nothing to do.",
	},
	{
		DNSNotFound, StageDNS, StatusFail,
		"The name {host} does not exist in the DNS that this machine asks.",
		"Check the spelling. If it opens in your browser, the machine Weir runs on asks other DNS servers: have it use your company's, or add the name to its hosts file.",
	},
	{
		DNSTimeout, StageDNS, StatusFail,
		"No DNS server answered in time when asked for {host}.",
		"Check the DNS servers set on the machine Weir runs on, and that it can reach them on port 53.",
	},
	{
		DNSFailed, StageDNS, StatusFail,
		"The DNS could not answer for {host}: {reason}.",
		"Ask whoever runs your DNS about this name; `nslookup {host}` on the machine Weir runs on shows the same.",
	},
	{
		TCPByProxy, StageTCP, StatusSkipped,
		"The proxy opens the connection.",
		"Nothing to do.",
	},
	{
		TCPRefused, StageTCP, StatusFail,
		"{host} refuses connections on port {port}: nothing listens there, or a firewall rejects them.",
		"Check the address and the port. GitHub Enterprise Server listens on 443; if yours does, allow the machine Weir runs on through the firewall.",
	},
	{
		TCPTimeout, StageTCP, StatusFail,
		"{host} does not answer on port {port}: no reply came in time.",
		"A firewall that drops packets is the usual reason: allow the machine Weir runs on to connect to {host} on port {port}, or set a proxy if one is needed.",
	},
	{
		TCPUnreachable, StageTCP, StatusFail,
		"There is no route from this machine to {host} ({reason}).",
		"Check that the machine Weir runs on is in a network, or a VPN, that reaches the server.",
	},
	{
		TCPReset, StageTCP, StatusFail,
		"The connection to {host} on port {port} was closed as soon as it was opened.",
		"A firewall or load balancer that does not know this machine is the usual reason: allow it there.",
	},
	{
		TCPFailed, StageTCP, StatusFail,
		"No connection to {host} on port {port} can be opened: {reason}.",
		"Try `curl -v https://{host}:{port}` on the machine Weir runs on; it meets the same obstacle.",
	},
	{
		TCPPartly, StageTCP, StatusWarn,
		"{host} has several IP addresses and some do not answer on port {port}: {addresses}.",
		"Have the dead addresses taken out of the DNS; each costs time whenever it is tried first.",
	},
}
