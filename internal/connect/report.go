package connect

import "time"

// Result is the outcome of a Diagnose in one word.
type Result string

// The results; the first two failures are the ones that the set-up guide names.
const (
	ResultOK                  Result = "ok"
	ResultCouldNotConnect     Result = "could_not_connect"
	ResultAuthorizationFailed Result = "authorization_failed"
	// ResultLimited is a connection that works while some service is missing somewhere.
	ResultLimited Result = "limited"
)

// Headline is the title that a page or a terminal gives the result.
func (r Result) Headline() string {
	switch r {
	case ResultOK:
		return "Connected"
	case ResultCouldNotConnect:
		return "Could not connect to url"
	case ResultAuthorizationFailed:
		return "Authorization failed"
	default:
		return "Connected, with some services missing"
	}
}

// Connected tells whether the server was reached and the credential accepted.
func (r Result) Connected() bool { return r == ResultOK || r == ResultLimited }

// StageID names a step of the diagnosis.
type StageID string

// The stages in the order in which they run.
const (
	StageAddress       StageID = "address"
	StageProxy         StageID = "proxy"
	StageDNS           StageID = "dns"
	StageTCP           StageID = "tcp"
	StageTLS           StageID = "tls"
	StageHTTP          StageID = "http"
	StageGitHub        StageID = "github"
	StageVersion       StageID = "version"
	StageClock         StageID = "clock"
	StageSignIn        StageID = "signin"
	StageScopes        StageID = "scopes"
	StageOrganizations StageID = "organizations"
	StageLimits        StageID = "limits"
	StageGraphQL       StageID = "graphql"
	StageGit           StageID = "git"
	StageWebhook       StageID = "webhook"
)

// Stages lists them in order.
var Stages = []StageID{
	StageAddress, StageProxy, StageDNS, StageTCP, StageTLS, StageHTTP, StageGitHub, StageVersion,
	StageClock, StageSignIn, StageScopes, StageOrganizations, StageLimits, StageGraphQL, StageGit, StageWebhook,
}

// Status is how a stage went.
type Status string

// The statuses of a stage.
const (
	StatusOK      Status = "ok"
	StatusWarn    Status = "warn"
	StatusFail    Status = "fail"
	StatusSkipped Status = "skipped"
)

// Stage is one step of the diagnosis and what came of it.
type Stage struct {
	Stage  StageID `json:"stage"`
	Status Status  `json:"status"`
	// Code is fixed per fault, see Codes; empty when all is well.
	Code   Code  `json:"code"`
	TookMS int64 `json:"took_ms"`
	// Cause is one sentence, Next what to do about it; both are empty when all is well.
	Cause string `json:"cause"`
	Next  string `json:"next"`
	// Detail is what was seen, for whoever looks closer. It holds no secret.
	Detail string `json:"detail"`
}

// ServiceRow tells whether a service can work for an organization.
type ServiceRow struct {
	Organization string `json:"organization"`
	// Service is repos, pull_requests, tickets or webhooks.
	Service   string `json:"service"`
	Available bool   `json:"available"`
	// Reason says why not, or what to know although it can; it may be empty.
	Reason string `json:"reason"`
}

// Report is what Diagnose found out. Its JSON is a public interface of `weir doctor`; fields marked
// "-" are for pages.
type Report struct {
	// Address is the normalised base URL, or what was pasted when it could not be read.
	Address  string       `json:"address"`
	Result   Result       `json:"result"`
	Stages   []Stage      `json:"stages"`
	Services []ServiceRow `json:"services"`

	// Notes say what ParseAddress changed.
	Notes []string `json:"-"`
	// Version is the server's own, such as 3.19.1; empty when it would not say.
	Version string  `json:"-"`
	Account Account `json:"-"`
	// Organizations are those that the credential can see, the account's own last.
	Organizations []Organization `json:"-"`
	// Scopes is the analysis of a classic token; nil for other credentials or before sign-in.
	Scopes *ScopeReport `json:"-"`
	// Chain is the certificate chain that the server offered, leaf first, whenever there was one.
	Chain []Certificate `json:"-"`
	// OfferedCA is the certificate to trust when the authority is unknown: the root-most of the chain.
	// Nil when there is nothing to trust with a click.
	OfferedCA *Certificate `json:"-"`
	// PrivateHosts are host names in the server's answers that differ from the address.
	PrivateHosts []string `json:"-"`
	// PasswordsVerifiable is what the server says of passwords; nil when it does not say.
	PasswordsVerifiable *bool `json:"-"`
	// App is the GitHub App that signed in; nil for other ways.
	App *App `json:"-"`
	// Exchanged is the credential that a code was exchanged for, also when a later stage failed: the code does
	// not work again, so that it must be kept. It is empty when there was no code or it was refused.
	Exchanged Credential `json:"-"`
}

// Account is who the credential belongs to.
type Account struct {
	Login, Name string
	ServerID    int64
	SiteAdmin   bool
	// ExpiresAt is when the credential ends, zero when it does not or the server does not say.
	ExpiresAt time.Time
	// PersonalSigns say by what the account looks like a person's rather than a service account, each a part
	// of a sentence; none when it does not.
	PersonalSigns []string
}

// Organization is one that the credential can see, or the account's own space.
type Organization struct {
	Login    string
	ServerID int64
	// Role is owner, member or none; none also stands for "could not be told", and for a GitHub App.
	Role string
	// Personal says that this is the account itself.
	Personal bool
}

// Refused is the report of an attempt to sign in that ended before the server could be asked.
func Refused(base string, f *Fault) *Report {
	stage := Stage{Stage: f.Stage}
	stage.explain(f)
	return &Report{Address: base, Result: ResultAuthorizationFailed, Stages: []Stage{stage}, Services: []ServiceRow{}}
}

// RefusedFor makes the fault of a code about the server at an address, for what happens on pages.
func RefusedFor(code Code, a Address) *Fault { return fault(code, a.values()) }

// ExpiredFault says of a token, to whose end we hold the server's words, that it has come.
func ExpiredFault(base string, ended time.Time) *Fault {
	return fault(SignInExpiredToken, values{"address": base, "date": instant(ended)})
}

// Stage answers the outcome of one stage, with StatusSkipped when it did not run.
func (r *Report) Stage(id StageID) Stage {
	for _, s := range r.Stages {
		if s.Stage == id {
			return s
		}
	}
	return Stage{Stage: id, Status: StatusSkipped}
}

// Trouble answers the stage that decides the result: the first failure, else the first warning, else nil.
func (r *Report) Trouble() *Stage {
	for _, status := range []Status{StatusFail, StatusWarn} {
		for i := range r.Stages {
			if r.Stages[i].Status == status {
				return &r.Stages[i]
			}
		}
	}
	return nil
}
