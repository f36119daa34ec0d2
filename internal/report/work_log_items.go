package report

import (
	"context"
	"slices"
	"strings"

	"weir/internal/facts"
)

// readItems adds what was done on pull requests and tickets, on the days of the workspace's zone, and says what of it is missing.
func (f *workLog) readItems(ctx context.Context, src WorkSource) ([]Note, error) {
	var notes []Note
	for _, kind := range []facts.SyncKind{facts.SyncPullRequests, facts.SyncTickets} {
		ip, err := itemPlacesOf(ctx, src, f.p, kind)
		if err != nil {
			return nil, err
		}
		span := f.p.Query().Span(ip.zone)
		if kind == facts.SyncPullRequests {
			err = f.readPullRequests(ctx, src, ip, span)
		} else {
			err = f.readTickets(ctx, src, ip, span)
		}
		if err != nil {
			return nil, err
		}
		if h, _ := ip.health(); h.State == HealthPartial {
			notes = append(notes, Note{Level: LevelWarning, Text: strings.ToUpper(noun(kind)[:1]) + noun(kind)[1:] + ": " + h.Text + ".", Since: h.Since})
		}
	}
	return notes, nil
}

func (f *workLog) readPullRequests(ctx context.Context, src PullRequestSource, ip *itemPlaces, span facts.Span) error {
	for pr, err := range src.JudgedPullRequests(ctx, facts.PullRequestFilter{Repos: f.p.Repos, Touched: span}) {
		if err != nil {
			return err
		}
		f.addActs(pr.Acts, ip, span, func(n *dayCount, kind facts.ActKind) {
			switch {
			case kind.Review():
				n.reviews++
			case kind == facts.ActComment:
				n.comments++
			case slices.Contains(actKinds[actMoved], kind):
				n.pulls++
			}
		})
	}
	return nil
}

func (f *workLog) readTickets(ctx context.Context, src TicketSource, ip *itemPlaces, span facts.Span) error {
	for t, err := range src.JudgedTickets(ctx, facts.TicketFilter{Repos: f.p.Repos, Touched: span}) {
		if err != nil {
			return err
		}
		f.addActs(t.Acts, ip, span, func(n *dayCount, _ facts.ActKind) { n.tickets++ })
	}
	return nil
}

// addActs counts the acts that are work on an item.
func (f *workLog) addActs(acts []facts.Act, ip *itemPlaces, span facts.Span, count func(*dayCount, facts.ActKind)) {
	f.p.eachWork(acts, span, func(a *facts.Act) { count(f.on(a.Person, ip.day(a.At)), a.Kind) })
}

func itemColumns() []Column {
	return []Column{
		{Name: "pull_requests", Title: "Pull requests", Format: FormatCount, Unit: "acts"}, {Name: "reviews", Title: "Reviews", Format: FormatCount, Unit: "reviews"},
		{Name: "comments", Title: "Comments", Format: FormatCount, Unit: "comments"}, {Name: "tickets", Title: "Tickets", Format: FormatCount, Unit: "acts"},
	}
}

// itemCells are the sums of what was done on pull requests and tickets, each with the list of those.
func itemCells(n *dayCount, p Params) []Cell {
	var cells []Cell
	for _, show := range []string{"pull_requests", "reviews", "comments", "tickets"} {
		cell := Cell{Value: Count(n.shown(show))}
		if cell.Value.Number > 0 {
			cell.Link = itemActs(show, p)
		}
		cells = append(cells, cell)
	}
	return cells
}

// itemActs leads to the pull requests or tickets on which something of a kind was done.
func itemActs(show string, p Params) Link {
	p = p.list(atActed)
	p.Items.Act = map[string]string{"pull_requests": actMoved, "reviews": "reviewed", "comments": "commented"}[show]
	if show == "tickets" {
		return p.Link(NameTickets)
	}
	return p.Link(NamePullRequests)
}

// shown gives what a cell's number counts; an empty choice is everything that counts.
func (n *dayCount) shown(show string) int {
	switch show {
	case "commits":
		return n.commits
	case "pull_requests":
		return n.pulls
	case "reviews":
		return n.reviews
	case "comments":
		return n.comments
	case "tickets":
		return n.tickets
	}
	return n.commits + n.pulls + n.reviews + n.comments + n.tickets
}

// link leads from a day to its rows: to the list of what is shown, or of the one kind that there is; else to the Work log of that
// day, whose sums lead on. alone says that this already is the Work log of one day.
func (n *dayCount) link(show string, p Params, alone bool) Link {
	commits := n.commits+n.merges+n.left > 0
	switch {
	case show == "commits", show == "" && commits && n.pulls+n.reviews+n.comments+n.tickets == 0:
		return p.Link(NameCommits)
	case show != "":
		if n.shown(show) == 0 {
			return Link{}
		}
		return itemActs(show, p)
	case alone:
		return Link{}
	}
	return p.Link(NameWorkLog)
}
