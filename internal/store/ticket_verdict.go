package store

import (
	"context"
	"encoding/json"
	"fmt"
	"iter"

	"weir/internal/facts"
)

// TicketVerdicts are verdicts on tickets of a repo by number, as PullRequestVerdicts are.
type TicketVerdicts struct {
	RuledBy string
	Changes map[int]int64
	Of      map[int]facts.TicketVerdict
}

// SaveTicketVerdicts keeps what was decided in place of what was decided before.
func (s *Store) SaveTicketVerdicts(ctx context.Context, repo facts.RepoID, v TicketVerdicts) error {
	return s.InTx(ctx, func(tx *Tx) error {
		b := tx.bulk(fmt.Sprintf("save verdicts on tickets of repo=%d", repo), "ticket_verdicts",
			"repo_id, number, person_id, reason, detail, started_at, acts, changes, ruled_by",
			`ON CONFLICT (repo_id, number) DO UPDATE SET person_id = excluded.person_id, reason = excluded.reason, detail = excluded.detail,
				started_at = excluded.started_at, acts = excluded.acts, changes = excluded.changes, ruled_by = excluded.ruled_by`)
		for number, of := range v.Of {
			err := b.add(ctx, int64(repo), int64(number), int64(of.Person), string(of.Reason), clean(of.Detail), of.StartedAt, packActs(of.Acts),
				v.Changes[number], v.RuledBy)
			if err != nil {
				return err
			}
		}
		return b.flush(ctx)
	})
}

const judgedTicketColumns = `t.repo_id, t.number, t.title, t.state, t.state_reason, t.author_id, t.created_at, t.updated_at, t.closed_at, t.labels, t.milestone,
	t.assignees, t.gone_at, t.gone_reason, t.gone_to, v.person_id, v.reason, v.detail, v.started_at, v.acts`

const judgedTicketFrom = ` FROM tickets t JOIN ticket_verdicts v ON v.repo_id = t.repo_id AND v.number = t.number`

func scanJudgedTicket(row scanner) (facts.JudgedTicket, error) {
	var j facts.JudgedTicket
	t, v := &j.Ticket, &j.TicketVerdict
	var labels, assignees string
	var acts []byte
	err := row.Scan(&t.Repo, &t.Number, &t.Title, &t.State, &t.StateReason, &t.Author.Identity, &t.CreatedAt, &t.UpdatedAt, &t.ClosedAt, &labels, &t.Milestone,
		&assignees, &t.GoneAt, &t.GoneReason, &t.GoneTo, &v.Person, &v.Reason, &v.Detail, &v.StartedAt, &acts)
	if err != nil {
		return j, err
	}
	if err := json.Unmarshal([]byte(labels), &t.Labels); err != nil {
		return j, err
	}
	if t.Assignees, err = identitiesFrom(assignees); err != nil {
		return j, err
	}
	v.Acts, err = unpackActs(acts)
	return j, err
}

// ticketsAtOnce is how many judged tickets are held until it is known who stands behind their accounts.
const ticketsAtOnce = 20_000

// JudgedTickets gives the judged tickets that the filter lets through, the newest first. Of what belongs to a ticket only what
// its verdict holds is there.
func (q *queries) JudgedTickets(ctx context.Context, f facts.TicketFilter) iter.Seq2[facts.JudgedTicket, error] {
	return func(yield func(facts.JudgedTicket, error) bool) {
		var last *facts.JudgedTicket
		for {
			some, err := q.judgedTicketsAfter(ctx, f, last)
			if err != nil {
				yield(facts.JudgedTicket{}, err)
				return
			}
			for _, t := range some {
				if !yield(t, nil) {
					return
				}
			}
			if len(some) < ticketsAtOnce {
				return
			}
			last = &some[len(some)-1]
		}
	}
}

// judgedTicketsAfter gives the next in the order of JudgedTickets, from the first on when last is nil.
func (q *queries) judgedTicketsAfter(ctx context.Context, f facts.TicketFilter, last *facts.JudgedTicket) ([]facts.JudgedTicket, error) {
	s := ticketStatement(f)
	if last != nil {
		s.where("t.created_at <= ? AND (t.created_at < ? OR t.repo_id > ? OR t.repo_id = ? AND t.number < ?)",
			last.CreatedAt, last.CreatedAt, int64(last.Repo), int64(last.Repo), last.Number)
	}
	some, err := list(ctx, q, "list judged tickets", scanJudgedTicket, `SELECT `+judgedTicketColumns+judgedTicketFrom+s.clause()+
		fmt.Sprintf(` ORDER BY t.created_at DESC, t.repo_id, t.number DESC LIMIT %d`, ticketsAtOnce), s.args...)
	if err != nil {
		return nil, err
	}
	return some, q.resolveJudged(ctx, some)
}

func (q *queries) resolveJudged(ctx context.Context, found []facts.JudgedTicket) error {
	return q.resolve(ctx, func(fn func(*facts.Actor)) {
		for i := range found {
			found[i].EachActor(fn)
		}
	})
}

// JudgedTicket gives one, gone or not; one that is held and not judged yet is facts.ErrNotFound.
func (q *queries) JudgedTicket(ctx context.Context, repo facts.RepoID, number int) (facts.JudgedTicket, error) {
	t, err := one(ctx, q, fmt.Sprintf("load judged ticket %d of repo=%d", number, repo), scanJudgedTicket,
		`SELECT `+judgedTicketColumns+judgedTicketFrom+` WHERE t.repo_id = $1 AND t.number = $2`, repo, number)
	if err != nil {
		return t, err
	}
	found := []facts.JudgedTicket{t}
	err = q.resolveJudged(ctx, found)
	return found[0], err
}

// HeldTickets streams tickets of a repo by number with all that belongs to them, gone or not, imported or not.
func (q *queries) HeldTickets(ctx context.Context, repo facts.RepoID, numbers []int) iter.Seq2[facts.Ticket, error] {
	return held(repo, numbers, func(repo facts.RepoID, some []int) ([]facts.Ticket, error) { return q.ticketBatch(ctx, repo, some) })
}
