package ingest

import (
	"context"

	"weir/internal/facts"
	"weir/internal/github"
	"weir/internal/store"
)

// save keeps a page of whole items and how far the reading has come, in one transaction.
func (s *itemSync) save(ctx context.Context, page github.ItemPage) error {
	if err := s.in.people.actors(ctx, s.work, page); err != nil {
		return err
	}
	gone, err := s.missing(ctx, page)
	if err != nil {
		return err
	}
	now := s.in.unix()
	if err := s.date(ctx, page.PullRequests, now); err != nil {
		return err
	}
	s.repaired(page)
	s.noteUnsettled(page)
	if len(page.PullRequests)+len(page.Tickets) > 0 {
		s.oddInRow = 0
	}
	for i := range page.PullRequests {
		// A merge may supersede commits, and so may a head that was pushed over.
		s.changed = s.changed || page.PullRequests[i].ClosedAt != 0 || len(page.PullRequests[i].Heads) > 1
	}
	return s.in.Store.InTx(ctx, func(tx *store.Tx) error {
		if err := tx.SavePullRequests(ctx, s.repo.ID, page.PullRequests); err != nil {
			return err
		}
		if err := tx.SaveTickets(ctx, s.repo.ID, page.Tickets); err != nil {
			return err
		}
		if err := gone.apply(ctx, tx, s.repo.ID); err != nil {
			return err
		}
		if err := s.noLongerDue(ctx, tx, numbersIn(page)); err != nil {
			return err
		}
		if err := s.notOdd(ctx, tx, numbersIn(page)...); err != nil {
			return err
		}
		for _, raw := range page.Raw {
			if err := tx.SaveRawAnswer(ctx, s.repo.ID, store.RawAnswer{At: now, Kind: s.kind, Body: raw}); err != nil {
				return err
			}
		}
		return tx.SaveSyncCursor(ctx, s.repo.ID, s.kind, s.cursor)
	})
}

// numbersIn gives the numbers of the items of a page.
func numbersIn(page github.ItemPage) []int {
	numbers := make([]int, 0, len(page.PullRequests)+len(page.Tickets))
	for i := range page.PullRequests {
		numbers = append(numbers, page.PullRequests[i].Number)
	}
	for i := range page.Tickets {
		numbers = append(numbers, page.Tickets[i].Number)
	}
	return numbers
}

// noteUnsettled notes what was read in the second in which it changed. It is read once more, but by another reading: in
// this one the second is hardly over.
func (s *itemSync) noteUnsettled(page github.ItemPage) {
	note := func(number int, updatedAt, syncedAt int64) {
		if syncedAt >= updatedAt {
			return
		}
		if s.unsettled == nil {
			s.unsettled = map[int]int64{}
		}
		s.unsettled[number] = updatedAt
	}
	for i := range page.PullRequests {
		note(page.PullRequests[i].Number, page.PullRequests[i].UpdatedAt, page.PullRequests[i].SyncedAt)
	}
	for i := range page.Tickets {
		note(page.Tickets[i].Number, page.Tickets[i].UpdatedAt, page.Tickets[i].SyncedAt)
	}
}

// date says when things were seen: heads and resolved threads now, a commit that a pull request did not
// have when it was read last, not before that.
func (s *itemSync) date(ctx context.Context, pulls []facts.PullRequest, now int64) error {
	if len(pulls) == 0 {
		return nil
	}
	numbers := make([]int, len(pulls))
	for i := range pulls {
		numbers[i] = pulls[i].Number
	}
	held, err := s.in.Store.PullRequestTimes(ctx, s.repo.ID, numbers...)
	if err != nil {
		return err
	}
	for i := range pulls {
		p := &pulls[i]
		earliest := max(p.CreatedAt, held[p.Number].SyncedAt)
		for j := range p.Commits {
			p.Commits[j].AddedAt = earliest
		}
		for j := range p.Heads {
			p.Heads[j].SeenAt = now
		}
		for j := range p.Threads {
			if p.Threads[j].Resolved {
				p.Threads[j].ResolvedAt = now
			}
		}
	}
	return nil
}

// partsGone are parts of items that the server said do not exist, and parts that it showed.
type partsGone struct {
	reviews, reviewsBack   []int64
	comments, commentsBack map[facts.CommentKind][]int64
}

// apply marks what is gone and takes back what is not.
func (g partsGone) apply(ctx context.Context, tx *store.Tx, repo facts.RepoID) error {
	if err := tx.MarkReviewsGone(ctx, repo, g.reviews...); err != nil {
		return err
	}
	if err := tx.ReviveReviews(ctx, repo, g.reviewsBack...); err != nil {
		return err
	}
	for kind, ids := range g.comments {
		if err := tx.MarkCommentsGone(ctx, repo, kind, ids...); err != nil {
			return err
		}
	}
	for kind, ids := range g.commentsBack {
		if err := tx.ReviveComments(ctx, repo, kind, ids...); err != nil {
			return err
		}
	}
	return nil
}

// part is a review or a comment that is held; kind is empty for a review.
type part struct {
	kind facts.CommentKind
	id   int64
}

// missing finds parts that are held and that a whole answer does not have, and asks for those very ones. Only
// what the server then says outright does not exist is gone.
func (s *itemSync) missing(ctx context.Context, page github.ItemPage) (partsGone, error) {
	gone := partsGone{comments: map[facts.CommentKind][]int64{}, commentsBack: map[facts.CommentKind][]int64{}}
	shown := map[part]bool{}
	var numbers []int
	note := func(number int, reviews []facts.Review, comments []facts.Comment) {
		numbers = append(numbers, number)
		for _, r := range reviews {
			shown[part{"", r.ServerID}] = true
			gone.reviewsBack = append(gone.reviewsBack, r.ServerID)
		}
		for _, c := range comments {
			shown[part{c.Kind, c.ServerID}] = true
			gone.commentsBack[c.Kind] = append(gone.commentsBack[c.Kind], c.ServerID)
		}
	}
	for i := range page.PullRequests {
		note(page.PullRequests[i].Number, page.PullRequests[i].Reviews, page.PullRequests[i].Comments)
	}
	for i := range page.Tickets {
		note(page.Tickets[i].Number, nil, page.Tickets[i].Comments)
	}
	if len(numbers) == 0 {
		return gone, nil
	}
	held, err := s.in.Store.PartNodes(ctx, s.repo.ID, numbers...)
	if err != nil {
		return gone, err
	}
	var unseen []store.PartNode
	for _, h := range held {
		if !shown[part{h.Kind, h.ServerID}] && h.NodeID != "" {
			unseen = append(unseen, h)
		}
	}
	return gone, s.askParts(ctx, unseen, &gone)
}

func (s *itemSync) askParts(ctx context.Context, unseen []store.PartNode, gone *partsGone) error {
	for len(unseen) > 0 {
		some := unseen[:min(len(unseen), askAtOnce)]
		unseen = unseen[len(some):]
		ids := make([]string, len(some))
		for i, p := range some {
			ids[i] = p.NodeID
		}
		absent, err := s.client.Absent(ctx, ids)
		if err != nil {
			return err
		}
		for _, p := range some {
			switch {
			case !absent[p.NodeID]:
			case p.Kind == "":
				gone.reviews = append(gone.reviews, p.ServerID)
			default:
				gone.comments[p.Kind] = append(gone.comments[p.Kind], p.ServerID)
			}
		}
	}
	return nil
}
