package ingest

import (
	"context"
	"errors"

	"weir/internal/facts"
	"weir/internal/github"
	"weir/internal/store"
)

// lostItem is one that is held and, as the server has said of that very one, is not there any more.
type lostItem struct {
	number int
	why    facts.GoneReason
	to     string
}

// lost tells of what numbers turned out to be which of the held items of this kind they have been, and what became of those.
func (s *itemSync) lost(ctx context.Context, others []github.Numbered) ([]lostItem, error) {
	numbers := make([]int, len(others))
	for i, n := range others {
		numbers[i] = n.Number
	}
	held, err := s.held(ctx, numbers...)
	if err != nil {
		return nil, err
	}
	var lost []lostItem
	for _, n := range others {
		if was, known := held[n.Number]; !known || was.GoneAt != 0 {
			continue
		}
		l, err := s.fate(ctx, n)
		if err != nil {
			return nil, err
		}
		if l.why != "" {
			lost = append(lost, l)
		}
	}
	return lost, nil
}

// fate tells what became of one. Of a ticket that GraphQL does not find any more REST knows where it went.
func (s *itemSync) fate(ctx context.Context, n github.Numbered) (lostItem, error) {
	l := lostItem{number: n.Number, why: facts.GoneDeleted}
	switch {
	case s.kind == facts.SyncPullRequests:
		return l, nil
	case n.What == github.WhatMoved:
		l.why, l.to = facts.GoneTransferred, n.To
		return l, nil
	case n.What == github.WhatPullRequest:
		l.why = facts.GoneConverted
		return l, nil
	}
	why, to, err := s.client.TicketFate(ctx, s.repo, n.Number)
	if errors.Is(err, github.ErrSwitchedOff) {
		s.off = true
		return lostItem{number: n.Number}, nil
	}
	if errors.Is(err, github.ErrForbidden) || errors.Is(err, github.ErrUnreadable) { // that it is gone is known already
		return l, nil
	}
	l.why, l.to = why, to
	return l, err
}

func (s *itemSync) markGone(ctx context.Context, tx *store.Tx, l lostItem) error {
	if s.kind == facts.SyncPullRequests {
		return tx.MarkPullRequestGone(ctx, s.repo.ID, l.number)
	}
	return tx.MarkTicketGone(ctx, s.repo.ID, l.number, l.why, l.to)
}

// readOthers takes the answer to a question about held numbers: what is gone is marked, and what has become another item than
// the one that is held is read.
func (s *itemSync) readOthers(ctx context.Context, found []github.Numbered) error {
	there, err := s.sort(ctx, found)
	if err != nil {
		return err
	}
	fresh, _, err := s.unheld(ctx, there)
	if err != nil {
		return err
	}
	return s.readAll(ctx, fresh)
}
