package store

import (
	"context"
	"fmt"

	"weir/internal/facts"
)

// PartNode names a review or a comment that is held and not gone. Kind is empty for a review.
type PartNode struct {
	Kind     facts.CommentKind
	ServerID int64
	NodeID   string
}

// PartNodes lists the reviews and comments that are held of items.
func (q *queries) PartNodes(ctx context.Context, repo facts.RepoID, numbers ...int) ([]PartNode, error) {
	s := itemStatement("p", repo, numbers)
	return list(ctx, q, fmt.Sprintf("list parts of items of repo=%d", repo), func(row scanner) (p PartNode, err error) {
		err = row.Scan(&p.Kind, &p.ServerID, &p.NodeID)
		return p, err
	}, `SELECT p.kind, p.server_id, p.node_id FROM (
			SELECT repo_id, number, kind, server_id, node_id, gone_at FROM comments
			UNION ALL SELECT repo_id, number, '', server_id, node_id, gone_at FROM reviews) p`+s.clause()+` AND p.gone_at = 0`, s.args...)
}
