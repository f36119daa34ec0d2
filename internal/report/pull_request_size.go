package report

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"weir/internal/facts"
	"weir/internal/metrics"
)

// readSizes brings the bounds of the bands of size.
func (ip *itemPlaces) readSizes(ctx context.Context, src PullRequestSource) error {
	counts, err := src.SizeCounts(ctx)
	ip.sizes = metrics.SizeBoundsOf(counts)
	return err
}

// lens gives how a page looks at pull requests.
func (ip *itemPlaces) lens(p Params) metrics.Lens {
	l := p.lens(ip.zone)
	l.Sizes = ip.sizes
	return l
}

// complexityBands are the metrics of the shares of pull requests by complexity, from low to high.
var complexityBands = []string{"pr_complexity_low", "pr_complexity_medium", "pr_complexity_high"}

// sizeMetrics are those that need the size of a pull request.
var sizeMetrics = append([]string{"pr_size", "pr_files", "review_coverage"}, complexityBands...)

// noSize says why a pull request has no size, empty when it has one.
var noSize = map[facts.SizeState]string{
	facts.SizeUnread:   "its diff is not read from git yet",
	facts.SizeMissing:  "its commits are not all in the mirror",
	facts.SizeTooLarge: "it is too large to be measured",
}

const noPlace = "the commit that a reviewer commented on is not in the mirror, or too large"

// noValue says why a pull request adds nothing to a metric.
func noValue(metric string, pr *facts.JudgedPullRequest) string {
	why := noSize[pr.Size.State]
	switch {
	case !slices.Contains(sizeMetrics, metric):
	case why != "":
		return why
	case metric == metrics.ReviewCoverageDefinition.ID && pr.Size.Covered == facts.Untold:
		return noPlace
	case metric == metrics.ReviewCoverageDefinition.ID && pr.Size.Hunks == 0:
		return "no line of a file that counts changes"
	case slices.Contains(complexityBands, metric):
		return "fewer than five pull requests of the workspace have a size"
	}
	return "it adds nothing to this number"
}

// sizeValue gives the lines of a pull request, or why it has none.
func sizeValue(pr *facts.JudgedPullRequest) Value {
	if why := noSize[pr.Size.State]; why != "" {
		return Value{Format: FormatCount, Missing: why}
	}
	return Count(pr.Size.Lines)
}

// unsizedTitles stand in exports too, where there is no room for a reason.
var unsizedTitles = map[facts.SizeState]string{facts.SizeUnread: "Not read yet", facts.SizeMissing: "Not in the mirror", facts.SizeTooLarge: "Too large"}

// bandValue gives the complexity of a pull request, or says that it has no size.
func (ip *itemPlaces) bandValue(pr *facts.JudgedPullRequest) Value {
	if title, none := unsizedTitles[pr.Size.State]; none {
		return Text(title)
	}
	title := metrics.ComplexityTitle(ip.sizes.Band(pr.Size))
	if title == "" {
		return Value{Format: FormatText, Missing: noValue(complexityBands[0], pr)}
	}
	return Text(title)
}

// coverageValue gives the share of hunks of a pull request that were commented on, or why it has none.
func coverageValue(pr *facts.JudgedPullRequest) Value {
	if pr.Size.State != facts.SizeKnown || pr.Size.Covered == facts.Untold || pr.Size.Hunks == 0 {
		return Value{Format: FormatPercent, Missing: noValue(metrics.ReviewCoverageDefinition.ID, pr)}
	}
	return Value{Format: FormatPercent, Number: 100 * float64(pr.Size.Covered) / float64(pr.Size.Hunks), Sample: pr.Size.Hunks, SampleOf: "hunks"}
}

// unsized counts the pull requests whose size, or whose coverage, is not known.
type unsized struct {
	states   map[facts.SizeState]int
	unplaced int
}

func (u *unsized) add(pr *facts.JudgedPullRequest) {
	if u.states == nil {
		u.states = map[facts.SizeState]int{}
	}
	u.states[pr.Size.State]++
	if pr.Size.State == facts.SizeKnown && pr.Size.Covered == facts.Untold {
		u.unplaced++
	}
}

// notes says what is not counted.
func (u *unsized) notes() []Note {
	var notes []Note
	var parts []string
	missing := 0
	for _, of := range []struct {
		state facts.SizeState
		words string
	}{{facts.SizeUnread, "not read from git yet"}, {facts.SizeMissing, "with commits that are not in the mirror"}, {facts.SizeTooLarge, "too large to be measured"}} {
		if n := u.states[of.state]; n > 0 {
			missing += n
			parts = append(parts, fmt.Sprintf("%s %s", Count(n), of.words))
		}
	}
	if missing > 0 {
		notes = append(notes, Note{Level: LevelInfo, Text: counted(missing, "pull request has", "pull requests have") + " no size and no review coverage, and " +
			isOrAre(missing) + " not counted in either: " + strings.Join(parts, ", ") + "."})
	}
	if u.unplaced > 0 {
		notes = append(notes, Note{Level: LevelInfo, Text: counted(u.unplaced, "pull request has", "pull requests have") + " no review coverage, for a commit that a reviewer commented on is not in the mirror."})
	}
	return notes
}

func isOrAre(n int) string {
	if n == 1 {
		return "is"
	}
	return "are"
}

// sizes puts the median and the percentiles beside the means of sizes.
func (f *reviewFold) sizes() Table {
	t := spreadTable("sizes", "How large pull requests are", Column{Name: "size", Title: "Size", Format: FormatText}, FormatDecimal)
	for _, m := range reviewsNamed("pr_size", "pr_files") {
		t.Rows = append(t.Rows, f.spread(m, m.Title+" ("+m.Unit+")", FormatDecimal))
	}
	return t
}

// complexity deals the pull requests out by their size.
func (f *reviewFold) complexity() Table {
	t := Table{Name: "complexity", Title: "Complexity by size", Rows: []Row{}, Columns: []Column{
		{Name: "complexity", Title: "Complexity", Format: FormatText}, {Name: "lines", Title: "Lines", Format: FormatText},
		{Name: "pull_requests", Title: "Pull requests", Format: FormatCount}, {Name: "share", Title: "Share", Format: FormatPercent},
	}, Empty: "Complexity is told by size from five pull requests of the workspace on. Wait until more are merged and read from git."}
	b := f.ip.sizes
	if b.PullRequests == 0 {
		return t
	}
	from, to := Value{Format: FormatDecimal, Number: b.Medium}.String(), Value{Format: FormatDecimal, Number: b.High}.String()
	lines := []string{"below " + from, from + " to below " + to, to + " and more"}
	for i, m := range reviewsNamed(complexityBands...) {
		share, link := f.total[m.ID].Result(), f.link(m.ID, f.p)
		n := Value{Format: FormatCount, Number: share.Number * float64(share.Sample) / 100, Missing: share.Missing}
		t.Rows = append(t.Rows, Row{Link: link, Cells: []Cell{{Value: Text(strings.TrimSuffix(m.Title, " complexity PRs")), Link: link, Metric: m.ID}, {Value: Text(lines[i])},
			{Value: n}, {Value: reviewed(m, share)}}})
	}
	return t
}
