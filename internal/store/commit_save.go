package store

import (
	"context"
	"encoding/hex"
	"fmt"

	"weir/internal/facts"
)

// cursor is how far a saving of commits has come: the next commit, and the next of its files.
type cursor struct{ commit, file int }

// SaveCommits keeps commits with their files. Saving one again changes nothing, so a run that was cut
// short can begin again anywhere. Numbers must rise. A number that is held by another hash, or a hash by
// another number, is facts.ErrConflict: the history was numbered anew, and DeleteFacts comes first.
func (t *Tx) SaveCommits(ctx context.Context, repo facts.RepoID, commits []facts.Commit) error {
	_, err := t.saveCommits(ctx, repo, commits, cursor{}, endlessTurn())
	return err
}

// SaveCommits does so in transactions short enough that a page or a webhook never waits long. When it
// fails, the commits up to LastCommitNumber are saved whole.
func (s *Store) SaveCommits(ctx context.Context, repo facts.RepoID, commits []facts.Commit) error {
	for at := (cursor{}); at.commit < len(commits); {
		var next cursor
		err := s.InTx(ctx, func(tx *Tx) (err error) {
			next, err = tx.saveCommits(ctx, repo, commits, at, s.newTurn())
			return err
		})
		if err != nil {
			return err
		}
		at = next
	}
	return nil
}

// saveCommits saves from a cursor until the turn is over and gives the next cursor. A commit's row is
// written after the last of its files, so that a commit that is held is held whole.
func (t *Tx) saveCommits(ctx context.Context, repo facts.RepoID, commits []facts.Commit, at cursor, limit turn) (cursor, error) {
	w, err := t.commitWriter(ctx, repo, commits[at.commit:])
	if err != nil {
		return at, err
	}
	for ; at.commit < len(commits) && !limit.over(); at = (cursor{commit: at.commit + 1}) {
		c := &commits[at.commit]
		held, err := w.holds(c)
		if err != nil {
			return at, err
		}
		if held {
			continue
		}
		if at.file, err = w.addFiles(ctx, c, at.file, limit); err != nil {
			return at, err
		}
		if at.file < len(c.Files) {
			break
		}
		if err := w.addCommit(ctx, c); err != nil {
			return at, err
		}
	}
	return at, w.flush(ctx)
}

type commitWriter struct {
	repo                      facts.RepoID
	doing                     string
	commits, files, coAuthors *bulk
	held                      map[facts.CommitNumber]string // numbers within the range that are saved already, with their hash
}

func (t *Tx) commitWriter(ctx context.Context, repo facts.RepoID, commits []facts.Commit) (*commitWriter, error) {
	w := &commitWriter{repo: repo, doing: fmt.Sprintf("save commits of repo=%d", repo), held: map[facts.CommitNumber]string{}}
	w.commits = t.bulk(w.doing, "commits", `repo_id, number, hash, parents, parent_list, author_id, authored_at, author_offset, day,
		committer_id, committed_at, subject, patch_id, problem`, "ON CONFLICT (repo_id, number) DO NOTHING")
	w.files = t.bulk(w.doing, "commit_files", `repo_id, number, position, path, old_path, status, kind, generated, added, deleted,
		merge_lines, new_lines, unattributed, hunk_count, touched, hunks`, "ON CONFLICT (repo_id, number, position) DO NOTHING")
	w.coAuthors = t.coAuthorBulk(w.doing)
	if len(commits) == 0 {
		return w, nil
	}
	scan := func(row scanner) (n facts.CommitNumber, err error) {
		var hash []byte
		err = row.Scan(&n, &hash)
		w.held[n] = hex.EncodeToString(hash)
		return n, err
	}
	_, err := list(ctx, &t.queries, w.doing, scan, `SELECT number, hash FROM commits WHERE repo_id = $1 AND number BETWEEN $2 AND $3`,
		repo, commits[0].Number, commits[len(commits)-1].Number)
	return w, err
}

func (w *commitWriter) holds(c *facts.Commit) (bool, error) {
	hash, held := w.held[c.Number]
	if held && hash != c.Hash {
		return false, fmt.Errorf("%s: number %d is %s and not %s: %w", w.doing, c.Number, hash, c.Hash, facts.ErrConflict)
	}
	return held, nil
}

func (w *commitWriter) addFiles(ctx context.Context, c *facts.Commit, from int, limit turn) (int, error) {
	for i := from; i < len(c.Files); i++ {
		if limit.over() {
			return i, nil
		}
		f := &c.Files[i]
		err := w.files.add(ctx, int64(w.repo), int64(c.Number), int64(i), []byte(f.Path), []byte(f.OldPath), int64(f.Status), int64(f.Kind),
			f.Generated, int64(f.Added), int64(f.Deleted), int64(f.MergeLines), int64(f.New), int64(f.Unattributed), int64(f.HunkCount),
			packTouched(f.Touched), packHunks(f.Hunks))
		if err != nil {
			return i, err
		}
	}
	return len(c.Files), nil
}

func (w *commitWriter) addCommit(ctx context.Context, c *facts.Commit) error {
	hash, err := hex.DecodeString(c.Hash)
	if err != nil {
		return fmt.Errorf("%s: %q is not an object id", w.doing, c.Hash)
	}
	patch, err := hex.DecodeString(c.PatchID)
	if err != nil {
		return fmt.Errorf("%s: %q is not a patch id", w.doing, c.PatchID)
	}
	if err := w.coAuthors.addCoAuthors(ctx, w.repo, c.Number, c.CoAuthors); err != nil {
		return err
	}
	return w.commits.add(ctx, int64(w.repo), int64(c.Number), hash, int64(c.Parents), packNumbers(c.ParentNumbers), int64(c.Author),
		c.AuthoredAt, int64(c.AuthorOffset), int64(c.Day), int64(c.Committer), c.CommittedAt, clean(c.Subject), patch, clean(c.Problem))
}

func (w *commitWriter) flush(ctx context.Context) error {
	for _, b := range []*bulk{w.files, w.coAuthors} {
		if err := b.flush(ctx); err != nil {
			return err
		}
	}
	return w.commits.flush(ctx)
}
