package facts_test

import (
	"math"
	"testing"

	"weir/internal/facts"
)

func TestDayOfStaysInTheCalendar(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		unix   int64
		offset int
		want   string
	}{
		{0, 0, "1970-01-01"}, {-1, 0, "1969-12-31"}, {-1, 1, "1970-01-01"}, {1 << 32, 0, "2106-02-07"},
		{1767600000, 99 * 3600, "2026-01-05"}, {math.MaxInt64, 14 * 3600, "9999-12-31"}, {math.MinInt64, -14 * 3600, "0001-01-01"},
		{185542587187200, 0, "9999-12-30"}, // the last day that 32 bits hold
	} {
		day := facts.DayOf(c.unix, c.offset)
		if day.String() != c.want {
			t.Errorf("%d%+d is %s, want %s", c.unix, c.offset, day, c.want)
		}
		if again, err := facts.ParseDay(c.want); err != nil || again != day {
			t.Errorf("%s is read as %s, %v", c.want, again, err)
		}
		if day.Month() > day || day.NextMonth() <= day {
			t.Errorf("%s has no month: %s to %s", day, day.Month(), day.NextMonth())
		}
	}
}
