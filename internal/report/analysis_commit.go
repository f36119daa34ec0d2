package report

import (
	"context"
	"fmt"
	"io"
	"strings"

	"weir/internal/facts"
	"weir/internal/metrics"
)

// Explained is what explains a commit that is in no store.
type Explained struct {
	Commit facts.JudgedCommit
	// Wrote holds the commits whose lines it touches, by number.
	Wrote  map[facts.CommitNumber]facts.JudgedCommit
	Person func(facts.PersonID) facts.Person
	Rules  facts.Rules
	Moved  []facts.MovedBlock
	// Evidence gives text and why files do not count; its Terms are not asked for.
	Evidence Evidence
}

// Touched gives the numbers of the commits that Wrote must hold.
func Touched(c *facts.JudgedCommit) []facts.CommitNumber { return touchedNumbers(c) }

// Explain types each line that a commit touches, with the commit that wrote it, as the page of the commit does.
func Explain(ctx context.Context, e *Explained) (*CommitDetail, error) {
	pl := &places{people: map[facts.PersonID]facts.Person{e.Commit.Person: e.Person(e.Commit.Person)}}
	for _, c := range e.Wrote {
		pl.people[c.Person] = e.Person(c.Person)
	}
	ev := e.Evidence
	ev.Terms = nil
	d := &detailer{ctx: ctx, pl: pl, commit: &e.Commit, ev: ev, window: metrics.Window(e.Rules.WindowDays), touched: e.Wrote, plain: true}
	if ev.FileReasons != nil {
		var err error
		if d.reason, err = ev.FileReasons(ctx, d.repo); err != nil {
			return nil, err
		}
	}
	detail, err := d.detail()
	if err != nil {
		return nil, err
	}
	for _, b := range e.Moved {
		detail.Moved = append(detail.Moved, DetailedMove{
			From: Path(b.From.Path), FromLine: b.From.Line, To: Path(b.To.Path), ToLine: b.To.Line, Lines: b.Lines, Copied: b.Copied,
		})
	}
	return detail, nil
}

// WriteText writes a commit for a terminal: each hunk, cut into runs of one type and one replaced commit.
func (d *CommitDetail) WriteText(w io.Writer) error {
	out := &textWriter{w: w}
	out.printf("commit %s\n%s, %s\n%s\n", d.Hash, Visible(d.Author), d.Authored.String(), Visible(d.Subject))
	if !d.Counts {
		out.printf("Does not count: %s\n", strings.TrimSpace(d.Reason+". "+d.ReasonDetail))
	}
	for i := range d.Files {
		d.Files[i].writeText(out)
	}
	for _, m := range d.Moved {
		how := "moved"
		if m.Copied {
			how = "copied"
		}
		out.printf("\n%s %s from %s:%d to %s:%d", counted(m.Lines, "line", "lines"), how, Visible(m.From.String()), m.FromLine, Visible(m.To.String()), m.ToLine)
	}
	if len(d.Moved) > 0 {
		out.printf("\n")
	}
	if d.TextMissing != "" {
		out.printf("\n%s\n", d.TextMissing)
	}
	return out.err
}

func (f *DetailedFile) writeText(out *textWriter) {
	out.printf("\n%s", Visible(f.Path.String()))
	if f.OldPath != nil {
		out.printf(", before %s", Visible(f.OldPath.String()))
	}
	out.printf(": %s, %s added, %s deleted", f.Status, Count(f.Added), Count(f.Deleted))
	if f.MergeLines > 0 {
		out.printf(", %s by the merge itself", counted(f.MergeLines, "line", "lines"))
	}
	if f.Left != "" {
		out.printf("; does not count: %s", f.Left)
	}
	out.printf("\n")
	for i := range f.Hunks {
		h := &f.Hunks[i]
		out.printf("  @@ -%d,%d +%d,%d @@\n", h.OldStart, h.OldLines, h.NewStart, h.NewLines)
		for j := range h.Runs {
			h.Runs[j].writeText(out)
		}
	}
}

func (r *DetailedRun) writeText(out *textWriter) {
	out.printf("  %s, %s%s\n", r.Title, counted(r.Lines, "line", "lines"), r.Replaces.text())
	for _, line := range r.Old {
		out.printf("    - %s\n", indented(line))
	}
	for _, line := range r.New {
		out.printf("    + %s\n", indented(line))
	}
}

// indented makes a line of a file visible; a tab takes four columns.
func indented(line string) string { return Visible(strings.ReplaceAll(line, "\t", "    ")) }

// text names the commit whose lines are gone, nothing when there is none.
func (r *Replaced) text() string {
	if r == nil {
		return ""
	}
	when := fmt.Sprintf("%.1f days before", r.AgeDays)
	if r.AgeDays < 0 {
		when = fmt.Sprintf("%.1f days later", -r.AgeDays)
	}
	return fmt.Sprintf(": replaces %.12s by %s, %s, %s", r.Hash, Visible(r.Author), r.Day.String(), when)
}
