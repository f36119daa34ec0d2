package judge

import (
	"cmp"
	"fmt"
	"iter"
	"slices"
	"strconv"
	"strings"

	"weir/internal/facts"
	"weir/internal/metrics"
)

// World is what a repo's own commits do not tell. Its zero value judges every commit as being on a branch.
type World struct {
	// Default is the object id at the head of the default branch; "" when there is none.
	Default string
	// Branches are the heads of the branches that exist. With none given, all commits are on a branch.
	Branches []string
	// Gone are heads of branches that were deleted: their commits still count. Overwritten are heads that a
	// force-push left behind: what no branch holds any more is superseded.
	Gone        []string
	Overwritten []Overwritten
	// Pulls are the pull requests that are known, merged ones with what counts instead of their commits.
	Pulls []Pull
	// Superseded says what counts instead of a commit, by what is known of pull requests. Nil knows of none.
	Superseded func(hash string) (by string, ok bool)
	// Elsewhere says in which other repo the same commit counts. Nil says in none.
	Elsewhere func(n facts.CommitNumber) (repo string, ok bool)
	// Frozen holds, for months judged before, the last number that their baseline knew.
	Frozen map[facts.Day]facts.CommitNumber
}

// Overwritten is a head that a branch had before somebody force-pushed over it.
type Overwritten struct{ Hash, Branch string }

// Judged is what was decided about one commit, with as much of the commit as a list needs.
type Judged struct {
	Number       facts.CommitNumber
	Hash         string
	Author       facts.IdentityID
	AuthoredAt   int64
	AuthorOffset int
	Day          facts.Day
	Merge        bool
	facts.Verdict
	// Group is what several people are credited with, nil when it is the author alone.
	Group *facts.GroupCommit
}

// Result is what was decided about a repo.
type Result struct {
	// Daily holds the roll-ups, by day and person, of all commits that are not in Groups. Hidden people are among them.
	Daily []facts.Daily
	// Groups holds the commits with several people who are credited with them, by row.
	Groups map[int]*facts.GroupCommit
	// Frozen holds for each month with commits the last number that its baseline knows.
	Frozen map[facts.Day]facts.CommitNumber
	// NoAncestry says that parents were missing, so that no commit was taken for a duplicate or off all branches.
	NoAncestry bool

	judge    *Judge
	outcomes []outcome
}

// outcome is what was decided about the row of the same index, as far as the row does not say it.
type outcome struct {
	reason     facts.Reason
	detail     string
	impact     float64
	complexity facts.Complexity
}

// Finish decides about all commits that were added. The Judge is not to be used again.
func (j *Judge) Finish(w World) *Result {
	res := &Result{Frozen: map[facts.Day]facts.CommitNumber{}, judge: j, NoAncestry: j.parentless, outcomes: make([]outcome, len(j.rows))}
	for i := range j.rows {
		if j.rows[i].merge() {
			res.outcomes[i].reason = facts.LeftMerge
		}
	}
	j.applyReach(w, res)
	j.applyElsewhere(w, res)
	j.applyDuplicates(w, res)
	j.applyPeople(res)
	ranks := j.compare(w, res)
	for i := range j.rows {
		j.applyRules(i, &res.outcomes[i], ranks[i])
	}
	res.Groups = j.groups(res)
	res.Daily = j.daily(res)
	return res
}

func (r *row) verdict(o *outcome) facts.Verdict {
	v := facts.Verdict{
		Reason: o.reason, Detail: o.detail, Person: r.person, MergeLines: int(r.mergeLines), Impact: o.impact, Complexity: o.complexity,
	}
	if r.merge() {
		return v
	}
	v.Seen, v.Lines, v.LineCounts = r.seen.facts(), r.work(), r.lines.facts()
	v.Hunks, v.Files, v.Ignored = int(r.shape.Hunks), int(r.shape.Files), int(r.ignored)
	v.Trivial = v.Lines.HALOC() == 0
	return v
}

// decide gives a reason to a commit that has none yet: the first that holds stays.
func decide(o *outcome, reason facts.Reason, detail string) {
	if o.reason == facts.Counts {
		o.reason, o.detail = reason, detail
	}
}

func (j *Judge) applyElsewhere(w World, res *Result) {
	if w.Elsewhere == nil {
		return
	}
	for i := range j.rows {
		if res.outcomes[i].reason != facts.Counts {
			continue
		}
		if repo, ok := w.Elsewhere(j.rows[i].number); ok {
			decide(&res.outcomes[i], facts.LeftDuplicate, countedIn+repo)
		}
	}
}

func (j *Judge) applyPeople(res *Result) {
	for i := range j.rows {
		if left := j.rules.leaves(j.person(j.rows[i].author)); left != facts.Counts {
			decide(&res.outcomes[i], left, "")
		}
	}
}

// applyRules decides what the workspace's rules and the state of the repo say of a commit.
func (j *Judge) applyRules(i int, v *outcome, rank float64) {
	r := &j.rows[i]
	switch haloc := r.work().HALOC(); {
	case r.merge():
		return
	case j.rules.OutlierHALOC > 0 && haloc > j.rules.OutlierHALOC:
		decide(v, facts.LeftOutlier, fmt.Sprintf("HALOC %s is more than %s", thousands(haloc), thousands(j.rules.OutlierHALOC)))
	case r.detail != "":
		decide(v, facts.LeftOutlier, r.detail)
	case j.rules.OutlierImpactPercentile > 0 && rank > j.rules.OutlierImpactPercentile:
		decide(v, facts.LeftOutlier, fmt.Sprintf("impact is above the %gth percentile of the baseline", j.rules.OutlierImpactPercentile))
	}
	if note, ok := j.rules.marked[facts.Mark{Repo: j.repo.ID, Hash: r.hash}]; ok {
		decide(v, facts.LeftMarked, note)
	}
	if j.repo.GoneAt != 0 {
		decide(v, facts.LeftRepoDeleted, "")
	}
	if r.unreadable {
		decide(v, facts.LeftUnreadable, "")
	}
}

func thousands(n int) string {
	s := strconv.Itoa(n)
	var b strings.Builder
	for i, c := range s {
		if i > 0 && (len(s)-i)%3 == 0 && s[i-1] != '-' {
			b.WriteByte(',')
		}
		b.WriteRune(c)
	}
	return b.String()
}

// daily adds up the commits of each person and day.
func (j *Judge) daily(res *Result) []facts.Daily {
	order := make([]int32, 0, len(j.rows))
	for i := range j.rows {
		if res.Groups[i] == nil || res.outcomes[i].reason != facts.Counts {
			order = append(order, int32(i))
		}
	}
	// Sums are of floating-point numbers: rows of one day and person stay in their order.
	slices.SortStableFunc(order, func(a, b int32) int { return j.rows[a].dayAndPerson(&j.rows[b]) })
	days := 0
	for k, i := range order {
		if k == 0 || j.rows[i].dayAndPerson(&j.rows[order[k-1]]) != 0 {
			days++
		}
	}
	all := make([]facts.Daily, 0, days) // there may be one for every commit
	for k, i := range order {
		r := &j.rows[i]
		if k == 0 || r.dayAndPerson(&j.rows[order[k-1]]) != 0 {
			all = append(all, facts.Daily{Day: r.day, Person: r.person, Repo: j.repo.ID})
		}
		r.addTo(&all[len(all)-1], &res.outcomes[i])
	}
	return all
}

func (r *row) dayAndPerson(o *row) int {
	return cmp.Or(cmp.Compare(r.day, o.day), cmp.Compare(r.person, o.person))
}

// addTo counts the commit in its roll-up.
func (r *row) addTo(d *facts.Daily, o *outcome) {
	switch {
	case r.merge():
		d.Merges++
	case o.reason != facts.Counts:
		d.LeftOut++
	default:
		d.Commits++
		d.Lines = d.Lines.Add(r.work())
		d.Added += int(r.lines.added)
		d.Deleted += int(r.lines.deleted)
		d.Impact += o.impact
	}
}

// Commits gives what was decided, in the order in which the commits were added.
func (res *Result) Commits() iter.Seq[Judged] {
	return func(yield func(Judged) bool) {
		for i := range res.judge.rows {
			r := &res.judge.rows[i]
			judged := Judged{
				Number: r.number, Hash: r.hash, Author: r.author, AuthoredAt: r.authoredAt, AuthorOffset: int(r.offset), Day: r.day,
				Merge: r.merge(), Verdict: r.verdict(&res.outcomes[i]), Group: res.Groups[i],
			}
			if !yield(judged) {
				return
			}
		}
	}
}

// LeftFiles gives, for the commits that count, how many files each reason leaves out and their lines.
func (res *Result) LeftFiles() map[facts.Reason]LeftFiles {
	sums := map[facts.Reason]LeftFiles{}
	for _, l := range res.judge.left {
		if res.outcomes[l.row].reason != facts.Counts {
			continue
		}
		s := sums[l.reason]
		s.Files += int(l.files)
		s.Added += int(l.lines.added)
		s.Deleted += int(l.lines.deleted)
		sums[l.reason] = s
	}
	return sums
}

// LeftFiles counts changes of files that one reason leaves out, with their lines.
type LeftFiles struct {
	Files int
	facts.LineCounts
}

// compare gives each commit its impact and complexity, and the percentile rank of its score.
func (j *Judge) compare(w World, res *Result) []float64 {
	ranks := make([]float64, len(j.rows))
	j.baselines(w, res, func(i int, b *metrics.Baseline) {
		shape := j.rows[i].shape
		res.outcomes[i].impact = b.Impact(shape)
		res.outcomes[i].complexity = b.Complexity(shape)
		if j.rules.OutlierImpactPercentile > 0 {
			ranks[i] = b.ScoreRank(shape)
		}
	})
	return ranks
}
