package metrics

import "weir/internal/facts"

// TicketCycleTimeDefinition explains the cycle time of tickets.
var TicketCycleTimeDefinition = Definition{
	ID: "ticket_cycle_time", Title: "Cycle time", Question: "How long does a ticket take from the beginning of the work until it is closed?", Unit: "hours",
	Formula: "Mean over tickets of (closed - started). A ticket is started when it is first assigned, or when the first commit is written of a pull request that closes it, whichever comes first.",
	LeftOut: countedTickets + " Tickets that were never assigned and that no pull request closes.",
	Window:  closedInPeriod, TimeZone: workspaceZone,
	Bias: "A ticket assigned when it is planned seems to take longer than one assigned when it is begun.",
}

func ticketCycleTime(t *facts.JudgedTicket, c Clock) []float64 {
	if t.StartedAt == 0 || t.ClosedAt == 0 {
		return nil
	}
	return []float64{c.Hours(t.StartedAt, t.ClosedAt)}
}
