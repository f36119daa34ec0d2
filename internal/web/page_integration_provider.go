package web

type providerView struct {
	Steps []stepView
}

// GET /settings/integrations/new
func (s *Server) providerPage(v *visit) error {
	v.Section, v.Side = "settings", "integrations"
	return v.render("integration_provider", "Add integration", providerView{stepsAt(0)})
}

// POST /settings/integrations/new
func (s *Server) chooseProvider(v *visit) error {
	s.dropDraft(v)
	return v.redirect("/settings/integrations/new/method")
}

// POST /settings/integrations/new/cancel
func (s *Server) cancelSetUp(v *visit) error {
	s.dropDraft(v)
	return v.redirect("/settings/integrations")
}
