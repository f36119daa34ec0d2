package judge_test

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"weir/internal/facts"
	"weir/internal/judge"
	"weir/internal/report"
	"weir/internal/store"
	"weir/internal/store/storetest"
)

// The store meets what the reports need.
var (
	_ report.DailySource  = (*store.Store)(nil)
	_ report.CommitSource = (*store.Store)(nil)
	_ report.DetailSource = (*store.Store)(nil)
)

func hash(n facts.CommitNumber) string { return fmt.Sprintf("%08x%s", n, strings.Repeat("0", 32)) }

const day = 24 * 60 * 60

// commit makes commit n of a line of history: on day n of 1970, so many new lines, in one file.
func commit(n facts.CommitNumber, author facts.IdentityID, lines int) facts.Commit {
	c := facts.Commit{
		Number: n, Hash: hash(n), Author: author, Committer: author, AuthoredAt: int64(n) * day, CommittedAt: int64(n) * day, Day: facts.Day(n),
		Subject: "change",
		Files:   []facts.FileChange{{Path: "main.go", Status: facts.FileModified, Added: lines, New: lines, HunkCount: 1, Hunks: []facts.Hunk{{NewStart: 1, NewLines: lines}}}},
	}
	if n > 1 {
		c.Parents, c.ParentNumbers = 1, []facts.CommitNumber{n - 1}
	}
	return c
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

func judged(ctx context.Context, t *testing.T, s *store.Store, repo facts.RepoID) map[facts.CommitNumber]facts.JudgedCommit {
	t.Helper()
	if err := judge.Repo(ctx, s, repo); err != nil {
		t.Fatal(err)
	}
	q := facts.Query{From: -1000, To: 100000, Repos: []facts.RepoID{repo}}
	all := map[facts.CommitNumber]facts.JudgedCommit{}
	for c, err := range s.JudgedCommits(ctx, q, facts.CommitFilter{}, facts.Page{}) {
		if err != nil {
			t.Fatal(err)
		}
		all[c.Number] = c
	}
	return all
}

// 40 commits of 10 lines on days 1 to 40, then commits of February and later. s of a commit of n new lines with
// one hunk and one file is n + 2 + 4, so one of the usual size has impact 10.
func TestRepo(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		ctx := t.Context()
		repo := storetest.NewWorld(t, s, "Main", 3).Repos[0]
		ann, bob := must(s.EnsureIdentity(ctx, "Ann", "ann@example.com")), must(s.EnsureIdentity(ctx, "Bob", "bob@example.com"))
		var all []facts.Commit
		for n := facts.CommitNumber(1); n <= 40; n++ {
			all = append(all, commit(n, ann, 10))
		}
		all = append(all, commit(41, bob, 2000), commit(42, ann, 26))
		all[41].Files[0].Touched = []facts.TouchedLines{{Identity: bob, Lines: 6}}
		all[41].Files[0].New = 20
		if err := s.SaveCommits(ctx, repo, all); err != nil {
			t.Fatal(err)
		}
		got := judged(ctx, t, s, repo)
		// February's baseline is January's 30 commits (day 0 has none): caps new 10, help 0, hunks 1, files 1; s = 10 + 2 + 4.
		if len(got) != 42 || got[42].Impact != 10 || got[42].Lines.HelpOthers != 6 || got[42].Complexity != facts.ComplexityMedium {
			t.Errorf("commit 42 of %d: %+v", len(got), got[42].Verdict)
		}
		if got[41].Reason != facts.LeftOutlier {
			t.Errorf("commit 41: %+v", got[41].Verdict)
		}
		terms, err := judge.Explain(ctx, s, new(got[42]))
		if err != nil || math.Abs(terms.Impact-got[42].Impact) > 1e-9 || terms.Commits != 30 {
			t.Errorf("explained: %+v %v", terms, err)
		}
		checkDaily(t, s, repo)
		checkFrozen(t, s, repo, ann)
		// Merging the two types history again: help becomes rework.
		people := must(s.People(ctx))
		if err := s.MergePeople(ctx, people[0].ID, people[1].ID); err != nil {
			t.Fatal(err)
		}
		if got := judged(ctx, t, s, repo); got[42].Lines.Rework != 6 || got[42].Lines.HelpOthers != 0 {
			t.Errorf("after merging people: %+v", got[42].Lines)
		}
	})
}

func checkDaily(t *testing.T, s *store.Store, repo facts.RepoID) {
	t.Helper()
	var sum facts.Daily
	for d, err := range s.Daily(t.Context(), facts.Query{From: 0, To: 1000, Repos: []facts.RepoID{repo}}) {
		if err != nil {
			t.Fatal(err)
		}
		sum.Commits += d.Commits
		sum.LeftOut += d.LeftOut
		sum.Lines = sum.Lines.Add(d.Lines)
	}
	if sum.Commits != 41 || sum.LeftOut != 1 || sum.Lines.HALOC() != 426 {
		t.Errorf("roll-ups = %+v", sum)
	}
}

// A commit of January that turns up late does not move what February was compared with.
func checkFrozen(t *testing.T, s *store.Store, repo facts.RepoID, author facts.IdentityID) {
	t.Helper()
	ctx := t.Context()
	before := judged(ctx, t, s, repo)
	var late []facts.Commit
	for n := facts.CommitNumber(43); n <= 80; n++ {
		c := commit(n, author, 900)
		c.AuthoredAt, c.Day = 5*day, 5
		late = append(late, c)
	}
	if err := s.SaveCommits(ctx, repo, late); err != nil {
		t.Fatal(err)
	}
	after := judged(ctx, t, s, repo)
	if before[42].Verdict != after[42].Verdict {
		t.Errorf("commit 42 drifted from %+v to %+v", before[42].Verdict, after[42].Verdict)
	}
	if terms, err := judge.Explain(ctx, s, new(after[42])); err != nil || terms.Commits != 30 {
		t.Errorf("explained after late commits: %+v %v", terms, err)
	}
}

// A fork holds the same commits; they count in the network's root, whichever was imported first, and a repo
// that is gone leaves them to the other. Who is judged again for it is only who decided otherwise.
func TestSharedCommits(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		ctx := t.Context()
		w := storetest.NewWorld(t, s, "Main", 4)
		ann := must(s.EnsureIdentity(ctx, "Ann", "ann@example.com"))
		hold := func(repo facts.RepoID) {
			if err := s.SaveCommits(ctx, repo, []facts.Commit{commit(1, ann, 1), commit(2, ann, 1)}); err != nil {
				t.Fatal(err)
			}
		}
		detail := func(repo facts.RepoID) string { v := judged(ctx, t, s, repo)[1]; return string(v.Reason) + v.Detail }
		affected := func(what string, of facts.RepoID, want ...facts.RepoID) {
			t.Helper()
			if got := must(judge.Affected(ctx, s, of)); !slices.Equal(got, want) {
				t.Errorf("%s: %v are affected, want %v", what, got, want)
			}
		}
		first, second, third := w.Repos[0], w.Repos[1], w.Repos[2]
		hold(second)
		hold(third)
		hold(first) // whose commits come in last, and which comes first
		affected("nobody is judged", first)
		if got := detail(first); got != "" {
			t.Errorf("in the first repo it is left out: %s", got)
		}
		affected("the others are not judged", first)
		name := must(s.Repo(ctx, first)).FullName
		for _, repo := range []facts.RepoID{second, third} {
			if got := detail(repo); got != "duplicatecounted in "+name {
				t.Errorf("in repo %d: %s", repo, got)
			}
		}
		for _, repo := range []facts.RepoID{first, second, third} {
			affected("all know", repo)
		}
		if err := s.MarkRepoGone(ctx, first); err != nil {
			t.Fatal(err)
		}
		affected("the first is gone", first, second, third)
		if got := detail(second); got != "" {
			t.Errorf("in the second repo it is left out: %s", got)
		}
		affected("the second has it now", second, first, third)
	})
}
