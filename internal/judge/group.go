package judge

import (
	"context"
	"encoding/hex"
	"slices"

	"weir/internal/facts"
	"weir/internal/metrics"
	"weir/internal/store"
)

// groups says of each commit with co-authors what those behind it are credited with, by row. Co-authors who are bots, excluded
// or hidden have no part; whoever is named twice, or is the author by another address, has one.
func (j *Judge) groups(res *Result) map[int]*facts.GroupCommit {
	all := map[int]*facts.GroupCommit{}
	if j.rules.GroupWork == facts.GroupAuthor {
		return all
	}
	for i := range j.together {
		people := j.credited(i)
		if len(people) < 2 {
			continue
		}
		r, o := &j.rows[i], &res.outcomes[i]
		all[i] = &facts.GroupCommit{
			Number: r.number, Day: r.day, Counted: o.reason == facts.Counts, Split: j.rules.GroupWork == facts.GroupSplit,
			Shares: j.shares(r, o, people),
		}
	}
	return all
}

// credited gives the author of a row and those co-authors who count.
func (j *Judge) credited(i int) []facts.PersonID {
	people := []facts.PersonID{j.rows[i].person}
	for _, id := range j.together[i] {
		p := j.person(id)
		if p.ID != 0 && j.rules.leaves(p) == facts.Counts && !slices.Contains(people, p.ID) {
			people = append(people, p.ID)
		}
	}
	return people
}

// shares credits each with all of a commit, or deals it out; its object id decides who begins, so that of many small commits
// no one has more by standing first.
func (j *Judge) shares(r *row, o *outcome, people []facts.PersonID) []facts.Share {
	shares := make([]facts.Share, len(people))
	if j.rules.GroupWork == facts.GroupSplit {
		first := 0
		if b, err := hex.DecodeString(r.hash[:min(2, len(r.hash))]); err == nil && len(b) > 0 {
			first = int(b[0])
		}
		shares = metrics.SplitWork(r.work(), r.lines.facts(), o.impact, len(people), first)
	}
	for i, person := range people {
		if j.rules.GroupWork == facts.GroupFull {
			shares[i] = facts.Share{Lines: r.work(), LineCounts: r.lines.facts(), Impact: o.impact}
		}
		shares[i].Person = person
	}
	return shares
}

// saveGroups keeps the shares of all commits that several people are credited with.
func saveGroups(ctx context.Context, s *store.Store, id facts.RepoID, res *Result) error {
	groups := make([]facts.GroupCommit, 0, len(res.Groups))
	for _, g := range res.Groups {
		groups = append(groups, *g)
	}
	slices.SortFunc(groups, func(a, b facts.GroupCommit) int { return int(a.Number - b.Number) })
	return s.ReplaceGroups(ctx, id, groups)
}
