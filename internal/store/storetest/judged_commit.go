package storetest

import (
	"testing"

	"weir/internal/facts"
	"weir/internal/store"
)

var judgedBehaviour = []behaviour{
	{"a verdict comes back whole with its commit and is replaced", savesVerdict},
	{"judged commits are narrowed, ordered and paged", listsJudgedCommits},
	{"judged commits are found by number", findsJudgedByNumber},
	{"judged commits of what reports may not speak of stay out", hidesJudgedCommits},
}

func aVerdict(person facts.PersonID) facts.Verdict {
	return facts.Verdict{Reason: facts.LeftOutlier, Detail: "more than 1000", Person: person, Seen: facts.LineCounts{Added: 1, Deleted: 2},
		Lines:      facts.WorkTypes{NewWork: 3, LegacyRefactor: 4, HelpOthers: 5, Rework: 6, Unattributed: 7},
		LineCounts: facts.LineCounts{Added: 8, Deleted: 9}, Hunks: 10, Files: 11, Ignored: 12, MergeLines: 13, Trivial: true, Impact: 1.25,
		Complexity: facts.ComplexityHigh}
}

func savesVerdict(t *testing.T, s *store.Store) {
	ctx := t.Context()
	repo := NewWorld(t, s, "Main", 2).Repos[0]
	want := facts.JudgedCommit{Commit: oddCommit(repo), Verdict: aVerdict(5)}
	check(s.SaveCommits(ctx, repo, []facts.Commit{want.Commit}))
	equal(t, "held before", must(s.HoldsCommit(ctx, repo, want.Hash)), false)
	_, err := s.JudgedCommit(ctx, repo, want.Hash)
	wantError(t, "not judged yet", err, facts.ErrNotFound)
	check(s.SaveVerdicts(ctx, repo, []facts.JudgedCommit{want}))
	equal(t, "judged", must(s.JudgedCommit(ctx, repo, want.Hash)), want)
	equal(t, "held", must(s.HoldsCommit(ctx, repo, want.Hash)), true)
	equal(t, "no id", must(s.HoldsCommit(ctx, repo, "x")), false)
	want.Verdict = facts.Verdict{Person: 6}
	check(s.InTx(ctx, func(tx *store.Tx) error { return tx.SaveVerdicts(ctx, repo, []facts.JudgedCommit{want}) }))
	equal(t, "judged again", must(s.JudgedCommit(ctx, repo, want.Hash)), want)
}

// judgeSome saves commits 1 to 6 in the first repo and 7 to 8 in the second; odd ones are of person 1, even of 2.
func judgeSome(t *testing.T, s *store.Store) World {
	ctx := t.Context()
	w := NewWorld(t, s, "Main", 4)
	ada := must(s.EnsureIdentity(ctx, "Ada Lovelace", "ada@example.com"))
	for n := 1; n <= 8; n++ {
		repo := w.Repos[0]
		if n > 6 {
			repo = w.Repos[1]
		}
		c := facts.JudgedCommit{Commit: aCommit(n)}
		c.Person = facts.PersonID(2 - n%2)
		c.Commit.Author = 99
		c.Lines.NewWork, c.Impact, c.Ignored, c.MergeLines = n, float64(10-n), n%3, n%4
		c.Seen.Added = 2 * n
		switch n {
		case 2:
			c.Reason = facts.LeftMerge
		case 3:
			c.Reason, c.Commit.Author = facts.LeftBot, ada
		case 4:
			c.Complexity = facts.ComplexityHigh
		}
		check(s.SaveCommits(ctx, repo, []facts.Commit{c.Commit}))
		check(s.SaveVerdicts(ctx, repo, []facts.JudgedCommit{c}))
	}
	return w
}

func numbers(commits []facts.JudgedCommit) []int {
	var all []int
	for _, c := range commits {
		all = append(all, int(c.Number))
	}
	return all
}

func listsJudgedCommits(t *testing.T, s *store.Store) {
	ctx := t.Context()
	w := judgeSome(t, s)
	all := facts.Query{From: 0, To: 100}
	for _, c := range []struct {
		name   string
		query  facts.Query
		filter facts.CommitFilter
		want   []int
	}{
		{"newest first", all, facts.CommitFilter{}, []int{8, 7, 6, 5, 4, 3, 2, 1}},
		{"oldest first", all, facts.CommitFilter{Order: facts.OrderOldest}, []int{1, 2, 3, 4, 5, 6, 7, 8}},
		{"largest", all, facts.CommitFilter{Order: facts.OrderLargest}, []int{8, 7, 6, 5, 4, 3, 2, 1}},
		{"impact", all, facts.CommitFilter{Order: facts.OrderImpact}, []int{1, 2, 3, 4, 5, 6, 7, 8}},
		{"ignored, ties by repo and number", all, facts.CommitFilter{Order: facts.OrderIgnored}, []int{2, 5, 8, 1, 4, 7, 3, 6}},
		{"merge lines", all, facts.CommitFilter{Order: facts.OrderMergeOwn}, []int{3, 7, 2, 6, 1, 5, 4, 8}},
		{"days belong to the period", facts.Query{From: 2, To: 4}, facts.CommitFilter{}, []int{4, 3, 2}},
		{"an empty period", facts.Query{From: 4, To: 2}, facts.CommitFilter{}, nil},
		{"people", facts.Query{To: 100, People: []facts.PersonID{1, 77}}, facts.CommitFilter{}, []int{7, 5, 3, 1}},
		{"repos", facts.Query{To: 100, Repos: w.Repos[1:]}, facts.CommitFilter{}, []int{8, 7}},
		{"counted", all, facts.CommitFilter{Count: facts.CommitsCounted}, []int{8, 7, 6, 5, 4, 1}},
		{"left out", all, facts.CommitFilter{Count: facts.CommitsLeftOut}, []int{3, 2}},
		{"reason", all, facts.CommitFilter{Reason: facts.LeftBot}, []int{3}},
		{"complexity", all, facts.CommitFilter{Complexity: facts.ComplexityHigh}, []int{4}},
		{"subject in any case", all, facts.CommitFilter{Search: " CHANGE 5 "}, []int{5}},
		{"author", all, facts.CommitFilter{Search: "lovelace"}, []int{3}},
		{"hash", all, facts.CommitFilter{Search: aCommit(6).Hash}, []int{6}},
		{"beginning of a hash", all, facts.CommitFilter{Search: aCommit(6).Hash[:39]}, []int{8, 7, 6, 5, 4, 3, 2, 1}},
		{"nothing", all, facts.CommitFilter{Search: "100%"}, nil},
	} {
		commits := collect(s.JudgedCommits(ctx, c.query, c.filter, facts.Page{}))
		equal(t, c.name, numbers(commits), c.want)
		var sums facts.CommitSums
		for i := range commits {
			sums.Add(&commits[i], c.query.People...)
		}
		equal(t, c.name+": sums", must(s.SumJudgedCommits(ctx, c.query, c.filter)), sums)
		equal(t, c.name+": count", must(s.CountJudgedCommits(ctx, c.query, c.filter)), len(c.want))
	}
	equal(t, "page", numbers(collect(s.JudgedCommits(ctx, all, facts.CommitFilter{}, facts.Page{Limit: 3, Offset: 2}))), []int{6, 5, 4})
}

func hidesJudgedCommits(t *testing.T, s *store.Store) {
	ctx := t.Context()
	w := judgeSome(t, s)
	all := facts.Query{To: 100}
	check(s.InTx(ctx, func(tx *store.Tx) error { return tx.MarkNotImported(ctx, w.Repos[:1]) }))
	equal(t, "not imported", numbers(collect(s.JudgedCommits(ctx, all, facts.CommitFilter{}, facts.Page{}))), []int{8, 7})
	check(s.DeleteIntegration(ctx, w.Integration))
	equal(t, "deleted", must(s.CountJudgedCommits(ctx, all, facts.CommitFilter{})), 0)
}
