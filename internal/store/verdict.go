package store

import (
	"context"
	"fmt"

	"weir/internal/facts"
)

const verdictWriteColumns = `repo_id, number, day, authored_at, person_id, reason, detail, seen_added,
	seen_deleted, haloc, new_work, legacy_refactor, help_others, rework, unattributed, added, deleted, hunks, files, ignored,
	merge_lines, trivial, impact, complexity`

const verdictReplace = `ON CONFLICT (repo_id, number) DO UPDATE SET day = excluded.day, authored_at = excluded.authored_at,
	person_id = excluded.person_id, reason = excluded.reason, detail = excluded.detail, seen_added = excluded.seen_added,
	seen_deleted = excluded.seen_deleted, haloc = excluded.haloc, new_work = excluded.new_work, legacy_refactor = excluded.legacy_refactor,
	help_others = excluded.help_others, rework = excluded.rework, unattributed = excluded.unattributed, added = excluded.added,
	deleted = excluded.deleted, hunks = excluded.hunks, files = excluded.files, ignored = excluded.ignored,
	merge_lines = excluded.merge_lines, trivial = excluded.trivial, impact = excluded.impact, complexity = excluded.complexity`

// SaveVerdicts keeps what was decided about commits in place of what was decided before. Of the commits
// only Number, Day and AuthoredAt are read. Commits that are not named keep their verdicts.
func (t *Tx) SaveVerdicts(ctx context.Context, repo facts.RepoID, judged []facts.JudgedCommit) error {
	_, err := t.saveVerdicts(ctx, repo, judged, endlessTurn())
	return err
}

// SaveVerdicts does so in short transactions. When it fails, a leading part may have been saved.
func (s *Store) SaveVerdicts(ctx context.Context, repo facts.RepoID, judged []facts.JudgedCommit) error {
	for len(judged) > 0 {
		n, err := alone(ctx, s, func(tx *Tx) (int, error) { return tx.saveVerdicts(ctx, repo, judged, s.newTurn()) })
		if err != nil {
			return err
		}
		judged = judged[n:]
	}
	return nil
}

func (t *Tx) saveVerdicts(ctx context.Context, repo facts.RepoID, judged []facts.JudgedCommit, limit turn) (int, error) {
	b := t.bulk(fmt.Sprintf("save verdicts of repo=%d", repo), "verdicts", verdictWriteColumns, verdictReplace)
	n := 0
	for ; n < len(judged) && (n == 0 || !limit.over()); n++ {
		c, v := &judged[n].Commit, &judged[n].Verdict
		err := b.add(ctx, int64(repo), int64(c.Number), int64(c.Day), c.AuthoredAt, int64(v.Person), string(v.Reason), clean(v.Detail),
			int64(v.Seen.Added), int64(v.Seen.Deleted), int64(v.Lines.HALOC()), int64(v.Lines.NewWork), int64(v.Lines.LegacyRefactor),
			int64(v.Lines.HelpOthers), int64(v.Lines.Rework), int64(v.Lines.Unattributed), int64(v.Added), int64(v.Deleted), int64(v.Hunks),
			int64(v.Files), int64(v.Ignored), int64(v.MergeLines), v.Trivial, v.Impact, int64(v.Complexity))
		if err != nil {
			return 0, err
		}
	}
	return n, b.flush(ctx)
}

// Verdicts gives what was decided about commits first to last of a repo, by number.
func (q *queries) Verdicts(ctx context.Context, repo facts.RepoID, first, last facts.CommitNumber) (map[facts.CommitNumber]facts.Verdict, error) {
	held := map[facts.CommitNumber]facts.Verdict{}
	var n facts.CommitNumber
	v := &facts.Verdict{}
	dest := append([]any{into(&n)}, verdictInto(v)...)
	for _, err := range stream(ctx, q, fmt.Sprintf("read verdicts of repo=%d", repo), func(row scanner) (struct{}, error) {
		err := row.Scan(dest...)
		held[n] = *v
		return struct{}{}, err
	}, `SELECT v.number, `+verdictColumns+` FROM verdicts v WHERE v.repo_id = $1 AND v.number BETWEEN $2 AND $3`, repo, first, last) {
		if err != nil {
			return nil, err
		}
	}
	return held, nil
}
