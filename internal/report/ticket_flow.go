package report

import (
	"context"

	"weir/internal/facts"
	"weir/internal/metrics"
)

// ticketFlow folds the tickets that were opened and closed in a period.
type ticketFlow struct {
	ip             *itemPlaces
	folds          []*metrics.TicketFold
	closed, opened int
	by             step
	starts         []facts.Day
	opens, closes  map[facts.Day]int
}

func newTicketFlow(p Params, ip *itemPlaces) *ticketFlow {
	f := &ticketFlow{ip: ip, opens: map[facts.Day]int{}, closes: map[facts.Day]int{}}
	for _, m := range metrics.OfTickets() {
		f.folds = append(f.folds, m.New(p.lens(ip.zone).Clock))
	}
	f.by, f.starts = points(p.From, p.To)
	return f
}

// closedTickets folds a period and, where one is asked for, that of the comparison.
func closedTickets(ctx context.Context, src TicketSource, p Params, ip *itemPlaces) (now, before *ticketFlow, err error) {
	now = newTicketFlow(p, ip)
	if err = now.read(ctx, src, p, p.Query()); err != nil || !p.Compare || p.Period == periodAll {
		return now, nil, err
	}
	q := p.Query().Previous()
	before = newTicketFlow(p.On(q.From, q.To), ip)
	return now, before, before.read(ctx, src, p, q)
}

func (f *ticketFlow) read(ctx context.Context, src TicketSource, p Params, q facts.Query) error {
	span := q.Span(f.ip.zone)
	for t, err := range src.JudgedTickets(ctx, facts.TicketFilter{Repos: q.Repos, Closed: span}) {
		if err != nil {
			return err
		}
		if t.Reason == facts.Counts && concerns(p.People, &t) {
			f.closed++
			f.closes[f.by.start(f.ip.day(t.ClosedAt))]++
			for _, fold := range f.folds {
				fold.Add(&t)
			}
		}
	}
	for t, err := range src.JudgedTickets(ctx, facts.TicketFilter{Repos: q.Repos, Created: span}) {
		if err != nil {
			return err
		}
		if t.Reason == facts.Counts && concerns(p.People, &t) {
			f.opened++
			f.opens[f.by.start(f.ip.day(t.CreatedAt))]++
		}
	}
	return nil
}

// tiles gives the numbers of closed tickets; before is nil without a comparison.
func (f *ticketFlow) tiles(before *ticketFlow, p Params) []Tile {
	link := func(at string) Link {
		p := p.list(at)
		p.Filter.Count = facts.CommitsCounted
		return p.Link(NameTickets)
	}
	tiles := []Tile{}
	for i, m := range metrics.OfTickets() {
		value := func(of *ticketFlow) Value { return Measured(formatOf(m.Definition), of.folds[i].Result(), "tickets") }
		t := Tile{Metric: m.ID, Title: m.Title, Unit: m.Unit, Value: value(f), Beside: besideOf(m.Definition, f.folds[i]), Link: link(atClosed)}
		if before != nil {
			previous := value(before)
			t.Previous = &previous
		}
		tiles = append(tiles, t)
	}
	for _, t := range []struct {
		title, at string
		of        func(*ticketFlow) int
	}{{"Opened", atCreated, func(f *ticketFlow) int { return f.opened }}, {"Closed", atClosed, func(f *ticketFlow) int { return f.closed }}} {
		tile := Tile{Title: t.title, Unit: "tickets", Value: Count(t.of(f)), Link: link(t.at)}
		if before != nil {
			previous := Count(t.of(before))
			tile.Previous = &previous
		}
		tiles = append(tiles, tile)
	}
	return tiles
}

// chart draws how many tickets were opened and closed.
func (f *ticketFlow) chart(p Params) Chart {
	c := Chart{Name: "flow", Title: "Opened and closed by " + f.by.name, Kind: ChartBars, Unit: "tickets", XTitle: f.by.title, X: []Value{},
		Series: []Series{{Name: "opened", Title: "Opened", Values: []Value{}, Links: []Link{}}, {Name: "closed", Title: "Closed", Values: []Value{}, Links: []Link{}}}}
	for _, start := range f.starts {
		last := f.by.next(start) - 1
		c.X = append(c.X, Date(start))
		c.Partial = append(c.Partial, start < p.From || last > p.To || last >= p.Today)
		for k, of := range []struct {
			at string
			n  map[facts.Day]int
		}{{atCreated, f.opens}, {atClosed, f.closes}} {
			link := p.list(of.at).On(max(start, p.From), min(last, p.To))
			link.Filter.Count = facts.CommitsCounted
			c.Series[k].Values = append(c.Series[k].Values, Count(of.n[start]))
			c.Series[k].Links = append(c.Series[k].Links, link.Link(NameTickets))
		}
	}
	return c
}

// Ticket shows one ticket: what was done on it in order of time. It is the one that Params.Items.Number and the only repo of
// Params.Repos name.
func Ticket(ctx context.Context, src TicketSource, p Params) (*Page, error) {
	ip, err := itemPlacesOf(ctx, src, p, facts.SyncTickets)
	if err != nil {
		return nil, err
	}
	repo, err := onlyRepo(p, ip, "ticket")
	if err != nil {
		return nil, err
	}
	t, err := src.JudgedTicket(ctx, repo, p.Items.Number)
	if err != nil {
		return nil, err
	}
	title, _ := ReasonTitle(t.Reason)
	page := &Page{
		Name: NameTicket, Title: itemTitle(t.Number, t.Title), Question: "What became of this ticket, and how long did that take?", Params: p, Charts: []Chart{}, Tiles: []Tile{},
		Item: &Item{Repo: repo, Number: t.Number, Ticket: true, Title: t.Title, Name: ip.repoName(repo), Author: ip.who(t.Person), State: ticketState(&t), Counts: title, Left: t.Reason != facts.Counts, Detail: t.Detail,
			Opened: ip.instant(t.CreatedAt, ""), People: involved(t.Person, t.Acts)},
		Definitions: ticketDefinitions(),
	}
	page.Item.Facts = ticketFacts(&t.Ticket, p, ip)
	page.Health, page.Notes = ip.health()
	page.Notes = append(page.Notes, ip.goneNote(p, "ticket", repo, t.GoneAt, t.Detail, t.GoneTo)...)
	for _, m := range metrics.OfTickets() {
		if m.Unit == "%" {
			continue
		}
		page.Tiles = append(page.Tiles, Tile{Metric: m.ID, Title: m.Title, Unit: m.Unit, Value: ticketHours(&t, m, metrics.Clock{})})
	}
	page.Tables = []Table{actTable(t.Acts, ip, func(*facts.Act) string { return "" })}
	page.passedOver()
	return page, nil
}

// ticketHours gives what one ticket adds to a number of hours, or why it adds nothing.
func ticketHours(t *facts.JudgedTicket, m metrics.TicketMetric, clock metrics.Clock) Value {
	fold := m.New(clock)
	fold.Add(t)
	v := Measured(FormatHours, fold.Result(), "")
	switch {
	case v.Missing == "":
	case t.Reason != facts.Counts:
		v.Missing = "it does not count"
	case m.ID != metrics.TicketCycleTimeDefinition.ID:
		v.Missing = "nobody did anything about it"
	case t.ClosedAt == 0:
		v.Missing = "it is not closed"
	default:
		v.Missing = "never assigned, and no pull request closes it"
	}
	return v
}
