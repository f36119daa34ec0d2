// Package report makes named reports out of metrics: filter, period, comparison, notes on the quality of
// the data, and typed tables and series in which each number knows the rows behind it.
//
// A report is a Page of plain values. It knows nothing of HTML, of databases or of how judging works: what
// it reads comes through the small interfaces of source.go, and the doors (web, cli) show what it gives.
package report

import (
	"net/url"

	"weir/internal/facts"
	"weir/internal/metrics"
)

// Page is one report, ready to be shown as HTML, JSON or CSV.
type Page struct {
	// Name is a stable word: the last part of the address and the name of a Link. Title is what it is called.
	Name  string `json:"report"`
	Title string `json:"title"`
	// Question is what the page answers, one sentence.
	Question string `json:"question"`
	// Params is what was asked, clipped to today; Params.Values() restores the view.
	Params Params `json:"params"`
	// Health says in a word or two whether the data is complete.
	Health Health  `json:"health"`
	Notes  []Note  `json:"notes"`
	Tiles  []Tile  `json:"tiles"`
	Charts []Chart `json:"charts"`
	Tables []Table `json:"tables"`
	// Commit is set on the page of one commit alone, Item on that of one pull request or ticket, Timeline on Review workflow.
	Commit   *CommitDetail `json:"commit,omitempty"`
	Item     *Item         `json:"item,omitempty"`
	Timeline *Timeline     `json:"timeline,omitempty"`
	// Definitions explain every metric on the page, in the order of appearance.
	Definitions []metrics.Definition `json:"definitions"`
}

// Table gives the table of that name, or the first one for an empty name; nil when there is none.
func (p *Page) Table(name string) *Table {
	for i := range p.Tables {
		if name == "" || p.Tables[i].Name == name {
			return &p.Tables[i]
		}
	}
	return nil
}

// Definition gives the explanation of a metric on this page, nil when it has none.
func (p *Page) Definition(id string) *metrics.Definition {
	for i := range p.Definitions {
		if p.Definitions[i].ID == id {
			return &p.Definitions[i]
		}
	}
	return nil
}

// HealthState is the state of the data behind a page.
type HealthState string

// The states of the data-health chip.
const (
	HealthComplete HealthState = "complete"
	HealthSyncing  HealthState = "syncing"
	HealthPartial  HealthState = "partial"
	HealthEmpty    HealthState = "empty" // nothing imported yet
)

// Health is the data-health chip: its state, one sentence, and since when (0 when it does not apply).
type Health struct {
	State HealthState `json:"state"`
	Text  string      `json:"text"`
	Since int64       `json:"since,omitempty"`
	// CheckedAt is when the text was last compared with the server, 0 where nothing is counted there.
	CheckedAt int64 `json:"checked_at,omitempty"`
}

// Level is how much a note matters.
type Level string

// The levels of notes. A warning bears on the numbers; an error says that something is broken.
const (
	LevelInfo    Level = "info"
	LevelWarning Level = "warning"
	LevelError   Level = "error"
)

// Note is something the reader must know about the numbers of a page.
type Note struct {
	Level Level  `json:"level"`
	Text  string `json:"text"`
	// Next is what can be done about it, empty when nothing needs to be.
	Next string `json:"next,omitempty"`
	// Link leads to the rows that it speaks of, the zero Link when there are none.
	Link Link `json:"link,omitzero"`
	// LinkText is what the link is called, empty for "See them".
	LinkText string `json:"link_text,omitempty"`
	// Repo is the repo it is about, 0 for the whole page. Since is when it began, 0 when that is not known.
	Repo  facts.RepoID `json:"repo,omitempty"`
	Since int64        `json:"since,omitempty"`
}

// Link leads to the rows behind a number: another report with its parameters. The zero Link leads nowhere.
type Link struct {
	Report string
	Query  url.Values
}

// Valid tells whether the link leads anywhere.
func (l Link) Valid() bool { return l.Report != "" }

// String gives "report?query", relative to where the reports live.
func (l Link) String() string {
	if len(l.Query) == 0 {
		return l.Report
	}
	return l.Report + "?" + l.Query.Encode()
}

// MarshalJSON gives the form of String, null for the zero Link.
func (l Link) MarshalJSON() ([]byte, error) {
	if !l.Valid() {
		return []byte("null"), nil
	}
	return plainJSON(l.String())
}

// Tile is one number on top of a page.
type Tile struct {
	// Metric is the id of the definition that explains it.
	Metric string `json:"metric"`
	Title  string `json:"title"`
	Unit   string `json:"unit"`
	Value  Value  `json:"value"`
	// Previous is the same number in the period of comparison, nil when none was asked for.
	Previous *Value `json:"previous,omitempty"`
	// Beside stand next to the value: of a mean its median and percentiles.
	Beside []Part `json:"beside,omitempty"`
	// Spark holds the weekly values of the period, oldest first.
	Spark []Value `json:"spark,omitempty"`
	// Trend is nil while there are fewer than four complete weeks.
	Trend *metrics.Trend `json:"trend,omitempty"`
	Link  Link           `json:"link,omitzero"`
}

// ChartKind is how a chart is drawn.
type ChartKind string

// The kinds of charts.
const (
	ChartStackedBars ChartKind = "stacked_bars"
	ChartBars        ChartKind = "bars"
	ChartLine        ChartKind = "line"
)

// Chart answers the question of the page in one picture; Table gives the same numbers as a table.
type Chart struct {
	Name  string    `json:"name"`
	Title string    `json:"title"`
	Kind  ChartKind `json:"kind"`
	Unit  string    `json:"unit"`
	// XTitle names the axis; X holds its points as they are to be written.
	XTitle string   `json:"x_title"`
	X      []Value  `json:"x"`
	Series []Series `json:"series"`
	// Partial marks the points of X that are not complete (a week that has begun, or is cut by the period).
	Partial []bool `json:"partial,omitempty"`
}

// Series is one row of points of a chart; Values and Links are as long as the chart's X.
type Series struct {
	// Name is a stable word that the page's colours follow, such as new_work.
	Name   string  `json:"name"`
	Title  string  `json:"title"`
	Values []Value `json:"values"`
	Links  []Link  `json:"links,omitempty"`
}

// Table gives the numbers of the chart as a table, one row for each point of X.
func (c *Chart) Table() Table {
	t := Table{Name: c.Name, Title: c.Title, Columns: []Column{{Name: "x", Title: c.XTitle, Format: FormatDay}}}
	for _, s := range c.Series {
		column := Column{Name: s.Name, Title: s.Title, Format: FormatCount}
		if len(s.Values) > 0 {
			column.Format = s.Values[0].Format
		}
		t.Columns = append(t.Columns, column)
	}
	for i, x := range c.X {
		row := Row{Cells: []Cell{{Value: x}}}
		for _, s := range c.Series {
			cell := Cell{Value: s.Values[i]}
			if s.Links != nil {
				cell.Link = s.Links[i]
			}
			row.Cells = append(row.Cells, cell)
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}
