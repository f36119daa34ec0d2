package generate_test

import (
	"context"
	"fmt"
	"os"
	"strings"
	"sync"
	"testing"

	"weir/internal/ghes"
	"weir/internal/ghes/generate"
)

// sharedFleet is made once: its tests only read it.
var sharedFleet = sync.OnceValues(func() (*generate.Fleet, error) {
	dir, err := os.MkdirTemp("", "fleet")
	if err != nil {
		return nil, err
	}
	fleetDir = dir
	return loadFleet()
})

// fleetDir is what TestMain removes in the end.
var fleetDir string

func loadFleet() (*generate.Fleet, error) {
	return generate.Load(context.Background(), generate.Options{Dir: fleetDir, Seed: 1, Now: now}, generate.S)
}

func fleet(t testing.TB) *generate.Fleet {
	t.Helper()
	f, err := sharedFleet()
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// idsOf are all ids of an issue or a pull request.
func idsOf(i ghes.Issue) []int64 {
	ids := []int64{i.ID}
	for _, c := range i.Comments {
		ids = append(ids, c.ID)
	}
	for _, e := range i.Events {
		ids = append(ids, e.ID)
	}
	if i.Pull == nil {
		return ids
	}
	ids = append(ids, i.Pull.ID)
	for _, r := range i.Pull.Reviews {
		ids = append(ids, r.ID)
	}
	for _, th := range i.Pull.Threads {
		ids = append(ids, th.ID)
		for _, c := range th.Comments {
			ids = append(ids, c.ID)
		}
	}
	return ids
}

// note counts what is unusual about one.
func note(seen map[string]int, i ghes.Issue) {
	switch {
	case i.Pull != nil && i.Pull.Merged():
		seen["merged"]++
	case i.Closed:
		seen["closed"]++
	default:
		seen["open"]++
	}
	texts := []ghes.Comment{{Author: i.Author, Body: i.Body}}
	for _, c := range append(texts, i.Comments...) {
		seen["by "+c.Author]++
		if len(c.Body) > 59_000 {
			seen["huge"]++
		}
	}
	if i.Pull != nil {
		seen["pulls"]++
		seen["reviews"] += len(i.Pull.Reviews)
		for _, th := range i.Pull.Threads {
			seen["comments"] += len(th.Comments)
		}
	}
	seen["comments"] += len(i.Comments)
}

func TestLoadIsAsLargeAsItSays(t *testing.T) {
	t.Parallel()
	f := fleet(t)
	owners, seen := map[int64]string{}, map[string]int{}
	for _, r := range f.World.Repos() {
		for _, i := range f.World.Issues(r.FullName()) {
			note(seen, i)
			for _, id := range idsOf(i) {
				if owners[id] != "" {
					t.Fatalf("%s#%d and %s share id %d", r.Name, i.Number, owners[id], id)
				}
				owners[id] = fmt.Sprintf("%s#%d", r.Name, i.Number)
			}
		}
	}
	t.Logf("%d pull requests, %d issues, %d comments, %d reviews: %d ids", f.Pulls, f.Issues, f.Comments, f.Reviews, len(owners))
	if len(f.Repos) != 10 || f.Pulls != 500 || seen["pulls"] != 500 || f.Comments < 5_000 || seen["comments"] != f.Comments || seen["reviews"] != f.Reviews {
		t.Errorf("got %d pull requests, %d comments, %d reviews; it says %d, %d, %d",
			seen["pulls"], seen["comments"], seen["reviews"], f.Pulls, f.Comments, f.Reviews)
	}
	for _, what := range []string{"by ", "by fleet-checks[bot]", "huge", "open", "closed", "merged"} {
		if seen[what] == 0 {
			t.Errorf("nothing %q in %v", what, seen)
		}
	}
	giant, _ := f.World.Issue("fleet/"+f.Repos[0], f.Giant)
	if len(giant.Comments) != 3000 || len(giant.Pull.Reviews) != 250 || len(giant.Pull.Commits) != 400 {
		t.Errorf("giant: got %d comments, %d reviews, %d commits", len(giant.Comments), len(giant.Pull.Reviews), len(giant.Pull.Commits))
	}
	if r, ok := f.World.Repo("fleet/vessel-0002"); !ok || r.Name == "vessel-0002" {
		t.Errorf("no repo was renamed: got %s", r.Name)
	}
}

// Every pull request's head and merge are real, and git counts what the server says.
func TestLoadRepositoriesAreReal(t *testing.T) {
	t.Parallel()
	f := fleet(t)
	for _, n := range []int{0, 8} {
		path := fmt.Sprintf("%s/vessel-%04d.git", fleetDir, n+1)
		git(t, path, "fsck", "--strict", "--no-dangling")
		for number := 1; number < 14; number++ {
			i, ok := f.World.Issue("fleet/"+f.Repos[n], number)
			if !ok || i.Pull == nil {
				continue
			}
			p := i.Pull
			if got := git(t, path, "rev-parse", fmt.Sprintf("refs/pull/%d/head", number)); got != p.HeadSHA {
				t.Errorf("%s#%d: head %s, want %s", path, number, got, p.HeadSHA)
			}
			want := fmt.Sprintf("%d insertions(+), %d deletions(-)", p.Additions, p.Deletions)
			if stat := git(t, path, "diff", "--shortstat", p.BaseSHA+"..."+p.HeadSHA); !strings.HasSuffix(stat, want) {
				t.Errorf("%s#%d: %s, want %s", path, number, stat, want)
			}
			if got := git(t, path, "rev-list", "--count", p.BaseSHA+".."+p.HeadSHA); got != fmt.Sprint(len(p.Commits)) {
				t.Errorf("%s#%d: got %s commits, want %d", path, number, got, len(p.Commits))
			}
			if p.Merged() {
				git(t, path, "merge-base", "--is-ancestor", p.MergeCommit, "main")
			}
		}
	}
}

// A second call finds the repositories and answers the same.
func TestLoadIsTheSameTheSecondTime(t *testing.T) {
	t.Parallel()
	one := fleet(t)
	before := git(t, fleetDir+"/vessel-0001.git", "count-objects", "-v")
	two, err := loadFleet()
	if err != nil {
		t.Fatal(err)
	}
	if after := git(t, fleetDir+"/vessel-0001.git", "count-objects", "-v"); after != before {
		t.Errorf("the repository was written again: %s", after)
	}
	for _, number := range []int{1, 4, one.Giant} {
		a, _ := one.World.Issue("fleet/"+one.Repos[0], number)
		b, _ := two.World.Issue("fleet/"+two.Repos[0], number)
		if fmt.Sprintf("%+v", a.Comments) != fmt.Sprintf("%+v", b.Comments) || a.Title != b.Title || a.ID != b.ID {
			t.Errorf("#%d differs", number)
		}
	}
}
