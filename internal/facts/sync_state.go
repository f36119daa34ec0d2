package facts

// SyncKind is a kind of work that is kept current per repo.
type SyncKind string

// Commits come from git, the others from the API.
const (
	SyncCommits      SyncKind = "commits"
	SyncPullRequests SyncKind = "pull_requests"
	SyncTickets      SyncKind = "tickets"
)

// Phase is where a sync stands.
type Phase string

// The phases of a sync, in their usual order.
const (
	PhaseQueued    Phase = "queued"
	PhaseFetching  Phase = "fetching"
	PhaseReplaying Phase = "replaying"
	PhaseJudging   Phase = "judging"
	PhaseReady     Phase = "ready"
	PhaseFailed    Phase = "failed"
	PhasePaused    Phase = "paused"
)

// SyncState is how far one kind of data of one repo has come.
type SyncState struct {
	Repo  RepoID
	Kind  SyncKind
	Phase Phase
	// Done of Total, in Unit (objects, commits, pull requests); Total is 0 while it is not known.
	Done, Total int64
	Unit        string
	// StartedAt is when this phase began, FinishedAt when the last sync ended well, 0 if none has.
	StartedAt, FinishedAt int64
	// UpdatedAt is when this row last changed.
	UpdatedAt int64
	// Code, Cause and Next explain a failure; Attempts counts the tries since the last success.
	Code, Cause, Next string
	Attempts          int
	// Held is what we hold and Server what the server says exists, with the time of that answer.
	Held, Server int64
	ServerAt     int64
	// Problems counts items that could not be read and were reported on their own.
	Problems int64
}

// Busy tells whether work is under way or waiting.
func (s *SyncState) Busy() bool {
	switch s.Phase {
	case PhaseQueued, PhaseFetching, PhaseReplaying, PhaseJudging:
		return true
	}
	return false
}

// Problem is one item that could not be read, while the rest was.
type Problem struct {
	Repo RepoID
	Kind SyncKind
	// Item names it: a commit, a path, a pull request's number.
	Item string
	// Code is a stable word, Cause one sentence.
	Code, Cause string
	SeenAt      int64
}

// Ref is a branch or another name for a commit in a repo.
type Ref struct {
	Repo RepoID
	// Name is full, such as refs/heads/main.
	Name, Hash string
	// SeenAt is when it was last seen; GoneAt when it was found to be gone, 0 while it exists.
	SeenAt, GoneAt int64
}
