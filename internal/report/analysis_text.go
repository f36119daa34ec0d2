package report

import (
	"cmp"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"weir/internal/facts"
)

// maxListedProblems bounds how many problems the text lists; the JSON has more.
const maxListedProblems = 10

// WriteText writes the analysis for a terminal, no wider than so many columns (0 for no bound).
func (a *Analysis) WriteText(w io.Writer, columns int) error {
	out := &textWriter{w: w, columns: columns}
	s := a.Totals.Seen
	out.printf("%s seen, %s of them; %s lines added, %s deleted.\n", counted(s.Commits, "commit", "commits"),
		counted(s.Merges, "merge", "merges"), Count(s.Added), Count(s.Deleted))
	if m := a.Totals.Moved; m != nil {
		out.printf("Of the lines added, %s moved within a file, %s from one file to another, and %s were copied, by %s in all.\n",
			Count(m.WithinFiles), Count(m.BetweenFiles), Count(m.Copied), counted(m.Commits, "commit", "commits"))
		if m.NotLookedAt > 0 {
			out.printf("%s too large to look for moved lines.\n", counted(m.NotLookedAt, "commit was", "commits were"))
		}
	}
	out.printf("Lines are young up to %d days. %s\n\n", a.Rules.WindowDays, a.outlierBound())
	out.section("What counts", a.countedTable())
	out.section("Left out", a.leftOutTable())
	out.section("People", compactTable("Person", a.People))
	out.section("Months", compactTable("Month", a.Months))
	a.writeProblems(out)
	return out.err
}

func (a *Analysis) outlierBound() string {
	if a.Rules.OutlierHALOC == 0 {
		return "No commit is left out for its size."
	}
	return "Commits of more than " + Count(a.Rules.OutlierHALOC).String() + " lines are left out."
}

// compactTable holds what fits on most terminals; --json and --csv hold the rest.
func compactTable(first string, groups []AnalysisGroup) *Table {
	t := &Table{Columns: []Column{{Title: first, Format: FormatText}}}
	for _, title := range []string{"Commits", "Days", "HALOC", "New", "Legacy", "Help", "Rework", "Effic.", "Impact", "Left", "Merges"} {
		t.Columns = append(t.Columns, Column{Title: title, Format: FormatCount})
	}
	for i := range groups {
		g := &groups[i]
		row := Row{Cells: []Cell{{Value: Text(g.heading())}}}
		for _, n := range []int{g.Commits, g.CodingDays, g.HALOC, g.NewWork, g.LegacyRefactor, g.HelpOthers, g.Rework} {
			row.Cells = append(row.Cells, Cell{Value: Count(n)})
		}
		row.Cells = append(row.Cells, Cell{Value: orMissing(FormatPercent, g.Efficiency)}, Cell{Value: Value{Format: FormatCount, Number: g.Impact}},
			Cell{Value: Count(g.LeftOut)}, Cell{Value: Count(g.Merges)})
		t.Rows = append(t.Rows, row)
	}
	return t
}

// maxHeading bounds a name: one person with a page for a name would push all columns out of sight.
const maxHeading = 60

func (g *AnalysisGroup) heading() string {
	if g.AnalysisPerson == nil {
		return g.Month
	}
	name := Shorten(Visible(cmp.Or(g.Name, g.Email, "(no name)")), maxHeading)
	if g.Bot {
		name += " (bot)"
	}
	return name
}

// textWriter keeps the first error.
type textWriter struct {
	w       io.Writer
	columns int
	err     error
}

func (t *textWriter) printf(format string, args ...any) {
	if t.err == nil {
		_, t.err = fmt.Fprintf(t.w, format, args...)
	}
}

func (t *textWriter) section(title string, table *Table) {
	if len(table.Rows) == 0 {
		return
	}
	t.printf("%s\n%s\n", title, strings.Repeat("-", Width(title)))
	if t.err == nil {
		t.err = table.WriteText(t.w, t.columns)
	}
	t.printf("\n")
}

// countedTable gives the totals with the share that each work type has.
func (a *Analysis) countedTable() *Table {
	c := a.Totals.Counted
	t := &Table{Columns: []Column{{Title: "", Format: FormatText}, {Title: "Total", Format: FormatDecimal}, {Title: "Share", Format: FormatPercent}}}
	add := func(title string, v Value, share Value) {
		t.Rows = append(t.Rows, Row{Cells: []Cell{{Value: Text(title)}, {Value: v}, {Value: share}}})
	}
	none := Text("")
	add("Commits", Count(c.Commits), none)
	add("Coding days", Count(c.CodingDays), none)
	add("HALOC", Count(c.HALOC), none)
	for _, w := range []struct {
		title string
		n     int
	}{{"New work", c.NewWork}, {"Legacy refactor", c.LegacyRefactor}, {"Help others", c.HelpOthers}, {"Rework", c.Rework}, {"Unattributed", c.Unattributed}} {
		share := Value{Format: FormatPercent, Missing: "no line counts"}
		if c.HALOC > 0 {
			share = Value{Format: FormatPercent, Number: 100 * float64(w.n) / float64(c.HALOC)}
		}
		add("  "+w.title, Count(w.n), share)
	}
	add("Efficiency", orMissing(FormatPercent, c.Efficiency), none)
	add("Commits per coding day", orMissing(FormatDecimal, c.CommitsPerCodingDay), none)
	add("Time to 100 lines, raw", orMissing(FormatHours, c.TT100Raw), none)
	add("Time to 100 lines, productive", orMissing(FormatHours, c.TT100Productive), none)
	add("Impact", Value{Format: FormatDecimal, Number: c.Impact}, none)
	add("Lines added", Count(c.Added), none)
	add("Lines deleted", Count(c.Deleted), none)
	add("Lines that merges wrote", Count(a.Totals.MergeLines), none)
	return t
}

// leftOutTable says what does not count and why, commits first.
func (a *Analysis) leftOutTable() *Table {
	t := &Table{Columns: []Column{
		{Title: "Reason", Format: FormatText}, {Title: "Commits", Format: FormatCount}, {Title: "Files", Format: FormatCount},
		{Title: "Added", Format: FormatCount}, {Title: "Deleted", Format: FormatCount},
	}}
	none := Text("")
	for _, r := range sortedReasons(a.Totals.LeftOut) {
		title, _ := ReasonTitle(r)
		lines := a.Totals.LeftOutLines[r]
		t.Rows = append(t.Rows, Row{Cells: []Cell{{Value: Text(title)}, {Value: Count(a.Totals.LeftOut[r])}, {Value: none}, {Value: Count(lines.Added)}, {Value: Count(lines.Deleted)}}})
	}
	for _, r := range sortedReasons(a.Totals.LeftOutFiles) {
		title, _ := ReasonTitle(r)
		f := a.Totals.LeftOutFiles[r]
		t.Rows = append(t.Rows, Row{Cells: []Cell{{Value: Text(title)}, {Value: none}, {Value: Count(f.Files)}, {Value: Count(f.Added)}, {Value: Count(f.Deleted)}}})
	}
	return t
}

func sortedReasons[T any](m map[facts.Reason]T) []facts.Reason { return slices.Sorted(maps.Keys(m)) }

func (a *Analysis) writeProblems(out *textWriter) {
	if a.ProblemCount == 0 {
		return
	}
	out.printf("%s could not be read and the rest was:\n", counted(a.ProblemCount, "item", "items"))
	for _, p := range a.Problems[:min(len(a.Problems), maxListedProblems)] {
		out.printf("  %s %s: %s\n", p.Commit, Visible(p.Path), Visible(p.Cause))
	}
	if a.ProblemCount > maxListedProblems {
		out.printf("  ... and %s more; --json lists them.\n", Count(a.ProblemCount-maxListedProblems))
	}
}
