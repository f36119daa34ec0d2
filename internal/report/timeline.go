package report

import (
	"context"
	"fmt"

	"weir/internal/facts"
	"weir/internal/metrics"
)

// Timeline draws pull requests against time, one below the other.
type Timeline struct {
	// From and To are the ends of the picture, in seconds since 1970.
	From int64          `json:"from"`
	To   int64          `json:"to"`
	Rows []TimelineRow  `json:"rows"`
	Days []TimelineTick `json:"days"`
}

// TimelineTick is a day to be written above the picture.
type TimelineTick struct {
	At  int64 `json:"at"`
	Day Value `json:"day"`
}

// TimelineRow is one pull request: drawn from Start (opened) over Ready to End (merged or closed, else now).
type TimelineRow struct {
	Title    string        `json:"title"`
	Author   string        `json:"author"`
	Repo     string        `json:"repo"`
	State    string        `json:"state"`
	Reviewed bool          `json:"reviewed"`
	Muted    bool          `json:"muted,omitempty"`
	Link     Link          `json:"link"`
	Start    int64         `json:"start"`
	Ready    int64         `json:"ready"`
	End      int64         `json:"end"`
	Said     string        `json:"said"`
	Dots     []TimelineDot `json:"dots"`
}

// TimelineDot is an act on a pull request.
type TimelineDot struct {
	At int64 `json:"at"`
	// Kind is comment, review or commit.
	Kind string `json:"kind"`
}

// ReviewWorkflow answers what became of the pull requests that were open in a period.
func ReviewWorkflow(ctx context.Context, src PullRequestSource, p Params) (*Page, error) {
	ip, err := itemPlacesOf(ctx, src, p, facts.SyncPullRequests)
	if err != nil {
		return nil, err
	}
	if p.Period == PeriodFuture {
		return nil, &ParamError{"parameter period: " + PeriodFuture + " lists commits; it is for the report Commits alone"}
	}
	p.To = min(p.To, p.Today)
	if p, err = sinceFirst(ctx, src, p, ip, facts.PullRequestFilter{Repos: p.Repos}, func(pr *facts.JudgedPullRequest) int64 { return pr.CreatedAt }); err != nil {
		return nil, err
	}
	w := &workflow{list: newPullRequestList(p, ip), span: p.Query().Span(ip.zone)}
	w.list.draw = w.add
	for pr, err := range src.JudgedPullRequests(ctx, w.list.filter()) {
		if err != nil {
			return nil, err
		}
		w.list.add(&pr)
	}
	page := &Page{
		Name: NameReviewWorkflow, Title: "Review workflow", Question: "What became of the pull requests that were open in this period, and who took part?", Params: p,
		Charts: []Chart{}, Definitions: []metrics.Definition{metrics.UnreviewedDefinition, metrics.TimeToFirstCommentDefinition, metrics.TimeToMergeDefinition, metrics.FollowOnCommitsDefinition},
	}
	page.Health, page.Notes = ip.health()
	if w.list.untold > 0 {
		page.Notes = append(page.Notes, untoldNote(w.list.untold))
	}
	page.Tiles = w.tiles()
	page.Timeline, page.Tables = w.picture()
	page.passedOver()
	return page, nil
}

// workflow gathers the pull requests that were open in a period.
type workflow struct {
	list                        *pullRequestList
	span                        facts.Span
	open, merged, closed, alone int
}

// add counts a pull request that the list lets through, and draws it.
func (w *workflow) add(pr *facts.JudgedPullRequest) *TimelineRow {
	looked := len(metrics.Reviewers(pr)) > 0
	switch {
	case pr.Merged():
		w.merged++
	case pr.State == facts.PullRequestClosed:
		w.closed++
	default:
		w.open++
	}
	if !looked {
		w.alone++
	}
	return w.row(pr, looked)
}

func (w *workflow) row(pr *facts.JudgedPullRequest, looked bool) *TimelineRow {
	n := countActs(pr)
	r := &TimelineRow{Title: itemTitle(pr.Number, pr.Title), Author: w.list.ip.who(pr.Person), Repo: w.list.ip.repoName(pr.Repo), State: stateOf(pr),
		Reviewed: looked, Muted: pr.Reason != facts.Counts && pr.Reason != facts.LeftNotMerged, Link: w.list.detail(pr), Start: pr.CreatedAt, Ready: pr.ReadyAt,
		End: pr.ClosedAt, Dots: []TimelineDot{}}
	if r.Ready == 0 {
		r.Ready = r.Start
	}
	if r.End == 0 {
		r.End = w.span.To
	}
	for i := range pr.Acts {
		a := &pr.Acts[i]
		kind := ""
		switch {
		case a.Left != facts.Counts:
		case a.Kind.Review():
			kind = "review"
		case a.Kind == facts.ActComment:
			kind = "comment"
		case a.FollowOn:
			kind = "commit"
		}
		if kind != "" && a.At >= w.span.From && a.At < w.span.To {
			r.Dots = append(r.Dots, TimelineDot{At: a.At, Kind: kind})
		}
	}
	r.Said = fmt.Sprintf("%s, opened %s", r.State, w.list.ip.instant(pr.CreatedAt, ""))
	if pr.ClosedAt != 0 {
		r.Said += fmt.Sprintf(", %s %s", map[bool]string{true: "merged", false: "closed"}[pr.Merged()], w.list.ip.instant(pr.ClosedAt, ""))
	}
	r.Said += fmt.Sprintf("; %s, %s, %s", counted(n.reviews, "review", "reviews"), counted(n.comments, "comment", "comments"), counted(n.followOn, "follow-on commit", "follow-on commits"))
	if !looked {
		r.Said += "; nobody but the author has looked at it"
	}
	return r
}

func (w *workflow) tiles() []Tile {
	tiles := []Tile{}
	for _, t := range []struct {
		title, state string
		n            int
	}{{"Open in the period", w.list.p.Items.State, w.open + w.merged + w.closed}, {"Merged by now", "merged", w.merged}, {"Closed unmerged", "closed", w.closed},
		{"Still open", "open", w.open}, {"Not reviewed", stateUnreviewed, w.alone}} {
		tiles = append(tiles, Tile{Title: t.title, Unit: "pull requests", Value: Count(t.n), Link: w.tileLink(t.state)})
	}
	return tiles
}

// tileLink leads to those of the page's pull requests that are in a state; where the page shows one state alone, to none of another.
func (w *workflow) tileLink(state string) Link {
	p := w.list.p.list(atOpen)
	if shown := w.list.p.Items.State; shown != "" && shown != state {
		return Link{}
	}
	p.Filter, p.Items.State = w.list.p.Filter, state
	return p.Link(NamePullRequests)
}

// picture draws the rows of the part of the list that the page shows.
func (w *workflow) picture() (*Timeline, []Table) {
	t := w.list.table()
	line := &Timeline{From: w.span.From, To: w.span.To, Rows: []TimelineRow{}, Days: w.ticks()}
	for _, row := range t.Rows {
		line.Rows = append(line.Rows, *row.drawn)
	}
	for i := range t.Columns {
		if t.Columns[i].Sort.Valid() {
			t.Columns[i].Sort.Report = NameReviewWorkflow
		}
	}
	if t.Paging != nil {
		for _, l := range []*Link{&t.Paging.Next, &t.Paging.Previous} {
			if l.Valid() {
				l.Report = NameReviewWorkflow
			}
		}
	}
	return line, []Table{t}
}

// ticks are the days to write above the picture: a few at even distances.
func (w *workflow) ticks() []TimelineTick {
	q := w.list.p.Query()
	every := facts.Day(max(1, (q.Days()+5)/6))
	ticks := []TimelineTick{}
	for day := q.From; day <= q.To; day += every {
		ticks = append(ticks, TimelineTick{At: facts.Query{From: day, To: day}.Span(w.list.ip.zone).From, Day: Date(day)})
	}
	return ticks
}
