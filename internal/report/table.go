package report

// Table is the rows behind a page, or one list of a page.
type Table struct {
	Name    string   `json:"name"`
	Title   string   `json:"title"`
	Columns []Column `json:"columns"`
	Rows    []Row    `json:"-"` // see MarshalJSON
	// Total is the row of sums, nil when there is none.
	Total *Row `json:"-"`
	// Empty says what is missing and what to do next, for a table without rows.
	Empty string `json:"empty,omitempty"`
	// Paging says which part of a longer list this is; nil when it is whole.
	Paging *Paging `json:"paging,omitempty"`
	// Aside says that the table is for exports: a page shows the same numbers in another form.
	Aside bool `json:"aside,omitempty"`
	// Grid says that the table is a calendar grid: columns of days, the newest first, after the first ones.
	Grid bool `json:"grid,omitempty"`
	// Matrix says that the columns after the first two are like its rows: people, or whatever the rows are.
	Matrix bool `json:"matrix,omitempty"`
}

// Paging says which part of a longer list is shown. A part is followed by another when More.
type Paging struct {
	Offset int  `json:"offset"`
	Limit  int  `json:"limit"`
	More   bool `json:"more"`
	// Next and Previous lead to the neighbouring parts, the zero Link when there is none.
	Next     Link `json:"next,omitzero"`
	Previous Link `json:"previous,omitzero"`
}

// Column is a column of a table.
type Column struct {
	// Name is a stable word: the key in JSON and the heading in CSV. Title is the heading on the page.
	Name  string `json:"name"`
	Title string `json:"title"`
	// Says explains a short title in words, empty where it needs none.
	Says string `json:"says,omitempty"`
	// Group is a heading over several neighbouring columns, empty for none.
	Group string `json:"group,omitempty"`
	// Format is how its cells are written; numbers stand to the right.
	Format Format `json:"format"`
	Unit   string `json:"unit,omitempty"`
	// Metric is the id of the definition that explains it, empty for none.
	Metric string `json:"metric,omitempty"`
	// Series is the stable word that the page's colours follow, such as rework, empty for none.
	Series string `json:"series,omitempty"`
	// Weekend marks a column of a Saturday or Sunday.
	Weekend bool `json:"weekend,omitempty"`
	// Sort leads to the same page sorted by this column, the zero Link where that is not offered;
	// Sorted is -1 when the table is sorted by it downwards, 1 upwards, else 0.
	Sort   Link `json:"-"`
	Sorted int  `json:"-"`
}

// Row is one row of a table; it has as many cells as the table has columns.
type Row struct {
	Cells []Cell
	// Muted rows are there to be seen and do not count, such as bots or commits that are left out.
	Muted bool
	// Link leads to the evidence of the row.
	Link Link

	drawn *TimelineRow // of lists that are drawn too
}

// Cell is one value with the rows behind it.
type Cell struct {
	Value Value
	Link  Link
	// Metric is the id of the definition that explains the row, empty for none.
	Metric string
	// Note is a short remark, such as why a commit does not count.
	Note string
	// Parts are what the value is made of, such as commits and merges of a day.
	Parts []Part
}

// Part is a named share of a cell.
type Part struct {
	Name  string `json:"name"`
	Title string `json:"title"`
	Value Value  `json:"value"`
}

// jsonRow is a row as JSON has it: cells by the names of their columns.
type jsonRow struct {
	Cells map[string]jsonCell `json:"cells"`
	Muted bool                `json:"muted,omitempty"`
	Link  Link                `json:"link,omitzero"`
}

// jsonCell is a cell as JSON has it: the value's own fields, and the rest where there is any.
type jsonCell struct {
	jsonValue
	Link   Link   `json:"link,omitzero"`
	Metric string `json:"metric,omitempty"`
	Note   string `json:"note,omitempty"`
	Parts  []Part `json:"parts,omitempty"`
}

// MarshalJSON gives each row as an object of cells by the names of their columns.
func (t Table) MarshalJSON() ([]byte, error) {
	type plain Table // without this method
	out := struct {
		plain
		Rows  []jsonRow `json:"rows"`
		Total *jsonRow  `json:"total,omitempty"`
	}{plain: plain(t), Rows: []jsonRow{}}
	for _, r := range t.Rows {
		out.Rows = append(out.Rows, t.jsonRow(r))
	}
	if t.Total != nil {
		total := t.jsonRow(*t.Total)
		out.Total = &total
	}
	return plainJSON(out)
}

func (t *Table) jsonRow(r Row) jsonRow {
	out := jsonRow{Cells: map[string]jsonCell{}, Muted: r.Muted, Link: r.Link}
	for i, c := range r.Cells {
		out.Cells[t.Columns[i].Name] = jsonCell{jsonValue: c.Value.json(), Link: c.Link, Metric: c.Metric, Note: c.Note, Parts: c.Parts}
	}
	return out
}
