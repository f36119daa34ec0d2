package judge_test

import (
	"fmt"
	"os"
	"runtime/debug"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"weir/internal/facts"
	"weir/internal/judge"
	"weir/internal/store"
	"weir/internal/store/storetest"
)

// TestMeasureJudging prints what judging a repo of many commits and pull requests takes of the machine's memory and of time,
// for the first time and once more. It is run by hand, see docs/SYNC.md.
func TestMeasureJudging(t *testing.T) {
	commits, _ := strconv.Atoi(os.Getenv("WEIR_JUDGE_COMMITS"))
	if commits == 0 {
		t.Skip("WEIR_JUDGE_COMMITS names no number of commits")
	}
	s := storetest.Open(t)
	repo := storetest.NewWorld(t, s, "Main", 1).Repos[0]
	pulls := fill(t, s, repo, facts.CommitNumber(commits))
	for range 2 {
		debug.FreeOSMemory()
		before := anonymous(t)
		stop, peak := sample(t)
		begun := time.Now()
		if err := judge.Repo(t.Context(), s, repo); err != nil {
			t.Fatal(err)
		}
		took := time.Since(begun)
		close(stop)
		fmt.Fprintf(t.Output(), "%d commits, %d pull requests: %d MiB at most, %d MiB before, in %s\n", commits, pulls, peak()>>20, before>>20, took.Round(time.Millisecond))
	}
}

// fill saves commits of which every third is the squash of a pull request of one commit that has no other branch.
func fill(t *testing.T, s *store.Store, repo facts.RepoID, commits facts.CommitNumber) (pulls int) {
	t.Helper()
	ctx := t.Context()
	var authors []facts.IdentityID
	for i := range 500 {
		authors = append(authors, must(s.EnsureIdentity(ctx, fmt.Sprint("Author ", i), fmt.Sprintf("author%d@example.com", i))))
	}
	var some []facts.Commit
	var requests []facts.PullRequest
	save := func() {
		if err := s.SaveCommits(ctx, repo, some); err != nil {
			t.Fatal(err)
		}
		if err := s.SavePullRequests(ctx, repo, requests); err != nil {
			t.Fatal(err)
		}
		pulls += len(requests)
		some, requests = some[:0], requests[:0]
	}
	last, head := facts.CommitNumber(0), facts.CommitNumber(0)
	for n := facts.CommitNumber(1); n <= commits; n++ {
		c := commit(n, authors[int(n)%len(authors)], int(n)%40)
		c.AuthoredAt, c.Day = int64(n)*1000, facts.DayOf(int64(n)*1000, 0)
		c.PatchID = fmt.Sprintf("%08x%s", n, strings.Repeat("1", 32))
		c.Parents, c.ParentNumbers = 0, nil
		if last != 0 {
			c.Parents, c.ParentNumbers = 1, []facts.CommitNumber{last}
		}
		if n%3 == 2 {
			head = n
		} else {
			last = n
		}
		if n%3 == 0 {
			requests = append(requests, facts.PullRequest{
				Number: int(n / 3), State: facts.PullRequestMerged, HeadHash: hash(head), BaseHash: hash(head - 1), MergeHash: hash(n), CreatedAt: 1, UpdatedAt: 2, MergedAt: 3, ClosedAt: 3,
				SyncedAt: 2, Title: "title", Heads: []facts.PullRequestHead{{Hash: hash(head), SeenAt: 2}},
			})
		}
		if some = append(some, c); len(some) == 3000 {
			save()
		}
	}
	save()
	if err := s.SaveRefs(ctx, repo, []facts.Ref{{Name: "refs/heads/main", Hash: hash(last)}}, 1); err != nil {
		t.Fatal(err)
	}
	return pulls
}

// sample notes the most anonymous memory until stop is closed.
func sample(t *testing.T) (stop chan struct{}, peak func() int64) {
	t.Helper()
	stop = make(chan struct{})
	var most int64
	var done sync.WaitGroup
	done.Go(func() {
		for tick := time.NewTicker(20 * time.Millisecond); ; {
			most = max(most, anonymous(t))
			select {
			case <-stop:
				tick.Stop()
				return
			case <-tick.C:
			}
		}
	})
	return stop, func() int64 { done.Wait(); return most }
}

// anonymous gives the bytes of memory of this process that no file stands behind; 0 where the system does not tell.
func anonymous(t *testing.T) int64 {
	t.Helper()
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0
	}
	_, rest, _ := strings.Cut(string(status), "RssAnon:")
	kib, _ := strconv.ParseInt(strings.Fields(rest + " 0")[0], 10, 64)
	return kib << 10
}
