package web

import (
	"slices"

	"weir/internal/connect"
	"weir/internal/facts"
)

type servicesView struct {
	Steps    []stepView
	Login    string
	Switches []serviceSwitch
	Rows     []rightsRow
	// Nothing says that the account sees no organization and owns no repos.
	Nothing bool
}

// serviceSwitch is one service with its switch.
type serviceSwitch struct {
	Service     facts.Service
	Title, What string
	On          bool
	// Off is why it cannot be switched on anywhere; empty when it can.
	Off string
	// Later says that this version keeps the switch and does not bring the data yet.
	Later bool
}

// rightsRow is one organization with what is possible in it.
type rightsRow struct {
	Organization, Role string
	Cells              []rightsCell
}

type rightsCell struct {
	Available bool
	Reason    string
}

// read lists the services whose data this version brings.
var read = []facts.Service{facts.ServiceRepos, facts.ServiceWebhooks}

var serviceWhat = map[facts.Service]string{
	facts.ServiceRepos:        "Every branch's history, read line by line.",
	facts.ServicePullRequests: "Pull requests with their reviews and comments.",
	facts.ServiceTickets:      "Issues that are not pull requests.",
	facts.ServiceWebhooks:     "News from the server at once, rather than at the next round. They start after the first import from an organization that the account owns.",
}

// GET /settings/integrations/new/services
func (s *Server) servicesPage(v *visit) error {
	d, err := s.draft(v)
	if err != nil {
		return err
	}
	if d.Tested == nil {
		return v.redirect("/settings/integrations/new/connect")
	}
	v.Section, v.Side = "settings", "integrations"
	return v.render("integration_services", "Services", viewServices(d))
}

// POST /settings/integrations/new/services
func (s *Server) chooseServices(v *visit) error {
	d, err := s.draft(v)
	if err != nil {
		return err
	}
	if d.Tested == nil {
		return v.redirect("/settings/integrations/new/connect")
	}
	d.On = servicesOn(v)
	if err := s.keepDraft(v, d); err != nil {
		return err
	}
	return v.redirect("/settings/integrations/new/name")
}

// servicesOn reads the switches, in the order of the page.
func servicesOn(v *visit) []facts.Service {
	_ = v.R.ParseForm()
	on := []facts.Service{}
	for _, service := range facts.Services {
		if slices.Contains(v.R.PostForm["service"], string(service)) {
			on = append(on, service)
		}
	}
	return on
}

func viewServices(d *draft) servicesView {
	view := servicesView{Steps: stepsAt(3), Login: d.Tested.Login, Nothing: len(d.Tested.Organizations) == 0}
	for _, service := range facts.Services {
		sw := switchFor(service, d.On == nil || slices.Contains(d.On, service))
		sw.Off = nowhere(d.Tested.Services, service)
		sw.On = sw.On && sw.Off == ""
		view.Switches = append(view.Switches, sw)
	}
	for _, o := range d.Tested.Organizations {
		row := rightsRow{Organization: o.Login, Role: o.Role}
		if o.Personal {
			row.Role = "own account"
		}
		for _, service := range facts.Services {
			row.Cells = append(row.Cells, rightsOf(d.Tested.Services, o.Login, service))
		}
		view.Rows = append(view.Rows, row)
	}
	return view
}

func switchFor(service facts.Service, on bool) serviceSwitch {
	return serviceSwitch{Service: service, Title: serviceTitle(service), What: serviceWhat[service], On: on,
		Later: !slices.Contains(read, service)}
}

func rightsOf(rows []connect.ServiceRow, organization string, service facts.Service) rightsCell {
	for _, row := range rows {
		if row.Organization == organization && row.Service == string(service) {
			return rightsCell{row.Available, row.Reason}
		}
	}
	return rightsCell{Reason: "The test did not tell."}
}

// nowhere gives the reason why a service works in no organization at all, empty when it works in one.
func nowhere(rows []connect.ServiceRow, service facts.Service) string {
	reason := ""
	for _, row := range rows {
		if row.Service != string(service) {
			continue
		}
		if row.Available {
			return ""
		}
		if reason == "" {
			reason = row.Reason
		}
	}
	return reason
}
