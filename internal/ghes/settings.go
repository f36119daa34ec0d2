package ghes

import "time"

// SignIn is how a server checks who somebody is.
type SignIn string

// The ways of sign-in. Under SAML and CAS no password is known to the server.
const (
	BuiltIn SignIn = "built-in"
	LDAP    SignIn = "ldap"
	SAML    SignIn = "saml"
	CAS     SignIn = "cas"
)

// Settings are what an administrator of the server decides.
type Settings struct {
	// Version is the release, such as 3.19.1.
	Version string
	// PrivateMode asks everybody to sign in.
	PrivateMode bool
	// MetaOpen answers /meta without sign-in even in private mode: servers differ.
	MetaOpen bool
	// BareUnauthorized makes the 401 of private mode the plain HTML one with WWW-Authenticate
	// that some servers send in place of the JSON one.
	BareUnauthorized bool
	// SignIn is BuiltIn when not given.
	SignIn SignIn
	// Limits are off when zero, as on a new server.
	Limits Limits
	// GraphQLOff and GitOff close these doors with 404 and 403.
	GraphQLOff, GitOff bool
	// GraphQLNodes is how many nodes a query may ask for before the server gives up on it with a 502;
	// 0 never does.
	GraphQLNodes int
	// GraphQLFails are fields, as TYPE.field, that the server cannot answer just now: they are null, the
	// errors say so, and the rest of the answer comes.
	GraphQLFails []string
	// GraphQLPasswords lets a password sign in to GraphQL, which it does not by default.
	GraphQLPasswords bool
	// HooksOff sends no deliveries. HooksRefuseLoopback refuses hooks on the server's own machine, as
	// real servers do; tests have to live there.
	HooksOff, HooksRefuseLoopback bool
	// HookTimeout is how long an endpoint has to answer; 0 is 30 seconds.
	HookTimeout time.Duration
	// HookWindow is for how long deliveries are listed and can be sent again; 0 is 3 days, the least that
	// is known of any server.
	HookWindow time.Duration
	// HookConcurrency is how many deliveries one hook may get at once, out of order; 0 is one.
	HookConcurrency int
	// Maintenance answers everything with the maintenance page and 503.
	Maintenance bool
	// APIVersions are those accepted in X-GitHub-Api-Version; nil is 2022-11-28 alone.
	APIVersions []string
	// BadTries is how many wrong passwords lock an account for a while; 0 is 10.
	BadTries int
}

// Limits are the rate limits, each off when zero.
type Limits struct {
	// PerHour is the primary limit of REST requests of one account, GraphQLPerHour of GraphQL.
	PerHour, GraphQLPerHour int
	// Status of the answer when a limit is reached: 403 when not given, or 429.
	Status int
	// PerMinute is the secondary limit.
	PerMinute int
	// RetryAfter is what the answer to a secondary limit tells; 0 sends no such header.
	RetryAfter time.Duration
	// HeadersOnly sends the headers but leaves /rate_limit at 404, as a 2.19 was seen to do.
	HeadersOnly bool
}

func (l Limits) primary() bool { return l.PerHour > 0 || l.GraphQLPerHour > 0 }
