package web

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"weir/internal/access"
	"weir/internal/connect"
	"weir/internal/facts"
	"weir/internal/manage"
	"weir/internal/store"
)

type integrationView struct {
	facts.Integration
	Shown                         integrationStateView
	Created, MayManage, MayDelete bool
	// Outcome is the last connection test, nil when there was none; TestedAt is when.
	Outcome  *outcomeView
	TestedAt int64
	// Personal are the signs by which the account looks like a person's own.
	Personal []string
	Switches []serviceSwitch
	// Rights is what that test found to be possible, by organization.
	Rights          []rightsRow
	Organizations   []store.OrganizationSummary
	Imported, Ready int
	Webhooks        webhooksView
	Sync            syncCard
	Name, WrongName string
	// Expires warns about a credential that ends soon or has ended.
	Expires string
	Way     wayWords
}

// GET /settings/integrations/{id}
func (s *Server) integrationPage(v *visit) error {
	i, err := s.integration(v)
	if err != nil {
		return err
	}
	return s.showIntegration(v, i, i.Name, "")
}

// integration loads the one that the address names; a deleted one is not there.
func (s *Server) integration(v *visit) (facts.Integration, error) {
	id, err := pathID[facts.IntegrationID](v, "id")
	if err != nil {
		return facts.Integration{}, err
	}
	i, err := s.store.Integration(v.ctx(), id)
	if err == nil && i.DeletedAt != 0 {
		return i, notHere()
	}
	return i, err
}

func (s *Server) showIntegration(v *visit, i facts.Integration, name, wrong string) error {
	sums, err := s.store.OrganizationSummaries(v.ctx(), i.ID)
	if err != nil {
		return err
	}
	view := integrationView{Integration: i, Created: v.R.URL.Query().Get("created") != "", Organizations: sums,
		MayManage: v.User.May(access.ManageIntegrations), MayDelete: v.User.May(access.DeleteIntegrations),
		Name: name, WrongName: wrong, Expires: s.expiry(i), Way: wayOf[connect.Method(i.Method)]}
	view.Shown = viewIntegrationState(i, view.MayManage)
	diagnoses, err := s.store.Diagnoses(v.ctx())
	if err != nil {
		return err
	}
	if d, tested := diagnoses[i.ID]; tested {
		view.Outcome, view.TestedAt, view.Personal = viewOutcome(d.Report), d.TestedAt, d.Report.Account.PersonalSigns
		view.Rights = viewRights(d.Report.Organizations, d.Report.Services)
	}
	for _, service := range facts.Services {
		sw := switchFor(service, slices.Contains(i.On, service))
		if view.Outcome != nil {
			sw.Nowhere = nowhere(view.Outcome.Report.Services, service)
		}
		view.Switches = append(view.Switches, sw)
	}
	for _, sum := range sums {
		view.Imported += sum.Imported
		view.Ready += sum.Ready
	}
	if view.Webhooks, err = s.webhooksCard(v, i); err != nil {
		return err
	}
	if view.Sync, err = s.syncCard(v, i, view.MayManage); err != nil {
		return err
	}
	v.Section, v.Side = "settings", "integrations"
	if wrong != "" {
		return v.again("integration", i.Name, view)
	}
	return v.render("integration", i.Name, view)
}

// expiry warns from two weeks before a credential's end.
func (s *Server) expiry(i facts.Integration) string {
	const notice = 14 * 24 * 3600
	left := i.ExpiresAt - s.now().Unix()
	switch {
	case i.ExpiresAt == 0 || left > notice:
		return ""
	case left <= 0:
		return "The sign-in has expired. What was imported stays; nothing new arrives until there is a new one: " + wayOf[connect.Method(i.Method)].Again + "."
	}
	return "The sign-in expires on " + date(time.Unix(i.ExpiresAt, 0).UTC()) + ". " + wayOf[connect.Method(i.Method)].Again + " in time, so that nothing stands still."
}

// POST /settings/integrations/{id}/services
func (s *Server) switchServices(v *visit) error {
	i, err := s.integration(v)
	if err != nil {
		return err
	}
	if err := s.manage.SetServices(context.WithoutCancel(v.ctx()), i, servicesOn(v)); err != nil {
		return err
	}
	v.say("ok", "The services are switched as you asked. Nothing that was imported is lost by switching off.")
	return v.redirect(integrationAddress(i.ID))
}

// POST /settings/integrations/{id}/name
func (s *Server) renameIntegration(v *visit) error {
	i, err := s.integration(v)
	if err != nil {
		return err
	}
	name := strings.TrimSpace(v.R.PostFormValue("name"))
	err = s.manage.Rename(v.ctx(), i, name)
	var refused *manage.Refusal
	if errors.As(err, &refused) {
		return s.showIntegration(v, i, name, refused.Why)
	}
	if err != nil {
		return err
	}
	v.say("ok", "The integration has a new name.")
	return v.redirect(integrationAddress(i.ID))
}

func integrationAddress(id facts.IntegrationID) string {
	return fmt.Sprintf("/settings/integrations/%d", id)
}
