package storetest

import (
	"fmt"
	"strings"
	"testing"

	"weir/internal/facts"
	"weir/internal/store"
)

var commitBehaviour = []behaviour{
	{"a commit comes back whole with its files and hunks", savesCommit},
	{"saving commits again changes nothing", savesCommitsAgain},
	{"a number or a hash that changed is a conflict", refusesRenumbering},
	{"commits stream by number across reads", streamsCommits},
	{"a commit of very many files is saved whole", savesManyFiles},
	{"commits shared with other repos are told", findsSharedCommits},
}

// aCommit is a commit with a hash and a number alike, authored on a day of the same number.
func aCommit(n int) facts.Commit {
	at := int64(n)*86400 + 3600
	return facts.Commit{Number: facts.CommitNumber(n), Hash: fmt.Sprintf("%040x", n), Parents: 1, ParentNumbers: []facts.CommitNumber{facts.CommitNumber(n - 1)},
		Author: 1, AuthoredAt: at, Day: facts.DayOf(at, 0), Committer: 1, CommittedAt: at, Subject: fmt.Sprintf("Change %d", n)}
}

func oddCommit(repo facts.RepoID) facts.Commit {
	c := aCommit(7)
	c.Repo, c.Hash, c.PatchID = repo, strings.Repeat("ab", 32), strings.Repeat("cd", 20)
	c.Parents, c.ParentNumbers = 3, []facts.CommitNumber{6, 2, 5}
	c.AuthoredAt, c.AuthorOffset, c.Day, c.CommittedAt = -1<<40, -359940, facts.DayOf(-1<<40, 0), 1<<40
	c.Author, c.Committer, c.CoAuthors = 1<<40, 2, []facts.IdentityID{1 << 41, 3}
	c.Subject, c.Problem = "<script>\t💥", "a blob is missing"
	c.Files = []facts.FileChange{
		{Path: "a\xff\n", OldPath: "b\x01", Status: facts.FileRenamed, Kind: facts.KindText, Generated: true, Added: 3, Deleted: 4, MergeLines: 5,
			New: 6, Unattributed: 7, HunkCount: 2, Touched: []facts.TouchedLines{{Identity: 1 << 40, Age: facts.AgeOlder, Lines: 1 << 30}, {Identity: 2, Lines: 1}},
			Hunks: []facts.Hunk{{OldStart: 1, OldLines: 2, NewStart: 1, NewLines: 0, Touched: []facts.Run{{Commit: 3, Lines: 1}, {Lines: 1}}},
				{OldStart: 900, NewStart: 898, NewLines: 1}}},
		{Path: "z", Status: facts.FileDeleted, Kind: facts.KindUnreadable},
	}
	return c
}

func savesCommit(t *testing.T, s *store.Store) {
	ctx := t.Context()
	repo := NewWorld(t, s, "Main", 2).Repos[0]
	want := oddCommit(repo)
	check(s.SaveCommits(ctx, repo, []facts.Commit{want}))
	equal(t, "commit", must(s.Commit(ctx, repo, want.Hash)), want)
	want.Files[0].Hunks = nil
	equal(t, "streamed", collect(s.CommitsOf(ctx, repo)), []facts.Commit{want})
	equal(t, "last", must(s.LastCommitNumber(ctx, repo)), want.Number)
	equal(t, "held", must(s.HeldCommits(ctx, repo)), 1)
	for _, hash := range []string{strings.Repeat("0", 40), "not hex"} {
		_, err := s.Commit(ctx, repo, hash)
		wantError(t, hash, err, facts.ErrNotFound)
	}
	bad := aCommit(8)
	bad.Hash = "xyz"
	if err := s.SaveCommits(ctx, repo, []facts.Commit{bad}); err == nil {
		t.Error("took a hash that is none")
	}
	wantError(t, "no such repo", s.SaveCommits(ctx, 999, []facts.Commit{aCommit(1)}), facts.ErrNotFound)
	check(s.SaveCommits(ctx, repo, nil))
}

func savesCommitsAgain(t *testing.T, s *store.Store) {
	ctx := t.Context()
	repo := NewWorld(t, s, "Main", 2).Repos[0]
	equal(t, "none", must(s.LastCommitNumber(ctx, repo)), facts.CommitNumber(0))
	var all []facts.Commit
	for n := 1; n <= 5; n++ {
		c := aCommit(n)
		c.Repo, c.Files = repo, []facts.FileChange{{Path: "a", Status: facts.FileModified, Added: n}}
		all = append(all, c)
	}
	check(s.SaveCommits(ctx, repo, all[:3]))
	check(s.SaveCommits(ctx, repo, all))
	check(s.InTx(ctx, func(tx *store.Tx) error { return tx.SaveCommits(ctx, repo, all[2:]) }))
	equal(t, "commits", collect(s.CommitsOf(ctx, repo)), all)
	equal(t, "after", collect(s.CommitsAfter(ctx, repo, 4)), all[4:])
}

func refusesRenumbering(t *testing.T, s *store.Store) {
	ctx := t.Context()
	repo := NewWorld(t, s, "Main", 2).Repos[0]
	check(s.SaveCommits(ctx, repo, []facts.Commit{aCommit(1)}))
	other := aCommit(2)
	other.Number = 1
	wantError(t, "same number", s.SaveCommits(ctx, repo, []facts.Commit{other}), facts.ErrConflict)
	other = aCommit(1)
	other.Number = 2
	wantError(t, "same hash", s.SaveCommits(ctx, repo, []facts.Commit{other}), facts.ErrConflict)
	check(s.DeleteFacts(ctx, repo))
	check(s.SaveCommits(ctx, repo, []facts.Commit{other}))
}

func streamsCommits(t *testing.T, s *store.Store) {
	ctx := t.Context()
	w := NewWorld(t, s, "Main", 3)
	const commits = 700
	for _, repo := range w.Repos[:2] {
		var all []facts.Commit
		for n := 1; n <= commits; n++ {
			c := aCommit(n)
			for i := range n % 3 {
				c.Files = append(c.Files, facts.FileChange{Path: fmt.Sprint(i), Status: facts.FileAdded})
			}
			all = append(all, c)
		}
		check(s.SaveCommits(ctx, repo, all))
	}
	n := 0
	for c, err := range s.CommitsOf(ctx, w.Repos[0]) {
		check(err)
		n++
		if int(c.Number) != n || c.Repo != w.Repos[0] || len(c.Files) != n%3 {
			t.Fatalf("commit %d of repo %d with %d files stands at %d", c.Number, c.Repo, len(c.Files), n)
		}
	}
	equal(t, "commits", n, commits)
}

func savesManyFiles(t *testing.T, s *store.Store) {
	ctx := t.Context()
	repo := NewWorld(t, s, "Main", 2).Repos[0]
	c := aCommit(1)
	for i := range 20_000 {
		c.Files = append(c.Files, facts.FileChange{Path: fmt.Sprintf("%06d", i), Status: facts.FileAdded, Added: i, New: i})
	}
	check(s.SaveCommits(ctx, repo, []facts.Commit{c, aCommit(2)}))
	got := must(s.Commit(ctx, repo, c.Hash))
	equal(t, "files", len(got.Files), len(c.Files))
	equal(t, "the last", got.Files[len(got.Files)-1], c.Files[len(c.Files)-1])
	equal(t, "held", must(s.HeldCommits(ctx, repo)), 2)
}

func findsSharedCommits(t *testing.T, s *store.Store) {
	ctx := t.Context()
	w := NewWorld(t, s, "Main", 3)
	check(s.SaveCommits(ctx, w.Repos[0], []facts.Commit{aCommit(1), aCommit(2)}))
	fork := aCommit(2)
	fork.Number = 9
	check(s.SaveCommits(ctx, w.Repos[1], []facts.Commit{fork}))
	check(s.SaveCommits(ctx, w.Repos[2], []facts.Commit{aCommit(1)})) // not imported
	equal(t, "shared", collect(s.SharedCommits(ctx, w.Repos[0])), []store.SharedCommit{{Number: 2, Other: w.Repos[1]}})
	equal(t, "the other way", collect(s.SharedCommits(ctx, w.Repos[1])), []store.SharedCommit{{Number: 9, Other: w.Repos[0]}})
}
