package web

import (
	"context"
	"net/http"
	"strings"

	"weir/internal/connect"
)

type connectView struct {
	Steps   []stepView
	Way     wayWords
	Form    connectForm
	Scopes  []connect.Scope
	Sets    []connect.ScopeSet
	Link    serverLink
	Outcome *outcomeView
	// Held says that the secret was entered before and is held, sealed, until the set-up ends.
	Held bool
	// Renews names the integration that gets a new credential, empty while a new one is made.
	Renews string
	// Waiting says that the server's page is open for an answer.
	Waiting bool
	OAuth   oauthView
	App     appView
}

// connectForm is what the page asks for, without what is secret, which is never sent back.
type connectForm struct {
	Address, CAPEM string
	HasProxy       bool
	// Login is the user name, ClientID the OAuth app's, AppID the GitHub App's, AppOwner its organization.
	Login, ClientID, AppID, AppOwner string
	AppForAll                        bool
	// WrongAddress and Wrong say what has to be entered anew.
	WrongAddress, Wrong string
}

// wayWords is how the pages speak of a way to connect.
type wayWords struct {
	Method connect.Method
	// Title heads the page, Renew the page of a new credential, Again is the button that begins one, Use the
	// one that takes it, Used is said afterwards.
	Title, Renew, Again, Use, Used string
	// By ends "Signed in ...".
	By string
	// Check is what to look at first when the server refuses.
	Check []string
}

var wayOf = map[connect.Method]wayWords{
	connect.MethodToken: {
		Method: connect.MethodToken,
		Title:  "Connect by access token", Renew: "New token for", Again: "Enter a new token", Use: "Use this token from now on",
		Used: "The new token is in use.", By: "by access token",
		Check: []string{"The token is copied whole, and belongs to an account of this server.", "The token has not expired or been revoked."},
	},
	connect.MethodPassword: {
		Method: connect.MethodPassword,
		Title:  "Connect by user name and password", Renew: "New password for", Again: "Enter a new password", Use: "Use this password from now on",
		Used: "The new password is in use.", By: "by user name and password",
		Check: []string{"The user name and the password are correct: sign in with them on the server's own page."},
	},
	connect.MethodOAuth: {
		Method: connect.MethodOAuth,
		Title:  "Connect by OAuth app", Renew: "Authorize again for", Again: "Authorize again", Use: "Use this authorization from now on",
		Used: "The new authorization is in use.", By: "by OAuth app",
		Check: []string{"The Client ID and the Client Secret are those of the app on the server.", "The app's Authorization callback URL is the one on this page."},
	},
	connect.MethodApp: {
		Method: connect.MethodApp,
		Title:  "Connect by GitHub App", Renew: "GitHub App for", Again: "Mend the GitHub App", Use: "Use this app from now on",
		Used: "The app is in use.", By: "by GitHub App",
		Check: []string{"The app still exists on the server and the key was not deleted there.", "The App ID and the private key belong together."},
	},
}

// GET /settings/integrations/new/connect
func (s *Server) connectPage(v *visit) error {
	d, err := s.draft(v)
	if err != nil {
		return err
	}
	if d.Method == "" {
		return v.redirect("/settings/integrations/new/method")
	}
	return s.showConnect(v, http.StatusOK, d, connectForm{})
}

// POST /settings/integrations/new/connect
func (s *Server) testConnection(v *visit) error {
	d, err := s.draft(v)
	if err != nil {
		return err
	}
	if d.Method == "" {
		d.Method = connect.MethodToken
	}
	form, err := s.take(v, d)
	if err != nil {
		return err
	}
	if form.WrongAddress == "" && form.Wrong == "" {
		if err := s.tryWay(v, d); err != nil {
			return err
		}
	}
	if err := s.keepDraft(v, d); err != nil {
		return err
	}
	switch {
	case form.WrongAddress != "" || form.Wrong != "":
		return s.showConnect(v, http.StatusUnprocessableEntity, d, form)
	case d.Method == connect.MethodApp && d.credential().Empty() && s.reachable(d):
		return v.redirect("/settings/integrations/new/app")
	}
	return s.showConnect(v, http.StatusOK, d, form)
}

// tryWay tests with what is there. Where a page of the server is to be answered first it finds out whether
// the server can be reached at all, so that nobody is sent to an address that does not answer.
func (s *Server) tryWay(v *visit, d *draft) error {
	report, err := s.test(v, d, d.credential())
	if err == nil && d.credential().Empty() && report.Stage(connect.StageSignIn).Code == connect.SignInNothing {
		d.Last = &tested{Result: report.Result, Version: report.Version, Stages: report.Stages}
	}
	return err
}

// reachable tells whether the last test came as far as signing in, with nothing to sign in with.
func (s *Server) reachable(d *draft) bool {
	return d.Last != nil && d.Last.report(d.Base).Stage(connect.StageSignIn).Code == connect.SignInNothing
}

// take moves the form into the draft. A secret or proxy left empty keeps the one that is held.
func (s *Server) take(v *visit, d *draft) (connectForm, error) {
	form := connectForm{}
	if d.Integration == 0 { // of one that is there the address is changed on its edit page
		d.Address = strings.TrimSpace(v.R.PostFormValue("address"))
	}
	d.Last, d.Tested, d.Pending = nil, nil, nil
	read, err := connect.ParseAddress(d.Address)
	if err != nil {
		form.WrongAddress = err.Error()
	}
	if read.Base != d.Base {
		// What was entered for one server is not sent to another unless it is entered again.
		d.Credential, d.OfferedCA = nil, ""
	}
	d.Base = read.Base
	if form.Wrong, err = d.takeCredential(v.R); err != nil {
		return form, err
	}
	d.takeWay(v.R)
	return form, nil
}

// takeWay reads how the server is reached: its certificate authority and the proxy before it.
func (d *draft) takeWay(r *http.Request) {
	d.CAPEM = strings.TrimSpace(r.PostFormValue("ca"))
	if r.PostFormValue("trust") == "offered" && d.OfferedCA != "" {
		d.CAPEM = strings.TrimSpace(d.CAPEM + "\n" + d.OfferedCA)
	}
	switch proxy := strings.TrimSpace(r.PostFormValue("proxy")); {
	case r.PostFormValue("no_proxy") != "":
		d.Proxy = ""
	case proxy != "":
		d.Proxy = proxy
	}
}

// test tries a credential and notes in the draft what came of it. A code was exchanged for good: what it
// was exchanged for is held whatever else failed.
func (s *Server) test(v *visit, d *draft, c connect.Credential) (*connect.Report, error) {
	target, err := d.target()
	if err != nil {
		return nil, err
	}
	target.Credential = c
	report := s.manage.Test(context.WithoutCancel(v.ctx()), target)
	if !report.Exchanged.Empty() {
		if err := d.hold(report.Exchanged); err != nil {
			return nil, err
		}
	}
	d.OfferedCA = ""
	if report.OfferedCA != nil {
		d.OfferedCA = report.OfferedCA.PEM
	}
	d.Last, d.Tested = testedOf(report), nil
	if report.Result.Connected() {
		d.Base, d.Tested = report.Address, d.Last
	}
	return report, nil
}

func (s *Server) showConnect(v *visit, status int, d *draft, form connectForm) error {
	view, err := s.viewConnect(v, d, form)
	if err != nil {
		return err
	}
	if v.fragment() {
		// htmx puts nothing in place of an answer that is an error.
		return v.writePart(http.StatusOK, "outcome", view)
	}
	v.Section, v.Side = "settings", "integrations"
	return v.writePage(status, "integration_connect", view.Way.Title, view)
}

func (s *Server) viewConnect(v *visit, d *draft, form connectForm) (connectView, error) {
	c := d.credential()
	form.Address, form.CAPEM, form.HasProxy = d.Address, d.CAPEM, d.Proxy != ""
	form.Login, form.ClientID, form.AppOwner, form.AppForAll = c.Login, c.ClientID, d.AppOwner, d.AppForAll || d.AppOwner == ""
	view := connectView{Steps: stepsAt(2), Way: wayOf[d.Method], Form: form, Scopes: connect.Scopes, Sets: connect.ScopeSets,
		Held: len(c.Secrets()) > 0, Link: s.linkFor(v, d.Method, d.Address), OAuth: s.viewOAuth(v, d)}
	view.Waiting = d.Method == connect.MethodOAuth && s.reachable(d) && d.Last.Login == ""
	if d.Last != nil && !view.Waiting {
		view.Outcome = viewOutcome(d.Last.report(d.shreachedAt()))
		view.Outcome.of(d)
	}
	if d.Integration != 0 {
		i, err := s.store.Integration(v.ctx(), d.Integration)
		if err != nil {
			return view, err
		}
		view.Renews = i.Name
	}
	var err error
	view.App, err = s.viewApp(v, d)
	return view, err
}

func (d *draft) shreachedAt() string {
	if d.Base == "" {
		return d.Address
	}
	return d.Base
}

// insteadOfPassword are the refusals of a password that a token gets past.
var insteadOfPassword = map[connect.Code]bool{
	connect.SignInPasswordBarred: true, connect.SignInTwoFactor: true, connect.SignInLockedOut: true, connect.SignInBadPassword: true,
}

// of fits an outcome to the way that was tried.
func (o *outcomeView) of(d *draft) {
	o.Base = d.Base
	if o.Report.Result == connect.ResultAuthorizationFailed {
		o.Check = wayOf[d.Method].Check
	}
	o.OfferToken = d.Method == connect.MethodPassword && o.Trouble != nil && insteadOfPassword[o.Trouble.Code]
	if d.Method == connect.MethodApp {
		// Without an installation there is nothing that could be read.
		o.NotYet = len(o.Report.Organizations) == 0
		if f := o.Report.Stage(connect.StageOrganizations); o.NotYet && f.Status == connect.StatusFail {
			o.Headline = "The app is there, and not installed yet"
		}
	}
}

// serverLink leads to the page of the server on which the credential is made, once the address can be read.
type serverLink struct {
	Method        connect.Method
	Base, Address string
	Notes         []string
	Wrong         string
}

// POST /settings/integrations/new/server-link
func (s *Server) serverLinkPart(v *visit) error {
	d, err := s.draft(v)
	if err != nil {
		return err
	}
	return v.writePart(http.StatusOK, "server_link", s.linkFor(v, d.Method, v.R.PostFormValue("address")))
}

// linkFor reads an address while it is being entered.
func (s *Server) linkFor(v *visit, method connect.Method, entered string) serverLink {
	link := serverLink{Method: method}
	if strings.TrimSpace(entered) == "" {
		return link
	}
	read, err := connect.ParseAddress(entered)
	if err != nil {
		link.Wrong = err.Error()
		return link
	}
	link.Base, link.Notes = read.Base, read.Notes
	switch method {
	case connect.MethodOAuth:
		link.Address = connect.NewOAuthAppURL(read, oauthAppName, s.reachedAt(v), s.reachedAt(v)+callbackPath)
	case connect.MethodToken, "":
		link.Address = connect.NewTokenURL(read, "Weir", connect.ScopeSets[0].Scopes)
	}
	return link
}
