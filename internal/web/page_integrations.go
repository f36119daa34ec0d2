package web

import (
	"weir/internal/access"
	"weir/internal/facts"
)

type integrationsView struct {
	Rows      []integrationRow
	Deleted   []deletedRow
	MayManage bool
}

type integrationRow struct {
	facts.Integration
	Shown    integrationStateView
	Services []string
	// Imported counts the repos that were chosen, the others how far those are.
	Imported, Ready, Busy, Failed int
	// FinishedAt is when the latest sync ended well.
	FinishedAt int64
}

// deletedRow is an integration that can still be brought back.
type deletedRow struct {
	facts.Integration
	DaysLeft   int64
	MayRestore bool
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
	if view.Deleted, err = s.deletedRows(v); err != nil {
		return err
	}
	v.Section, v.Side = "settings", "integrations"
	return v.render("integrations", "Integrations", view)
}

func (s *Server) integrationRows(v *visit, all []facts.Integration) ([]integrationRow, error) {
	var rows []integrationRow
	for _, i := range all {
		row := integrationRow{Integration: i, Services: serviceNames(i.On), Shown: viewIntegrationState(i, v.User.May(access.ManageIntegrations))}
		contents, err := s.store.ContentsOf(v.ctx(), i.ID)
		if err != nil {
			return nil, err
		}
		row.FinishedAt = contents.FinishedAt
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

func (s *Server) deletedRows(v *visit) ([]deletedRow, error) {
	all, err := s.store.DeletedIntegrations(v.ctx())
	var rows []deletedRow
	for _, i := range all {
		const day = 24 * 3600
		left := i.RestorableUntil() - s.now().Unix()
		if left > 0 {
			rows = append(rows, deletedRow{i, (left + day - 1) / day, v.User.May(access.DeleteIntegrations)})
		}
	}
	return rows, err
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
