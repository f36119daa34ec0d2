package store

import (
	"cmp"
	"context"
	"encoding/hex"
	"fmt"
	"iter"
	"slices"
	"strings"

	"weir/internal/facts"
)

// SavePullRequestHeads adds heads that were seen. A known one keeps when it was seen first, and takes the
// time of the push when that was not known.
func (t *Tx) SavePullRequestHeads(ctx context.Context, repo facts.RepoID, number int, heads []facts.PullRequestHead) error {
	b := t.bulk(fmt.Sprintf("save heads of pull request %d of repo=%d", number, repo), "pull_request_heads", "repo_id, number, hash, seen_at, pushed_at",
		`ON CONFLICT (repo_id, number, hash) DO UPDATE SET
			seen_at = CASE WHEN excluded.seen_at < pull_request_heads.seen_at THEN excluded.seen_at ELSE pull_request_heads.seen_at END,
			pushed_at = CASE WHEN pull_request_heads.pushed_at = 0 THEN excluded.pushed_at ELSE pull_request_heads.pushed_at END`)
	seen := map[string]bool{}
	for _, h := range heads {
		if seen[h.Hash] { // one statement must not name a row twice
			continue
		}
		seen[h.Hash] = true
		if err := b.add(ctx, int64(repo), int64(number), clean(h.Hash), h.SeenAt, h.PushedAt); err != nil {
			return err
		}
	}
	return b.flush(ctx)
}

// SavePullRequestCommits says which commits are on the head now; nil says nothing. Those that are no longer
// stay, as not current. A known commit keeps when it was added.
func (t *Tx) SavePullRequestCommits(ctx context.Context, repo facts.RepoID, number int, commits []facts.PullRequestCommit) error {
	if commits == nil {
		return nil
	}
	doing := fmt.Sprintf("save commits of pull request %d of repo=%d", number, repo)
	if _, err := t.exec(ctx, doing, `UPDATE pull_request_commits SET on_head = $1 WHERE repo_id = $2 AND number = $3 AND on_head = $4`,
		false, repo, number, true); err != nil {
		return err
	}
	b := t.bulk(doing, "pull_request_commits",
		"repo_id, number, hash, position, added_at, on_head",
		`ON CONFLICT (repo_id, number, hash) DO UPDATE SET position = excluded.position, on_head = excluded.on_head`)
	seen := map[string]bool{}
	for _, c := range commits {
		if seen[c.Hash] {
			continue
		}
		seen[c.Hash] = true
		if err := b.add(ctx, int64(repo), int64(number), clean(c.Hash), int64(c.Position), c.AddedAt, c.Current); err != nil {
			return err
		}
	}
	return b.flush(ctx)
}

func (q *queries) addHeads(ctx context.Context, repo facts.RepoID, numbers []int, into map[int]*facts.PullRequest) error {
	s := itemStatement("h", repo, numbers)
	_, err := list(ctx, q, fmt.Sprintf("load heads of pull requests of repo=%d", repo), func(row scanner) (h facts.PullRequestHead, err error) {
		var number int
		err = row.Scan(&number, &h.Hash, &h.SeenAt, &h.PushedAt)
		if p := into[number]; p != nil {
			p.Heads = append(p.Heads, h)
		}
		return h, err
	}, `SELECT h.number, h.hash, h.seen_at, h.pushed_at FROM pull_request_heads h`+s.clause()+` ORDER BY h.number, h.seen_at, h.pushed_at, h.hash`, s.args...)
	return err
}

// addPullRequestCommits reads what a commit holds from the commit of the same hash, where the mirror of the repo
// has been replayed.
func (q *queries) addPullRequestCommits(ctx context.Context, repo facts.RepoID, numbers []int, into map[int]*facts.PullRequest) error {
	doing := fmt.Sprintf("load commits of pull requests of repo=%d", repo)
	s := itemStatement("c", repo, numbers)
	_, err := list(ctx, q, doing, func(row scanner) (c facts.PullRequestCommit, err error) {
		var number int
		err = row.Scan(&number, &c.Hash, &c.Position, &c.AddedAt, &c.Current)
		if p := into[number]; p != nil {
			p.Commits = append(p.Commits, c)
		}
		return c, err
	}, `SELECT c.number, c.hash, c.position, c.added_at, c.on_head FROM pull_request_commits c`+s.clause()+
		` ORDER BY c.number, c.added_at, c.position, c.hash`, s.args...)
	if err != nil {
		return err
	}
	found := commitsByHash{}
	for _, p := range into {
		for i := range p.Commits {
			found[p.Commits[i].Hash] = append(found[p.Commits[i].Hash], &p.Commits[i])
		}
	}
	if err := q.readCommits(ctx, doing, repo, found); err != nil {
		return err
	}
	for _, p := range into {
		slices.SortStableFunc(p.Commits, func(a, b facts.PullRequestCommit) int {
			return cmp.Or(cmp.Compare(a.AddedAt, b.AddedAt), cmp.Compare(a.Position, b.Position))
		})
	}
	return nil
}

// commitsByHash are commits of pull requests; the same may stand in several.
type commitsByHash map[string][]*facts.PullRequestCommit

func (q *queries) readCommits(ctx context.Context, doing string, repo facts.RepoID, wanted commitsByHash) error {
	hashes := make([]string, 0, len(wanted))
	for hash := range wanted {
		hashes = append(hashes, hash)
	}
	for s := range hashStatements(repo, hashes) {
		_, err := list(ctx, q, doing, wanted.scan, `SELECT c.hash, c.patch_id, c.authored_at, c.committed_at, c.parents, c.author_id, COALESCE(i.person_id, 0)
			FROM commits c LEFT JOIN identities i ON i.id = c.author_id`+s.clause(), s.args...)
		if err != nil {
			return err
		}
	}
	return nil
}

func (w commitsByHash) scan(row scanner) (c facts.PullRequestCommit, err error) {
	var hash, patch []byte
	if err := row.Scan(&hash, &patch, &c.AuthoredAt, &c.CommittedAt, &c.Parents, &c.Identity, &c.Person); err != nil {
		return c, err
	}
	for _, held := range w[hex.EncodeToString(hash)] {
		held.Replayed, held.AuthoredAt, held.CommittedAt, held.Parents = true, c.AuthoredAt, c.CommittedAt, c.Parents
		held.PatchID, held.Identity, held.Person = hex.EncodeToString(patch), c.Identity, c.Person
		held.AddedAt = max(held.AddedAt, c.CommittedAt)
	}
	return c, nil
}

// hashStatements selects commits c of a repo by their hashes, some at a time; what is no hash is passed over.
func hashStatements(repo facts.RepoID, hashes []string) iter.Seq[*statement] {
	const atOnce = 200
	return func(yield func(*statement) bool) {
		for some := range slices.Chunk(hashes, atOnce) {
			s := &statement{}
			s.where("+c.repo_id = ?", repo) // the plus: by the hash, never by going through all commits of the repo
			var marks []string
			for _, hash := range some {
				if raw, err := hex.DecodeString(hash); err == nil {
					marks = append(marks, s.arg(raw))
				}
			}
			if len(marks) == 0 {
				continue
			}
			s.conds = append(s.conds, "c.hash IN ("+strings.Join(marks, ",")+")")
			if !yield(s) {
				return
			}
		}
	}
}

// CommitPaths gives the paths that commits of a repo change, the former ones of renamed files too, by hash. Commits that are
// not held are left out.
func (q *queries) CommitPaths(ctx context.Context, repo facts.RepoID, hashes []string) (map[string][]string, error) {
	paths := map[string][]string{}
	for s := range hashStatements(repo, hashes) {
		_, err := list(ctx, q, fmt.Sprintf("list paths of commits of repo=%d", repo), func(row scanner) (none struct{}, err error) {
			var hash, path, old []byte
			err = row.Scan(&hash, &path, &old)
			key := hex.EncodeToString(hash)
			paths[key] = append(paths[key], string(path), string(old))
			return none, err
		}, `SELECT c.hash, f.path, f.old_path FROM commits c JOIN commit_files f ON f.repo_id = c.repo_id AND f.number = c.number`+s.clause(), s.args...)
		if err != nil {
			return nil, err
		}
	}
	return paths, nil
}
