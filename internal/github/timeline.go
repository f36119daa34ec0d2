package github

import (
	"strings"

	"weir/internal/facts"
)

// who is an actor, whatever its type. Nothing needs a scope beyond reading the repo.
const who = `fragment who on Actor { __typename login ... on User { databaseId name } ... on Bot { databaseId } ... on Mannequin { databaseId } ... on Organization { databaseId } }`

// commonEvents are those that pull requests and tickets share.
const commonEvents = `
	... on LabeledEvent { createdAt actor { ...who } label { name } }
	... on UnlabeledEvent { createdAt actor { ...who } label { name } }
	... on AssignedEvent { createdAt actor { ...who } assignee { ...who } }
	... on UnassignedEvent { createdAt actor { ...who } assignee { ...who } }
	... on MilestonedEvent { createdAt actor { ...who } milestoneTitle }
	... on DemilestonedEvent { createdAt actor { ...who } milestoneTitle }
	... on RenamedTitleEvent { createdAt actor { ...who } currentTitle }
	... on ClosedEvent { createdAt actor { ...who } }
	... on ReopenedEvent { createdAt actor { ...who } }`

const pullEvents = commonEvents + `
	... on MergedEvent { createdAt actor { ...who } commit { oid } }
	... on ReadyForReviewEvent { createdAt actor { ...who } }
	... on ConvertToDraftEvent { createdAt actor { ...who } }
	... on ReviewRequestedEvent { createdAt actor { ...who } requestedReviewer { ...reviewer } }
	... on ReviewRequestRemovedEvent { createdAt actor { ...who } requestedReviewer { ...reviewer } }
	... on ReviewDismissedEvent { createdAt actor { ...who } previousReviewState review { REVIEW_ID } }
	... on HeadRefForcePushedEvent { createdAt actor { ...who } beforeCommit { oid } afterCommit { oid } }
	... on HeadRefDeletedEvent { createdAt actor { ...who } }
	... on BaseRefChangedEvent { createdAt actor { ...who } previousRefName currentRefName }
	... on AutoMergeEnabledEvent { createdAt actor { ...who } }
	... on AutoMergeDisabledEvent { createdAt actor { ...who } }`

const ticketEvents = commonEvents + `
	... on TransferredEvent { createdAt actor { ...who } fromRepository { nameWithOwner } } DISCUSSED `

// reviewer is who can be asked for a review. A server refuses the whole query to a token that may not read organizations because of
// askedTeam, which is then left out.
const reviewer = `fragment reviewer on RequestedReviewer { __typename ... on User { login databaseId name } ... on Mannequin { login databaseId }` + askedTeam + ` }`

const askedTeam = ` ... on Team { combinedSlug }`

const commonTypes = `LABELED_EVENT, UNLABELED_EVENT, ASSIGNED_EVENT, UNASSIGNED_EVENT, MILESTONED_EVENT, DEMILESTONED_EVENT, RENAMED_TITLE_EVENT, CLOSED_EVENT, REOPENED_EVENT`

const pullTypes = commonTypes + `, MERGED_EVENT, READY_FOR_REVIEW_EVENT, CONVERT_TO_DRAFT_EVENT, REVIEW_REQUESTED_EVENT, REVIEW_REQUEST_REMOVED_EVENT,
	REVIEW_DISMISSED_EVENT, HEAD_REF_FORCE_PUSHED_EVENT, HEAD_REF_DELETED_EVENT, BASE_REF_CHANGED_EVENT, AUTO_MERGE_ENABLED_EVENT, AUTO_MERGE_DISABLED_EVENT`

const ticketTypes = commonTypes + `, TRANSFERRED_EVENT DISCUSSED_TYPE `

// timelineItem is one event of any kind.
type timelineItem struct {
	Typename  string     `json:"__typename"`
	CreatedAt instant    `json:"createdAt"`
	Actor     *account   `json:"actor"`
	Assignee  *account   `json:"assignee"`
	Reviewer  *askedFor  `json:"requestedReviewer"`
	Label     *named     `json:"label"`
	Milestone string     `json:"milestoneTitle"`
	Title     string     `json:"currentTitle"`
	State     string     `json:"previousReviewState"`
	Commit    *objectID  `json:"commit"`
	Before    *objectID  `json:"beforeCommit"`
	After     *objectID  `json:"afterCommit"`
	OldBase   string     `json:"previousRefName"`
	NewBase   string     `json:"currentRefName"`
	From      *fullNamed `json:"fromRepository"`
	Review    *struct {
		DatabaseID anyID `json:"databaseId"`
	} `json:"review"`
}

type named struct {
	Name string `json:"name"`
}

type objectID struct {
	OID string `json:"oid"`
}

type fullNamed struct {
	FullName string `json:"nameWithOwner"`
}

// askedFor is an account or a team that was asked for a review.
type askedFor struct {
	account
	Team string `json:"combinedSlug"`
}

func (o *objectID) text() string {
	if o == nil {
		return ""
	}
	return o.OID
}

var eventKinds = map[string]facts.EventKind{
	"LabeledEvent": facts.EventLabeled, "UnlabeledEvent": facts.EventUnlabeled, "AssignedEvent": facts.EventAssigned,
	"UnassignedEvent": facts.EventUnassigned, "MilestonedEvent": facts.EventMilestoned, "DemilestonedEvent": facts.EventDemilestoned,
	"RenamedTitleEvent": facts.EventRenamed, "ClosedEvent": facts.EventClosed, "ReopenedEvent": facts.EventReopened,
	"MergedEvent": facts.EventMerged, "ReadyForReviewEvent": facts.EventReadyForReview, "ConvertToDraftEvent": facts.EventConvertedToDraft,
	"ReviewRequestedEvent": facts.EventReviewRequested, "ReviewRequestRemovedEvent": facts.EventReviewUnrequested,
	"ReviewDismissedEvent": facts.EventReviewDismissed, "HeadRefForcePushedEvent": facts.EventHeadForcePushed,
	"HeadRefDeletedEvent": facts.EventHeadDeleted, "BaseRefChangedEvent": facts.EventBaseChanged,
	"AutoMergeEnabledEvent": facts.EventAutoMergeOn, "AutoMergeDisabledEvent": facts.EventAutoMergeOff,
	"TransferredEvent": facts.EventTransferred, "ConvertedToDiscussionEvent": facts.EventConvertedToDiscuss,
}

// fact gives the event; one of a kind that is not kept is not.
func (i *timelineItem) fact(number int) (facts.Event, bool) {
	e := facts.Event{Number: number, At: int64(i.CreatedAt), Kind: eventKinds[i.Typename], Actor: i.Actor.fact(), Target: facts.Actor{Kind: facts.ActorGhost}}
	switch e.Kind {
	case facts.EventLabeled, facts.EventUnlabeled:
		if i.Label != nil {
			e.Subject = i.Label.Name
		}
	case facts.EventAssigned, facts.EventUnassigned:
		e.Target = i.Assignee.fact()
	case facts.EventReviewRequested, facts.EventReviewUnrequested:
		if i.Reviewer != nil {
			e.Target, e.Subject = i.Reviewer.fact(), i.Reviewer.Team
		}
	case facts.EventMilestoned, facts.EventDemilestoned:
		e.Subject = i.Milestone
	case facts.EventRenamed:
		e.Subject = i.Title
	case facts.EventMerged:
		e.Subject = i.Commit.text()
	case facts.EventReviewDismissed:
		e.Subject = strings.ToLower(i.State)
		if i.Review != nil {
			e.Subject = facts.DismissedSubject(facts.ReviewState(e.Subject), int64(i.Review.DatabaseID))
		}
	case facts.EventHeadForcePushed:
		e.Subject = i.Before.text() + ".." + i.After.text()
	case facts.EventBaseChanged:
		e.Subject = i.OldBase + ".." + i.NewBase
	case facts.EventTransferred:
		if i.From != nil {
			e.Subject = i.From.FullName
		}
	}
	return e, e.Kind != ""
}

func eventsOf(items []*timelineItem, number int) []facts.Event {
	var events []facts.Event
	for _, i := range items {
		if e, ok := i.fact(number); ok {
			events = append(events, e)
		}
	}
	return events
}
