package web

import (
	"net/url"
	"slices"
	"strconv"
	"strings"

	"weir/internal/facts"
	"weir/internal/report"
)

// reportView is a report laid out for its template.
type reportView struct {
	Page    *report.Page
	Filter  filterView
	Exports []linkView
	Notes   notesView
	// Hows explain the columns' metrics, each once.
	Hows   []howView
	Tiles  []tileView
	Charts []chartView
	Tables []tableView
	// Timeline is set on Review workflow, OnServer on the page of one pull request or ticket: its address there.
	Timeline *timelineView
	OnServer string
	// Nothing says that no repo has been imported yet; MayImport that this reader could do it.
	Nothing, MayImport bool
}

type linkView struct{ Title, Address string }

// howView is a window that explains a metric; ID is its place on the page.
type howView struct {
	ID, Title  string
	Definition *report.Definition
	Extra      []extraView
}

type extraView struct{ Title, Text string }

type tileView struct {
	Tile       report.Tile
	Definition *report.Definition
	Unit       string
	Change     string
	How        howView
}

type chartView struct {
	Chart report.Chart
	Table tableView
	Note  string
	Empty bool
}

type tableView struct {
	Table       report.Table
	Heads       []headView
	Groups      []groupView
	CSV         string
	First, Last int
}

// subjectColumn is the text that a row is about. Where a screen is narrow, the other texts of the row stand under it.
const subjectColumn = "subject"

// IsSubject tells whether the column at i is what the rows are about.
func (v tableView) IsSubject(i int) bool { return v.Heads[i].Column.Name == subjectColumn }

// HasSubject tells whether the table has such a column.
func (v tableView) HasSubject() bool { return v.subject() >= 0 }

// StandsBeside tells whether the column at i stands under the subject on a narrow screen.
func (v tableView) StandsBeside(i int) bool {
	at := v.subject()
	return at >= 0 && i > at && v.Heads[i].Column.Format == report.FormatText
}

// BesideSubject gives the cells of a row that stand under its subject on a narrow screen.
func (v tableView) BesideSubject(row report.Row) []report.Cell {
	var cells []report.Cell
	for i, cell := range row.Cells {
		if v.StandsBeside(i) && cell.Value.Text != "" {
			cells = append(cells, cell)
		}
	}
	return cells
}

func (v tableView) subject() int {
	return slices.IndexFunc(v.Heads, func(h headView) bool { return h.Column.Name == subjectColumn })
}

type groupView struct {
	Title string
	Span  int
}

type headView struct {
	Column report.Column
	How    howView
	// Day says that the column is a day of a grid, and the rest how it is written.
	Day                    bool
	Weekday, Number, Month string
	// Sum says that the column is neither the first nor a day.
	Sum bool
}

func viewReport(p *report.Page) *reportView {
	v := &reportView{Page: p, Nothing: p.Health.State == report.HealthEmpty, Notes: viewNotes(p.Notes)}
	if p.Timeline != nil {
		v.Timeline = viewTimeline(p.Timeline)
	}
	for i, d := range p.Definitions {
		v.Hows = append(v.Hows, howView{ID: "how-" + d.ID, Title: d.Title, Definition: &p.Definitions[i]})
	}
	address := "/reports/" + p.Name
	all := p.Params
	all.Page = facts.Page{Limit: report.DefaultLimit}
	query := all.Values()
	v.Exports = []linkView{{"CSV", withQuery(address+".csv", query)}, {"JSON", withQuery(address+".json", query)}}
	for i := range p.Tiles {
		v.Tiles = append(v.Tiles, viewTile(p, p.Tiles[i]))
	}
	for _, c := range p.Charts {
		v.Charts = append(v.Charts, viewChart(p, c))
	}
	for _, t := range p.Tables {
		table := viewTable(p, t)
		q := all.Values()
		q.Set("table", t.Name)
		table.CSV = withQuery(address+".csv", q)
		v.Tables = append(v.Tables, table)
	}
	return v
}

func viewTile(p *report.Page, t report.Tile) tileView {
	v := tileView{Tile: t, Definition: p.Definition(t.Metric), Unit: unitOf(t.Value, t.Unit)}
	v.How = howView{ID: "how-tile-" + t.Metric, Title: t.Title, Definition: v.Definition}
	if t.Value.SampleOf != "" {
		v.How.Extra = append(v.How.Extra, extraView{"Rests on", t.Value.SampleText()})
	}
	if t.Trend != nil {
		v.How.Extra = append(v.How.Extra, extraView{"Trend", trendText(*t.Trend, t.Unit)})
	}
	if t.Previous != nil {
		v.Change = "was " + t.Previous.String()
		if t.Previous.Missing != "" {
			v.Change = "no value in the period before"
		}
	}
	return v
}

// longUnit is from where on a unit is left to the explanation: the tile's title says it anyway.
const longUnit = 8

// unitOf gives the unit to write beside a value, empty where the value's own form or the title says it.
func unitOf(v report.Value, unit string) string {
	if v.Format == report.FormatPercent || v.Format == report.FormatHours || v.Format == report.FormatRatio || len(unit) > longUnit {
		return ""
	}
	if v.Format == report.FormatCount && v.Number == 1 {
		return strings.TrimSuffix(unit, "s")
	}
	return unit
}

func trendText(t report.Trend, unit string) string {
	slope := strconv.FormatFloat(report.Round(t.Slope), 'f', 2, 64)
	if t.Slope >= 0 {
		slope = "+" + slope
	}
	share := strconv.FormatFloat(t.Explained*100, 'f', 0, 64)
	return strings.TrimSpace(slope+" "+unit) + " per week over " + plural(int64(t.Weeks), "complete week", "complete weeks") +
		"; the line explains " + share + "% of the variation"
}

func viewChart(p *report.Page, c report.Chart) chartView {
	v := chartView{Chart: c, Table: viewTable(p, c.Table()), Empty: len(c.X) == 0}
	for _, cut := range c.Partial {
		if cut {
			v.Note = "The first or last column covers only part of its time: the period begins or ends inside it."
		}
	}
	return v
}

func viewTable(p *report.Page, t report.Table) tableView {
	v := tableView{Table: t}
	for i, c := range t.Columns {
		head := headView{Column: c, How: howView{ID: "how-" + c.Metric, Title: c.Title, Definition: p.Definition(c.Metric)}}
		if t.Grid {
			head.lay(i, i > 0 && !v.Heads[i-1].Day)
		}
		v.Heads = append(v.Heads, head)
	}
	if !t.Grid {
		v.Groups = groupsOf(t.Columns)
	}
	if t.Paging != nil {
		v.First, v.Last = t.Paging.Offset+1, t.Paging.Offset+len(t.Rows)
	}
	return v
}

// groupsOf gives the headings above neighbouring columns, nothing when no column has one.
func groupsOf(columns []report.Column) []groupView {
	var groups []groupView
	any := false
	for _, c := range columns {
		any = any || c.Group != ""
		if n := len(groups); n > 0 && groups[n-1].Title == c.Group {
			groups[n-1].Span++
			continue
		}
		groups = append(groups, groupView{Title: c.Group, Span: 1})
	}
	if !any {
		return nil
	}
	return groups
}

func withQuery(address string, q url.Values) string {
	if len(q) == 0 {
		return address
	}
	return address + "?" + q.Encode()
}

// lay marks a column of a grid as a day, by its name, and says how its heading is written: with its month on the first day
// shown and wherever another month begins, the newest day coming first.
func (h *headView) lay(at int, first bool) {
	day, err := facts.ParseDay(h.Column.Name)
	if err != nil {
		h.Sum = at > 0
		return
	}
	h.Day = true
	h.Weekday, h.Number = day.Weekday().String()[:1], strconv.Itoa(day.Time().Day())
	if first || day+1 == day.NextMonth() {
		h.Month = day.Time().Format("Jan")
	}
}

// notesView keeps notes from pushing the numbers off the page: few are shown, of many only the errors.
type notesView struct {
	Shown, Folded    []report.Note
	Kind, FoldedKind string
}

const shownNotes = 2

func viewNotes(notes []report.Note) notesView {
	var v notesView
	for _, n := range notes {
		if n.Level == report.LevelError || len(notes) <= shownNotes {
			v.Shown = append(v.Shown, n)
		} else {
			v.Folded = append(v.Folded, n)
		}
	}
	v.Kind, v.FoldedKind = worst(v.Shown), worst(v.Folded)
	return v
}

func worst(notes []report.Note) string {
	kind := "info"
	for _, n := range notes {
		switch n.Level {
		case report.LevelError:
			return "bad"
		case report.LevelWarning:
			kind = "warn"
		}
	}
	return kind
}
