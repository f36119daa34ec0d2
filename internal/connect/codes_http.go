package connect

// Faults of stage http.
const (
	HTTPTimeout      Code = "http_timeout"
	HTTPReset        Code = "http_reset"
	HTTPLoginPage    Code = "http_login_page"
	HTTPRedirect     Code = "http_redirect"
	HTTPHTML         Code = "http_html"
	HTTPBlockedPage  Code = "http_blocked_page"
	HTTPMaintenance  Code = "http_maintenance"
	HTTPServerError  Code = "http_server_error"
	HTTPSetup        Code = "http_setup"
	HTTPUnreadable   Code = "http_unreadable"
	HTTPTruncated    Code = "http_truncated"
	HTTPTooLarge     Code = "http_too_large"
	HTTPLimited      Code = "http_limited"
	HTTPUnauthorized Code = "http_unauthorized"
	HTTPUnexpected   Code = "http_unexpected"
	HTTPFailed       Code = "http_failed"
)

var httpCodes = []CodeInfo{
	{
		HTTPTimeout, StageHTTP, StatusFail,
		"{host} accepted the request but did not answer in time.",
		"Test again in a minute; if it stays, the server or a gateway before it is overloaded: ask whoever runs it.",
	},
	{
		HTTPReset, StageHTTP, StatusFail,
		"{host} closed the connection instead of answering.",
		"A gateway that refuses unknown clients, or a server that is restarting, does this: test again, then ask whoever runs the gateway before {host}.",
	},
	{
		HTTPLoginPage, StageHTTP, StatusFail,
		"Instead of the API a page to sign in answers ({to}): a single sign-on gateway stands before the server.",
		"Have the paths /api/ and *.git let through the gateway for the machine Weir runs on; GitHub itself checks the credential there.",
	},
	{
		HTTPRedirect, StageHTTP, StatusFail,
		"The server sends requests for its API elsewhere: to {to}.",
		"If that is the server's real address, enter it instead. Weir never follows to another host, because the credential would go there.",
	},
	{
		HTTPHTML, StageHTTP, StatusFail,
		"A web page answers where the API should (HTTP {status}{title}).",
		"Open {address}/api/v3/meta in a browser on the machine Weir runs on: it should show a few lines of JSON. A gateway before the server, or a server that is not GitHub, is the usual reason.",
	},
	{
		HTTPBlockedPage, StageHTTP, StatusFail,
		"A gateway before the server blocks the request (HTTP {status}{title}).",
		"Ask whoever runs the firewall or web gateway to let the machine Weir runs on through to {host}; the page's text, under details, helps them to find the rule.",
	},
	{
		HTTPMaintenance, StageHTTP, StatusFail,
		"The server is in maintenance mode.",
		"Wait until the maintenance is over and test again; nothing needs changing.",
	},
	{
		HTTPServerError, StageHTTP, StatusFail,
		"The server answers with an error of its own (HTTP {status}).",
		"Test again in a minute. If it stays, look at {address}/status and tell whoever runs the server.",
	},
	{
		HTTPSetup, StageHTTP, StatusFail,
		"This is the management console, or a server that has not been set up yet.",
		"Finish the set-up, or enter the address at which people use GitHub, without port 8443.",
	},
	{
		HTTPUnreadable, StageHTTP, StatusFail,
		"The API's answer is not JSON ({kind}).",
		"Open {address}/api/v3/meta in a browser on the machine Weir runs on: it should show a few lines of JSON. Check whether a gateway changes the answers.",
	},
	{
		HTTPTruncated, StageHTTP, StatusFail,
		"The API's answer breaks off in the middle.",
		"Test again. If it stays, a gateway or proxy on the way cuts answers short: look at its limits for time and size.",
	},
	{
		HTTPTooLarge, StageHTTP, StatusFail,
		"The API's answer is far longer than this answer can be.",
		"Check the address: this is not how a GitHub Enterprise Server answers.",
	},
	{
		HTTPLimited, StageHTTP, StatusFail,
		"The server, or a gateway before it, wants fewer requests for now{until}.",
		"Wait, then test again. If it stays, ask whoever runs the server to leave the machine Weir runs on out of the limit.",
	},
	{
		HTTPUnauthorized, StageHTTP, StatusFail,
		"Something before the server wants a sign-in of its own ({realm}).",
		"Have the paths /api/ and *.git let through that gateway for the machine Weir runs on; GitHub itself checks the credential there.",
	},
	{
		HTTPUnexpected, StageHTTP, StatusFail,
		"The server gives an answer that no GitHub gives (HTTP {status}).",
		"Check the address: open it in a browser and see whether GitHub's sign-in page shows.",
	},
	{
		HTTPFailed, StageHTTP, StatusFail,
		"The request got no answer: {reason}.",
		"Test again; if it stays, try `curl -v {address}/api/v3/meta` on the machine Weir runs on, which meets the same obstacle.",
	},
}
