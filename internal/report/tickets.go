package report

import (
	"context"
	"io"
	"slices"
	"strings"

	"weir/internal/facts"
	"weir/internal/metrics"
)

// Tickets is the ticket log: tickets with their state changes, assignees and times.
func Tickets(ctx context.Context, src TicketSource, p Params) (*Page, error) {
	ip, err := itemPlacesOf(ctx, src, p, facts.SyncTickets)
	if err != nil {
		return nil, err
	}
	p.To = min(p.To, p.lastDay())
	if p, err = sinceFirstTicket(ctx, src, p, ip); err != nil {
		return nil, err
	}
	l := newTicketList(p, ip)
	if err := l.read(ctx, src); err != nil {
		return nil, err
	}
	now, before, err := closedTickets(ctx, src, p, ip)
	if err != nil {
		return nil, err
	}
	page := &Page{
		Name: NameTickets, Title: "Ticket log", Question: "Which tickets were open, what became of them, and how long did that take?", Params: p,
		Definitions: ticketDefinitions(),
	}
	page.Health, page.Notes = ip.health()
	page.Tiles = append(now.tiles(before, p), l.tiles()...)
	page.Charts = []Chart{now.chart(p)}
	page.Tables = []Table{l.table()}
	page.passedOver()
	return page, nil
}

// WriteTicketsCSV writes the whole log as CSV, row by row: neither Limit nor Offset is looked at.
func WriteTicketsCSV(ctx context.Context, src TicketSource, p Params, w io.Writer) error {
	ip, err := itemPlacesOf(ctx, src, p, facts.SyncTickets)
	if err != nil {
		return err
	}
	p.To = min(p.To, p.lastDay())
	if p, err = sinceFirstTicket(ctx, src, p, ip); err != nil {
		return err
	}
	l := newTicketList(p, ip)
	return l.rows.writeCSV(w, func() error { return l.read(ctx, src) })
}

func (l *ticketList) read(ctx context.Context, src TicketSource) error {
	for t, err := range src.JudgedTickets(ctx, l.filter()) {
		if err != nil {
			return err
		}
		l.add(&t)
	}
	return nil
}

// sinceFirstTicket lets the whole history begin with the first ticket.
func sinceFirstTicket(ctx context.Context, src TicketSource, p Params, ip *itemPlaces) (Params, error) {
	if p.Period != periodAll {
		return p, nil
	}
	first := p.To
	for t, err := range src.JudgedTickets(ctx, facts.TicketFilter{Repos: p.Repos}) {
		if err != nil {
			return p, err
		}
		first = min(first, ip.day(t.CreatedAt))
	}
	p.From = max(first, firstDay)
	return p, nil
}

func ticketDefinitions() []metrics.Definition {
	var all []metrics.Definition
	for _, m := range metrics.OfTickets() {
		all = append(all, m.Definition)
	}
	return all
}

// ticketList gathers the rows of the log.
type ticketList struct {
	p             Params
	ip            *itemPlaces
	span          facts.Span
	clock         metrics.Clock
	rows          *listRows
	acts          actCount
	counted, left int
}

func newTicketList(p Params, ip *itemPlaces) *ticketList {
	return &ticketList{p: p, ip: ip, span: p.Query().Span(ip.zone), clock: p.lens(ip.zone).Clock, rows: newListRows(ticketColumns(), p)}
}

func (l *ticketList) filter() facts.TicketFilter {
	f := facts.TicketFilter{Repos: l.p.Repos, Search: l.p.Filter.Search, Gone: true}
	switch l.p.Items.At {
	case atCreated:
		f.Created = l.span
	case atClosed, atMerged:
		f.Closed = l.span
	case atActed:
		f.Touched = l.span
	default:
		f.Open = l.span
	}
	if l.p.Items.State != "" {
		f.States = []facts.TicketState{facts.TicketState(l.p.Items.State)}
	}
	return f
}

// add takes a ticket. People chosen are those who opened it or to whom it is assigned, or who acted.
func (l *ticketList) add(t *facts.JudgedTicket) {
	acted := l.p.Items.At == atActed || l.p.Items.Act != ""
	switch {
	case !countPasses(l.p.Filter, t.Reason), acted && !actPasses(l.p, l.span, t.Acts), !acted && !concerns(l.p.People, t):
		return
	case t.Reason == facts.Counts:
		l.counted++
	default:
		l.left++
	}
	if t.GoneAt == 0 {
		l.acts.add(l.p, l.span, t.Acts)
	}
	l.rows.add(l.row(t))
}

// concerns tells whether one of some people opened a ticket or has it; without people everybody is meant.
func concerns(people []facts.PersonID, t *facts.JudgedTicket) bool {
	return len(people) == 0 || slices.Contains(people, t.Person) ||
		slices.ContainsFunc(t.Assignees, func(a facts.Actor) bool { return slices.Contains(people, a.Person) })
}

func (l *ticketList) tiles() []Tile {
	tiles := l.acts.tiles(l.p)
	for _, t := range []struct {
		title string
		n     int
		count facts.CommitCount
	}{{"Tickets listed", l.counted + l.left, l.p.Filter.Count}, {"Of them left out", l.left, facts.CommitsLeftOut}} {
		of := l.p
		of.Filter.Count = t.count
		tiles = append(tiles, Tile{Title: t.title, Unit: "tickets", Value: Count(t.n), Link: of.Link(NameTickets)})
	}
	return tiles
}

func (l *ticketList) table() Table {
	return l.rows.table(Table{Name: "tickets", Title: "Tickets", Empty: "No ticket meets these filters. Choose a longer period, or take a filter off."}, NameTickets)
}

func ticketColumns() []Column {
	return []Column{
		{Name: "opened", Title: "Opened", Format: FormatInstant}, {Name: "subject", Title: "Ticket", Format: FormatText}, {Name: "author", Title: "Opened by", Format: FormatText},
		{Name: "repo", Title: "Repo", Format: FormatText}, {Name: "state", Title: "State", Format: FormatText}, {Name: "counts", Title: "Counts", Format: FormatText},
		{Name: "assignees", Title: "Assignees", Format: FormatText},
		{Name: "ticket_cycle_time", Title: "Cycle time", Format: FormatHours, Metric: metrics.TicketCycleTimeDefinition.ID},
		{Name: "ticket_queue_time", Title: "Queue time", Format: FormatHours, Metric: metrics.TicketQueueTimeDefinition.ID},
		{Name: "changes", Title: "State changes", Format: FormatText},
		{Name: "comments", Title: "Comments", Format: FormatCount}, {Name: "labels", Title: "Labels", Format: FormatText}, {Name: "milestone", Title: "Milestone", Format: FormatText},
		{Name: "started", Title: "Started", Format: FormatInstant}, {Name: "closed", Title: "Closed", Format: FormatInstant}}
}

func (l *ticketList) row(t *facts.JudgedTicket) Row {
	title, _ := ReasonTitle(t.Reason)
	detail := itemLink(l.p, NameTicket, t.Repo, t.Number)
	var assignees []string
	for _, a := range t.Assignees {
		assignees = append(assignees, l.ip.who(a.Person))
	}
	hours := func(m metrics.TicketMetric) Cell { return Cell{Value: ticketHours(t, m, l.clock)} }
	of := metrics.OfTickets()
	cells := []Cell{
		{Value: l.ip.instant(t.CreatedAt, "")}, {Value: Text(itemTitle(t.Number, t.Title)), Link: detail},
		{Value: Text(l.ip.who(t.Person))}, {Value: Text(l.ip.repoName(t.Repo)), Link: l.p.In(t.Repo).Link(NameTickets)},
		{Value: Text(ticketState(t))}, {Value: Text(title), Note: t.Detail}, {Value: Text(strings.Join(assignees, ", "))}, hours(of[0]), hours(of[1]),
		{Value: Text(l.changes(t))}, {Value: Count(comments(t.Acts))}, {Value: Text(strings.Join(t.Labels, ", "))}, {Value: Text(t.Milestone)},
		{Value: l.ip.instant(t.StartedAt, "never assigned, and no pull request closes it")}, {Value: l.ip.instant(t.ClosedAt, "open")},
	}
	return Row{Cells: cells, Muted: t.Reason != facts.Counts, Link: detail}
}

func ticketState(t *facts.JudgedTicket) string {
	switch {
	case t.GoneReason == facts.GoneTransferred:
		return "Transferred"
	case t.GoneReason == facts.GoneReplaced:
		return "Lost by the server"
	case t.GoneReason == facts.GoneConverted:
		return "A pull request now"
	case t.GoneAt != 0:
		return "Deleted"
	case t.State == facts.TicketOpen:
		return "Open"
	case t.StateReason == "not_planned":
		return "Closed, not planned"
	case t.StateReason == facts.StateConverted:
		return "Closed, made a discussion"
	}
	return "Closed"
}

// changes tells when a ticket was closed and reopened.
func (l *ticketList) changes(t *facts.JudgedTicket) string {
	var said []string
	for i := range t.Acts {
		if a := &t.Acts[i]; a.Kind == facts.ActClosed || a.Kind == facts.ActReopened {
			said = append(said, strings.ToLower(actTitles[a.Kind])+" "+Date(l.ip.day(a.At)).String())
		}
	}
	return strings.Join(said, ", ")
}

func comments(acts []facts.Act) int {
	n := 0
	for i := range acts {
		if acts[i].Kind == facts.ActComment && acts[i].Left == facts.Counts {
			n++
		}
	}
	return n
}
