package web

import (
	"fmt"

	"weir/internal/facts"
)

// problemsPerPage bounds the list of a repo that is broken all over.
const problemsPerPage = 500

type repoProblemsView struct {
	Integration facts.Integration
	Repo        facts.Repo
	Rows        []facts.Problem
	Total       int
}

// GET /settings/integrations/{id}/repos/{repo}/problems
func (s *Server) repoProblemsPage(v *visit) error {
	i, err := s.integration(v)
	if err != nil {
		return err
	}
	id, err := pathID[facts.RepoID](v, "repo")
	if err != nil {
		return err
	}
	view := repoProblemsView{Integration: i}
	if view.Repo, err = s.store.Repo(v.ctx(), id); err != nil {
		return err
	}
	if view.Repo.Integration != i.ID {
		return notHere()
	}
	if view.Rows, view.Total, err = s.store.Problems(v.ctx(), id, facts.Page{Limit: problemsPerPage}); err != nil {
		return err
	}
	v.Section, v.Side = "settings", "integrations"
	return v.render("repo_problems", "Items that could not be read", view)
}

func problemsAddress(r facts.Repo) string {
	return fmt.Sprintf("%s/repos/%d/problems", integrationAddress(r.Integration), r.ID)
}
