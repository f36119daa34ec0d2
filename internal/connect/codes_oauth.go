package connect

// Faults of stage signin that an OAuth app meets.
const (
	SignInOAuthDenied     Code = "signin_oauth_denied"
	SignInOAuthState      Code = "signin_oauth_state"
	SignInOAuthLate       Code = "signin_oauth_late"
	SignInOAuthCode       Code = "signin_oauth_code"
	SignInOAuthSecret     Code = "signin_oauth_secret"
	SignInOAuthMismatch   Code = "signin_oauth_mismatch"
	SignInOAuthSuspended  Code = "signin_oauth_suspended"
	SignInOAuthRefused    Code = "signin_oauth_refused"
	SignInOAuthUnreadable Code = "signin_oauth_unreadable"
	SignInOAuthLost       Code = "signin_oauth_lost"
	SignInOAuthRevoked    Code = "signin_oauth_revoked"
	SignInOAuthRefresh    Code = "signin_oauth_refresh"
)

var oauthCodes = []CodeInfo{
	{
		SignInOAuthDenied, StageSignIn, StatusFail,
		"The authorization was cancelled on the server's page.",
		"Authorize again and choose Authorize there. Whoever is signed in on the server decides: sign in there as the account that Weir is to read with.",
	},
	{
		SignInOAuthState, StageSignIn, StatusFail,
		"This answer of the server belongs to no authorization that was begun here, or to one that has ended already.",
		"Begin again from here. It happens when the page is reloaded, when two windows authorize at once, or when somebody else sent you the link: then do not use it.",
	},
	{
		SignInOAuthLate, StageSignIn, StatusFail,
		"The answer of the server came more than ten minutes after the authorization was begun.",
		"Authorize again and answer the server's page within ten minutes.",
	},
	{
		SignInOAuthCode, StageSignIn, StatusFail,
		"The server does not accept the code that it gave: it is older than ten minutes or was used before.",
		"Authorize again. If it stays, the clock of one of the two machines is wrong, or something on the way loads addresses twice.",
	},
	{
		SignInOAuthSecret, StageSignIn, StatusFail,
		"The server knows no OAuth app with this Client ID and Client Secret.",
		"Copy both again from the app's page on {host} (Settings, Developer settings, OAuth Apps); if the secret is not shown any more, generate a new one there. Then authorize again.",
	},
	{
		SignInOAuthMismatch, StageSignIn, StatusFail,
		"The app's Authorization callback URL on the server is not the one that this page shows.",
		"Copy the callback URL from this page into the app's page on {host}, letter by letter with http or https and the port, save it there, then authorize again.",
	},
	{
		SignInOAuthSuspended, StageSignIn, StatusFail,
		"An administrator of the server has suspended the OAuth app.",
		"Ask an administrator of {host} to lift the suspension, or register another app.",
	},
	{
		SignInOAuthRefused, StageSignIn, StatusFail,
		"The server refused the authorization: {message}",
		"Check the app's page on {host}, then authorize again. If it stays, ask an administrator of the server about this message.",
	},
	{
		SignInOAuthUnreadable, StageSignIn, StatusFail,
		"The server's answer to the exchange of the code cannot be read (HTTP {status}{title}).",
		"A gateway before the server is the usual reason: have POST to /login/oauth/access_token let through for the machine Weir runs on.",
	},
	{
		SignInOAuthLost, StageSignIn, StatusFail,
		"The code could not be exchanged for a token: {reason}",
		"Authorize again. If it stays, a gateway blocks POST: have /login/oauth/access_token let through for the machine Weir runs on.",
	},
	{
		SignInOAuthRevoked, StageSignIn, StatusFail,
		"The server does not accept the OAuth app's token any more: the authorization was revoked, or the app was deleted.",
		"Authorize again. Who revoked it is in the account's settings on {host}, under Applications, or in the security log.",
	},
	{
		SignInOAuthRefresh, StageSignIn, StatusFail,
		"The server does not renew the OAuth app's token any more: the authorization was revoked, or not used for half a year.",
		"Authorize again; what was imported stays.",
	},
}
