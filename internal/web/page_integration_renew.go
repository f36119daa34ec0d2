package web

import (
	"errors"

	"weir/internal/connect"
	"weir/internal/facts"
	"weir/internal/secret"
	"weir/internal/store"
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
	credential, err := connect.DecodeCredential(d.Credential)
	if err != nil {
		return err
	}
	credential.Login = d.Tested.Login
	i, err := s.store.Integration(v.ctx(), d.Integration)
	if err != nil {
		return err
	}
	i.Address, i.CAPEM, i.Method, i.Account = d.Base, d.CAPEM, string(d.Method), d.Tested.Login
	i.Version, i.ExpiresAt = d.Tested.Version, d.Tested.ExpiresAt
	return s.store.InTx(v.ctx(), func(tx *store.Tx) error {
		if err := tx.SaveIntegration(v.ctx(), i); err != nil {
			return err
		}
		if err := tx.SaveCredential(v.ctx(), i.ID, credential); err != nil {
			return err
		}
		if err := tx.SaveProxyURL(v.ctx(), i.ID, secret.New(d.Proxy)); err != nil {
			return err
		}
		processing := store.IntegrationStatus{State: facts.IntegrationProcessing, Version: d.Tested.Version}
		if err := tx.SetIntegrationState(v.ctx(), i.ID, processing); err != nil {
			return err
		}
		return s.work.DiscoverTx(v.ctx(), tx, i.ID)
	})
}
