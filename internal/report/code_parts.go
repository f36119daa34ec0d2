package report

import (
	"maps"
	"slices"

	"weir/internal/facts"
	"weir/internal/metrics"
)

// tiles gives the numbers on top of the page; before is nil without a comparison.
func (f *codeFold) tiles(before *foldSet) []Tile {
	var tiles []Tile
	for i, m := range f.total.metrics[:len(codeTiles)] {
		t := Tile{Metric: m.ID, Title: m.Title, Unit: m.Unit, Value: f.total.value(i, f.scope()), Link: f.countedLink(f.p)}
		if before != nil {
			previous := before.value(i, f.scope())
			t.Previous = &previous
		}
		weeks := f.weeks(i)
		for _, w := range weeks[max(0, len(weeks)-maxPoints):] {
			t.Spark = append(t.Spark, measured(m.Definition, w.Value))
		}
		if trend, ok := metrics.TrendOfWeeks(weeks); ok {
			t.Trend = &trend
		}
		tiles = append(tiles, t)
	}
	return tiles
}

// countedLink leads to the commits that count.
func (f *codeFold) countedLink(p Params) Link {
	p.Filter = facts.CommitFilter{Count: facts.CommitsCounted}
	p.Sort = ""
	return p.Link(NameCommits)
}

func (f *codeFold) peopleTable() Table {
	t := f.table("people", "By person", Column{Name: "person", Title: "Person", Format: FormatText})
	t.Empty = "Nobody has a commit in this period. Choose a longer period or other repos."
	scope := metrics.Scope{Days: f.scope().Days, People: 1}
	for _, id := range slices.Sorted(maps.Keys(f.people)) { // people of one name keep their order
		set := f.people[id]
		t.Rows = append(t.Rows, f.row(Text(f.pl.personName(id)), set, scope, f.p.By(id)))
	}
	sortRows(&t, f.p, NameCode)
	return t
}

func (f *codeFold) repoTable() Table {
	t := f.table("repos", "By repo", Column{Name: "repo", Title: "Repo", Format: FormatText})
	t.Empty = "No repo has a commit in this period. Choose a longer period or other people."
	for id, set := range f.repos {
		t.Rows = append(t.Rows, f.row(Text(f.pl.repoName(id)), set, f.scope(), f.p.In(id)))
	}
	sortRows(&t, f.p, NameCode)
	return t
}

func (f *codeFold) table(name, title string, first Column) Table {
	t := Table{Name: name, Title: title, Columns: append([]Column{first}, columns(f.total.metrics[len(codeTiles):])...), Rows: []Row{}}
	total := f.row(Text("All"), f.total, f.scope(), f.p)
	t.Total = &total
	return t
}

// row gives one row; the link of each number leads to the commits behind it, that of the row to the report
// narrowed to what the row is about.
func (f *codeFold) row(name Value, set *foldSet, scope metrics.Scope, p Params) Row {
	r := Row{Link: p.Link(NameCode), Cells: []Cell{{Value: name, Link: p.Link(NameCode)}}}
	for i, m := range set.metrics[len(codeTiles):] {
		cell := Cell{Value: set.value(len(codeTiles)+i, scope), Link: f.countedLink(p)}
		if m.ID == metrics.MergesDefinition.ID {
			merges := p
			merges.Filter, merges.Sort = facts.CommitFilter{Reason: facts.LeftMerge}, ""
			cell.Link = merges.Link(NameCommits)
		}
		if m.ID == metrics.CommitsDefinition.ID {
			r.Muted = cell.Value.Number == 0
		}
		r.Cells = append(r.Cells, cell)
	}
	return r
}

func (f *codeFold) botTable() Table {
	t := Table{
		Name: "bots", Title: "Bots, left out above", Rows: []Row{},
		Columns: []Column{
			{Name: "bot", Title: "Bot", Format: FormatText},
			{Name: "commits", Title: "Commits left out", Format: FormatCount, Unit: "commits"},
			{Name: "merges", Title: "Merges", Format: FormatCount, Unit: "merges"},
		},
	}
	for id, n := range f.bots {
		p := f.p.By(id)
		p.Sort = ""
		left, merges := p, p
		left.Filter = facts.CommitFilter{Count: facts.CommitsLeftOut}
		merges.Filter = facts.CommitFilter{Reason: facts.LeftMerge}
		t.Rows = append(t.Rows, Row{Muted: true, Link: left.Link(NameCommits), Cells: []Cell{
			{Value: Text(f.pl.personName(id))},
			{Value: Count(n.commits), Link: left.Link(NameCommits)},
			{Value: Count(n.merges), Link: merges.Link(NameCommits)},
		}})
	}
	sortRows(&t, f.p, NameCode)
	return t
}
