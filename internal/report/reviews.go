package report

import (
	"context"
	"fmt"
	"slices"

	"weir/internal/facts"
	"weir/internal/metrics"
)

var (
	reviewTiles = []string{"time_to_first_comment", "time_to_first_approval", "time_to_merge", "pr_iteration_time", "responsiveness", "reaction_time",
		"pull_requests_merged", "follow_on_commits", "iterated_prs", "unreviewed_prs", "thoroughly_reviewed_prs", "review_coverage", "pr_size", "comments_addressed",
		"receptiveness", "influence", "involvement", "sharing_index"}
	submitterColumns = []string{"pull_requests_merged", "time_to_first_comment", "time_to_merge", "iterated_prs", "unreviewed_prs", "thoroughly_reviewed_prs",
		"review_coverage", "pr_size", "responsiveness", "comments_addressed", "receptiveness"}
	reviewerColumns = []string{"pull_requests_reviewed", "reaction_time", "influence", "involvement"}
	durationRows    = []string{"time_to_first_comment", "time_to_first_approval", "time_to_merge", "pr_iteration_time", "responsiveness", "reaction_time",
		"stage_coding", "stage_pickup", "stage_review", "stage_merge"}
	trendLines = []string{"time_to_first_comment", "time_to_first_approval", "time_to_merge"}
)

func reviewsNamed(ids ...string) []metrics.ReviewMetric {
	all := make([]metrics.ReviewMetric, len(ids))
	for i, id := range ids {
		all[i], _ = metrics.FindReview(id)
	}
	return all
}

// Reviews answers how a team works together on pull requests.
func Reviews(ctx context.Context, src PullRequestSource, p Params) (*Page, error) {
	ip, err := itemPlacesOf(ctx, src, p, facts.SyncPullRequests)
	if err != nil {
		return nil, err
	}
	if p.Period == PeriodFuture {
		return nil, &ParamError{"parameter period: " + PeriodFuture + " lists commits; it is for the report Commits alone"}
	}
	if err := ip.readSizes(ctx, src); err != nil {
		return nil, err
	}
	p.To = min(p.To, p.Today)
	merges := facts.PullRequestFilter{Repos: p.Repos, States: []facts.PullRequestState{facts.PullRequestMerged}}
	if p, err = sinceFirst(ctx, src, p, ip, merges, func(pr *facts.JudgedPullRequest) int64 { return pr.MergedAt }); err != nil {
		return nil, err
	}
	now := newReviewFold(p, ip)
	if err := now.read(ctx, src, p.Query()); err != nil {
		return nil, err
	}
	page := &Page{
		Name: NameReviews, Title: "Review collaboration", Question: "How do people review each other's work, and how long does that take?", Params: p,
		Definitions: reviewDefinitions(),
	}
	page.Health, page.Notes = ip.health()
	if now.untold > 0 {
		page.Notes = append(page.Notes, untoldNote(now.untold))
	}
	page.Notes = append(page.Notes, now.unsized.notes()...)
	var before *reviewFold
	if p.Compare && p.Period != periodAll {
		q := p.Query().Previous()
		before = newReviewFold(p.On(q.From, q.To), ip)
		if err := before.read(ctx, src, q); err != nil {
			return nil, err
		}
	}
	page.Tiles = now.tiles(before)
	page.Charts = []Chart{now.chart()}
	page.Tables = now.tables()
	page.passedOver()
	return page, nil
}

// sinceFirst lets the whole history begin with the first of the pull requests that a page is about.
func sinceFirst(ctx context.Context, src PullRequestSource, p Params, ip *itemPlaces, of facts.PullRequestFilter, at func(*facts.JudgedPullRequest) int64) (Params, error) {
	if p.Period != periodAll {
		return p, nil
	}
	first := p.To
	for pr, err := range src.JudgedPullRequests(ctx, of) {
		if err != nil {
			return p, err
		}
		first = min(first, ip.day(at(&pr)))
	}
	p.From, p.cut = max(first, firstDay), true
	return p, nil
}

func reviewDefinitions() []metrics.Definition {
	var all []metrics.Definition
	for _, m := range metrics.OfReviews() {
		all = append(all, m.Definition)
	}
	return all
}

// reviewFold gathers everything of one period in one pass over its merged pull requests.
type reviewFold struct {
	p      Params
	ip     *itemPlaces
	lens   metrics.Lens
	total  map[string]metrics.ReviewFold
	people map[facts.PersonID]map[string]metrics.ReviewFold
	// involved is shared by all people: it needs every pull request of the team.
	involved *metrics.Involvement
	pairs    map[pair]int
	weeks    map[string]*metrics.ReviewWeeks
	lines    map[string]map[facts.Day]metrics.ReviewFold
	by       step
	starts   []facts.Day
	merged   int
	untold   int
	unsized  unsized
}

// pair is who reviewed whom.
type pair struct{ reviewer, author facts.PersonID }

func newReviewFold(p Params, ip *itemPlaces) *reviewFold {
	f := &reviewFold{p: p, ip: ip, lens: ip.lens(p), total: map[string]metrics.ReviewFold{}, people: map[facts.PersonID]map[string]metrics.ReviewFold{},
		pairs: map[pair]int{}, weeks: map[string]*metrics.ReviewWeeks{}, lines: map[string]map[facts.Day]metrics.ReviewFold{}}
	f.involved = metrics.NewInvolvement(f.lens)
	for _, m := range metrics.OfReviews() {
		f.total[m.ID] = m.New(f.lens)
	}
	for _, m := range reviewsNamed(reviewTiles...) {
		f.weeks[m.ID] = metrics.NewReviewWeeks(max(p.From, firstDay), p.To, m, f.lens)
	}
	f.by, f.starts = points(p.From, p.To)
	for _, m := range reviewsNamed(trendLines...) {
		f.lines[m.ID] = map[facts.Day]metrics.ReviewFold{}
		for _, start := range f.starts {
			f.lines[m.ID][start] = m.New(f.lens)
		}
	}
	for _, id := range p.People {
		f.of(id)
	}
	return f
}

func (f *reviewFold) read(ctx context.Context, src PullRequestSource, q facts.Query) error {
	for pr, err := range src.JudgedPullRequests(ctx, facts.PullRequestFilter{Repos: q.Repos, Merged: q.Span(f.ip.zone)}) {
		if err != nil {
			return err
		}
		if pr.Reason == facts.Counts {
			f.add(&pr)
		}
	}
	return nil
}

func (f *reviewFold) add(pr *facts.JudgedPullRequest) {
	day := f.ip.day(pr.MergedAt)
	f.merged++
	f.untold += pr.Untold
	if f.lens.People.Has(pr.Person) {
		f.unsized.add(pr)
	}
	for _, fold := range f.total {
		fold.Add(pr)
	}
	for _, w := range f.weeks {
		w.Add(day, pr)
	}
	for _, line := range f.lines {
		if fold := line[f.by.start(day)]; fold != nil {
			fold.Add(pr)
		}
	}
	f.involved.Add(pr)
	for _, reviewer := range metrics.Reviewers(pr) {
		if f.lens.People.Has(reviewer) || f.lens.People.Has(pr.Person) {
			f.pairs[pair{reviewer, pr.Person}]++
		}
	}
	for person := range actorsOf(pr) {
		if f.lens.People.Has(person) {
			for _, fold := range f.of(person) {
				fold.Add(pr)
			}
		}
	}
}

// actorsOf gives the author and everybody who did something that counts.
func actorsOf(pr *facts.JudgedPullRequest) map[facts.PersonID]bool {
	found := map[facts.PersonID]bool{pr.Person: true}
	for i := range pr.Acts {
		if pr.Acts[i].Left == facts.Counts {
			found[pr.Acts[i].Person] = true
		}
	}
	return found
}

// of gives the folds of one person.
func (f *reviewFold) of(person facts.PersonID) map[string]metrics.ReviewFold {
	folds := f.people[person]
	if folds == nil {
		folds = map[string]metrics.ReviewFold{}
		lens := f.lens
		lens.People = metrics.People{person: true}
		for _, m := range reviewsNamed(slices.Concat(submitterColumns, reviewerColumns)...) {
			if m.Side != metrics.SideTeam {
				folds[m.ID] = m.New(lens)
			}
		}
		f.people[person] = folds
	}
	return folds
}

// value gives a metric of one person.
func (f *reviewFold) value(person facts.PersonID, m metrics.ReviewMetric) metrics.Value {
	if m.Side == metrics.SideTeam {
		return f.involved.Of(person)
	}
	return f.people[person][m.ID].Result()
}

// link leads to the pull requests behind a metric of this page.
func (f *reviewFold) link(metric string, p Params) Link {
	p = p.list(atMerged)
	p.Items.Metric = metric
	if m, _ := metrics.FindReview(metric); m.Side != metrics.SideSubmitter && len(p.People) > 0 {
		p.Items.Reviewers, p.People = p.People, nil
		if m.Side == metrics.SideTeam { // it compares people: these are the reviews that they gave
			p.Items.Metric, p.Filter.Count = "", facts.CommitsCounted
		}
	}
	return p.Link(NamePullRequests)
}

// tiles gives the numbers on top of the page; before is nil without a comparison.
func (f *reviewFold) tiles(before *reviewFold) []Tile {
	var tiles []Tile
	for _, m := range reviewsNamed(reviewTiles...) {
		result := f.total[m.ID].Result()
		t := Tile{Metric: m.ID, Title: m.Title, Unit: m.Unit, Value: reviewed(m, result), Beside: besideOf(m.Definition, f.total[m.ID]), Link: f.link(m.ID, f.p)}
		if before != nil {
			previous := reviewed(m, before.total[m.ID].Result())
			t.Previous = &previous
		}
		weeks := f.weeks[m.ID].Result()
		for i := range weeks {
			weeks[i].Complete = weeks[i].Complete && weeks[i].Monday+6 < f.p.Today
		}
		for _, w := range weeks[max(0, len(weeks)-maxPoints):] {
			t.Spark = append(t.Spark, reviewed(m, w.Value))
		}
		if trend, ok := metrics.TrendOfWeeks(weeks); ok && !t.Value.Few() {
			t.Trend = &trend
		}
		tiles = append(tiles, t)
	}
	return tiles
}

// chart draws how long pull requests of each week waited.
func (f *reviewFold) chart() Chart {
	c := Chart{Name: "waiting", Title: "Mean times by " + f.by.name + " of the merge", Kind: ChartLine, Unit: "hours", XTitle: f.by.title, X: []Value{}, Series: []Series{}}
	lines := reviewsNamed(trendLines...)
	for _, m := range lines {
		c.Series = append(c.Series, Series{Name: m.ID, Title: m.Title, Values: []Value{}, Links: []Link{}})
	}
	for _, start := range f.starts {
		last := f.by.next(start) - 1
		c.X = append(c.X, Date(start))
		c.Partial = append(c.Partial, start < f.p.From || last > f.p.To || last >= f.p.Today)
		for k, m := range lines {
			c.Series[k].Values = append(c.Series[k].Values, reviewed(m, f.lines[m.ID][start].Result()))
			c.Series[k].Links = append(c.Series[k].Links, f.link(m.ID, f.p.On(max(start, f.p.From), min(last, f.p.To))))
		}
	}
	return c
}

func (f *reviewFold) tables() []Table {
	tables := []Table{f.durations(), f.sizes(), f.complexity(), f.peopleTable()}
	matrix, note := f.matrix()
	if note != "" {
		matrix.Title += fmt.Sprintf(" (%s)", note)
	}
	return append(tables, matrix, f.pairTable())
}
