package store

import (
	"context"
	"fmt"

	"weir/internal/facts"
)

const completenessColumns = `c.repo_id, c.kind, c.server, c.held, c.checked_at, c.full_at, c.missing, c.repaired, c.note`

func scanCompleteness(row scanner) (c facts.Completeness, err error) {
	err = row.Scan(&c.Repo, &c.Kind, &c.Server, &c.Held, &c.CheckedAt, &c.FullAt, &c.Missing, &c.Repaired, &c.Note)
	return c, err
}

// Completeness gives what is known of one kind in a repo; facts.ErrNotFound when it was never counted.
func (q *queries) Completeness(ctx context.Context, repo facts.RepoID, kind facts.SyncKind) (facts.Completeness, error) {
	return one(ctx, q, fmt.Sprintf("load completeness of %s of repo=%d", kind, repo), scanCompleteness,
		`SELECT `+completenessColumns+` FROM completeness c WHERE c.repo_id = $1 AND c.kind = $2`, repo, kind)
}

// Completenesses lists what is known for all imported repos, by repo and kind. With repos given, for those alone.
func (q *queries) Completenesses(ctx context.Context, repos ...facts.RepoID) ([]facts.Completeness, error) {
	s := &statement{}
	s.where("c.repo_id IN (" + liveRepos + ")")
	whereIn(s, "c.repo_id", repos)
	return list(ctx, q, "list completeness", scanCompleteness,
		`SELECT `+completenessColumns+` FROM completeness c`+s.clause()+` ORDER BY c.repo_id, c.kind`, s.args...)
}

// SaveCompleteness keeps a count in place of the one before.
func (t *Tx) SaveCompleteness(ctx context.Context, c facts.Completeness) error {
	_, err := t.exec(ctx, fmt.Sprintf("save completeness of %s of repo=%d", c.Kind, c.Repo),
		`INSERT INTO completeness (repo_id, kind, server, held, checked_at, full_at, missing, repaired, note)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
		ON CONFLICT (repo_id, kind) DO UPDATE SET server = excluded.server, held = excluded.held, checked_at = excluded.checked_at,
			full_at = excluded.full_at, missing = excluded.missing, repaired = excluded.repaired, note = excluded.note`,
		c.Repo, c.Kind, c.Server, c.Held, c.CheckedAt, c.FullAt, c.Missing, c.Repaired, clean(c.Note))
	return err
}

// CountItems tells how many of one kind are held of a repo and not gone.
func (q *queries) CountItems(ctx context.Context, repo facts.RepoID, kind facts.SyncKind) (int64, error) {
	table := "pull_requests"
	if kind == facts.SyncTickets {
		table = "tickets"
	}
	return one(ctx, q, fmt.Sprintf("count %s of repo=%d", kind, repo), scanOne[int64],
		`SELECT COUNT(*) FROM `+table+` WHERE repo_id = $1 AND gone_at = 0`, repo)
}

// Gap is what the server said of a number that is neither a pull request nor a ticket of ours.
type Gap struct {
	Number int
	// What is absent, pull_request, ticket or other.
	What    string
	AskedAt int64
}

// Numbers gives every number of a repo that is accounted for, in order: held, gone, or asked for. What was put aside has none.
func (q *queries) Numbers(ctx context.Context, repo facts.RepoID) ([]int, error) {
	return list(ctx, q, fmt.Sprintf("list numbers of repo=%d", repo), scanOne[int],
		`SELECT number FROM pull_requests WHERE repo_id = $1 AND number > 0 UNION SELECT number FROM tickets WHERE repo_id = $1 AND number > 0
		UNION SELECT number FROM number_gaps WHERE repo_id = $1 ORDER BY 1`, repo)
}

// SaveGaps keeps what the server said of numbers.
func (t *Tx) SaveGaps(ctx context.Context, repo facts.RepoID, gaps []Gap) error {
	b := t.bulk(fmt.Sprintf("save gaps of repo=%d", repo), "number_gaps", "repo_id, number, what, asked_at",
		"ON CONFLICT (repo_id, number) DO UPDATE SET what = excluded.what, asked_at = excluded.asked_at")
	for _, g := range gaps {
		if err := b.add(ctx, int64(repo), int64(g.Number), g.What, g.AskedAt); err != nil {
			return err
		}
	}
	return b.flush(ctx)
}

// ForgetGaps drops what was said of numbers that are one thing, but for what was said from an instant to another: they are asked
// for again.
func (t *Tx) ForgetGaps(ctx context.Context, repo facts.RepoID, what string, from, to int64) error {
	_, err := t.exec(ctx, fmt.Sprintf("forget gaps of repo=%d", repo),
		`DELETE FROM number_gaps WHERE repo_id = $1 AND what = $2 AND (asked_at < $3 OR asked_at > $4)`, repo, what, from, to)
	return err
}
