package web

import (
	"weir/internal/access"
	"weir/internal/facts"
)

// frame is what the layout shows around a page; View is the page's own.
type frame struct {
	Title string
	// Section is the entry of the navigation that is marked, Side the one of the settings' side list.
	Section, Side string
	User          *access.User
	// Own is as in visit.
	Own facts.PersonID
	// Theme is light, dark or empty for what the system says.
	Theme   string
	Here    string
	Said    []said
	Charts  bool
	Version string
	View    any
}

// said is a message that outlives one redirect.
type said struct {
	// Kind is ok, warn or bad.
	Kind, Text string
}

type navItem struct{ Section, Title, Address string }

// Nav lists the top navigation for the one who looks.
func (f *frame) Nav() []navItem {
	if f.User == nil {
		return nil
	}
	items := []navItem{{"home", "Home", "/"}}
	if f.User.May(access.ViewReports) {
		items = append(items, navItem{"code", "Code", "/reports/code"}, navItem{"reviews", "Reviews", "/reports/reviews"})
	}
	if f.User.May(access.ViewReports) && (f.User.May(access.ViewIndividuals) || f.Own != 0) {
		items = append(items, navItem{"workflow", "Workflow", "/reports/workflow"}, navItem{"worklog", "Work log", "/reports/worklog"},
			navItem{"commits", "Commits", "/reports/commits"}, navItem{"pull_requests", "Pull requests", "/reports/pull_requests"},
			navItem{"tickets", "Tickets", "/reports/tickets"})
	}
	if f.User.May(access.ViewIntegrations) {
		items = append(items, navItem{"settings", "Settings", "/settings"})
	}
	return items
}

// Themes lists the choices of the theme's menu.
func (f *frame) Themes() []navItem {
	return []navItem{{"", "As the system", "auto"}, {"light", "Light", "light"}, {"dark", "Dark", "dark"}}
}

// sideGroup is a heading of the settings' side list with its entries.
type sideGroup struct {
	Title string
	Items []navItem
}

// Sides lists the settings on the left for the one who looks.
func (f *frame) Sides() []sideGroup {
	groups := []sideGroup{{"Integrations", []navItem{
		{"integrations", "Integrations", "/settings/integrations"},
		{"ledger", "Request ledger", "/settings/ledger"},
	}}, {"Help", []navItem{
		{"troubleshooting", "Troubleshooting", "/settings/troubleshooting"},
		{"network", "Network", "/settings/network"},
		{"service-account", "Service account", "/settings/service-account"},
	}}}
	if f.User.May(access.ManageIntegrations) {
		groups[1].Items = append(groups[1].Items, navItem{"support", "Support bundle", "/settings/support"})
	}
	if f.User.May(access.ManageUsers) {
		groups = append(groups, sideGroup{"Access", []navItem{{"users", "Users", "/settings/users"}}})
	}
	return groups
}
