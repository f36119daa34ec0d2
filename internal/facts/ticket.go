package facts

// TicketState is where a ticket stands.
type TicketState string

// The states of a ticket.
const (
	TicketOpen   TicketState = "open"
	TicketClosed TicketState = "closed"
)

// StateConverted is the StateReason of a ticket that was closed because a discussion was made of it.
const StateConverted = "converted_to_discussion"

// GoneReason is why something is no longer where it was.
type GoneReason string

// The reasons. Deleted also stands for what the account may not see any more: a server answers the same for both.
const (
	GoneDeleted     GoneReason = "deleted"
	GoneTransferred GoneReason = "transferred"
	GoneConverted   GoneReason = "converted"
	// GoneReplaced is an item whose number the server has given to another one since, as one does that was restored from an
	// older backup. GoneTo names that number.
	GoneReplaced GoneReason = "replaced"
)

// Ticket is an issue that is not a pull request, as the server last told it. Instants are the server's.
type Ticket struct {
	Repo     RepoID
	Number   int
	ServerID int64
	NodeID   string
	Title    string
	State    TicketState
	// StateReason is completed, not_planned, reopened, StateConverted, or empty when not told.
	StateReason                    string
	Author                         Actor
	CreatedAt, UpdatedAt, ClosedAt int64
	// Labels, Assignees and Milestone are those it has now; Events tell how that came.
	Labels    []string
	Milestone string
	Assignees []Actor
	// SyncedAt is as that of a PullRequest.
	SyncedAt int64
	// GoneAt is when the server said, for this very one, that it is not there; GoneTo where it went, as OWNER/NAME#NUMBER, if told.
	GoneAt     int64
	GoneReason GoneReason
	GoneTo     string

	// What belongs to it; a reader that did not ask for it leaves it nil. Each is in order of time.
	Comments []Comment
	Events   []Event
	// ClosedBy are the pull requests that say they close it.
	ClosedBy []PullRequestRef
}

// TicketRef names a ticket, which may be of another repo than the one that speaks of it.
type TicketRef struct {
	// RepoServerID is the server's id of the ticket's repo.
	RepoServerID int64 `json:"repo"`
	Number       int   `json:"number"`
}

// PullRequestRef names a pull request.
type PullRequestRef struct {
	Repo   RepoID
	Number int
}

// TicketFilter narrows a list of tickets. Zero fields do not narrow; together they all hold.
type TicketFilter struct {
	// Open narrows to those that were open at some time in the span, Created and Closed to those that were so in it.
	Open, Created, Closed Span
	Authors               []PersonID
	Repos                 []RepoID
	Numbers               []int
	States                []TicketState
	Search                string
	Gone                  bool
	// Touched narrows to those that may hold an act in the span: opened before its end, changed after its beginning.
	Touched Span
}
