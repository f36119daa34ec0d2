package web

import "weir/internal/connect"

type methodView struct {
	Steps   []stepView
	Methods []methodChoice
}

// methodChoice is one way to connect, as the page compares it with the others.
type methodChoice struct {
	Method connect.Method
	Title  string
	// Needs is what a person must do or have, Grants what Weir could do with it, Good and Bad the rest.
	Needs, Grants, Good, Bad string
	// Works says that this version offers it.
	Works bool
}

var methods = []methodChoice{
	{
		Method: connect.MethodToken, Title: "Access token", Works: true,
		Needs:  "A token that the account makes for itself on the server, in a minute.",
		Grants: "What its scopes grant. GitHub has no scope that only reads private repos, so a classic token can also write; Weir never does. A fine-grained token can be limited to reading.",
		Good:   "Works with every way of signing in on the server, two-factor and single sign-on included.",
		Bad:    "Ends when the token expires or the account leaves.",
	},
	{
		Method: connect.MethodOAuth, Title: "OAuth app",
		Needs:  "An OAuth app registered on the server, and one click to authorize it.",
		Grants: "The same scopes as a classic token.",
		Good:   "Nothing to copy but the app's id and secret.", Bad: "The app has to be made first.",
	},
	{
		Method: connect.MethodPassword, Title: "User name and password",
		Needs:  "The account's own password.",
		Grants: "Everything that the account may do.",
		Good:   "Nothing to make on the server.", Bad: "Refused by servers with single sign-on and for accounts with two-factor sign-in.",
	},
	{
		Method: connect.MethodApp, Title: "GitHub App",
		Needs:  "An owner of each organization who installs the app.",
		Grants: "Reading only, and only what was installed.",
		Good:   "Grants nothing that Weir does not use.", Bad: "Has to be installed in each organization.",
	},
}

// GET /settings/integrations/new/method
func (s *Server) methodPage(v *visit) error {
	v.Section, v.Side = "settings", "integrations"
	return v.render("integration_method", "Ways to connect", methodView{stepsAt(1), methods})
}

// POST /settings/integrations/new/method
func (s *Server) chooseMethod(v *visit) error {
	chosen := connect.Method(v.R.PostFormValue("method"))
	for _, m := range methods {
		if m.Works && m.Method == chosen {
			d, err := s.draft(v)
			if err != nil {
				return err
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
