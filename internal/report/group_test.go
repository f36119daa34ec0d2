package report_test

import (
	"testing"

	"weir/internal/facts"
	"weir/internal/report"
)

// On 27 January Ann (1) and Bob (2) make a commit of 20 new and 5 reworked lines together; of it each has all, or 13 and 12.
func groupWorld(split bool) *fakeSource {
	src := world()
	c := &src.commits[len(src.commits)-1]
	c.CoAuthors, c.Split = []facts.IdentityID{2, 3, 1}, split
	c.Shares = []facts.Share{{Person: 1, Lines: c.Lines, Impact: 10}, {Person: 2, Lines: c.Lines, Impact: 10}}
	if split {
		c.Shares[0] = facts.Share{Person: 1, Lines: facts.WorkTypes{NewWork: 10, Rework: 3}, Impact: 5}
		c.Shares[1] = facts.Share{Person: 2, Lines: facts.WorkTypes{NewWork: 10, Rework: 2}, Impact: 5}
	}
	return src
}

// number gives the value of a column in the row that begins with a name; "All" is the row of sums.
func number(t *testing.T, table *report.Table, row, column string) float64 {
	t.Helper()
	for i, c := range table.Columns {
		if c.Name != column {
			continue
		}
		if row == "All" {
			return table.Total.Cells[i].Value.Number
		}
		for _, r := range table.Rows {
			if r.Cells[0].Value.Text == row {
				return r.Cells[i].Value.Number
			}
		}
	}
	t.Fatalf("no %s of %s", column, row)
	return 0
}

// Alone Ann has 3 commits with 70 lines on 3 days, and Bob 2 with 10 on 2; a day of both is the one together. With all of the 25 lines
// Ann has 95 and Bob 35, split 83 and 22; either way there are 6 commits with 105 lines, and 4 + 3 coding days.
func TestCommitsMadeTogetherCountOnce(t *testing.T) {
	t.Parallel()
	for split, want := range map[bool][3]float64{false: {95, 35, 105}, true: {83, 22, 105}} {
		page, err := report.Code(t.Context(), groupWorld(split), params(t, ""))
		if err != nil {
			t.Fatal(err)
		}
		people := page.Table("people")
		if got := [3]float64{number(t, people, "Ann Lee", "haloc"), number(t, people, "Bob <script>", "haloc"), number(t, people, "All", "haloc")}; got != want {
			t.Errorf("split %v: lines %v, want %v", split, got, want)
		}
		if got := [3]float64{number(t, people, "Ann Lee", "commits"), number(t, people, "Bob <script>", "commits"), number(t, people, "All", "commits")}; got != [3]float64{4, 3, 6} {
			t.Errorf("split %v: commits %v, want 4, 3 and 6", split, got)
		}
		if !hasNote(page, "Commits that several people made together (Co-authored-by) stand in the row of each and once in the sums.") {
			t.Errorf("split %v: no word of it in %+v", split, page.Notes)
		}
		log, err := report.WorkLog(t.Context(), groupWorld(split), params(t, ""))
		if err != nil {
			t.Fatal(err)
		}
		days := log.Table("days")
		got := [4]float64{number(t, days, "Bob <script>", "commits"), number(t, days, "All", "commits"), number(t, days, "All", "1970-01-27"), number(t, days, "All", "coding_days")}
		if got != [4]float64{3, 6, 1, 7} {
			t.Errorf("split %v: work log %v", split, got)
		}
	}
}

func hasNote(page *report.Page, text string) bool {
	for _, n := range page.Notes {
		if n.Text == text {
			return true
		}
	}
	return false
}

// The rows behind a person's number are those of the commits together too, with the lines that the person has.
func TestCommitsOfACoAuthorAreListed(t *testing.T) {
	t.Parallel()
	for split, want := range map[bool]float64{false: 35, true: 22} {
		page, err := report.Commits(t.Context(), groupWorld(split), params(t, "person=2&count=counted"))
		if err != nil {
			t.Fatal(err)
		}
		table := page.Tables[0]
		sum := 0.0
		for _, r := range table.Rows {
			sum += r.Cells[6].Value.Number
		}
		if total := table.Total.Cells[6].Value.Number; sum != want || total != want || table.Columns[6].Name != "haloc" {
			t.Errorf("split %v: rows add up to %v, the sum says %v, want %v", split, sum, total, want)
		}
		if with := table.Rows[0].Cells[3].Value.Text; with != "Bob <script>" {
			t.Errorf("with %q", with)
		}
	}
}

func TestCommitPageNamesCoAuthors(t *testing.T) {
	t.Parallel()
	src := groupWorld(true)
	c := src.commits[len(src.commits)-1]
	page, err := report.Commit(t.Context(), src, params(t, "repo=2&commit="+c.Hash), report.Evidence{})
	if err != nil {
		t.Fatal(err)
	}
	got := page.Commit.CoAuthors
	if len(got) != 2 || got[0].Name != "Bob <script>" || got[0].HALOC == nil || *got[0].HALOC != 12 || got[1].Why != "a bot" || got[1].HALOC != nil {
		t.Errorf("co-authors are %+v", got)
	}
}
