package web

import "weir/internal/connect"

// outcomeView is the result of a connection test, laid out for its template.
type outcomeView struct {
	Report *connect.Report
	// Kind is ok, warn or bad; Headline one of the fixed titles.
	Kind, Headline string
	// Trouble is the stage that decided; nil when all is well.
	Trouble *connect.Stage
	// Check is what the set-up guide says to look at first.
	Check  []string
	Stages []stageView
	// Passed counts the stages that went well, for the closed list.
	Passed int
	// Untried counts stages that were not tried because one failed; they are said in one line.
	Untried int
	Next    string
	// Base is the server's address, OfferToken offers to go on with a token, NotYet holds the next step back.
	Base               string
	OfferToken, NotYet bool
}

type stageView struct {
	connect.Stage
	Title, Icon string
}

var stageTitles = map[connect.StageID]string{
	connect.StageAddress: "Address", connect.StageProxy: "Proxy", connect.StageDNS: "Name (DNS)", connect.StageTCP: "Connection (TCP)",
	connect.StageTLS: "Certificate (TLS)", connect.StageHTTP: "Web server (HTTP)", connect.StageGitHub: "Is it GitHub?",
	connect.StageVersion: "Version", connect.StageClock: "Clocks", connect.StageSignIn: "Sign-in", connect.StageScopes: "Scopes",
	connect.StageOrganizations: "Organizations", connect.StageLimits: "Rate limits", connect.StageGraphQL: "GraphQL",
	connect.StageGit: "Git over HTTPS", connect.StageWebhook: "Webhook",
}

var stageIcons = map[connect.Status]string{
	connect.StatusOK: "check", connect.StatusWarn: "warn", connect.StatusFail: "cross", connect.StatusSkipped: "skip",
}

func viewOutcome(r *connect.Report) *outcomeView {
	v := &outcomeView{Report: r, Headline: r.Result.Headline(), Trouble: r.Trouble()}
	switch r.Result {
	case connect.ResultOK:
		v.Kind = "ok"
	case connect.ResultLimited:
		v.Kind = "warn"
	case connect.ResultAuthorizationFailed:
		v.Kind = "bad"
		v.Check = []string{"The token is copied whole, and belongs to an account of this server.", "The token has not expired or been revoked."}
	default:
		v.Kind = "bad"
		v.Check = []string{
			"The base URL is correct: the address that you open in a browser.",
			"This machine may reach the server on port 443 over HTTPS.",
			"The name resolves from here, and matches the server's certificate.",
			"The certificate is signed by an authority that this machine trusts, or by one that you give below.",
		}
	}
	for _, stage := range r.Stages {
		if v.Trouble != nil && v.Trouble.Status == connect.StatusFail && stage.Status == connect.StatusSkipped {
			v.Untried++
			continue
		}
		v.Stages = append(v.Stages, stageView{Stage: stage, Title: stageTitles[stage.Stage], Icon: stageIcons[stage.Status]})
		if stage.Status == connect.StatusOK {
			v.Passed++
		}
	}
	return v
}
