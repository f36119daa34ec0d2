package web

import (
	"errors"

	"weir/internal/connect"
	"weir/internal/facts"
)

// POST /settings/integrations/{id}/renew
//
// beginRenewal opens the connection form for an integration that is there already.
func (s *Server) beginRenewal(v *visit) error {
	i, err := s.integration(v)
	if err != nil {
		return err
	}
	proxy, err := s.store.ProxyURL(v.ctx(), i.ID)
	if err != nil {
		return err
	}
	d := &draft{Integration: i.ID, Method: connect.Method(i.Method), Address: i.Address, Base: i.Address, CAPEM: i.CAPEM,
		Proxy: proxy.Reveal()}
	if err := s.takeAlong(v, d); err != nil {
		return err
	}
	if err := s.keepDraft(v, d); err != nil {
		return err
	}
	return v.redirect("/settings/integrations/new/connect")
}

// takeAlong holds what stays the same: the user name, the OAuth app, the GitHub App. A token or password is
// not taken along: a person who renews has a new one.
func (s *Server) takeAlong(v *visit, d *draft) error {
	held, err := s.store.Credential(v.ctx(), d.Integration)
	if errors.Is(err, facts.ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	switch held.Method {
	case connect.MethodPassword:
		return d.hold(connect.Credential{Method: held.Method, Login: held.Login})
	case connect.MethodOAuth:
		return d.hold(connect.Credential{Method: held.Method, ClientID: held.ClientID, ClientSecret: held.ClientSecret})
	case connect.MethodApp:
		if err := d.hold(held); err != nil {
			return err
		}
		_, err := s.test(v, d, held)
		return err
	}
	return nil
}

// POST /settings/integrations/new/renew
func (s *Server) renewCredential(v *visit) error {
	d, err := s.draft(v)
	if err != nil {
		return err
	}
	if d.Integration == 0 || d.Tested == nil {
		return v.redirect("/settings/integrations/new/connect")
	}
	if err := s.saveRenewal(v, d); err != nil {
		return err
	}
	s.dropDraft(v)
	v.say("ok", wayOf[d.Method].Used+" What could not be fetched is tried again now.")
	return v.redirect(integrationAddress(d.Integration))
}

func (s *Server) saveRenewal(v *visit, d *draft) error {
	target, err := d.target()
	if err != nil {
		return err
	}
	i, err := s.store.Integration(v.ctx(), d.Integration)
	if err != nil {
		return err
	}
	return s.manage.Renew(v.ctx(), i, target, d.Tested.report(d.Base))
}
