package web

import (
	"errors"
	"fmt"
	"net/http"
	"strings"

	"weir/internal/connect"
	"weir/internal/facts"
	"weir/internal/manage"
	"weir/internal/secret"
)

type editView struct {
	facts.Integration
	Form editForm
	// Secret names what is entered again when the address changes; empty where that is done by re-authorizing.
	Secret string
	// ProxyUser is the name that is held for the proxy.
	ProxyUser string
	// Outcome is the test that kept the change from being saved.
	Outcome *outcomeView
	// Refused says why nothing was changed although the test went well.
	Refused *manage.Refusal
}

// editForm is what a person entered, without what is secret, which is never sent back.
type editForm struct {
	Name, Address, CAPEM                string
	WrongName, WrongAddress, WrongProxy string
}

// GET /settings/integrations/{id}/edit
func (s *Server) editPage(v *visit) error {
	i, err := s.integration(v)
	if err != nil {
		return err
	}
	return s.showEdit(v, http.StatusOK, editView{Integration: i, Form: editForm{Name: i.Name, Address: i.Address, CAPEM: i.CAPEM}})
}

// POST /settings/integrations/{id}/edit
func (s *Server) editIntegration(v *visit) error {
	i, err := s.integration(v)
	if err != nil {
		return err
	}
	held, err := s.manage.Target(v.ctx(), i)
	if err != nil {
		return err
	}
	form, target := s.readEdit(v, i, held)
	view := editView{Integration: i, Form: form}
	if form.WrongAddress != "" || form.WrongProxy != "" {
		return s.showEdit(v, http.StatusUnprocessableEntity, view)
	}
	edited, err := s.manage.Edit(v.ctx(), i, manage.Edit{Name: form.Name, Target: target, Entered: v.R.PostFormValue("secret") != ""})
	switch {
	case errors.Is(err, facts.ErrConflict):
		view.Form.WrongName = manage.NameTaken
	case errors.As(err, &view.Refused) && manage.CheckName(form.Name) != "":
		view.Form.WrongName, view.Refused = view.Refused.Why, nil
	case view.Refused != nil:
	case err != nil:
		return err
	case edited.Saved:
		v.say("ok", savedWords(edited))
		return v.redirect(integrationAddress(i.ID))
	default:
		view.Outcome = viewOutcome(edited.Report)
		s.offerAuthority(v, i, edited.Report)
	}
	return s.showEdit(v, http.StatusUnprocessableEntity, view)
}

func savedWords(e manage.Edited) string {
	if e.Report == nil {
		return "Saved."
	}
	return "Tested and saved: " + e.Report.Result.Headline() + "."
}

// readEdit makes the whole way to the server of what was entered and what is held.
func (s *Server) readEdit(v *visit, i facts.Integration, held connect.Target) (editForm, connect.Target) {
	form := editForm{Name: strings.TrimSpace(v.R.PostFormValue("name")), Address: strings.TrimSpace(v.R.PostFormValue("address")),
		CAPEM: strings.TrimSpace(v.R.PostFormValue("ca"))}
	if _, err := connect.ParseAddress(form.Address); err != nil {
		form.WrongAddress = err.Error()
	}
	if offered := s.offeredAuthority(v, i, form.Address); v.R.PostFormValue("trust") == "offered" && offered != "" {
		form.CAPEM = strings.TrimSpace(form.CAPEM + "\n" + offered)
	}
	target := connect.Target{Address: form.Address, CAPEM: form.CAPEM, Proxy: held.Proxy, Credential: held.Credential}
	var err error
	if target.Proxy, err = readProxy(v, held.Proxy); err != nil {
		form.WrongProxy = err.Error()
	}
	if entered := secret.New(v.R.PostFormValue("secret")); !entered.Empty() {
		switch held.Credential.Method {
		case connect.MethodToken:
			target.Credential = connect.TokenCredential(entered)
		case connect.MethodPassword:
			target.Credential = connect.PasswordCredential(held.Credential.Login, entered)
		}
	}
	return form, target
}

// readProxy puts address, user and password of a proxy together. A password left empty is the one that is
// held, as long as the proxy stays the same one.
func readProxy(v *visit, held secret.String) (secret.String, error) {
	return connect.ProxyWith(held, v.R.PostFormValue("proxy"), v.R.PostFormValue("proxy_user"), secret.New(v.R.PostFormValue("proxy_password")))
}

func (s *Server) showEdit(v *visit, status int, view editView) error {
	i := view.Integration
	switch connect.Method(i.Method) {
	case connect.MethodToken:
		view.Secret = "Access token"
	case connect.MethodPassword:
		view.Secret = "Password"
	}
	proxy, err := s.store.ProxyURL(v.ctx(), i.ID)
	if err != nil {
		return err
	}
	view.ProxyUser = connect.ProxyUser(proxy)
	v.Section, v.Side = "settings", "integrations"
	return v.writePage(status, "integration_edit", "Edit "+i.Name, view)
}

func offeredKey(i facts.Integration) string { return fmt.Sprintf("offered-authority-%d", i.ID) }

// offerAuthority remembers the authority that a server offered, for a click on "Trust" at the same address.
func (s *Server) offerAuthority(v *visit, i facts.Integration, r *connect.Report) {
	if r.OfferedCA == nil {
		s.sessions.Remove(v.ctx(), offeredKey(i))
		return
	}
	s.sessions.Put(v.ctx(), offeredKey(i), r.Address+"\n"+r.OfferedCA.PEM)
}

func (s *Server) offeredAuthority(v *visit, i facts.Integration, address string) string {
	read, err := connect.ParseAddress(address)
	by, pem, _ := strings.Cut(s.sessions.GetString(v.ctx(), offeredKey(i)), "\n")
	if err != nil || by != read.Base {
		return ""
	}
	return pem
}
