package ingest

import (
	"context"
	"time"

	"weir/internal/facts"
	"weir/internal/github"
	"weir/internal/store"
)

const (
	sweepEvery = 6 * time.Hour
	// sweepFor is how long after its end a pull request is still looked at.
	sweepFor    = 14 * 24 * time.Hour
	sweepAtOnce = 50
)

// sweep looks at open and lately closed pull requests for what does not change when they were updated: a
// thread that was resolved, a comment that was deleted. What differs in more than that is read in full.
func (s *itemSync) sweep(ctx context.Context) error {
	if s.kind != facts.SyncPullRequests || s.cursor.SweepFrom == 0 && !s.in.due(s.cursor.SweptAt, sweepEvery) {
		return nil
	}
	if s.cursor.SweptAt == 0 { // everything has just been read for the first time
		s.cursor.SweptAt = s.in.unix()
		return nil
	}
	pulls, err := s.in.Store.PullRequestNodes(ctx, s.repo.ID, s.in.Now().Add(-sweepFor).Unix())
	if err != nil {
		return err
	}
	var some []facts.PullRequest
	for _, p := range pulls {
		if p.Number <= s.cursor.SweepFrom || p.NodeID == "" {
			continue
		}
		if some = append(some, p); len(some) == sweepAtOnce {
			if err := s.sweepSome(ctx, some); err != nil {
				return err
			}
			some = some[:0]
		}
	}
	if len(some) > 0 {
		if err := s.sweepSome(ctx, some); err != nil {
			return err
		}
	}
	s.cursor.SweptAt, s.cursor.SweepFrom = s.in.unix(), 0
	return nil // saved by account, which follows
}

func (s *itemSync) sweepSome(ctx context.Context, pulls []facts.PullRequest) error {
	ids, numbers := make([]string, len(pulls)), make([]int, len(pulls))
	for i, p := range pulls {
		ids[i], numbers[i] = p.NodeID, p.Number
	}
	swept, budget, err := s.client.Sweep(ctx, s.can, ids)
	if err != nil {
		return err
	}
	held := map[int]facts.PullRequest{}
	for p, err := range s.in.Store.WholePullRequests(ctx, facts.PullRequestFilter{Repos: []facts.RepoID{s.repo.ID}, Numbers: numbers}) {
		if err != nil {
			return err
		}
		held[p.Number] = p
	}
	var stale []github.Stub
	var threads []facts.ReviewThread
	for _, now := range swept {
		if p, ok := held[now.Number]; ok && !now.Whole || differs(p, now) {
			stale = append(stale, now.Stub)
		} else {
			threads = append(threads, now.Threads...)
		}
	}
	if err := s.saveThreads(ctx, threads); err != nil {
		return err
	}
	if err := s.readAll(ctx, stale); err != nil {
		return err
	}
	s.cursor.SweepFrom = numbers[len(numbers)-1]
	err = s.in.Store.InTx(ctx, func(tx *store.Tx) error { return tx.SaveSyncCursor(ctx, s.repo.ID, s.kind, s.cursor) })
	if err != nil {
		return err
	}
	return s.pace(budget)
}

// differs tells whether more than the state of threads has changed.
func differs(p facts.PullRequest, now github.Swept) bool {
	conversation, remarks := 0, 0
	for _, c := range p.Comments {
		if c.Kind == facts.CommentLine {
			remarks++
		} else {
			conversation++
		}
	}
	return now.UpdatedAt > p.SyncedAt || now.HeadHash != p.HeadHash || now.Comments != conversation || now.Reviews != len(p.Reviews) || now.Remarks != remarks
}

func (s *itemSync) saveThreads(ctx context.Context, threads []facts.ReviewThread) error {
	if len(threads) == 0 {
		return nil
	}
	page := github.ItemPage{PullRequests: []facts.PullRequest{{Threads: threads}}}
	if err := s.in.people.actors(ctx, s.work, page); err != nil {
		return err
	}
	for i := range threads {
		if threads[i].Resolved {
			threads[i].ResolvedAt = s.in.unix()
		}
	}
	return s.in.Store.InTx(ctx, func(tx *store.Tx) error { return tx.SaveReviewThreads(ctx, s.repo.ID, threads) })
}
