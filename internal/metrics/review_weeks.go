package metrics

import "weir/internal/facts"

// ReviewWeeks folds one metric of pull requests week by week, Monday to Sunday, over a period.
type ReviewWeeks struct {
	from, to facts.Day
	folds    []ReviewFold
}

// NewReviewWeeks starts the weeks that touch the period from..to.
func NewReviewWeeks(from, to facts.Day, m ReviewMetric, l Lens) *ReviewWeeks {
	w := &ReviewWeeks{from: from, to: to}
	for monday := from.Monday(); monday <= to; monday += 7 {
		w.folds = append(w.folds, m.New(l))
	}
	return w
}

// Add takes a pull request that was merged on a day; days outside the period are not taken.
func (w *ReviewWeeks) Add(day facts.Day, pr *facts.JudgedPullRequest) {
	if day >= w.from && day <= w.to {
		w.folds[(day-w.from.Monday())/7].Add(pr)
	}
}

// Result gives the weeks, oldest first.
func (w *ReviewWeeks) Result() []Week {
	weeks := make([]Week, len(w.folds))
	for i, fold := range w.folds {
		monday := w.from.Monday() + facts.Day(7*i)
		weeks[i] = Week{Monday: monday, Value: fold.Result(), Complete: monday >= w.from && monday+6 <= w.to}
	}
	return weeks
}
