package connect

// Faults that answers of the API have while importing; package github speaks them.
const (
	APIUnauthorized Code = "api_unauthorized"
	APIForbidden    Code = "api_forbidden"
	APINotFound     Code = "api_not_found"
	APIGone         Code = "api_gone"
	APILimited      Code = "api_limited"
	APIMaintenance  Code = "api_maintenance"
	APIServerError  Code = "api_server_error"
	APIPage         Code = "api_page"
	APIUnreadable   Code = "api_unreadable"
	APITooLarge     Code = "api_too_large"
	APIRefused      Code = "api_refused"
	APIRejected     Code = "api_rejected"
	APIGraphQL      Code = "api_graphql"
	APICancelled    Code = "api_cancelled"

	APIAppNotInstalled Code = "api_app_not_installed"
	APIAppSuspended    Code = "api_app_suspended"
	APIAppNowhere      Code = "api_app_nowhere"
)

var importCodes = []CodeInfo{
	{
		APIAppNotInstalled, stageImport, StatusFail,
		"The GitHub App is not installed in {owner}, so that nothing there can be read.",
		"Have an owner of {owner} install it: the integration's page leads to where. What was imported stays.",
	},
	{
		APIAppSuspended, stageImport, StatusFail,
		"The GitHub App's installation in {owner} is suspended.",
		"Have an owner of {owner} lift the suspension in the organization's settings, under GitHub Apps. What was imported stays.",
	},
	{
		APIAppNowhere, stageImport, StatusFail,
		"The GitHub App is not installed in any organization any more.",
		"Have an owner install it: the integration's page leads to where. What was imported stays.",
	},
	{
		APIUnauthorized, stageImport, StatusFail,
		"The server no longer accepts the credential{message}.",
		"Re-authorize the integration; what was imported stays.",
	},
	{
		APIForbidden, stageImport, StatusFail,
		"The account may not read this{message}.",
		"Test the connection to see which scope or role is missing.",
	},
	{
		APINotFound, stageImport, StatusFail,
		"The server does not show this to the account: it does not exist, or the account may not see it.",
		"Check that the account still has access; a server answers the same for things that are private and things that are gone.",
	},
	{
		APIGone, stageImport, StatusFail,
		"The server says that this is gone or switched off{message}.",
		"Nothing to do if somebody removed it on purpose; what was imported stays.",
	},
	{
		APILimited, stageImport, StatusWarn,
		"The server wants no more requests for now{until}.",
		"Nothing to do: Weir goes on by itself then.",
	},
	{
		APIMaintenance, stageImport, StatusFail,
		"The server is in maintenance mode.",
		"Nothing to do: Weir tries again by itself until the maintenance is over.",
	},
	{
		APIServerError, stageImport, StatusFail,
		"The server answers with an error of its own (HTTP {status}).",
		"Weir tries again by itself. If it stays, tell whoever runs the server.",
	},
	{
		APIPage, stageImport, StatusFail,
		"A web page answers where the API should (HTTP {status}{title}).",
		"Test the connection: a gateway before the server, or private mode without a valid sign-in, is the usual reason.",
	},
	{
		APIUnreadable, stageImport, StatusFail,
		"The server's answer cannot be read: {reason}.",
		"Weir tries again by itself. If it stays, a gateway or proxy on the way changes or cuts the answers.",
	},
	{
		APITooLarge, stageImport, StatusFail,
		"The server's answer is too long to read.",
		"Tell whoever runs Weir; the request is in the list of requests.",
	},
	{
		APIRefused, stageImport, StatusFail,
		"Weir refused to send this, because it only reads: {reason}.",
		"This is a fault in Weir; please report it.",
	},
	{
		APIRejected, stageImport, StatusFail,
		"The server does not understand the request (HTTP {status}){message}.",
		"Test the connection; if it is well, this is a fault in Weir: please report it with the version of the server.",
	},
	{
		APIGraphQL, stageImport, StatusFail,
		"The server answers the question with an error: {message}",
		"Weir tries again by itself. If it stays, report it with the version of the server.",
	},
	{
		APICancelled, stageImport, StatusFail,
		"The request was given up before the answer came.",
		"Nothing to do: it was stopped by Weir itself, or the work it belonged to ended.",
	},
}
