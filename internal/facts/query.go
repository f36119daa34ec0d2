package facts

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

// Page bounds a list. Limit 0 means no bound.
type Page struct {
	Limit, Offset int
}
