package web

import (
	"errors"
	"fmt"
	"net/url"
	"strings"

	"weir/internal/connect"
	"weir/internal/facts"
	"weir/internal/secret"
	"weir/internal/store"
)

type nameView struct {
	Steps                []stepView
	Name, Wrong          string
	Base, Login, Version string
	Services             []string
}

// maxName bounds the name of an integration.
const maxName = 100

// GET /settings/integrations/new/name
func (s *Server) namePage(v *visit) error {
	d, err := s.draft(v)
	if err != nil {
		return err
	}
	if d.Tested == nil || d.On == nil {
		return v.redirect("/settings/integrations/new/services")
	}
	return s.showName(v, d, suggestName(d), "")
}

// POST /settings/integrations/new/name
func (s *Server) createIntegration(v *visit) error {
	d, err := s.draft(v)
	if err != nil {
		return err
	}
	if d.Tested == nil || d.On == nil {
		return v.redirect("/settings/integrations/new/services")
	}
	name := strings.TrimSpace(v.R.PostFormValue("name"))
	if wrong := wrongName(name); wrong != "" {
		return s.showName(v, d, name, wrong)
	}
	id, err := s.create(v, d, name)
	if errors.Is(err, facts.ErrConflict) {
		return s.showName(v, d, name, "Another integration has this name.")
	}
	if err != nil {
		return err
	}
	s.dropDraft(v)
	return v.redirect(fmt.Sprintf("/settings/integrations/%d?created=1", id))
}

// create keeps the integration and asks for its organizations and repos to be listed, both or neither.
func (s *Server) create(v *visit, d *draft, name string) (id facts.IntegrationID, err error) {
	credential, err := connect.DecodeCredential(d.Credential)
	if err != nil {
		return 0, err
	}
	credential.Login = d.Tested.Login
	err = s.store.InTx(v.ctx(), func(tx *store.Tx) error {
		id, err = tx.CreateIntegration(v.ctx(), facts.Integration{
			Name: name, Address: d.Base, CAPEM: d.CAPEM, Method: string(d.Method), Account: d.Tested.Login,
			Version: d.Tested.Version, On: d.On, State: facts.IntegrationProcessing, AddedBy: v.User.Login,
			ExpiresAt: d.Tested.ExpiresAt,
		}, credential)
		if err != nil {
			return err
		}
		if d.Proxy != "" {
			if err := tx.SaveProxyURL(v.ctx(), id, secret.New(d.Proxy)); err != nil {
				return err
			}
		}
		return s.work.DiscoverTx(v.ctx(), tx, id)
	})
	return id, err
}

func (s *Server) showName(v *visit, d *draft, name, wrong string) error {
	view := nameView{Steps: stepsAt(4), Name: name, Wrong: wrong, Base: d.Base, Login: d.Tested.Login,
		Version: d.Tested.Version, Services: serviceNames(d.On)}
	v.Section, v.Side = "settings", "integrations"
	if wrong != "" {
		return v.again("integration_name", "Name the integration", view)
	}
	return v.render("integration_name", "Name the integration", view)
}

func suggestName(d *draft) string {
	u, err := url.Parse(d.Base)
	if err != nil || u.Host == "" {
		return "GitHub Enterprise"
	}
	return "GitHub Enterprise " + u.Hostname()
}

func wrongName(name string) string {
	switch {
	case name == "":
		return "Give it a name, so that you can tell which account it connects with."
	case len(name) > maxName:
		return fmt.Sprintf("The name is longer than %d characters.", maxName)
	}
	return ""
}
