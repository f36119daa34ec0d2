package web

import (
	"fmt"
	"net/http"
	"net/url"
	"strconv"

	"weir/internal/facts"
	"weir/internal/store"
)

// progressView is the summary on top of the import page, and what keeps it moving.
type progressView struct {
	Integration                          facts.IntegrationID
	Repos, Imported, Ready, Busy, Failed int
	// Poll is the address to ask again, empty when nothing is under way.
	Poll string
	Rows []repoRow
}

// stopPolling is htmx's own status for "do not ask again".
const stopPolling = 286

func progressOf(i facts.Integration, sums []store.OrganizationSummary, rows []store.RepoRow) progressView {
	p := progressView{Integration: i.ID}
	for _, o := range sums {
		p.Repos += o.Repos
		p.Imported += o.Imported
		p.Ready += o.Ready
		p.Busy += o.Busy
		p.Failed += o.Failed
	}
	if p.Busy == 0 && i.State != facts.IntegrationProcessing {
		return p
	}
	q := url.Values{"repos": {strconv.Itoa(p.Repos)}}
	for _, r := range rows {
		q.Add("id", strconv.FormatInt(int64(r.ID), 10))
	}
	p.Poll = withQuery(integrationAddress(i.ID)+"/repos/progress", q)
	return p
}

// GET /settings/integrations/{id}/repos/progress
//
// It answers with the summary and the state of each row that the page shows; htmx puts each into its
// place, and nothing else on the page moves.
func (s *Server) importProgress(v *visit) error {
	i, err := s.integration(v)
	if err != nil {
		return err
	}
	sums, err := s.store.OrganizationSummaries(v.ctx(), i.ID)
	if err != nil {
		return err
	}
	rows, err := s.shownRepos(v, i.ID)
	if err != nil {
		return err
	}
	p := progressOf(i, sums, rows)
	for _, r := range rows {
		p.Rows = append(p.Rows, repoRow{RepoRow: r, State: s.viewState(r)})
	}
	if before := v.R.URL.Query().Get("repos"); before == "0" && p.Repos > 0 {
		v.W.Header().Set("HX-Refresh", "true")
	}
	status := http.StatusOK
	if p.Poll == "" {
		status = stopPolling
	}
	return v.writePart(status, "progress_update", p)
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
