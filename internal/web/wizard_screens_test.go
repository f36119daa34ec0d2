package web_test

import (
	"testing"
	"time"

	"weir/internal/access"
	"weir/internal/connect"
	"weir/internal/web/webtest"
)

// unreachable is what a test says of a server behind an authority that this machine does not know.
func unreachable() *connect.Report {
	return &connect.Report{Address: "https://github.acme.example", Result: connect.ResultCouldNotConnect,
		Stages: []connect.Stage{
			{Stage: connect.StageAddress, Status: connect.StatusOK, TookMS: 0, Detail: "https://github.acme.example"},
			{Stage: connect.StageDNS, Status: connect.StatusOK, TookMS: 4, Detail: "10.20.30.40"},
			{Stage: connect.StageTCP, Status: connect.StatusOK, TookMS: 11, Detail: "10.20.30.40:443"},
			{Stage: connect.StageTLS, Status: connect.StatusFail, Code: "tls_unknown_authority", TookMS: 23,
				Cause: "The server's certificate is signed by an authority that this machine does not know: Acme Root CA " + hostile + ".",
				Next:  "Give the authority's certificate below, or have it installed on this machine.", Detail: "CN=github.acme.example, issued by Acme Root CA"},
			{Stage: connect.StageHTTP, Status: connect.StatusSkipped},
		},
		OfferedCA: &connect.Certificate{Subject: "CN=Acme Root CA", SHA256: "AA:BB:CC:DD:EE:FF:00:11:22:33:44:55:66:77:88:99:AA:BB:CC:DD:EE:FF:00:11:22:33:44:55:66:77:88:99",
			NotBefore: now.AddDate(-1, 0, 0), NotAfter: now.AddDate(9, 0, 0), PEM: "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n"},
	}
}

// connected is what a test says when all but the webhooks of one organization works.
func connected() *connect.Report {
	r := &connect.Report{Address: "https://github.acme.example", Result: connect.ResultLimited, Version: "3.19.1",
		Account:       connect.Account{Login: "svc-weir", Name: "Weir service account", ExpiresAt: now.Add(90 * 24 * time.Hour)},
		Organizations: []connect.Organization{{Login: "acme", Role: "owner"}, {Login: "labs", Role: "member"}, {Login: "svc-weir", Role: "owner", Personal: true}},
		Scopes:        connect.AnalyseScopes("repo, read:org, admin:org_hook"),
	}
	for _, id := range connect.Stages[:15] {
		r.Stages = append(r.Stages, connect.Stage{Stage: id, Status: connect.StatusOK, TookMS: 12})
	}
	r.Stages[11] = connect.Stage{Stage: connect.StageOrganizations, Status: connect.StatusWarn, Code: "organization_member", TookMS: 31,
		Cause: "In labs the account is a member, not an owner.", Next: "Make it an owner if webhooks are wanted there."}
	for _, o := range r.Organizations {
		for _, service := range []string{"repos", "pull_requests", "tickets", "webhooks"} {
			row := connect.ServiceRow{Organization: o.Login, Service: service, Available: true}
			if service == "webhooks" && o.Login == "labs" {
				row.Available, row.Reason = false, "The account is a member of labs; webhooks need an owner."
			}
			r.Services = append(r.Services, row)
		}
	}
	return r
}

// TestSetUpScreens walks the set-up of an integration, the failure first, and looks at each step.
func TestSetUpScreens(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	b := webtest.Open(t, w.site.URL)
	w.account(t, theLogin, access.RoleAdmin)
	b.Go(t, "/sign-in?back=/settings")
	b.Fill(t, "#login", theLogin)
	b.Fill(t, "#password", thePassword)
	b.Press(t, "Sign in")
	b.See(t, "No integration yet")
	b.Press(t, "Add integration")
	b.See(t, "Integration provider")
	b.Press(t, "Next")
	b.See(t, "Choose a way to connect")
	b.Press(t, "Next")
	b.See(t, "Connect by access token")
	b.Inspect(t, "connect")
	b.Fill(t, "#address", "HTTPS://github.acme.example/orgs/acme")
	b.Fill(t, "#token", theToken)
	b.See(t, "Open its new-token page")
	w.report = unreachable()
	b.Press(t, "Test connection")
	b.See(t, "Could not connect to url")
	b.Inspect(t, "connect-failed")
	w.report = connected()
	b.Press(t, "Trust this authority and test again")
	b.See(t, "Signed in as svc-weir")
	b.Inspect(t, "connect-ok")
	b.Press(t, "Next")
	b.See(t, "What svc-weir may do in each organization")
	b.Inspect(t, "services")
	b.Press(t, "Next")
	b.See(t, "So that you can tell which account")
	b.Inspect(t, "name")
	b.Press(t, "Create")
	b.See(t, "You have created a new GitHub Enterprise integration")
	b.Press(t, "repo import page")
	b.See(t, "Asking the server for its repos")
	b.Inspect(t, "import-listing")
}
