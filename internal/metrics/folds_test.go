package metrics_test

import (
	"math"
	"strings"
	"testing"

	"weir/internal/facts"
	"weir/internal/metrics"
)

// The roll-ups of the table below. Person 1 commits on days 0 (a Thursday: 1 January 1970) and 1, on day 1 in
// two repos; person 2 on day 1 and, with a merge and a left-out commit alone, on day 8.
//
//	day person repo commits merges left  new legacy help rework unattr impact
//	  0      1    1       2      0    0   10      4    0      6      0     25
//	  1      1    1       1      0    1    0      0    5      0      0      5
//	  1      1    2       1      0    0    5      0    0      0      0      5
//	  1      2    1       2      1    0   20     10    0     10      2     45
//	  8      2    1       0      1    1    0      0    0      0      0      0
//	sum                    6      2    2   35     14    5     16      2     80
//
// HALOC = 35+14+5+16+2 = 72. Coding days: person 1 has 2 (day 1 once), person 2 has 1 (day 8 has no counted
// commit), so 3.
var rows = []facts.Daily{
	{Day: 0, Person: 1, Repo: 1, Commits: 2, Lines: facts.WorkTypes{NewWork: 10, LegacyRefactor: 4, Rework: 6}, Impact: 25},
	{Day: 1, Person: 1, Repo: 1, Commits: 1, LeftOut: 1, Lines: facts.WorkTypes{HelpOthers: 5}, Impact: 5},
	{Day: 1, Person: 1, Repo: 2, Commits: 1, Lines: facts.WorkTypes{NewWork: 5}, Impact: 5},
	{Day: 1, Person: 2, Repo: 1, Commits: 2, Merges: 1, Lines: facts.WorkTypes{NewWork: 20, LegacyRefactor: 10, Rework: 10, Unattributed: 2}, Impact: 45},
	{Day: 8, Person: 2, Repo: 1, Merges: 1, LeftOut: 1},
}

func TestFolds(t *testing.T) {
	t.Parallel()
	fortnight := metrics.Scope{Days: 14}
	cases := []struct {
		id     string
		scope  metrics.Scope
		want   float64
		sample int
	}{
		{"commits", fortnight, 6, 6},
		{"merges", fortnight, 2, 2},
		{"coding_days", fortnight, 3, 3},
		// Two people committed: 3 / (2 people x 14/7 weeks) = 0.75.
		{"coding_days_per_week", fortnight, 0.75, 3},
		// Asked for three people, the third without a commit: 3 / (3 x 2) = 0.5.
		{"coding_days_per_week", metrics.Scope{Days: 14, People: 3}, 0.5, 3},
		{"commits_per_coding_day", fortnight, 2, 6},
		{"haloc", fortnight, 72, 6},
		{"new_work_share", fortnight, 100 * 35.0 / 72, 6},
		{"legacy_refactor_share", fortnight, 100 * 14.0 / 72, 6},
		{"help_others_share", fortnight, 100 * 5.0 / 72, 6},
		{"rework_share", fortnight, 100 * 16.0 / 72, 6},
		{"unattributed_share", fortnight, 100 * 2.0 / 72, 6},
		{"efficiency", fortnight, 100 - 100*16.0/72, 6},
		{"throughput_raw", fortnight, 72, 6},
		{"throughput_productive", fortnight, 56, 6},
		// 8 h x 3 days x 100 / 72 = 33.3 h; / 56 = 42.9 h.
		{"tt100_raw", fortnight, 2400.0 / 72, 6},
		{"tt100_productive", fortnight, 2400.0 / 56, 6},
		{"impact", fortnight, 80, 6},
		// 80 / (14/7) = 40.
		{"impact_per_week", fortnight, 40, 6},
	}
	tested := map[string]bool{}
	for _, c := range cases {
		tested[c.id] = true
		m, ok := metrics.Find(c.id)
		if !ok {
			t.Fatalf("no metric %s", c.id)
		}
		fold := m.New()
		for i := range rows {
			fold.Add(&rows[i])
		}
		got := fold.Result(c.scope)
		if !got.Has() || math.Abs(got.Number-c.want) > 1e-9 || got.Sample != c.sample {
			t.Errorf("%s = %+v, want %v over %d", c.id, got, c.want, c.sample)
		}
	}
	for _, m := range metrics.OfCommits() {
		if !tested[m.ID] {
			t.Errorf("%s has no row in this table", m.ID)
		}
	}
}

func TestNothingHasNoValueAndSaysWhy(t *testing.T) {
	t.Parallel()
	for _, m := range metrics.OfCommits() {
		got := m.New().Result(metrics.Scope{Days: 7})
		switch m.ID {
		case "commits", "merges", "coding_days", "haloc", "throughput_raw", "throughput_productive", "impact", "impact_per_week":
			if !got.Has() || got.Number != 0 || !got.Few() {
				t.Errorf("%s of nothing = %+v, want the number 0 over few items", m.ID, got)
			}
		default:
			if got.Has() || !strings.Contains(got.Missing, " ") {
				t.Errorf("%s of nothing = %+v, want no value with a reason", m.ID, got)
			}
		}
	}
}

// Only rework: productive throughput is 0, so its time per 100 lines has no value, while the raw one has.
func TestOnlyRework(t *testing.T) {
	t.Parallel()
	d := facts.Daily{Person: 1, Commits: 1, Lines: facts.WorkTypes{Rework: 10}}
	for id, has := range map[string]bool{"tt100_raw": true, "tt100_productive": false, "efficiency": true} {
		m, _ := metrics.Find(id)
		fold := m.New()
		fold.Add(&d)
		if got := fold.Result(metrics.Scope{Days: 7}); got.Has() != has {
			t.Errorf("%s = %+v, has a value: want %v", id, got, has)
		}
	}
}

func TestDefinitionsAreWhole(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for _, d := range metrics.Definitions() {
		if seen[d.ID] {
			t.Errorf("two definitions are called %s", d.ID)
		}
		seen[d.ID] = true
		for _, text := range []string{d.ID, d.Title, d.Question, d.Formula, d.Unit, d.LeftOut, d.Window, d.TimeZone, d.Bias} {
			if text == "" {
				t.Errorf("%s: a part of its definition is empty: %+v", d.ID, d)
			}
		}
		if !strings.HasSuffix(d.Question, "?") || !strings.HasSuffix(d.Formula, ".") || !strings.HasSuffix(d.Bias, ".") {
			t.Errorf("%s: a question ends in ?, sentences end in a full stop: %+v", d.ID, d)
		}
		if !strings.Contains(metrics.Markdown(), "`"+d.ID+"`") {
			t.Errorf("%s is not in the text of docs/METRICS.md", d.ID)
		}
	}
}
