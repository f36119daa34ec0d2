package store

import (
	"context"
	"fmt"
	"slices"

	"weir/internal/facts"
)

func (t *Tx) markGone(ctx context.Context, repo facts.RepoID, table string, number int, reason facts.GoneReason, to string) error {
	_, err := t.exec(ctx, fmt.Sprintf("mark %d of %s of repo=%d as gone", number, table, repo),
		`UPDATE `+table+` SET gone_at = $1, gone_reason = $2, gone_to = $3, changes = changes + 1 WHERE repo_id = $4 AND number = $5 AND gone_at = 0`,
		t.unix(), reason, clean(to), repo, number)
	return err
}

// revive takes back that items are gone: the server has shown them, be it as they were earlier.
func (t *Tx) revive(ctx context.Context, repo facts.RepoID, table string, numbers []int) error {
	for some := range slices.Chunk(numbers, itemsAtOnce) {
		s := &statement{}
		s.where("repo_id = ?", repo)
		whereIn(s, "number", some)
		s.conds = append(s.conds, "gone_at > 0")
		_, err := t.exec(ctx, fmt.Sprintf("take back that %s of repo=%d are gone", table, repo),
			`UPDATE `+table+` SET gone_at = 0, gone_reason = '', gone_to = ''`+s.clause(), s.args...)
		if err != nil {
			return err
		}
	}
	return nil
}

// MarkReviewsGone notes that the server said, for these very reviews, that they do not exist.
func (t *Tx) MarkReviewsGone(ctx context.Context, repo facts.RepoID, ids ...int64) error {
	return t.setGone(ctx, repo, t.unix(), "reviews", "", ids)
}

// MarkCommentsGone notes that the server said, for these very comments, that they do not exist.
func (t *Tx) MarkCommentsGone(ctx context.Context, repo facts.RepoID, kind facts.CommentKind, ids ...int64) error {
	return t.setGone(ctx, repo, t.unix(), "comments", kind, ids)
}

// ReviveReviews takes back that reviews are gone: the server has shown them.
func (t *Tx) ReviveReviews(ctx context.Context, repo facts.RepoID, ids ...int64) error {
	return t.setGone(ctx, repo, 0, "reviews", "", ids)
}

// ReviveComments takes back that comments are gone: the server has shown them.
func (t *Tx) ReviveComments(ctx context.Context, repo facts.RepoID, kind facts.CommentKind, ids ...int64) error {
	return t.setGone(ctx, repo, 0, "comments", kind, ids)
}

func (t *Tx) setGone(ctx context.Context, repo facts.RepoID, at int64, table string, kind facts.CommentKind, ids []int64) error {
	if len(ids) == 0 {
		return nil
	}
	s := &statement{}
	set := s.arg(at)
	s.where("repo_id = ?", repo)
	whereIn(s, "server_id", ids)
	if kind != "" {
		s.where("kind = ?", string(kind))
	}
	if at == 0 {
		s.conds = append(s.conds, "gone_at > 0")
	} else {
		s.conds = append(s.conds, "gone_at = 0")
	}
	doing := fmt.Sprintf("mark %s of repo=%d", table, repo)
	if _, err := t.exec(ctx, doing, `UPDATE `+table+` SET gone_at = `+set+s.clause(), s.args...); err != nil {
		return err
	}
	return t.partsChanged(ctx, repo, doing, table, kind, ids)
}

// partsChanged notes that items have changed by what became of some of their comments or reviews.
func (t *Tx) partsChanged(ctx context.Context, repo facts.RepoID, doing, table string, kind facts.CommentKind, ids []int64) error {
	s := &statement{}
	s.where("repo_id = ?", repo)
	whereIn(s, "server_id", ids)
	if kind != "" {
		s.where("kind = ?", string(kind))
	}
	numbers, err := list(ctx, &t.queries, doing, scanOne[int], `SELECT DISTINCT number FROM `+table+s.clause(), s.args...)
	if err != nil {
		return err
	}
	return t.changed(ctx, repo, numbers, "pull_requests", "tickets")
}

// What belongs to a pull request or a ticket goes with it. Comments and events are of either: a number that was a ticket may be
// a pull request now.
const (
	ofGonePull   = `(repo_id, number) IN (SELECT repo_id, number FROM pull_requests WHERE gone_at > 0 AND gone_at < $1)`
	ofGoneTicket = `(repo_id, number) IN (SELECT repo_id, number FROM tickets WHERE gone_at > 0 AND gone_at < $1)`
	ofHeldItem   = `(repo_id, number) IN (SELECT repo_id, number FROM %s WHERE gone_at = 0 OR gone_at >= $1)`
)

func ofGoneItem() string {
	return "(" + ofGonePull + " OR " + ofGoneTicket + ") AND NOT " + fmt.Sprintf(ofHeldItem, "pull_requests") + " AND NOT " + fmt.Sprintf(ofHeldItem, "tickets")
}

// purgeParts removes what belongs to items that PurgeGone is about to remove.
func (s *Store) purgeParts(ctx context.Context, before int64) error {
	for _, part := range []struct{ table, key, of string }{
		{"comments", "repo_id, kind, server_id", ofGoneItem()},
		{"events", "repo_id, number, at, kind, actor_id, target_id, subject", ofGoneItem()},
		{"reviews", "repo_id, server_id", ofGonePull},
		{"review_threads", "repo_id, number, root_id", ofGonePull},
		{"pull_request_heads", "repo_id, number, hash", ofGonePull},
		{"pull_request_commits", "repo_id, number, hash", ofGonePull},
		{"ticket_links", "repo_id, number, ticket_repo, ticket_number", ofGonePull},
		{"pull_request_verdicts", "repo_id, number", ofGonePull},
		{"pull_request_sizes", "repo_id, number", ofGonePull},
		{"ticket_verdicts", "repo_id, number", ofGoneTicket},
	} {
		if err := s.deleteInChunks(ctx, fmt.Sprintf("purge %s of what is gone before %d", part.table, before), part.table, part.key, part.of, before); err != nil {
			return err
		}
	}
	return nil
}

// PurgeGone removes for good what the server said before an instant to be gone, with all that belongs to it. Until then the
// server's showing it again brings it back.
func (s *Store) PurgeGone(ctx context.Context, before int64) error {
	if err := s.purgeParts(ctx, before); err != nil {
		return err
	}
	for table, key := range map[string]string{
		"comments": "repo_id, kind, server_id", "reviews": "repo_id, server_id", "pull_requests": "repo_id, number", "tickets": "repo_id, number",
	} {
		if err := s.deleteInChunks(ctx, fmt.Sprintf("purge gone %s before %d", table, before), table, key, "gone_at > 0 AND gone_at < $1", before); err != nil {
			return err
		}
	}
	return nil
}
