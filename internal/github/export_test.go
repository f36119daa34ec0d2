package github

// Queries are all that are sent.
var Queries = map[string]string{
	"pull stubs": pullStubsQuery, "ticket stubs": ticketStubsQuery, "numbers": numbersQuery([]int{1, 2, 3}),
	"pull page": pullPageQuery, "pulls by id": pullNodesQuery, "pull rest": pullRestQuery, "thread rest": threadRestQuery, "sweep": sweepQuery, "pull numbers": pullNumbersQuery, "ticket numbers": ticketNumbersQuery,
	"ticket page": ticketPageQuery, "tickets by id": ticketNodesQuery, "ticket rest": ticketRestQuery,
	"authors": authorsQuery(2), "absent": absentQuery(2), "try": tryQuery, "probe": probeQuery,
}

// Fit fills a query in for a server that has all optional fields, or none.
func Fit(query string, all bool) string {
	can := Capabilities{Fields: map[string]bool{}}
	for _, o := range optional {
		can.Fields[o.field] = all
	}
	return can.fit(query)
}
