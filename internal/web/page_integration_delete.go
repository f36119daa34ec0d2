package web

import (
	"errors"
	"fmt"
	"time"

	"weir/internal/facts"
	"weir/internal/manage"
)

type deleteView struct {
	facts.Integration
	Contents manage.Contents
	// Days is for how long it can be brought back, Until the day on which that ends.
	Days  int64
	Until int64
	Wrong string
}

// GET /settings/integrations/{id}/delete
func (s *Server) deletePage(v *visit) error {
	i, err := s.integration(v)
	if err != nil {
		return err
	}
	return s.showDelete(v, i, "")
}

// POST /settings/integrations/{id}/delete
func (s *Server) deleteIntegration(v *visit) error {
	i, err := s.integration(v)
	if err != nil {
		return err
	}
	err = s.manage.Delete(v.ctx(), i, v.R.PostFormValue("name"))
	var refused *manage.Refusal
	if errors.As(err, &refused) {
		return s.showDelete(v, i, sentence(refused.Why)+" "+refused.Next)
	}
	if err != nil {
		return err
	}
	v.say("ok", fmt.Sprintf("%s is deleted and out of all reports. It can be restored below for %d days.", visible(i.Name), keptDays))
	return v.redirect("/settings/integrations#deleted")
}

const keptDays = int64(facts.KeepDeleted / (24 * time.Hour))

func (s *Server) showDelete(v *visit, i facts.Integration, wrong string) error {
	contents, err := s.manage.Contents(v.ctx(), i.ID)
	if err != nil {
		return err
	}
	view := deleteView{Integration: i, Contents: contents, Days: keptDays, Until: s.now().Add(facts.KeepDeleted).Unix(), Wrong: wrong}
	v.Section, v.Side = "settings", "integrations"
	if wrong != "" {
		return v.again("integration_delete", "Delete "+i.Name, view)
	}
	return v.render("integration_delete", "Delete "+i.Name, view)
}

// POST /settings/integrations/{id}/restore
func (s *Server) restoreIntegration(v *visit) error {
	id, err := pathID[facts.IntegrationID](v, "id")
	if err != nil {
		return err
	}
	i, err := s.store.Integration(v.ctx(), id)
	if err != nil {
		return err
	}
	if i.DeletedAt == 0 {
		return v.redirect(integrationAddress(id))
	}
	if err := s.manage.Restore(v.ctx(), i); err != nil {
		return err
	}
	v.say("ok", visible(i.Name)+" is back, with all that it had brought.")
	return v.redirect(integrationAddress(id))
}
