package facts

// ActorKind is what kind of account acted.
type ActorKind string

// The kinds of accounts that a server tells. A mannequin stands for somebody whose work was migrated
// from elsewhere; a ghost for an account that was deleted.
const (
	ActorUser         ActorKind = "user"
	ActorBot          ActorKind = "bot"
	ActorMannequin    ActorKind = "mannequin"
	ActorOrganization ActorKind = "organization"
	ActorGhost        ActorKind = "ghost"
)

// Actor is the account behind an act. What a server answered has no ids of ours yet; what was read from
// the store has Identity and Person. The zero Actor is a ghost: the account is gone, or was never told.
type Actor struct {
	Identity IdentityID
	// Person is who stands behind the identity after alias merging; it is read, never saved.
	Person PersonID
	// ServerID is the server's own id of the account, which a new login does not change.
	ServerID int64
	Login    string
	Kind     ActorKind
	// Name and Email are what the account shows of itself; both may be empty.
	Name, Email string
}

// Ghost tells whether nobody is known to have acted.
func (a *Actor) Ghost() bool { return a.Identity == 0 && a.Login == "" }

// EachActor calls fn with every actor of the pull request and of what belongs to it.
func (p *PullRequest) EachActor(fn func(*Actor)) {
	fn(&p.Author)
	fn(&p.MergedBy)
	fn(&p.AutoMergeBy)
	eachOf(p.Assignees, fn)
	eachOf(p.Reviewers, fn)
	for i := range p.Reviews {
		fn(&p.Reviews[i].Author)
	}
	for i := range p.Threads {
		fn(&p.Threads[i].ResolvedBy)
	}
	eachOfComments(p.Comments, fn)
	eachOfEvents(p.Events, fn)
}

// EachActor calls fn with every actor of the ticket and of what belongs to it.
func (t *Ticket) EachActor(fn func(*Actor)) {
	fn(&t.Author)
	eachOf(t.Assignees, fn)
	eachOfComments(t.Comments, fn)
	eachOfEvents(t.Events, fn)
}

func eachOf(actors []Actor, fn func(*Actor)) {
	for i := range actors {
		fn(&actors[i])
	}
}

func eachOfComments(comments []Comment, fn func(*Actor)) {
	for i := range comments {
		fn(&comments[i].Author)
	}
}

func eachOfEvents(events []Event, fn func(*Actor)) {
	for i := range events {
		fn(&events[i].Actor)
		fn(&events[i].Target)
	}
}
