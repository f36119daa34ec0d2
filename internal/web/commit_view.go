package web

import (
	"weir/internal/report"
)

// commitView is one commit with its typed hunks, laid out for its template.
type commitView struct {
	Page    *report.Page
	Commit  *report.CommitDetail
	Exports []linkView
	Notes   notesView
	Hows    []howView
	// OnServer is the commit's page on the server.
	OnServer string
	Tiles    []tileView
	Tables   []tableView
	Legend   []legendView
	Files    []fileView
}

type legendView struct{ Class, Letter, Title string }

type fileView struct {
	report.DetailedFile
	Status string
	Hunks  []hunkView
}

type hunkView struct {
	report.DetailedHunk
	Lines []lineView
}

// lineView is one line of a hunk: gone or new, with the commit that wrote what it replaces.
type lineView struct {
	// Class is the colour of the type, Letter stands beside it; First marks the first line of a run.
	Class, Letter, Title string
	First                bool
	Gone                 bool
	Number               int
	Text                 string
	// Known says that the text is at hand; More counts lines that are not shown one by one.
	Known    bool
	More     int
	Replaces *report.Replaced
}

// maxHunkLines bounds how many lines of one hunk are drawn; the rest is counted.
const maxHunkLines = 400

func viewCommit(p *report.Page) *commitView {
	base := viewReport(p)
	v := &commitView{Page: p, Commit: p.Commit, Tiles: base.Tiles, Tables: base.Tables, Exports: base.Exports[1:], Notes: base.Notes, Hows: base.Hows,
		Legend: workTypeLegend()}
	for _, f := range p.Commit.Files {
		view := fileView{DetailedFile: f, Status: statusWord(f.Status)}
		for _, h := range f.Hunks {
			view.Hunks = append(view.Hunks, viewHunk(h))
		}
		v.Files = append(v.Files, view)
	}
	return v
}

// workTypeLegend explains colours and letters, in the order of the charts.
func workTypeLegend() []legendView {
	var legend []legendView
	for _, t := range []struct{ name, title string }{
		{"new_work", "New work: nothing was touched"}, {"legacy_refactor", "Legacy refactor: older than the window"},
		{"help_others", "Help others: somebody else's, within the window"}, {"rework", "Rework: own, within the window"},
		{"unattributed", "Unattributed: whose lines it touched could not be told"},
	} {
		legend = append(legend, legendView{tone(t.name), letter(t.name), t.title})
	}
	return legend
}

var statusWords = map[string]string{"A": "added", "D": "deleted", "M": "changed", "R": "renamed", "T": "type changed"}

func statusWord(status string) string {
	if word, ok := statusWords[status]; ok {
		return word
	}
	return status
}

func viewHunk(h report.DetailedHunk) hunkView {
	v := hunkView{DetailedHunk: h}
	hidden := 0
	for _, run := range h.Runs {
		for i, line := range linesOf(run) {
			if len(v.Lines) >= maxHunkLines {
				hidden++
				continue
			}
			line.First = i == 0
			v.Lines = append(v.Lines, line)
		}
	}
	if hidden > 0 {
		v.Lines = append(v.Lines, lineView{More: hidden})
	}
	return v
}

// linesOf gives the lines of one run: those that are gone, then those that came. Without the text a run
// is one line that says how many.
func linesOf(run report.DetailedRun) []lineView {
	base := lineView{Class: tone(run.Type), Letter: letter(run.Type), Title: run.Title}
	var lines []lineView
	add := func(gone bool, start, count int, text []string) {
		if count > 0 && len(text) == 0 {
			line := base
			line.Gone, line.Number, line.More = gone, start, count
			lines = append(lines, line)
		}
		for i, t := range text {
			line := base
			line.Gone, line.Number, line.Text, line.Known = gone, start+i, t, true
			lines = append(lines, line)
		}
	}
	add(true, run.OldStart, run.OldLines, run.Old)
	add(false, run.NewStart, run.NewLines, run.New)
	if len(lines) > 0 {
		lines[0].Replaces = run.Replaces
	}
	return lines
}
