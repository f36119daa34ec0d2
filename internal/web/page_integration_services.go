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
	// Nowhere says the same of one that may be switched on all the same, to wait for the rights.
	Nowhere string
}

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
	organizations := slices.Clone(d.Tested.Organizations)
	for i, o := range organizations {
		if d.Method == connect.MethodApp && !o.Personal {
			organizations[i].Role = "installed" // an app has no role, and is there or not
		}
	}
	view.Rows = viewRights(organizations, d.Tested.Services)
	return view
}

func switchFor(service facts.Service, on bool) serviceSwitch {
	return serviceSwitch{Service: service, Title: serviceTitle(service), What: serviceWhat[service], On: on}
}
