package web

import (
	"errors"
	"fmt"
	"net/http"

	"weir/internal/facts"
	"weir/internal/report"
)

// missingItem answers for a pull request or ticket that is not held. The two share their numbers: whoever takes one for the
// other is led there.
func (s *Server) missingItem(v *visit, name string, p report.Params, cause error) error {
	if len(p.Repos) != 1 || p.Items.Number == 0 {
		return cause
	}
	repo, err := s.store.Repo(v.ctx(), p.Repos[0])
	if errors.Is(err, facts.ErrNotFound) || err == nil && repo.ImportedAt == 0 {
		return cause
	}
	if err != nil {
		return err
	}
	noun, other := "pull request", report.NameTicket
	if name == report.NameTicket {
		noun, other = "ticket", report.NamePullRequest
	}
	held, err := s.holdsItem(v, other, repo.ID, p.Items.Number)
	if err != nil {
		return err
	}
	if held && v.Format == formatHTML {
		return v.redirect(withQuery("/reports/"+other, p.Values()))
	}
	what := &problem{Status: http.StatusNotFound, What: fmt.Sprintf("Weir holds no %s #%d of %s", noun, p.Items.Number, visible(repo.FullName)), cause: cause,
		Why:  "It has not been read yet, or the server has none of this number.",
		Next: "Look for it on the server. If it is there, the integration's page says how complete the repo is; new ones are read within minutes."}
	if held {
		what.Why, what.Next = "The number is not that of a "+noun+".", "Ask for /reports/"+other+" with the same repo and number."
	}
	return what
}

func (s *Server) holdsItem(v *visit, name string, repo facts.RepoID, number int) (held bool, err error) {
	if name == report.NameTicket {
		_, err = s.store.JudgedTicket(v.ctx(), repo, number)
	} else {
		_, err = s.store.JudgedPullRequest(v.ctx(), repo, number)
	}
	if errors.Is(err, facts.ErrNotFound) {
		return false, nil
	}
	return err == nil, err
}
