package store

import (
	"cmp"
	"context"
	"fmt"
	"iter"
	"math"
	"slices"

	"weir/internal/facts"
)

const dailyColumns = `d.repo_id, d.day, d.person_id, d.commits, d.merges, d.left_out, d.new_work,
	d.legacy_refactor, d.help_others, d.rework, d.unattributed, d.added, d.deleted, d.impact`

func newDailyScan() func(scanner) (facts.Daily, error) {
	d := &facts.Daily{}
	dest := dailyInto(d)
	return func(row scanner) (facts.Daily, error) {
		err := row.Scan(dest...)
		return *d, err
	}
}

// newDailyOnceScan takes how many commits repeat others too.
func newDailyOnceScan() func(scanner) (facts.Daily, error) {
	d := &facts.Daily{}
	dest := append(dailyInto(d), into(&d.Repeats), &d.RepeatsLines)
	return func(row scanner) (facts.Daily, error) {
		err := row.Scan(dest...)
		return *d, err
	}
}

func dailyInto(d *facts.Daily) []any {
	return []any{into(&d.Repo), into(&d.Day), into(&d.Person), into(&d.Commits), into(&d.Merges), into(&d.LeftOut),
		into(&d.Lines.NewWork), into(&d.Lines.LegacyRefactor), into(&d.Lines.HelpOthers), into(&d.Lines.Rework),
		into(&d.Lines.Unattributed), into(&d.Added), into(&d.Deleted), &d.Impact}
}

// Daily streams the roll-ups of a query by day, person and repo. Only repos that reports speak of are looked at. A commit of
// several people is in the roll-ups of each of them; those that repeat it say so.
func (q *queries) Daily(ctx context.Context, query facts.Query) iter.Seq2[facts.Daily, error] {
	s := queryStatement("d", query)
	s.where("d.repo_id IN (" + liveRepos + ")")
	alone := `SELECT ` + dailyColumns + `, 0, FALSE FROM daily d` + s.clause()
	return stream(ctx, q, "read roll-ups", newDailyOnceScan(), alone+` UNION ALL `+groupDaily(s, query)+` ORDER BY 2, 3, 1, 15, 16`, s.args...)
}

// Span gives the first and the last day with a roll-up in the repos that reports speak of;
// facts.ErrNotFound when there is none yet.
func (q *queries) Span(ctx context.Context, repos ...facts.RepoID) (first, last facts.Day, err error) {
	s := &statement{}
	s.where("d.repo_id IN (" + liveRepos + ")")
	whereIn(s, "d.repo_id", repos)
	days := `(SELECT repo_id, day FROM daily UNION ALL SELECT repo_id, day FROM group_shares WHERE counted) d`
	type span struct{ first, last facts.Day }
	v, err := one(ctx, q, "find first and last day", func(row scanner) (v span, err error) {
		err = row.Scan(&v.first, &v.last)
		return v, err
	}, `SELECT MIN(d.day), MAX(d.day) FROM `+days+s.clause()+` HAVING COUNT(*) > 0`, s.args...)
	return v.first, v.last, err
}

type dailyKey struct {
	day    facts.Day
	person facts.PersonID
}

// dailyAtOnce is about how many roll-ups are compared with those held at a time.
const dailyAtOnce = 5000

// ReplaceDaily makes rows the roll-ups of a repo, all of them. It writes the difference only, in short
// transactions, so a judgement that changed little costs little. Repo of the rows is not read.
func (s *Store) ReplaceDaily(ctx context.Context, repo facts.RepoID, rows []facts.Daily) error {
	byDay := func(a, b facts.Daily) int { return cmp.Compare(a.Day, b.Day) }
	if !slices.IsSortedFunc(rows, byDay) {
		rows = slices.Clone(rows)
		slices.SortFunc(rows, byDay)
	}
	for from := facts.Day(math.MinInt32); ; {
		n, to := len(rows), facts.Day(math.MaxInt32)
		if n > dailyAtOnce {
			for n = dailyAtOnce; n < len(rows) && rows[n].Day == rows[n-1].Day; {
				n++
			}
			if n < len(rows) {
				to = rows[n-1].Day
			}
		}
		if err := s.replaceDays(ctx, repo, from, to, rows[:n]); err != nil || n == len(rows) {
			return err
		}
		rows, from = rows[n:], to+1
	}
}

// replaceDays makes rows the roll-ups of the days from one to another.
func (s *Store) replaceDays(ctx context.Context, repo facts.RepoID, from, to facts.Day, rows []facts.Daily) error {
	held, err := s.heldDaily(ctx, repo, from, to)
	if err != nil {
		return err
	}
	var changed []facts.Daily
	for _, d := range rows {
		d.Repo = repo
		key := dailyKey{d.Day, d.Person}
		if old, ok := held[key]; !ok || old != d {
			changed = append(changed, d)
		}
		delete(held, key)
	}
	if err := s.removeDaily(ctx, repo, held); err != nil {
		return err
	}
	for len(changed) > 0 {
		n, err := alone(ctx, s, func(tx *Tx) (int, error) { return tx.saveDaily(ctx, repo, changed, s.newTurn()) })
		if err != nil {
			return err
		}
		changed = changed[n:]
	}
	return nil
}

func (s *Store) heldDaily(ctx context.Context, repo facts.RepoID, from, to facts.Day) (map[dailyKey]facts.Daily, error) {
	held := map[dailyKey]facts.Daily{}
	for d, err := range stream(ctx, &s.queries, fmt.Sprintf("read roll-ups of repo=%d", repo), newDailyScan(),
		`SELECT `+dailyColumns+` FROM daily d WHERE d.repo_id = $1 AND d.day BETWEEN $2 AND $3`, repo, from, to) {
		if err != nil {
			return nil, err
		}
		held[dailyKey{d.Day, d.Person}] = d
	}
	return held, nil
}

func (t *Tx) saveDaily(ctx context.Context, repo facts.RepoID, rows []facts.Daily, limit turn) (int, error) {
	b := t.bulk(fmt.Sprintf("save roll-ups of repo=%d", repo), "daily", `repo_id, day, person_id, commits, merges, left_out, new_work,
		legacy_refactor, help_others, rework, unattributed, added, deleted, impact`,
		`ON CONFLICT (repo_id, day, person_id) DO UPDATE SET commits = excluded.commits, merges = excluded.merges, left_out = excluded.left_out,
			new_work = excluded.new_work, legacy_refactor = excluded.legacy_refactor, help_others = excluded.help_others, rework = excluded.rework,
			unattributed = excluded.unattributed, added = excluded.added, deleted = excluded.deleted, impact = excluded.impact`)
	n := 0
	for ; n < len(rows) && (n == 0 || !limit.over()); n++ {
		d := &rows[n]
		err := b.add(ctx, int64(repo), int64(d.Day), int64(d.Person), int64(d.Commits), int64(d.Merges), int64(d.LeftOut), int64(d.Lines.NewWork),
			int64(d.Lines.LegacyRefactor), int64(d.Lines.HelpOthers), int64(d.Lines.Rework), int64(d.Lines.Unattributed), int64(d.Added),
			int64(d.Deleted), d.Impact)
		if err != nil {
			return 0, err
		}
	}
	return n, b.flush(ctx)
}

// removeDaily removes roll-ups that are no longer true.
func (s *Store) removeDaily(ctx context.Context, repo facts.RepoID, rows map[dailyKey]facts.Daily) error {
	keys := make([]dailyKey, 0, len(rows))
	for key := range rows {
		keys = append(keys, key)
	}
	for len(keys) > 0 {
		n, err := alone(ctx, s, func(tx *Tx) (int, error) {
			n := 0
			for limit := s.newTurn(); n < len(keys) && (n == 0 || !limit.over()); n++ {
				_, err := tx.exec(ctx, fmt.Sprintf("remove roll-ups of repo=%d", repo),
					`DELETE FROM daily WHERE repo_id = $1 AND day = $2 AND person_id = $3`, repo, keys[n].day, keys[n].person)
				if err != nil {
					return 0, err
				}
			}
			return n, nil
		})
		if err != nil {
			return err
		}
		keys = keys[n:]
	}
	return nil
}
