package store

import (
	"context"
	"fmt"

	"weir/internal/facts"
)

// SaveReviews keeps reviews by the server's id; what is newer, by UpdatedAt, wins. One that is gone stays so
// unless what is saved is newer.
func (t *Tx) SaveReviews(ctx context.Context, repo facts.RepoID, reviews []facts.Review) error {
	parts := make([]partTold, len(reviews))
	for i := range reviews {
		r := &reviews[i]
		parts[i] = partTold{r.ServerID, r.SubmittedAt, r.Number, r.Author.Identity}
	}
	if err := t.putPartsAside(ctx, repo, "", parts); err != nil {
		return err
	}
	b := t.bulk(fmt.Sprintf("save reviews of repo=%d", repo), "reviews",
		"repo_id, server_id, number, node_id, author_id, state, commit_hash, words, suggestion, excerpt, submitted_at, updated_at, gone_at",
		`ON CONFLICT (repo_id, server_id) DO UPDATE SET number = excluded.number, `+keepAuthor("reviews")+`, state = excluded.state,
			node_id = CASE WHEN excluded.node_id = '' THEN reviews.node_id ELSE excluded.node_id END,
			commit_hash = CASE WHEN excluded.commit_hash = '' THEN reviews.commit_hash ELSE excluded.commit_hash END,
			words = excluded.words, suggestion = excluded.suggestion, excerpt = excluded.excerpt,
			submitted_at = excluded.submitted_at, updated_at = excluded.updated_at,
			gone_at = CASE WHEN excluded.updated_at > reviews.updated_at THEN 0 ELSE reviews.gone_at END
		WHERE excluded.updated_at >= reviews.updated_at`)
	for _, r := range lastOfEach(reviews, func(r facts.Review) int64 { return r.ServerID }) {
		err := b.add(ctx, int64(repo), r.ServerID, int64(r.Number), clean(r.NodeID), int64(r.Author.Identity), string(r.State), clean(r.CommitHash),
			int64(r.Words), r.Suggestion, clean(r.Excerpt), r.SubmittedAt, max(r.UpdatedAt, r.SubmittedAt), r.GoneAt)
		if err != nil {
			return err
		}
	}
	if err := b.flush(ctx); err != nil {
		return err
	}
	return t.changed(ctx, repo, numbersOf(reviews, func(r *facts.Review) int { return r.Number }), "pull_requests")
}

// lastOfEach drops all but the last of each key: one statement must not name a row twice.
func lastOfEach[T any, K comparable](all []T, key func(T) K) []T {
	last := make(map[K]int, len(all))
	for i, v := range all {
		last[key(v)] = i
	}
	if len(last) == len(all) {
		return all
	}
	kept := make([]T, 0, len(last))
	for i, v := range all {
		if last[key(v)] == i {
			kept = append(kept, v)
		}
	}
	return kept
}

// SaveReviewThreads keeps threads by their first comment. A thread that is resolved keeps when it was first seen so.
func (t *Tx) SaveReviewThreads(ctx context.Context, repo facts.RepoID, threads []facts.ReviewThread) error {
	b := t.bulk(fmt.Sprintf("save review threads of repo=%d", repo), "review_threads",
		"repo_id, number, root_id, node_id, path, resolved, resolved_by_id, resolved_at, outdated",
		`ON CONFLICT (repo_id, number, root_id) DO UPDATE SET path = excluded.path, resolved = excluded.resolved, resolved_by_id = excluded.resolved_by_id,
			node_id = CASE WHEN excluded.node_id = '' THEN review_threads.node_id ELSE excluded.node_id END, outdated = excluded.outdated,
			resolved_at = CASE WHEN excluded.resolved_at > 0 AND review_threads.resolved_at > 0 THEN review_threads.resolved_at ELSE excluded.resolved_at END`)
	key := func(r facts.ReviewThread) [2]int64 { return [2]int64{int64(r.Number), r.RootID} }
	for _, r := range lastOfEach(threads, key) {
		err := b.add(ctx, int64(repo), int64(r.Number), r.RootID, clean(r.NodeID), clean(r.Path), r.Resolved, int64(r.ResolvedBy.Identity), r.ResolvedAt, r.Outdated)
		if err != nil {
			return err
		}
	}
	if err := b.flush(ctx); err != nil {
		return err
	}
	return t.changed(ctx, repo, numbersOf(threads, func(r *facts.ReviewThread) int { return r.Number }), "pull_requests")
}

func (q *queries) addReviews(ctx context.Context, repo facts.RepoID, numbers []int, into map[int]*facts.PullRequest) error {
	s := itemStatement("r", repo, numbers)
	_, err := list(ctx, q, fmt.Sprintf("load reviews of repo=%d", repo), func(row scanner) (facts.Review, error) {
		r := facts.Review{Repo: repo}
		err := row.Scan(&r.Number, &r.ServerID, &r.NodeID, &r.Author.Identity, &r.State, &r.CommitHash, &r.Words, &r.Suggestion, &r.Excerpt,
			&r.SubmittedAt, &r.UpdatedAt, &r.GoneAt)
		if p := into[r.Number]; p != nil {
			p.Reviews = append(p.Reviews, r)
		}
		return r, err
	}, `SELECT r.number, r.server_id, r.node_id, r.author_id, r.state, r.commit_hash, r.words, r.suggestion, r.excerpt, r.submitted_at, r.updated_at, r.gone_at
		FROM reviews r`+s.clause()+` AND r.gone_at = 0 ORDER BY r.number, r.submitted_at, r.server_id`, s.args...)
	return err
}

func (q *queries) addThreads(ctx context.Context, repo facts.RepoID, numbers []int, into map[int]*facts.PullRequest) error {
	s := itemStatement("r", repo, numbers)
	_, err := list(ctx, q, fmt.Sprintf("load review threads of repo=%d", repo), func(row scanner) (facts.ReviewThread, error) {
		r := facts.ReviewThread{Repo: repo}
		err := row.Scan(&r.Number, &r.RootID, &r.NodeID, &r.Path, &r.Resolved, &r.ResolvedBy.Identity, &r.ResolvedAt, &r.Outdated)
		if p := into[r.Number]; p != nil {
			p.Threads = append(p.Threads, r)
		}
		return r, err
	}, `SELECT r.number, r.root_id, r.node_id, r.path, r.resolved, r.resolved_by_id, r.resolved_at, r.outdated
		FROM review_threads r`+s.clause()+` ORDER BY r.number, r.root_id`, s.args...)
	return err
}
