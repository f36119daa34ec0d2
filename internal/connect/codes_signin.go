package connect

// Faults of stage signin.
const (
	SignInNothing          Code = "signin_nothing"
	SignInBadToken         Code = "signin_bad_token"
	SignInTokenCut         Code = "signin_token_cut"
	SignInExpiredToken     Code = "signin_expired_token"
	SignInTokenExpiresSoon Code = "signin_token_expires_soon"
	SignInTokenBarred      Code = "signin_token_barred"
	SignInWrongTokenKind   Code = "signin_wrong_token_kind"
	SignInBadPassword      Code = "signin_bad_password"
	SignInTwoFactor        Code = "signin_two_factor"
	SignInPasswordBarred   Code = "signin_password_barred"
	SignInLockedOut        Code = "signin_locked_out"
	SignInSuspended        Code = "signin_suspended"
	SignInForbidden        Code = "signin_forbidden"
	SignInBlockedPage      Code = "signin_blocked_page"
	SignInUnreadable       Code = "signin_unreadable"
	SignInServerError      Code = "signin_server_error"
	SignInMaintenance      Code = "signin_maintenance"
	SignInLimited          Code = "signin_limited"
	SignInLost             Code = "signin_lost"
)

var signInCodes = []CodeInfo{
	{
		SignInNothing, StageSignIn, StatusFail,
		"There is nothing to sign in with.",
		"Enter an access token, or a user name and a password.",
	},
	{
		SignInBadToken, StageSignIn, StatusFail,
		"The server does not accept the token.",
		"Check that it was made on {host}, copied whole, and neither revoked nor expired: the server says the same of all of these. {address}/settings/tokens lists the tokens that exist; make a new one if in doubt.",
	},
	{
		SignInTokenCut, StageSignIn, StatusFail,
		"The server does not accept the token, and {length} characters are too few for {kind}.",
		"Copy the token again, whole. A server shows a token only once; make a new one at {address}/settings/tokens if it is gone.",
	},
	{
		SignInExpiredToken, StageSignIn, StatusFail,
		"The token expired on {date}.",
		"Make a new one at {address}/settings/tokens with the same scopes and enter it here.",
	},
	{
		SignInTokenExpiresSoon, StageSignIn, StatusWarn,
		"The token expires on {date}.",
		"Make a new one at {address}/settings/tokens before that day and enter it under Re-authorize; nothing is lost if it comes later, but nothing is imported in between.",
	},
	{
		SignInTokenBarred, StageSignIn, StatusFail,
		"A rule of the organization or the enterprise bars this kind of token: {message}",
		"Make a fine-grained token instead, or ask an owner to allow this kind (organization settings, Personal access tokens).",
	},
	{
		SignInWrongTokenKind, StageSignIn, StatusFail,
		"This is {kind}, which does not stand for an account and does not last.",
		"Enter a personal access token, made at {address}/settings/tokens.",
	},
	{
		SignInBadPassword, StageSignIn, StatusFail,
		"The server does not accept the user name and password.",
		"Check both by signing in at {address}/login. Enter the user name, not the e-mail address. Where sign-in is by SAML or CAS no password works for programs: use an access token there.",
	},
	{
		SignInTwoFactor, StageSignIn, StatusFail,
		"The account has two-factor authentication switched on, and then the server accepts no password from programs.",
		"Sign in by an access token instead: make one at {address}/settings/tokens. It is the safer way in any case.",
	},
	{
		SignInPasswordBarred, StageSignIn, StatusFail,
		"This server signs people in by SAML or CAS, so it has no password to check for programs.",
		"Sign in by an access token instead: make one at {address}/settings/tokens.",
	},
	{
		SignInLockedOut, StageSignIn, StatusFail,
		"The account is locked for a while after too many wrong tries to sign in.",
		"Wait half an hour without trying, check the password at {address}/login, then test again; or use an access token.",
	},
	{
		SignInSuspended, StageSignIn, StatusFail,
		"The account is suspended on the server.",
		"Ask an administrator of the server to lift the suspension ({address}/stafftools), or sign in with another account. Accounts synchronised from LDAP are suspended when they leave the directory.",
	},
	{
		SignInForbidden, StageSignIn, StatusFail,
		"The server knows the credential but does not let it in: {message}",
		"Ask an administrator of the server about this message.",
	},
	{
		SignInBlockedPage, StageSignIn, StatusFail,
		"With a credential, a web page answers instead of the API (HTTP {status}{title}).",
		"A gateway before the server takes the credential for its own: have /api/ let through it, with the Authorization header unchanged, for the machine Weir runs on.",
	},
	{
		SignInUnreadable, StageSignIn, StatusFail,
		"The server's answer does not say who the credential belongs to.",
		"Check whether a gateway or proxy changes the answers of {address}/api/v3/user.",
	},
	{
		SignInServerError, StageSignIn, StatusFail,
		"The server answers with an error of its own when asked who the credential belongs to (HTTP {status}).",
		"Test again in a minute. If it stays, tell whoever runs the server; the request is GET /api/v3/user.",
	},
	{
		SignInMaintenance, StageSignIn, StatusFail,
		"The server has just gone into maintenance mode.",
		"Wait until the maintenance is over and test again; nothing needs changing.",
	},
	{
		SignInLimited, StageSignIn, StatusFail,
		"The account has used up the requests that the server allows{until}.",
		"Wait, then test again. Other programs that use the same account share its budget: a service account of Weir's own ends that.",
	},
	{
		SignInLost, StageSignIn, StatusFail,
		"The connection broke while signing in: {reason}",
		"Test again. If it stays, a gateway before the server refuses requests that carry a credential: have the machine Weir runs on let through.",
	},
}
