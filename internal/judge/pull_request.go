package judge

import (
	"cmp"
	"slices"

	"weir/internal/facts"
)

// PullRequest decides about one pull request that has all that belongs to it. touches tells whether a commit changes a file.
func (j *ItemJudge) PullRequest(p *facts.PullRequest, touches func(hash, path string) bool) facts.PullRequestVerdict {
	author, left := j.actor(&p.Author)
	v := facts.PullRequestVerdict{Person: author}
	v.Reason, v.Detail = j.item(p.Number, goneWhere(p.GoneAt, p.GoneReason, p.GoneTo), left)
	if v.Reason == facts.Counts && !p.Merged() {
		v.Reason = facts.LeftNotMerged
	}
	v.Acts = append(v.Acts, j.act(facts.ActOpened, p.CreatedAt, &p.Author, author))
	v.Acts = append(v.Acts, j.pullRequestEvents(p, author)...)
	v.Acts = append(v.Acts, j.commits(p, &v)...)
	v.Acts = append(v.Acts, j.reviews(p, author)...)
	for i := range p.Comments {
		c := &p.Comments[i]
		a := j.act(facts.ActComment, c.CreatedAt, &c.Author, author)
		j.says(&a, c.Text)
		v.Acts = append(v.Acts, a)
	}
	if p.Merged() {
		v.Acts = append(v.Acts, j.ending(facts.ActMerged, p.MergedAt, &p.MergedBy, author))
	}
	slices.SortStableFunc(v.Acts, func(a, b facts.Act) int { return cmp.Compare(a.At, b.At) })
	v.Conversations = j.threads(p, author, touches)
	return v
}

// pullRequestEvents gives what the events of a pull request tell beyond what is told elsewhere: a merge closes too, and is told
// as a merge.
func (j *ItemJudge) pullRequestEvents(p *facts.PullRequest, author facts.PersonID) []facts.Act {
	var acts []facts.Act
	for i := range p.Events {
		e := &p.Events[i]
		switch kind := itemEvents[e.Kind]; kind {
		case facts.ActClosed:
			if e.At != p.MergedAt {
				acts = append(acts, j.ending(kind, e.At, &e.Actor, author))
			}
		case facts.ActReopened, facts.ActReady, facts.ActDrafted:
			acts = append(acts, j.act(kind, e.At, &e.Actor, author))
		}
	}
	return acts
}

// ending is a merge or a closing. Who did it may not have been told at all, so that nobody stands for somebody unknown.
func (j *ItemJudge) ending(kind facts.ActKind, at int64, by *facts.Actor, author facts.PersonID) facts.Act {
	a := j.act(kind, at, by, author)
	if a.Person == 0 {
		a.Left = facts.LeftGhosts
	}
	return a
}

var reviewActs = map[facts.ReviewState]facts.ActKind{
	facts.ReviewApproved: facts.ActApproved, facts.ReviewChangesRequested: facts.ActChangesRequested,
}

// reviews gives the reviews of others. What the author says in a review is a comment.
func (j *ItemJudge) reviews(p *facts.PullRequest, author facts.PersonID) []facts.Act {
	var acts []facts.Act
	for i := range p.Reviews {
		r := &p.Reviews[i]
		state, dismissedAt := was(p, r)
		kind := reviewActs[state]
		if kind == 0 {
			kind = facts.ActReviewed
		}
		a := j.act(kind, r.SubmittedAt, &r.Author, author)
		a.DismissedAt = dismissedAt
		j.says(&a, r.Text)
		if a.Person == author && a.Left != facts.LeftGhosts {
			a.Kind = facts.ActComment
			if !r.Suggestion && r.Words == 0 {
				continue
			}
		}
		acts = append(acts, a)
	}
	return acts
}

// was gives what a review said until it was dismissed, and when that was, 0 when it was not. Where no event tells, it is
// dismissed and nobody knows what it was.
func was(p *facts.PullRequest, r *facts.Review) (facts.ReviewState, int64) {
	if r.State != facts.ReviewDismissed {
		return r.State, 0
	}
	dismissed := 0
	for i := range p.Reviews {
		if p.Reviews[i].State == facts.ReviewDismissed {
			dismissed++
		}
	}
	for i := range p.Events {
		e := &p.Events[i]
		if e.Kind != facts.EventReviewDismissed || e.At < r.SubmittedAt {
			continue
		}
		// One that names no review can only be about the only one that was dismissed.
		if state, id := e.Dismissed(); id == r.ServerID || id == 0 && dismissed == 1 {
			return state, e.At
		}
	}
	return r.State, 0
}
