package web

import (
	"slices"

	"weir/internal/access"
	"weir/internal/connect"
	"weir/internal/facts"
	"weir/internal/store"
)

type troubleshootingView struct {
	Integrations []checkedIntegration
	MayManage    bool
	// Checks are shown without an integration to hold them against.
	Checks []check
}

// check is one thing to look at, as the set-up guide names it, with the stages that test it.
type check struct {
	Title, How string
	Stages     []connect.StageID
	// Link leads to a page that says more.
	Link, LinkTitle string
}

// checks are those of the guide's last chapter, in its order.
var checks = []check{
	{"The base URL is right", "It is the address that you open in a browser, and a GitHub Enterprise Server answers there.",
		[]connect.StageID{connect.StageAddress, connect.StageHTTP, connect.StageGitHub, connect.StageVersion}, "", ""},
	{"This machine may reach the server on port 443", "If there is a firewall between the two, the addresses that Weir calls from are on its list. If a proxy is needed, the integration names it.",
		[]connect.StageID{connect.StageProxy, connect.StageTCP}, "/settings/network", "Addresses and ports"},
	{"The server's name resolves from here", "The domain name is known to the resolver of this machine. It need not be known in public: Weir is inside.",
		[]connect.StageID{connect.StageDNS}, "", ""},
	{"The certificate is valid", "It is for this very name, within its dates, with its whole chain, and signed by an authority that this machine knows or that the integration was given.",
		[]connect.StageID{connect.StageTLS}, "", ""},
	{"The credential is accepted", "It was copied whole, belongs to an account of this server, and was neither revoked nor has it expired. The clocks agree.",
		[]connect.StageID{connect.StageClock, connect.StageSignIn}, "", ""},
	{"The account may see what is wanted", "Its token has the scopes for the services that are on; it is a member of the organizations, and their owner where webhooks are wanted.",
		[]connect.StageID{connect.StageScopes, connect.StageOrganizations}, "/settings/service-account", "Service account"},
	{"Everything that is read answers", "Git over HTTPS, GraphQL, the limits on requests, and the webhooks once there are any.",
		[]connect.StageID{connect.StageGit, connect.StageGraphQL, connect.StageLimits, connect.StageWebhook}, "", ""},
}

type checkedIntegration struct {
	facts.Integration
	Shown    integrationStateView
	TestedAt int64
	Checks   []checkResult
}

// checkResult is a check held against the last test of an integration.
type checkResult struct {
	check
	Status connect.Status
	Icon   string
	// Stages are those that did not go well.
	Trouble []stageView
}

// GET /settings/troubleshooting
func (s *Server) troubleshootingPage(v *visit) error {
	all, err := s.store.Integrations(v.ctx())
	if err != nil {
		return err
	}
	diagnoses, err := s.store.Diagnoses(v.ctx())
	if err != nil {
		return err
	}
	view := troubleshootingView{MayManage: v.User.May(access.ManageIntegrations), Checks: checks}
	for _, i := range all {
		view.Integrations = append(view.Integrations, checkIntegration(i, diagnoses[i.ID], view.MayManage))
	}
	v.Section, v.Side = "settings", "troubleshooting"
	return v.render("troubleshooting", "Troubleshooting", view)
}

func checkIntegration(i facts.Integration, d store.Diagnosis, mayManage bool) checkedIntegration {
	row := checkedIntegration{Integration: i, Shown: viewIntegrationState(i, mayManage), TestedAt: d.TestedAt}
	if d.Report == nil {
		return row
	}
	for _, c := range checks {
		row.Checks = append(row.Checks, hold(c, d.Report))
	}
	return row
}

// hold takes the worst of a check's stages.
func hold(c check, r *connect.Report) checkResult {
	order := []connect.Status{connect.StatusSkipped, connect.StatusOK, connect.StatusWarn, connect.StatusFail}
	result := checkResult{check: c, Status: connect.StatusSkipped}
	for _, id := range c.Stages {
		stage := r.Stage(id)
		if slices.Index(order, stage.Status) > slices.Index(order, result.Status) {
			result.Status = stage.Status
		}
		if stage.Status == connect.StatusFail || stage.Status == connect.StatusWarn {
			result.Trouble = append(result.Trouble, stageView{Stage: stage, Title: stageTitles[stage.Stage], Icon: stageIcons[stage.Status]})
		}
	}
	result.Icon = stageIcons[result.Status]
	return result
}

// GET /settings/service-account
func (s *Server) serviceAccountPage(v *visit) error {
	v.Section, v.Side = "settings", "service-account"
	return v.render("service_account", "Service account", nil)
}
