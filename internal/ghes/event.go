package ghes

import "time"

// EventKind is what happened to an issue or a pull request, by its name in REST.
type EventKind string

// The events that a world can hold.
const (
	EventClosed               EventKind = "closed"
	EventReopened             EventKind = "reopened"
	EventMerged               EventKind = "merged"
	EventLabeled              EventKind = "labeled"
	EventUnlabeled            EventKind = "unlabeled"
	EventAssigned             EventKind = "assigned"
	EventUnassigned           EventKind = "unassigned"
	EventMilestoned           EventKind = "milestoned"
	EventDemilestoned         EventKind = "demilestoned"
	EventRenamed              EventKind = "renamed"
	EventLocked               EventKind = "locked"
	EventUnlocked             EventKind = "unlocked"
	EventReadyForReview       EventKind = "ready_for_review"
	EventConvertToDraft       EventKind = "convert_to_draft"
	EventReviewRequested      EventKind = "review_requested"
	EventReviewRequestRemoved EventKind = "review_request_removed"
	EventReviewDismissed      EventKind = "review_dismissed"
	EventHeadForcePushed      EventKind = "head_ref_force_pushed"
	EventHeadDeleted          EventKind = "head_ref_deleted"
	EventHeadRestored         EventKind = "head_ref_restored"
	EventBaseChanged          EventKind = "base_ref_changed"
	EventTransferred          EventKind = "transferred"
	EventConverted            EventKind = "converted_to_discussion"
	EventCommentDeleted       EventKind = "comment_deleted"
	EventAutoMergeEnabled     EventKind = "auto_merge_enabled"
	EventAutoMergeDisabled    EventKind = "auto_merge_disabled"
)

// Event is one entry of the history of an issue or a pull request. Which fields are set depends on
// the kind.
type Event struct {
	ID    int64
	Kind  EventKind
	Actor string
	At    time.Time

	// Label is of labeled and unlabeled.
	Label string
	// Account is who was assigned or asked for a review, or wrote the comment that was deleted.
	Account string
	// Team is the slug of the team that was asked for a review.
	Team string
	// Milestone is a title, also of one that is no more.
	Milestone string
	// From and To are titles, base branches, commits of a forced push; From is the full name of the
	// repo of a transfer.
	From, To string
	// Commit closed the issue, or is the one that a merge made. Closer is the number of the pull
	// request that closed it.
	Commit string
	Closer int
	// Reason is that of closing.
	Reason string
	// Review is the id of the one dismissed, with the state that it had and the reason given.
	Review      int64
	ReviewState ReviewState
	Message     string
}

// typeNames are what GraphQL calls the kinds.
var typeNames = map[EventKind]string{
	EventClosed: "ClosedEvent", EventReopened: "ReopenedEvent", EventMerged: "MergedEvent",
	EventLabeled: "LabeledEvent", EventUnlabeled: "UnlabeledEvent", EventAssigned: "AssignedEvent",
	EventUnassigned: "UnassignedEvent", EventMilestoned: "MilestonedEvent", EventDemilestoned: "DemilestonedEvent",
	EventRenamed: "RenamedTitleEvent", EventLocked: "LockedEvent", EventUnlocked: "UnlockedEvent",
	EventReadyForReview: "ReadyForReviewEvent", EventConvertToDraft: "ConvertToDraftEvent",
	EventReviewRequested: "ReviewRequestedEvent", EventReviewRequestRemoved: "ReviewRequestRemovedEvent",
	EventReviewDismissed: "ReviewDismissedEvent", EventHeadForcePushed: "HeadRefForcePushedEvent",
	EventHeadDeleted: "HeadRefDeletedEvent", EventHeadRestored: "HeadRefRestoredEvent",
	EventBaseChanged: "BaseRefChangedEvent", EventTransferred: "TransferredEvent",
	EventConverted: "ConvertedToDiscussionEvent", EventCommentDeleted: "CommentDeletedEvent",
	EventAutoMergeEnabled: "AutoMergeEnabledEvent", EventAutoMergeDisabled: "AutoMergeDisabledEvent",
}

func (k EventKind) typeName() string { return typeNames[k] }
