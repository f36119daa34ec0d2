package store

import (
	"context"
	"fmt"
	"slices"

	"weir/internal/facts"
)

const shareColumns = `g.person_id, g.new_work, g.legacy_refactor, g.help_others, g.rework, g.unattributed, g.added, g.deleted, g.impact`

func shareInto(s *facts.Share) []any {
	return []any{into(&s.Person), into(&s.Lines.NewWork), into(&s.Lines.LegacyRefactor), into(&s.Lines.HelpOthers), into(&s.Lines.Rework),
		into(&s.Lines.Unattributed), into(&s.Added), into(&s.Deleted), &s.Impact}
}

// groups streams the commits of a repo that several people are credited with, by number.
func (q *queries) groups(ctx context.Context, repo facts.RepoID) ([]facts.GroupCommit, error) {
	var all []facts.GroupCommit
	var g facts.GroupCommit
	var s facts.Share
	dest := append([]any{into(&g.Number), into(&g.Day), &g.Counted, &g.Split}, shareInto(&s)...)
	_, err := list(ctx, q, fmt.Sprintf("read shares of repo=%d", repo), func(row scanner) (struct{}, error) {
		err := row.Scan(dest...)
		if n := len(all); n == 0 || all[n-1].Number != g.Number {
			all = append(all, g)
		}
		last := &all[len(all)-1]
		last.Shares = append(last.Shares, s)
		return struct{}{}, err
	}, `SELECT g.number, g.day, g.counted, g.split, `+shareColumns+` FROM group_shares g WHERE g.repo_id = $1 ORDER BY g.number, g.position`, repo)
	return all, err
}

// ReplaceGroups makes these the commits of a repo that several people are credited with, all of them, by number. It writes the
// difference only, in short transactions.
func (s *Store) ReplaceGroups(ctx context.Context, repo facts.RepoID, groups []facts.GroupCommit) error {
	old, err := s.groups(ctx, repo)
	if err != nil {
		return err
	}
	held := map[facts.CommitNumber]*facts.GroupCommit{}
	for i := range old {
		held[old[i].Number] = &old[i]
	}
	var changed []facts.GroupCommit
	for i := range groups {
		g := &groups[i]
		if was := held[g.Number]; was == nil || !sameGroup(was, g) {
			changed = append(changed, *g)
		}
		delete(held, g.Number)
	}
	gone := make([]facts.CommitNumber, 0, len(held))
	for n := range held {
		gone = append(gone, n)
	}
	for some := range slices.Chunk(gone, numbersPerRead) {
		if err := s.InTx(ctx, func(tx *Tx) error { return tx.deleteGroups(ctx, repo, some) }); err != nil {
			return err
		}
	}
	for some := range slices.Chunk(changed, numbersPerRead) {
		if err := s.InTx(ctx, func(tx *Tx) error { return tx.saveGroups(ctx, repo, some) }); err != nil {
			return err
		}
	}
	return nil
}

func sameGroup(a, b *facts.GroupCommit) bool {
	return a.Day == b.Day && a.Counted == b.Counted && a.Split == b.Split && slices.Equal(a.Shares, b.Shares)
}

func (t *Tx) deleteGroups(ctx context.Context, repo facts.RepoID, numbers []facts.CommitNumber) error {
	st := &statement{}
	st.where("repo_id = ?", repo)
	whereIn(st, "number", numbers)
	_, err := t.exec(ctx, fmt.Sprintf("remove shares of repo=%d", repo), `DELETE FROM group_shares`+st.clause(), st.args...)
	return err
}

func (t *Tx) saveGroups(ctx context.Context, repo facts.RepoID, groups []facts.GroupCommit) error {
	if err := t.deleteGroups(ctx, repo, numbersOfGroups(groups)); err != nil {
		return err
	}
	b := t.bulk(fmt.Sprintf("save shares of repo=%d", repo), "group_shares", `repo_id, number, position, person_id, day, counted, split,
		new_work, legacy_refactor, help_others, rework, unattributed, added, deleted, impact`, "")
	for i := range groups {
		g := &groups[i]
		for k, s := range g.Shares {
			err := b.add(ctx, int64(repo), int64(g.Number), int64(k), int64(s.Person), int64(g.Day), g.Counted, g.Split,
				int64(s.Lines.NewWork), int64(s.Lines.LegacyRefactor), int64(s.Lines.HelpOthers), int64(s.Lines.Rework),
				int64(s.Lines.Unattributed), int64(s.Added), int64(s.Deleted), s.Impact)
			if err != nil {
				return err
			}
		}
	}
	return b.flush(ctx)
}

func numbersOfGroups(groups []facts.GroupCommit) []facts.CommitNumber {
	numbers := make([]facts.CommitNumber, len(groups))
	for i := range groups {
		numbers[i] = groups[i].Number
	}
	return numbers
}

// groupDaily is a query for the roll-ups of commits that several people are credited with, in the columns of dailyColumns, and how
// many repeat others: of those whom the query asks for, the first has the commit.
func groupDaily(s *statement, query facts.Query) string {
	w := &statement{args: s.args}
	w.period("g", query)
	whereIn(w, "g.person_id", query.People)
	w.where("g.repo_id IN (" + liveRepos + ")")
	w.where("g.counted")
	again := "g.position > 0"
	if len(query.People) > 0 {
		again = `EXISTS (SELECT 1 FROM group_shares o WHERE o.repo_id = g.repo_id AND o.number = g.number AND o.position < g.position
			AND o.person_id IN (` + inList(w, query.People) + `))`
	}
	s.args = w.args
	sums := ""
	for _, column := range []string{"new_work", "legacy_refactor", "help_others", "rework", "unattributed", "added", "deleted"} {
		sums += ", CAST(SUM(x." + column + ") AS BIGINT)"
	}
	return `SELECT x.repo_id, x.day, x.person_id, COUNT(*), 0, 0` + sums + `, SUM(x.impact), CASE WHEN x.again THEN COUNT(*) ELSE 0 END, x.again AND NOT x.split
		FROM (SELECT g.*, ` + again + ` AS again FROM group_shares g` + w.clause() + `) x
		GROUP BY x.repo_id, x.day, x.person_id, x.again, x.split`
}

// shares gives what each of several people is credited with of a commit, nil when it is the author alone.
func (q *queries) shares(ctx context.Context, repo facts.RepoID, n facts.CommitNumber) (shares []facts.Share, split bool, err error) {
	var s facts.Share
	dest := append([]any{&split}, shareInto(&s)...)
	shares, err = list(ctx, q, fmt.Sprintf("read shares of commit %d of repo=%d", n, repo), func(row scanner) (facts.Share, error) {
		err := row.Scan(dest...)
		return s, err
	}, `SELECT g.split, `+shareColumns+` FROM group_shares g WHERE g.repo_id = $1 AND g.number = $2 ORDER BY g.position`, repo, n)
	return shares, split, err
}

// othersShares adds up what people whom a query does not ask for have of the split commits that it lists.
func (q *queries) othersShares(ctx context.Context, query facts.Query, f facts.CommitFilter) (facts.Share, error) {
	s := judgedStatement(query, f)
	s.conds = append(s.conds, "g.split", "g.person_id NOT IN ("+inList(s, query.People)+")")
	sums := ""
	for _, column := range []string{"new_work", "legacy_refactor", "help_others", "rework", "unattributed", "added", "deleted"} {
		sums += ", CAST(COALESCE(SUM(g." + column + "), 0) AS BIGINT)"
	}
	return one(ctx, q, "add up the shares of others", func(row scanner) (sum facts.Share, err error) {
		err = row.Scan(shareInto(&sum)...)
		return sum, err
	}, `SELECT 0`+sums+`, COALESCE(SUM(g.impact), 0)`+judgedTables(f)+` JOIN group_shares g ON g.repo_id = v.repo_id AND g.number = v.number`+s.clause(), s.args...)
}

// whereCredited narrows verdicts to commits of some people, as authors or among those behind a commit.
func whereCredited(s *statement, people []facts.PersonID) {
	if len(people) == 0 {
		return
	}
	list := inList(s, people)
	s.conds = append(s.conds, `(v.person_id IN (`+list+`) OR (v.repo_id, v.number) IN
		(SELECT g.repo_id, g.number FROM group_shares g WHERE g.person_id IN (`+list+`)))`)
}
