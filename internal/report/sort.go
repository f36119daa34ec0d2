package report

import (
	"cmp"
	"slices"
	"strings"
)

// sortRows sorts a table by the column that the address names, and gives each column the link that sorts by
// it. Without one, or with one that the table does not have, rows stand by their first column: no table ranks
// people unless its reader asks for it. Missing values come last both ways.
func sortRows(t *Table, p Params, report string) {
	by, down := sortedBy(t.Columns, p)
	slices.SortStableFunc(t.Rows, func(a, b Row) int { return compareRows(a, b, by, down) })
	for i := range t.Columns {
		c := &t.Columns[i]
		next := p
		next.Sort = c.Name
		if c.Format.Numeric() {
			next.Sort = "-" + c.Name
		}
		if i == by {
			c.Sorted = 1
			next.Sort = "-" + c.Name
			if down {
				c.Sorted, next.Sort = -1, c.Name
			}
		}
		c.Sort = next.Link(report)
	}
}

// sortedBy gives the column that the address names, and whether its greatest value comes first.
func sortedBy(columns []Column, p Params) (by int, down bool) {
	name, down := strings.CutPrefix(p.Sort, "-")
	by = slices.IndexFunc(columns, func(c Column) bool { return c.Name == name })
	if by < 0 {
		return 0, false
	}
	return by, down
}

func compareRows(a, b Row, by int, down bool) int {
	x, y := a.Cells[by].Value, b.Cells[by].Value
	if missing := boolOrder(x.Missing != "", y.Missing != ""); missing != 0 {
		return missing
	}
	order := cmp.Compare(x.Number, y.Number)
	if !x.Format.Numeric() {
		order = cmp.Or(strings.Compare(strings.ToLower(x.Text), strings.ToLower(y.Text)), order)
	}
	if down {
		order = -order
	}
	return cmp.Or(order, strings.Compare(strings.ToLower(a.Cells[0].Value.Text), strings.ToLower(b.Cells[0].Value.Text)))
}

// boolOrder puts false before true.
func boolOrder(a, b bool) int {
	switch {
	case a == b:
		return 0
	case b:
		return -1
	}
	return 1
}
