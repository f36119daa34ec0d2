package metrics

import "weir/internal/facts"

// TicketQueueTimeDefinition explains the queue time of tickets.
var TicketQueueTimeDefinition = Definition{
	ID: "ticket_queue_time", Title: "Queue time", Question: "How long does a ticket lie before anybody touches it?", Unit: "hours",
	Formula: "Mean over tickets of (first act after the opening - opening). Acts are comments, assignments, labels, milestones and closing, by anyone; what is set in the moment of opening is a part of it.",
	LeftOut: countedTickets + " Acts of bots, of excluded and hidden people, and comments that a rule leaves out.",
	Window:  closedInPeriod, TimeZone: workspaceZone,
	Bias: "A label is a touch, a thought is not.",
}

func ticketQueueTime(t *facts.JudgedTicket, c Clock) []float64 {
	for i := range t.Acts {
		a := &t.Acts[i]
		if a.Kind != facts.ActOpened && a.Left == facts.Counts && a.At > t.CreatedAt {
			return []float64{c.Hours(t.CreatedAt, a.At)}
		}
	}
	return nil
}
