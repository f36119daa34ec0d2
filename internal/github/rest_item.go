package github

import (
	"errors"
	"strconv"
	"strings"

	"weir/internal/facts"
)

var errOddItem = errors.New("one item of a list cannot be read")

// restPull is a pull request as REST gives it; lists leave out what is counted.
type restPull struct {
	ID        int64     `json:"id"`
	NodeID    string    `json:"node_id"`
	Number    int       `json:"number"`
	Title     string    `json:"title"`
	State     string    `json:"state"`
	Draft     bool      `json:"draft"`
	CreatedAt instant   `json:"created_at"`
	UpdatedAt instant   `json:"updated_at"`
	ClosedAt  instant   `json:"closed_at"`
	MergedAt  instant   `json:"merged_at"`
	User      *account  `json:"user"`
	MergedBy  *account  `json:"merged_by"`
	MergeHash string    `json:"merge_commit_sha"`
	Head      *restSide `json:"head"`
	Base      *restSide `json:"base"`
	Milestone *titled   `json:"milestone"`
	AutoMerge *struct {
		EnabledBy *account `json:"enabled_by"`
		Method    string   `json:"merge_method"`
	} `json:"auto_merge"`
	Labels    []named     `json:"labels"`
	Assignees []*account  `json:"assignees"`
	Reviewers []*account  `json:"requested_reviewers"`
	Teams     []*restTeam `json:"requested_teams"`
	Additions *int        `json:"additions"`
	Deletions *int        `json:"deletions"`
	Files     *int        `json:"changed_files"`
	Commits   *int        `json:"commits"`
}

type restSide struct {
	Ref  string `json:"ref"`
	SHA  string `json:"sha"`
	Repo *struct {
		FullName string `json:"full_name"`
	} `json:"repo"`
}

type restTeam struct {
	Slug string `json:"slug"`
	URL  string `json:"html_url"`
}

func orUntold(n *int) int {
	if n == nil {
		return facts.Untold
	}
	return *n
}

func (p *restPull) fact() facts.PullRequest {
	f := facts.PullRequest{
		Number: p.Number, ServerID: p.ID, NodeID: p.NodeID, Title: p.Title, State: facts.PullRequestState(p.State), Draft: p.Draft, Author: p.User.fact(),
		CreatedAt: int64(p.CreatedAt), UpdatedAt: int64(p.UpdatedAt), ClosedAt: int64(p.ClosedAt), MergedAt: int64(p.MergedAt), MergedBy: p.MergedBy.fact(),
		Additions: orUntold(p.Additions), Deletions: orUntold(p.Deletions), ChangedFiles: orUntold(p.Files), CommitCount: orUntold(p.Commits),
		Labels: namesOf(p.Labels), Assignees: actorsOf(p.Assignees), Reviewers: actorsOf(p.Reviewers), AutoMergeBy: facts.Actor{Kind: facts.ActorGhost},
	}
	if f.MergedAt != 0 { // before that it is a trial merge, which nobody keeps
		f.State, f.MergeHash = facts.PullRequestMerged, p.MergeHash
	}
	if !f.Draft {
		f.ReadyAt = f.CreatedAt
	}
	if p.Head != nil {
		f.HeadRef, f.HeadHash = p.Head.Ref, p.Head.SHA
		f.Heads = []facts.PullRequestHead{{Hash: f.HeadHash}}
		if p.Head.Repo != nil {
			f.HeadRepo = p.Head.Repo.FullName
		}
	}
	if p.Base != nil {
		f.BaseRef, f.BaseHash = p.Base.Ref, p.Base.SHA
	}
	if p.Milestone != nil {
		f.Milestone = p.Milestone.Title
	}
	if p.AutoMerge != nil {
		f.AutoMergeAt, f.AutoMergeBy = f.CreatedAt, p.AutoMerge.EnabledBy.fact()
		f.AutoMergeMethod = facts.MergeMethod(strings.ToLower(p.AutoMerge.Method))
	}
	for _, t := range p.Teams {
		if t != nil {
			f.ReviewerTeams = append(f.ReviewerTeams, t.slug())
		}
	}
	return f
}

// slug is ORG/SLUG, as GraphQL gives it; the organization stands in the team's address.
func (t *restTeam) slug() string {
	_, after, found := strings.Cut(t.URL, "/orgs/")
	organization, _, _ := strings.Cut(after, "/")
	if !found || organization == "" {
		return t.Slug
	}
	return organization + "/" + t.Slug
}

func namesOf(all []named) []string {
	var names []string
	for _, n := range all {
		names = append(names, n.Name)
	}
	return names
}

// restIssue is a ticket, or the outside of a pull request.
type restIssue struct {
	ID            int64      `json:"id"`
	NodeID        string     `json:"node_id"`
	Number        int        `json:"number"`
	RepositoryURL string     `json:"repository_url"`
	Title         string     `json:"title"`
	State         string     `json:"state"`
	Reason        string     `json:"state_reason"`
	User          *account   `json:"user"`
	CreatedAt     instant    `json:"created_at"`
	UpdatedAt     instant    `json:"updated_at"`
	ClosedAt      instant    `json:"closed_at"`
	Milestone     *titled    `json:"milestone"`
	Labels        []named    `json:"labels"`
	Assignees     []*account `json:"assignees"`
	PullRequest   *struct{}  `json:"pull_request"`
}

func (i *restIssue) fact() facts.Ticket {
	f := facts.Ticket{
		Number: i.Number, ServerID: i.ID, NodeID: i.NodeID, Title: i.Title, State: facts.TicketState(i.State), StateReason: i.Reason, Author: i.User.fact(),
		CreatedAt: int64(i.CreatedAt), UpdatedAt: int64(i.UpdatedAt), ClosedAt: int64(i.ClosedAt), Labels: namesOf(i.Labels), Assignees: actorsOf(i.Assignees),
	}
	if i.Milestone != nil {
		f.Milestone = i.Milestone.Title
	}
	return f
}

// restComment is one below an item, or on a line of a pull request.
type restComment struct {
	ID        int64    `json:"id"`
	NodeID    string   `json:"node_id"`
	User      *account `json:"user"`
	Body      string   `json:"body"`
	CreatedAt instant  `json:"created_at"`
	UpdatedAt instant  `json:"updated_at"`
	IssueURL  string   `json:"issue_url"`
	// What follows only comments on lines have.
	PullURL   string `json:"pull_request_url"`
	ReviewID  *int64 `json:"pull_request_review_id"`
	InReplyTo int64  `json:"in_reply_to_id"`
	Path      string `json:"path"`
	Line      *int   `json:"original_line"`
	StartLine *int   `json:"original_start_line"`
	Side      string `json:"side"`
	Commit    string `json:"original_commit_id"`
}

// number is that of the item, which only its address tells.
func (c *restComment) number() int {
	address := c.PullURL
	if address == "" {
		address = c.IssueURL
	}
	n, err := strconv.Atoi(address[strings.LastIndex(address, "/")+1:])
	if err != nil {
		return 0
	}
	return n
}

func (c *restComment) fact() facts.Comment {
	f := facts.Comment{
		Number: c.number(), Kind: facts.CommentConversation, ServerID: c.ID, NodeID: c.NodeID, Author: c.User.fact(), Text: facts.NewText(c.Body),
		CreatedAt: int64(c.CreatedAt), UpdatedAt: max(int64(c.UpdatedAt), int64(c.CreatedAt)),
	}
	if c.PullURL == "" {
		return f
	}
	f.Kind, f.RootID, f.Path, f.Line, f.StartLine = facts.CommentLine, c.ID, c.Path, orZero(c.Line), orZero(c.StartLine)
	f.OldSide, f.CommitHash = c.Side == "LEFT", c.Commit
	if c.InReplyTo != 0 {
		f.RootID = c.InReplyTo
	}
	if c.ReviewID != nil {
		f.ReviewID = *c.ReviewID
	}
	return f
}

type restReview struct {
	ID          int64    `json:"id"`
	NodeID      string   `json:"node_id"`
	User        *account `json:"user"`
	Body        string   `json:"body"`
	State       string   `json:"state"`
	SubmittedAt instant  `json:"submitted_at"`
	Commit      *string  `json:"commit_id"`
}

func (r *restReview) fact(number int) facts.Review {
	f := facts.Review{
		Number: number, ServerID: r.ID, NodeID: r.NodeID, Author: r.User.fact(), State: facts.ReviewState(strings.ToLower(r.State)),
		Text: facts.NewText(r.Body), SubmittedAt: int64(r.SubmittedAt), UpdatedAt: int64(r.SubmittedAt),
	}
	if r.Commit != nil {
		f.CommitHash = *r.Commit
	}
	return f
}

// restEvent is an entry of a repo's list of events.
type restEvent struct {
	Event     string    `json:"event"`
	Actor     *account  `json:"actor"`
	CreatedAt instant   `json:"created_at"`
	Commit    *string   `json:"commit_id"`
	Label     *named    `json:"label"`
	Assignee  *account  `json:"assignee"`
	Milestone *titled   `json:"milestone"`
	Reviewer  *account  `json:"requested_reviewer"`
	Team      *restTeam `json:"requested_team"`
	Rename    *struct {
		To string `json:"to"`
	} `json:"rename"`
	Dismissed *struct {
		State  string `json:"state"`
		Review int64  `json:"review_id"`
	} `json:"dismissed_review"`
	Issue *restEventIssue `json:"issue"`
}

// restEventIssue is what an event happened to; the list of one item leaves it out.
type restEventIssue struct {
	Number int `json:"number"`
}

var restEventKinds = map[string]facts.EventKind{
	"labeled": facts.EventLabeled, "unlabeled": facts.EventUnlabeled, "assigned": facts.EventAssigned, "unassigned": facts.EventUnassigned,
	"milestoned": facts.EventMilestoned, "demilestoned": facts.EventDemilestoned, "renamed": facts.EventRenamed, "closed": facts.EventClosed,
	"reopened": facts.EventReopened, "merged": facts.EventMerged, "ready_for_review": facts.EventReadyForReview, "convert_to_draft": facts.EventConvertedToDraft,
	"review_requested": facts.EventReviewRequested, "review_request_removed": facts.EventReviewUnrequested, "review_dismissed": facts.EventReviewDismissed,
	"head_ref_force_pushed": facts.EventHeadForcePushed, "head_ref_deleted": facts.EventHeadDeleted, "base_ref_changed": facts.EventBaseChanged,
	"auto_merge_enabled": facts.EventAutoMergeOn, "auto_merge_disabled": facts.EventAutoMergeOff, "transferred": facts.EventTransferred,
	"converted_to_discussion": facts.EventConvertedToDiscuss,
}

func (e *restEvent) fact() (facts.Event, bool) {
	f := facts.Event{Number: e.Issue.Number, At: int64(e.CreatedAt), Kind: restEventKinds[e.Event], Actor: e.Actor.fact(), Target: facts.Actor{Kind: facts.ActorGhost}}
	switch {
	case f.Kind == "":
		return f, false
	case e.Label != nil:
		f.Subject = e.Label.Name
	case e.Milestone != nil:
		f.Subject = e.Milestone.Title
	case e.Rename != nil:
		f.Subject = e.Rename.To
	case e.Dismissed != nil:
		f.Subject = facts.DismissedSubject(facts.ReviewState(strings.ToLower(e.Dismissed.State)), e.Dismissed.Review)
	case e.Team != nil:
		f.Subject = e.Team.slug()
	case f.Kind == facts.EventMerged && e.Commit != nil:
		f.Subject = *e.Commit
	case f.Kind == facts.EventReviewRequested, f.Kind == facts.EventReviewUnrequested:
		f.Target = e.Reviewer.fact()
	case f.Kind == facts.EventAssigned, f.Kind == facts.EventUnassigned:
		f.Target = e.Assignee.fact()
	}
	return f, true
}
