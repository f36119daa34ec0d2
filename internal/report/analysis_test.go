package report_test

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"weir/internal/facts"
	"weir/internal/report"
)

func person(id facts.PersonID) facts.Person {
	switch id {
	case 1:
		return facts.Person{ID: 1, Name: "Zoë 李小龙", Email: "zoe@example.com"}
	case 2:
		return facts.Person{ID: 2, Name: "=cmd|' /C calc'!A0\x1b[31m\u202e", Email: "evil@example.com"}
	}
	return facts.Person{ID: id, Name: "renovate[bot]", Email: "bot@example.com", Bot: true}
}

func analyzed() []report.AnalyzedCommit {
	at := func(c report.AnalyzedCommit, day facts.Day) report.AnalyzedCommit {
		c.Day, c.AuthoredAt, c.AuthorOffset = day, int64(day)*daySeconds+3600, -5*3600
		c.AuthorName, c.AuthorEmail = person(c.Person).Name, person(c.Person).Email
		c.Hash = strings.Repeat(string('a'+rune(day%6)), 40)
		return c
	}
	verdict := func(p facts.PersonID, w facts.WorkTypes, added, deleted int) facts.Verdict {
		lines := facts.LineCounts{Added: added, Deleted: deleted}
		return facts.Verdict{Person: p, Lines: w, LineCounts: lines, Seen: lines, Files: 1, Hunks: 1, Impact: 12.3456789, Complexity: facts.ComplexityHigh}
	}
	partly := verdict(1, facts.WorkTypes{NewWork: 1200, Rework: 34}, 1234, 34)
	partly.Seen.Added += 1000 // in a lock file
	partly.Ignored = 1000
	outlier := verdict(2, facts.WorkTypes{NewWork: 2000}, 2000, 0)
	outlier.Reason, outlier.Detail = facts.LeftOutlier, "HALOC 2,000 is more than 1,000"
	bot := verdict(3, facts.WorkTypes{NewWork: 7}, 7, 0)
	bot.Reason = facts.LeftBot
	return []report.AnalyzedCommit{
		at(report.AnalyzedCommit{Verdict: partly}, 3),
		at(report.AnalyzedCommit{Verdict: verdict(2, facts.WorkTypes{HelpOthers: 5, LegacyRefactor: 15, Unattributed: 1}, 20, 21)}, 4),
		at(report.AnalyzedCommit{Merge: true, Verdict: facts.Verdict{Person: 1, Reason: facts.LeftMerge, MergeLines: 9}}, 5),
		at(report.AnalyzedCommit{Verdict: outlier}, 35),
		at(report.AnalyzedCommit{Verdict: bot}, 36),
		at(report.AnalyzedCommit{Verdict: facts.Verdict{Person: 2, Trivial: true, Complexity: facts.ComplexityLow}}, 36),
	}
}

func analysis() *report.Analysis {
	a := report.NewAnalyzer(report.AnalysisOptions{
		Refs: []report.AnalysisRef{{Name: "refs/heads/main", Hash: strings.Repeat("a", 40)}}, Rules: facts.DefaultRules(), Person: person,
	})
	for _, c := range analyzed() {
		a.Add(&c)
	}
	a.LeaveOutFiles(facts.LeftLock, 1, facts.LineCounts{Added: 1000})
	return a.Finish([]report.AnalysisProblem{{Commit: strings.Repeat("b", 40), Path: "x\ny", Code: "missing", Cause: "the object is missing"}}, 12)
}

func TestAnalysis(t *testing.T) {
	t.Parallel()
	a := analysis()
	text, err := json.MarshalIndent(a, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	golden(t, "analysis.json", string(text)+"\n")
	for _, width := range []int{0, 80, 200} {
		var b bytes.Buffer
		if err := a.WriteText(&b, width); err != nil {
			t.Fatal(err)
		}
		golden(t, map[int]string{0: "analysis.txt", 80: "analysis-80.txt", 200: "analysis-200.txt"}[width], b.String())
		for line := range strings.Lines(b.String()) {
			if n := report.Width(strings.TrimSuffix(line, "\n")); width > 0 && n > width {
				t.Errorf("a line of %d columns where there are %d: %q", n, width, line)
			}
		}
	}
	var b bytes.Buffer
	for _, name := range report.AnalysisTables[:3] {
		table, err := a.Table(name)
		if err != nil {
			t.Fatal(err)
		}
		b.WriteString("# " + name + "\n")
		if err := table.WriteCSV(&b); err != nil {
			t.Fatal(err)
		}
	}
	b.WriteString("# commits\n")
	each := func(yield func(report.AnalyzedCommit) bool) {
		for _, c := range analyzed() {
			if !yield(c) {
				return
			}
		}
	}
	if err := report.WriteAnalyzedCommits(&b, each, person); err != nil {
		t.Fatal(err)
	}
	golden(t, "analysis.csv", b.String())
	if _, err := a.Table("nonsense"); err == nil {
		t.Error("there is a table called nonsense")
	}
}

// What was seen is what counts and what is left out.
func TestAnalysisAddsUp(t *testing.T) {
	t.Parallel()
	totals := analysis().Totals
	commits, lines := totals.Counted.Commits, facts.LineCounts{Added: totals.Counted.Added, Deleted: totals.Counted.Deleted}
	for _, n := range totals.LeftOut {
		commits += n
	}
	for _, l := range totals.LeftOutLines {
		lines.Added += l.Added
		lines.Deleted += l.Deleted
	}
	for _, f := range totals.LeftOutFiles {
		lines.Added += f.Added
		lines.Deleted += f.Deleted
	}
	if commits != totals.Seen.Commits || lines.Added != totals.Seen.Added || lines.Deleted != totals.Seen.Deleted {
		t.Errorf("seen %+v, added up %d commits %+v", totals.Seen, commits, lines)
	}
}

func TestNeutral(t *testing.T) {
	t.Parallel()
	for s, want := range map[string]string{
		"": "", "Ann": "Ann", "=1+1": "'=1+1", "+1": "'+1", "-1": "'-1", "@x": "'@x", "  =1": "'  =1", "\t=1": "'\t=1", "＝1": "'＝1", "'x": "''x",
		"a\r\nb\rc": "a\nb\uFFFDc", "\xff": "\uFFFD", "a=1": "a=1", "\x00=1": "\uFFFD=1",
	} {
		if got := report.Neutral(s); got != want {
			t.Errorf("%q became %q, want %q", s, got, want)
		}
	}
}

// Any text goes into a CSV and comes out again, and no cell begins as a formula does.
func FuzzCSV(f *testing.F) {
	f.Add("=1+1", "a,\"b\"\n")
	f.Add("\r", " @x")
	f.Fuzz(func(t *testing.T, a, b string) {
		table := report.Table{
			Columns: []report.Column{{Name: a}, {Name: "n", Format: report.FormatCount}, {Name: "b"}},
			Rows:    []report.Row{{Cells: []report.Cell{{Value: report.Text(b)}, {Value: report.Count(-1)}, {Value: report.Path(a)}}}},
		}
		var out bytes.Buffer
		if err := table.WriteCSV(&out); err != nil {
			t.Fatal(err)
		}
		records, err := csv.NewReader(&out).ReadAll()
		if err != nil || len(records) != 2 {
			t.Fatalf("%q and %q: %v %v", a, b, records, err)
		}
		for i, want := range []string{report.Neutral(b), "-1", report.Neutral(strings.ToValidUTF8(a, "\uFFFD"))} {
			if records[1][i] != want {
				t.Errorf("cell %d is %q, want %q", i, records[1][i], want)
			}
		}
		if plain := report.Plain(records[1][0]); strings.TrimLeft(records[1][0], " ") != "" && strings.ContainsAny(records[1][0][:1], "=+-@\t\n") || plain != report.Plain(report.Neutral(b)) {
			t.Errorf("%q begins as a formula does", records[1][0])
		}
		for _, s := range []string{a, b} {
			if report.Width(report.Shorten(report.Visible(s), 7)) > 7 || strings.ContainsAny(report.Visible(s), "\x1b\n\r\u202e") {
				t.Errorf("%q is shown as %q", s, report.Visible(s))
			}
		}
	})
}

func TestTextFitsAnyWidth(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		table := report.Table{}
		for range rapid.IntRange(1, 8).Draw(t, "columns") {
			format := rapid.SampledFrom([]report.Format{report.FormatText, report.FormatCount}).Draw(t, "format")
			table.Columns = append(table.Columns, report.Column{Title: rapid.StringN(0, 12, -1).Filter(func(s string) bool { return report.Visible(s) == s }).Draw(t, "title"), Format: format})
		}
		for range rapid.IntRange(0, 4).Draw(t, "rows") {
			var row report.Row
			for range table.Columns {
				row.Cells = append(row.Cells, report.Cell{Value: report.Text(rapid.String().Draw(t, "text"))})
			}
			table.Rows = append(table.Rows, row)
		}
		width := rapid.IntRange(60, 120).Draw(t, "width")
		var b bytes.Buffer
		if err := table.WriteText(&b, width); err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(b.String()) {
			if n := report.Width(strings.TrimSuffix(line, "\n")); n > width {
				t.Fatalf("%d columns in %d: %q", n, width, line)
			}
		}
	})
}
