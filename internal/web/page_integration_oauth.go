package web

import (
	"net/http"
	"time"

	"weir/internal/connect"
	"weir/internal/secret"
)

const (
	// callbackPath is where the server's consent page sends people back to; it stands in the app's registration.
	callbackPath = "/settings/integrations/new/authorized"
	oauthAppName = "Weir"
)

// oauthView is what a person enters in the server's form for a new OAuth app, and where to go from here.
type oauthView struct {
	Name, Homepage, Callback string
	// Host is the server's, for the words of the page that waits.
	Host string
}

func (s *Server) viewOAuth(v *visit, d *draft) oauthView {
	base := s.reachedAt(v)
	address, _ := connect.ParseAddress(d.Address)
	return oauthView{Name: oauthAppName, Homepage: base, Callback: base + callbackPath, Host: address.Host}
}

// GET /settings/integrations/new/authorize
//
// authorize leads to the server's consent page, in the window that asks.
func (s *Server) authorize(v *visit) error {
	d, err := s.draft(v)
	if err != nil {
		return err
	}
	address, wrong := connect.ParseAddress(d.Address)
	c := d.credential()
	if wrong != nil || d.Method != connect.MethodOAuth || c.ClientID == "" || c.ClientSecret.Empty() {
		return v.redirect("/settings/integrations/new/connect")
	}
	d.Pending = s.newPending(connect.MethodOAuth, v.R.URL.Query().Get("window") == "own")
	if err := s.keepDraft(v, d); err != nil {
		return err
	}
	http.Redirect(v.W, v.R, connect.ConsentURL(address, c.ClientID, s.reachedAt(v)+callbackPath, d.Pending.State), http.StatusSeeOther)
	return nil
}

// GET /settings/integrations/new/authorized
//
// authorized takes the consent page's answer: a code to exchange, or a refusal.
func (s *Server) authorized(v *visit) error {
	d, err := s.draft(v)
	if err != nil {
		return err
	}
	query := v.R.URL.Query()
	p, refused, err := s.answered(v, d, connect.MethodOAuth, query.Get("state"))
	if err != nil {
		return err
	}
	address, _ := connect.ParseAddress(d.Address)
	if problem := query.Get("error"); refused == nil && problem != "" {
		refused = connect.ConsentFault(problem, query.Get("error_description"), address)
	}
	if refused != nil {
		d.refuse(refused)
	} else {
		held := d.credential()
		consent := connect.Consent(held.ClientID, held.ClientSecret, secret.New(query.Get("code")), s.reachedAt(v)+callbackPath)
		if _, err := s.test(v, d, consent); err != nil {
			return err
		}
	}
	if err := s.keepDraft(v, d); err != nil {
		return err
	}
	if p.Popup {
		return v.redirect("/settings/integrations/new/answered")
	}
	return v.redirect("/settings/integrations/new/connect")
}

// refuse notes an attempt that ended before the server could be asked.
func (d *draft) refuse(f *connect.Fault) {
	d.Tested, d.Last = nil, testedOf(connect.Refused(d.Base, f))
}

// GET /settings/integrations/new/answered
//
// answeredPage is the end of a window of its own: the page behind it goes on by itself.
func (s *Server) answeredPage(v *visit) error {
	d, err := s.draft(v)
	if err != nil {
		return err
	}
	return v.render("integration_answered", "Back to Weir", d.Tested != nil)
}

// GET /settings/integrations/new/authorization
//
// authorizationPart is asked by the page that waits, until the window has been answered.
func (s *Server) authorizationPart(v *visit) error {
	d, err := s.draft(v)
	if err != nil {
		return err
	}
	if p := d.Pending; p != nil && s.now().Sub(time.Unix(p.Begun, 0)) > pendingLife[connect.MethodOAuth] {
		address, _ := connect.ParseAddress(d.Address)
		d.Pending = nil
		d.refuse(connect.RefusedFor(connect.SignInOAuthLate, address))
		if err := s.keepDraft(v, d); err != nil {
			return err
		}
	}
	if s.reachable(d) {
		v.W.WriteHeader(http.StatusNoContent)
		return nil
	}
	return s.showConnect(v, http.StatusOK, d, connectForm{})
}
