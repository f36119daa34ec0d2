package report

import (
	"context"
	"io"
	"slices"

	"weir/internal/facts"
	"weir/internal/metrics"
)

// PullRequests lists pull requests with what each adds to a number, or why it does not count.
func PullRequests(ctx context.Context, src PullRequestSource, p Params) (*Page, error) {
	ip, err := itemPlacesOf(ctx, src, p, facts.SyncPullRequests)
	if err != nil {
		return nil, err
	}
	if err := ip.readSizes(ctx, src); err != nil {
		return nil, err
	}
	p.To = min(p.To, p.lastDay())
	l := newPullRequestList(p, ip)
	if err := l.read(ctx, src); err != nil {
		return nil, err
	}
	page := &Page{
		Name: NamePullRequests, Title: "Pull requests", Question: "Which pull requests are behind the numbers, and why does each count or not?", Params: p, Charts: []Chart{},
		Definitions: l.definitions(),
	}
	page.Health, page.Notes = ip.health()
	page.Notes = append(page.Notes, l.notes()...)
	page.Tiles = l.tiles()
	page.Tables = []Table{l.table()}
	page.passedOver()
	return page, nil
}

// WritePullRequestsCSV writes the whole list as CSV, row by row: neither Limit nor Offset is looked at.
func WritePullRequestsCSV(ctx context.Context, src PullRequestSource, p Params, w io.Writer) error {
	ip, err := itemPlacesOf(ctx, src, p, facts.SyncPullRequests)
	if err != nil {
		return err
	}
	p.To = min(p.To, p.lastDay())
	l := newPullRequestList(p, ip)
	return l.rows.writeCSV(w, func() error { return l.read(ctx, src) })
}

func (l *pullRequestList) read(ctx context.Context, src PullRequestSource) error {
	of := l.filter()
	of.Gone = true
	for pr, err := range src.JudgedPullRequests(ctx, of) {
		if err != nil {
			return err
		}
		l.add(&pr)
	}
	return nil
}

// pullRequestList gathers the rows of a list.
type pullRequestList struct {
	p       Params
	ip      *itemPlaces
	lens    metrics.Lens
	span    facts.Span
	metric  *metrics.ReviewMetric
	fold    metrics.ReviewFold
	rows    *listRows
	draw    func(*facts.JudgedPullRequest) *TimelineRow // nil where the list is not drawn
	acts    actCount
	counted int
	left    int
	untold  int
	unsized unsized
}

func newPullRequestList(p Params, ip *itemPlaces) *pullRequestList {
	l := &pullRequestList{p: p, ip: ip, lens: ip.lens(p), span: p.Query().Span(ip.zone)}
	if len(p.Items.Reviewers) > 0 {
		l.lens.People = metrics.People{}
		for _, id := range p.Items.Reviewers {
			l.lens.People[id] = true
		}
		l.lens.Team = nil
	}
	if m, ok := metrics.FindReview(p.Items.Metric); ok {
		l.metric, l.fold = &m, m.New(l.lens)
	}
	l.rows = newListRows(l.columns(), p)
	return l
}

// filter gives what the source can narrow by itself.
func (l *pullRequestList) filter() facts.PullRequestFilter {
	f := facts.PullRequestFilter{Repos: l.p.Repos, Search: l.p.Filter.Search}
	switch l.p.Items.At {
	case atMerged:
		f.Merged = l.span
	case atCreated:
		f.Created = l.span
	case atClosed:
		f.Closed = l.span
	case atActed:
		f.Touched = l.span
	default:
		f.Open = l.span
	}
	if l.p.Items.State != "" && l.p.Items.State != stateUnreviewed {
		f.States = []facts.PullRequestState{facts.PullRequestState(l.p.Items.State)}
	}
	return f
}

func (l *pullRequestList) add(pr *facts.JudgedPullRequest) {
	if !l.passes(pr) {
		return
	}
	if pr.Reason == facts.Counts {
		l.counted++
		if l.fold != nil {
			l.fold.Add(pr)
		}
		if l.lens.People.Has(pr.Person) {
			l.unsized.add(pr)
		}
	} else {
		l.left++
	}
	l.untold += pr.Untold
	if pr.GoneAt == 0 {
		l.acts.add(l.p, l.span, pr.Acts)
	}
	row := l.row(pr)
	if l.draw != nil {
		row.drawn = l.draw(pr)
	}
	l.rows.add(row)
}

// passes tells what the source cannot: inclusion, who acted, who reviewed. People chosen are authors, or those who acted.
func (l *pullRequestList) passes(pr *facts.JudgedPullRequest) bool {
	if !countPasses(l.p.Filter, pr.Reason) || l.p.Items.State == stateUnreviewed && len(metrics.Reviewers(pr)) > 0 {
		return false
	}
	acted := l.p.Items.At == atActed || l.p.Items.Act != ""
	if !acted && len(l.p.People) > 0 && !slices.Contains(l.p.People, pr.Person) {
		return false
	}
	if acted && !actPasses(l.p, l.span, pr.Acts) {
		return false
	}
	return len(l.p.Items.Reviewers) == 0 || l.addsAsReviewer(pr) ||
		slices.ContainsFunc(l.p.Items.Reviewers, func(id facts.PersonID) bool { return metrics.Reviewed(pr, id) })
}

// addsAsReviewer tells whether the reviewers asked for add to the number that the list is about: whoever commits to, merges or
// closes the work of somebody else reacts to it, and need not have reviewed it.
func (l *pullRequestList) addsAsReviewer(pr *facts.JudgedPullRequest) bool {
	return l.metric != nil && l.metric.Side == metrics.SideReviewer && !l.metric.Of(pr, l.lens).Empty()
}

// countPasses follows the inclusion part of a filter.
func countPasses(f facts.CommitFilter, reason facts.Reason) bool {
	switch {
	case f.Count == facts.CommitsCounted && reason != facts.Counts, f.Count == facts.CommitsLeftOut && reason == facts.Counts:
		return false
	}
	return f.Reason == facts.Counts || f.Reason == reason
}

// actPasses tells whether an act that counts, of the kind and by the people that were asked for, lies in the period.
func actPasses(p Params, span facts.Span, acts []facts.Act) bool {
	kinds := actKinds[p.Items.Act]
	return slices.ContainsFunc(acts, func(a facts.Act) bool {
		return a.Left == facts.Counts && a.At >= span.From && a.At < span.To && (kinds == nil || slices.Contains(kinds, a.Kind)) &&
			(len(p.People) == 0 || slices.Contains(p.People, a.Person))
	})
}

func (l *pullRequestList) definitions() []metrics.Definition {
	all := []metrics.Definition{metrics.TimeToMergeDefinition, metrics.TimeToFirstCommentDefinition, metrics.FollowOnCommitsDefinition, metrics.PullRequestsMergedDefinition}
	if l.sized() {
		all = append(all, metrics.HighComplexityPRsDefinition)
	}
	if l.metric != nil && !slices.ContainsFunc(all, func(d metrics.Definition) bool { return d.ID == l.metric.ID }) {
		all = append([]metrics.Definition{l.metric.Definition}, all...)
	}
	return all
}

// tiles counts the pull requests that the filters let through, and gives the number whose rows they are.
func (l *pullRequestList) tiles() []Tile {
	tiles := l.acts.tiles(l.p)
	if l.metric != nil {
		tiles = append(tiles, Tile{Metric: l.metric.ID, Title: l.metric.Title, Unit: l.metric.Unit, Value: reviewed(*l.metric, l.fold.Result()), Beside: besideOf(l.metric.Definition, l.fold)})
	}
	for _, t := range []struct {
		title string
		n     int
		count facts.CommitCount
	}{{"Pull requests listed", l.counted + l.left, l.p.Filter.Count}, {"Of them counted", l.counted, facts.CommitsCounted}, {"Of them left out", l.left, facts.CommitsLeftOut}} {
		of := l.p
		of.Filter.Count = t.count
		tiles = append(tiles, Tile{Metric: metrics.PullRequestsMergedDefinition.ID, Title: t.title, Unit: "pull requests", Value: Count(t.n), Link: of.Link(NamePullRequests)})
	}
	return tiles
}

func (l *pullRequestList) notes() []Note {
	var notes []Note
	if l.untold > 0 {
		notes = append(notes, untoldNote(l.untold))
	}
	if l.sized() {
		notes = append(notes, l.unsized.notes()...)
	}
	if l.metric != nil && l.metric.Of == nil {
		notes = append(notes, Note{Level: LevelInfo, Text: l.metric.Title + " is no sum over pull requests: it compares people. These are the pull requests that it looks at."})
	}
	return notes
}

func untoldNote(n int) Note {
	return Note{Level: LevelInfo, Text: counted(n, "commit", "commits") + " of these pull requests could not be looked at, for they are not read from git: whether they are follow-on commits is not known, and they are not counted as such."}
}
