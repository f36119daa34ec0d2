package web

import (
	"weir/internal/access"
	"weir/internal/facts"
)

type integrationsView struct {
	Rows      []integrationRow
	MayManage bool
}

type integrationRow struct {
	facts.Integration
	Services []string
	// Imported counts the repos that were chosen, the others how far those are.
	Imported, Ready, Busy, Failed int
}

// GET /settings
func (s *Server) settingsPage(v *visit) error { return v.redirect("/settings/integrations") }

// GET /settings/integrations
func (s *Server) integrationsPage(v *visit) error {
	all, err := s.store.Integrations(v.ctx())
	if err != nil {
		return err
	}
	view := integrationsView{MayManage: v.User.May(access.ManageIntegrations)}
	if view.Rows, err = s.integrationRows(v, all); err != nil {
		return err
	}
	v.Section, v.Side = "settings", "integrations"
	return v.render("integrations", "Integrations", view)
}

func (s *Server) integrationRows(v *visit, all []facts.Integration) ([]integrationRow, error) {
	var rows []integrationRow
	for _, i := range all {
		row := integrationRow{Integration: i, Services: serviceNames(i.On)}
		sums, err := s.store.OrganizationSummaries(v.ctx(), i.ID)
		if err != nil {
			return nil, err
		}
		for _, sum := range sums {
			row.Imported += sum.Imported
			row.Ready += sum.Ready
			row.Busy += sum.Busy
			row.Failed += sum.Failed
		}
		rows = append(rows, row)
	}
	return rows, nil
}

// serviceTitle names a service for people.
func serviceTitle(s facts.Service) string {
	switch s {
	case facts.ServiceRepos:
		return "Repos"
	case facts.ServicePullRequests:
		return "Pull requests"
	case facts.ServiceTickets:
		return "Tickets"
	case facts.ServiceWebhooks:
		return "Webhooks"
	}
	return string(s)
}

func serviceNames(on []facts.Service) []string {
	var names []string
	for _, s := range on {
		names = append(names, serviceTitle(s))
	}
	return names
}
