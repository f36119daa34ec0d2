package web

import (
	"net/url"
	"strconv"

	"weir/internal/facts"
	"weir/internal/store"
)

const countedPerPage = 100

type completenessView struct {
	Integration facts.Integration
	Rows        []store.CountedRepo
	// Odd tells that only those are listed that lack something or have a note.
	Odd                bool
	First, Last, Total int
	Previous, Next     string
}

// GET /settings/integrations/{id}/completeness
func (s *Server) completenessPage(v *visit) error {
	i, err := s.integration(v)
	if err != nil {
		return err
	}
	q := v.R.URL.Query()
	asked, err := positive(q, "page")
	if err != nil {
		return err
	}
	page := max(1, int(asked))
	view := completenessView{Integration: i, Odd: q.Get("only") == "odd", First: (page-1)*countedPerPage + 1}
	view.Rows, view.Total, err = s.store.CountedRepos(v.ctx(), i.ID, view.Odd, facts.Page{Limit: countedPerPage, Offset: view.First - 1})
	if err != nil {
		return err
	}
	view.Last = view.First + len(view.Rows) - 1
	if page > 1 {
		view.Previous = view.at(page - 1)
	}
	if view.Last < view.Total {
		view.Next = view.at(page + 1)
	}
	v.Section, v.Side = "settings", "integrations"
	return v.render("completeness", "Completeness", view)
}

func (v *completenessView) at(page int) string {
	q := url.Values{}
	if v.Odd {
		q.Set("only", "odd")
	}
	if page > 1 {
		q.Set("page", strconv.Itoa(page))
	}
	return withQuery(integrationAddress(v.Integration.ID)+"/completeness", q)
}
