package web

import "weir/internal/connect"

type methodView struct {
	Steps   []stepView
	Methods []methodChoice
	Chosen  connect.Method
}

// methodChoice is one way to connect, as the page compares it with the others.
type methodChoice struct {
	Method connect.Method
	Title  string
	// Best says in a few words whom it suits.
	Best string
	// Needs is who must do what, Grants what Weir could do with it, Ends when it stops, Limits what it cannot do.
	Needs, Grants, Ends, Limits string
}

var methods = []methodChoice{
	{
		Method: connect.MethodToken, Title: "Access token", Best: "Quickest, and works with every way of signing in.",
		Needs:  "The service account makes a token for itself on the server and copies it here. A minute.",
		Grants: "What its scopes grant. GitHub has no scope that only reads private repos, so a classic token could also write; Weir never does. A fine-grained token can be limited to reading, for one organization.",
		Ends:   "On the token's own date if it has one, which is shown and warned about; when it is revoked, or the account leaves.",
		Limits: "None: all services, webhooks with an owner's token.",
	},
	{
		Method: connect.MethodApp, Title: "GitHub App", Best: "The only way that grants nothing Weir does not use.",
		Needs:  "Somebody creates the app with one click, and an owner of each organization installs it and chooses the repos.",
		Grants: "Reading of contents, pull requests, issues and members, in the repos that were chosen. Nothing can be changed with it.",
		Ends:   "Never by itself: its tokens live an hour and are made anew. It ends when the app is deleted or uninstalled.",
		Limits: "No webhooks: Weir asks for news at intervals. Organizations that do not install it stay unseen.",
	},
	{
		Method: connect.MethodOAuth, Title: "OAuth app", Best: "No token to copy; whoever authorizes can take it back on the server.",
		Needs:  "Somebody registers an OAuth app on the server, and the service account authorizes it in a window.",
		Grants: "The same scopes as a classic token, for as much as the account may do.",
		Ends:   "From GitHub Enterprise Server 3.23 on after eight hours, and Weir renews it by itself; before that never. It ends when it is revoked.",
		Limits: "The browser must reach both Weir and the server. Organizations may have to approve the app.",
	},
	{
		Method: connect.MethodPassword, Title: "User name and password", Best: "Nothing to make on the server. Better only than not connecting.",
		Needs:  "The service account's own password.",
		Grants: "Everything that the account may do, without limit.",
		Ends:   "When the password is changed. Wrong tries can lock the account.",
		Limits: "Refused under SAML and CAS, and with two-factor sign-in. Some servers keep passwords out of GraphQL: pull requests and tickets then take more requests.",
	},
}

// GET /settings/integrations/new/method
func (s *Server) methodPage(v *visit) error {
	d, err := s.draft(v)
	if err != nil {
		return err
	}
	chosen := d.Method
	if chosen == "" {
		chosen = methods[0].Method
	}
	v.Section, v.Side = "settings", "integrations"
	return v.render("integration_method", "Ways to connect", methodView{stepsAt(1), methods, chosen})
}

// POST /settings/integrations/new/method
func (s *Server) chooseMethod(v *visit) error {
	chosen := connect.Method(v.R.PostFormValue("method"))
	for _, m := range methods {
		if m.Method == chosen {
			d, err := s.draft(v)
			if err != nil {
				return err
			}
			if d.Method != chosen {
				d.Credential, d.Last, d.Tested, d.Pending = nil, nil, nil, nil
			}
			d.Method = chosen
			if err := s.keepDraft(v, d); err != nil {
				return err
			}
			return v.redirect("/settings/integrations/new/connect")
		}
	}
	return v.redirect("/settings/integrations/new/method")
}
