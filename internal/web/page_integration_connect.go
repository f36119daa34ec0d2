package web

import (
	"net/http"
	"strings"

	"weir/internal/connect"
	"weir/internal/secret"
)

type connectView struct {
	Steps   []stepView
	Form    connectForm
	Scopes  []connect.Scope
	Sets    []connect.ScopeSet
	Link    tokenLink
	Outcome *outcomeView
	// HasToken says that one was entered before and is held, sealed, until the set-up ends.
	HasToken bool
	// Renews names the integration that gets a new credential, empty while a new one is made.
	Renews string
}

// connectForm is what the page asks for, without the token and the proxy, which are never sent back.
type connectForm struct {
	Address, CAPEM string
	HasProxy       bool
	WrongAddress   string
	WrongToken     string
}

// tokenLink leads to the server's page for a new token, once the address can be read.
type tokenLink struct {
	Base, Address string
	Notes         []string
	Wrong         string
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
	return s.showConnect(v, http.StatusOK, d, connectForm{}, nil)
}

// POST /settings/integrations/new/connect
func (s *Server) testConnection(v *visit) error {
	d, err := s.draft(v)
	if err != nil {
		return err
	}
	d.Method = connect.MethodToken
	form, err := d.take(v.R)
	if err != nil {
		return err
	}
	if form.WrongAddress != "" || form.WrongToken != "" {
		if err := s.keepDraft(v, d); err != nil {
			return err
		}
		return s.showConnect(v, http.StatusUnprocessableEntity, d, form, nil)
	}
	report, err := s.test(v, d)
	if err != nil {
		return err
	}
	if err := s.keepDraft(v, d); err != nil {
		return err
	}
	return s.showConnect(v, http.StatusOK, d, form, report)
}

// take moves the form into the draft. A token or proxy left empty keeps the one that is held.
func (d *draft) take(r *http.Request) (connectForm, error) {
	form := connectForm{}
	d.Address, d.Tested = strings.TrimSpace(r.PostFormValue("address")), nil
	read, err := connect.ParseAddress(d.Address)
	if err != nil {
		form.WrongAddress = err.Error()
	}
	if read.Base != d.Base {
		// A token that was entered for one server is not sent to another unless it is entered again.
		d.Credential, d.OfferedCA = nil, ""
	}
	d.Base = read.Base
	if pasted := connect.TokenCredential(secret.New(r.PostFormValue("token"))); !pasted.Empty() {
		if d.Credential, err = connect.EncodeCredential(pasted); err != nil {
			return form, err
		}
	}
	if d.Credential == nil {
		form.WrongToken = "Paste the token."
	}
	d.takeWay(r)
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

func (s *Server) test(v *visit, d *draft) (*connect.Report, error) {
	target, err := d.target()
	if err != nil {
		return nil, err
	}
	report := s.manage.Test(v.ctx(), target)
	d.OfferedCA = ""
	if report.OfferedCA != nil {
		d.OfferedCA = report.OfferedCA.PEM
	}
	if report.Result.Connected() {
		d.Base = report.Address
		d.Tested = &tested{Result: report.Result, Version: report.Version, Login: report.Account.Login,
			Organizations: report.Organizations, Services: report.Services, Stages: report.Stages, Name: report.Account.Name}
		if !report.Account.ExpiresAt.IsZero() {
			d.Tested.ExpiresAt = report.Account.ExpiresAt.Unix()
		}
	}
	return report, nil
}

func (s *Server) showConnect(v *visit, status int, d *draft, form connectForm, report *connect.Report) error {
	form.Address, form.CAPEM, form.HasProxy = d.Address, d.CAPEM, d.Proxy != ""
	view := connectView{Steps: stepsAt(2), Form: form, Scopes: connect.Scopes, Sets: connect.ScopeSets,
		HasToken: d.Credential != nil, Link: linkFor(d.Address)}
	if report != nil {
		view.Outcome = viewOutcome(report)
	}
	if d.Integration != 0 {
		i, err := s.store.Integration(v.ctx(), d.Integration)
		if err != nil {
			return err
		}
		view.Renews = i.Name
	}
	if v.fragment() {
		// htmx puts nothing in place of an answer that is an error.
		return v.writePart(http.StatusOK, "outcome", view)
	}
	v.Section, v.Side = "settings", "integrations"
	return v.writePage(status, "integration_connect", "Connect by access token", view)
}

// POST /settings/integrations/new/token-link
func (s *Server) tokenLinkPart(v *visit) error {
	return v.writePart(http.StatusOK, "token_link", linkFor(v.R.PostFormValue("address")))
}

// linkFor reads an address while it is being entered.
func linkFor(entered string) tokenLink {
	if strings.TrimSpace(entered) == "" {
		return tokenLink{}
	}
	read, err := connect.ParseAddress(entered)
	if err != nil {
		return tokenLink{Wrong: err.Error()}
	}
	return tokenLink{Base: read.Base, Notes: read.Notes, Address: connect.NewTokenURL(read, "Weir", connect.ScopeSets[0].Scopes)}
}
