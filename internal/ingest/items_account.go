package ingest

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"weir/internal/facts"
	"weir/internal/github"
	"weir/internal/store"
)

// How much of the repair of gaps is done in one reading; the rest is for the next.
const askMost = 2_000

// askAgain is after how many seconds a number that was absent is asked for again, when something is missing.
const askAgain = 24 * 60 * 60

// account compares what the server says exists with what is held, repairs what is missing, and looks into
// what is held beyond that.
func (s *itemSync) account(ctx context.Context) error {
	c, err := s.in.Store.Completeness(ctx, s.repo.ID, s.kind)
	if err != nil && !errors.Is(err, facts.ErrNotFound) {
		return err
	}
	c.Repo, c.Kind, c.Note = s.repo.ID, s.kind, ""
	restored, err := s.restored(ctx)
	if err != nil {
		return err
	}
	if c.Held, err = s.in.Store.CountItems(ctx, s.repo.ID, s.kind); err != nil {
		return err
	}
	now := s.in.unix()
	c.Server, c.CheckedAt, c.Missing = int64(s.total), now, 0
	switch {
	case restored:
		c.Note = restoredNote
	default:
		err = s.settle(ctx, &c)
	}
	if err != nil {
		return err
	}
	return s.enter(ctx, c)
}

// enter writes the ledger.
func (s *itemSync) enter(ctx context.Context, c facts.Completeness) error {
	if s.off {
		c.Note = "Tickets are switched off in this repo on the server. Nothing that is held is dropped."
	}
	s.progress.state.Held, s.progress.state.Server, s.progress.state.ServerAt = c.Held, c.Server, c.CheckedAt
	c.Repaired += s.cursor.Repaired
	s.cursor.Repaired = 0
	return s.in.Store.InTx(ctx, func(tx *store.Tx) error {
		if err := tx.SaveCompleteness(ctx, c); err != nil {
			return err
		}
		return tx.SaveSyncCursor(ctx, s.repo.ID, s.kind, s.cursor)
	})
}

// settle finds out what is missing and what is held too much: by the counts after each reading, and by the numbers from time to
// time, for where one is missing and another one has gone the counts are equal.
func (s *itemSync) settle(ctx context.Context, c *facts.Completeness) error {
	if s.walked { // all of it has just been read
		s.cursor.ComparedAt = c.CheckedAt
	}
	if err := s.compare(ctx, c); err != nil {
		return err
	}
	switch {
	case c.Held < c.Server:
		return s.repair(ctx, c)
	case c.Held > c.Server:
		return s.askHeld(ctx, c)
	}
	s.cursor.AskFrom = 0
	if s.walked {
		c.FullAt = c.CheckedAt
	}
	return nil
}

// repair asks for the numbers that nothing accounts for, and reads what they are.
func (s *itemSync) repair(ctx context.Context, c *facts.Completeness) error {
	// What was of a service that was off is of this one now; what was absent long ago may be there.
	err := s.in.Store.InTx(ctx, func(tx *store.Tx) error {
		if err := tx.ForgetGaps(ctx, s.repo.ID, s.what(), 1, 0); err != nil {
			return err
		}
		now := s.in.unix() // an answer of the future is of a clock that was set back
		return tx.ForgetGaps(ctx, s.repo.ID, github.WhatAbsent, now-askAgain, now+askAgain)
	})
	if err != nil {
		return err
	}
	gaps, err := s.gaps(ctx)
	if err != nil {
		return err
	}
	ask := slices.DeleteFunc(slices.Clone(gaps), func(n int) bool {
		odd, is := s.cursor.Odd[n]
		return is && !s.in.due(odd.TriedAt, oddRest)
	})
	left := len(ask)
	for numbers := range chunks(ask[:min(len(ask), askMost)], askAtOnce) {
		found, err := s.client.Numbers(ctx, s.repo, numbers)
		if err != nil {
			return err
		}
		wanted, err := s.sort(ctx, found)
		if err != nil {
			return err
		}
		for _, stub := range wanted {
			s.lack(stub)
		}
		if err := s.readAll(ctx, wanted); err != nil {
			return err
		}
		left -= len(found)
	}
	if c.Held, err = s.in.Store.CountItems(ctx, s.repo.ID, s.kind); err != nil {
		return err
	}
	if left == 0 {
		c.FullAt = s.in.unix()
	}
	odd, err := s.unheldOdd(ctx)
	if err != nil {
		return err
	}
	c.Missing = int64(left) + odd
	if odd > 0 {
		c.Note = fmt.Sprintf("The server fails whenever it is asked for one of %d of them; each is tried again once a day.", odd)
	}
	return nil
}

// fewDeleted is how many of the newest items may have been deleted before it looks like a restored server.
const fewDeleted = 5

const restoredNote = "The server shows nothing as new as what is held: it may have been restored from an older backup. Nothing that is held is dropped."

// restored tells whether the server seems to be an older state of itself: it shows nothing as new as what it
// showed before, and that is not because the newest items were deleted, a few at most.
func (s *itemSync) restored(ctx context.Context) (bool, error) {
	if s.newest >= s.cursor.Watermark || s.cursor.Watermark <= 1 {
		return false, nil
	}
	held, err := s.held(ctx)
	if err != nil {
		return false, err
	}
	var newer []int
	for _, n := range sortedKeys(held) {
		if held[n].GoneAt == 0 && held[n].SyncedAt > s.newest {
			newer = append(newer, n)
		}
	}
	if len(newer) > fewDeleted {
		return true, nil
	}
	if len(newer) == 0 {
		return false, nil
	}
	found, err := s.client.Numbers(ctx, s.repo, newer)
	if err != nil {
		return false, err
	}
	for _, n := range found {
		if n.What == s.what() {
			return true, nil // it is there and older than it was
		}
	}
	_, err = s.sort(ctx, found)
	return false, err
}

// what is the word for this kind of item.
func (s *itemSync) what() string {
	if s.kind == facts.SyncTickets {
		return github.WhatTicket
	}
	return github.WhatPullRequest
}

// gaps are the numbers up to the highest that is known that are neither held nor asked for, the highest first.
func (s *itemSync) gaps(ctx context.Context) ([]int, error) {
	known, err := s.in.Store.Numbers(ctx, s.repo.ID)
	if err != nil {
		return nil, err
	}
	var gaps []int
	next := 1
	for _, n := range known {
		for ; next < n; next++ {
			gaps = append(gaps, next)
		}
		next = n + 1
	}
	slices.Reverse(gaps)
	return gaps, nil
}

// sort keeps what numbers are that are not of this kind, and gives those that are. One that is held and was
// explicitly not found is gone.
func (s *itemSync) sort(ctx context.Context, found []github.Numbered) ([]github.Stub, error) {
	var wanted []github.Stub
	var others []github.Numbered
	for _, n := range found {
		if n.What == s.what() {
			wanted = append(wanted, n.Stub)
		} else {
			others = append(others, n)
		}
	}
	if len(others) == 0 {
		return wanted, nil
	}
	lost, err := s.lost(ctx, others)
	if err != nil {
		return nil, err
	}
	gaps := make([]store.Gap, len(others))
	for i, n := range others {
		gaps[i] = store.Gap{Number: n.Number, What: n.What, AskedAt: s.in.unix()}
	}
	return wanted, s.in.Store.InTx(ctx, func(tx *store.Tx) error {
		for _, l := range lost {
			if err := s.markGone(ctx, tx, l); err != nil {
				return err
			}
		}
		for _, g := range gaps {
			if err := s.notOdd(ctx, tx, g.Number); err != nil {
				return err
			}
		}
		return tx.SaveGaps(ctx, s.repo.ID, gaps)
	})
}

// askHeld asks whether what is held still exists, some numbers at a time, from where the last reading left off.
func (s *itemSync) askHeld(ctx context.Context, c *facts.Completeness) error {
	held, err := s.held(ctx)
	if err != nil {
		return err
	}
	var numbers []int
	for _, n := range sortedKeys(held) {
		if held[n].GoneAt == 0 && n > s.cursor.AskFrom {
			numbers = append(numbers, n)
		}
	}
	asked := numbers[:min(len(numbers), askMost)]
	for some := range chunks(asked, askAtOnce) {
		found, err := s.client.Numbers(ctx, s.repo, some)
		if err != nil {
			return err
		}
		if err := s.readOthers(ctx, found); err != nil {
			return err
		}
		s.cursor.AskFrom = some[len(some)-1]
	}
	if len(asked) == len(numbers) {
		s.cursor.AskFrom, c.FullAt = 0, s.in.unix()
	}
	c.Held, err = s.in.Store.CountItems(ctx, s.repo.ID, s.kind)
	return err
}
