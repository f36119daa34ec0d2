package report

import (
	"context"
	"io"

	"weir/internal/facts"
	"weir/internal/metrics"
)

// sumTiles counts the commits that the filters let through, with and without those that do not count.
func sumTiles(s facts.CommitSums, p Params) []Tile {
	tiles := []Tile{}
	for _, t := range []struct {
		title string
		n     int
		count facts.CommitCount
	}{{"Commits listed", s.Listed(), p.Filter.Count}, {"Of them counted", s.Counted, facts.CommitsCounted}, {"Of them left out", s.LeftOut, facts.CommitsLeftOut}} {
		of := p
		of.Filter.Count = t.count
		tiles = append(tiles, Tile{Metric: metrics.CommitsDefinition.ID, Title: t.title, Unit: "commits", Value: Count(t.n), Link: of.Link(NameCommits)})
	}
	return tiles
}

// sumRow is the row of sums: it covers all commits of the filter, those of other parts of the list too.
func sumRow(s facts.CommitSums, p Params) Row {
	name := "All " + counted(s.Listed(), "commit", "commits")
	if s.LeftOut > 0 && s.Counted > 0 {
		name += ", with " + Count(s.LeftOut).String() + " left out"
	}
	all := Text(name)
	none := Cell{Value: Text("")}
	r := Row{Cells: []Cell{{Value: all, Link: p.Link(NameCommits)}, none, none, none, none, none, {Value: Count(s.Lines.HALOC())}}}
	for _, t := range metrics.WorkTypes() {
		r.Cells = append(r.Cells, Cell{Value: Count(t.Of(s.Lines))})
	}
	for _, n := range []int{s.Added, s.Deleted, s.Ignored, s.MergeLines, s.Files, s.Hunks} {
		r.Cells = append(r.Cells, Cell{Value: Count(n)})
	}
	r.Cells = append(r.Cells, Cell{Value: Value{Format: FormatDecimal, Number: s.Impact}}, none, none)
	return r
}

// WriteCommitsCSV writes every commit of a query as CSV, one by one: unlike a page it has no bound, and
// neither Limit nor Offset is looked at.
func WriteCommitsCSV(ctx context.Context, src CommitSource, p Params, w io.Writer) error {
	pl, err := placesOf(ctx, src, p)
	if err != nil {
		return err
	}
	p.To = min(p.To, p.lastDay())
	t := Table{Columns: commitColumns()}
	out, err := t.csvTo(w)
	if err != nil {
		return err
	}
	for c, err := range src.JudgedCommits(ctx, p.Query(), p.Filter, facts.Page{}) {
		if err != nil {
			return err
		}
		if err := out.row(commitRow(&c, p, pl)); err != nil {
			return err
		}
	}
	return out.done()
}
