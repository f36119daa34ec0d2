package web

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strconv"

	"weir/internal/access"
	"weir/internal/facts"
	"weir/internal/report"
)

// storedReport makes a report by its name from the store.
func (s *Server) storedReport(ctx context.Context, name string, p report.Params) (*report.Page, error) {
	switch name {
	case report.NameCode:
		return report.Code(ctx, s.store, p)
	case report.NameWorkLog:
		return report.WorkLog(ctx, s.store, p)
	case report.NameCommits:
		return report.Commits(ctx, s.store, p)
	case report.NameCommit:
		return report.Commit(ctx, s.store, p, s.evidence)
	case report.NameReviews:
		return report.Reviews(ctx, s.store, p)
	case report.NameReviewWorkflow:
		return report.ReviewWorkflow(ctx, s.store, p)
	case report.NamePullRequests:
		return report.PullRequests(ctx, s.store, p)
	case report.NamePullRequest:
		return report.PullRequest(ctx, s.store, p)
	case report.NameTickets:
		return report.Tickets(ctx, s.store, p)
	case report.NameTicket:
		return report.Ticket(ctx, s.store, p)
	}
	return nil, notHere()
}

// GET /reports/{name}
func (s *Server) reportPage(v *visit) error {
	p, err := report.ParseParams(v.R.URL.Query(), s.now())
	if err != nil {
		return invalid(err)
	}
	name := v.R.PathValue("name")
	if v.onlyOwn() && v.Format == formatHTML && len(p.People) == 0 && individual[name] && !single[name] {
		return v.redirect(ownAddress(v.R.URL, v.Own))
	}
	if err := v.mayRead(name, p); err != nil {
		return err
	}
	wholeList(v, name, &p)
	if write := s.writers()[name]; write != nil && v.Format == formatCSV && p.Page.Limit == 0 {
		return writeList(v, name, p, write)
	}
	page, err := s.report(v.ctx(), name, p)
	if wrong := (*report.ParamError)(nil); errors.As(err, &wrong) && !single[name] {
		return invalid(err)
	}
	if errors.Is(err, facts.ErrNotFound) && (name == report.NamePullRequest || name == report.NameTicket) {
		return s.missingItem(v, name, p, err)
	}
	if err != nil {
		return err
	}
	if err := v.mayReadOne(page); err != nil {
		return err
	}
	v.hideIndividuals(page)
	switch v.Format {
	case formatJSON:
		tellNext(v.W, page)
		return writeJSON(v.W, page)
	case formatCSV:
		return writeTable(v, page)
	}
	return s.showReport(v, page)
}

// maxListJSON bounds the rows of one JSON answer: paging.next in it, and the Link header, lead to the rest.
const maxListJSON = 10_000

// lists are the reports that show a part of a list.
var lists = map[string]bool{report.NameCommits: true, report.NamePullRequests: true, report.NameReviewWorkflow: true, report.NameReviews: true, report.NameTickets: true}

// single are the reports on one thing: an address that names none leads nowhere.
var single = map[string]bool{report.NameCommit: true, report.NamePullRequest: true, report.NameTicket: true}

// wholeList makes an export hold the whole list and not a screenful, unless the address names a part of it:
// CSV has no bound, JSON that of maxListJSON.
func wholeList(v *visit, name string, p *report.Params) {
	q := v.R.URL.Query()
	if !lists[name] || q.Has("limit") || q.Has("offset") {
		return
	}
	switch v.Format {
	case formatCSV:
		p.Page.Limit = 0
	case formatJSON:
		p.Page.Limit = maxListJSON
	}
}

// listWriter writes the whole of a list as CSV, row by row.
type listWriter func(ctx context.Context, p report.Params, w io.Writer) error

// writers are those of the lists that may be of anything that ever happened. Each has one table, of the report's name.
func (s *Server) writers() map[string]listWriter {
	return map[string]listWriter{
		report.NameCommits: func(ctx context.Context, p report.Params, w io.Writer) error {
			return report.WriteCommitsCSV(ctx, s.store, p, w)
		},
		report.NamePullRequests: func(ctx context.Context, p report.Params, w io.Writer) error {
			return report.WritePullRequestsCSV(ctx, s.store, p, w)
		},
		report.NameTickets: func(ctx context.Context, p report.Params, w io.Writer) error {
			return report.WriteTicketsCSV(ctx, s.store, p, w)
		},
	}
}

// writeList answers with every row of a list as CSV, which is complete before the first byte is sent.
func writeList(v *visit, name string, p report.Params, write listWriter) error {
	if table := v.R.URL.Query().Get("table"); table != "" && table != name {
		return invalid(errors.New("this report has no table " + table))
	}
	var out bytes.Buffer
	err := write(v.ctx(), p, &out)
	if wrong := (*report.ParamError)(nil); errors.As(err, &wrong) {
		return invalid(err)
	}
	if err != nil {
		return err
	}
	attach(v.W, "text/csv; charset=utf-8", "weir-"+name+"-"+name+".csv")
	_, err = out.WriteTo(v.W)
	return err
}

// tellNext names the address of the next part of a list in the header that programs look for.
func tellNext(w http.ResponseWriter, page *report.Page) {
	for _, t := range page.Tables {
		if t.Paging != nil && t.Paging.Next.Valid() {
			next := t.Paging.Next
			w.Header().Set("Link", "<"+withQuery("/reports/"+next.Report+".json", next.Query)+`>; rel="next"`)
		}
	}
}

func (s *Server) showReport(v *visit, page *report.Page) error {
	c, err := s.choices(v)
	if err != nil {
		return err
	}
	v.Section, v.Charts = page.Name, len(page.Charts) > 0
	if page.Commit != nil {
		v.Section = report.NameCommits
		view := viewCommit(page)
		if view.OnServer, err = s.onServer(v.ctx(), page.Commit); err != nil {
			return err
		}
		return v.render("commit", page.Title, view)
	}
	view := viewReport(page)
	view.MayImport = v.User.May(access.ManageIntegrations)
	if page.Item != nil {
		v.Section = report.NamePullRequests
		if page.Item.Ticket {
			v.Section = report.NameTickets
		}
		if view.OnServer, err = s.itemOnServer(v.ctx(), page.Item); err != nil {
			return err
		}
		return v.render("report", page.Title, view)
	}
	view.Filter = viewFilter("/reports/"+page.Name, page.Params, c)
	view.Filter.addFor(page)
	return v.render("report", page.Title, view)
}

// itemOnServer gives the address of a pull request or a ticket on the server that it came from.
func (s *Server) itemOnServer(ctx context.Context, of *report.Item) (string, error) {
	if of.Number < 0 {
		return "", nil // the server has given its number to another one
	}
	at, err := s.repoOnServer(ctx, of.Repo)
	if of.Ticket {
		return at + "/issues/" + strconv.Itoa(of.Number), err
	}
	return at + "/pull/" + strconv.Itoa(of.Number), err
}

// onServer gives the address of a commit's page on the server that it came from.
func (s *Server) onServer(ctx context.Context, c *report.CommitDetail) (string, error) {
	at, err := s.repoOnServer(ctx, c.Commit.Repo)
	return at + "/commit/" + url.PathEscape(c.Hash), err
}

func (s *Server) repoOnServer(ctx context.Context, id facts.RepoID) (string, error) {
	repo, err := s.store.Repo(ctx, id)
	if err != nil {
		return "", err
	}
	i, err := s.store.Integration(ctx, repo.Integration)
	return i.Address + "/" + escapePath(repo.FullName), err
}

// choices loads what the filter offers to this reader.
func (s *Server) choices(v *visit) (c choices, err error) {
	if c.Repos, err = s.store.ImportedRepos(v.ctx()); err != nil {
		return c, err
	}
	if v.onlyOwn() {
		own, err := s.store.Person(v.ctx(), v.Own)
		c.People = []facts.Person{own}
		return c, err
	}
	if !v.User.May(access.ViewIndividuals) {
		return c, nil
	}
	c.People, err = s.store.People(v.ctx())
	if c.People == nil {
		c.People = []facts.Person{}
	}
	return c, err
}

func writeJSON(w http.ResponseWriter, value any) error {
	var out bytes.Buffer
	enc := json.NewEncoder(&out)
	enc.SetIndent("", " ")
	if err := enc.Encode(value); err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	_, err := out.WriteTo(w)
	return err
}

// writeTable answers with one table of the page: the one that the parameter table names, else the first.
func writeTable(v *visit, page *report.Page) error {
	name := v.R.URL.Query().Get("table")
	t := page.Table(name)
	for _, c := range page.Charts {
		if t == nil && (name == c.Name || name == "") {
			table := c.Table()
			t = &table
		}
	}
	if t == nil {
		return invalid(errors.New("this report has no table " + name))
	}
	var out bytes.Buffer
	if err := t.WriteCSV(&out); err != nil {
		return err
	}
	attach(v.W, "text/csv; charset=utf-8", "weir-"+page.Name+"-"+t.Name+".csv")
	_, err := out.WriteTo(v.W)
	return err
}
