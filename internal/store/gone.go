package store

import (
	"context"
	"fmt"

	"weir/internal/facts"
)

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

// PurgeGone removes for good what the server said before an instant to be gone. Until then the server's
// showing it again brings it back.
func (s *Store) PurgeGone(ctx context.Context, before int64) error {
	for table, key := range map[string]string{
		"comments": "repo_id, kind, server_id", "reviews": "repo_id, server_id", "pull_requests": "repo_id, number", "tickets": "repo_id, number",
	} {
		if err := s.deleteInChunks(ctx, fmt.Sprintf("purge gone %s before %d", table, before), table, key, "gone_at > 0 AND gone_at < $1", before); err != nil {
			return err
		}
	}
	return nil
}
