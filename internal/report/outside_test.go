package report_test

import (
	"encoding/csv"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"weir/internal/facts"
	"weir/internal/report"
)

// A list of commits is cut into parts, its sums are not, and its CSV holds every row.
func TestCommitsAreAllSummed(t *testing.T) {
	t.Parallel()
	src := &fakeSource{people: world().people, repos: world().repos, rules: facts.DefaultRules()}
	for n := range 1330 {
		c := judged(1, facts.CommitNumber(n+1), 1, facts.Day(n%28), facts.WorkTypes{NewWork: 2, Rework: 1})
		c.Hash = fmt.Sprintf("%040x", n)
		src.commits = append(src.commits, c)
	}
	p := params(t, "period=30d&count=counted")
	page, err := report.Commits(t.Context(), src, p)
	if err != nil {
		t.Fatal(err)
	}
	table := page.Tables[0]
	consistent(t, page)
	for i, c := range table.Columns {
		if got, want := table.Total.Cells[i].Value.Number, map[string]float64{"haloc": 3990, "new_work": 2660, "rework": 1330, "added": 3990, "deleted": 1330, "impact": 13300}[c.Name]; want != 0 && got != want {
			t.Errorf("the sum of %s is %v, want %v", c.Name, got, want)
		}
	}
	if len(table.Rows) != 100 || !table.Paging.More || page.Tiles[0].Value.Number != 1330 {
		t.Errorf("%d rows, more %v, %v listed", len(table.Rows), table.Paging.More, page.Tiles[0].Value)
	}
	var b strings.Builder
	if err := report.WriteCommitsCSV(t.Context(), src, p, &b); err != nil {
		t.Fatal(err)
	}
	if rows, err := csv.NewReader(strings.NewReader(b.String())).ReadAll(); err != nil || len(rows) != 1331 {
		t.Errorf("the CSV has %d rows and a heading (%v), want 1330", len(rows)-1, err)
	}
}

// strayed has a commit before 1970 and one after today beside two that are neither.
func strayed() *fakeSource {
	src := world()
	src.commits = []facts.JudgedCommit{
		judged(1, 1, 1, -20000, facts.WorkTypes{NewWork: 1}), judged(1, 2, 1, 20, facts.WorkTypes{NewWork: 2}),
		judged(1, 3, 1, 26, facts.WorkTypes{NewWork: 4}), judged(1, 4, 1, 9000, facts.WorkTypes{NewWork: 8}),
	}
	return src
}

// Commits with impossible dates are said, do not stretch the whole history, and can be listed.
func TestStrayDates(t *testing.T) {
	t.Parallel()
	src := strayed()
	for _, query := range []string{"", "period=all", "period=7d"} {
		page, err := report.Code(t.Context(), src, params(t, query))
		if err != nil {
			t.Fatal(err)
		}
		listed := map[string]bool{}
		for _, note := range page.Notes {
			if !note.Link.Valid() {
				continue
			}
			list, err := report.Commits(t.Context(), src, params(t, note.Link.Query.Encode()))
			if err != nil {
				t.Fatal(err)
			}
			for _, row := range list.Tables[0].Rows {
				listed[row.Cells[1].Value.Text] = true
			}
		}
		if !listed["Change 1"] || !listed["Change 4"] || len(listed) != 2 {
			t.Errorf("%q: the notes lead to %v; they are %+v", query, listed, page.Notes)
		}
	}
	page, err := report.Code(t.Context(), src, params(t, "period=all"))
	if err != nil || page.Params.From != 20 {
		t.Errorf("the whole history begins on %s (%v), want 1970-01-21", page.Params.From, err)
	}
	says := func(n report.Note) bool {
		return strings.Contains(n.Text, "no more than one commit in 100 and are followed by 5 years without any")
	}
	if !slices.ContainsFunc(page.Notes, says) {
		t.Errorf("no note says the rule: %+v", page.Notes)
	}
	link := params(t, page.Tiles[0].Link.Query.Encode())
	if n, _ := src.CountJudgedCommits(t.Context(), link.Query(), link.Filter); n != 2 {
		t.Errorf("the number leads to %d commits, want 2", n)
	}
}

// A period of any length is drawn by few points, and they add up to the whole.
func TestChartOfLongPeriods(t *testing.T) {
	t.Parallel()
	for from, want := range map[string]string{"1969-06-01": "week", "1965-01-01": "month", "1900-01-01": "year", "1000-01-01": "decade", "0001-01-01": "century"} {
		page, err := report.Code(t.Context(), strayed(), params(t, "from="+from))
		if err != nil {
			t.Fatal(err)
		}
		c := page.Charts[0]
		sum := 0.0
		for _, v := range c.Series[0].Values {
			sum += v.Number
		}
		lines := 6.0
		if page.Params.From <= -20000 {
			lines = 7
		}
		if c.Title != "Work types by "+want || len(c.X) > 120 || sum != lines || len(asJSON(t, page)) > 400_000 {
			t.Errorf("from %s: %s, %d points, %v lines, %d bytes", from, c.Title, len(c.X), sum, len(asJSON(t, page)))
		}
	}
}

// What does not exist is named, and what is not looked at is said.
func TestUnknownNames(t *testing.T) {
	t.Parallel()
	for _, query := range []string{"person=99", "repo=77", "period=after_today"} {
		_, err := report.Code(t.Context(), world(), params(t, query))
		if name, _, _ := strings.Cut(query, "="); !errors.As(err, new(*report.ParamError)) || !strings.Contains(fmt.Sprint(err), "parameter "+name) {
			t.Errorf("%s: %v", query, err)
		}
	}
	for _, query := range []string{"sort=nope", "reason=merge", "commit=" + strings.Repeat("a", 40)} {
		page, err := report.Code(t.Context(), world(), params(t, query))
		if name, _, _ := strings.Cut(query, "="); err != nil || !strings.Contains(fmt.Sprintf("%+v", page.Notes), name) {
			t.Errorf("%s: %v %+v", query, err, page.Notes)
		}
	}
}

// Bots stand apart in the Work log, and no merge or left-out commit of a day is lost in its exports.
func TestWorkLogLosesNothing(t *testing.T) {
	t.Parallel()
	page, err := report.WorkLog(t.Context(), world(), params(t, "from=1970-01-05&to=1970-01-21"))
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range page.Table("days").Rows {
		if strings.Contains(row.Cells[0].Value.Text, "[bot]") {
			t.Error("a bot stands among people")
		}
	}
	if bots := page.Table("bots"); bots == nil || len(bots.Rows) != 1 {
		t.Errorf("bots: %+v", bots)
	}
	var commits, merges, left float64
	for _, row := range page.Table("each_day").Rows {
		commits += row.Cells[3].Value.Number
		merges += row.Cells[4].Value.Number
		left += row.Cells[5].Value.Number
	}
	if commits != 5 || merges != 1 || left != 1 {
		t.Errorf("day by day: %v commits, %v merges, %v left out; want 5, 1, 1", commits, merges, left)
	}
	if c := page.Table("days").Columns; c[4].Name != "left_out" || c[9].Name != "1970-01-21" || c[len(c)-1].Name != "1970-01-05" {
		t.Errorf("columns %s, %s ... %s", c[4].Name, c[9].Name, c[len(c)-1].Name)
	}
	if page, err = report.WorkLog(t.Context(), world(), params(t, "period=all")); err != nil || len(page.Table("days").Rows) != 2 || page.Params.From != 4 {
		t.Errorf("the whole history: %v rows from %s, %v", len(page.Table("days").Rows), page.Params.From, err)
	}
}
