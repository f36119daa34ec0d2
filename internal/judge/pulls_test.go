package judge_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"weir/internal/facts"
	"weir/internal/store"
	"weir/internal/store/storetest"
)

// pulledWorld is this history, of which main is a branch and all the rest the heads of pull requests:
//
//	1 - 2 - 5 - 9 - 10 - 12 - 14   main: 5 squashes #1, 9 and 10 rebase #2, 12 merges #3, 14 squashes #6
//	     \- 3 - 4                 #1, merged by squash: 3 and 4 are superseded
//	     \- 7 - 8                 #2, merged by rebase: so are 7 and 8
//	     \- 11                    #3, merged: 11 is on main by it
//	     \- 6                     #4 had 6, then 13 was pushed over it; it is open
//	     \- 13
//	     \- 15                    #5, closed without a merge: its work counts
//	     \- 16                    #6, of one commit, whose subject the squash keeps with the number
func pulledWorld(ctx context.Context, t *testing.T, s *store.Store) facts.RepoID {
	t.Helper()
	repo := storetest.NewWorld(t, s, "Main", 2).Repos[0]
	author := must(s.EnsureIdentity(ctx, "Ada", "ada@example.com"))
	at := func(n facts.CommitNumber, patch, subject string, parents ...facts.CommitNumber) facts.Commit {
		c := commit(n, author, 1)
		c.Parents, c.ParentNumbers, c.Subject = len(parents), parents, subject
		if patch != "" {
			c.PatchID = strings.Repeat(patch, 40)
		}
		if len(parents) > 1 {
			c.Files = nil
		}
		return c
	}
	err := s.SaveCommits(ctx, repo, []facts.Commit{
		at(1, "0", "one"), at(2, "1", "two", 1), at(3, "2", "a", 2), at(4, "3", "b", 3), at(5, "4", "Both (#1)", 2), at(6, "5", "c", 2),
		at(7, "6", "d", 2), at(8, "7", "e", 7), at(9, "6", "d", 5), at(10, "7", "e", 9), at(11, "8", "f", 2), at(12, "", "Merge pull request #3", 10, 11),
		at(13, "9", "c again", 2), at(14, "a", "g (#6)", 12), at(15, "b", "h", 2), at(16, "a", "g", 2),
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.SaveRefs(ctx, repo, []facts.Ref{{Name: "refs/heads/main", Hash: hash(14)}}, 1); err != nil {
		t.Fatal(err)
	}
	pull := func(number int, head, merge facts.CommitNumber, commits ...facts.CommitNumber) facts.PullRequest {
		p := facts.PullRequest{Number: number, State: facts.PullRequestClosed, HeadHash: hash(head), BaseHash: hash(2), CreatedAt: 1, UpdatedAt: 2, ClosedAt: 3, SyncedAt: 2,
			Heads: []facts.PullRequestHead{{Hash: hash(head), SeenAt: 2}}}
		if merge != 0 {
			p.State, p.MergeHash, p.MergedAt = facts.PullRequestMerged, hash(merge), 3
		}
		for i, n := range commits {
			p.Commits = append(p.Commits, facts.PullRequestCommit{Hash: hash(n), Position: i, Current: true})
		}
		return p
	}
	pushedOver := pull(4, 13, 0, 13)
	pushedOver.State, pushedOver.ClosedAt = facts.PullRequestOpen, 0
	pushedOver.Heads = append(pushedOver.Heads, facts.PullRequestHead{Hash: hash(6), SeenAt: 1})
	// Of #2 no answer named the commits: they are found by its head and its base.
	err = s.SavePullRequests(ctx, repo, []facts.PullRequest{pull(1, 4, 5, 3, 4), pull(2, 8, 10), pull(3, 11, 12, 11), pushedOver, pull(5, 15, 0, 15), pull(6, 16, 14, 16)})
	if err != nil {
		t.Fatal(err)
	}
	return repo
}

func TestPullRequestsSupersedeCommits(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		ctx := t.Context()
		repo := pulledWorld(ctx, t, s)
		for range 2 { // again from what was found out the first time
			var left []string
			all := judged(ctx, t, s, repo)
			for n := facts.CommitNumber(1); n <= 16; n++ {
				if all[n].Reason != facts.Counts {
					left = append(left, fmt.Sprintf("%d %s: %s", n, all[n].Reason, all[n].Detail))
				}
			}
			want := []string{
				"3 superseded: pull request #1 was merged by squash as " + hash(5), "4 superseded: pull request #1 was merged by squash as " + hash(5),
				"6 superseded: a force-push to pull request #4 left it behind",
				"7 superseded: pull request #2 was merged by rebase as " + hash(10), "8 superseded: pull request #2 was merged by rebase as " + hash(10),
				"12 merge: ", "16 superseded: pull request #6 was merged by squash as " + hash(14),
			}
			if diff := cmp.Diff(want, left); diff != "" {
				t.Error(diff)
			}
		}
		var methods []string
		for p, err := range s.WholePullRequests(ctx, facts.PullRequestFilter{}) {
			if err != nil {
				t.Fatal(err)
			}
			methods = append(methods, fmt.Sprintf("#%d %s %d", p.Number, p.MergeMethod, len(p.Commits)))
		}
		if diff := cmp.Diff([]string{"#1 squash 2", "#2 rebase 2", "#3 merge 1", "#4  1", "#5  1", "#6 squash 1"}, methods); diff != "" {
			t.Error(diff)
		}
	})
}
