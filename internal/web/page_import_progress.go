package web

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"weir/internal/access"
	"weir/internal/facts"
	"weir/internal/store"
)

// progressView is the summary on top of the import page, and what keeps it moving.
type progressView struct {
	Integration                                               facts.IntegrationID
	Repos, Imported, Ready, Busy, Failed, Paused, Asked, Gone int
	// Poll is the address to ask again, empty when nothing is under way.
	Poll string
	Rows []repoRow
	// Organizations are those whose counts are shown.
	Organizations []store.OrganizationSummary
}

// shownState is what of the page has to be kept moving.
type shownState struct {
	repos         []facts.RepoID
	organizations []facts.OrganizationID
}

// stopPolling is htmx's own status for "do not ask again".
const stopPolling = 286

func progressOf(i facts.Integration, sums []store.OrganizationSummary, shown shownState) progressView {
	p := progressView{Integration: i.ID}
	for _, o := range sums {
		p.Repos += o.Repos
		p.Imported += o.Imported
		p.Ready += o.Ready
		p.Busy += o.Busy
		p.Failed += o.Failed
		p.Paused += o.Paused
		p.Asked += o.Asked
		p.Gone += o.Gone
	}
	if p.Busy == 0 && i.State != facts.IntegrationProcessing {
		return p
	}
	q := url.Values{"repos": {strconv.Itoa(p.Repos)}}
	for _, id := range shown.repos {
		q.Add("id", idText(id))
	}
	for _, id := range shown.organizations {
		q.Add("org", idText(id))
	}
	p.Poll = withQuery(integrationAddress(i.ID)+"/repos/progress", q)
	return p
}

// pollRows is where a group that was loaded by itself asks how its rows are, empty when none is under way.
func pollRows(id facts.IntegrationID, rows []store.RepoRow) string {
	q := url.Values{"part": {"1"}}
	busy := false
	for _, r := range rows {
		q.Add("id", idText(r.ID))
		busy = busy || r.Sync.Busy()
	}
	if !busy {
		return ""
	}
	return withQuery(integrationAddress(id)+"/repos/progress", q)
}

// GET /settings/integrations/{id}/repos/progress
//
// It answers with the summary and the state of each row that the page shows; htmx puts each into its
// place, and nothing else on the page moves. A part of the page asks for its rows alone.
func (s *Server) importProgress(v *visit) error {
	i, err := s.integration(v)
	if err != nil {
		return err
	}
	rows, err := s.shownRepos(v, i.ID)
	if err != nil {
		return err
	}
	rules, err := s.store.Exclusions(v.ctx(), i.ID)
	if err != nil {
		return err
	}
	list := repoList{s: s, integration: i, rules: rules, manage: v.User.May(access.ManageIntegrations)}
	p := progressView{Integration: i.ID}
	q := v.R.URL.Query()
	if q.Get("part") == "" {
		if p, err = s.progressOfAll(v, i); err != nil {
			return err
		}
	} else {
		p.Poll = pollRows(i.ID, rows)
	}
	for _, r := range rows {
		p.Rows = append(p.Rows, list.row(r))
	}
	status := http.StatusOK
	if p.Poll == "" {
		status = stopPolling
	}
	if q.Get("part") != "" {
		return v.writePart(status, "progress_rows", p)
	}
	if q.Get("repos") == "0" && p.Repos > 0 {
		v.W.Header().Set("HX-Refresh", "true")
	}
	return v.writePart(status, "progress_update", p)
}

func (s *Server) progressOfAll(v *visit, i facts.Integration) (progressView, error) {
	sums, err := s.store.OrganizationSummaries(v.ctx(), i.ID)
	if err != nil {
		return progressView{}, err
	}
	p := progressOf(i, sums, shownState{})
	for _, o := range sums {
		if slices.Contains(v.R.URL.Query()["org"], idText(o.ID)) {
			p.Organizations = append(p.Organizations, o)
		}
	}
	return p, nil
}

func (s *Server) shownRepos(v *visit, id facts.IntegrationID) ([]store.RepoRow, error) {
	f := store.RepoFilter{Integration: id}
	for _, text := range v.R.URL.Query()["id"] {
		n, err := strconv.ParseInt(text, 10, 64)
		if err != nil || n <= 0 {
			return nil, invalid(fmt.Errorf("parameter id: %q is not an id", text))
		}
		f.IDs = append(f.IDs, facts.RepoID(n))
	}
	if len(f.IDs) == 0 {
		return nil, nil
	}
	rows, _, err := s.store.Repos(v.ctx(), f, facts.Page{Limit: reposPerPage})
	return rows, err
}
