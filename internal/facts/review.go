package facts

// ReviewState is what a review says.
type ReviewState string

// The states. A dismissed one was an approval or a request for changes before. Pending ones are not read.
const (
	ReviewApproved         ReviewState = "approved"
	ReviewChangesRequested ReviewState = "changes_requested"
	ReviewCommented        ReviewState = "commented"
	ReviewDismissed        ReviewState = "dismissed"
)

// Review is one submitted review of a pull request.
type Review struct {
	Repo RepoID
	// Number is the pull request's.
	Number   int
	ServerID int64
	NodeID   string
	Author   Actor
	State    ReviewState
	// CommitHash is the head that was reviewed, empty when it was not told.
	CommitHash string
	Text
	SubmittedAt, UpdatedAt int64
	// GoneAt is when the server said that it does not exist, 0 while it does.
	GoneAt int64
}

// ReviewThread is a conversation about lines of a pull request. It goes by the server's id of its first comment.
type ReviewThread struct {
	Repo   RepoID
	Number int
	// RootID is the ServerID of its first comment.
	RootID int64
	NodeID string
	Path   string
	// Resolved is what it is now; ResolvedAt is when we first saw it so, for the server gives no time.
	Resolved   bool
	ResolvedBy Actor
	ResolvedAt int64
	// Outdated says that the lines have changed since.
	Outdated bool
}
