package metrics

import "weir/internal/facts"

// TicketReopenRateDefinition explains the reopen rate of tickets.
var TicketReopenRateDefinition = Definition{
	ID: "ticket_reopen_rate", Title: "Reopened", Question: "How many tickets come back after they were closed?", Unit: "%",
	Formula: "100 x closed tickets that were reopened at least once / closed tickets.",
	LeftOut: countedTickets, Window: closedInPeriod, TimeZone: workspaceZone,
	Bias: "A new ticket for an old fault is not seen. What was closed lately had little time to come back.",
}

func ticketReopened(t *facts.JudgedTicket, _ Clock) []float64 {
	for i := range t.Acts {
		if t.Acts[i].Kind == facts.ActReopened {
			return []float64{1}
		}
	}
	return []float64{0}
}
