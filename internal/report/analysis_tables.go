package report

import (
	"cmp"
	"encoding/csv"
	"fmt"
	"io"
	"iter"
	"maps"
	"slices"
	"strings"
	"time"

	"weir/internal/facts"
)

// AnalysisTables names the tables of an analysis. The commits are not held: WriteAnalyzedCommits streams them.
var AnalysisTables = []string{"totals", "people", "months", "commits"}

// Table gives the table of totals, people or months.
func (a *Analysis) Table(name string) (*Table, error) {
	switch name {
	case "totals":
		return a.totalsTable(), nil
	case "people":
		first := []Column{{Name: "name", Title: "Person", Format: FormatText}, {Name: "email", Title: "E-mail", Format: FormatText}, {Name: "bot", Title: "Bot", Format: FormatText}}
		return groupTable("people", "People", first, a.People), nil
	case "months":
		return groupTable("months", "Months", []Column{{Name: "month", Title: "Month", Format: FormatText}}, a.Months), nil
	}
	return nil, fmt.Errorf("there is no table %q; choose one of %s", name, strings.Join(AnalysisTables, ", "))
}

func groupTable(name, title string, first []Column, groups []AnalysisGroup) *Table {
	t := &Table{Name: name, Title: title, Columns: first, Empty: "There are no commits."}
	t.Columns = append(t.Columns,
		Column{Name: "commits", Title: "Commits", Format: FormatCount}, Column{Name: "merges", Title: "Merges", Format: FormatCount},
		Column{Name: "left_out", Title: "Left out", Format: FormatCount}, Column{Name: "coding_days", Title: "Coding days", Format: FormatCount},
		Column{Name: "haloc", Title: "HALOC", Format: FormatCount}, Column{Name: "new_work", Title: "New work", Format: FormatCount},
		Column{Name: "legacy_refactor", Title: "Legacy", Format: FormatCount}, Column{Name: "help_others", Title: "Help", Format: FormatCount},
		Column{Name: "rework", Title: "Rework", Format: FormatCount}, Column{Name: "unattributed", Title: "Unattr.", Format: FormatCount},
		Column{Name: "efficiency", Title: "Efficiency", Format: FormatPercent}, Column{Name: "rework_share", Title: "Rework %", Format: FormatPercent},
		Column{Name: "impact", Title: "Impact", Format: FormatDecimal}, Column{Name: "added", Title: "Added", Format: FormatCount},
		Column{Name: "deleted", Title: "Deleted", Format: FormatCount}, Column{Name: "files", Title: "Files", Format: FormatCount},
		Column{Name: "hunks", Title: "Hunks", Format: FormatCount}, Column{Name: "trivial", Title: "Trivial", Format: FormatCount})
	for i := range groups {
		t.Rows = append(t.Rows, groupRow(&groups[i]))
	}
	return t
}

func groupRow(g *AnalysisGroup) Row {
	var r Row
	if g.AnalysisPerson == nil {
		r.Cells = append(r.Cells, Cell{Value: Text(g.Month)})
	} else {
		r.Cells = append(r.Cells, Cell{Value: Text(g.Name)}, Cell{Value: Text(g.Email)}, Cell{Value: Text(yesNo(g.Bot))})
	}
	for _, n := range []int{g.Commits, g.Merges, g.LeftOut, g.CodingDays, g.HALOC, g.NewWork, g.LegacyRefactor, g.HelpOthers, g.Rework, g.Unattributed} {
		r.Cells = append(r.Cells, Cell{Value: Count(n)})
	}
	r.Cells = append(r.Cells, Cell{Value: orMissing(FormatPercent, g.Efficiency)}, Cell{Value: orMissing(FormatPercent, g.ReworkShare)},
		Cell{Value: Value{Format: FormatDecimal, Number: g.Impact}})
	for _, n := range []int{g.Added, g.Deleted, g.Files, g.Hunks, g.Trivial} {
		r.Cells = append(r.Cells, Cell{Value: Count(n)})
	}
	return r
}

func orMissing(f Format, n *float64) Value {
	if n == nil {
		return Value{Format: f, Missing: "no line counts"}
	}
	return Value{Format: f, Number: *n}
}

// totalsTable gives each total under the name that it has in the JSON.
func (a *Analysis) totalsTable() *Table {
	t := &Table{Name: "totals", Title: "Totals", Columns: []Column{{Name: "name", Title: "Total", Format: FormatText}, {Name: "value", Title: "Value", Format: FormatDecimal}}}
	add := func(name string, v Value) {
		t.Rows = append(t.Rows, Row{Cells: []Cell{{Value: Text(name)}, {Value: v}}})
	}
	count := func(name string, n int) { add(name, Count(n)) }
	s, c := a.Totals.Seen, a.Totals.Counted
	count("seen.commits", s.Commits)
	count("seen.merges", s.Merges)
	count("seen.added", s.Added)
	count("seen.deleted", s.Deleted)
	for _, n := range []struct {
		name string
		n    int
	}{
		{"commits", c.Commits}, {"trivial", c.Trivial}, {"coding_days", c.CodingDays}, {"haloc", c.HALOC}, {"new_work", c.NewWork},
		{"legacy_refactor", c.LegacyRefactor}, {"help_others", c.HelpOthers}, {"rework", c.Rework}, {"unattributed", c.Unattributed},
		{"added", c.Added}, {"deleted", c.Deleted}, {"files", c.Files}, {"hunks", c.Hunks}, {"throughput_productive", c.ThroughputProductive},
	} {
		count("counted."+n.name, n.n)
	}
	add("counted.efficiency", orMissing(FormatPercent, c.Efficiency))
	add("counted.rework_share", orMissing(FormatPercent, c.ReworkShare))
	add("counted.commits_per_coding_day", orMissing(FormatDecimal, c.CommitsPerCodingDay))
	add("counted.tt100_raw", orMissing(FormatHours, c.TT100Raw))
	add("counted.tt100_productive", orMissing(FormatHours, c.TT100Productive))
	add("counted.impact", Value{Format: FormatDecimal, Number: c.Impact})
	for _, r := range slices.Sorted(maps.Keys(a.Totals.LeftOut)) {
		count("left_out."+string(r), a.Totals.LeftOut[r])
	}
	for _, r := range slices.Sorted(maps.Keys(a.Totals.LeftOutLines)) {
		count("left_out_lines."+string(r)+".added", a.Totals.LeftOutLines[r].Added)
		count("left_out_lines."+string(r)+".deleted", a.Totals.LeftOutLines[r].Deleted)
	}
	for _, r := range slices.Sorted(maps.Keys(a.Totals.LeftOutFiles)) {
		f := a.Totals.LeftOutFiles[r]
		count("left_out_files."+string(r)+".files", f.Files)
		count("left_out_files."+string(r)+".added", f.Added)
		count("left_out_files."+string(r)+".deleted", f.Deleted)
	}
	count("merge_lines", a.Totals.MergeLines)
	if m := a.Totals.Moved; m != nil {
		count("moved.within_files", m.WithinFiles)
		count("moved.between_files", m.BetweenFiles)
		count("moved.copied", m.Copied)
		count("moved.commits", m.Commits)
		count("moved.not_looked_at", m.NotLookedAt)
	}
	count("problem_count", a.ProblemCount)
	return t
}

var analyzedColumns = []string{
	"commit", "authored_at", "day", "author_name", "author_email", "name", "email", "merge", "reason", "detail", "seen_added", "seen_deleted",
	"haloc", "new_work", "legacy_refactor", "help_others", "rework", "unattributed", "added", "deleted", "files", "hunks", "ignored", "merge_lines",
	"trivial", "impact", "complexity", "co_authors",
}

var complexityNames = map[facts.Complexity]string{facts.ComplexityLow: "low", facts.ComplexityMedium: "medium", facts.ComplexityHigh: "high"}

// WriteAnalyzedCommits writes a CSV with a row for each commit, in the order in which they come.
func WriteAnalyzedCommits(w io.Writer, commits iter.Seq[AnalyzedCommit], person func(facts.PersonID) facts.Person) error {
	out := csv.NewWriter(w)
	if err := out.Write(analyzedColumns); err != nil {
		return err
	}
	record := make([]string, 0, len(analyzedColumns))
	for c := range commits {
		p := person(c.Person)
		record = append(record[:0], c.Hash, Instant(c.AuthoredAt, c.AuthorOffset).Time().Format(time.RFC3339), c.Day.String(),
			Neutral(c.AuthorName), Neutral(c.AuthorEmail), Neutral(p.Name), Neutral(p.Email), yesNo(c.Merge), string(c.Reason), Neutral(c.Detail))
		for _, n := range []int{
			c.Seen.Added, c.Seen.Deleted, c.Lines.HALOC(), c.Lines.NewWork, c.Lines.LegacyRefactor, c.Lines.HelpOthers, c.Lines.Rework,
			c.Lines.Unattributed, c.Added, c.Deleted, c.Files, c.Hunks, c.Ignored, c.MergeLines,
		} {
			record = append(record, Count(n).Raw())
		}
		record = append(record, yesNo(c.Trivial), Value{Format: FormatDecimal, Number: c.Impact}.Raw(), complexityNames[c.Complexity], Neutral(coAuthorsOf(c.Group, person)))
		if err := out.Write(record); err != nil {
			return err
		}
	}
	out.Flush()
	return out.Error()
}

// coAuthorsOf names those who are credited beside the author.
func coAuthorsOf(g *facts.GroupCommit, person func(facts.PersonID) facts.Person) string {
	if g == nil {
		return ""
	}
	var names []string
	for _, s := range g.Shares[1:] {
		p := person(s.Person)
		names = append(names, cmp.Or(p.Name, p.Email))
	}
	return strings.Join(names, ", ")
}

func yesNo(b bool) string { return cmp.Or(map[bool]string{true: "yes"}[b], "no") }
