package report

import (
	"context"
	"slices"
	"strings"

	"weir/internal/facts"
	"weir/internal/metrics"
)

// Commits lists commits with what each counts for, or why it does not count.
func Commits(ctx context.Context, src CommitSource, p Params) (*Page, error) {
	pl, err := placesOf(ctx, src, p)
	if err != nil {
		return nil, err
	}
	p.To = min(p.To, p.lastDay())
	page := &Page{
		Name: NameCommits, Title: "Commits", Question: "Which commits are behind the numbers, and why does each count or not?", Params: p, Charts: []Chart{},
		Definitions: slices.Concat(definitions(metricsNamed("commits", "haloc", "impact")), typeDefinitions(), []metrics.Definition{metrics.ComplexityDefinition}),
	}
	page.Health, page.Notes = pl.health()
	outside, err := outsideOf(ctx, src, p)
	if err != nil {
		return nil, err
	}
	page.Notes = append(page.Notes, outside...)
	sums, err := src.SumJudgedCommits(ctx, p.Query(), p.Filter)
	if err != nil {
		return nil, err
	}
	page.Tiles = sumTiles(sums, p)
	table, err := commitTable(ctx, src, p, pl)
	if err != nil {
		return nil, err
	}
	if sums.Listed() > 0 {
		total := sumRow(sums, p)
		table.Total = &total
	}
	page.Tables = []Table{table}
	if table.Paging.More {
		page.Notes = append(page.Notes, Note{Level: LevelInfo, Text: "This is a part of " + counted(sums.Listed(), "row", "rows") + "; the sums and the row All cover every one.",
			Next: "The CSV holds all rows."})
	}
	page.passedOver()
	return page, nil
}

func commitColumns() []Column {
	all := []Column{
		{Name: "authored", Title: "Authored", Format: FormatInstant},
		{Name: "subject", Title: "Subject", Format: FormatText},
		{Name: "author", Title: "Author", Format: FormatText},
		{Name: "co_authors", Title: "With", Format: FormatText},
		{Name: "repo", Title: "Repo", Format: FormatText},
		{Name: "counts", Title: "Counts", Format: FormatText},
		{Name: "haloc", Title: "HALOC", Format: FormatCount, Unit: "lines", Metric: metrics.HALOCDefinition.ID},
	}
	for _, t := range metrics.WorkTypes() {
		all = append(all, Column{Name: string(t), Title: t.Title(), Group: "Work types", Format: FormatCount, Unit: "lines", Metric: string(t), Series: string(t)})
	}
	return append(all,
		Column{Name: "added", Title: "Added", Group: "Lines", Format: FormatCount, Unit: "lines"},
		Column{Name: "deleted", Title: "Deleted", Group: "Lines", Format: FormatCount, Unit: "lines"},
		Column{Name: "ignored", Title: "Left out", Group: "Lines", Format: FormatCount, Unit: "lines"},
		Column{Name: "merge_lines", Title: "Merge's own", Group: "Lines", Format: FormatCount, Unit: "lines"},
		Column{Name: "files", Title: "Files", Format: FormatCount, Unit: "files"},
		Column{Name: "hunks", Title: "Hunks", Format: FormatCount, Unit: "hunks"},
		Column{Name: "impact", Title: "Impact", Format: FormatDecimal, Unit: "points", Metric: metrics.ImpactDefinition.ID},
		Column{Name: "complexity", Title: "Complexity", Format: FormatText, Metric: metrics.ComplexityDefinition.ID},
		Column{Name: "commit", Title: "Commit", Format: FormatHash},
	)
}

func commitTable(ctx context.Context, src CommitSource, p Params, pl *places) (Table, error) {
	t := Table{
		Name: "commits", Title: "Commits", Columns: commitColumns(), Rows: []Row{},
		Empty: "No commit meets these filters. Choose a longer period, or take a filter off.",
	}
	ask := p.Page
	ask.Limit++
	for c, err := range src.JudgedCommits(ctx, p.Query(), p.Filter, ask) {
		if err != nil {
			return t, err
		}
		t.Rows = append(t.Rows, commitRow(&c, p, pl))
	}
	t.Paging = pagingOf(p, len(t.Rows), NameCommits)
	t.Rows = t.Rows[:min(len(t.Rows), p.Page.Limit)]
	orderLinks(&t, p)
	return t, nil
}

// pagingOf tells which part of a list is shown, given how many rows there are from its first on, or one more than the limit.
func pagingOf(p Params, rows int, report string) *Paging {
	pg := &Paging{Offset: p.Page.Offset, Limit: p.Page.Limit, More: rows > p.Page.Limit}
	if pg.More {
		next := p
		next.Page.Offset += p.Page.Limit
		pg.Next = Link{Report: report, Query: next.Values()}
	}
	if p.Page.Offset > 0 {
		previous := p
		previous.Page.Offset = max(0, p.Page.Offset-p.Page.Limit)
		pg.Previous = Link{Report: report, Query: previous.Values()}
	}
	return pg
}

// orderLinks lets the source sort: a list may be longer than the part that is here.
func orderLinks(t *Table, p Params) {
	orders := map[string]facts.CommitOrder{
		"authored": facts.OrderNewest, "haloc": facts.OrderLargest, "impact": facts.OrderImpact,
		"ignored": facts.OrderIgnored, "merge_lines": facts.OrderMergeOwn,
	}
	for i := range t.Columns {
		order, ok := orders[t.Columns[i].Name]
		if !ok {
			continue
		}
		by := p
		by.Filter.Order = order
		if p.Filter.Order == order {
			t.Columns[i].Sorted = -1
		}
		if order == facts.OrderNewest && p.Filter.Order == facts.OrderNewest {
			by.Filter.Order = facts.OrderOldest
		}
		if order == facts.OrderNewest && p.Filter.Order == facts.OrderOldest {
			t.Columns[i].Sorted = 1
		}
		t.Columns[i].Sort = by.Link(NameCommits)
	}
}

func commitRow(c *facts.JudgedCommit, p Params, pl *places) Row {
	detail := commitLink(c.Repo, c.Hash)
	reason, note := reasonOf(c)
	part := c.Credited(p.People)
	if c.Split && len(p.People) > 0 {
		note = strings.TrimPrefix(note+"; "+counted(part.Lines.HALOC(), "line", "lines")+" of "+Count(c.Lines.HALOC()).String()+", shared by "+Count(len(c.Shares)).String(), "; ")
	}
	cells := []Cell{
		{Value: Instant(c.AuthoredAt, c.AuthorOffset)},
		{Value: Text(c.Subject), Link: detail},
		{Value: Text(pl.authorName(c.Person)), Link: p.By(c.Person).Link(NameCommits)},
		{Value: Text(pl.coAuthorNames(c))},
		{Value: Text(pl.repoName(c.Repo)), Link: p.In(c.Repo).Link(NameCommits)},
		{Value: Text(reason), Note: note},
		{Value: Count(part.Lines.HALOC()), Link: detail},
	}
	for _, t := range metrics.WorkTypes() {
		cells = append(cells, Cell{Value: Count(t.Of(part.Lines))})
	}
	for _, n := range []int{part.Added, part.Deleted, c.Ignored, c.MergeLines, c.Verdict.Files, c.Hunks} {
		cells = append(cells, Cell{Value: Count(n)})
	}
	cells = append(cells, Cell{Value: Value{Format: FormatDecimal, Number: part.Impact}}, Cell{Value: Text(metrics.ComplexityTitle(c.Complexity))}, Cell{Value: Hash(c.Hash), Link: detail})
	return Row{Cells: cells, Muted: c.Reason != facts.Counts, Link: detail}
}

// reasonOf says in words whether a commit counts, with what the reason refers to.
func reasonOf(c *facts.JudgedCommit) (reason, note string) {
	reason, _ = ReasonTitle(c.Reason)
	if c.Reason == facts.Counts && c.Trivial {
		return "Counts, no lines", "a rename, a change of mode, or only files that are left out"
	}
	return reason, c.Detail
}

func commitLink(repo facts.RepoID, hash string) Link {
	return Link{Report: NameCommit, Query: commitValues(repo, hash)}
}

// authorName hides the name of hidden people.
func (pl *places) authorName(id facts.PersonID) string {
	if pl.people[id].Hidden {
		return "Hidden person"
	}
	return pl.personName(id)
}
