package facts

import (
	"strconv"
	"strings"
)

// EventKind is what happened to a pull request or a ticket.
type EventKind string

// The events that are kept. Subject and Target of an Event depend on the kind, as said beside each.
const (
	EventLabeled            EventKind = "labeled"            // Subject: the label
	EventUnlabeled          EventKind = "unlabeled"          // Subject: the label
	EventAssigned           EventKind = "assigned"           // Target
	EventUnassigned         EventKind = "unassigned"         // Target
	EventMilestoned         EventKind = "milestoned"         // Subject: the milestone
	EventDemilestoned       EventKind = "demilestoned"       // Subject: the milestone
	EventRenamed            EventKind = "renamed"            // Subject: the new title
	EventClosed             EventKind = "closed"             //
	EventReopened           EventKind = "reopened"           //
	EventMerged             EventKind = "merged"             // Subject: the merge commit
	EventReadyForReview     EventKind = "ready_for_review"   //
	EventConvertedToDraft   EventKind = "convert_to_draft"   //
	EventReviewRequested    EventKind = "review_requested"   // Target, or Subject: a team
	EventReviewUnrequested  EventKind = "review_unrequested" // Target, or Subject: a team
	EventReviewDismissed    EventKind = "review_dismissed"   // Subject: see DismissedSubject
	EventHeadForcePushed    EventKind = "head_force_pushed"  // Subject: BEFORE..AFTER
	EventHeadDeleted        EventKind = "head_deleted"       //
	EventBaseChanged        EventKind = "base_changed"       // Subject: BEFORE..AFTER, branches
	EventAutoMergeOn        EventKind = "auto_merge_on"      //
	EventAutoMergeOff       EventKind = "auto_merge_off"     //
	EventTransferred        EventKind = "transferred"        // Subject: the repo it came from
	EventConvertedToDiscuss EventKind = "converted_to_discussion"
)

// Event is one thing that happened to a pull request or a ticket. Two that agree in everything are one.
type Event struct {
	Repo RepoID
	// Number is that of the pull request or the ticket.
	Number  int
	At      int64
	Kind    EventKind
	Actor   Actor
	Subject string
	Target  Actor
}

// DismissedSubject is the Subject of the dismissal of a review: the state that it had, and the server's id of it, 0 when not told.
func DismissedSubject(state ReviewState, review int64) string {
	if review == 0 {
		return string(state)
	}
	return string(state) + " " + strconv.FormatInt(review, 10)
}

// Dismissed reads a DismissedSubject.
func (e *Event) Dismissed() (state ReviewState, review int64) {
	text, id, _ := strings.Cut(e.Subject, " ")
	review, _ = strconv.ParseInt(id, 10, 64)
	return ReviewState(text), review
}
