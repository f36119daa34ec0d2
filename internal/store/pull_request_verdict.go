package store

import (
	"context"
	"fmt"
	"iter"

	"weir/internal/facts"
)

// PullRequestVerdicts are verdicts on pull requests of a repo by number. Changes is the state that each was
// decided about, RuledBy stands for the rules and people of then.
type PullRequestVerdicts struct {
	RuledBy string
	Changes map[int]int64
	Of      map[int]facts.PullRequestVerdict
}

// SavePullRequestVerdicts keeps what was decided in place of what was decided before.
func (s *Store) SavePullRequestVerdicts(ctx context.Context, repo facts.RepoID, v PullRequestVerdicts) error {
	return s.InTx(ctx, func(tx *Tx) error {
		b := tx.bulk(fmt.Sprintf("save verdicts on pull requests of repo=%d", repo), "pull_request_verdicts",
			"repo_id, number, person_id, reason, detail, first_commit_at, untold, acts, threads, size_state, lines, files, hunks, covered, changes, ruled_by",
			`ON CONFLICT (repo_id, number) DO UPDATE SET person_id = excluded.person_id, reason = excluded.reason, detail = excluded.detail,
				first_commit_at = excluded.first_commit_at, untold = excluded.untold, acts = excluded.acts, threads = excluded.threads,
				size_state = excluded.size_state, lines = excluded.lines, files = excluded.files, hunks = excluded.hunks, covered = excluded.covered, changes = excluded.changes, ruled_by = excluded.ruled_by`)
		for number, of := range v.Of {
			err := b.add(ctx, int64(repo), int64(number), int64(of.Person), string(of.Reason), clean(of.Detail), of.FirstCommitAt, int64(of.Untold),
				packActs(of.Acts), packThreads(of.Conversations), string(of.Size.State), int64(of.Size.Lines), int64(of.Size.Files), int64(of.Size.Hunks), int64(of.Size.Covered), v.Changes[number], v.RuledBy)
			if err != nil {
				return err
			}
		}
		return b.flush(ctx)
	})
}

const judgedPullRequestColumns = `p.repo_id, p.number, p.title, p.state, p.draft, p.author_id, p.head_ref, p.base_ref, p.merge_hash, p.merge_method, p.created_at,
	p.updated_at, p.closed_at, p.merged_at, p.ready_at, p.additions, p.deletions, p.changed_files, p.gone_at,
	v.person_id, v.reason, v.detail, v.first_commit_at, v.untold, v.acts, v.threads,
	v.size_state, v.lines, v.files, v.hunks, v.covered`

const judgedPullRequestFrom = ` FROM pull_requests p JOIN pull_request_verdicts v ON v.repo_id = p.repo_id AND v.number = p.number`

func scanJudgedPullRequest(row scanner) (facts.JudgedPullRequest, error) {
	var j facts.JudgedPullRequest
	p, v := &j.PullRequest, &j.PullRequestVerdict
	var acts, threads []byte
	err := row.Scan(&p.Repo, &p.Number, &p.Title, &p.State, &p.Draft, &p.Author.Identity, &p.HeadRef, &p.BaseRef, &p.MergeHash, &p.MergeMethod, &p.CreatedAt,
		&p.UpdatedAt, &p.ClosedAt, &p.MergedAt, &p.ReadyAt, &p.Additions, &p.Deletions, &p.ChangedFiles, &p.GoneAt,
		&v.Person, &v.Reason, &v.Detail, &v.FirstCommitAt, &v.Untold, &acts, &threads,
		&v.Size.State, &v.Size.Lines, &v.Size.Files, &v.Size.Hunks, &v.Size.Covered)
	if err != nil {
		return j, err
	}
	if v.Acts, err = unpackActs(acts); err != nil {
		return j, err
	}
	v.Conversations, err = unpackThreads(threads)
	return j, err
}

// JudgedPullRequests streams the judged pull requests that the filter lets through, the newest first. Of what
// belongs to a pull request only what its verdict holds is there.
func (q *queries) JudgedPullRequests(ctx context.Context, f facts.PullRequestFilter) iter.Seq2[facts.JudgedPullRequest, error] {
	s := pullRequestStatement(f)
	return stream(ctx, q, "list judged pull requests", scanJudgedPullRequest, `SELECT `+judgedPullRequestColumns+judgedPullRequestFrom+s.clause()+
		` ORDER BY p.created_at DESC, p.repo_id, p.number DESC`, s.args...)
}

// JudgedPullRequest gives one, gone or not; one that is held and not judged yet is facts.ErrNotFound.
func (q *queries) JudgedPullRequest(ctx context.Context, repo facts.RepoID, number int) (facts.JudgedPullRequest, error) {
	return one(ctx, q, fmt.Sprintf("load judged pull request %d of repo=%d", number, repo), scanJudgedPullRequest,
		`SELECT `+judgedPullRequestColumns+judgedPullRequestFrom+` WHERE p.repo_id = $1 AND p.number = $2`, repo, number)
}

// HeldPullRequests streams pull requests of a repo by number with all that belongs to them, gone or not, imported or not.
func (q *queries) HeldPullRequests(ctx context.Context, repo facts.RepoID, numbers []int) iter.Seq2[facts.PullRequest, error] {
	return held(repo, numbers, func(repo facts.RepoID, some []int) ([]facts.PullRequest, error) {
		return q.pullRequestBatch(ctx, repo, some, true)
	})
}
