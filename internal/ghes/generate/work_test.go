package generate_test

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"weir/internal/ghes"
	"weir/internal/ghes/generate"
)

// everything is all issues and pull requests of all repos of an organization.
func everything(w *ghes.World) map[string]ghes.Issue {
	all := map[string]ghes.Issue{}
	for _, r := range w.Repos() {
		for _, i := range w.Issues(r.FullName()) {
			all[fmt.Sprintf("%s#%d", r.Name, i.Number)] = i
		}
	}
	return all
}

func TestSameSeedMakesSameConversations(t *testing.T) {
	t.Parallel()
	sum := func(seed uint64) string {
		text, err := json.Marshal(everything(small(t, seed).World()))
		if err != nil {
			t.Fatal(err)
		}
		return fmt.Sprintf("%x", sha256.Sum256(text))
	}
	one, again, other := sum(1), sum(1), sum(2)
	if one != again || one == other {
		t.Errorf("got %s, %s of the same seed, %s of another", one, again, other)
	}
}

// Nothing happens before an issue is opened, after now, or after a merge by the reviewer; every
// pull request of the history is there, with the commits that git has.
func TestDemoConversationsArePlausible(t *testing.T) {
	t.Parallel()
	org := demo(t)
	w := org.World()
	counts := map[string]int{}
	for name, i := range everything(w) {
		checkTimes(t, name, org, i)
		if i.Pull == nil {
			counts["issues"]++
			if len(i.Events) > 0 && i.Events[len(i.Events)-1].Closer != 0 {
				counts["solved"]++
			}
			continue
		}
		counts["pulls"]++
		counts["reviews"] += len(i.Pull.Reviews)
		counts["threads"] += len(i.Pull.Threads)
		counts["comments"] += len(i.Comments)
		if len(i.Pull.Reviews) == 0 {
			counts["unreviewed"]++
		}
		if i.Pull.Draft {
			counts["drafts"]++
		}
		for _, r := range i.Pull.Reviews {
			counts[string(r.State)]++
			if r.Author == i.Author && r.State != ghes.Commented {
				t.Errorf("%s: %s reviews their own", name, r.Author)
			}
		}
	}
	t.Logf("%v", counts)
	for what, least := range map[string]int{
		"pulls": 500, "reviews": 500, "threads": 300, "comments": 200, "issues": 200, "solved": 100, "unreviewed": 50,
		"drafts": 1, "APPROVED": 300, "CHANGES_REQUESTED": 50, "COMMENTED": 50,
	} {
		if counts[what] < least {
			t.Errorf("%s: got %d, want at least %d", what, counts[what], least)
		}
	}
	r := org.Repos[0]
	for _, p := range r.Pulls[:20] {
		i, _ := w.Issue(org.Login+"/"+r.Name, p.Number)
		got := git(t, r.Dir, "rev-list", "--count", i.Pull.BaseSHA+".."+i.Pull.HeadSHA)
		if got != fmt.Sprint(len(i.Pull.Commits)) || git(t, r.Dir, "rev-parse", fmt.Sprintf("refs/pull/%d/head", p.Number)) != i.Pull.HeadSHA {
			t.Errorf("%s#%d: git has %s commits, the pull request %d", r.Name, p.Number, got, len(i.Pull.Commits))
		}
		stat := git(t, r.Dir, "diff", "--shortstat", i.Pull.BaseSHA, i.Pull.HeadSHA)
		var files int
		_, _ = fmt.Sscanf(stat, "%d file", &files)
		if files != i.Pull.ChangedFiles {
			t.Errorf("%s#%d: got %d files, git says %s", r.Name, p.Number, i.Pull.ChangedFiles, stat)
		}
	}
}

func checkTimes(t *testing.T, name string, org *generate.Organization, i ghes.Issue) {
	t.Helper()
	check := func(what string, at time.Time) {
		if at.Before(i.CreatedAt) || at.After(org.To) || !i.ClosedAt.IsZero() && at.After(i.ClosedAt) {
			t.Errorf("%s: %s at %v, opened %v, closed %v, now %v", name, what, at, i.CreatedAt, i.ClosedAt, org.To)
		}
	}
	for _, e := range i.Events {
		check(string(e.Kind), e.At)
	}
	for _, c := range i.Comments {
		check("comment", c.CreatedAt)
	}
	if i.Pull == nil {
		return
	}
	for _, r := range i.Pull.Reviews {
		check("review", r.SubmittedAt)
	}
	for _, th := range i.Pull.Threads {
		for _, c := range th.Comments {
			check("thread", c.CreatedAt)
		}
	}
}
