package web

import (
	"net/url"
	"slices"
	"strconv"
	"strings"

	"weir/internal/access"
	"weir/internal/facts"
	"weir/internal/store"
)

const (
	// reposPerPage keeps a page of an integration with thousands of repos quick to load and to poll.
	reposPerPage = 100
	// groupsPerPage does so for its organizations.
	groupsPerPage = 50
)

type importView struct {
	Integration facts.Integration
	MayManage   bool
	Filter      filterView
	// Post is where the form goes, with the filter.
	Post   string
	Groups []repoGroup
	// Total counts the repos that the filter lets through, Matching says how many organizations hold them.
	Total, Organizations int
	// Listed says of what the pager counts First to Last: repos or organizations.
	Listed         string
	Of             int
	First, Last    int
	Previous, Next string
	Progress       progressView
	// Nothing says that the server showed no repo at all; Listing that it is still being asked.
	Nothing, Listing bool
	// Asked counts imported repos that a rule matches; Rule is the rule that the filter names.
	Asked int
	Rule  string
}

// repoGroup is an organization on the import page.
type repoGroup struct {
	Integration  facts.IntegrationID
	Organization store.OrganizationSummary
	MayManage    bool
	// Repos counts those that the filter lets through.
	Repos int
	// Rows are shown at once; without them Load is where they are, and Alone the page that shows only this
	// organization. Open says that they are loaded without being asked for.
	Rows        []repoRow
	Load, Alone string
	Open        bool
	// Poll, Previous, Next and Last are of a part that was loaded by itself.
	Poll           string
	Previous, Next string
	First, Last    int
}

type repoRow struct {
	store.RepoRow
	State stateView
	// Address is the repo's page on the server.
	Address string
	// Fixed says that no change applies to it: it is not imported and cannot be.
	Fixed bool
}

// Bytes is the size that the server gives.
func (r repoRow) Bytes() int64 { return r.SizeKB * 1024 }

// GET /settings/integrations/{id}/repos
//
// Few repos are shown at once, by organization. Many are shown as closed organizations with their counts,
// and each brings its repos when it is opened: no page holds thousands of rows.
func (s *Server) importPage(v *visit) error {
	i, err := s.integration(v)
	if err != nil {
		return err
	}
	f, err := readImportFilter(i.ID, v.R.URL.Query())
	if err != nil {
		return err
	}
	sums, err := s.store.OrganizationSummaries(v.ctx(), i.ID)
	if err != nil {
		return err
	}
	rules, err := s.store.Exclusions(v.ctx(), i.ID)
	if err != nil {
		return err
	}
	view := importView{Integration: i, MayManage: v.User.May(access.ManageIntegrations), Post: f.at(""), Nothing: reposIn(sums) == 0}
	list := repoList{s: s, integration: i, sums: sums, rules: rules, manage: view.MayManage}
	if err := list.fill(v, f, &view); err != nil {
		return err
	}
	view.Progress = progressOf(i, sums, shownIn(view.Groups))
	view.Asked = view.Progress.Asked
	view.Listing = view.Nothing && i.State == facts.IntegrationProcessing
	view.Filter = importFilterView(f, sums)
	if at := slices.IndexFunc(rules, func(e facts.Exclusion) bool { return e.ID == f.Exclusion }); at >= 0 {
		view.Rule = rules[at].String()
	}
	v.Section, v.Side = "settings", "integrations"
	return v.render("import", "Import repos", view)
}

// repoList puts repos under their organizations.
type repoList struct {
	s           *Server
	integration facts.Integration
	sums        []store.OrganizationSummary
	rules       facts.Exclusions
	manage      bool
}

func (l repoList) fill(v *visit, f importFilter, view *importView) error {
	groups, organizations, err := l.s.store.RepoGroups(v.ctx(), f.RepoFilter, facts.Page{Limit: groupsPerPage, Offset: (f.Page - 1) * groupsPerPage})
	if err != nil {
		return err
	}
	rows, total, err := l.s.store.Repos(v.ctx(), f.RepoFilter, facts.Page{Limit: reposPerPage, Offset: (f.Page - 1) * reposPerPage})
	if err != nil {
		return err
	}
	view.Total, view.Organizations = total, organizations
	if f.Organization != 0 || total <= reposPerPage {
		view.Groups = l.open(rows)
		view.Listed, view.Of = "Repos", total
		view.pages(f, len(rows), reposPerPage)
		return nil
	}
	for _, g := range groups {
		group := l.group(g.Organization)
		group.Repos, group.Open = g.Repos, slices.Contains(f.Open, g.Organization)
		group.Load, group.Alone = f.at("/group", "org", idText(g.Organization)), f.at("", "org", idText(g.Organization))
		view.Groups = append(view.Groups, group)
	}
	view.Listed, view.Of = "Organizations", organizations
	view.pages(f, len(groups), groupsPerPage)
	return nil
}

func (l repoList) group(id facts.OrganizationID) repoGroup {
	g := repoGroup{Integration: l.integration.ID, MayManage: l.manage}
	if at := slices.IndexFunc(l.sums, func(o store.OrganizationSummary) bool { return o.ID == id }); at >= 0 {
		g.Organization = l.sums[at]
	}
	return g
}

// open groups rows that are in order of their organizations.
func (l repoList) open(rows []store.RepoRow) []repoGroup {
	var groups []repoGroup
	for _, r := range rows {
		if n := len(groups); n == 0 || groups[n-1].Organization.ID != r.Organization {
			groups = append(groups, l.group(r.Organization))
		}
		last := &groups[len(groups)-1]
		last.Rows = append(last.Rows, l.row(r))
		last.Repos++
	}
	return groups
}

func (l repoList) row(r store.RepoRow) repoRow {
	return repoRow{RepoRow: r, State: l.s.viewState(r, l.rules, l.manage), Address: l.integration.Address + "/" + escapePath(r.FullName),
		Fixed: r.ImportedAt == 0 && (r.Exclusion != 0 || r.GoneAt != 0)}
}

// GET /settings/integrations/{id}/repos/group
//
// It is the repos of one organization, for a group that is opened.
func (s *Server) importGroup(v *visit) error {
	i, err := s.integration(v)
	if err != nil {
		return err
	}
	f, err := readImportFilter(i.ID, v.R.URL.Query())
	if err != nil {
		return err
	}
	if !v.fragment() {
		return v.redirect(f.at(""))
	}
	rules, err := s.store.Exclusions(v.ctx(), i.ID)
	if err != nil {
		return err
	}
	rows, total, err := s.store.Repos(v.ctx(), f.RepoFilter, facts.Page{Limit: reposPerPage, Offset: (f.Page - 1) * reposPerPage})
	if err != nil {
		return err
	}
	organization, err := s.store.Organization(v.ctx(), f.Organization)
	if err != nil {
		return err
	}
	list := repoList{s: s, integration: i, rules: rules, manage: v.User.May(access.ManageIntegrations),
		sums: []store.OrganizationSummary{{Organization: organization}}}
	group := list.group(f.Organization)
	for _, r := range rows {
		group.Rows = append(group.Rows, list.row(r))
	}
	group.Repos, group.First, group.Last = total, (f.Page-1)*reposPerPage+1, (f.Page-1)*reposPerPage+len(rows)
	if f.Page > 1 {
		group.Previous = f.at("/group", "page", strconv.Itoa(f.Page-1))
	}
	if group.Last < total {
		group.Next = f.at("/group", "page", strconv.Itoa(f.Page+1))
	}
	group.Poll = pollRows(i.ID, rows)
	return v.writePart(200, "import_group", group)
}

func escapePath(name string) string {
	parts := strings.Split(name, "/")
	for i := range parts {
		parts[i] = url.PathEscape(parts[i])
	}
	return strings.Join(parts, "/")
}

func (v *importView) pages(f importFilter, shown, perPage int) {
	v.First, v.Last = (f.Page-1)*perPage+1, (f.Page-1)*perPage+shown
	if f.Page > 1 {
		v.Previous = f.at("", "page", strconv.Itoa(f.Page-1))
	}
	if v.Last < v.Of {
		v.Next = f.at("", "page", strconv.Itoa(f.Page+1))
	}
}

// shownIn gives the repos whose state the page shows.
func shownIn(groups []repoGroup) (shown shownState) {
	for _, g := range groups {
		shown.organizations = append(shown.organizations, g.Organization.ID)
		for _, r := range g.Rows {
			shown.repos = append(shown.repos, r.ID)
		}
	}
	return shown
}

func reposIn(sums []store.OrganizationSummary) (n int) {
	for _, o := range sums {
		n += o.Repos
	}
	return n
}
