package report_test

import (
	"cmp"
	"context"
	"flag"
	"iter"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"

	"weir/internal/facts"
)

var update = flag.Bool("update", false, "write the golden files anew")

// golden holds text against testdata/<name>.
func golden(t *testing.T, name, got string) {
	t.Helper()
	file := filepath.Join("testdata", name)
	if *update {
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatalf("%v; run the test with -update and look at the result", err)
	}
	if diff := gocmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", name, diff)
	}
}

// fakeSource holds everything in memory.
type fakeSource struct {
	people  []facts.Person
	repos   []facts.Repo
	states  []facts.SyncState
	commits []facts.JudgedCommit
	rules   facts.Rules

	pulls        []facts.JudgedPullRequest
	sizes        []facts.SizeCount
	tickets      []facts.JudgedTicket
	integrations []facts.Integration
	complete     []facts.Completeness
	unjudged     int
}

func (s *fakeSource) People(context.Context) ([]facts.Person, error)      { return s.people, nil }
func (s *fakeSource) ImportedRepos(context.Context) ([]facts.Repo, error) { return s.repos, nil }
func (s *fakeSource) Rules(context.Context) (facts.Rules, error)          { return s.rules, nil }
func (s *fakeSource) SyncStates(_ context.Context, kind facts.SyncKind, repos ...facts.RepoID) ([]facts.SyncState, error) {
	var found []facts.SyncState
	for _, st := range s.states {
		if st.Kind == kind || st.Kind == "" && kind == facts.SyncCommits {
			found = append(found, st)
		}
	}
	return found, nil
}

// yieldGroup gives the roll-ups of a commit that several people are credited with, as the store does.
func yieldGroup(q facts.Query, c *facts.JudgedCommit, yield func(facts.Daily, error) bool) bool {
	g := facts.GroupCommit{Day: c.Day, Split: c.Split, Shares: c.Shares}
	for _, d := range g.Dailies(func(id facts.PersonID) bool { return len(q.People) == 0 || slices.Contains(q.People, id) }) {
		d.Repo = c.Repo
		if within(q, c) && !yield(d, nil) {
			return false
		}
	}
	return true
}

func within(q facts.Query, c *facts.JudgedCommit) bool {
	behind := slices.Contains(q.People, c.Person) || slices.ContainsFunc(c.Shares, func(s facts.Share) bool { return slices.Contains(q.People, s.Person) })
	return c.Day >= q.From && c.Day <= q.To && (len(q.People) == 0 || behind) &&
		(len(q.Repos) == 0 || slices.Contains(q.Repos, c.Repo))
}

func (s *fakeSource) Daily(_ context.Context, q facts.Query) iter.Seq2[facts.Daily, error] {
	return func(yield func(facts.Daily, error) bool) {
		for i := range s.commits {
			c := &s.commits[i]
			d := facts.Daily{Day: c.Day, Person: c.Person, Repo: c.Repo}
			switch {
			case c.Merge():
				d.Merges = 1
			case c.Reason != facts.Counts:
				d.LeftOut = 1
			default:
				d.Commits, d.Lines, d.LineCounts, d.Impact = 1, c.Lines, c.LineCounts, c.Impact
			}
			if len(c.Shares) > 0 && c.Reason == facts.Counts {
				if !yieldGroup(q, c, yield) {
					return
				}
				continue
			}
			if within(q, c) && !yield(d, nil) {
				return
			}
		}
	}
}

func (s *fakeSource) Span(context.Context, ...facts.RepoID) (first, last facts.Day, err error) {
	if len(s.commits) == 0 {
		return 0, 0, facts.ErrNotFound
	}
	first, last = s.commits[0].Day, s.commits[0].Day
	for i := range s.commits {
		first, last = min(first, s.commits[i].Day), max(last, s.commits[i].Day)
	}
	return first, last, nil
}

func (s *fakeSource) JudgedCommits(_ context.Context, q facts.Query, f facts.CommitFilter, page facts.Page) iter.Seq2[facts.JudgedCommit, error] {
	var found []facts.JudgedCommit
	for i := range s.commits {
		c := s.commits[i]
		if within(q, &c) && passes(f, &c) {
			c.Commit.Files = nil
			found = append(found, c)
		}
	}
	slices.SortStableFunc(found, func(a, b facts.JudgedCommit) int { return cmp.Compare(b.AuthoredAt, a.AuthoredAt) })
	found = found[min(page.Offset, len(found)):]
	if page.Limit > 0 {
		found = found[:min(page.Limit, len(found))]
	}
	return func(yield func(facts.JudgedCommit, error) bool) {
		for _, c := range found {
			if !yield(c, nil) {
				return
			}
		}
	}
}

func passes(f facts.CommitFilter, c *facts.JudgedCommit) bool {
	switch {
	case f.Count == facts.CommitsCounted && c.Reason != facts.Counts, f.Count == facts.CommitsLeftOut && c.Reason == facts.Counts,
		f.Reason != facts.Counts && c.Reason != f.Reason:
		return false
	}
	return strings.Contains(strings.ToLower(c.Subject), strings.ToLower(f.Search))
}

func (s *fakeSource) SumJudgedCommits(ctx context.Context, q facts.Query, f facts.CommitFilter) (sums facts.CommitSums, err error) {
	for c, err := range s.JudgedCommits(ctx, q, f, facts.Page{}) {
		if err != nil {
			return sums, err
		}
		sums.Add(&c, q.People...)
	}
	return sums, nil
}

func (s *fakeSource) CountJudgedCommits(ctx context.Context, q facts.Query, f facts.CommitFilter) (int, error) {
	sums, err := s.SumJudgedCommits(ctx, q, f)
	return sums.Listed(), err
}

func (s *fakeSource) JudgedCommit(_ context.Context, repo facts.RepoID, hash string) (facts.JudgedCommit, error) {
	for _, c := range s.commits {
		if c.Repo == repo && c.Hash == hash {
			return c, nil
		}
	}
	return facts.JudgedCommit{}, facts.ErrNotFound
}

func (s *fakeSource) JudgedByNumber(_ context.Context, repo facts.RepoID, numbers []facts.CommitNumber) (map[facts.CommitNumber]facts.JudgedCommit, error) {
	found := map[facts.CommitNumber]facts.JudgedCommit{}
	for _, c := range s.commits {
		if c.Repo == repo && slices.Contains(numbers, c.Number) {
			found[c.Number] = c
		}
	}
	return found, nil
}

// Identity is that of the person of the same number.
func (s *fakeSource) Identity(_ context.Context, id facts.IdentityID) (facts.Identity, error) {
	return facts.Identity{ID: id, Person: facts.PersonID(id)}, nil
}
