package store

import (
	"context"
	"fmt"

	"weir/internal/facts"
)

// keepAuthor keeps who is known to have made something: once an account is gone, the server tells nobody.
func keepAuthor(table string) string {
	return "author_id = CASE WHEN excluded.author_id = 0 THEN " + table + ".author_id ELSE excluded.author_id END"
}

// keepUntold keeps what is held where the answer did not tell.
func keepUntold(column, untold string) string {
	return column + " = CASE WHEN excluded." + column + " = " + untold + " THEN pull_requests." + column + " ELSE excluded." + column + " END"
}

var savePullRequest = `ON CONFLICT (repo_id, number) DO UPDATE SET server_id = excluded.server_id,
	title = excluded.title, state = excluded.state, draft = excluded.draft, ` + keepAuthor("pull_requests") + `,
	head_ref = excluded.head_ref, head_repo = excluded.head_repo, head_hash = excluded.head_hash, base_ref = excluded.base_ref,
	created_at = excluded.created_at, updated_at = excluded.updated_at, closed_at = excluded.closed_at, merged_at = excluded.merged_at,
	labels = excluded.labels, milestone = excluded.milestone, assignees = excluded.assignees, reviewers = excluded.reviewers,
	reviewer_teams = excluded.reviewer_teams, auto_merge_at = CASE WHEN excluded.auto_merge_at > 0 AND pull_requests.auto_merge_at > 0
		AND excluded.synced_at = 0 THEN pull_requests.auto_merge_at ELSE excluded.auto_merge_at END,
	auto_merge_method = excluded.auto_merge_method, auto_merge_by_id = excluded.auto_merge_by_id, gone_at = 0,
	closes = CASE WHEN excluded.synced_at = 0 THEN pull_requests.closes ELSE excluded.closes END,
	ready_at = CASE WHEN excluded.synced_at = 0 AND excluded.draft = pull_requests.draft THEN pull_requests.ready_at ELSE excluded.ready_at END,
	synced_at = CASE WHEN excluded.synced_at = 0 THEN pull_requests.synced_at ELSE excluded.synced_at END, ` +
	keepUntold("node_id", "''") + ", " + keepUntold("base_hash", "''") + ", " + keepUntold("merge_hash", "''") + ", " +
	keepUntold("merge_method", "''") + ", " + keepUntold("merged_by_id", "0") + ", " +
	keepUntold("additions", "-1") + ", " + keepUntold("deletions", "-1") + ", " + keepUntold("changed_files", "-1") + ", " +
	keepUntold("commit_count", "-1") + `
	WHERE excluded.updated_at >= pull_requests.updated_at`

// SavePullRequests keeps pull requests with what belongs to them, by number. Saving the same again changes
// nothing; one that is older than what is held changes nothing of the pull request itself; of what belongs
// to it nothing is removed. Actors are taken by their Identity.
func (t *Tx) SavePullRequests(ctx context.Context, repo facts.RepoID, pulls []facts.PullRequest) error {
	b := t.bulk(fmt.Sprintf("save pull requests of repo=%d", repo), "pull_requests", `repo_id, number, server_id, node_id, title, state, draft, author_id,
		head_ref, head_repo, head_hash, base_ref, base_hash, merge_hash, merge_method, merged_by_id, created_at, updated_at, closed_at,
		merged_at, ready_at, additions, deletions, changed_files, commit_count, labels, milestone, assignees, reviewers, reviewer_teams,
		auto_merge_at, auto_merge_method, auto_merge_by_id, closes, synced_at, gone_at`, savePullRequest)
	for i := range pulls {
		p := &pulls[i]
		err := b.add(ctx, int64(repo), int64(p.Number), p.ServerID, clean(p.NodeID), clean(p.Title), string(p.State), p.Draft, int64(p.Author.Identity),
			clean(p.HeadRef), clean(p.HeadRepo), clean(p.HeadHash), clean(p.BaseRef), clean(p.BaseHash), clean(p.MergeHash), string(p.MergeMethod),
			int64(p.MergedBy.Identity), p.CreatedAt, p.UpdatedAt, p.ClosedAt, p.MergedAt, p.ReadyAt, int64(p.Additions), int64(p.Deletions),
			int64(p.ChangedFiles), int64(p.CommitCount), toJSON(p.Labels), clean(p.Milestone), identitiesJSON(p.Assignees),
			identitiesJSON(p.Reviewers), toJSON(p.ReviewerTeams), p.AutoMergeAt, string(p.AutoMergeMethod), int64(p.AutoMergeBy.Identity),
			toJSON(p.Closes), p.SyncedAt, int64(0))
		if err != nil {
			return err
		}
	}
	if err := b.flush(ctx); err != nil {
		return err
	}
	if err := t.changed(ctx, repo, numbersOf(pulls, func(p *facts.PullRequest) int { return p.Number }), "pull_requests"); err != nil {
		return err
	}
	return t.savePartsOf(ctx, repo, pulls)
}

// savePartsOf keeps what belongs to pull requests.
func (t *Tx) savePartsOf(ctx context.Context, repo facts.RepoID, pulls []facts.PullRequest) error {
	var reviews []facts.Review
	var comments []facts.Comment
	var threads []facts.ReviewThread
	var events []facts.Event
	for i := range pulls {
		p := &pulls[i]
		reviews, comments = append(reviews, p.Reviews...), append(comments, p.Comments...)
		threads, events = append(threads, p.Threads...), append(events, p.Events...)
		if err := t.SavePullRequestHeads(ctx, repo, p.Number, p.Heads); err != nil {
			return err
		}
		if err := t.SavePullRequestCommits(ctx, repo, p.Number, p.Commits); err != nil {
			return err
		}
		if p.SyncedAt == 0 {
			continue
		}
		if err := t.saveTicketLinks(ctx, repo, p.Number, p.Closes); err != nil {
			return err
		}
	}
	if err := t.SaveReviews(ctx, repo, reviews); err != nil {
		return err
	}
	if err := t.SaveComments(ctx, repo, comments); err != nil {
		return err
	}
	if err := t.SaveReviewThreads(ctx, repo, threads); err != nil {
		return err
	}
	return t.SaveEvents(ctx, repo, events)
}

// SavePullRequests does so in a transaction of its own.
func (s *Store) SavePullRequests(ctx context.Context, repo facts.RepoID, pulls []facts.PullRequest) error {
	return s.InTx(ctx, func(tx *Tx) error { return tx.SavePullRequests(ctx, repo, pulls) })
}

// MarkPullRequestGone notes that the server said, for this very one, that it does not exist. It is kept for PurgeGone.
func (t *Tx) MarkPullRequestGone(ctx context.Context, repo facts.RepoID, number int) error {
	_, err := t.exec(ctx, fmt.Sprintf("mark pull request %d of repo=%d as gone", number, repo),
		`UPDATE pull_requests SET gone_at = $1, changes = changes + 1 WHERE repo_id = $2 AND number = $3 AND gone_at = 0`, t.unix(), repo, number)
	return err
}

// CompleteFromEvents fills in who merged and when it became ready where an answer left that out and the
// events tell it.
func (t *Tx) CompleteFromEvents(ctx context.Context, repo facts.RepoID) error {
	doing := fmt.Sprintf("complete pull requests of repo=%d", repo)
	const of = `SELECT %s FROM events e WHERE e.repo_id = pull_requests.repo_id AND e.number = pull_requests.number AND e.kind = '%s'`
	_, err := t.exec(ctx, doing, `UPDATE pull_requests SET changes = changes + 1, merged_by_id = (`+fmt.Sprintf(of, "MAX(e.actor_id)", facts.EventMerged)+`)
		WHERE repo_id = $1 AND merged_at > 0 AND merged_by_id = 0 AND EXISTS (`+fmt.Sprintf(of, "1", facts.EventMerged)+` AND e.actor_id > 0)`, repo)
	if err != nil {
		return err
	}
	_, err = t.exec(ctx, doing, `UPDATE pull_requests SET ready_at = COALESCE((`+fmt.Sprintf(of, "MAX(e.at)", facts.EventReadyForReview)+`), ready_at)
		WHERE repo_id = $1 AND draft = $2`, repo, false)
	return err
}
