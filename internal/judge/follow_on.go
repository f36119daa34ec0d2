package judge

import (
	"cmp"
	"slices"

	"weir/internal/facts"
)

// commits gives the commits that came onto the head after the pull request was opened, each change once, and notes in the
// verdict when the first one was written and how many have not been read.
//
// A change is told by its patch id, so that a rebase adds none. Where a force-push before our first look has taken away what the
// pull request was opened with, commits that were written by then stand for it.
func (j *ItemJudge) commits(p *facts.PullRequest, v *facts.PullRequestVerdict) []facts.Act {
	commits := slices.Clone(p.Commits)
	slices.SortStableFunc(commits, func(a, b facts.PullRequestCommit) int { return cmp.Compare(a.AddedAt, b.AddedAt) })
	openedWithKnown := slices.ContainsFunc(commits, func(c facts.PullRequestCommit) bool { return c.AddedAt <= p.CreatedAt })
	seen := map[string]bool{}
	var acts []facts.Act
	for i := range commits {
		c := &commits[i]
		if !c.Replayed {
			v.Untold++
			continue
		}
		if v.FirstCommitAt == 0 || c.AuthoredAt < v.FirstCommitAt {
			v.FirstCommitAt = c.AuthoredAt
		}
		known := c.PatchID != "" && seen[c.PatchID]
		seen[c.PatchID] = true
		if known || c.AddedAt <= p.CreatedAt || !openedWithKnown && c.AuthoredAt <= p.CreatedAt {
			continue
		}
		acts = append(acts, j.commit(p, c, v.Person))
	}
	return acts
}

func (j *ItemJudge) commit(p *facts.PullRequest, c *facts.PullRequestCommit, author facts.PersonID) facts.Act {
	at := c.AddedAt
	if p.Merged() {
		at = min(at, p.MergedAt) // a committer's clock may run ahead
	}
	a := j.act(facts.ActCommit, at, &facts.Actor{Identity: c.Identity}, author)
	a.Merge = c.Parents > 1
	a.FollowOn = !a.Merge && c.PatchID != ""
	return a
}
