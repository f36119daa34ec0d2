package web

import (
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"weir/internal/access"
	"weir/internal/facts"
	"weir/internal/store"
)

// reposPerPage keeps a page of an integration with thousands of repos quick to load and to poll.
const reposPerPage = 100

type importView struct {
	Integration facts.Integration
	MayManage   bool
	Filter      filterView
	// Here is this page's address with its filter, for forms to come back to.
	Query         url.Values
	Organizations []store.OrganizationSummary
	Groups        []repoGroup
	Total         int
	First, Last   int
	Previous      string
	Next          string
	Progress      progressView
	// Nothing says that the server showed no repo at all; Listing that it is still being asked.
	Nothing, Listing bool
}

type repoGroup struct {
	Organization store.OrganizationSummary
	Rows         []repoRow
}

type repoRow struct {
	store.RepoRow
	State stateView
	// Address is the repo's page on the server.
	Address string
}

// Bytes is the size that the server gives.
func (r repoRow) Bytes() int64 { return r.SizeKB * 1024 }

// importFilter is what the address of the page asks for.
type importFilter struct {
	store.RepoFilter
	State, Kind string
	Page        int
}

func readImportFilter(id facts.IntegrationID, q url.Values) (importFilter, error) {
	f := importFilter{RepoFilter: store.RepoFilter{Integration: id, Search: strings.TrimSpace(q.Get("q"))}, Page: 1,
		State: q.Get("state"), Kind: q.Get("kind")}
	if s := q.Get("org"); s != "" {
		n, err := strconv.ParseInt(s, 10, 64)
		if err != nil || n <= 0 {
			return f, invalid(fmt.Errorf("parameter org: %q is not an id", s))
		}
		f.Organization = facts.OrganizationID(n)
	}
	if s := q.Get("page"); s != "" {
		n, err := strconv.Atoi(s)
		if err != nil || n < 1 {
			return f, invalid(fmt.Errorf("parameter page: %q is not the number of a page", s))
		}
		f.Page = n
	}
	return f, f.narrow()
}

func (f *importFilter) narrow() error {
	yes, no := true, false
	switch f.State {
	case "":
	case "not_imported":
		f.Imported = &no
	case "imported":
		f.Imported = &yes
	case "busy":
		f.Imported, f.Phases = &yes, []facts.Phase{facts.PhaseQueued, facts.PhaseFetching, facts.PhaseReplaying, facts.PhaseJudging}
	case "ready":
		f.Imported, f.Phases = &yes, []facts.Phase{facts.PhaseReady}
	case "failed":
		f.Imported, f.Phases = &yes, []facts.Phase{facts.PhaseFailed}
	default:
		return invalid(fmt.Errorf("parameter state: %q is not a state of a repo", f.State))
	}
	switch f.Kind {
	case "":
	case "active":
		f.Archived, f.Fork = &no, &no
	case "archived":
		f.Archived = &yes
	case "fork":
		f.Fork = &yes
	default:
		return invalid(fmt.Errorf("parameter kind: %q is none of active, archived, fork", f.Kind))
	}
	return nil
}

// values gives the address back.
func (f importFilter) values() url.Values {
	q := url.Values{}
	for key, value := range map[string]string{"q": f.Search, "state": f.State, "kind": f.Kind} {
		if value != "" {
			q.Set(key, value)
		}
	}
	if f.Organization != 0 {
		q.Set("org", strconv.FormatInt(int64(f.Organization), 10))
	}
	return q
}

// GET /settings/integrations/{id}/repos
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
	rows, total, err := s.store.Repos(v.ctx(), f.RepoFilter, facts.Page{Limit: reposPerPage, Offset: (f.Page - 1) * reposPerPage})
	if err != nil {
		return err
	}
	view := importView{Integration: i, MayManage: v.User.May(access.ManageIntegrations), Query: f.values(), Organizations: sums,
		Total: total, First: (f.Page-1)*reposPerPage + 1, Last: (f.Page-1)*reposPerPage + len(rows)}
	view.Groups = s.groupRepos(i, sums, rows)
	view.Progress = progressOf(i, sums, rows)
	view.Nothing = reposIn(sums) == 0
	view.Listing = view.Nothing && i.State == facts.IntegrationProcessing
	view.Filter = importFilterView(i.ID, f, sums)
	view.neighbours(i.ID, f)
	v.Section, v.Side = "settings", "integrations"
	return v.render("import", "Import repos", view)
}

func (s *Server) groupRepos(i facts.Integration, sums []store.OrganizationSummary, rows []store.RepoRow) []repoGroup {
	var groups []repoGroup
	for _, r := range rows {
		if n := len(groups); n == 0 || groups[n-1].Organization.ID != r.Organization {
			at := slices.IndexFunc(sums, func(o store.OrganizationSummary) bool { return o.ID == r.Organization })
			group := repoGroup{}
			if at >= 0 {
				group.Organization = sums[at]
			}
			groups = append(groups, group)
		}
		last := &groups[len(groups)-1]
		last.Rows = append(last.Rows, repoRow{RepoRow: r, State: s.viewState(r), Address: i.Address + "/" + escapePath(r.FullName)})
	}
	return groups
}

func escapePath(name string) string {
	parts := strings.Split(name, "/")
	for i := range parts {
		parts[i] = url.PathEscape(parts[i])
	}
	return strings.Join(parts, "/")
}

func (v *importView) neighbours(id facts.IntegrationID, f importFilter) {
	address := integrationAddress(id) + "/repos"
	at := func(page int) string {
		q := f.values()
		if page > 1 {
			q.Set("page", strconv.Itoa(page))
		}
		return withQuery(address, q)
	}
	if f.Page > 1 {
		v.Previous = at(f.Page - 1)
	}
	if v.Last < v.Total {
		v.Next = at(f.Page + 1)
	}
}

func importFilterView(id facts.IntegrationID, f importFilter, sums []store.OrganizationSummary) filterView {
	orgs := []optionPair{{"", "All organizations"}}
	for _, o := range sums {
		orgs = append(orgs, optionPair{strconv.FormatInt(int64(o.ID), 10), fmt.Sprintf("%s (%s)", visible(o.Login), number(o.Repos))})
	}
	chosen := ""
	if f.Organization != 0 {
		chosen = strconv.FormatInt(int64(f.Organization), 10)
	}
	return filterView{
		Action: integrationAddress(id) + "/repos", Searchable: "Search owner/name", Search: f.Search, Reset: len(f.values()) > 0,
		Selects: []selectView{
			choose("org", "Organization", chosen, orgs),
			choose("state", "State", f.State, []optionPair{{"", "Any state"}, {"not_imported", "Not imported"}, {"imported", "Imported"},
				{"busy", "Under way"}, {"ready", "Ready"}, {"failed", "Failed"}}),
			choose("kind", "Kind", f.Kind, []optionPair{{"", "Any kind"}, {"active", "Neither archived nor fork"},
				{"archived", "Archived"}, {"fork", "Forks"}}),
		},
	}
}

func reposIn(sums []store.OrganizationSummary) (n int) {
	for _, o := range sums {
		n += o.Repos
	}
	return n
}
