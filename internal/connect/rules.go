package connect

import (
	"net/http"
	"net/url"
	"path"
	"regexp"
	"slices"
	"strings"
)

// Kinds of requests, as the ledger names them.
const (
	KindREST    = "rest"
	KindGraphQL = "graphql"
	KindWeb     = "web"
	KindGit     = "git"
)

// Rule allows requests by method and path. What no rule allows is not sent.
type Rule struct {
	Methods []string
	// Path matches the whole decoded path.
	Path *regexp.Regexp
	// Query, when set, is the exact query string; when nil any query of harmless parameters will do.
	Query *string
	Kind  string
	// Credential says whether the request carries the credential.
	Credential bool
	// Hook, when set, says that the request changes a webhook: Options.Hooks must know it for Weir's own,
	// and its body is judged by what hooks.go allows.
	Hook HookAction
	// Grant, when set, says that the request gets a credential; its body is judged by what grant.go allows.
	Grant Grant
	// Because says what the rule is for; it is printed in docs/SECURITY.md.
	Because string
}

func exactly(s string) *string { return &s }

var readMethods = []string{http.MethodGet, http.MethodHead}

// Rules is the whole list of what Weir may send to a server by HTTP; git's own requests are made by
// `git fetch`, which cannot push.
var Rules = []Rule{
	{
		Methods: readMethods, Path: regexp.MustCompile(`^/api/v3(/.*)?$`), Kind: KindREST, Credential: true,
		Because: "The REST API, read only: GET and HEAD change nothing.",
	},
	{
		Methods: []string{http.MethodPost}, Path: regexp.MustCompile(`^/api/graphql$`), Query: exactly(""), Kind: KindGraphQL, Credential: true,
		Because: "GraphQL asks by POST; the document is parsed, and only queries are let through, never a mutation or a subscription.",
	},
	{
		Methods: []string{http.MethodGet}, Path: regexp.MustCompile(`^/[^/]+/[^/]+\.git/info/refs$`), Query: exactly("service=git-upload-pack"), Kind: KindGit, Credential: true,
		Because: "The first step of a git fetch, to see whether git over HTTPS works. The service for pushing (git-receive-pack) is not allowed.",
	},
	{
		Methods: readMethods, Path: regexp.MustCompile(`^/(status|login)?$`), Query: exactly(""), Kind: KindWeb,
		Because: "The front page, the sign-in page and the health page, without a credential, to tell what kind of server answers.",
	},
	{
		Methods: readMethods, Path: regexp.MustCompile(`^/api/v[14]/version$`), Query: exactly(""), Kind: KindWeb,
		Because: "What GitLab and Gitea answer at, without a credential, to name them when their address was given.",
	},
	grantRule(GrantToken, `^/login/oauth/access_token$`, KindWeb, false, "Exchanges a person's consent, or a refresh token, for the token of an OAuth app. The body holds that and the app's id and secret alone."),
	grantRule(GrantApp, `^/api/v3/app-manifests/[0-9A-Za-z_-]+/conversions$`, KindREST, false, "Gets the credentials of the GitHub App that a person has just made of Weir's manifest. Without a body; the code works once."),
	grantRule(GrantInstallation, `^/api/v3/app/installations/[1-9][0-9]*/access_tokens$`, KindREST, true, "Gets a GitHub App's token for one organization, for an hour. The body names each permission, and each is for reading only, whatever the app was granted."),
	hookRule(http.MethodPost, HookCreate, onTarget+`$`, "Makes a webhook for an organization or a repo. "+onlyOurs),
	hookRule(http.MethodPatch, HookUpdate, onTarget+`/[1-9][0-9]*$`, "Mends a webhook's address, secret or events. "+onlyOurs),
	hookRule(http.MethodPost, HookPing, onTarget+`/[1-9][0-9]*/pings$`, "Has a webhook send a ping. "+onlyOurs),
	hookRule(http.MethodDelete, HookDelete, onTarget+`/[1-9][0-9]*$`, "Removes a webhook. Only for webhooks that Weir made, by their ids; also after a person has switched them off."),
	hookRule(http.MethodPost, HookRedeliver, onTarget+`/[1-9][0-9]*/deliveries/[1-9][0-9]*/attempts$`, "Has a delivery that did not arrive sent again. "+onlyOurs),
	hookRule(http.MethodPatch, HookUpdate, `^/api/v3/app/hook/config$`, "Sets the address and the secret of a GitHub App's own webhook. "+onlyOurs),
	hookRule(http.MethodPost, HookRedeliver, `^/api/v3/app/hook/deliveries/[1-9][0-9]*/attempts$`, "Has a delivery of a GitHub App's own webhook sent again. "+onlyOurs),
}

const (
	onTarget = `^/api/v3/(orgs/[^/]+|repos/[^/]+/[^/]+)/hooks`
	onlyOurs = "Only for webhooks that Weir made, by their ids and with Weir's own address, while a person has them switched on."
)

func grantRule(grant Grant, path, kind string, credential bool, because string) Rule {
	return Rule{
		Methods: []string{http.MethodPost}, Path: regexp.MustCompile(path), Query: exactly(""), Kind: kind, Credential: credential,
		Grant: grant, Because: because,
	}
}

func hookRule(method string, action HookAction, path, because string) Rule {
	return Rule{
		Methods: []string{method}, Path: regexp.MustCompile(path), Query: exactly(""), Kind: KindREST, Credential: true,
		Hook: action, Because: because,
	}
}

// allow finds the rule for a request, or says why there is none. It looks at method, path, query and
// headers; the body of a GraphQL request is judged by onlyQueries.
func allow(req *http.Request) (Rule, string) {
	if reason := trick(req); reason != "" {
		return Rule{}, reason
	}
	for _, rule := range Rules {
		if !rule.Path.MatchString(req.URL.Path) || !slices.Contains(rule.Methods, req.Method) {
			continue
		}
		if rule.Query != nil && *rule.Query != req.URL.RawQuery {
			continue
		}
		return rule, ""
	}
	return Rule{}, "the list of allowed requests does not hold it"
}

// trick finds what would make a server understand something else than what the rules see.
func trick(req *http.Request) string {
	for name := range req.Header {
		if strings.Contains(strings.ToLower(name), "method-override") || strings.EqualFold(name, "X-Http-Method") {
			return "a header would change its method"
		}
	}
	if req.URL.Query().Has("_method") {
		return "a parameter would change its method"
	}
	if !plainPath(req.URL) {
		return "its path is written in a roundabout way"
	}
	if slices.Contains(readMethods, req.Method) && req.Body != nil && req.Body != http.NoBody {
		return "a request that reads has no body"
	}
	return ""
}

// plainPath tells whether the path means to every server what it says: no dot segments, no empty ones,
// no encoded slashes, no backslashes.
func plainPath(u *url.URL) bool {
	p := u.Path
	if u.Opaque != "" || !strings.HasPrefix(p, "/") || strings.ContainsAny(p, "\\\x00") {
		return false
	}
	if raw := strings.ToLower(u.EscapedPath()); strings.Contains(raw, "%2f") || strings.Contains(raw, "%2e") || strings.Contains(raw, "%25") {
		return false
	}
	clean := path.Clean(p)
	return clean == p || clean+"/" == p
}

// harmless are the query parameters whose values the ledger shows; all of them page, filter or sort.
var harmless = map[string]bool{
	"page": true, "per_page": true, "cursor": true, "before": true, "after": true, "since": true, "until": true,
	"type": true, "sort": true, "direction": true, "affiliation": true, "visibility": true, "role": true,
	"filter": true, "state": true, "status": true, "service": true, "ref": true, "sha": true, "path": true,
	"base": true, "head": true, "recursive": true, "q": true, "order": true, "labels": true, "anon": true,
}

// manifestCode is a part of a path that opens something for as long as nobody has used it.
var manifestCode = regexp.MustCompile(`^/api/v3/app-manifests/[^/]+`)

// ledgerPath is a request's path and query as the ledger keeps it.
func ledgerPath(u *url.URL) string {
	p := manifestCode.ReplaceAllString(u.EscapedPath(), "/api/v3/app-manifests/***")
	if u.RawQuery == "" {
		return p
	}
	parts := strings.Split(u.RawQuery, "&")
	for i, part := range parts {
		name, value, found := strings.Cut(part, "=")
		if plain, err := url.QueryUnescape(name); found && (err != nil || !harmless[plain] || len(value) > 200) {
			parts[i] = name + "=***"
		}
	}
	return p + "?" + strings.Join(parts, "&")
}
