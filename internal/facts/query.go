package facts

import "time"

// Query is what a page asks: a period, and optionally some people and some repos.
type Query struct {
	// From and To bound the period; both days belong to it.
	From, To Day
	// People narrows to these people; empty means everybody.
	People []PersonID
	// Repos narrows to these repos; empty means all that are imported.
	Repos []RepoID
}

// Days gives the length of the period in days, 0 when it is empty.
func (q Query) Days() int { return max(0, int(q.To-q.From)+1) }

// Previous gives the period of the same length that ends the day before this one starts.
func (q Query) Previous() Query {
	length := Day(q.Days())
	q.From, q.To = q.From-length, q.From-1
	return q
}

// Span is a stretch of time: From belongs to it, To does not. A zero end does not bound it.
type Span struct{ From, To int64 }

// Bounded tells whether the span leaves anything out.
func (s Span) Bounded() bool { return s != Span{} }

// Span gives the query's period as instants, by the calendar of a zone.
func (q Query) Span(zone *time.Location) Span {
	midnight := func(d Day) int64 {
		t := d.Time()
		return time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, zone).Unix()
	}
	return Span{From: midnight(q.From), To: midnight(q.To + 1)}
}

// CommitOrder is the order of a list of commits. Equal ones follow by repo and number.
type CommitOrder string

// The orders of a list of commits; the empty one is the newest first, by author time.
const (
	OrderNewest   CommitOrder = ""
	OrderOldest   CommitOrder = "oldest"
	OrderLargest  CommitOrder = "largest" // by HALOC
	OrderImpact   CommitOrder = "impact"
	OrderIgnored  CommitOrder = "ignored"
	OrderMergeOwn CommitOrder = "merge_lines"
)

// CommitCount narrows a list of commits by whether they count.
type CommitCount string

// The choices of a list of commits.
const (
	CommitsAll     CommitCount = ""
	CommitsCounted CommitCount = "counted"
	CommitsLeftOut CommitCount = "left_out" // everything that does not count, merges included
)

// CommitFilter narrows and orders a list of judged commits beyond what a Query says.
type CommitFilter struct {
	// Count narrows by whether the commit counts; Reason to one reason, empty for all.
	Count  CommitCount
	Reason Reason
	// Search is text that the subject or the author's name or e-mail holds, in any case, or that the hash
	// begins with.
	Search string
	// Complexity narrows to one band, ComplexityNone for all.
	Complexity Complexity
	Order      CommitOrder
}

// Page bounds a list. Limit 0 means no bound.
type Page struct {
	Limit, Offset int
}
