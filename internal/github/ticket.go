package github

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"weir/internal/facts"
)

const ticketTimeline = `pageInfo { hasNextPage endCursor } nodes { __typename ` + ticketEvents + ` }`

const ticketFragment = `fragment ticket on Issue {
	id ISSUE_ID number title state ISSUE_REASON createdAt updatedAt closedAt author { ...who } milestone { title }
	labels(first: 100) { nodes { name } }
	assignees(first: 20) { nodes { ...who } }
	comments(first: $few) { ` + commentPart + ` }
	timelineItems(first: $few, itemTypes: [` + ticketTypes + `]) { ` + ticketTimeline + ` }
}
` + who

const ticketPageQuery = `query WeirIssues($owner: String!, $name: String!, $size: Int!, $after: String, $few: Int!) {
	repository(owner: $owner, name: $name) { databaseId
		issues(first: $size, after: $after, orderBy: {field: UPDATED_AT, direction: DESC}) {
			totalCount pageInfo { hasNextPage endCursor } nodes { ...ticket }
		}
	}` + askLimit + `
}
` + ticketFragment

const ticketNodesQuery = `query WeirIssuesByID($ids: [ID!]!, $few: Int!) {
	nodes(ids: $ids) { ...ticket }` + askLimit + `
}
` + ticketFragment

const ticketRestQuery = `query WeirIssueRest($id: ID!, $comments: Boolean!, $afterComments: String, $events: Boolean!, $afterEvents: String) {
	node(id: $id) { ... on Issue {
		comments(first: 100, after: $afterComments) @include(if: $comments) { ` + commentPart + ` }
		timelineItems(first: 100, after: $afterEvents, itemTypes: [` + ticketTypes + `]) @include(if: $events) { ` + ticketTimeline + ` }
	} }
}
` + who

type ticket struct {
	ID          string                   `json:"id"`
	DatabaseID  anyID                    `json:"databaseId"`
	Number      int                      `json:"number"`
	Title       string                   `json:"title"`
	State       string                   `json:"state"`
	StateReason string                   `json:"stateReason"`
	CreatedAt   instant                  `json:"createdAt"`
	UpdatedAt   instant                  `json:"updatedAt"`
	ClosedAt    instant                  `json:"closedAt"`
	Author      *account                 `json:"author"`
	Milestone   *titled                  `json:"milestone"`
	Labels      connection[named]        `json:"labels"`
	Assignees   connection[account]      `json:"assignees"`
	Comments    connection[comment]      `json:"comments"`
	Events      connection[timelineItem] `json:"timelineItems"`
}

func (t *ticket) fact() facts.Ticket {
	f := facts.Ticket{
		Number: t.Number, ServerID: int64(t.DatabaseID), NodeID: t.ID, Title: t.Title, State: facts.TicketState(strings.ToLower(t.State)),
		StateReason: strings.ToLower(t.StateReason), Author: t.Author.fact(), CreatedAt: int64(t.CreatedAt), UpdatedAt: int64(t.UpdatedAt),
		ClosedAt: int64(t.ClosedAt), Assignees: actorsOf(t.Assignees.Nodes), SyncedAt: int64(t.UpdatedAt),
	}
	if t.Milestone != nil {
		f.Milestone = t.Milestone.Title
	}
	for _, l := range t.Labels.some() {
		f.Labels = append(f.Labels, l.Name)
	}
	for _, c := range t.Comments.some() {
		f.Comments = append(f.Comments, c.fact(t.Number))
	}
	f.Events = eventsOf(t.Events.some(), t.Number)
	if f.State == facts.TicketClosed && converted(f.Events) {
		f.StateReason = facts.StateConverted
	}
	return f
}

// converted tells whether a discussion was made of a ticket: it stays behind, closed.
func converted(events []facts.Event) bool {
	at := int64(-1)
	for _, e := range events {
		switch e.Kind {
		case facts.EventConvertedToDiscuss:
			at = e.At
		case facts.EventReopened:
			if e.At > at {
				at = -1
			}
		}
	}
	return at >= 0
}

// Tickets gives one page of whole tickets, the latest changed first.
func (c *Client) Tickets(ctx context.Context, can Capabilities, repo facts.Repo, after string, size int, few Few) (ItemPage, error) {
	var reply struct {
		Repository *struct {
			ID     int64              `json:"databaseId"`
			Issues connection[ticket] `json:"issues"`
		} `json:"repository"`
		Limit *limitState `json:"rateLimit"`
	}
	op := "list tickets of " + repo.FullName
	variables := c.pageOf(repo, after, size)
	variables["few"] = few.Parts
	at, err := c.once(ctx, op, can.fit(ticketPageQuery), variables, &reply)
	if err != nil {
		return ItemPage{}, err
	}
	if reply.Repository == nil {
		return ItemPage{}, noRepository(op)
	}
	page := ItemPage{Repo: reply.Repository.ID, Total: reply.Repository.Issues.Total, Next: reply.Repository.Issues.PageInfo.next(), Budget: reply.Limit.budget()}
	return page, c.addTickets(ctx, can, &page, at, reply.Repository.Issues.some())
}

// TicketsByID gives whole tickets by their GraphQL ids. One that does not exist is left out.
func (c *Client) TicketsByID(ctx context.Context, can Capabilities, ids []string, few Few) (ItemPage, error) {
	var reply struct {
		Nodes []*ticket   `json:"nodes"`
		Limit *limitState `json:"rateLimit"`
	}
	at, err := c.withTries(1).query(ctx, "read tickets", can.fit(ticketNodesQuery), map[string]any{"ids": ids, "few": few.Parts}, &reply)
	if _, err = notFound(err, "nodes."); err != nil {
		return ItemPage{}, err
	}
	page := ItemPage{Budget: reply.Limit.budget()}
	return page, c.addTickets(ctx, can, &page, at, (&connection[ticket]{Nodes: reply.Nodes}).some())
}

func (c *Client) addTickets(ctx context.Context, can Capabilities, page *ItemPage, at answered, tickets []*ticket) error {
	for _, t := range tickets {
		if t.Number == 0 {
			continue
		}
		if err := c.completeTicket(ctx, can, t); err != nil {
			return err
		}
		whole := t.fact()
		whole.SyncedAt = at.synced(whole.UpdatedAt)
		page.Tickets = append(page.Tickets, whole)
	}
	raw, err := json.Marshal(tickets)
	if err != nil {
		return fmt.Errorf("keep raw answer: %w", err)
	}
	page.Raw = append(page.Raw, raw)
	return nil
}

// ReadTickets reads a raw answer of ItemPage again.
func ReadTickets(raw []byte) ([]facts.Ticket, error) {
	var tickets []*ticket
	if err := json.Unmarshal(raw, &tickets); err != nil {
		return nil, fmt.Errorf("read raw answer: %w", err)
	}
	var all []facts.Ticket
	for _, t := range tickets {
		if t != nil && t.Number != 0 {
			all = append(all, t.fact())
		}
	}
	return all, nil
}

func (c *Client) completeTicket(ctx context.Context, can Capabilities, t *ticket) error {
	op := fmt.Sprintf("read the rest of ticket %d", t.Number)
	for t.Comments.PageInfo.HasNext || t.Events.PageInfo.HasNext {
		var reply struct {
			Node *ticket `json:"node"`
		}
		err := spare(c.Query(ctx, op, can.fit(ticketRestQuery), map[string]any{
			"id": t.ID, "comments": t.Comments.PageInfo.HasNext, "afterComments": t.Comments.PageInfo.End,
			"events": t.Events.PageInfo.HasNext, "afterEvents": t.Events.PageInfo.End,
		}, &reply))
		if err != nil {
			return err
		}
		if reply.Node == nil {
			return notWhole(op, noItem)
		}
		if !join(&t.Comments, reply.Node.Comments) || !join(&t.Events, reply.Node.Events) {
			return notWhole(op, noPage)
		}
	}
	return nil
}
