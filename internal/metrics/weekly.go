package metrics

import "weir/internal/facts"

// Weekly folds one metric week by week, Monday to Sunday, over a period.
type Weekly struct {
	from, to facts.Day
	folds    []Fold
}

// NewWeekly starts the weeks that touch the period from..to.
func NewWeekly(from, to facts.Day, fold func() Fold) *Weekly {
	w := &Weekly{from: from, to: to}
	for monday := from.Monday(); monday <= to; monday += 7 {
		w.folds = append(w.folds, fold())
	}
	return w
}

// Add takes a roll-up; those outside the period are not taken.
func (w *Weekly) Add(d *facts.Daily) {
	if d.Day >= w.from && d.Day <= w.to {
		w.folds[(d.Day-w.from.Monday())/7].Add(d)
	}
}

// Week is the value of one week.
type Week struct {
	Monday facts.Day
	Value  Value
	// Complete says that all seven days lie in the period.
	Complete bool
}

// Result gives the weeks, oldest first. A week that the period cuts is divided by the days that are left of it.
func (w *Weekly) Result(people int) []Week {
	weeks := make([]Week, len(w.folds))
	for i, fold := range w.folds {
		monday := w.from.Monday() + facts.Day(7*i)
		days := int(min(monday+6, w.to)-max(monday, w.from)) + 1
		weeks[i] = Week{Monday: monday, Value: fold.Result(Scope{Days: days, People: people}), Complete: days == 7}
	}
	return weeks
}

// TrendOfWeeks fits the complete weeks. A first or last week that the period cuts is left out.
func TrendOfWeeks(weeks []Week) (Trend, bool) {
	var values []*float64
	for i := range weeks {
		if !weeks[i].Complete {
			continue
		}
		if weeks[i].Value.Has() {
			values = append(values, &weeks[i].Value.Number)
		} else {
			values = append(values, nil)
		}
	}
	return TrendOf(values)
}
