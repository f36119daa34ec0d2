package report_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"net/url"
	"strings"
	"testing"

	"weir/internal/facts"
	"weir/internal/report"
)

func params(t *testing.T, query string) report.Params {
	t.Helper()
	q, err := url.ParseQuery(query)
	if err != nil {
		t.Fatal(err)
	}
	p, err := report.ParseParams(q, now)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func asJSON(t *testing.T, p *report.Page) string {
	t.Helper()
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetIndent("", "  ")
	e.SetEscapeHTML(false)
	if err := e.Encode(p); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func asCSV(t *testing.T, p *report.Page) string {
	t.Helper()
	var b strings.Builder
	for i := range p.Tables {
		b.WriteString("# " + p.Tables[i].Name + "\n")
		if err := p.Tables[i].WriteCSV(&b); err != nil {
			t.Fatal(err)
		}
	}
	return b.String()
}

func TestPages(t *testing.T) {
	t.Parallel()
	pages := map[string]struct {
		query string
		make  func(context.Context, *fakeSource, report.Params) (*report.Page, error)
	}{
		"code": {"from=1970-01-05&to=1970-12-31", func(ctx context.Context, s *fakeSource, p report.Params) (*report.Page, error) {
			return report.Code(ctx, s, p)
		}},
		"code-all": {"period=all&person=1&sort=-haloc", func(ctx context.Context, s *fakeSource, p report.Params) (*report.Page, error) {
			return report.Code(ctx, s, p)
		}},
		"worklog": {"from=1970-01-05&to=1970-01-21", func(ctx context.Context, s *fakeSource, p report.Params) (*report.Page, error) {
			return report.WorkLog(ctx, s, p)
		}},
		"commits": {"period=30d&limit=4&offset=2", func(ctx context.Context, s *fakeSource, p report.Params) (*report.Page, error) {
			return report.Commits(ctx, s, p)
		}},
	}
	for name, c := range pages {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			page, err := c.make(t.Context(), world(), params(t, c.query))
			if err != nil {
				t.Fatal(err)
			}
			consistent(t, page)
			page.Definitions = nil // they are metrics' own and have a test there
			golden(t, name+".json", asJSON(t, page))
			golden(t, name+".csv", asCSV(t, page))
		})
	}
}

// consistent holds what web relies on: as many cells as columns, series as long as their axis, every metric
// explained, and each link readable again.
func consistent(t *testing.T, p *report.Page) {
	t.Helper()
	for _, tile := range p.Tiles {
		if tile.Metric != "" && p.Definition(tile.Metric) == nil {
			t.Errorf("tile %s has no definition", tile.Title)
		}
		readable(t, tile.Link)
	}
	for _, c := range p.Charts {
		for _, s := range c.Series {
			if len(s.Values) != len(c.X) || len(s.Links) != len(c.X) {
				t.Errorf("series %s is not as long as its axis", s.Name)
			}
		}
	}
	for _, table := range p.Tables {
		for _, c := range table.Columns {
			if c.Metric != "" && p.Definition(c.Metric) == nil && !strings.HasSuffix(c.Metric, "_share") {
				t.Errorf("column %s has no definition", c.Name)
			}
		}
		rows := table.Rows
		if table.Total != nil {
			rows = append(rows[:len(rows):len(rows)], *table.Total)
		}
		for _, row := range rows {
			if len(row.Cells) != len(table.Columns) {
				t.Errorf("table %s has %d columns and a row of %d", table.Name, len(table.Columns), len(row.Cells))
			}
			for _, cell := range row.Cells {
				readable(t, cell.Link)
			}
		}
	}
}

func readable(t *testing.T, l report.Link) {
	t.Helper()
	if !l.Valid() {
		return
	}
	if _, err := report.ParseParams(l.Query, now); err != nil {
		t.Errorf("link %s: %v", l, err)
	}
}

// The number on a page and the commits that its link leads to are the same.
func TestNumbersLeadToTheirRows(t *testing.T) {
	t.Parallel()
	src := world()
	page, err := report.Code(t.Context(), src, params(t, "from=1970-01-05"))
	if err != nil {
		t.Fatal(err)
	}
	for _, table := range page.Tables[:2] {
		for _, row := range table.Rows {
			p, err := report.ParseParams(row.Cells[1].Link.Query, now)
			if err != nil {
				t.Fatal(err)
			}
			n, _ := src.CountJudgedCommits(t.Context(), p.Query(), p.Filter)
			if float64(n) != row.Cells[1].Value.Number {
				t.Errorf("%s %s: %v commits, the link leads to %d", table.Name, row.Cells[0].Value, row.Cells[1].Value, n)
			}
		}
	}
}

// Commit 9 changes three lines and adds one: two lines of commit 1 (Ann's own, 5 days old: rework), one whose
// writer is not known, and one new. A second hunk deletes a line of commit 3 by Bob, 40 days old: legacy.
func detailed() *fakeSource {
	src := world()
	c := judged(1, 9, 1, 9, facts.WorkTypes{NewWork: 1, Rework: 2, LegacyRefactor: 1, Unattributed: 1})
	c.Commit.Files = []facts.FileChange{
		{Path: "a\xff.go", OldPath: "old.go", Status: facts.FileRenamed, Added: 4, Deleted: 4, New: 1, Unattributed: 1, Hunks: []facts.Hunk{
			{OldStart: 2, OldLines: 3, NewStart: 2, NewLines: 4, Touched: []facts.Run{{Commit: 1, Lines: 2}, {Lines: 1}}},
			{OldStart: 9, OldLines: 1, NewStart: 9, Touched: []facts.Run{{Commit: 3, Lines: 1}}},
		}},
		{Path: "go.sum", Status: facts.FileModified, Added: 1, New: 1, Hunks: []facts.Hunk{{OldStart: 0, NewStart: 1, NewLines: 1}}},
	}
	src.commits[2].AuthoredAt = c.AuthoredAt - 40*daySeconds
	src.commits = append(src.commits, c)
	return src
}

func TestCommitPage(t *testing.T) {
	t.Parallel()
	src := detailed()
	c := src.commits[len(src.commits)-1]
	ev := report.Evidence{
		FileReasons: func(context.Context, facts.Repo) (func(*facts.FileChange) facts.Reason, error) {
			return func(f *facts.FileChange) facts.Reason {
				return map[string]facts.Reason{"go.sum": facts.LeftLock}[f.Path]
			}, nil
		},
		Text: func(_ context.Context, _ facts.Repo, revision, path string) ([]byte, error) {
			return []byte(strings.Repeat(revision[len(revision)-1:]+" "+path+" \x1b\xff\n", 9)), nil
		},
	}
	p := params(t, "repo=1&commit="+c.Hash)
	page, err := report.Commit(t.Context(), src, p, ev)
	if err != nil {
		t.Fatal(err)
	}
	consistent(t, page)
	page.Definitions = nil
	golden(t, "commit.json", asJSON(t, page))
	golden(t, "commit.csv", asCSV(t, page))

	ev.Text = func(context.Context, facts.Repo, string, string) ([]byte, error) { return nil, facts.ErrNotFound }
	if page, err = report.Commit(t.Context(), src, p, ev); err != nil || page.Commit.TextMissing == "" {
		t.Errorf("without a mirror: %v", err)
	}
	for _, query := range []string{"repo=1&commit=" + strings.Repeat("f", 40), "commit=" + c.Hash, "repo=7&commit=" + c.Hash, "repo=1"} {
		if _, err := report.Commit(t.Context(), src, params(t, query), ev); !errors.Is(err, facts.ErrNotFound) {
			t.Errorf("%s: %v, want not found", query, err)
		}
	}
}

func TestEmptyAndImporting(t *testing.T) {
	t.Parallel()
	page, err := report.Code(t.Context(), &fakeSource{}, params(t, "period=all"))
	if err != nil || page.Health.State != report.HealthEmpty || len(page.Notes) != 1 {
		t.Errorf("nothing imported: %+v %v", page.Health, err)
	}
	src := world()
	src.states = []facts.SyncState{{Repo: 1, Phase: facts.PhaseReplaying, StartedAt: 50, Done: 1200, Total: 5000, Unit: "commits"}}
	page, err = report.Commits(t.Context(), src, params(t, ""))
	if err != nil || page.Health.State != report.HealthPartial || page.Health.Since != 50 || len(page.Notes) != 2 ||
		page.Notes[0].Text != "acme/api is being imported (replaying, 1,200 of 5,000 commits): its commits are missing or incomplete." {
		t.Errorf("importing: %+v %+v %v", page.Health, page.Notes, err)
	}
	src.states = []facts.SyncState{{Repo: 1, Phase: facts.PhaseFetching, StartedAt: 50, FinishedAt: 40}, {Repo: 2, Phase: facts.PhaseReady, FinishedAt: 9}}
	if page, err = report.WorkLog(t.Context(), src, params(t, "")); err != nil || page.Health.State != report.HealthSyncing {
		t.Errorf("updating: %+v %v", page.Health, err)
	}
}
