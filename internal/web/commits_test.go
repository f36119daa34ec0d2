package web_test

import (
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"testing"
	"time"

	"weir/internal/facts"
)

const days = 150

// madeCommits makes up a linear history of a repo.
func madeCommits(random *rand.Rand, repo facts.RepoID, identities []facts.IdentityID) []facts.Commit {
	var commits []facts.Commit
	for day := range days {
		at := now.AddDate(0, 0, day-days+1)
		if wd := at.Weekday(); wd == time.Saturday || wd == time.Sunday {
			continue
		}
		for range random.IntN(5) {
			commits = append(commits, madeCommit(random, repo, identities, len(commits)+1, at))
		}
	}
	return append(commits, typedCommit(repo, identities, len(commits)+1))
}

func madeCommit(random *rand.Rand, repo facts.RepoID, identities []facts.IdentityID, n int, at time.Time) facts.Commit {
	author := identities[random.IntN(len(identities))]
	when := at.Unix() - int64(random.IntN(20000))
	c := facts.Commit{Number: facts.CommitNumber(n), Hash: fmt.Sprintf("%040x", int(repo)*1_000_000+n), Parents: 1, Author: author, Committer: author,
		AuthoredAt: when, CommittedAt: when, AuthorOffset: 3600, Day: facts.DayOf(when, 3600), PatchID: fmt.Sprintf("%040x", int(repo)*1_000_000+n+500_000),
		Subject: []string{"Round prices half to even", "Cache the catalogue for a minute", "Say why a payment was refused", "Let a basket be shared",
			"Do not retry what cannot succeed", "Move the stock count into its own table"}[random.IntN(6)]}
	if n > 1 {
		c.ParentNumbers = []facts.CommitNumber{facts.CommitNumber(n - 1)}
	} else {
		c.Parents = 0
	}
	if random.IntN(9) == 0 && n > 2 {
		c.Parents, c.PatchID, c.Subject = 2, "", "Merge branch 'feature'"
		c.ParentNumbers = []facts.CommitNumber{facts.CommitNumber(n - 1), facts.CommitNumber(n - 2)}
		return c
	}
	for f := range 1 + random.IntN(3) {
		c.Files = append(c.Files, madeFile(random, identities, n, f))
	}
	return c
}

func madeFile(random *rand.Rand, identities []facts.IdentityID, n, at int) facts.FileChange {
	fresh, touched := random.IntN(40), random.IntN(20)
	f := facts.FileChange{Path: fmt.Sprintf("internal/part%d/file_%d.go", at, n%17), Status: facts.FileModified, Kind: facts.KindText,
		Added: fresh + touched, Deleted: touched, New: fresh}
	if touched > 0 && n > 1 {
		f.Touched = []facts.TouchedLines{{Identity: identities[random.IntN(len(identities))], Age: facts.AgeBucket(random.IntN(3)), Lines: touched}}
		f.Hunks = []facts.Hunk{{OldStart: 10, OldLines: touched, NewStart: 10, NewLines: touched + fresh,
			Touched: []facts.Run{{Commit: facts.CommitNumber(1 + random.IntN(n-1)), Lines: touched}}}}
		return f
	}
	f.Added, f.Deleted, f.New = fresh+1, 0, fresh+1
	f.Hunks = []facts.Hunk{{OldStart: 3, NewStart: 4, NewLines: fresh + 1}}
	return f
}

// typedCommit is one whose hunks show every type of work.
func typedCommit(repo facts.RepoID, identities []facts.IdentityID, n int) facts.Commit {
	old, recent := facts.CommitNumber(3), facts.CommitNumber(n-1)
	when := now.Unix() - 3600
	return facts.Commit{Number: facts.CommitNumber(n), Hash: fmt.Sprintf("%040x", int(repo)*1_000_000+n), Parents: 1, ParentNumbers: []facts.CommitNumber{recent},
		Author: identities[1], Committer: identities[1], AuthoredAt: when, CommittedAt: when, AuthorOffset: 3600, Day: facts.DayOf(when, 3600),
		PatchID: fmt.Sprintf("%040x", int(repo)*1_000_000+n+500_000), Subject: "Take the lock before the count " + hostile,
		Files: []facts.FileChange{
			{Path: "internal/" + hostile + ".go", Status: facts.FileModified, Kind: facts.KindText, Added: 9, Deleted: 7, New: 2, Unattributed: 1,
				Touched: []facts.TouchedLines{{Identity: identities[0], Age: facts.AgeOlder, Lines: 3}, {Identity: identities[2], Age: facts.AgeTo21Days, Lines: 2},
					{Identity: identities[1], Age: facts.AgeTo21Days, Lines: 1}},
				Hunks: []facts.Hunk{{OldStart: 12, OldLines: 6, NewStart: 12, NewLines: 8, Touched: []facts.Run{{Commit: old, Lines: 3}, {Commit: recent, Lines: 2}, {Commit: old + 1, Lines: 1}}},
					{OldStart: 40, OldLines: 1, NewStart: 42, NewLines: 1, Touched: []facts.Run{{Commit: facts.Unattributed, Lines: 1}}}}},
			{Path: "vendor/lib/lib.go", Status: facts.FileAdded, Kind: facts.KindText, Added: 400, New: 400, Hunks: []facts.Hunk{{NewStart: 1, NewLines: 400}}},
			{Path: "docs/new-name.md", OldPath: "docs/old-name.md", Status: facts.FileRenamed, Kind: facts.KindText},
		}}
}

func readAll(t testing.TB, r *http.Response) string {
	t.Helper()
	body, err := io.ReadAll(r.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(body)
}
