package ingest

import (
	"context"
	"slices"
	"time"

	"weir/internal/facts"
	"weir/internal/github"
)

// compareEvery is how often all numbers of a repo are compared with those that are held. It costs a request for each hundred.
const compareEvery = 7 * 24 * time.Hour

// itemCompare is a comparing of all numbers under way.
type itemCompare struct {
	// After is where the next page begins; UpTo is the highest number that has been seen, up to which what is held is accounted for.
	After string `json:"after,omitempty"`
	UpTo  int    `json:"up_to,omitempty"`
}

// compare goes through the numbers of the server in the order in which they were made, when it is time: what is not held is
// read, and for what is held and was not listed the server is asked by number.
func (s *itemSync) compare(ctx context.Context, c *facts.Completeness) error {
	return s.compareBy(ctx, c, s.comparePage)
}

// compareBy goes from page to page until page says that it was the last.
func (s *itemSync) compareBy(ctx context.Context, c *facts.Completeness, page func(context.Context, []int) (last bool, err error)) error {
	if s.cursor.Compare == nil {
		if s.walked || !s.in.due(s.cursor.ComparedAt, compareEvery) {
			return nil
		}
		s.cursor.Compare = &itemCompare{}
	}
	held, err := s.held(ctx)
	if err != nil {
		return err
	}
	var there []int
	for _, n := range sortedKeys(held) {
		if held[n].GoneAt == 0 {
			there = append(there, n)
		}
	}
	for last := false; !last; {
		if last, err = page(ctx, there); err != nil {
			return err
		}
	}
	s.cursor.Compare = nil
	s.cursor.ComparedAt, c.FullAt = s.in.unix(), s.in.unix()
	if c.Held, err = s.in.Store.CountItems(ctx, s.repo.ID, s.kind); err != nil {
		return err
	}
	return s.saveCursor(ctx)
}

// comparePage compares one page of numbers with those that are held.
func (s *itemSync) comparePage(ctx context.Context, held []int) (last bool, err error) {
	at := s.cursor.Compare
	page, err := s.client.NumberPage(ctx, s.repo, s.kind, at.After, askAtOnce)
	if github.BadCursor(err) && at.After != "" {
		*at = itemCompare{}
		return false, nil
	}
	if err != nil {
		return false, err
	}
	if err := s.ours(page.Repo); err != nil {
		return false, err
	}
	missing, _, err := s.unheld(ctx, page.Items)
	if err != nil {
		return false, err
	}
	if err := s.readAll(ctx, missing); err != nil {
		return false, err
	}
	listed := make([]int, len(page.Items))
	for i, stub := range page.Items {
		listed[i] = stub.Number
	}
	unlisted, upTo := between(held, at.UpTo, listed, page.Next == "")
	for some := range chunks(unlisted, askAtOnce) {
		found, err := s.client.Numbers(ctx, s.repo, some)
		if err != nil {
			return false, err
		}
		if err := s.readOthers(ctx, found); err != nil {
			return false, err
		}
	}
	if at.After, at.UpTo = page.Next, upTo; page.Next == "" {
		return true, nil
	}
	if err := s.saveCursor(ctx); err != nil {
		return false, err
	}
	return false, s.pace(page.Budget)
}

// lack notes that one that is not held is about to be read. It was missing if it has not changed since everything was held.
func (s *itemSync) lack(stub github.Stub) {
	if stub.UpdatedAt >= s.cursor.Watermark-overlap {
		return
	}
	if s.lacking == nil {
		s.lacking = map[int]bool{}
	}
	s.lacking[stub.Number] = true
}

// repaired counts what was missing and is about to be saved. The count is saved with it, as a part of the cursor.
func (s *itemSync) repaired(page github.ItemPage) {
	for _, number := range numbersIn(page) {
		if s.lacking[number] {
			delete(s.lacking, number)
			s.cursor.Repaired++
		}
	}
}

// between gives the held numbers above from that a page passed over: up to the highest that it lists, or all when it is the last.
// held is in order.
func between(held []int, from int, listed []int, last bool) (unlisted []int, upTo int) {
	upTo = from
	if len(listed) > 0 {
		upTo = max(upTo, slices.Max(listed))
	}
	seen := make(map[int]bool, len(listed))
	for _, n := range listed {
		seen[n] = true
	}
	for _, n := range held {
		if n > from && (last || n <= upTo) && !seen[n] {
			unlisted = append(unlisted, n)
		}
	}
	return unlisted, upTo
}
