package facts

// ActKind is something a person did that a work log counts.
type ActKind string

// The kinds of acts.
const (
	ActPullRequestOpened ActKind = "pull_request_opened"
	ActPullRequestMerged ActKind = "pull_request_merged" // Person: who merged
	ActPullRequestClosed ActKind = "pull_request_closed" // Person: who closed it, unmerged
	ActReviewed          ActKind = "reviewed"
	ActCommented         ActKind = "commented"
	ActTicketOpened      ActKind = "ticket_opened"
	ActTicketClosed      ActKind = "ticket_closed" // Person: who closed it
)

// Act is one act on a pull request or a ticket.
type Act struct {
	Repo   RepoID
	Number int
	Kind   ActKind
	At     int64
	// Person is 0 for a ghost. Author is who opened the pull request or ticket.
	Person, Author PersonID
	// Ticket tells whether the number is a ticket's.
	Ticket bool
}
