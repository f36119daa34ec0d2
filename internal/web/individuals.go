package web

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"weir/internal/access"
	"weir/internal/facts"
	"weir/internal/report"
)

// individual reports speak of single people throughout.
var individual = map[string]bool{report.NameWorkLog: true, report.NameCommits: true, report.NameCommit: true,
	report.NameReviewWorkflow: true, report.NamePullRequests: true, report.NamePullRequest: true, report.NameTickets: true, report.NameTicket: true}

// aboutPeople are the tables that a reader without the right to see individuals does not get; in those of ownTables a report on
// one person has no other.
var (
	aboutPeople = map[string]bool{"people": true, "bots": true, "matrix": true, "pairs": true}
	ownTables   = map[string]bool{"people": true}
)

// onlyOwn tells whether the reader may see a single person in reports, namely v.Own.
func (v *visit) onlyOwn() bool { return v.Own != 0 && !v.User.May(access.ViewIndividuals) }

// isOwn tells whether people are the reader alone.
func (v *visit) isOwn(people []facts.PersonID) bool {
	return v.onlyOwn() && len(people) == 1 && people[0] == v.Own
}

// ownAddress adds the choice of one person to the address of a report.
func ownAddress(of *url.URL, own facts.PersonID) string {
	q := of.Query()
	q.Set("person", strconv.FormatInt(int64(own), 10))
	return of.Path + "?" + q.Encode()
}

// mayRead keeps reports on single people from those without the right to see individuals; everyone sees their own. What only
// the report itself tells is left to mayReadOne.
func (v *visit) mayRead(name string, p report.Params) error {
	switch {
	case v.User.May(access.ViewIndividuals):
		return nil
	case len(p.Items.Reviewers) > 0:
	case len(p.People) > 0 && v.isOwn(p.People), len(p.People) == 0 && v.onlyOwn() && single[name]:
		return nil
	case len(p.People) == 0 && !individual[name]:
		return nil
	}
	return v.notYours()
}

// mayReadOne keeps the page of a commit, a pull request or a ticket from those who took no part in it and may not see individuals.
func (v *visit) mayReadOne(page *report.Page) error {
	var people []facts.PersonID
	switch {
	case v.User.May(access.ViewIndividuals), page.Commit == nil && page.Item == nil:
		return nil
	case page.Commit != nil:
		people = []facts.PersonID{page.Commit.Commit.Person}
		for _, c := range page.Commit.CoAuthors {
			people = append(people, c.Person)
		}
	default:
		people = page.Item.People
	}
	if slices.Contains(people, v.Own) {
		return nil
	}
	return v.notYours()
}

// notYours refuses what shows other people than the reader.
func (v *visit) notYours() error {
	p := &problem{Status: http.StatusForbidden, What: "This report shows single people", Why: "Your role in Weir sees teams, totals and your own work.",
		Next: "Open Code or Review collaboration without a choice of people, or choose yourself."}
	if !v.onlyOwn() {
		p.Why = "Your role in Weir sees teams and totals, and your own work only once Weir knows which person of the reports you are."
		p.Next = "Open Code or Review collaboration without a choice of people, or ask an admin of Weir to name your person under Settings, Users."
	}
	return p
}

// hideIndividuals takes what a reader without the right to see individuals may not see off a page: tables of people, and links
// that lead to such. On a report about themselves these stay.
func (v *visit) hideIndividuals(page *report.Page) {
	if v.User.May(access.ViewIndividuals) {
		return
	}
	own := v.isOwn(page.Params.People)
	page.Tables = slices.DeleteFunc(page.Tables, func(t report.Table) bool {
		return aboutPeople[t.Name] && !(own && ownTables[t.Name])
	})
	eachLink(page, func(l *report.Link) {
		people := l.Query["person"]
		toOwn := v.onlyOwn() && len(people) == 1 && people[0] == strconv.FormatInt(int64(v.Own), 10) && !l.Query.Has("reviewer")
		if (individual[l.Report] || len(people) > 0) && !toOwn && !(own && single[l.Report]) {
			*l = report.Link{}
		}
	})
}

// eachLink calls do for all links of a page.
func eachLink(page *report.Page, do func(*report.Link)) {
	for i := range page.Notes {
		do(&page.Notes[i].Link)
	}
	for i := range page.Tiles {
		do(&page.Tiles[i].Link)
	}
	for _, c := range page.Charts {
		for _, s := range c.Series {
			for i := range s.Links {
				do(&s.Links[i])
			}
		}
	}
	row := func(r *report.Row) {
		do(&r.Link)
		for i := range r.Cells {
			do(&r.Cells[i].Link)
		}
	}
	for _, t := range page.Tables {
		for i := range t.Rows {
			row(&t.Rows[i])
		}
		if t.Total != nil {
			row(t.Total)
		}
	}
}
