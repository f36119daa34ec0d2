package web

import (
	"weir/internal/access"
	"weir/internal/facts"
	"weir/internal/report"
)

type homeView struct {
	// Page is the summary; nil for people without the right to see reports.
	Page         *report.Page
	Tiles        []tileView
	Notes        notesView
	Nothing      bool
	Steps        []homeStep
	Integrations []integrationRow
	MaySee       bool
}

// homeStep is one of the first steps; they vanish when all are done.
type homeStep struct {
	Title, What, Address, Action string
	Done, Now                    bool
}

// GET /
func (s *Server) homePage(v *visit) error {
	view := homeView{MaySee: v.User.May(access.ViewIntegrations)}
	all, err := s.store.Integrations(v.ctx())
	if err != nil {
		return err
	}
	if view.Integrations, err = s.integrationRows(v, all); err != nil {
		return err
	}
	if v.User.May(access.ViewReports) {
		if err := s.addSummary(v, &view); err != nil {
			return err
		}
	}
	if v.User.May(access.ManageIntegrations) {
		view.Steps = firstSteps(view.Integrations)
	}
	v.Section = "home"
	return v.render("home", "Home", view)
}

func (s *Server) addSummary(v *visit, view *homeView) error {
	p, err := report.ParseParams(map[string][]string{"period": {"30d"}}, s.now())
	if err != nil {
		return err
	}
	if view.Page, err = s.report(v.ctx(), "code", p); err != nil {
		return err
	}
	v.hideIndividuals(view.Page)
	view.Nothing = view.Page.Health.State == report.HealthEmpty
	view.Notes = viewNotes(view.Page.Notes)
	for _, t := range view.Page.Tiles {
		view.Tiles = append(view.Tiles, viewTile(view.Page, t))
	}
	return nil
}

// firstSteps gives what is left to do before the first report, nothing when it is all done.
func firstSteps(rows []integrationRow) []homeStep {
	imported, ready := 0, 0
	var first facts.IntegrationID
	for _, r := range rows {
		imported += r.Imported
		ready += r.Ready
		first = rows[0].ID
	}
	steps := []homeStep{
		{Title: "Add an integration", What: "Connect to your GitHub Enterprise Server with an access token.",
			Address: "/settings/integrations/new", Action: "Add integration", Done: len(rows) > 0},
		{Title: "Import repos", What: "Choose the repos whose history Weir reads.",
			Address: integrationAddress(first) + "/repos", Action: "Import repos", Done: imported > 0},
		{Title: "Read the first report", What: "It fills as soon as the first repo is ready.",
			Address: "/reports/code", Action: "Code report", Done: ready > 0},
	}
	now := true
	for i := range steps {
		steps[i].Now = now && !steps[i].Done
		if steps[i].Now {
			now = false
		} else if !steps[i].Done {
			steps[i].Address = ""
		}
	}
	if ready > 0 {
		return nil
	}
	return steps
}
