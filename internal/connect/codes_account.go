package connect

// Faults of the stages scopes and organizations.
const (
	ScopesNotApplicable Code = "scopes_not_applicable"
	ScopesNone          Code = "scopes_none"
	ScopesMissing       Code = "scopes_missing"
	ScopesUnknown       Code = "scopes_unknown"
	ScopesFineGrained   Code = "scopes_fine_grained"
	ScopesOAuthNone     Code = "scopes_oauth_none"
	ScopesOAuthFewer    Code = "scopes_oauth_fewer"

	OrgsNone             Code = "organizations_none"
	OrgsAwaitingApproval Code = "organizations_awaiting_approval"
	OrgsPending          Code = "organizations_pending"
	OrgsMember           Code = "organizations_member"
	OrgsRolesHidden      Code = "organizations_roles_hidden"
	OrgsFailed           Code = "organizations_failed"
	OrgsPermission       Code = "organizations_permission"
)

var accountCodes = []CodeInfo{
	{
		ScopesNotApplicable, StageScopes, StatusSkipped,
		"A password has no scopes: everything the account may do is allowed.",
		"Weir only reads, whatever is allowed. An access token would allow less.",
	},
	{
		ScopesNone, StageScopes, StatusFail,
		"The token has no scope at all, so it sees only what is public.",
		"Edit the token at {address}/settings/tokens and tick {missing}.",
	},
	{
		ScopesMissing, StageScopes, StatusWarn,
		"The token lacks {missing}: {lost}.",
		"Edit the token at {address}/settings/tokens and tick what is missing; the token itself stays the same. Or go on without.",
	},
	{
		ScopesUnknown, StageScopes, StatusWarn,
		"The server does not say which scopes the token has.",
		"Nothing has to be done: the stages below show what the token can read. A gateway that drops the header X-OAuth-Scopes is the usual reason.",
	},
	{
		ScopesFineGrained, StageScopes, StatusSkipped,
		"This kind of token has permissions in place of scopes, and the server does not list them.",
		"Nothing to do: Weir judges the token by what it can read, in the stages below.",
	},
	{
		ScopesOAuthNone, StageScopes, StatusFail,
		"The authorization grants no scope at all, so that only what is public can be seen.",
		"Authorize again and leave {missing} ticked on the server's page.",
	},
	{
		ScopesOAuthFewer, StageScopes, StatusWarn,
		"The authorization does not grant {missing}: {lost}.",
		"Authorize again and leave all of them ticked on the server's page. Or go on without.",
	},
	{
		OrgsNone, StageOrganizations, StatusFail,
		"The account {login} sees no organization.",
		"Add the account to the organizations whose repos you want, as an owner for all services or as a member for all but webhooks. If it is a member already, the token lacks read:org.",
	},
	{
		OrgsAwaitingApproval, StageOrganizations, StatusFail,
		"The fine-grained token sees no organization's repos: it waits for approval, or was made for the account itself.",
		"An owner approves it under the organization's settings, Personal access tokens, Pending requests. When nothing waits there, make the token again and choose the organization as Resource owner.",
	},
	{
		OrgsPending, StageOrganizations, StatusWarn,
		"The account {login} has not accepted its invitation to {organizations} yet.",
		"Sign in as {login} and accept at {address}/orgs/{first}/invitation, then test again.",
	},
	{
		OrgsMember, StageOrganizations, StatusWarn,
		"The account {login} is a member but not an owner of {organizations}, so webhooks are not available there.",
		"Everything else works, and Weir asks for news at intervals. For webhooks have an owner make {login} an owner too: {address}/orgs/{first}/people.",
	},
	{
		OrgsRolesHidden, StageOrganizations, StatusWarn,
		"The server does not tell {login}'s role in {organizations}, so webhooks are taken as not available there.",
		"Add the scope read:org to the token at {address}/settings/tokens, then test again.",
	},
	{
		OrgsFailed, StageOrganizations, StatusFail,
		"The list of organizations cannot be read: {reason}",
		"Test again; if it stays, give the line under details to whoever runs the server.",
	},
	{
		OrgsPermission, StageOrganizations, StatusWarn,
		"The token may not read everything that is wanted: {lost}.",
		"Edit the token at {address}/settings/personal-access-tokens and add read access to {permissions}.",
	},
}
