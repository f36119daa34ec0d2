package metrics

import (
	"iter"

	"weir/internal/facts"
)

// actsOf gives the acts that count, in order of time, with their place.
func actsOf(pr *facts.JudgedPullRequest) iter.Seq[*facts.Act] {
	return func(yield func(*facts.Act) bool) {
		for i := range pr.Acts {
			if pr.Acts[i].Left == facts.Counts && !yield(&pr.Acts[i]) {
				return
			}
		}
	}
}

// SubmitterAct tells whether an act is one of the submitter: opening, commit, comment, merge or close by the author.
func SubmitterAct(pr *facts.JudgedPullRequest, a *facts.Act) bool {
	switch a.Kind {
	case facts.ActOpened, facts.ActCommit, facts.ActComment, facts.ActMerged, facts.ActClosed:
		return pr.Submitter(a)
	}
	return false
}

// ReviewerAct tells whether an act is one of a reviewer: review, comment, commit, merge or close by anyone else.
func ReviewerAct(pr *facts.JudgedPullRequest, a *facts.Act) bool {
	switch a.Kind {
	case facts.ActCommit, facts.ActComment, facts.ActMerged, facts.ActClosed:
		return !pr.Submitter(a)
	}
	return a.Kind.Review() && !pr.Submitter(a)
}

// response tells whether an act is a reviewer's comment or review.
func response(pr *facts.JudgedPullRequest, a *facts.Act) bool {
	return (a.Kind == facts.ActComment || a.Kind.Review()) && !pr.Submitter(a)
}

// remark tells whether an act says something to the submitter: a reviewer's comment, or a review with a text of its own.
func remark(pr *facts.JudgedPullRequest, a *facts.Act) bool { return a.Says() && !pr.Submitter(a) }

// first gives the first act that counts and meets a condition, nil when there is none.
func first(pr *facts.JudgedPullRequest, meets func(*facts.JudgedPullRequest, *facts.Act) bool) *facts.Act {
	for a := range actsOf(pr) {
		if meets(pr, a) {
			return a
		}
	}
	return nil
}

func approval(pr *facts.JudgedPullRequest, a *facts.Act) bool {
	return a.Kind == facts.ActApproved && !pr.Submitter(a)
}

// ready is when the review could begin: the last time it was made ready, else when it was opened.
func ready(pr *facts.JudgedPullRequest) int64 {
	if pr.ReadyAt == 0 {
		return pr.CreatedAt
	}
	return pr.ReadyAt
}
