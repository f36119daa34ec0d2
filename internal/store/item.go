package store

import (
	"context"
	"fmt"
	"iter"

	"weir/internal/facts"
)

// Pull requests and tickets are items: they share the numbers of their repo, comments and events.

// itemTables are those of many rows, with what names a row beside the repo.
var itemTables = map[string]string{
	"comments": "kind, server_id", "reviews": "server_id", "events": "number, at, kind, actor_id, target_id, subject",
	"review_threads": "number, root_id", "pull_request_commits": "number, hash", "pull_request_heads": "number, hash",
	"pull_requests": "number", "tickets": "number", "raw_answers": "at, kind, hash",
	"pull_request_verdicts": "number", "ticket_verdicts": "number", "pull_request_sizes": "number",
}

// itemKey names one.
type itemKey struct {
	repo   facts.RepoID
	number int
}

func scanItemKey(row scanner) (k itemKey, err error) {
	err = row.Scan(&k.repo, &k.number)
	return k, err
}

// itemsAtOnce bounds how many items are held with all that belongs to them.
const itemsAtOnce = 200

// inBatches loads items some at a time, each time of one repo.
func inBatches[T any](keys func() ([]itemKey, error), load func(facts.RepoID, []int) ([]T, error)) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		var none T
		all, err := keys()
		if err != nil {
			yield(none, err)
			return
		}
		for len(all) > 0 {
			n := 0
			var numbers []int
			for n < len(all) && n < itemsAtOnce && all[n].repo == all[0].repo {
				numbers = append(numbers, all[n].number)
				n++
			}
			items, err := load(all[0].repo, numbers)
			if err != nil {
				yield(none, err)
				return
			}
			for _, item := range items {
				if !yield(item, nil) {
					return
				}
			}
			all = all[n:]
		}
	}
}

// held loads items of one repo by number, some at a time.
func held[T any](repo facts.RepoID, numbers []int, load func(facts.RepoID, []int) ([]T, error)) iter.Seq2[T, error] {
	return inBatches(func() ([]itemKey, error) {
		keys := make([]itemKey, len(numbers))
		for i, n := range numbers {
			keys[i] = itemKey{repo, n}
		}
		return keys, nil
	}, load)
}

// itemStatement selects the rows of a table that belong to items of a repo.
func itemStatement(alias string, repo facts.RepoID, numbers []int) *statement {
	s := &statement{}
	s.where(alias+".repo_id = ?", repo)
	whereIn(s, alias+".number", numbers)
	return s
}

// whereSpan bounds an instant that has happened; a span without bounds adds nothing.
func (s *statement) whereSpan(column string, span facts.Span) {
	if !span.Bounded() {
		return
	}
	s.where(column+" >= ?", max(span.From, 1))
	if span.To != 0 {
		s.where(column+" < ?", span.To)
	}
}

// whereTouched narrows items to those that may hold an act in a span.
func (s *statement) whereTouched(alias string, span facts.Span) {
	if !span.Bounded() {
		return
	}
	s.where(alias+".updated_at >= ?", span.From)
	if span.To != 0 {
		s.where(alias+".created_at < ?", span.To)
	}
}

// whereAuthors narrows to what people did, by any of their identities.
func (s *statement) whereAuthors(column string, people []facts.PersonID) {
	if len(people) > 0 {
		s.conds = append(s.conds, column+" IN (SELECT author.id FROM identities author WHERE author.person_id IN ("+inList(s, people)+"))")
	}
}

// whereTexts adds a condition that a column is one of some words; without words it adds none.
func whereTexts[T ~string](s *statement, column string, words []T) {
	if len(words) == 0 {
		return
	}
	marks := ""
	for i, word := range words {
		if i > 0 {
			marks += ","
		}
		marks += s.arg(string(word))
	}
	s.conds = append(s.conds, column+" IN ("+marks+")")
}

// HeldTime is what a sync needs to know of an item that is held.
type HeldTime struct {
	UpdatedAt, SyncedAt, GoneAt int64
	NodeID                      string
}

func (q *queries) heldTimes(ctx context.Context, table string, repo facts.RepoID, numbers []int) (map[int]HeldTime, error) {
	held := map[int]HeldTime{}
	s := itemStatement("t", repo, numbers)
	_, err := list(ctx, q, fmt.Sprintf("list times of %s of repo=%d", table, repo), func(row scanner) (n int, err error) {
		var h HeldTime
		err = row.Scan(&n, &h.UpdatedAt, &h.SyncedAt, &h.GoneAt, &h.NodeID)
		held[n] = h
		return n, err
	}, `SELECT t.number, t.updated_at, t.synced_at, t.gone_at, t.node_id FROM `+table+` t`+s.clause(), s.args...)
	return held, err
}
