package store

import (
	"iter"

	"weir/internal/facts"
)

// sharesJoin gives each judged commit as many rows as people are credited with it, one with position -1 when it is the author alone.
const sharesJoin = ` LEFT JOIN group_shares g ON g.repo_id = v.repo_id AND g.number = v.number`

const sharedColumns = `, COALESCE(g.position, -1), COALESCE(g.split, FALSE), COALESCE(g.person_id, 0), COALESCE(g.new_work, 0), COALESCE(g.legacy_refactor, 0),
	COALESCE(g.help_others, 0), COALESCE(g.rework, 0), COALESCE(g.unattributed, 0), COALESCE(g.added, 0), COALESCE(g.deleted, 0), COALESCE(g.impact, 0)`

// newSharedScan takes one row of that join.
func newSharedScan() func(scanner) (facts.JudgedCommit, error) {
	c, v := &commitScan{}, &facts.Verdict{}
	var position int
	var split bool
	var share facts.Share
	dest := append(append(append(c.into(), verdictInto(v)...), into(&position), &split), shareInto(&share)...)
	return func(row scanner) (facts.JudgedCommit, error) {
		if err := row.Scan(dest...); err != nil {
			return facts.JudgedCommit{}, err
		}
		commit, err := c.done()
		judged := facts.JudgedCommit{Commit: commit, Verdict: *v, Split: split}
		if position >= 0 {
			judged.Shares = []facts.Share{share}
		}
		return judged, err
	}
}

// together puts the rows of one commit together.
func together(rows iter.Seq2[facts.JudgedCommit, error]) iter.Seq2[facts.JudgedCommit, error] {
	return func(yield func(facts.JudgedCommit, error) bool) {
		var commit facts.JudgedCommit
		begun := false
		for row, err := range rows {
			switch {
			case err != nil:
				if begun && !yield(commit, nil) {
					return
				}
				yield(facts.JudgedCommit{}, err)
				return
			case begun && row.Repo == commit.Repo && row.Number == commit.Number:
				commit.Shares = append(commit.Shares, row.Shares...)
				continue
			case begun && !yield(commit, nil):
				return
			}
			commit, begun = row, true
		}
		if begun {
			yield(commit, nil)
		}
	}
}
