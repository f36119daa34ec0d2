package report

import (
	"cmp"
	"fmt"
	"slices"

	"weir/internal/facts"
	"weir/internal/metrics"
)

const columnAdds = "adds"

func (l *pullRequestList) columns() []Column {
	columns := []Column{
		{Name: "opened", Title: "Opened", Format: FormatInstant},
		{Name: "subject", Title: "Pull request", Format: FormatText},
		{Name: "author", Title: "Author", Format: FormatText},
		{Name: "repo", Title: "Repo", Format: FormatText},
		{Name: "state", Title: "State", Format: FormatText},
		{Name: "counts", Title: "Counts", Format: FormatText},
	}
	if l.metric != nil && l.metric.Of != nil {
		columns = append(columns, Column{Name: columnAdds, Title: l.metric.Title, Format: formatOf(l.metric.Definition), Metric: l.metric.ID})
	}
	for _, d := range l.times() {
		columns = append(columns, Column{Name: d.ID, Title: d.Title, Format: FormatHours, Metric: d.ID})
	}
	if l.sized() {
		columns = append(columns, Column{Name: "complexity", Title: "Complexity", Format: FormatText, Metric: complexityBands[2]})
	}
	return append(columns,
		Column{Name: "reviews", Title: "Reviews", Format: FormatCount}, Column{Name: "comments", Title: "Comments", Format: FormatCount},
		Column{Name: "follow_on_commits", Title: "Follow-on", Format: FormatCount, Metric: metrics.FollowOnCommitsDefinition.ID},
		Column{Name: "added", Title: "Lines added", Format: FormatCount, Unit: "lines"},
		Column{Name: "deleted", Title: "Lines deleted", Format: FormatCount, Unit: "lines"},
		Column{Name: "files", Title: "Files", Format: FormatCount, Unit: "files"},
		Column{Name: "merged", Title: "Merged", Format: FormatInstant},
	)
}

// sized tells whether the list is about a number that needs sizes.
func (l *pullRequestList) sized() bool {
	return l.metric != nil && slices.Contains(sizeMetrics, l.metric.ID)
}

// times are the durations that every list shows; the one that it is about has a column already.
func (l *pullRequestList) times() []metrics.Definition {
	all := []metrics.Definition{metrics.TimeToFirstCommentDefinition, metrics.TimeToMergeDefinition}
	return slices.DeleteFunc(all, func(d metrics.Definition) bool { return l.metric != nil && d.ID == l.metric.ID })
}

func (l *pullRequestList) table() Table {
	return l.rows.table(Table{Name: "pull_requests", Title: "Pull requests", Empty: "No pull request meets these filters. Choose a longer period, or take a filter off."}, NamePullRequests)
}

func (l *pullRequestList) row(pr *facts.JudgedPullRequest) Row {
	detail := l.detail(pr)
	cells := []Cell{
		{Value: l.ip.instant(pr.CreatedAt, "")},
		{Value: Text(itemTitle(pr.Number, pr.Title)), Link: detail},
		{Value: Text(l.ip.who(pr.Person))},
		{Value: Text(l.ip.repoName(pr.Repo)), Link: l.p.In(pr.Repo).Link(NamePullRequests)},
		{Value: Text(stateOf(pr))},
		{Value: Text(leftTitle(pr)), Note: pr.Detail},
	}
	if pr.Person != 0 {
		cells[2].Link = l.p.list(l.p.Items.At).By(pr.Person).Link(NamePullRequests)
	}
	if l.metric != nil && l.metric.Of != nil {
		cells = append(cells, l.adds(pr))
	}
	all := l.lens
	all.People = nil
	n := countActs(pr)
	for _, d := range l.times() {
		cells = append(cells, Cell{Value: addedHours(d.ID, pr, all)})
	}
	if l.sized() {
		cells = append(cells, Cell{Value: l.ip.bandValue(pr)})
	}
	for _, count := range []int{n.reviews, n.comments, n.followOn} {
		cells = append(cells, Cell{Value: Count(count)})
	}
	for _, count := range []int{pr.Additions, pr.Deletions, pr.ChangedFiles} {
		cells = append(cells, Cell{Value: told(count)})
	}
	cells = append(cells, Cell{Value: l.ip.instant(pr.MergedAt, "not merged")})
	return Row{Cells: cells, Muted: pr.Reason != facts.Counts, Link: detail}
}

// detail leads to the page of one pull request.
func (l *pullRequestList) detail(pr *facts.JudgedPullRequest) Link {
	return itemLink(l.p, NamePullRequest, pr.Repo, pr.Number)
}

// itemLink leads to the page of one pull request or ticket, counting hours as the page does.
func itemLink(p Params, report string, repo facts.RepoID, number int) Link {
	q := Params{Period: DefaultPeriod, Compare: true, Repos: []facts.RepoID{repo}, Page: facts.Page{Limit: DefaultLimit}}
	q.Items = ItemParams{Number: number}
	if report == NamePullRequest {
		q.Items.Working, q.Items.Start = p.Items.Working, p.Items.Start
	}
	return q.Link(report)
}

// told gives a count that the server may not have told.
func told(n int) Value {
	if n == facts.Untold {
		return Value{Format: FormatCount, Missing: "the server did not tell"}
	}
	return Count(n)
}

func addedHours(metric string, pr *facts.JudgedPullRequest, lens metrics.Lens) Value {
	m, _ := metrics.FindReview(metric)
	if !pr.Merged() && metric == metrics.TimeToMergeDefinition.ID {
		return Value{Format: FormatHours, Missing: "not merged"}
	}
	if found := m.Of(pr, lens); len(found.Values) == 1 {
		return Value{Format: FormatHours, Number: found.Values[0]}
	}
	return Value{Format: FormatHours, Missing: "nobody but the author has commented or reviewed"}
}

// adds gives what one pull request adds to the number that the list is about.
func (l *pullRequestList) adds(pr *facts.JudgedPullRequest) Cell {
	format := formatOf(l.metric.Definition)
	if pr.Reason != facts.Counts {
		return Cell{Value: Value{Format: format, Missing: "it does not count"}}
	}
	found := l.metric.Of(pr, l.lens)
	if found.Empty() {
		return Cell{Value: Value{Format: format, Missing: noValue(l.metric.ID, pr)}}
	}
	if found.Whole > 0 {
		number := found.Part / found.Whole
		if format == FormatPercent {
			number *= 100
		}
		return Cell{Value: Value{Format: format, Number: number}, Note: fmt.Sprintf("%s of %s %s", Count(int(found.Part)), Count(int(found.Whole)), l.metric.SampleOf)}
	}
	sum := 0.0
	for _, v := range found.Values {
		sum += v
	}
	if l.metric.Unit != "hours" {
		return Cell{Value: Value{Format: format, Number: sum}}
	}
	c := Cell{Value: Value{Format: format, Number: sum / float64(len(found.Values))}}
	if len(found.Values) > 1 {
		c.Note = fmt.Sprintf("mean of %d", len(found.Values))
	}
	return c
}

// actCounts are what a list tells of the acts of a pull request that count.
type actCounts struct{ reviews, comments, followOn int }

func countActs(pr *facts.JudgedPullRequest) actCounts {
	var n actCounts
	for i := range pr.Acts {
		a := &pr.Acts[i]
		switch {
		case a.Left != facts.Counts:
		case a.Kind.Review():
			n.reviews++
		case a.Kind == facts.ActComment:
			n.comments++
		case a.FollowOn:
			n.followOn++
		}
	}
	return n
}

// leftTitle says in words whether a pull request counts. What is open may still be merged.
func leftTitle(pr *facts.JudgedPullRequest) string {
	title, _ := ReasonTitle(pr.Reason)
	if pr.Reason == facts.LeftNotMerged && pr.State != facts.PullRequestClosed {
		title += " yet"
	}
	return title
}

func stateOf(pr *facts.JudgedPullRequest) string {
	switch {
	case pr.Merged():
		return "Merged"
	case pr.State == facts.PullRequestClosed:
		return "Closed"
	case pr.Draft:
		return "Draft"
	}
	return "Open"
}

// reviewed gives the result of a metric of pull requests as a page shows it.
func reviewed(m metrics.ReviewMetric, v metrics.Value) Value {
	return Measured(formatOf(m.Definition), v, m.SampleOf)
}

// besideOf gives the median and the percentiles of a mean; nothing for another kind of number.
func besideOf(d metrics.Definition, fold any) []Part {
	f, ok := fold.(interface{ Spread() metrics.Spread })
	if !ok || !slices.Contains([]string{"hours", "lines", "files"}, d.Unit) && d.ID != metrics.FollowOnCommitsDefinition.ID {
		return nil
	}
	s := f.Spread()
	if !s.Median.Has() {
		return nil
	}
	format := FormatDecimal
	if d.Unit == "hours" {
		format = FormatHours
	}
	if sum, ok := fold.(*metrics.Sum); ok {
		mean := sum.Mean.Result()
		return []Part{{"mean", "mean", Value{Format: format, Number: mean.Number}}, {"median", "median", Value{Format: format, Number: s.Median.Number}}}
	}
	return []Part{{"median", "median", Value{Format: format, Number: s.Median.Number}}, {"p75", "p75", Value{Format: format, Number: s.P75.Number}},
		{"p90", "p90", Value{Format: format, Number: s.P90.Number}}}
}

// byName orders people by what they are called.
func (ip *itemPlaces) byName(a, b facts.PersonID) int {
	return cmp.Or(cmp.Compare(ip.who(a), ip.who(b)), cmp.Compare(a, b))
}
