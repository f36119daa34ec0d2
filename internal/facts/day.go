package facts

import (
	"fmt"
	"time"
)

// Day is a calendar day, counted from 1 January 1970. For commits it is the author's own calendar day.
type Day int32

const secondsPerDay = 24 * 60 * 60

// MaxOffset is the largest distance from UTC, in seconds, that is taken as real. Git histories hold
// offsets such as +9999 and +051800; what lies beyond a day either way cannot be a place on Earth.
const MaxOffset = 24 * 60 * 60

// The ends of the calendar: what a history dates earlier or later cannot be written as a date of four
// digits, which is what every reader of ours expects. They leave a day for any offset.
const (
	calendarBegin = -62135510400 // 2 January 1
	calendarEnd   = 253402214399 // 30 December 9999
)

// Calendar gives the instant itself, or the nearest one that has a date in the years 1 to 9999 at any offset.
func Calendar(unix int64) int64 { return min(max(unix, calendarBegin), calendarEnd) }

// DayOf gives the calendar day of an instant at an offset of so many seconds east of UTC.
// An offset beyond MaxOffset is taken as 0, an instant beyond the calendar as its end.
func DayOf(unix int64, offset int) Day {
	if offset > MaxOffset || offset < -MaxOffset {
		offset = 0
	}
	return dayOf(Calendar(unix) + int64(offset))
}

func dayOf(local int64) Day {
	day := local / secondsPerDay
	if local%secondsPerDay < 0 {
		day--
	}
	return Day(day)
}

// DayAt gives the calendar day of t in t's own location.
func DayAt(t time.Time) Day {
	_, offset := t.Zone()
	return dayOf(t.Unix() + int64(offset))
}

// ParseDay reads the form 2006-01-02.
func ParseDay(s string) (Day, error) {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil {
		return 0, fmt.Errorf("%q is not a day in the form 2026-11-23", s)
	}
	return DayAt(t), nil
}

// Time gives the day's midnight in UTC.
func (d Day) Time() time.Time { return time.Unix(int64(d)*secondsPerDay, 0).UTC() }

// String gives the form 2006-01-02.
func (d Day) String() string { return d.Time().Format(time.DateOnly) }

// Weekday gives the day of the week.
func (d Day) Weekday() time.Weekday { return d.Time().Weekday() }

// Monday gives the Monday of the week that holds d; a week runs from Monday to Sunday.
func (d Day) Monday() Day { return d - Day((int(d.Weekday())+6)%7) }

// Month gives the first day of d's month.
func (d Day) Month() Day {
	t := d.Time()
	return DayAt(time.Date(t.Year(), t.Month(), 1, 0, 0, 0, 0, time.UTC))
}

// NextMonth gives the first day of the month after d's.
func (d Day) NextMonth() Day {
	t := d.Time()
	return DayAt(time.Date(t.Year(), t.Month()+1, 1, 0, 0, 0, 0, time.UTC))
}
