package report

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strconv"

	"weir/internal/facts"
	"weir/internal/metrics"
)

func commitValues(repo facts.RepoID, hash string) url.Values {
	return url.Values{"repo": {strconv.FormatInt(int64(repo), 10)}, "commit": {hash}}
}

// Commit shows one commit with its typed hunks: the one that Params.Commit and the only repo of Params.Repos
// name. It is facts.ErrNotFound when there is no such commit, or its repo is not imported.
func Commit(ctx context.Context, src DetailSource, p Params, ev Evidence) (*Page, error) {
	pl, err := placesOf(ctx, src, p)
	if err != nil {
		return nil, err
	}
	if len(p.Repos) != 1 || len(pl.covered) != 1 || p.Commit == "" {
		return nil, fmt.Errorf("show commit %q: %w", p.Commit, facts.ErrNotFound)
	}
	c, err := src.JudgedCommit(ctx, p.Repos[0], p.Commit)
	if err != nil {
		return nil, err
	}
	rules, err := src.Rules(ctx)
	if err != nil {
		return nil, err
	}
	d := &detailer{ctx: ctx, pl: pl, repo: pl.covered[0], commit: &c, ev: ev, window: metrics.Window(rules.WindowDays)}
	if d.touched, err = src.JudgedByNumber(ctx, c.Repo, touchedNumbers(&c)); err != nil {
		return nil, err
	}
	if ev.FileReasons != nil {
		if d.reason, err = ev.FileReasons(ctx, d.repo); err != nil {
			return nil, err
		}
	}
	page := &Page{
		Name: NameCommit, Title: c.Subject, Question: "What does this commit change, and whose lines?", Params: p, Charts: []Chart{},
		Definitions: slices.Concat(definitions(metricsNamed("haloc")), typeDefinitions(), definitions(metricsNamed("impact")),
			[]metrics.Definition{metrics.ComplexityDefinition}),
	}
	page.Health, page.Notes = pl.health()
	if c.Problem != "" {
		page.Notes = append(page.Notes, Note{Level: LevelWarning, Text: "Not all of this commit could be read: " + c.Problem, Repo: c.Repo})
	}
	if page.Commit, err = d.detail(); err != nil {
		return nil, err
	}
	if page.Commit.CoAuthors, err = coAuthors(ctx, src, pl, &c, rules.GroupWork); err != nil {
		return nil, err
	}
	page.Tiles = d.tiles()
	page.Tables = []Table{d.fileTable(page.Commit)}
	return page, nil
}

// detailer gathers the page of one commit.
type detailer struct {
	ctx     context.Context
	pl      *places
	repo    facts.Repo
	commit  *facts.JudgedCommit
	ev      Evidence
	window  metrics.Window
	touched map[facts.CommitNumber]facts.JudgedCommit
	// reason is nil when there is nobody to ask.
	reason func(*facts.FileChange) facts.Reason
	text   textBudget
	// plain says that there are no pages to link to.
	plain bool
}

func touchedNumbers(c *facts.JudgedCommit) []facts.CommitNumber {
	seen := map[facts.CommitNumber]bool{}
	var numbers []facts.CommitNumber
	for i := range c.Commit.Files {
		for _, h := range c.Commit.Files[i].Hunks {
			for _, run := range h.Touched {
				if run.Commit != facts.Unattributed && !seen[run.Commit] {
					seen[run.Commit] = true
					numbers = append(numbers, run.Commit)
				}
			}
		}
	}
	return numbers
}

func (d *detailer) detail() (*CommitDetail, error) {
	c := d.commit
	out := &CommitDetail{
		Commit: *c, Author: d.pl.authorName(c.Person), Hash: c.Hash, Subject: c.Subject,
		Authored: Instant(c.AuthoredAt, c.AuthorOffset), Counts: c.Reason == facts.Counts, Files: []DetailedFile{},
	}
	if !d.plain {
		out.Repo = d.pl.repoName(c.Repo)
	}
	reason, note := reasonOf(c)
	out.Reason, out.ReasonDetail = reason, note
	if d.ev.Terms != nil && !c.Merge() {
		terms, err := d.ev.Terms(d.ctx, c)
		if err != nil {
			return nil, err
		}
		out.Impact = &terms
	}
	d.text = newTextBudget(d.ev.Text != nil)
	for i := range c.Commit.Files {
		f, err := d.file(&c.Commit.Files[i])
		if err != nil {
			return nil, err
		}
		out.Files = append(out.Files, f)
	}
	out.TextMissing = d.text.missing
	return out, nil
}

func (d *detailer) file(f *facts.FileChange) (DetailedFile, error) {
	out := DetailedFile{
		Path: Path(f.Path), Status: statusTitle(f.Status), Added: f.Added, Deleted: f.Deleted, MergeLines: f.MergeLines, Hunks: []DetailedHunk{},
	}
	if f.OldPath != "" {
		old := Path(f.OldPath)
		out.OldPath = &old
	}
	if d.reason != nil {
		if reason := d.reason(f); reason != facts.Counts {
			out.Left, _ = ReasonTitle(reason)
		}
	}
	old, now, err := d.texts(f)
	if err != nil {
		return out, err
	}
	for _, h := range f.Hunks {
		hunk := d.hunk(h)
		for i := range hunk.Runs {
			run := &hunk.Runs[i]
			addLines(&out.Lines, metrics.WorkType(run.Type), run.Lines)
			run.Old = d.text.lines(old, run.OldStart, run.OldLines)
			run.New = d.text.lines(now, run.NewStart, run.NewLines)
		}
		out.Hunks = append(out.Hunks, hunk)
	}
	if len(f.Hunks) == 0 {
		out.Lines = facts.WorkTypes{NewWork: f.New, Unattributed: f.Unattributed}
	}
	return out, nil
}

// hunk cuts a hunk into runs: the i-th deleted line is paired with the i-th added one, and added lines
// without a partner come last.
func (d *detailer) hunk(h facts.Hunk) DetailedHunk {
	out := DetailedHunk{OldStart: h.OldStart, OldLines: h.OldLines, NewStart: h.NewStart, NewLines: h.NewLines, Runs: []DetailedRun{}}
	at := 0
	for _, touched := range h.Touched {
		run := d.run(touched)
		run.OldStart, run.OldLines = h.OldStart+at, touched.Lines
		if paired := min(touched.Lines, h.NewLines-at); paired > 0 {
			run.NewStart, run.NewLines = h.NewStart+at, paired
		}
		at += touched.Lines
		out.Runs = append(out.Runs, run)
	}
	if added := h.NewLines - at; added > 0 {
		out.Runs = append(out.Runs, DetailedRun{
			Type: string(metrics.NewWork), Title: metrics.NewWork.Title(), Lines: added, NewStart: h.NewStart + at, NewLines: added,
		})
	}
	return out
}

// run types a stretch of touched lines by the commit that wrote them.
func (d *detailer) run(touched facts.Run) DetailedRun {
	wrote, known := d.touched[touched.Commit]
	if !known {
		return DetailedRun{Type: string(metrics.Unattributed), Title: metrics.Unattributed.Title(), Lines: touched.Lines}
	}
	t := metrics.TypeOf(facts.AgeOf(wrote.AuthoredAt, d.commit.AuthoredAt), wrote.Person == d.commit.Person, d.window)
	const day = 24 * 60 * 60
	replaced := &Replaced{
		Hash: wrote.Hash, Author: d.pl.authorName(wrote.Person), Day: Date(wrote.Day),
		AgeDays: Round(float64(d.commit.AuthoredAt-wrote.AuthoredAt) / day),
	}
	if !d.plain {
		replaced.Link = commitLink(d.commit.Repo, wrote.Hash)
	}
	return DetailedRun{Type: string(t), Title: t.Title(), Lines: touched.Lines, Replaces: replaced}
}

func addLines(w *facts.WorkTypes, t metrics.WorkType, n int) {
	switch t {
	case metrics.NewWork:
		w.NewWork += n
	case metrics.LegacyRefactor:
		w.LegacyRefactor += n
	case metrics.HelpOthers:
		w.HelpOthers += n
	case metrics.Rework:
		w.Rework += n
	default:
		w.Unattributed += n
	}
}

func statusTitle(s facts.FileStatus) string {
	switch s {
	case facts.FileAdded:
		return "Added"
	case facts.FileDeleted:
		return "Deleted"
	case facts.FileRenamed:
		return "Renamed"
	case facts.FileTypeChanged:
		return "Type changed"
	}
	return "Modified"
}

// texts gives the lines of a file before and after, empty where they are not to be had.
func (d *detailer) texts(f *facts.FileChange) (old, now []string, err error) {
	if len(f.Hunks) == 0 || !d.text.open() || f.Kind != facts.KindText {
		return nil, nil, nil
	}
	before := f.Path
	if f.OldPath != "" {
		before = f.OldPath
	}
	if f.Status != facts.FileAdded {
		if old, err = d.load(d.commit.Hash+"^", before); err != nil {
			return nil, nil, err
		}
	}
	if f.Status != facts.FileDeleted {
		now, err = d.load(d.commit.Hash, f.Path)
	}
	return old, now, err
}

func (d *detailer) load(revision, path string) ([]string, error) {
	data, err := d.ev.Text(d.ctx, d.repo, revision, path)
	if errors.Is(err, facts.ErrNotFound) {
		d.text.missing = "The lines' text is not on this machine; see the commit on the server."
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("show commit %s: %w", d.commit.Hash, err)
	}
	return splitLines(data), nil
}
