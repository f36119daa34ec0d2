package store

import (
	"context"
	"fmt"
	"slices"

	"weir/internal/facts"
)

// SaveEvents adds events. One that is known changes nothing.
func (t *Tx) SaveEvents(ctx context.Context, repo facts.RepoID, events []facts.Event) error {
	b := t.bulk(fmt.Sprintf("save events of repo=%d", repo), "events", "repo_id, number, at, kind, actor_id, target_id, subject",
		"ON CONFLICT (repo_id, number, at, kind, actor_id, target_id, subject) DO NOTHING")
	for _, e := range events {
		err := b.add(ctx, int64(repo), int64(e.Number), e.At, string(e.Kind), int64(e.Actor.Identity), int64(e.Target.Identity), clean(e.Subject))
		if err != nil {
			return err
		}
	}
	if err := b.flush(ctx); err != nil {
		return err
	}
	if err := t.dropVague(ctx, repo, events); err != nil {
		return err
	}
	if err := t.dropNameless(ctx, repo, events); err != nil {
		return err
	}
	return t.changed(ctx, repo, numbersOf(events, func(x *facts.Event) int { return x.Number }), "pull_requests", "tickets")
}

// dropVague drops what REST tells of a forced push or of another base where GraphQL has told the same in full.
func (t *Tx) dropVague(ctx context.Context, repo facts.RepoID, events []facts.Event) error {
	var numbers []int
	for _, e := range events {
		if e.Kind == facts.EventHeadForcePushed || e.Kind == facts.EventBaseChanged {
			numbers = append(numbers, e.Number)
		}
	}
	if len(numbers) == 0 {
		return nil
	}
	s := &statement{}
	s.where("repo_id = ?", repo)
	whereIn(s, "number", numbers)
	s.where("kind = ? OR kind = ?", string(facts.EventHeadForcePushed), string(facts.EventBaseChanged))
	s.conds = append(s.conds, `subject = ''`, `EXISTS (SELECT 1 FROM events o WHERE o.repo_id = events.repo_id AND o.number = events.number
		AND o.at = events.at AND o.kind = events.kind AND o.actor_id = events.actor_id AND o.subject <> '')`)
	_, err := t.exec(ctx, fmt.Sprintf("drop vague events of repo=%d", repo), `DELETE FROM events`+s.clause(), s.args...)
	return err
}

// dropNameless drops events of nobody where the same is held of somebody: the account is gone since.
func (t *Tx) dropNameless(ctx context.Context, repo facts.RepoID, events []facts.Event) error {
	var numbers []int
	for _, e := range events {
		if e.Actor.Identity == 0 {
			numbers = append(numbers, e.Number)
		}
	}
	slices.Sort(numbers)
	for some := range slices.Chunk(slices.Compact(numbers), itemsAtOnce) {
		s := &statement{}
		s.where("repo_id = ?", repo)
		whereIn(s, "number", some)
		s.conds = append(s.conds, `actor_id = 0`, `EXISTS (SELECT 1 FROM events o WHERE o.repo_id = events.repo_id AND o.number = events.number
			AND o.at = events.at AND o.kind = events.kind AND o.actor_id <> 0 AND o.target_id = events.target_id AND o.subject = events.subject)`)
		if _, err := t.exec(ctx, fmt.Sprintf("drop nameless events of repo=%d", repo), `DELETE FROM events`+s.clause(), s.args...); err != nil {
			return err
		}
	}
	return nil
}

// eachEvent gives the events of items, each item's in order of time.
func (q *queries) eachEvent(ctx context.Context, repo facts.RepoID, numbers []int, fn func(facts.Event)) error {
	s := itemStatement("e", repo, numbers)
	_, err := list(ctx, q, fmt.Sprintf("load events of repo=%d", repo), func(row scanner) (facts.Event, error) {
		e := facts.Event{Repo: repo}
		err := row.Scan(&e.Number, &e.At, &e.Kind, &e.Actor.Identity, &e.Target.Identity, &e.Subject)
		fn(e)
		return e, err
	}, `SELECT e.number, e.at, e.kind, e.actor_id, e.target_id, e.subject FROM events e`+s.clause()+
		` ORDER BY e.number, e.at, e.kind, e.subject, e.actor_id, e.target_id`, s.args...)
	return err
}
