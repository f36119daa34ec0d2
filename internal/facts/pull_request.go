package facts

// PullRequestState is where a pull request stands.
type PullRequestState string

// The states of a pull request. A merged one is not also closed.
const (
	PullRequestOpen   PullRequestState = "open"
	PullRequestClosed PullRequestState = "closed"
	PullRequestMerged PullRequestState = "merged"
)

// MergeMethod is how a pull request came into its base.
type MergeMethod string

// The methods. MergeUnknown stands for a pull request that is not merged, or whose method could not be told yet.
const (
	MergeUnknown MergeMethod = ""
	MergeCommit  MergeMethod = "merge"
	MergeSquash  MergeMethod = "squash"
	MergeRebase  MergeMethod = "rebase"
)

// Untold stands where a count was not in the answer; saving it keeps what is held.
const Untold = -1

// PullRequest is one pull request as the server last told it. Instants are the server's.
type PullRequest struct {
	Repo   RepoID
	Number int
	// ServerID and NodeID are the server's own, for REST and for GraphQL.
	ServerID int64
	NodeID   string
	Title    string
	State    PullRequestState
	Draft    bool
	Author   Actor
	// HeadRef and BaseRef are branches' short names; HeadRepo is OWNER/NAME, empty when it was deleted.
	HeadRef, HeadRepo, HeadHash string
	BaseRef, BaseHash           string
	// MergeHash is the commit that brought it into its base, empty when not merged.
	MergeHash   string
	MergeMethod MergeMethod
	MergedBy    Actor
	// CreatedAt, UpdatedAt, ClosedAt and MergedAt are 0 when they have not happened; a merged one has both of the last two.
	CreatedAt, UpdatedAt, ClosedAt, MergedAt int64
	// ReadyAt is when it was last made ready for review, CreatedAt when it never was a draft, 0 while it is one.
	ReadyAt int64
	// Additions, Deletions, ChangedFiles and CommitCount are the server's, Untold when an answer left them out.
	Additions, Deletions, ChangedFiles, CommitCount int
	// Labels and Milestone are those it has now; Events tell how that came.
	Labels    []string
	Milestone string
	Assignees []Actor
	// Reviewers are the accounts asked for a review that is still owed; ReviewerTeams the teams, by ORG/SLUG.
	Reviewers     []Actor
	ReviewerTeams []string
	// AutoMergeAt is when it was set to merge by itself, 0 when it is not.
	AutoMergeAt     int64
	AutoMergeMethod MergeMethod
	AutoMergeBy     Actor
	// Closes names the tickets that merging it closes; nil when that was not told, which keeps what is held.
	Closes []TicketRef
	// SyncedAt is up to when all of it is known: the UpdatedAt that it had when it was read last, or the second before when that
	// was hardly over; 0 when only a part ever was read (a webhook, a list).
	SyncedAt int64
	// GoneAt is when the server said, for this very one, that it does not exist; 0 while it does. GoneReason and GoneTo are as
	// those of a Ticket.
	GoneAt     int64
	GoneReason GoneReason
	GoneTo     string

	// What belongs to it; a reader that did not ask for it leaves it nil. Each is in order of time.
	Reviews  []Review
	Comments []Comment
	Threads  []ReviewThread
	Events   []Event
	Heads    []PullRequestHead
	Commits  []PullRequestCommit
}

// Merged tells whether it was merged.
func (p *PullRequest) Merged() bool { return p.MergedAt != 0 }

// PullRequestHead is a commit that was once the head of a pull request.
type PullRequestHead struct {
	Hash string
	// SeenAt is when we first saw it; PushedAt when it came, as far as the server tells, else 0.
	SeenAt, PushedAt int64
}

// PullRequestCommit is a commit that is, or once was, on the head of a pull request and not on its base.
// What it holds is for the mirror to tell: until that was replayed only Hash, Position and Current are known.
type PullRequestCommit struct {
	Hash string
	// Position is its place in the list of commits, from 0.
	Position int
	// AddedAt is when it came onto the head, as well as can be told: not before the pull request was opened,
	// for one that appeared between two looks not before the earlier look, and not before it was committed.
	AddedAt int64
	// Current tells whether it is on the head now; one that a force-push removed is kept.
	Current bool
	// What follows is read from the commit of that hash and never saved. Replayed tells whether there is one.
	Replayed                bool
	AuthoredAt, CommittedAt int64
	// Parents counts its parents: more than one is a merge.
	Parents int
	// PatchID is git's stable patch id, empty for a merge and for a commit that changes nothing.
	PatchID string
	// Identity and Person are git's author.
	Identity IdentityID
	Person   PersonID
}

// PullRequestFilter narrows a list of pull requests. Zero fields do not narrow; together they all hold.
type PullRequestFilter struct {
	// Open narrows to those that were open at some time in the span, Created, Merged and Closed to those that were so in it.
	Open, Created, Merged, Closed Span
	// Authors narrows to these people, Repos to these repos.
	Authors []PersonID
	Repos   []RepoID
	// Numbers narrows to these; it is of use with one repo.
	Numbers []int
	States  []PullRequestState
	// Search finds text in the title, in any case.
	Search string
	// Gone includes those that are gone from the server.
	Gone bool
	// Touched narrows to those that may hold an act in the span: opened before its end, changed after its beginning.
	Touched Span
}
