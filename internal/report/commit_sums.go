package report

import (
	"context"
	"io"

	"weir/internal/facts"
	"weir/internal/metrics"
)

// commitSums adds up every commit that a query and its filter let through, however few of them a page lists.
type commitSums struct {
	counted, left int
	lines         facts.WorkTypes
	counts        facts.LineCounts
	ignored, own  int
	files, hunks  int
	impact        float64
}

func sumCommits(ctx context.Context, src CommitSource, p Params) (*commitSums, error) {
	s := &commitSums{}
	for c, err := range src.JudgedCommits(ctx, p.Query(), p.Filter, facts.Page{}) {
		if err != nil {
			return nil, err
		}
		s.add(&c)
	}
	return s, nil
}

func (s *commitSums) add(c *facts.JudgedCommit) {
	if c.Reason == facts.Counts {
		s.counted++
	} else {
		s.left++
	}
	s.lines = s.lines.Add(c.Lines)
	s.counts.Added += c.LineCounts.Added
	s.counts.Deleted += c.LineCounts.Deleted
	s.ignored += c.Ignored
	s.own += c.MergeLines
	s.files += c.Verdict.Files
	s.hunks += c.Hunks
	s.impact += c.Impact
}

func (s *commitSums) listed() int { return s.counted + s.left }

// tiles counts the commits that the filters let through, with and without those that do not count.
func (s *commitSums) tiles(p Params) []Tile {
	tiles := []Tile{}
	for _, t := range []struct {
		title string
		n     int
		count facts.CommitCount
	}{{"Commits listed", s.listed(), p.Filter.Count}, {"Of them counted", s.counted, facts.CommitsCounted}, {"Of them left out", s.left, facts.CommitsLeftOut}} {
		of := p
		of.Filter.Count = t.count
		tiles = append(tiles, Tile{Metric: metrics.CommitsDefinition.ID, Title: t.title, Unit: "commits", Value: Count(t.n), Link: of.Link(NameCommits)})
	}
	return tiles
}

// row is the row of sums: it covers all commits of the filter, those of other parts of the list too.
func (s *commitSums) row(p Params) Row {
	name := "All " + counted(s.listed(), "commit", "commits")
	if s.left > 0 && s.counted > 0 {
		name += ", with " + Count(s.left).String() + " left out"
	}
	all := Text(name)
	none := Cell{Value: Text("")}
	r := Row{Cells: []Cell{{Value: all, Link: p.Link(NameCommits)}, none, none, none, none, {Value: Count(s.lines.HALOC())}}}
	for _, t := range metrics.WorkTypes() {
		r.Cells = append(r.Cells, Cell{Value: Count(t.Of(s.lines))})
	}
	for _, n := range []int{s.counts.Added, s.counts.Deleted, s.ignored, s.own, s.files, s.hunks} {
		r.Cells = append(r.Cells, Cell{Value: Count(n)})
	}
	r.Cells = append(r.Cells, Cell{Value: Value{Format: FormatDecimal, Number: s.impact}}, none, none)
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
