package ingest

import (
	"context"
	"strconv"
	"time"

	"weir/internal/facts"
	"weir/internal/github"
	"weir/internal/store"
)

// oddItem is one that the server cannot give while it gives others. It is passed over until it changes, or has rested.
type oddItem struct {
	// TriedAt is when it was asked for last, UpdatedAt when it had changed then, as the server says.
	TriedAt   int64 `json:"tried_at"`
	UpdatedAt int64 `json:"updated_at"`
}

const (
	// oddRest is how long an odd item is left alone.
	oddRest = 24 * time.Hour
	// skipMost is how many new odd items in a row a reading goes on without: more, and something is wrong with all. What was
	// passed over stays so, and the next try comes as far again.
	skipMost = 20
	// itemUnreadable is the code of the problem that an odd item is.
	itemUnreadable = "item_unreadable"
)

// resting tells whether an item need not be asked for, because it cannot be given.
func (s *itemSync) resting(stub github.Stub) bool {
	odd, known := s.cursor.Odd[stub.Number]
	return known && odd.UpdatedAt == stub.UpdatedAt && !s.in.due(odd.TriedAt, oddRest)
}

// skip passes over one item that the server cannot give while it gives others. Where it gives nothing at all, the error stands.
func (s *itemSync) skip(ctx context.Context, stub github.Stub, err error) error {
	_, known := s.cursor.Odd[stub.Number]
	if ctx.Err() != nil || s.cursor.Size > 1 || !shrinks(err) || !known && s.oddInRow >= skipMost {
		return err
	}
	if !known {
		s.oddInRow++
	}
	return s.passOver(ctx, stub, err)
}

// passOver notes an odd item, if the server is alive: err is why it could not be read.
func (s *itemSync) passOver(ctx context.Context, stub github.Stub, err error) error {
	if _, alive := s.client.Stubs(ctx, s.repo, s.kind, "", 1); alive != nil {
		return err
	}
	if s.cursor.Odd == nil {
		s.cursor.Odd = map[int]oddItem{}
	}
	s.cursor.Odd[stub.Number] = oddItem{TriedAt: s.in.unix(), UpdatedAt: stub.UpdatedAt}
	s.progress.state.Problems = int64(len(s.cursor.Odd))
	return s.in.Store.InTx(ctx, func(tx *store.Tx) error {
		err := tx.SaveProblems(ctx, s.repo.ID, []facts.Problem{{
			Kind: s.kind, Item: oddName(stub.Number), Code: itemUnreadable, SeenAt: s.in.unix(),
			Cause: "The server fails whenever it is asked for this one alone. It is tried again when it changes, and once a day.",
		}})
		if err != nil {
			return err
		}
		return tx.SaveSyncCursor(ctx, s.repo.ID, s.kind, s.cursor)
	})
}

func oddName(number int) string { return "#" + strconv.Itoa(number) }

// stepOver goes past the item that the next page would begin with.
func (s *itemSync) stepOver(ctx context.Context, after string, err error) (github.ItemPage, error) {
	stubs, alive := s.client.Stubs(ctx, s.repo, s.kind, after, 1)
	if alive != nil || len(stubs.Items) == 0 {
		return github.ItemPage{}, err
	}
	if err := s.skip(ctx, stubs.Items[0], err); err != nil {
		return github.ItemPage{}, err
	}
	return github.ItemPage{Repo: stubs.Repo, Total: stubs.Total, Next: stubs.Next, Budget: stubs.Budget}, nil
}

// notOdd forgets odd items that were read, or are none of this kind any more. It belongs into the transaction that says so,
// before the cursor is saved there.
func (s *itemSync) notOdd(ctx context.Context, tx *store.Tx, numbers ...int) error {
	for _, n := range numbers {
		if _, odd := s.cursor.Odd[n]; !odd {
			continue
		}
		delete(s.cursor.Odd, n)
		if err := tx.ClearProblem(ctx, s.repo.ID, s.kind, oddName(n)); err != nil {
			return err
		}
	}
	s.progress.state.Problems = int64(len(s.cursor.Odd))
	return nil
}

// retryOdd asks once more for the odd items that have rested, each alone.
func (s *itemSync) retryOdd(ctx context.Context) error {
	var rested []int
	for _, n := range sortedKeys(s.cursor.Odd) {
		if s.in.due(s.cursor.Odd[n].TriedAt, oddRest) {
			rested = append(rested, n)
		}
	}
	for numbers := range chunks(rested, askAtOnce) {
		found, err := s.client.Numbers(ctx, s.repo, numbers)
		if err != nil {
			return err
		}
		wanted, err := s.sort(ctx, found)
		if err != nil {
			return err
		}
		for _, stub := range wanted {
			if err := s.retry(ctx, stub); err != nil {
				return err
			}
		}
	}
	return nil
}

func (s *itemSync) retry(ctx context.Context, stub github.Stub) error {
	page, err := s.byID(ctx, []github.Stub{stub}, github.FewSmall)
	switch {
	case err == nil:
		err = s.save(ctx, page)
	case ctx.Err() == nil && shrinks(err):
		err = s.passOver(ctx, stub, err)
	}
	if err != nil {
		return err
	}
	return s.pace(page.Budget)
}

// unheldOdd counts the odd items of which nothing is held, not even an older state.
func (s *itemSync) unheldOdd(ctx context.Context) (int64, error) {
	if len(s.cursor.Odd) == 0 {
		return 0, nil
	}
	held, err := s.held(ctx, sortedKeys(s.cursor.Odd)...)
	return int64(len(s.cursor.Odd) - len(held)), err
}
