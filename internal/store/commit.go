package store

import (
	"context"
	"encoding/hex"
	"fmt"
	"iter"

	"weir/internal/facts"
)

const commitColumns = `c.repo_id, c.number, c.hash, c.parents, c.parent_list, c.author_id, c.authored_at, c.author_offset, c.day,
	c.committer_id, c.committed_at, c.subject, c.patch_id, c.problem`

// commitScan takes the columns of a commit, again and again.
type commitScan struct {
	facts.Commit
	hash, parents, patchID []byte
}

func (c *commitScan) into() []any {
	return []any{into(&c.Repo), into(&c.Number), &c.hash, into(&c.Parents), &c.parents, into(&c.Author), into(&c.AuthoredAt),
		into(&c.AuthorOffset), into(&c.Day), into(&c.Committer), into(&c.CommittedAt), &c.Subject, &c.patchID, &c.Problem}
}

func (c *commitScan) done() (facts.Commit, error) {
	commit := c.Commit
	commit.Hash, commit.PatchID = hex.EncodeToString(c.hash), hex.EncodeToString(c.patchID)
	var err error
	commit.ParentNumbers, err = unpackNumbers(c.parents)
	return commit, err
}

func newCommitScan() func(scanner) (facts.Commit, error) {
	c := &commitScan{}
	dest := c.into()
	return func(row scanner) (facts.Commit, error) {
		if err := row.Scan(dest...); err != nil {
			return facts.Commit{}, err
		}
		return c.done()
	}
}

// Commit gives one commit with its co-authors, its files and their hunks.
func (q *queries) Commit(ctx context.Context, repo facts.RepoID, hash string) (facts.Commit, error) {
	doing := fmt.Sprintf("load commit %s of repo=%d", hash, repo)
	key, err := hex.DecodeString(hash)
	if err != nil {
		return facts.Commit{}, fmt.Errorf("%s: not an object id: %w", doing, facts.ErrNotFound)
	}
	c, err := one(ctx, q, doing, newCommitScan(), `SELECT `+commitColumns+` FROM commits c WHERE c.hash = $1 AND c.repo_id = $2`, key, repo)
	if err != nil {
		return facts.Commit{}, err
	}
	files, err := q.files(ctx, repo, c.Number, c.Number, true)
	if err != nil {
		return facts.Commit{}, err
	}
	coAuthors, err := q.coAuthors(ctx, repo, c.Number, c.Number)
	c.Files, c.CoAuthors = files[c.Number], coAuthors[c.Number]
	return c, err
}

// LastCommitNumber gives the highest number held of a repo, 0 for none. All up to it are held whole.
func (q *queries) LastCommitNumber(ctx context.Context, repo facts.RepoID) (facts.CommitNumber, error) {
	return one(ctx, q, fmt.Sprintf("find last commit of repo=%d", repo), scanOne[facts.CommitNumber],
		`SELECT COALESCE(MAX(number), 0) FROM commits WHERE repo_id = $1`, repo)
}

// HeldCommits counts the commits held of a repo.
func (q *queries) HeldCommits(ctx context.Context, repo facts.RepoID) (int, error) {
	return one(ctx, q, fmt.Sprintf("count commits of repo=%d", repo), scanOne[int], `SELECT COUNT(*) FROM commits WHERE repo_id = $1`, repo)
}

// commitsPerRead is how many commits are read at a time; between reads no connection is held.
const commitsPerRead = 256

// CommitsOf streams a repo's commits by number, with co-authors, files and what they touched, without hunks.
func (q *queries) CommitsOf(ctx context.Context, repo facts.RepoID) iter.Seq2[facts.Commit, error] {
	return q.CommitsAfter(ctx, repo, 0)
}

// CommitsAfter streams those commits of a repo that have higher numbers, as CommitsOf does.
func (q *queries) CommitsAfter(ctx context.Context, repo facts.RepoID, after facts.CommitNumber) iter.Seq2[facts.Commit, error] {
	return func(yield func(facts.Commit, error) bool) {
		for {
			commits, err := q.commitsWithFiles(ctx, repo, after)
			if err != nil {
				yield(facts.Commit{}, err)
				return
			}
			for i := range commits {
				if !yield(commits[i], nil) {
					return
				}
			}
			if len(commits) < commitsPerRead {
				return
			}
			after = commits[len(commits)-1].Number
		}
	}
}

func (q *queries) commitsWithFiles(ctx context.Context, repo facts.RepoID, after facts.CommitNumber) ([]facts.Commit, error) {
	commits, err := list(ctx, q, fmt.Sprintf("read commits of repo=%d", repo), newCommitScan(),
		`SELECT `+commitColumns+` FROM commits c WHERE c.repo_id = $1 AND c.number > $2 ORDER BY c.number LIMIT $3`, repo, after, commitsPerRead)
	if err != nil || len(commits) == 0 {
		return nil, err
	}
	first, last := commits[0].Number, commits[len(commits)-1].Number
	files, err := q.files(ctx, repo, first, last, false)
	if err != nil {
		return nil, err
	}
	coAuthors, err := q.coAuthors(ctx, repo, first, last)
	for i := range commits {
		n := commits[i].Number
		commits[i].Files, commits[i].CoAuthors = files[n], coAuthors[n]
	}
	return commits, err
}

// SharedCommit is a commit of one repo that another imported repo holds too, as forks and mirrors do.
type SharedCommit struct {
	Number facts.CommitNumber
	Other  facts.RepoID
}

// inLiveRepo lets commits o of imported repos through. The plus keeps a database from looking each commit up once for every imported
// repo, by the index of commits: of 2,000 repos that took four seconds, and takes 30 ms so.
const inLiveRepo = `+o.repo_id IN (` + liveRepos + `)`

// SharedVerdict is what was decided in another imported repo about a commit that both hold.
type SharedVerdict struct {
	Other  facts.RepoID
	Reason facts.Reason
	Detail string
}

// SharedVerdicts streams, repo by repo, what other imported repos decided about commits that a repo holds too, each decision once.
// Merges, and what is on no branch or superseded there, are left out: these count nowhere else either.
func (q *queries) SharedVerdicts(ctx context.Context, repo facts.RepoID) iter.Seq2[SharedVerdict, error] {
	return stream(ctx, q, fmt.Sprintf("find shared verdicts of repo=%d", repo), func(row scanner) (s SharedVerdict, err error) {
		err = row.Scan(&s.Other, &s.Reason, &s.Detail)
		return s, err
	}, `SELECT DISTINCT o.repo_id, v.reason, v.detail FROM commits c JOIN commits o ON o.hash = c.hash AND o.repo_id <> c.repo_id
		JOIN verdicts v ON v.repo_id = o.repo_id AND v.number = o.number
		WHERE c.repo_id = $1 AND v.reason NOT IN ($2, $3, $4) AND `+inLiveRepo+` ORDER BY o.repo_id`,
		repo, string(facts.LeftMerge), string(facts.LeftUnreachable), string(facts.LeftSuperseded))
}

// SharedCommits streams, by number, which commits of a repo are also in other imported repos.
func (q *queries) SharedCommits(ctx context.Context, repo facts.RepoID) iter.Seq2[SharedCommit, error] {
	return stream(ctx, q, fmt.Sprintf("find shared commits of repo=%d", repo), func(row scanner) (s SharedCommit, err error) {
		err = row.Scan(&s.Number, &s.Other)
		return s, err
	}, `SELECT c.number, o.repo_id FROM commits c JOIN commits o ON o.hash = c.hash AND o.repo_id <> c.repo_id
		WHERE c.repo_id = $1 AND `+inLiveRepo+` ORDER BY c.number, o.repo_id`, repo)
}
