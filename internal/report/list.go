package report

import (
	"io"
	"slices"
)

// listRows gathers the rows of a list that is the newest first by itself, or is sorted by the column that the address names. It holds
// little more than the part that was asked for: a list may be of all that an organization ever did. A limit of 0 is no bound.
type listRows struct {
	p       Params
	columns []Column
	by      int
	down    bool
	keep    int
	rows    []Row
	// to takes rows as they come, in place of rows; err is the first error that it gave.
	to  func(Row) error
	err error
}

func newListRows(columns []Column, p Params) *listRows {
	l := &listRows{p: p, columns: columns, rows: []Row{}}
	l.by, l.down = sortedBy(columns, newestFirst(columns, p))
	if p.Page.Limit > 0 {
		l.keep = p.Page.Offset + p.Page.Limit + 1 // the last tells that there are more
	}
	return l
}

// newestFirst is the order of a list for which the address names none: its first column is a time.
func newestFirst(columns []Column, p Params) Params {
	if p.Sort == "" {
		p.Sort = "-" + columns[0].Name
	}
	return p
}

func (l *listRows) add(r Row) {
	if l.to != nil {
		if l.err == nil {
			l.err = l.to(r)
		}
		return
	}
	if l.rows = append(l.rows, r); l.keep > 0 && len(l.rows) >= 2*l.keep {
		l.shrink()
	}
}

// shrink drops what no page up to the one that was asked for shows. Rows that are equal stay in the order in which they came.
func (l *listRows) shrink() {
	slices.SortStableFunc(l.rows, func(a, b Row) int { return compareRows(a, b, l.by, l.down) })
	if l.keep > 0 && len(l.rows) > l.keep {
		clear(l.rows[l.keep:])
		l.rows = l.rows[:l.keep]
	}
}

// table completes a table by its columns and the part of its rows that was asked for.
func (l *listRows) table(t Table, report string) Table {
	t.Columns, t.Rows = l.columns, l.rows
	sortRows(&t, newestFirst(l.columns, l.p), report)
	if l.p.Page.Limit == 0 {
		return t
	}
	from := min(l.p.Page.Offset, len(t.Rows))
	t.Paging = pagingOf(l.p, len(t.Rows)-from, report)
	t.Rows = t.Rows[from:min(from+l.p.Page.Limit, len(t.Rows))]
	return t
}

// writeCSV writes all that fill adds. Only a list that is to be sorted otherwise than it comes, the newest first, is held whole.
func (l *listRows) writeCSV(w io.Writer, fill func() error) error {
	t := Table{Columns: l.columns}
	out, err := t.csvTo(w)
	if err != nil {
		return err
	}
	l.keep = 0
	if l.by == 0 && l.down {
		l.to = out.row
	}
	if err := fill(); err != nil {
		return err
	}
	l.shrink()
	for _, r := range l.rows {
		if err := out.row(r); err != nil {
			return err
		}
	}
	if l.err != nil {
		return l.err
	}
	return out.done()
}
