package store

import (
	"context"
	"encoding/json"
	"fmt"
	"iter"
	"strings"

	"weir/internal/facts"
)

const ticketColumns = `t.repo_id, t.number, t.server_id, t.node_id, t.title, t.state, t.state_reason, t.author_id, t.created_at, t.updated_at, t.closed_at,
	t.labels, t.milestone, t.assignees, t.synced_at, t.gone_at, t.gone_reason, t.gone_to`

func scanTicket(row scanner) (facts.Ticket, error) {
	var t facts.Ticket
	var labels, assignees string
	err := row.Scan(&t.Repo, &t.Number, &t.ServerID, &t.NodeID, &t.Title, &t.State, &t.StateReason, &t.Author.Identity, &t.CreatedAt, &t.UpdatedAt,
		&t.ClosedAt, &labels, &t.Milestone, &assignees, &t.SyncedAt, &t.GoneAt, &t.GoneReason, &t.GoneTo)
	if err != nil {
		return t, err
	}
	if err := json.Unmarshal([]byte(labels), &t.Labels); err != nil {
		return t, err
	}
	t.Assignees, err = identitiesFrom(assignees)
	return t, err
}

// Ticket gives one with all that belongs to it, gone or not.
func (q *queries) Ticket(ctx context.Context, repo facts.RepoID, number int) (facts.Ticket, error) {
	found, err := q.ticketBatch(ctx, repo, []int{number})
	if err == nil && len(found) == 0 {
		err = fmt.Errorf("load ticket %d of repo=%d: %w", number, repo, facts.ErrNotFound)
	}
	if err != nil {
		return facts.Ticket{}, err
	}
	return found[0], nil
}

// Tickets lists one page of the tickets that the filter lets through, the newest first, without what belongs
// to them, and how many there are in all. It speaks of repos that are imported.
func (q *queries) Tickets(ctx context.Context, f facts.TicketFilter, page facts.Page) ([]facts.Ticket, int, error) {
	s := ticketStatement(f)
	total, err := one(ctx, q, "count tickets", scanOne[int], `SELECT COUNT(*) FROM tickets t`+s.clause(), s.args...)
	if err != nil {
		return nil, 0, err
	}
	found, err := list(ctx, q, "list tickets", scanTicket, `SELECT `+ticketColumns+` FROM tickets t`+s.clause()+
		` ORDER BY t.created_at DESC, t.repo_id, t.number DESC`+s.page(page), s.args...)
	if err != nil {
		return nil, 0, err
	}
	return found, total, q.resolveTickets(ctx, found)
}

// WholeTickets streams the tickets that the filter lets through with all that belongs to them, by repo and number.
func (q *queries) WholeTickets(ctx context.Context, f facts.TicketFilter) iter.Seq2[facts.Ticket, error] {
	s := ticketStatement(f)
	keys := func() ([]itemKey, error) {
		return list(ctx, q, "list tickets", scanItemKey, `SELECT t.repo_id, t.number FROM tickets t`+s.clause()+
			` ORDER BY t.repo_id, t.number`, s.args...)
	}
	return inBatches(keys, func(repo facts.RepoID, numbers []int) ([]facts.Ticket, error) {
		return q.ticketBatch(ctx, repo, numbers)
	})
}

func ticketStatement(f facts.TicketFilter) *statement {
	s := &statement{}
	s.conds = append(s.conds, "t.repo_id IN ("+liveRepos+")")
	whereIn(s, "t.repo_id", f.Repos)
	whereIn(s, "t.number", f.Numbers)
	if f.Open.Bounded() {
		if f.Open.To != 0 {
			s.where("t.created_at < ?", f.Open.To)
		}
		s.where("t.closed_at = 0 OR t.closed_at >= ?", f.Open.From)
	}
	s.whereSpan("t.created_at", f.Created)
	s.whereSpan("t.closed_at", f.Closed)
	s.whereTouched("t", f.Touched)
	s.whereAuthors("t.author_id", f.Authors)
	whereTexts(s, "t.state", f.States)
	if text := strings.TrimSpace(f.Search); text != "" {
		s.where(`lower(t.title) LIKE ? ESCAPE '\'`, like(text))
	}
	if !f.Gone {
		s.conds = append(s.conds, "t.gone_at = 0")
	}
	return s
}

func (q *queries) ticketBatch(ctx context.Context, repo facts.RepoID, numbers []int) ([]facts.Ticket, error) {
	s := itemStatement("t", repo, numbers)
	found, err := list(ctx, q, fmt.Sprintf("load tickets of repo=%d", repo), scanTicket,
		`SELECT `+ticketColumns+` FROM tickets t`+s.clause()+` ORDER BY t.number`, s.args...)
	if err != nil || len(found) == 0 {
		return nil, err
	}
	byNumber := make(map[int]*facts.Ticket, len(found))
	for i := range found {
		byNumber[found[i].Number] = &found[i]
	}
	err = q.eachComment(ctx, repo, numbers, func(c facts.Comment) {
		if t := byNumber[c.Number]; t != nil {
			t.Comments = append(t.Comments, c)
		}
	})
	if err != nil {
		return nil, err
	}
	err = q.eachEvent(ctx, repo, numbers, func(e facts.Event) {
		if t := byNumber[e.Number]; t != nil {
			t.Events = append(t.Events, e)
		}
	})
	if err != nil {
		return nil, err
	}
	if err := q.addClosers(ctx, repo, byNumber); err != nil {
		return nil, err
	}
	return found, q.resolveTickets(ctx, found)
}

// addClosers adds the pull requests that say they close a ticket; they may be of other repos of the integration.
func (q *queries) addClosers(ctx context.Context, repo facts.RepoID, into map[int]*facts.Ticket) error {
	numbers := make([]int, 0, len(into))
	for n := range into {
		numbers = append(numbers, n)
	}
	s := &statement{}
	s.where("r.id = ?", repo)
	whereIn(s, "l.ticket_number", numbers)
	_, err := list(ctx, q, fmt.Sprintf("load links to tickets of repo=%d", repo), func(row scanner) (ref facts.PullRequestRef, err error) {
		var number int
		err = row.Scan(&number, &ref.Repo, &ref.Number)
		if t := into[number]; t != nil {
			t.ClosedBy = append(t.ClosedBy, ref)
		}
		return ref, err
	}, `SELECT l.ticket_number, l.repo_id, l.number FROM repos r JOIN ticket_links l ON l.ticket_repo = r.server_id
		JOIN repos other ON other.id = l.repo_id AND other.integration_id = r.integration_id`+s.clause()+
		` ORDER BY l.ticket_number, l.repo_id, l.number`, s.args...)
	return err
}

func (q *queries) resolveTickets(ctx context.Context, found []facts.Ticket) error {
	return q.resolve(ctx, func(fn func(*facts.Actor)) {
		for i := range found {
			found[i].EachActor(fn)
		}
	})
}

// TicketTimes gives the time of the last change of each ticket that is held, by number. With numbers
// given, of those alone.
func (q *queries) TicketTimes(ctx context.Context, repo facts.RepoID, numbers ...int) (map[int]HeldTime, error) {
	return q.heldTimes(ctx, "tickets", repo, numbers)
}
