package store

import (
	"context"
	"iter"

	"weir/internal/facts"
)

// acts unites what people did on pull requests and tickets. Closing is an event; a merge closes too, and
// is told once, as a merge.
const acts = `SELECT p.repo_id, p.number, 'pull_request_opened' AS kind, p.created_at AS at, p.author_id AS actor_id, p.author_id AS author_id, 0 AS ticket
		FROM pull_requests p WHERE p.gone_at = 0
	UNION ALL SELECT p.repo_id, p.number, 'pull_request_merged', p.merged_at, p.merged_by_id, p.author_id, 0
		FROM pull_requests p WHERE p.gone_at = 0 AND p.merged_at > 0
	UNION ALL SELECT p.repo_id, p.number, 'pull_request_closed', e.at, e.actor_id, p.author_id, 0
		FROM events e JOIN pull_requests p ON p.repo_id = e.repo_id AND p.number = e.number
		WHERE e.kind = 'closed' AND p.gone_at = 0 AND (p.merged_at = 0 OR p.merged_at <> e.at)
	UNION ALL SELECT p.repo_id, p.number, 'reviewed', r.submitted_at, r.author_id, p.author_id, 0
		FROM reviews r JOIN pull_requests p ON p.repo_id = r.repo_id AND p.number = r.number WHERE r.gone_at = 0 AND p.gone_at = 0
	UNION ALL SELECT p.repo_id, p.number, 'commented', c.created_at, c.author_id, p.author_id, 0
		FROM comments c JOIN pull_requests p ON p.repo_id = c.repo_id AND p.number = c.number WHERE c.gone_at = 0 AND p.gone_at = 0
	UNION ALL SELECT t.repo_id, t.number, 'commented', c.created_at, c.author_id, t.author_id, 1
		FROM comments c JOIN tickets t ON t.repo_id = c.repo_id AND t.number = c.number WHERE c.gone_at = 0 AND t.gone_at = 0
	UNION ALL SELECT t.repo_id, t.number, 'ticket_opened', t.created_at, t.author_id, t.author_id, 1
		FROM tickets t WHERE t.gone_at = 0
	UNION ALL SELECT t.repo_id, t.number, 'ticket_closed', e.at, e.actor_id, t.author_id, 1
		FROM events e JOIN tickets t ON t.repo_id = e.repo_id AND t.number = e.number WHERE e.kind = 'closed' AND t.gone_at = 0`

// Acts streams what people did on pull requests and tickets in a span, in order of time. With people or
// repos given, of those alone.
func (q *queries) Acts(ctx context.Context, span facts.Span, people []facts.PersonID, repos []facts.RepoID) iter.Seq2[facts.Act, error] {
	s := &statement{}
	s.whereSpan("a.at", span)
	s.conds = append(s.conds, "a.repo_id IN ("+liveRepos+")")
	whereIn(s, "a.repo_id", repos)
	whereIn(s, "i.person_id", people)
	return stream(ctx, q, "list acts", func(row scanner) (a facts.Act, err error) {
		err = row.Scan(&a.Repo, &a.Number, &a.Kind, &a.At, &a.Person, &a.Author, &a.Ticket)
		return a, err
	}, `SELECT a.repo_id, a.number, a.kind, a.at, COALESCE(i.person_id, 0), COALESCE(o.person_id, 0), a.ticket FROM (`+acts+`) a
		LEFT JOIN identities i ON i.id = a.actor_id LEFT JOIN identities o ON o.id = a.author_id`+s.clause()+
		` ORDER BY a.at, a.repo_id, a.number, a.kind, a.actor_id`, s.args...)
}
