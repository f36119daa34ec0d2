package report

import (
	"context"
	"time"

	"weir/internal/facts"
	"weir/internal/metrics"
)

// maxGridDays bounds the columns of the grid; of a longer period its last days are shown.
const maxGridDays = 92

// WorkLog answers who did what on which day: a grid of people and days.
func WorkLog(ctx context.Context, src DailySource, p Params) (*Page, error) {
	pl, err := placesOf(ctx, src, p)
	if err != nil {
		return nil, err
	}
	p, strays, err := clip(ctx, src, p)
	if err != nil {
		return nil, err
	}
	page := &Page{
		Name: NameWorkLog, Title: "Work log", Question: "Who did what, on which day?", Params: p, Tiles: []Tile{}, Charts: []Chart{},
		Definitions: definitions(metricsNamed("commits", "merges", "coding_days")),
	}
	page.Health, page.Notes = pl.health()
	page.Notes = append(page.Notes, strays...)
	shown := p
	if p.Query().Days() > maxGridDays {
		shown.From = shown.To - maxGridDays + 1
		page.Notes = append(page.Notes, Note{Level: LevelInfo, Text: "The grid shows the last " + Count(maxGridDays).String() + " days of the period.", Next: "Choose a shorter period to see other days."})
	}
	f := &workLog{p: shown, pl: pl, cells: map[facts.PersonID]map[facts.Day]*dayCount{}}
	for d, err := range src.Daily(ctx, shown.Query()) {
		if err != nil {
			return nil, err
		}
		f.add(&d)
	}
	page.Tables = []Table{f.grid()}
	page.passedOver()
	return page, nil
}

type workLog struct {
	p     Params
	pl    *places
	cells map[facts.PersonID]map[facts.Day]*dayCount
}

// dayCount is what one person did on one day.
type dayCount struct{ commits, merges, left int }

func (f *workLog) add(d *facts.Daily) {
	if f.pl.people[d.Person].Hidden {
		return
	}
	days := f.cells[d.Person]
	if days == nil {
		days = map[facts.Day]*dayCount{}
		f.cells[d.Person] = days
	}
	if days[d.Day] == nil {
		days[d.Day] = &dayCount{}
	}
	n := days[d.Day]
	n.commits += d.Commits
	n.merges += d.Merges
	n.left += d.LeftOut
}

func (f *workLog) grid() Table {
	q := f.p.Query()
	t := Table{
		Name: "days", Title: "People and days", Grid: true, Rows: []Row{},
		Columns: []Column{{Name: "person", Title: "Person", Format: FormatText}},
		Empty:   "Nobody has a commit in this period. Choose a longer period or other repos.",
	}
	for day := q.From; day <= q.To; day++ {
		weekday := day.Weekday()
		t.Columns = append(t.Columns, Column{
			Name: day.String(), Title: Date(day).String(), Group: day.Time().Format("January 2006"), Format: FormatCount,
			Weekend: weekday == time.Saturday || weekday == time.Sunday,
		})
	}
	for _, m := range metricsNamed("commits", "merges", "coding_days") {
		t.Columns = append(t.Columns, Column{Name: m.ID, Title: m.Title, Format: FormatCount, Unit: m.Unit, Metric: m.ID})
	}
	sums := map[facts.Day]*dayCount{}
	codingDays := 0
	for id, days := range f.cells {
		t.Rows = append(t.Rows, f.row(Text(f.pl.personName(id)), days, f.p.By(id), codingDaysOf(days)))
		t.Rows[len(t.Rows)-1].Muted = f.pl.people[id].Bot || f.pl.people[id].Excluded
		codingDays += codingDaysOf(days)
		for day, n := range days {
			if sums[day] == nil {
				sums[day] = &dayCount{}
			}
			sums[day].add(n)
		}
	}
	total := f.row(Text("All"), sums, f.p, codingDays)
	t.Total = &total
	sortRows(&t, f.p, NameWorkLog)
	return t
}

func (n *dayCount) add(o *dayCount) {
	n.commits += o.commits
	n.merges += o.merges
	n.left += o.left
}

func codingDaysOf(days map[facts.Day]*dayCount) int {
	n := 0
	for _, d := range days {
		if d.commits > 0 {
			n++
		}
	}
	return n
}

func (f *workLog) row(name Value, days map[facts.Day]*dayCount, p Params, codingDays int) Row {
	p.Sort = ""
	r := Row{Link: p.Link(NameCommits), Cells: []Cell{{Value: name, Link: p.Link(NameCommits)}}}
	var sum dayCount
	q := f.p.Query()
	for day := q.From; day <= q.To; day++ {
		cell := Cell{Value: Count(0)}
		if n := days[day]; n != nil {
			sum.add(n)
			cell = Cell{Value: Count(n.commits), Parts: n.parts(), Link: p.On(day, day).Link(NameCommits)}
		}
		r.Cells = append(r.Cells, cell)
	}
	counted, merges := p, p
	counted.Filter = facts.CommitFilter{Count: facts.CommitsCounted}
	merges.Filter = facts.CommitFilter{Reason: facts.LeftMerge}
	r.Cells = append(r.Cells, Cell{Value: Count(sum.commits), Link: counted.Link(NameCommits)},
		Cell{Value: Count(sum.merges), Link: merges.Link(NameCommits)},
		Cell{Value: Count(codingDays), Link: counted.Link(NameCommits)})
	return r
}

func (n *dayCount) parts() []Part {
	var parts []Part
	for _, part := range []struct {
		name, title string
		n           int
	}{
		{metrics.CommitsDefinition.ID, metrics.CommitsDefinition.Title, n.commits},
		{metrics.MergesDefinition.ID, metrics.MergesDefinition.Title, n.merges},
		{"left_out", "Left out", n.left},
	} {
		if part.n > 0 {
			parts = append(parts, Part{Name: part.name, Title: part.title, Value: Count(part.n)})
		}
	}
	return parts
}
