package web

import (
	"errors"
	"fmt"
	"strings"

	"weir/internal/facts"
	"weir/internal/manage"
)

type nameView struct {
	Steps                []stepView
	Name, Wrong          string
	Base, Login, Version string
	Services             []string
}

// GET /settings/integrations/new/name
func (s *Server) namePage(v *visit) error {
	d, err := s.draft(v)
	if err != nil {
		return err
	}
	if d.Tested == nil || d.On == nil {
		return v.redirect("/settings/integrations/new/services")
	}
	return s.showName(v, d, manage.SuggestName(d.Base), "")
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
	if wrong := manage.CheckName(name); wrong != "" {
		return s.showName(v, d, name, wrong)
	}
	id, err := s.create(v, d, name)
	if errors.Is(err, facts.ErrConflict) {
		return s.showName(v, d, name, manage.NameTaken)
	}
	if err != nil {
		return err
	}
	s.dropDraft(v)
	return v.redirect(fmt.Sprintf("/settings/integrations/%d?created=1", id))
}

func (s *Server) create(v *visit, d *draft, name string) (facts.IntegrationID, error) {
	target, err := d.target()
	if err != nil {
		return 0, err
	}
	return s.manage.Add(v.ctx(), manage.Addition{Name: name, Target: target, Tested: d.Tested.report(d.Base), On: d.On, By: v.User.Login})
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
