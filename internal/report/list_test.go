package report

import (
	"fmt"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"weir/internal/facts"
)

// TestListRowsAreTheWholeListsPart: whatever the order, a part of a list is what sorting all of it and cutting that part out gives.
func TestListRowsAreTheWholeListsPart(t *testing.T) {
	t.Parallel()
	columns := []Column{{Name: "opened", Format: FormatCount}, {Name: "what", Format: FormatText}, {Name: "size", Format: FormatCount}}
	rapid.Check(t, func(t *rapid.T) {
		p := Params{Sort: rapid.SampledFrom([]string{"", "size", "-size", "what", "-what"}).Draw(t, "sort")}
		p.Page = facts.Page{Limit: rapid.IntRange(1, 9).Draw(t, "limit"), Offset: rapid.IntRange(0, 40).Draw(t, "offset")}
		part, most := newListRows(columns, p), 0
		var all []Row
		for n, size := range rapid.SliceOfN(rapid.IntRange(0, 9), 0, 60).Draw(t, "sizes") {
			row := Row{Cells: []Cell{{Value: Count(n)}, {Value: Text(fmt.Sprint("title ", size%4))}, {Value: Count(size)}}}
			if size == 9 {
				row.Cells[2].Value = Value{Format: FormatCount, Missing: "not told"}
			}
			all = append(all, row)
			part.add(row)
			most = max(most, len(part.rows))
		}
		got := part.table(Table{}, NameTickets)
		want := Table{Columns: slices.Clone(columns), Rows: all}
		sortRows(&want, newestFirst(columns, p), NameTickets)
		from := min(p.Page.Offset, len(all))
		wanted := want.Rows[from:min(from+p.Page.Limit, len(all))]
		if diff := cmp.Diff(show(wanted), show(got.Rows)); diff != "" {
			t.Fatalf("(-want +got):\n%s", diff)
		}
		if more := from+p.Page.Limit < len(all); got.Paging.More != more {
			t.Fatalf("more is %v, want %v", got.Paging.More, more)
		}
		if bound := 2 * (p.Page.Offset + p.Page.Limit + 1); most > bound {
			t.Fatalf("%d rows were held, want at most %d", most, bound)
		}
	})
}

func show(rows []Row) []string {
	shown := []string{}
	for _, r := range rows {
		shown = append(shown, fmt.Sprint(r.Cells[0].Value.Number, r.Cells[1].Value.Text, r.Cells[2].Value))
	}
	return shown
}
