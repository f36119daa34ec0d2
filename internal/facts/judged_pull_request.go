package facts

// PullRequestVerdict is what was decided about a pull request. It is derived: it can be made again from stored facts.
type PullRequestVerdict struct {
	// Reason is empty when the pull request counts; Detail names what the reason refers to.
	Reason Reason
	Detail string
	// Person is the author after alias merging, 0 for one whose account is gone.
	Person PersonID
	// FirstCommitAt is the author time of its earliest commit, 0 while no commit of it has been read.
	FirstCommitAt int64
	// Untold counts commits of it that were not read from git: whether they are follow-on commits is not known.
	Untold int
	// Acts are in order of time; those that do not count are among them.
	Acts []Act
	// Conversations are those about lines that a reviewer began.
	Conversations []ThreadVerdict
	// Size is how large its diff is and how much of it was commented on.
	Size SizeVerdict
}

// ThreadVerdict is what became of a conversation about lines.
type ThreadVerdict struct {
	// Person is the reviewer who began it.
	Person PersonID
	At     int64
	// Addressed says that the author answered, that a later commit touches the file, or that it was resolved.
	Addressed bool
}

// JudgedPullRequest is a pull request with what was decided about it; what belongs to the pull request is left out.
type JudgedPullRequest struct {
	PullRequest
	PullRequestVerdict
}

// Submitter tells whether an act is the author's. Of two whose accounts are gone it cannot be told: judge leaves such acts out.
func (v *PullRequestVerdict) Submitter(a *Act) bool { return a.Person == v.Person }

// TicketVerdict is what was decided about a ticket.
type TicketVerdict struct {
	// Reason is empty when the ticket counts; Detail names what the reason refers to.
	Reason Reason
	Detail string
	// Person is who opened it, after alias merging.
	Person PersonID
	// StartedAt is its first assignment or the first commit of a pull request that closes it, whichever came
	// first; 0 when neither has.
	StartedAt int64
	// Acts are in order of time; those that do not count are among them.
	Acts []Act
}

// JudgedTicket is a ticket with what was decided about it; what belongs to the ticket is left out.
type JudgedTicket struct {
	Ticket
	TicketVerdict
}
