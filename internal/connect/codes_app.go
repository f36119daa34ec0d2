package connect

// Faults that a GitHub App meets in the stages signin, scopes and organizations.
const (
	SignInAppState         Code = "signin_app_state"
	SignInAppCode          Code = "signin_app_code"
	SignInAppLost          Code = "signin_app_lost"
	SignInAppKeyUnreadable Code = "signin_app_key_unreadable"
	SignInAppKey           Code = "signin_app_key"
	SignInAppClock         Code = "signin_app_clock"
	SignInAppGone          Code = "signin_app_gone"
	SignInAppUnreadable    Code = "signin_app_unreadable"

	ScopesApp       Code = "scopes_app"
	ScopesAppWrites Code = "scopes_app_writes"

	OrgsAppNowhere    Code = "organizations_app_nowhere"
	OrgsAppSuspended  Code = "organizations_app_suspended"
	OrgsAppPermission Code = "organizations_app_permission"
)

var appCodes = []CodeInfo{
	{
		SignInAppState, StageSignIn, StatusFail,
		"This answer of the server belongs to no app that was begun here, or to one that was made already.",
		"Begin again from here. If the server shows a new app all the same, delete it there: nobody holds its key.",
	},
	{
		SignInAppCode, StageSignIn, StatusFail,
		"The server does not hand out the new app's key: the code that it gave is older than an hour or was used before.",
		"Create the app again. Delete the one that was made on {host}: nobody holds its key.",
	},
	{
		SignInAppLost, StageSignIn, StatusFail,
		"The new app's key could not be fetched: {reason}",
		"Create the app again, and delete the one that was made on {host}. If it stays, a gateway blocks POST: have /api/v3/app-manifests/ let through for the machine Weir runs on.",
	},
	{
		SignInAppKeyUnreadable, StageSignIn, StatusFail,
		"The private key cannot be read: it is not an RSA key in PEM.",
		"Generate a new private key on the app's page on {host} and give the whole .pem file, from BEGIN to END.",
	},
	{
		SignInAppKey, StageSignIn, StatusFail,
		"The server does not accept the private key for this app{message}.",
		"Check that the App ID and the key belong together and that the key was not deleted on the app's page on {host}; generate a new one there if in doubt.",
	},
	{
		SignInAppClock, StageSignIn, StatusFail,
		"The server takes the app's sign-in for one from another time{message}.",
		"Set the clock of the machine Weir runs on, or of the server: they must agree within a minute.",
	},
	{
		SignInAppGone, StageSignIn, StatusFail,
		"The server knows no GitHub App with this id.",
		"It was deleted, or belongs to another server. Create a new one here; what was imported stays.",
	},
	{
		SignInAppUnreadable, StageSignIn, StatusFail,
		"The server's answer about the GitHub App cannot be read (HTTP {status}{title}).",
		"A gateway before the server is the usual reason: have /api/v3/app and /api/v3/app-manifests let through, with the Authorization header unchanged.",
	},
	{
		ScopesApp, StageScopes, StatusSkipped,
		"A GitHub App has permissions in place of scopes; the next stage judges them organization by organization.",
		"Nothing to do.",
	},
	{
		ScopesAppWrites, StageScopes, StatusWarn,
		"The app was granted more than reading: {permissions}.",
		"Weir does not use it: it asks for tokens that only read. Take these permissions away on the app's page on {host}, so that nobody else who gets its key can use them.",
	},
	{
		OrgsAppNowhere, StageOrganizations, StatusFail,
		"The app {login} is not installed in any organization yet.",
		"Have an owner of each organization install it at {install}, then test again.",
	},
	{
		OrgsAppSuspended, StageOrganizations, StatusWarn,
		"The app's installation is suspended in {organizations}, so that nothing there can be read.",
		"Have an owner lift the suspension in the organization's settings, under GitHub Apps, then test again.",
	},
	{
		OrgsAppPermission, StageOrganizations, StatusWarn,
		"The app may not read everything that is wanted: {lost}.",
		"Have an owner accept the app's permissions in the organization's settings, under GitHub Apps. If it does not ask for read access to {permissions}, add that on the app's page first.",
	},
}
