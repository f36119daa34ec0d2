package connect

// Faults of the stages limits, graphql and git.
const (
	LimitsLow       Code = "limits_low"
	LimitsExhausted Code = "limits_exhausted"
	LimitsUnknown   Code = "limits_unknown"

	GraphQLOff             Code = "graphql_off"
	GraphQLPasswordRefused Code = "graphql_password_refused"
	GraphQLForbidden       Code = "graphql_forbidden"
	GraphQLErrors          Code = "graphql_errors"
	GraphQLServerError     Code = "graphql_server_error"
	GraphQLPage            Code = "graphql_page"
	GraphQLLost            Code = "graphql_lost"
	GraphQLLimited         Code = "graphql_limited"

	GitNoRepo       Code = "git_no_repo"
	GitUnauthorized Code = "git_unauthorized"
	GitForbidden    Code = "git_forbidden"
	GitNotFound     Code = "git_not_found"
	GitPage         Code = "git_page"
	GitServerError  Code = "git_server_error"
	GitLost         Code = "git_lost"
	GitLimited      Code = "git_limited"
)

// restServes is what is said wherever GraphQL does not work.
const restServes = "Pull requests and tickets are then read by REST, which takes more requests and has a budget of its own; repos are not touched."

var laterCodes = []CodeInfo{
	{
		LimitsLow, StageLimits, StatusWarn,
		"Of the {limit} requests per hour that the server allows the account, {remaining} are left until {reset}.",
		"Weir waits when they are used up. Other programs that use the same account share its budget: a service account of Weir's own ends that.",
	},
	{
		LimitsExhausted, StageLimits, StatusWarn,
		"The account has used up its {limit} requests per hour; more are allowed at {reset}.",
		"Weir goes on by itself then. Other programs that use the same account share its budget: a service account of Weir's own ends that.",
	},
	{
		LimitsUnknown, StageLimits, StatusWarn,
		"The server does not say how many requests it allows: {reason}",
		"Nothing has to be done: Weir goes by what each answer says and slows down when the server does.",
	},
	{
		GraphQLOff, StageGraphQL, StatusWarn,
		"The server has no GraphQL at {address}/api/graphql.",
		restServes + " Have the path /api/graphql let through if a gateway hides it.",
	},
	{
		GraphQLPasswordRefused, StageGraphQL, StatusWarn,
		"GraphQL does not accept a user name and password on this server.",
		restServes + " An access token ends this.",
	},
	{
		GraphQLForbidden, StageGraphQL, StatusWarn,
		"GraphQL does not accept the credential: {message}",
		restServes + " A classic access token with the scopes repo and read:org ends this.",
	},
	{
		GraphQLErrors, StageGraphQL, StatusWarn,
		"GraphQL answers a simple question with an error: {message}",
		restServes + " Tell whoever runs the server; the question was for the account's own login.",
	},
	{
		GraphQLServerError, StageGraphQL, StatusWarn,
		"GraphQL answers with an error of the server's own (HTTP {status}).",
		restServes + " Test again in a minute.",
	},
	{
		GraphQLPage, StageGraphQL, StatusWarn,
		"Where GraphQL should answer, a web page does (HTTP {status}{title}).",
		restServes + " Have POST to /api/graphql let through the gateway before the server.",
	},
	{
		GraphQLLost, StageGraphQL, StatusWarn,
		"GraphQL gives no answer: {reason}",
		restServes + " A gateway that blocks POST is the usual reason: have POST to /api/graphql let through.",
	},
	{
		GraphQLLimited, StageGraphQL, StatusWarn,
		"The account's budget for GraphQL is used up{until}.",
		"Weir goes on by itself then. Other programs that use the same account share the budget.",
	},
	{
		GitNoRepo, StageGit, StatusSkipped,
		"No repo is visible to try git with.",
		"Give the account access to a repo, then test again.",
	},
	{
		GitUnauthorized, StageGit, StatusFail,
		"Git over HTTPS does not accept the credential that the API accepts.",
		"Commits cannot be read. With a password: use an access token, because LDAP passwords can be switched off for git. With a token: give it the scope repo.",
	},
	{
		GitForbidden, StageGit, StatusFail,
		"Git over HTTPS is forbidden for this account: {message}",
		"Commits cannot be read. Ask an administrator whether git over HTTPS is allowed, and give the token the scope repo.",
	},
	{
		GitNotFound, StageGit, StatusFail,
		"Git over HTTPS does not find {repo}, which the API lists.",
		"Commits cannot be read. Give a classic token the scope repo, a fine-grained one or an app read access to Contents; and have *.git let through the gateway before the server.",
	},
	{
		GitPage, StageGit, StatusFail,
		"Where git should answer, a web page does (HTTP {status}{title}).",
		"Commits cannot be read. A gateway before the server blocks git over HTTPS: have paths that end in .git/info/refs and .git/git-upload-pack let through for the machine Weir runs on.",
	},
	{
		GitServerError, StageGit, StatusFail,
		"Git over HTTPS answers with an error of the server's own (HTTP {status}).",
		"Test again in a minute; if it stays, tell whoever runs the server. The repo was {repo}.",
	},
	{
		GitLost, StageGit, StatusFail,
		"Git over HTTPS gives no answer: {reason}",
		"Commits cannot be read. A gateway that lets the API through and not git is the usual reason: have paths that end in .git let through.",
	},
	{
		GitLimited, StageGit, StatusWarn,
		"The server limits git over HTTPS for now{until}.",
		"Weir waits and goes on by itself.",
	},
}
