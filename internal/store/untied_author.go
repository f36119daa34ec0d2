package store

import (
	"context"
	"encoding/hex"
	"fmt"

	"weir/internal/facts"
)

// UntiedAuthor is somebody who commits and of whom no account is known, with a commit of theirs.
type UntiedAuthor struct {
	Identity facts.IdentityID
	Hash     string
	Number   facts.CommitNumber
}

// UntiedAuthors lists the authors of a repo's commits after a number of whose person no account of an integration
// is known, each with their latest commit: those after an identity, by identity, at most so many.
func (q *queries) UntiedAuthors(ctx context.Context, repo facts.RepoID, integration facts.IntegrationID, after facts.CommitNumber, from facts.IdentityID, most int) ([]UntiedAuthor, error) {
	return list(ctx, q, fmt.Sprintf("list authors without account of repo=%d", repo), func(row scanner) (a UntiedAuthor, err error) {
		var hash []byte
		err = row.Scan(&a.Identity, &a.Number, &hash)
		a.Hash = hex.EncodeToString(hash)
		return a, err
	}, `SELECT latest.author_id, latest.number, c.hash FROM (
			SELECT c.author_id, MAX(c.number) AS number FROM commits c JOIN identities i ON i.id = c.author_id
			WHERE c.repo_id = $1 AND c.number > $2 AND c.author_id > $5 AND NOT EXISTS (
				SELECT 1 FROM identities o JOIN accounts a ON a.identity_id = o.id WHERE o.person_id = i.person_id AND a.integration_id = $3)
			GROUP BY c.author_id ORDER BY c.author_id LIMIT $4) latest
		JOIN commits c ON c.repo_id = $1 AND c.number = latest.number ORDER BY latest.author_id`, repo, after, integration, most, from)
}
