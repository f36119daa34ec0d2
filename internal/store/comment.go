package store

import (
	"context"
	"fmt"

	"weir/internal/facts"
)

type commentKey struct {
	kind facts.CommentKind
	id   int64
}

// SaveComments keeps comments by kind and the server's id; what is newer, by UpdatedAt, wins. One that is
// gone stays so unless what is saved is newer.
func (t *Tx) SaveComments(ctx context.Context, repo facts.RepoID, comments []facts.Comment) error {
	parts := map[facts.CommentKind][]partTold{}
	for i := range comments {
		c := &comments[i]
		parts[c.Kind] = append(parts[c.Kind], partTold{c.ServerID, c.CreatedAt, c.Number, c.Author.Identity})
	}
	for kind, of := range parts {
		if err := t.putPartsAside(ctx, repo, kind, of); err != nil {
			return err
		}
	}
	b := t.bulk(fmt.Sprintf("save comments of repo=%d", repo), "comments", `repo_id, kind, server_id, number, node_id, author_id, words, suggestion,
		excerpt, created_at, updated_at, review_id, root_id, path, start_line, line, old_side, commit_hash, gone_at`,
		`ON CONFLICT (repo_id, kind, server_id) DO UPDATE SET number = excluded.number, `+keepAuthor("comments")+`, words = excluded.words,
			node_id = CASE WHEN excluded.node_id = '' THEN comments.node_id ELSE excluded.node_id END,
			suggestion = excluded.suggestion, excerpt = excluded.excerpt, created_at = excluded.created_at, updated_at = excluded.updated_at,
			review_id = CASE WHEN excluded.review_id = 0 THEN comments.review_id ELSE excluded.review_id END,
			root_id = CASE WHEN excluded.root_id = 0 THEN comments.root_id ELSE excluded.root_id END,
			path = excluded.path, start_line = excluded.start_line, line = excluded.line, old_side = excluded.old_side, commit_hash = excluded.commit_hash,
			gone_at = CASE WHEN excluded.updated_at > comments.updated_at THEN 0 ELSE comments.gone_at END
		WHERE excluded.updated_at >= comments.updated_at`)
	for _, c := range lastOfEach(comments, func(c facts.Comment) commentKey { return commentKey{c.Kind, c.ServerID} }) {
		err := b.add(ctx, int64(repo), string(c.Kind), c.ServerID, int64(c.Number), clean(c.NodeID), int64(c.Author.Identity), int64(c.Words), c.Suggestion,
			clean(c.Excerpt), c.CreatedAt, max(c.UpdatedAt, c.CreatedAt), c.ReviewID, c.RootID, clean(c.Path), int64(c.StartLine), int64(c.Line),
			c.OldSide, clean(c.CommitHash), c.GoneAt)
		if err != nil {
			return err
		}
	}
	if err := b.flush(ctx); err != nil {
		return err
	}
	return t.changed(ctx, repo, numbersOf(comments, func(x *facts.Comment) int { return x.Number }), "pull_requests", "tickets")
}

// eachComment gives the comments of items that are not gone, each item's in order of time.
func (q *queries) eachComment(ctx context.Context, repo facts.RepoID, numbers []int, fn func(facts.Comment)) error {
	s := itemStatement("c", repo, numbers)
	_, err := list(ctx, q, fmt.Sprintf("load comments of repo=%d", repo), func(row scanner) (facts.Comment, error) {
		c := facts.Comment{Repo: repo}
		err := row.Scan(&c.Number, &c.Kind, &c.ServerID, &c.NodeID, &c.Author.Identity, &c.Words, &c.Suggestion, &c.Excerpt, &c.CreatedAt, &c.UpdatedAt,
			&c.ReviewID, &c.RootID, &c.Path, &c.StartLine, &c.Line, &c.OldSide, &c.CommitHash, &c.GoneAt)
		fn(c)
		return c, err
	}, `SELECT c.number, c.kind, c.server_id, c.node_id, c.author_id, c.words, c.suggestion, c.excerpt, c.created_at, c.updated_at,
		c.review_id, c.root_id, c.path, c.start_line, c.line, c.old_side, c.commit_hash, c.gone_at
		FROM comments c`+s.clause()+` AND c.gone_at = 0 ORDER BY c.number, c.created_at, c.kind, c.server_id`, s.args...)
	return err
}
