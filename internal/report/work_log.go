package report

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"strings"
	"time"

	"weir/internal/facts"
	"weir/internal/metrics"
)

// maxGridDays bounds the columns of the grid; of a longer period its last days are shown.
const maxGridDays = 92

// WorkLog answers who did what on which day: a grid of people and days.
func WorkLog(ctx context.Context, src WorkSource, p Params) (*Page, error) {
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
	repeats := false
	for d, err := range src.Daily(ctx, shown.Query()) {
		if err != nil {
			return nil, err
		}
		repeats = repeats || d.Repeats > 0
		f.add(&d)
	}
	if repeats {
		page.Notes = append(page.Notes, together)
	}
	items, err := f.readItems(ctx, src)
	if err != nil {
		return nil, err
	}
	page.Notes = append(page.Notes, items...)
	page.Tables = f.grids()
	page.passedOver()
	return page, nil
}

type workLog struct {
	p     Params
	pl    *places
	cells map[facts.PersonID]map[facts.Day]*dayCount
}

// dayCount is what one person did on one day. pulls counts pull requests opened, merged, closed or reopened, comments those on
// pull requests, tickets what was done on tickets.
// repeats counts those of the commits that stand with somebody else too.
type dayCount struct{ commits, repeats, merges, left, pulls, reviews, comments, tickets int }

func (f *workLog) add(d *facts.Daily) {
	if f.pl.people[d.Person].Hidden {
		return
	}
	n := f.on(d.Person, d.Day)
	n.commits += d.Commits
	n.repeats += d.Repeats
	n.merges += d.Merges
	n.left += d.LeftOut
}

// on gives the count of a person's day.
func (f *workLog) on(person facts.PersonID, day facts.Day) *dayCount {
	days := f.cells[person]
	if days == nil {
		days = map[facts.Day]*dayCount{}
		f.cells[person] = days
	}
	if days[day] == nil {
		days[day] = &dayCount{}
	}
	return days[day]
}

// grids gives a grid of people, one of bots if there are any, and the days one by one.
func (f *workLog) grids() []Table {
	all := []Table{f.grid("days", "People and days", false)}
	if bots := f.grid("bots", "Bots, left out above", true); len(bots.Rows) > 0 {
		all = append(all, bots)
	}
	return append(all, f.single())
}

// columns has the sums right after the name and the newest day first, so that both are there without scrolling.
func (f *workLog) columns() []Column {
	columns := []Column{{Name: "person", Title: "Person", Format: FormatText}}
	for _, m := range metricsNamed("commits", "merges", "coding_days") {
		columns = append(columns, Column{Name: m.ID, Title: m.Title, Format: FormatCount, Unit: m.Unit, Metric: m.ID})
	}
	columns = append(columns, Column{Name: "left_out", Title: "Left out", Format: FormatCount, Unit: "commits"})
	columns = append(columns, itemColumns()...)
	q := f.p.Query()
	for day := q.To; day >= q.From; day-- {
		weekday := day.Weekday()
		columns = append(columns, Column{
			Name: day.String(), Title: Date(day).String(), Group: day.Time().Format("January 2006"), Format: FormatCount,
			Weekend: weekday == time.Saturday || weekday == time.Sunday,
		})
	}
	return columns
}

func (f *workLog) grid(name, title string, bots bool) Table {
	t := Table{
		Name: name, Title: title, Grid: true, Rows: []Row{}, Columns: f.columns(),
		Empty: "Nobody did anything in this period. Choose a longer period or other repos.",
	}
	sums := map[facts.Day]*dayCount{}
	codingDays, others := 0, false
	for _, id := range slices.Sorted(maps.Keys(f.cells)) { // people of one name keep their order
		days := f.cells[id]
		if f.pl.people[id].Bot != bots {
			others = true
			continue
		}
		t.Rows = append(t.Rows, f.row(Text(f.pl.personName(id)), days, f.p.By(id), codingDaysOf(days)))
		t.Rows[len(t.Rows)-1].Muted = bots || f.pl.people[id].Excluded
		codingDays += codingDaysOf(days)
		for day, n := range days {
			if sums[day] == nil {
				sums[day] = &dayCount{}
			}
			sums[day].add(n)
		}
	}
	for _, n := range sums {
		n.commits, n.repeats = n.commits-n.repeats, 0
	}
	total := f.row(Text("All"), sums, f.p, codingDays)
	if others {
		total.Cells[2].Link, total.Cells[4].Link = Link{}, Link{} // the rows would be those of people and bots
	}
	t.Total = &total
	sortRows(&t, f.p, NameWorkLog)
	return t
}

// single lists what each person did on each day, merges and left-out commits too: a grid's CSV has one number
// for a day.
func (f *workLog) single() Table {
	t := Table{Name: "each_day", Title: "Day by day", Aside: true, Rows: []Row{}, Columns: []Column{
		{Name: "person", Title: "Person", Format: FormatText}, {Name: "bot", Title: "Bot", Format: FormatText}, {Name: "day", Title: "Day", Format: FormatDay},
		{Name: "commits", Title: "Commits", Format: FormatCount, Unit: "commits"}, {Name: "merges", Title: "Merges", Format: FormatCount, Unit: "merges"},
		{Name: "left_out", Title: "Left out", Format: FormatCount, Unit: "commits"},
	}}
	t.Columns = append(t.Columns, itemColumns()...)
	for _, id := range slices.Sorted(maps.Keys(f.cells)) {
		days, bot := f.cells[id], "no"
		if f.pl.people[id].Bot {
			bot = "yes"
		}
		for day, n := range days {
			t.Rows = append(t.Rows, Row{Cells: []Cell{{Value: Text(f.pl.personName(id))}, {Value: Text(bot)}, {Value: Date(day)},
				{Value: Count(n.commits)}, {Value: Count(n.merges)}, {Value: Count(n.left)},
				{Value: Count(n.pulls)}, {Value: Count(n.reviews)}, {Value: Count(n.comments)}, {Value: Count(n.tickets)}}})
		}
	}
	slices.SortStableFunc(t.Rows, func(a, b Row) int {
		return cmp.Or(strings.Compare(a.Cells[0].Value.Text, b.Cells[0].Value.Text), cmp.Compare(a.Cells[2].Value.Number, b.Cells[2].Value.Number))
	})
	return t
}

func (n *dayCount) add(o *dayCount) {
	n.commits += o.commits
	n.repeats += o.repeats
	n.merges += o.merges
	n.left += o.left
	n.pulls += o.pulls
	n.reviews += o.reviews
	n.comments += o.comments
	n.tickets += o.tickets
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
	show := p.Items.Show
	p.Items = ItemParams{}
	r := Row{Link: p.Link(NameCommits), Cells: []Cell{{Value: name, Link: p.Link(NameCommits)}}}
	var sum dayCount
	for _, n := range days {
		sum.add(n)
	}
	counted, merges, left := p, p, p
	counted.Filter = facts.CommitFilter{Count: facts.CommitsCounted}
	merges.Filter = facts.CommitFilter{Reason: facts.LeftMerge}
	left.Filter = facts.CommitFilter{Count: facts.CommitsLeftOut}
	r.Cells = append(r.Cells, Cell{Value: Count(sum.commits), Link: counted.Link(NameCommits)},
		Cell{Value: Count(sum.merges), Link: merges.Link(NameCommits)},
		Cell{Value: Count(codingDays), Link: counted.Link(NameCommits)},
		Cell{Value: Count(sum.left)})
	if sum.merges == 0 {
		r.Cells[4].Link = left.Link(NameCommits) // left_out in an address is merges too
	}
	r.Cells = append(r.Cells, itemCells(&sum, p)...)
	q := f.p.Query()
	for day := q.To; day >= q.From; day-- {
		cell := Cell{Value: Count(0)}
		if n := days[day]; n != nil {
			cell = Cell{Value: Count(n.shown(show)), Parts: n.parts(), Link: n.link(show, p.On(day, day), q.Days() == 1)}
		}
		r.Cells = append(r.Cells, cell)
	}
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
		{"left_out", "Left out", n.left}, {"pull_requests", "Pull requests", n.pulls}, {"reviews", "Reviews", n.reviews},
		{"comments", "Comments", n.comments}, {"tickets", "Tickets", n.tickets},
	} {
		if part.n > 0 {
			parts = append(parts, Part{Name: part.name, Title: part.title, Value: Count(part.n)})
		}
	}
	return parts
}
