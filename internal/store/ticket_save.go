package store

import (
	"context"
	"fmt"
	"slices"

	"weir/internal/facts"
)

// SaveTickets keeps tickets with what belongs to them, by number. Saving the same again changes nothing;
// one that is older than what is held changes nothing of the ticket itself; of what belongs to it nothing
// is removed. One that was gone is not, however old it is. Actors are taken by their Identity.
func (t *Tx) SaveTickets(ctx context.Context, repo facts.RepoID, tickets []facts.Ticket) error {
	if err := t.putAside(ctx, repo, ticketsTold(tickets)); err != nil {
		return err
	}
	b := t.bulk(fmt.Sprintf("save tickets of repo=%d", repo), "tickets", `repo_id, number, server_id, node_id, title, state, state_reason, author_id,
		created_at, updated_at, closed_at, labels, milestone, assignees, synced_at, gone_at, gone_reason, gone_to`,
		`ON CONFLICT (repo_id, number) DO UPDATE SET server_id = excluded.server_id, title = excluded.title, state = excluded.state,
			node_id = CASE WHEN excluded.node_id = '' THEN tickets.node_id ELSE excluded.node_id END,
			state_reason = excluded.state_reason, `+keepAuthor("tickets")+`, created_at = excluded.created_at, updated_at = excluded.updated_at,
			closed_at = excluded.closed_at, labels = excluded.labels, milestone = excluded.milestone, assignees = excluded.assignees,
			synced_at = CASE WHEN excluded.synced_at = 0 THEN tickets.synced_at ELSE excluded.synced_at END
		WHERE excluded.updated_at >= tickets.updated_at`)
	var comments []facts.Comment
	var events []facts.Event
	for i := range tickets {
		k := &tickets[i]
		err := b.add(ctx, int64(repo), int64(k.Number), k.ServerID, clean(k.NodeID), clean(k.Title), string(k.State), clean(k.StateReason),
			int64(k.Author.Identity), k.CreatedAt, k.UpdatedAt, k.ClosedAt, toJSON(k.Labels), clean(k.Milestone), identitiesJSON(k.Assignees),
			k.SyncedAt, int64(0), "", "")
		if err != nil {
			return err
		}
		comments, events = append(comments, k.Comments...), append(events, k.Events...)
	}
	if err := b.flush(ctx); err != nil {
		return err
	}
	numbers := numbersOf(tickets, func(k *facts.Ticket) int { return k.Number })
	if err := t.revive(ctx, repo, "tickets", numbers); err != nil {
		return err
	}
	if err := t.changed(ctx, repo, numbers, "tickets"); err != nil {
		return err
	}
	if err := t.SaveComments(ctx, repo, comments); err != nil {
		return err
	}
	return t.SaveEvents(ctx, repo, events)
}

// SaveTickets does so in a transaction of its own.
func (s *Store) SaveTickets(ctx context.Context, repo facts.RepoID, tickets []facts.Ticket) error {
	return s.InTx(ctx, func(tx *Tx) error { return tx.SaveTickets(ctx, repo, tickets) })
}

// MarkTicketGone notes that the server said, for this very ticket, that it is not there, and why. It is
// kept for PurgeGone.
func (t *Tx) MarkTicketGone(ctx context.Context, repo facts.RepoID, number int, reason facts.GoneReason, to string) error {
	return t.markGone(ctx, repo, "tickets", number, reason, to)
}

// saveTicketLinks says which tickets a pull request closes. Those that it closes since, or does no more, are to be judged again.
func (t *Tx) saveTicketLinks(ctx context.Context, repo facts.RepoID, number int, closes []facts.TicketRef) error {
	doing := fmt.Sprintf("save links of pull request %d of repo=%d", number, repo)
	held, err := list(ctx, &t.queries, doing, func(row scanner) (ref facts.TicketRef, err error) {
		err = row.Scan(&ref.RepoServerID, &ref.Number)
		return ref, err
	}, `SELECT ticket_repo, ticket_number FROM ticket_links WHERE repo_id = $1 AND number = $2`, repo, number)
	if err != nil {
		return err
	}
	for _, ref := range held {
		if slices.Contains(closes, ref) {
			continue
		}
		if err := t.changedLink(ctx, doing, repo, ref); err != nil {
			return err
		}
		if _, err := t.exec(ctx, doing, `DELETE FROM ticket_links WHERE repo_id = $1 AND number = $2 AND ticket_repo = $3 AND ticket_number = $4`,
			repo, number, ref.RepoServerID, ref.Number); err != nil {
			return err
		}
	}
	for _, ref := range closes {
		if slices.Contains(held, ref) {
			continue
		}
		if err := t.changedLink(ctx, doing, repo, ref); err != nil {
			return err
		}
		if _, err := t.exec(ctx, doing, `INSERT INTO ticket_links (repo_id, number, ticket_repo, ticket_number) VALUES ($1, $2, $3, $4)
			ON CONFLICT (repo_id, number, ticket_repo, ticket_number) DO NOTHING`, repo, number, ref.RepoServerID, ref.Number); err != nil {
			return err
		}
	}
	return nil
}

// changedLink notes of a ticket, which may be of another repo of the integration, that what closes it has changed.
func (t *Tx) changedLink(ctx context.Context, doing string, repo facts.RepoID, ref facts.TicketRef) error {
	_, err := t.exec(ctx, doing, `UPDATE tickets SET changes = changes + 1 WHERE number = $1 AND repo_id IN (
		SELECT o.id FROM repos o JOIN repos r ON r.integration_id = o.integration_id WHERE r.id = $2 AND o.server_id = $3)`,
		ref.Number, repo, ref.RepoServerID)
	return err
}
