package judge

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"weir/internal/facts"
)

func judgedGroups(t testing.TB, work facts.GroupWork, commits ...facts.Commit) *Result {
	t.Helper()
	rules := facts.DefaultRules()
	rules.GroupWork = work
	j, err := New(rules, facts.Repo{}, people)
	if err != nil {
		t.Fatal(err)
	}
	for i := range commits {
		j.Add(&commits[i])
	}
	return j.Finish(World{})
}

func with(c facts.Commit, coAuthors ...facts.IdentityID) facts.Commit {
	c.CoAuthors = coAuthors
	return c
}

// Commit 1 is Ann's, of seven lines. It names her other address, P3 twice, a bot, somebody excluded and somebody hidden: she and P3
// have a part. Split, she has lines 1 3 5 7 of it and P3 2 4 6, for its object id begins with 00. Commit 2 names nobody who counts, 3 is
// an outlier, 4 is a bot's, 5 a merge, 6 has no co-author.
func TestGroups(t *testing.T) {
	t.Parallel()
	commits := []facts.Commit{
		with(commit(1, 1, 7), 2, 3, 4, 3, 5, 6), with(commit(2, 1, 5, 1), 4, 2), with(commit(3, 1, 1001, 2), 3), with(commit(4, 4, 5, 3), 3),
		with(commit(5, 1, 5, 4, 2), 3), commit(6, 1, 5, 5),
	}
	shares := func(res *Result) map[facts.CommitNumber][]int {
		got := map[facts.CommitNumber][]int{}
		for c := range res.Commits() {
			if c.Group == nil {
				continue
			}
			if c.Group.Counted != (c.Reason == facts.Counts) || c.Group.Number != c.Number || c.Group.Day != c.Day {
				t.Errorf("commit %d: %+v", c.Number, c.Group)
			}
			for _, s := range c.Group.Shares {
				got[c.Number] = append(got[c.Number], int(s.Person), s.Lines.HALOC(), s.Added)
			}
		}
		return got
	}
	for work, want := range map[facts.GroupWork]map[facts.CommitNumber][]int{
		facts.GroupFull:   {1: {1, 7, 7, 3, 7, 7}, 3: {1, 1001, 1001, 3, 1001, 1001}, 4: {4, 5, 5, 3, 5, 5}},
		facts.GroupSplit:  {1: {1, 4, 3, 3, 3, 4}, 3: {1, 501, 500, 3, 500, 501}, 4: {4, 3, 2, 3, 2, 3}},
		facts.GroupAuthor: {},
	} {
		res := judgedGroups(t, work, commits...)
		if diff := cmp.Diff(want, shares(res)); diff != "" {
			t.Errorf("%s:\n%s", work, diff)
		}
		if work == facts.GroupAuthor {
			continue
		}
		for _, d := range res.Daily {
			if d.Person == 1 && d.Commits != 2 {
				t.Errorf("%s: Ann has %d commits alone, want 2 and 6", work, d.Commits)
			}
		}
	}
}

// However work is credited, what the roll-ups hold once is what the commits that count hold.
func TestGroupWorkNeverCountsTwice(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		var commits []facts.Commit
		for n := range rapid.IntRange(1, 12).Draw(rt, "commits") {
			c := commit(facts.CommitNumber(n+1), facts.IdentityID(rapid.IntRange(1, 9).Draw(rt, "author")), rapid.IntRange(0, 1100).Draw(rt, "lines"))
			c.CoAuthors = rapid.SliceOfN(rapid.Custom(func(rt *rapid.T) facts.IdentityID { return facts.IdentityID(rapid.IntRange(1, 9).Draw(rt, "id")) }), 0, 4).Draw(rt, "co-authors")
			commits = append(commits, c)
		}
		work := rapid.SampledFrom([]facts.GroupWork{facts.GroupFull, facts.GroupSplit, facts.GroupAuthor}).Draw(rt, "work")
		res := judgedGroups(t, work, commits...)
		days := slices.Clone(res.Daily)
		want, got := 0, 0
		wantLines, gotLines := 0, 0
		for c := range res.Commits() {
			if c.Reason == facts.Counts {
				want, wantLines = want+1, wantLines+c.Lines.HALOC()
			}
			if c.Group != nil && c.Group.Counted {
				days = append(days, c.Group.Dailies(func(facts.PersonID) bool { return true })...)
			}
		}
		for _, d := range days {
			once := d.Once()
			got, gotLines = got+once.Commits, gotLines+once.Lines.HALOC()
		}
		if got != want || gotLines != wantLines {
			rt.Fatalf("%d commits and %d lines, want %d and %d", got, gotLines, want, wantLines)
		}
	})
}
