package ingest

import (
	"context"
	"errors"

	"weir/internal/facts"
	"weir/internal/github"
	"weir/internal/store"
)

// readOneREST reads one item by its number and saves it; one that the server says is not there is marked as gone.
func (s *itemSync) readOneREST(ctx context.Context, number int) error {
	page := github.RESTPage{Raw: []byte("[]")}
	var err error
	if s.kind == facts.SyncTickets {
		var k facts.Ticket
		k, err = s.client.RESTTicket(ctx, s.repo, number)
		page.Tickets = []facts.Ticket{k}
	} else {
		var p facts.PullRequest
		p, err = s.client.RESTPullRequest(ctx, s.repo, number)
		page.PullRequests = []facts.PullRequest{p}
	}
	switch {
	case errors.Is(err, github.ErrNotFound), errors.Is(err, github.ErrGone):
		return s.goneREST(ctx, number)
	case err != nil:
		return err
	}
	return s.saveREST(ctx, page)
}

// askREST marks an item as gone when the server says so of that very one.
func (s *itemSync) askREST(ctx context.Context, number int) (err error) {
	if s.kind == facts.SyncTickets {
		_, err = s.client.RESTTicket(ctx, s.repo, number)
	} else {
		_, err = s.client.RESTPullRequest(ctx, s.repo, number)
	}
	if errors.Is(err, github.ErrNotFound) || errors.Is(err, github.ErrGone) {
		return s.goneREST(ctx, number)
	}
	return err
}

// goneREST marks an item that is held, with what became of it.
func (s *itemSync) goneREST(ctx context.Context, number int) error {
	lost, err := s.lost(ctx, []github.Numbered{{Stub: github.Stub{Number: number}, What: github.WhatAbsent}})
	if err != nil || len(lost) == 0 {
		return err
	}
	return s.in.Store.InTx(ctx, func(tx *store.Tx) error { return s.markGone(ctx, tx, lost[0]) })
}

// readDueREST reads the items that are due, one by one.
func (s *itemSync) readDueREST(ctx context.Context) error {
	due, err := s.in.Store.ItemsDue(ctx, s.repo.ID, s.kind)
	if err != nil {
		return err
	}
	for _, n := range sortedKeys(due) {
		if err := s.readOneREST(ctx, n); err != nil {
			return err
		}
		err := s.in.Store.InTx(ctx, func(tx *store.Tx) error { return tx.ItemsRead(ctx, s.repo.ID, s.kind, n, due[n]) })
		if err != nil {
			return err
		}
	}
	return nil
}

// earlierParts reads the comments and events of items that are not held and are older than what the lists of a repo are read
// for: those that were missing, and those that were transferred to here.
func (s *itemSync) earlierParts(ctx context.Context, page github.RESTPage) (parts facts.PullRequest, err error) {
	created, updated := map[int]int64{}, map[int]int64{}
	for i := range page.PullRequests {
		p := &page.PullRequests[i]
		created[p.Number], updated[p.Number] = p.CreatedAt, p.UpdatedAt
	}
	for i := range page.Tickets {
		k := &page.Tickets[i]
		created[k.Number], updated[k.Number] = k.CreatedAt, k.UpdatedAt
	}
	if len(created) == 0 {
		return parts, nil
	}
	held, err := s.held(ctx, sortedKeys(created)...)
	if err != nil {
		return parts, err
	}
	for _, n := range sortedKeys(created) {
		was, known := held[n]
		if known && was.GoneAt == 0 {
			continue
		}
		// The list of events may have been read when this one was not held and its events were passed over.
		delete(s.cursor.ETags, string(github.RESTEvents))
		if s.cursor.Watermark <= 1 || created[n] >= s.cursor.Watermark-overlap {
			continue
		}
		if !known {
			s.lack(github.Stub{Number: n, UpdatedAt: updated[n]})
		}
		comments, events, err := s.client.RESTParts(ctx, s.repo, n, s.kind == facts.SyncPullRequests)
		if err != nil {
			return parts, err
		}
		parts.Comments, parts.Events = append(parts.Comments, comments...), append(parts.Events, events...)
	}
	return parts, nil
}

// compareREST is compare by the list of issues, which holds pull requests too and is the smallest that there is.
func (s *itemSync) compareREST(ctx context.Context, c *facts.Completeness) error {
	return s.compareBy(ctx, c, s.comparePageREST)
}

func (s *itemSync) comparePageREST(ctx context.Context, held []int) (last bool, err error) {
	at := s.cursor.Compare
	page, err := s.client.REST(ctx, s.repo, github.RESTNumbers, at.After, 0, "")
	if err != nil {
		return false, err
	}
	var listed []int
	var missing []github.Stub
	for _, n := range page.Numbers {
		if n.What == s.what() {
			listed, missing = append(listed, n.Number), append(missing, n.Stub)
		}
	}
	if missing, _, err = s.unheld(ctx, missing); err != nil {
		return false, err
	}
	for _, stub := range missing {
		if err := s.readOneREST(ctx, stub.Number); err != nil {
			return false, err
		}
	}
	unlisted, upTo := between(held, at.UpTo, listed, page.Next == "")
	for _, n := range unlisted {
		if err := s.askREST(ctx, n); err != nil {
			return false, err
		}
	}
	if at.After, at.UpTo = page.Next, upTo; page.Next == "" {
		return true, nil
	}
	if err := s.saveCursor(ctx); err != nil {
		return false, err
	}
	if s.turnOver() {
		return false, errSlice
	}
	return false, nil
}
