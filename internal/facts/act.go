package facts

// ActKind is what somebody did on a pull request or a ticket. The numbers are stored; add at the end.
type ActKind uint8

// The kinds of acts. A review by the author of a pull request is none: what it says are its comments.
const (
	ActOpened ActKind = iota + 1
	ActCommit
	ActComment
	ActApproved
	ActChangesRequested
	ActReviewed // a review that neither approves nor asks for changes, or that was dismissed and was nobody knows what before
	ActMerged
	ActClosed
	ActReopened
	ActReady
	ActDrafted
	ActAssigned
	ActUnassigned
	ActLabeled
	ActUnlabeled
	ActMilestoned
	ActDemilestoned
)

// Review tells whether the act is a review.
func (k ActKind) Review() bool {
	return k == ActApproved || k == ActChangesRequested || k == ActReviewed
}

// Act is one act on a pull request or a ticket, with what was decided about it.
type Act struct {
	At   int64
	Kind ActKind
	// Person is who did it, 0 for somebody whose account is gone or was never told.
	Person PersonID
	// Left is empty when the act counts.
	Left Reason
	// Words and Suggestion are those of a comment, or of what a review says beside its comments.
	Words      int
	Suggestion bool
	// FollowOn says that a commit is no merge and changes what the pull request did not change when it was opened.
	FollowOn bool
	// Merge says that a commit is a merge.
	Merge bool
	// DismissedAt is when a review was dismissed, 0 when it was not. Its Kind is what it was until then.
	DismissedAt int64
}

// Says tells whether the act says something in words or code: a comment, or a review with a text of its own.
func (a *Act) Says() bool {
	return a.Kind == ActComment || a.Kind.Review() && (a.Words > 0 || a.Suggestion)
}
