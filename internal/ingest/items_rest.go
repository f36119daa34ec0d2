package ingest

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"time"

	"weir/internal/facts"
	"weir/internal/github"
	"weir/internal/store"
)

// restStep is one list that is read of a repo. The first of a kind lists the items themselves.
type restStep struct {
	list github.RESTList
	// since tells that the list can be narrowed to what changed since an instant; others have the latest first.
	since bool
}

var restSteps = map[facts.SyncKind][]restStep{
	facts.SyncPullRequests: {{list: github.RESTPulls}, {list: github.RESTRemarks, since: true}, {list: github.RESTComments, since: true}, {list: github.RESTEvents}},
	facts.SyncTickets:      {{list: github.RESTTickets}, {list: github.RESTComments, since: true}, {list: github.RESTEvents}},
}

// runREST reads what changed since the watermark, or everything the first time, list by list. Where it is
// stands in the cursor, page by page; the watermark moves when all lists have been read.
func (s *itemSync) runREST(ctx context.Context) error {
	if err := s.readDueREST(ctx); err != nil {
		return err
	}
	if s.cursor.Walk == nil {
		s.cursor.Walk = &itemWalk{}
	}
	steps := restSteps[s.kind]
	for s.cursor.Walk.Step < len(steps) {
		ended, err := s.restPage(ctx, steps[s.cursor.Walk.Step])
		if err != nil {
			return err
		}
		if ended {
			s.cursor.Walk.Step++
			s.cursor.Walk.After, s.cursor.Walk.Since = "", 0
		}
		if err := s.saveCursor(ctx); err != nil {
			return err
		}
		if s.turnOver() && s.cursor.Walk.Step < len(steps) {
			return errSlice
		}
	}
	s.newest = cmp.Or(s.cursor.Walk.Top, s.cursor.Watermark) // a list that is unchanged has the top that it had
	s.walked = s.cursor.Watermark == 0
	s.cursor.Watermark, s.cursor.Walk = max(s.cursor.Watermark, s.newest, 1), nil
	if err := s.completeREST(ctx); err != nil {
		return err
	}
	return s.finish(ctx)
}

func (s *itemSync) saveCursor(ctx context.Context) error {
	return s.in.Store.InTx(ctx, func(tx *store.Tx) error { return tx.SaveSyncCursor(ctx, s.repo.ID, s.kind, s.cursor) })
}

// restPage reads one page of a list and tells whether that was the last that is needed.
func (s *itemSync) restPage(ctx context.Context, step restStep) (ended bool, err error) {
	from := max(0, s.cursor.Watermark-overlap)
	if s.cursor.Watermark <= 1 {
		from = 0
	}
	etag, since := "", int64(0)
	first := s.cursor.Walk.After == ""
	if first && !step.since {
		etag = s.cursor.ETags[string(step.list)]
	}
	if step.since {
		since = max(from, s.cursor.Walk.Since)
	}
	page, err := s.client.REST(ctx, s.repo, step.list, s.cursor.Walk.After, since, etag)
	if err != nil || page.Unchanged {
		return page.Unchanged, err
	}
	if err := s.saveREST(ctx, page); err != nil {
		return false, err
	}
	if first && s.cursor.Walk.Step == 0 {
		s.cursor.Walk.Top = page.Newest
	}
	if first && !step.since {
		s.keepETag(step.list, page)
	}
	if s.cursor.Walk.After = page.Next; step.since && page.Next != "" && page.Newest > since {
		// Not by the page's number: an item that changes meanwhile moves to the end, and another would be missed.
		s.cursor.Walk.Since, s.cursor.Walk.After = page.Newest, ""
	}
	s.cursor.Walk.Read += int64(len(page.PullRequests) + len(page.Tickets))
	s.progress.report(ctx, kindNames[s.kind], s.cursor.Walk.Read, 0)
	return page.Next == "" || !step.since && page.Oldest < from, nil
}

// keepETag notes how a list was marked. One with something unsettled is read again: what else happens in that second may leave
// the mark as it is.
func (s *itemSync) keepETag(list github.RESTList, page github.RESTPage) {
	switch {
	case unsettled(page):
		delete(s.cursor.ETags, string(list))
	case page.ETag != "":
		if s.cursor.ETags == nil {
			s.cursor.ETags = map[string]string{}
		}
		s.cursor.ETags[string(list)] = page.ETag
	}
}

// saveREST keeps a page, with the reviews of those pull requests that are not held as they are now.
func (s *itemSync) saveREST(ctx context.Context, page github.RESTPage) error {
	items := github.ItemPage{Tickets: page.Tickets, Raw: [][]byte{page.Raw}}
	changed, err := s.changedPulls(ctx, page.PullRequests)
	if err != nil {
		return err
	}
	parts, err := s.earlierParts(ctx, page)
	if err != nil {
		return err
	}
	page.Comments, page.Events = append(page.Comments, parts.Comments...), append(page.Events, parts.Events...)
	for _, p := range changed {
		if p.Reviews, err = s.client.RESTReviews(ctx, s.repo, p.Number); err != nil {
			return err
		}
		items.PullRequests = append(items.PullRequests, p)
	}
	for i := range items.Tickets {
		items.Tickets[i].SyncedAt = items.Tickets[i].UpdatedAt
	}
	comments, events, err := s.ofKind(ctx, page)
	if err != nil {
		return err
	}
	// Comments and events are saved through an item of their own, for its actors.
	loose := github.ItemPage{PullRequests: []facts.PullRequest{{Comments: comments, Events: events}}}
	for _, p := range []github.ItemPage{items, loose} {
		if err := s.in.people.actors(ctx, s.work, p); err != nil {
			return err
		}
	}
	return s.writeREST(ctx, items, comments, events)
}

func (s *itemSync) writeREST(ctx context.Context, items github.ItemPage, comments []facts.Comment, events []facts.Event) error {
	now := s.in.unix()
	if err := s.date(ctx, items.PullRequests, now); err != nil {
		return err
	}
	s.changed = s.changed || len(items.PullRequests) > 0
	s.repaired(items)
	s.noteUnsettled(items)
	return s.in.Store.InTx(ctx, func(tx *store.Tx) error {
		return errors.Join(
			tx.SavePullRequests(ctx, s.repo.ID, items.PullRequests),
			tx.SaveTickets(ctx, s.repo.ID, items.Tickets),
			tx.SaveComments(ctx, s.repo.ID, comments),
			tx.SaveEvents(ctx, s.repo.ID, events),
			tx.SaveRawAnswer(ctx, s.repo.ID, store.RawAnswer{At: now, Kind: s.kind, Body: items.Raw[0]}),
			tx.SaveSyncCursor(ctx, s.repo.ID, s.kind, s.cursor),
		)
	})
}

// unsettled tells whether a page has a pull request that is to be read once more.
func unsettled(page github.RESTPage) bool {
	return slices.ContainsFunc(page.PullRequests, func(p facts.PullRequest) bool { return p.SyncedAt < p.UpdatedAt })
}

// changedPulls are those that are not held as they are now.
func (s *itemSync) changedPulls(ctx context.Context, pulls []facts.PullRequest) ([]facts.PullRequest, error) {
	if len(pulls) == 0 {
		return nil, nil
	}
	numbers := make([]int, len(pulls))
	for i := range pulls {
		numbers[i] = pulls[i].Number
	}
	held, err := s.held(ctx, numbers...)
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(slices.Clone(pulls), func(p facts.PullRequest) bool {
		was, known := held[p.Number]
		return known && was.GoneAt == 0 && (p.UpdatedAt <= was.SyncedAt || s.unsettled[p.Number] == p.UpdatedAt)
	}), nil
}

// ofKind leaves out what belongs to items of the other kind: the lists do not tell them apart.
func (s *itemSync) ofKind(ctx context.Context, page github.RESTPage) ([]facts.Comment, []facts.Event, error) {
	if len(page.Comments)+len(page.Events) == 0 {
		return nil, nil, nil
	}
	numbers := map[int]bool{}
	for _, c := range page.Comments {
		numbers[c.Number] = true
	}
	for _, e := range page.Events {
		numbers[e.Number] = true
	}
	held, err := s.held(ctx, sortedKeys(numbers)...)
	if err != nil {
		return nil, nil, err
	}
	with := map[int]bool{} // what is about to be saved with them
	for i := range page.PullRequests {
		with[page.PullRequests[i].Number] = true
	}
	for i := range page.Tickets {
		with[page.Tickets[i].Number] = true
	}
	other := func(n int) bool { _, known := held[n]; return !known && !with[n] }
	return slices.DeleteFunc(page.Comments, func(c facts.Comment) bool { return other(c.Number) }),
		slices.DeleteFunc(page.Events, func(e facts.Event) bool { return other(e.Number) }), nil
}

// completeREST fills in what only events tell, and compares the counts.
func (s *itemSync) completeREST(ctx context.Context) error {
	if err := s.in.Store.InTx(ctx, func(tx *store.Tx) error { return tx.CompleteFromEvents(ctx, s.repo.ID) }); err != nil {
		return err
	}
	server, err := s.countREST(ctx)
	if err != nil {
		return err
	}
	held, err := s.in.Store.CountItems(ctx, s.repo.ID, s.kind)
	if err != nil {
		return err
	}
	c, err := s.in.Store.Completeness(ctx, s.repo.ID, s.kind)
	if err != nil && !errors.Is(err, facts.ErrNotFound) {
		return err
	}
	c.Repo, c.Kind, c.Server, c.Held, c.CheckedAt, c.Note = s.repo.ID, s.kind, int64(server), held, s.in.unix(), ""
	c.Missing = max(0, c.Server-c.Held)
	if err := s.settleREST(ctx, &c); err != nil {
		return err
	}
	return s.enter(ctx, c)
}

// settleREST finds out what is missing and what is held too much, as settle does.
func (s *itemSync) settleREST(ctx context.Context, c *facts.Completeness) error {
	if restored, err := s.restoredREST(ctx); err != nil || restored {
		c.Note = restoredNote
		return err
	}
	if s.walked {
		s.cursor.ComparedAt = c.CheckedAt
	}
	if err := s.compareREST(ctx, c); err != nil {
		return err
	}
	switch c.Missing = max(0, c.Server-c.Held); {
	case c.Held > c.Server:
		return s.askHeldREST(ctx, c)
	case c.Missing > 0 && s.in.due(s.cursor.Again, askAgain*time.Second):
		s.cursor.Again, s.cursor.ComparedAt = c.CheckedAt, 0 // the next reading finds out which
	case c.Missing == 0 && s.walked:
		c.FullAt = c.CheckedAt
	}
	return nil
}

// restoredREST tells whether the server seems to be an older state of itself, as restored does. One by one is asked for later.
func (s *itemSync) restoredREST(ctx context.Context) (bool, error) {
	if s.newest >= s.cursor.Watermark || s.cursor.Watermark <= 1 {
		return false, nil
	}
	held, err := s.held(ctx)
	newer := 0
	for _, h := range held {
		if h.GoneAt == 0 && h.SyncedAt > s.newest {
			newer++
		}
	}
	return newer > fewDeleted, err
}

// askMostREST is how many numbers are asked for in one reading where each is a request.
const askMostREST = 100

// askHeldREST asks whether what is held still exists, some numbers at a time, from where the last reading left off.
func (s *itemSync) askHeldREST(ctx context.Context, c *facts.Completeness) error {
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
	asked := numbers[:min(len(numbers), askMostREST)]
	for _, n := range asked {
		if err := s.askREST(ctx, n); err != nil {
			return err
		}
		s.cursor.AskFrom = n
	}
	if len(asked) == len(numbers) {
		s.cursor.AskFrom, c.FullAt = 0, c.CheckedAt
	}
	c.Held, err = s.in.Store.CountItems(ctx, s.repo.ID, s.kind)
	return err
}

// countREST is how many the server says there are: its list of issues holds pull requests too.
func (s *itemSync) countREST(ctx context.Context) (int, error) {
	pulls, err := s.client.RESTCount(ctx, s.repo, github.RESTPulls)
	if err != nil || s.kind == facts.SyncPullRequests {
		return pulls, err
	}
	all, err := s.client.RESTCount(ctx, s.repo, github.RESTTickets)
	return all - pulls, err
}
