package report

import (
	"strings"

	"weir/internal/metrics"
)

// tiles gives the counts of the commit.
func (d *detailer) tiles() []Tile {
	c := d.commit
	tile := func(metric, title, unit string, v Value) Tile {
		return Tile{Metric: metric, Title: title, Unit: unit, Value: v}
	}
	tiles := []Tile{tile(metrics.HALOCDefinition.ID, "HALOC", "lines", Count(c.Lines.HALOC()))}
	for _, t := range metrics.WorkTypes() {
		tiles = append(tiles, tile(string(t), t.Title(), "lines", Count(t.Of(c.Lines))))
	}
	tiles = append(tiles, tile(metrics.ImpactDefinition.ID, "Impact", "points", Value{Format: FormatDecimal, Number: c.Impact}))
	if title := metrics.ComplexityTitle(c.Complexity); title != "" {
		tiles = append(tiles, tile(metrics.ComplexityDefinition.ID, "Complexity", "", Text(title)))
	}
	return tiles
}

// typeMeanings says which lines are of a type.
var typeMeanings = map[metrics.WorkType]string{
	metrics.NewWork:        "Added lines that stand for no deleted one.",
	metrics.LegacyRefactor: "Lines changed or deleted that were written more than the window before this commit, by anyone.",
	metrics.HelpOthers:     "Lines changed or deleted that somebody else wrote within the window before this commit.",
	metrics.Rework:         "Lines changed or deleted that the same person wrote within the window before this commit.",
	metrics.Unattributed:   "Lines changed or deleted whose writer could not be told.",
}

// typeDefinitions explain lines of a type, as tiles and columns of commits show them.
func typeDefinitions() []metrics.Definition {
	var all []metrics.Definition
	for _, t := range metrics.WorkTypes() {
		all = append(all, metrics.Definition{
			ID: string(t), Title: t.Title(), Question: "How many lines of a commit are " + strings.ToLower(t.Title()) + "?", Unit: "lines",
			Formula: typeMeanings[t] + " Inside a hunk the deleted lines are paired with the added ones in order; a pair is one line. The five types add up to HALOC.",
			LeftOut: metrics.HALOCDefinition.LeftOut, Window: "30 days unless the rules say otherwise.", TimeZone: metrics.HALOCDefinition.TimeZone,
		})
	}
	return all
}

// fileTable lists the files; it is also what the CSV of the page holds.
func (d *detailer) fileTable(c *CommitDetail) Table {
	t := Table{
		Name: "files", Title: "Files", Rows: []Row{}, Empty: "This commit changes no file.",
		Columns: []Column{
			{Name: "path", Title: "Path", Format: FormatPath}, {Name: "old_path", Title: "Before", Format: FormatPath},
			{Name: "status", Title: "Change", Format: FormatText}, {Name: "counts", Title: "Counts", Format: FormatText},
			{Name: "added", Title: "Added", Format: FormatCount, Unit: "lines"}, {Name: "deleted", Title: "Deleted", Format: FormatCount, Unit: "lines"},
		},
	}
	for _, w := range metrics.WorkTypes() {
		t.Columns = append(t.Columns, Column{Name: string(w), Title: w.Title(), Format: FormatCount, Unit: "lines", Series: string(w)})
	}
	t.Columns = append(t.Columns, Column{Name: "merge_lines", Title: "Merge's own", Format: FormatCount, Unit: "lines"})
	for _, f := range c.Files {
		old := Path("")
		if f.OldPath != nil {
			old = *f.OldPath
		}
		counts := f.Left
		if counts == "" {
			counts = "Counts"
		}
		row := Row{Muted: f.Left != "", Cells: []Cell{{Value: f.Path}, {Value: old}, {Value: Text(f.Status)}, {Value: Text(counts)}, {Value: Count(f.Added)}, {Value: Count(f.Deleted)}}}
		for _, w := range metrics.WorkTypes() {
			row.Cells = append(row.Cells, Cell{Value: Count(w.Of(f.Lines))})
		}
		row.Cells = append(row.Cells, Cell{Value: Count(f.MergeLines)})
		t.Rows = append(t.Rows, row)
	}
	return t
}
