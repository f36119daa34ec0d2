package connect

import (
	"net/url"
	"slices"
	"strings"
)

// Names of the services, as package facts has them.
const (
	serviceRepos        = "repos"
	servicePullRequests = "pull_requests"
	serviceTickets      = "tickets"
	serviceWebhooks     = "webhooks"
)

var allServices = []string{serviceRepos, servicePullRequests, serviceTickets, serviceWebhooks}

// Scope is one that the set-up asks a classic token to have.
type Scope struct {
	Name string
	// Serves says in words what it is for.
	Serves string
	// Services need it; a scope without any is asked for by the usual list but not used by Weir.
	Services []string
	// Lost is what does not work without it, as a part of a sentence.
	Lost string
}

// Scopes are those of the set-up guide, in its order.
var Scopes = []Scope{
	{
		"repo", "Private and internal repos: their commits, pull requests and tickets. GitHub has no scope that only reads them.",
		[]string{serviceRepos, servicePullRequests, serviceTickets}, "private and internal repos, their pull requests and tickets cannot be read",
	},
	{"admin:org", "Holds read:org, which is all that Weir uses of it.", nil, ""},
	{
		"read:org", "Which organizations the account belongs to, and whether as owner or member.",
		allServices, "the account's organizations and its role in them may stay hidden, and with them all that needs an owner",
	},
	{
		"admin:repo_hook", "Webhooks of single repos, for repos outside an organization. They only shorten the wait for news.",
		[]string{serviceWebhooks}, "no webhooks for repos outside an organization",
	},
	{
		"admin:org_hook", "Webhooks of organizations, one for all their repos. They only shorten the wait for news.",
		[]string{serviceWebhooks}, "no webhooks for organizations",
	},
	{"user", "Holds read:user, which is all that Weir uses of it.", nil, ""},
	{"read:user", "The account's own profile, to show its name.", nil, ""},
}

// warnedScopes are those whose lack is worth a warning; without the others only little is missing.
var warnedScopes = []string{"repo", "read:org", "admin:org_hook"}

// implies lists what a scope holds beside itself, one step at a time.
var implies = map[string][]string{
	"repo":            {"repo:status", "repo_deployment", "public_repo", "repo:invite", "security_events"},
	"admin:org":       {"write:org", "manage_runners:org"},
	"write:org":       {"read:org"},
	"admin:repo_hook": {"write:repo_hook"},
	"write:repo_hook": {"read:repo_hook"},
	"user":            {"read:user", "user:email", "user:follow"},
}

// ScopeSet is what will do for some of the services.
type ScopeSet struct {
	Services []string
	Scopes   []string
	Words    string
}

// ScopeSets go from the full list to the least.
var ScopeSets = []ScopeSet{
	{allServices, []string{"repo", "admin:org", "read:org", "admin:repo_hook", "admin:org_hook", "user", "read:user"}, "Everything, as the set-up guide lists it"},
	{allServices, []string{"repo", "read:org", "admin:org_hook"}, "All services, with nothing that Weir does not use"},
	{[]string{serviceRepos, servicePullRequests, serviceTickets}, []string{"repo", "read:org"}, "Repos, pull requests and tickets, without webhooks"},
	{[]string{serviceRepos, servicePullRequests, serviceTickets}, []string{"public_repo", "read:org"}, "The same for public repos only"},
}

// ScopeReport says which scopes a classic token has and lacks.
type ScopeReport struct {
	// Granted are those that the server names.
	Granted []string
	// Rows are those of the set-up guide.
	Rows []ScopeRow
	// Missing are those whose lack takes away a service.
	Missing []string
}

// ScopeRow is one scope of the set-up guide.
type ScopeRow struct {
	Scope
	Granted bool
	// Within names the granted scope that holds this one, empty when it was granted itself.
	Within string
}

// AnalyseScopes reads the header X-OAuth-Scopes.
func AnalyseScopes(header string) *ScopeReport {
	report := &ScopeReport{}
	for _, s := range strings.Split(header, ",") {
		if s = strings.TrimSpace(s); s != "" {
			report.Granted = append(report.Granted, s)
		}
	}
	for _, scope := range Scopes {
		row := ScopeRow{Scope: scope, Granted: report.Has(scope.Name)}
		if row.Granted && !slices.Contains(report.Granted, scope.Name) {
			row.Within = report.holder(scope.Name)
		}
		report.Rows = append(report.Rows, row)
		if !row.Granted && slices.Contains(warnedScopes, scope.Name) {
			report.Missing = append(report.Missing, scope.Name)
		}
	}
	return report
}

// Has tells whether a scope was granted, itself or within another.
func (r *ScopeReport) Has(scope string) bool { return r.holder(scope) != "" }

func (r *ScopeReport) holder(scope string) string {
	for _, granted := range r.Granted {
		if granted == scope || holds(granted, scope) {
			return granted
		}
	}
	return ""
}

func holds(granted, scope string) bool {
	for _, within := range implies[granted] {
		if within == scope || holds(within, scope) {
			return true
		}
	}
	return false
}

// lost says in words what the missing scopes take away.
func (r *ScopeReport) lost() string {
	var parts []string
	for _, row := range r.Rows {
		if slices.Contains(r.Missing, row.Name) {
			parts = append(parts, "without "+row.Name+" "+row.Lost)
		}
	}
	return strings.Join(parts, "; ")
}

// NewTokenURL is the server's page for a new classic token, with note and scopes filled in.
func NewTokenURL(a Address, note string, scopes []string) string {
	query := url.Values{"description": {note}, "scopes": {strings.Join(scopes, ",")}}
	return a.Base + "/settings/tokens/new?" + query.Encode()
}
