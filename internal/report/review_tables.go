package report

import (
	"cmp"
	"fmt"
	"maps"
	"slices"

	"weir/internal/facts"
	"weir/internal/metrics"
)

// durations puts the median and the percentiles beside each mean of hours. The four stages add up.
func (f *reviewFold) durations() Table {
	t := spreadTable("durations", "Where the time goes", Column{Name: "duration", Title: "Duration", Format: FormatText}, FormatHours)
	for _, m := range reviewsNamed(durationRows...) {
		name := m.Title
		if slices.Contains(durationRows[6:], m.ID) {
			name = "Stage: " + name
		}
		t.Rows = append(t.Rows, f.spread(m, name, FormatHours))
	}
	return t
}

// spreadTable has the columns that spread fills.
func spreadTable(name, title string, first Column, format Format) Table {
	return Table{Name: name, Title: title, Rows: []Row{}, Columns: []Column{
		first, {Name: "mean", Title: "Mean", Format: format}, {Name: "median", Title: "Median", Format: format},
		{Name: "p75", Title: "p75", Says: "three of four are at most this", Format: format}, {Name: "p90", Title: "p90", Says: "nine of ten are at most this", Format: format}, {Name: "sample", Title: "Rests on", Format: FormatCount},
	}}
}

// spread puts the median and the percentiles beside the mean of a metric that has one.
func (f *reviewFold) spread(m metrics.ReviewMetric, name string, format Format) Row {
	mean, link := f.total[m.ID].Result(), f.link(m.ID, f.p)
	s := f.total[m.ID].(*metrics.Mean).Spread()
	row := Row{Link: link, Cells: []Cell{{Value: Text(name), Link: link, Metric: m.ID}}}
	for _, v := range []metrics.Value{mean, s.Median, s.P75, s.P90} {
		row.Cells = append(row.Cells, Cell{Value: Measured(format, v, m.SampleOf)})
	}
	row.Cells = append(row.Cells, Cell{Value: Count(mean.Sample), Note: m.SampleOf})
	return row
}

func (f *reviewFold) peopleTable() Table {
	t := Table{Name: "people", Title: "By person", Rows: []Row{}, Columns: []Column{{Name: "person", Title: "Person", Format: FormatText}},
		Empty: "Nobody has a merged pull request in this period. Choose a longer period or other repos."}
	t.Columns = append(t.Columns, reviewColumns("As submitter", submitterColumns)...)
	t.Columns = append(t.Columns, reviewColumns("As reviewer", reviewerColumns)...)
	all := reviewsNamed(slices.Concat(submitterColumns, reviewerColumns)...)
	for _, person := range slices.Sorted(maps.Keys(f.people)) { // people of one name keep their order
		p := f.p.By(person)
		r := Row{Link: p.Link(NameReviews), Cells: []Cell{{Value: Text(f.ip.who(person)), Link: p.Link(NameReviews)}}}
		for _, m := range all {
			r.Cells = append(r.Cells, Cell{Value: reviewed(m, f.value(person, m)), Link: f.link(m.ID, p)})
		}
		if person == 0 { // all whose accounts are gone: nobody who could be asked for
			r.unlink()
		}
		t.Rows = append(t.Rows, r)
	}
	total := Row{Cells: []Cell{{Value: Text("All"), Link: f.p.Link(NameReviews)}}}
	for _, m := range all {
		total.Cells = append(total.Cells, Cell{Value: reviewed(m, f.total[m.ID].Result()), Link: f.link(m.ID, f.p)})
	}
	t.Total = &total
	sortRows(&t, f.p, NameReviews)
	return t
}

// unlink takes all links off a row.
func (r *Row) unlink() {
	r.Link = Link{}
	for i := range r.Cells {
		r.Cells[i].Link = Link{}
	}
}

func reviewColumns(group string, ids []string) []Column {
	var all []Column
	for _, m := range reviewsNamed(ids...) {
		c := Column{Name: m.ID, Title: m.Title, Group: group, Format: formatOf(m.Definition), Metric: m.ID}
		if c.Format != FormatPercent {
			c.Unit = m.Unit
		}
		all = append(all, c)
	}
	return all
}

// maxMatrix bounds how many people the matrix has on each side; the export has all.
const maxMatrix = 40

// matrix says who reviews whom, both sides by name.
func (f *reviewFold) matrix() (t Table, note string) {
	reviewers, authors := f.sides()
	if len(reviewers) > maxMatrix || len(authors) > maxMatrix {
		note = fmt.Sprintf("the first %d people of each side; the export has all", maxMatrix)
		reviewers, authors = reviewers[:min(maxMatrix, len(reviewers))], authors[:min(maxMatrix, len(authors))]
	}
	t = Table{Name: "matrix", Title: "Who reviews whom: pull requests reviewed by each row for each column", Matrix: true, Rows: []Row{},
		Columns: []Column{{Name: "reviewer", Title: "Reviewer", Format: FormatText}, {Name: "all", Title: "All", Format: FormatCount}},
		Empty:   "Nobody reviewed a pull request of somebody else in this period. Choose a longer period or other repos."}
	for _, author := range authors {
		t.Columns = append(t.Columns, Column{Name: fmt.Sprintf("person_%d", author), Title: f.ip.who(author), Format: FormatCount})
	}
	for _, reviewer := range reviewers {
		r := Row{Cells: []Cell{{Value: Text(f.ip.who(reviewer))}, {}}}
		sum := 0
		for of, n := range f.pairs {
			if of.reviewer == reviewer {
				sum += n // of authors beyond the bound too
			}
		}
		r.Cells[1] = Cell{Value: Count(sum), Link: f.reviewerLink(reviewer)}
		for _, author := range authors {
			n := f.pairs[pair{reviewer, author}]
			cell := Cell{Value: Count(n)}
			if n > 0 {
				cell.Link = f.pairLink(pair{reviewer, author})
			}
			r.Cells = append(r.Cells, cell)
		}
		t.Rows = append(t.Rows, r)
	}
	return t, note
}

// sides lists the reviewers and the authors of all pairs, each by name.
func (f *reviewFold) sides() (reviewers, authors []facts.PersonID) {
	seen := [2]map[facts.PersonID]bool{{}, {}}
	for p := range f.pairs {
		if !seen[0][p.reviewer] {
			reviewers = append(reviewers, p.reviewer)
		}
		if !seen[1][p.author] {
			authors = append(authors, p.author)
		}
		seen[0][p.reviewer], seen[1][p.author] = true, true
	}
	slices.SortFunc(reviewers, f.ip.byName)
	slices.SortFunc(authors, f.ip.byName)
	return reviewers, authors
}

// pairLink leads to the pull requests of one author that one person reviewed; a ghost cannot be asked for.
func (f *reviewFold) pairLink(of pair) Link {
	if of.reviewer == 0 || of.author == 0 {
		return Link{}
	}
	return f.reviewedBy(of.reviewer).By(of.author).Link(NamePullRequests)
}

// reviewerLink leads to all pull requests that a row of the matrix counts: of anybody where the reviewer is one of the people
// chosen, else of those people.
func (f *reviewFold) reviewerLink(reviewer facts.PersonID) Link {
	if reviewer == 0 {
		return Link{}
	}
	p := f.reviewedBy(reviewer)
	if f.lens.People.Has(reviewer) {
		p.People = nil
	}
	return p.Link(NamePullRequests)
}

func (f *reviewFold) reviewedBy(reviewer facts.PersonID) Params {
	p := f.p.list(atMerged)
	p.Filter.Count = facts.CommitsCounted
	p.Items.Reviewers = []facts.PersonID{reviewer}
	return p
}

// pairTable is the matrix for programs: the part that the address asks for, and all of it where there is no limit. There may be
// hundreds of thousands of pairs, so that those have no links, which no CSV shows.
func (f *reviewFold) pairTable() Table {
	t := Table{Name: "pairs", Title: "Who reviews whom, pair by pair", Aside: true, Rows: []Row{}, Columns: []Column{
		{Name: "reviewer", Title: "Reviewer", Format: FormatText}, {Name: "author", Title: "Author", Format: FormatText},
		{Name: "pull_requests", Title: "Pull requests", Format: FormatCount, Unit: "pull requests"},
	}}
	inOrder := slices.SortedFunc(maps.Keys(f.pairs), func(a, b pair) int {
		return cmp.Or(f.ip.byName(a.reviewer, b.reviewer), f.ip.byName(a.author, b.author))
	})
	limit := f.p.Page.Limit
	if from := min(f.p.Page.Offset, len(inOrder)); limit > 0 && (from > 0 || len(inOrder) > limit) {
		t.Paging = pagingOf(f.p, len(inOrder)-from, NameReviews)
		inOrder = inOrder[from:min(from+limit, len(inOrder))]
	}
	for _, p := range inOrder {
		r := Row{Cells: []Cell{{Value: Text(f.ip.who(p.reviewer))}, {Value: Text(f.ip.who(p.author))}, {Value: Count(f.pairs[p])}}}
		if limit > 0 {
			r.Link = f.pairLink(p)
		}
		t.Rows = append(t.Rows, r)
	}
	return t
}
