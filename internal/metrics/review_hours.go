package metrics

import "time"

// Clock counts hours between two instants. The zero Clock counts elapsed ones; with Working set, only those from Monday to
// Friday, 9 to 17 in that zone.
type Clock struct{ Working *time.Location }

const (
	workBegins = 9
	workEnds   = 17
)

// Hours counts from one instant to a later one; it is 0 when the second is not later.
func (c Clock) Hours(from, to int64) float64 {
	if to <= from {
		return 0
	}
	if c.Working == nil {
		return float64(to-from) / 3600
	}
	start, end := time.Unix(from, 0).In(c.Working), time.Unix(to, 0).In(c.Working)
	// A whole week has five working days wherever it begins.
	weeks := int(end.Sub(start).Hours()) / (24 * 7)
	hours := float64(weeks * 5 * (workEnds - workBegins))
	for day := start.AddDate(0, 0, 7*weeks); ; day = midnight(day, 1) {
		if !day.Before(end) {
			return hours
		}
		if w := day.Weekday(); w != time.Saturday && w != time.Sunday {
			hours += overlap(day, end)
		}
	}
}

// overlap counts the working hours of day's own date from day on, up to end.
func overlap(day, end time.Time) float64 {
	at := func(hour int) time.Time {
		return time.Date(day.Year(), day.Month(), day.Day(), hour, 0, 0, 0, day.Location())
	}
	from, to := at(workBegins), at(workEnds)
	if day.After(from) {
		from = day
	}
	if end.Before(to) {
		to = end
	}
	return max(0, to.Sub(from).Hours())
}

func midnight(t time.Time, further int) time.Time {
	return time.Date(t.Year(), t.Month(), t.Day()+further, 0, 0, 0, 0, t.Location())
}
