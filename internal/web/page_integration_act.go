package web

// POST /settings/integrations/{id}/test
//
// The outcome is kept, and the page that comes next shows it.
func (s *Server) testIntegration(v *visit) error {
	i, err := s.integration(v)
	if err != nil {
		return err
	}
	report, err := s.manage.TestHeld(v.ctx(), i)
	if err != nil {
		return err
	}
	kind := "ok"
	if !report.Result.Connected() {
		kind = "bad"
	}
	v.say(kind, "Tested "+visible(i.Name)+": "+report.Result.Headline()+".")
	if back := within(v.R.PostFormValue("back")); back != "/" {
		return v.redirect(back)
	}
	return v.redirect(integrationAddress(i.ID))
}

// POST /settings/integrations/{id}/update
func (s *Server) updateIntegration(v *visit) error {
	i, err := s.integration(v)
	if err != nil {
		return err
	}
	repos, err := s.manage.Update(v.ctx(), i)
	if err != nil {
		return err
	}
	v.say("ok", "Weir lists the server's repos anew and fetches "+plural(int64(repos), "imported repo", "imported repos")+".")
	return v.redirect(integrationAddress(i.ID))
}

// POST /settings/integrations/{id}/pause
func (s *Server) pauseIntegration(v *visit) error {
	i, err := s.integration(v)
	if err != nil {
		return err
	}
	if err := s.manage.Pause(v.ctx(), i); err != nil {
		return err
	}
	v.say("ok", "Paused. What runs stops at its next step; what was imported stays.")
	return v.redirect(integrationAddress(i.ID))
}

// POST /settings/integrations/{id}/resume
func (s *Server) resumeIntegration(v *visit) error {
	i, err := s.integration(v)
	if err != nil {
		return err
	}
	if err := s.manage.Resume(v.ctx(), i); err != nil {
		return err
	}
	v.say("ok", "Resumed. Weir lists the server's repos and fetches what is new.")
	return v.redirect(integrationAddress(i.ID))
}
