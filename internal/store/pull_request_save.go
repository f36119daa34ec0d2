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
	auto_merge_method = excluded.auto_merge_method, auto_merge_by_id = excluded.auto_merge_by_id,
	ready_at = CASE WHEN excluded.synced_at = 0 AND excluded.draft = pull_requests.draft THEN pull_requests.ready_at ELSE excluded.ready_at END,
	synced_at = CASE WHEN excluded.synced_at = 0 THEN pull_requests.synced_at ELSE excluded.synced_at END, ` +
	keepUntold("closes", "'null'") + ", " + keepUntold("node_id", "''") + ", " + keepUntold("base_hash", "''") + ", " + keepUntold("merge_hash", "''") + ", " +
	keepUntold("merge_method", "''") + ", " + keepUntold("merged_by_id", "0") + ", " +
	keepUntold("additions", "-1") + ", " + keepUntold("deletions", "-1") + ", " + keepUntold("changed_files", "-1") + ", " +
	keepUntold("commit_count", "-1") + `
	WHERE excluded.updated_at >= pull_requests.updated_at`

// SavePullRequests keeps pull requests with what belongs to them, by number. Saving the same again changes
// nothing; one that is older than what is held changes nothing of the pull request itself, nor which commits are on its head,
// what it closes and which threads are resolved; of what belongs to it nothing is removed. One that was gone is not, however old
// it is. Actors are taken by their Identity.
func (t *Tx) SavePullRequests(ctx context.Context, repo facts.RepoID, pulls []facts.PullRequest) error {
	if err := t.putAside(ctx, repo, pullsTold(pulls)); err != nil {
		return err
	}
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
			closesJSON(p.Closes), p.SyncedAt, int64(0))
		if err != nil {
			return err
		}
	}
	if err := b.flush(ctx); err != nil {
		return err
	}
	numbers := numbersOf(pulls, func(p *facts.PullRequest) int { return p.Number })
	if err := t.revive(ctx, repo, "pull_requests", numbers); err != nil {
		return err
	}
	if err := t.changed(ctx, repo, numbers, "pull_requests"); err != nil {
		return err
	}
	older, err := t.olderThanHeld(ctx, repo, pulls, numbers)
	if err != nil {
		return err
	}
	return t.savePartsOf(ctx, repo, pulls, older)
}

// olderThanHeld gives the numbers of those that are held as they were later. The rows have been written to in this transaction,
// so that nobody else changes them meanwhile.
func (t *Tx) olderThanHeld(ctx context.Context, repo facts.RepoID, pulls []facts.PullRequest, numbers []int) (map[int]bool, error) {
	if len(pulls) == 0 {
		return nil, nil
	}
	held, err := t.PullRequestTimes(ctx, repo, numbers...)
	older := map[int]bool{}
	for i := range pulls {
		if p := &pulls[i]; held[p.Number].UpdatedAt > p.UpdatedAt {
			older[p.Number] = true
		}
	}
	return older, err
}

// closesJSON writes what a pull request closes; null says that nobody has told.
func closesJSON(closes []facts.TicketRef) string {
	if closes == nil {
		return "null"
	}
	return toJSON(closes)
}

// savePartsOf keeps what belongs to pull requests. Of those that are older than what is held only what has a time of its own is
// kept, or cannot be taken back.
func (t *Tx) savePartsOf(ctx context.Context, repo facts.RepoID, pulls []facts.PullRequest, older map[int]bool) error {
	var reviews []facts.Review
	var comments []facts.Comment
	var threads []facts.ReviewThread
	var events []facts.Event
	for i := range pulls {
		p := &pulls[i]
		reviews, comments = append(reviews, p.Reviews...), append(comments, p.Comments...)
		events = append(events, p.Events...)
		if err := t.SavePullRequestHeads(ctx, repo, p.Number, p.Heads); err != nil {
			return err
		}
		if older[p.Number] {
			continue
		}
		threads = append(threads, p.Threads...)
		if err := t.SavePullRequestCommits(ctx, repo, p.Number, p.Commits); err != nil {
			return err
		}
		if p.Closes == nil {
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
	return t.markGone(ctx, repo, "pull_requests", number, facts.GoneDeleted, "")
}

// CompleteFromEvents fills in what lists of REST leave out and the events tell: who merged, when it became ready and when it was
// set to merge by itself, and that a ticket was closed because a discussion was made of it.
func (t *Tx) CompleteFromEvents(ctx context.Context, repo facts.RepoID) error {
	doing := fmt.Sprintf("complete items of repo=%d from events", repo)
	of := func(what string, kind facts.EventKind) string {
		return fmt.Sprintf(`(SELECT %s FROM events e WHERE e.repo_id = pull_requests.repo_id AND e.number = pull_requests.number AND e.kind = '%s')`, what, kind)
	}
	for _, query := range []string{
		`UPDATE pull_requests SET changes = changes + 1, merged_by_id = ` + of("MAX(e.actor_id)", facts.EventMerged) +
			` WHERE repo_id = $1 AND merged_at > 0 AND merged_by_id = 0 AND ` + of("COALESCE(MAX(e.actor_id), 0)", facts.EventMerged) + ` > 0`,
		`UPDATE pull_requests SET ready_at = ` + of("MAX(e.at)", facts.EventReadyForReview) +
			` WHERE repo_id = $1 AND ready_at > 0 AND ` + of("COALESCE(MAX(e.at), 0)", facts.EventReadyForReview) + ` > ready_at`,
		`UPDATE pull_requests SET auto_merge_at = ` + of("MAX(e.at)", facts.EventAutoMergeOn) +
			` WHERE repo_id = $1 AND auto_merge_at > 0 AND ` + of("COALESCE(MAX(e.at), 0)", facts.EventAutoMergeOn) + ` > auto_merge_at`,
		`UPDATE tickets SET changes = changes + 1, state_reason = '` + facts.StateConverted + `' WHERE repo_id = $1 AND state = 'closed'
			AND state_reason <> '` + facts.StateConverted + `' AND EXISTS (SELECT 1 FROM events e WHERE e.repo_id = tickets.repo_id AND e.number = tickets.number
				AND e.kind = '` + string(facts.EventConvertedToDiscuss) + `' AND NOT EXISTS (SELECT 1 FROM events o WHERE o.repo_id = e.repo_id
					AND o.number = e.number AND o.kind = '` + string(facts.EventReopened) + `' AND o.at > e.at))`,
	} {
		if _, err := t.exec(ctx, doing, query, repo); err != nil {
			return err
		}
	}
	return nil
}
