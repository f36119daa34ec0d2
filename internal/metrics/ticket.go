package metrics

import (
	"slices"

	"weir/internal/facts"
)

// TicketFold is a metric of tickets under way. It takes closed ones that count.
type TicketFold struct {
	of     func(*facts.JudgedTicket, Clock) []float64
	clock  Clock
	share  bool
	values []float64
}

// Add takes a ticket.
func (f *TicketFold) Add(t *facts.JudgedTicket) { f.values = append(f.values, f.of(t, f.clock)...) }

// Result gives the mean of the values; of a metric in per cent, the share of tickets.
func (f *TicketFold) Result() Value {
	sum := 0.0
	for _, v := range f.values {
		sum += v
	}
	if f.share {
		sum *= 100
	}
	return Ratio(sum, float64(len(f.values)), len(f.values), "no ticket that was closed in this period has such a value")
}

// Spread gives what stands beside the mean.
func (f *TicketFold) Spread() Spread { return SpreadOf(f.values) }

// TicketMetric is a definition with the fold that follows it.
type TicketMetric struct {
	Definition
	of func(*facts.JudgedTicket, Clock) []float64
}

// New starts a fold.
func (m TicketMetric) New(c Clock) *TicketFold {
	return &TicketFold{of: m.of, clock: c, share: m.Unit == "%"}
}

// OfTickets lists the metrics of tickets, in the order of the pages.
func OfTickets() []TicketMetric {
	return []TicketMetric{{TicketCycleTimeDefinition, ticketCycleTime}, {TicketQueueTimeDefinition, ticketQueueTime}, {TicketReopenRateDefinition, ticketReopened}}
}

// FindTicket gives the metric of that id among those of tickets.
func FindTicket(id string) (TicketMetric, bool) {
	all := OfTickets()
	i := slices.IndexFunc(all, func(m TicketMetric) bool { return m.ID == id })
	if i < 0 {
		return TicketMetric{}, false
	}
	return all[i], true
}

const (
	countedTickets = "Tickets that are open, were opened by bots, excluded or hidden people, are gone from the server or of a deleted repo, or were marked by hand."
	closedInPeriod = "Tickets closed in the period of the page, both days included, clipped to today."
)
