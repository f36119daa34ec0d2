package storetest

import (
	"testing"

	"weir/internal/facts"
	"weir/internal/store"
)

var groupBehaviour = []behaviour{
	{"commits of several people are replaced as a whole", replacesGroups},
	{"roll-ups hold a commit of several people with each, and once in the sum", readsGroupDaily},
	{"commits are listed under each who is credited with them", listsGroupCommits},
	{"verdicts of a repo are given by number", givesVerdicts},
}

func lines(n int) facts.WorkTypes { return facts.WorkTypes{NewWork: n} }

// aGroup is a commit on the day of its number: of 5 lines person 1 has 3, person 2 has 2.
func aGroup(n int, split bool) facts.GroupCommit {
	g := facts.GroupCommit{Number: facts.CommitNumber(n), Day: facts.Day(n), Counted: true, Split: split, Shares: []facts.Share{
		{Person: 1, Lines: lines(5), LineCounts: facts.LineCounts{Added: 5}, Impact: 10}, {Person: 2, Lines: lines(5), LineCounts: facts.LineCounts{Added: 5}, Impact: 10}}}
	if split {
		g.Shares[0] = facts.Share{Person: 1, Lines: lines(3), LineCounts: facts.LineCounts{Added: 3}, Impact: 5}
		g.Shares[1] = facts.Share{Person: 2, Lines: lines(2), LineCounts: facts.LineCounts{Added: 2}, Impact: 5}
	}
	return g
}

func days(t *testing.T, s *store.Store, people ...facts.PersonID) []facts.Daily {
	all := collect(s.Daily(t.Context(), facts.Query{From: -10, To: 100, People: people}))
	for i := range all {
		all[i].Repo = 0
	}
	return all
}

func replacesGroups(t *testing.T, s *store.Store) {
	ctx := t.Context()
	w := NewWorld(t, s, "Main", 3)
	a, b := w.Repos[0], w.Repos[1]
	check(s.ReplaceGroups(ctx, b, []facts.GroupCommit{aGroup(1, false)}))
	check(s.ReplaceGroups(ctx, a, []facts.GroupCommit{aGroup(1, false), aGroup(2, false), aGroup(3, false)}))
	third := aGroup(3, true)
	check(s.ReplaceGroups(ctx, a, []facts.GroupCommit{aGroup(2, false), third}))
	first, last, err := s.Span(ctx, a)
	check(err)
	equal(t, "span", []facts.Day{first, last}, []facts.Day{2, 3})
	equal(t, "person 2", days(t, s, 2), []facts.Daily{
		{Day: 1, Person: 2, Commits: 1, Lines: lines(5), LineCounts: facts.LineCounts{Added: 5}, Impact: 10},
		{Day: 2, Person: 2, Commits: 1, Lines: lines(5), LineCounts: facts.LineCounts{Added: 5}, Impact: 10},
		{Day: 3, Person: 2, Commits: 1, Lines: lines(2), LineCounts: facts.LineCounts{Added: 2}, Impact: 5},
	})
	check(s.ReplaceGroups(ctx, a, nil))
	equal(t, "left", len(days(t, s)), 2)
	check(s.ReplaceGroups(ctx, b, nil))
	_, _, err = s.Span(ctx)
	wantError(t, "no span", err, facts.ErrNotFound)
}

// Beside a day of person 1 alone with 4 lines there is a commit of persons 1 and 2 with 5 lines, and one of 2 and 3 that does not count.
func readsGroupDaily(t *testing.T, s *store.Store) {
	ctx := t.Context()
	repo := NewWorld(t, s, "Main", 2).Repos[0]
	check(s.ReplaceDaily(ctx, repo, []facts.Daily{{Day: 1, Person: 1, Commits: 1, Lines: lines(4)}}))
	for _, split := range []bool{false, true} {
		left := aGroup(2, split)
		left.Counted, left.Shares[0].Person = false, 3
		check(s.ReplaceGroups(ctx, repo, []facts.GroupCommit{aGroup(1, split), left}))
		for _, c := range []struct {
			people         []facts.PersonID
			commits, lines int // once
			full, halves   int // added up person by person
		}{
			{nil, 2, 9, 14, 9}, {[]facts.PersonID{1}, 2, 9, 9, 7}, {[]facts.PersonID{2}, 1, 5, 5, 2}, {[]facts.PersonID{2, 1}, 2, 9, 14, 9}, {[]facts.PersonID{3}, 0, 0, 0, 0},
		} {
			commits, once, each := 0, 0, 0
			for _, d := range days(t, s, c.people...) {
				if !d.Worked() {
					t.Errorf("%+v is no coding day", d)
				}
				each += d.Lines.NewWork
				d = d.Once()
				commits, once = commits+d.Commits, once+d.Lines.NewWork
			}
			want := []int{c.commits, c.lines, c.full}
			if split {
				want = []int{c.commits, c.halves, c.halves}
			}
			equal(t, "commits and lines once, and by person", []int{commits, once, each}, want)
		}
	}
}

// Person 2 is the author of even commits; commit 1 of person 1 is made together with 2 and 3.
func listsGroupCommits(t *testing.T, s *store.Store) {
	ctx := t.Context()
	w := judgeSome(t, s)
	g := aGroup(1, true)
	g.Shares[0] = facts.Share{Person: 1, Lines: lines(1), Impact: 4}
	g.Shares[1] = facts.Share{Person: 2, Impact: 3}
	g.Shares = append(g.Shares, facts.Share{Person: 3, Impact: 2})
	check(s.ReplaceGroups(ctx, w.Repos[0], []facts.GroupCommit{g}))
	for _, c := range []struct {
		people []facts.PersonID
		want   []int
	}{{[]facts.PersonID{1}, []int{7, 5, 3, 1}}, {[]facts.PersonID{2}, []int{8, 6, 4, 2, 1}}, {[]facts.PersonID{3}, []int{1}}, {[]facts.PersonID{1, 3}, []int{7, 5, 3, 1}}, {nil, []int{8, 7, 6, 5, 4, 3, 2, 1}}} {
		q := facts.Query{To: 100, People: c.people}
		commits := collect(s.JudgedCommits(ctx, q, facts.CommitFilter{}, facts.Page{}))
		equal(t, "commits", numbers(commits), c.want)
		equal(t, "page", collect(s.JudgedCommits(ctx, q, facts.CommitFilter{}, facts.Page{Limit: 100})), commits)
		last := commits[len(commits)-1]
		equal(t, "shares", last.Shares, g.Shares)
		equal(t, "split", last.Split, true)
		var sums facts.CommitSums
		for i := range commits {
			sums.Add(&commits[i], c.people...)
		}
		for _, f := range []facts.CommitFilter{{}, {Search: "change"}} {
			equal(t, "sums", must(s.SumJudgedCommits(ctx, q, f)), sums)
			equal(t, "count", must(s.CountJudgedCommits(ctx, q, f)), len(c.want))
		}
	}
	one := must(s.JudgedCommit(ctx, w.Repos[0], aCommit(1).Hash))
	equal(t, "one", one.Shares, g.Shares)
	equal(t, "alone", len(must(s.JudgedCommit(ctx, w.Repos[0], aCommit(5).Hash)).Shares), 0)
}

func givesVerdicts(t *testing.T, s *store.Store) {
	ctx := t.Context()
	w := judgeSome(t, s)
	held := must(s.Verdicts(ctx, w.Repos[0], 1, 100))
	equal(t, "held", len(held), 6)
	equal(t, "held of a part", len(must(s.Verdicts(ctx, w.Repos[0], 2, 3))), 2)
	for _, c := range collect(s.JudgedCommits(ctx, facts.Query{To: 100, Repos: w.Repos[:1]}, facts.CommitFilter{}, facts.Page{})) {
		equal(t, "verdict", held[c.Number], c.Verdict)
	}
}
