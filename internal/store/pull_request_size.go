package store

import (
	"context"
	"fmt"

	"weir/internal/facts"
)

// DueSizes lists pull requests of a repo, by number after one, that were never measured or of which something was saved since, at
// most so many. Those that are gone are not.
func (q *queries) DueSizes(ctx context.Context, repo facts.RepoID, after, most int) ([]DueItem, error) {
	return list(ctx, q, fmt.Sprintf("list pull requests to measure of repo=%d", repo), scanDueItem,
		`SELECT p.number, p.changes FROM pull_requests p LEFT JOIN pull_request_sizes s ON s.repo_id = p.repo_id AND s.number = p.number
		WHERE p.repo_id = $1 AND p.number > $2 AND p.gone_at = 0 AND (s.number IS NULL OR s.changes <> p.changes) ORDER BY p.number LIMIT $3`, repo, after, most)
}

// LackingSize is a pull request that could not be measured wholly, with the object that was not there.
type LackingSize struct {
	DueItem
	Object string
}

// LackingSizes lists pull requests of a repo, by number after one, of which an object was missed, at most so many.
func (q *queries) LackingSizes(ctx context.Context, repo facts.RepoID, after, most int) ([]LackingSize, error) {
	return list(ctx, q, fmt.Sprintf("list pull requests of repo=%d that lack objects", repo), func(row scanner) (l LackingSize, err error) {
		err = row.Scan(&l.Number, &l.Changes, &l.Object)
		return l, err
	}, `SELECT s.number, p.changes, s.lacking FROM pull_request_sizes s JOIN pull_requests p ON p.repo_id = s.repo_id AND p.number = s.number
		WHERE s.repo_id = $1 AND s.number > $2 AND s.lacking <> '' AND p.gone_at = 0 ORDER BY s.number LIMIT $3`, repo, after, most)
}

// PullRequestSizes gives what is known of pull requests by number; those that were never measured are left out.
func (q *queries) PullRequestSizes(ctx context.Context, repo facts.RepoID, numbers []int) (map[int]facts.PullRequestSize, error) {
	s := itemStatement("s", repo, numbers)
	sizes := map[int]facts.PullRequestSize{}
	_, err := list(ctx, q, fmt.Sprintf("load sizes of pull requests of repo=%d", repo), func(row scanner) (size facts.PullRequestSize, err error) {
		var files, places []byte
		if err := row.Scan(&size.Number, &size.State, &size.MadeOf, &size.Lacking, &files, &places, &size.Changes); err != nil {
			return size, err
		}
		if size.Files, err = unpackSizedFiles(files); err != nil {
			return size, err
		}
		size.Places, err = unpackPlaces(places)
		sizes[size.Number] = size
		return size, err
	}, `SELECT s.number, s.state, s.made_of, s.lacking, s.files, s.places, s.changes FROM pull_request_sizes s`+s.clause(), s.args...)
	return sizes, err
}

// SavePullRequestSizes keeps what was measured in place of what was known, and lets the pull requests be judged again.
func (t *Tx) SavePullRequestSizes(ctx context.Context, repo facts.RepoID, sizes []facts.PullRequestSize) error {
	b := t.bulk(fmt.Sprintf("save sizes of pull requests of repo=%d", repo), "pull_request_sizes", "repo_id, number, state, made_of, lacking, files, places, changes",
		`ON CONFLICT (repo_id, number) DO UPDATE SET state = excluded.state, made_of = excluded.made_of, lacking = excluded.lacking,
			files = excluded.files, places = excluded.places, changes = excluded.changes`)
	for _, s := range sizes {
		// Saving is a change of its own. One that comes between leaves the two different, and so the pull request due.
		err := b.add(ctx, int64(repo), int64(s.Number), string(s.State), s.MadeOf, s.Lacking, packSizedFiles(s.Files), packPlaces(s.Places), s.Changes+1)
		if err != nil {
			return err
		}
	}
	if err := b.flush(ctx); err != nil {
		return err
	}
	return t.changed(ctx, repo, numbersOf(sizes, func(s *facts.PullRequestSize) int { return s.Number }), "pull_requests")
}

// KeepPullRequestSize notes that the size of a pull request is as it was.
func (t *Tx) KeepPullRequestSize(ctx context.Context, repo facts.RepoID, due DueItem) error {
	_, err := t.exec(ctx, fmt.Sprintf("keep size of pull request %d of repo=%d", due.Number, repo),
		`UPDATE pull_request_sizes SET changes = $1 WHERE repo_id = $2 AND number = $3`, due.Changes, repo, due.Number)
	return err
}

// SizeCounts counts, by their lines, the pull requests of imported repos that count and whose size is known, the smallest first.
func (q *queries) SizeCounts(ctx context.Context) ([]facts.SizeCount, error) {
	return list(ctx, q, "count pull requests by size", func(row scanner) (c facts.SizeCount, err error) {
		err = row.Scan(&c.Lines, &c.PullRequests)
		return c, err
	}, `SELECT v.lines, COUNT(*) FROM pull_request_verdicts v WHERE v.reason = '' AND v.size_state = 'known' AND v.repo_id IN (`+liveRepos+`)
		GROUP BY v.lines ORDER BY v.lines`)
}
