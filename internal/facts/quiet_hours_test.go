package facts_test

import (
	"testing"
	"time"

	"weir/internal/facts"
)

// TestQuietHours: 2 March 2026 is a Monday.
func TestQuietHours(t *testing.T) {
	t.Parallel()
	day := facts.QuietHours{From: 9 * 60, To: 17 * 60, Zone: "Europe/Berlin"} // 8 to 16 in UTC
	night := facts.QuietHours{From: 22 * 60, To: 6*60 + 30, Zone: "UTC"}
	always := facts.QuietHours{From: 9 * 60, To: 17 * 60, Zone: "UTC", Weekends: true}
	at := func(day, hour, minute int) time.Time { return time.Date(2026, 3, day, hour, minute, 0, 0, time.UTC) }
	for name, c := range map[string]struct {
		hours facts.QuietHours
		now   time.Time
		want  time.Duration
	}{
		"before":                      {day, at(2, 7, 59), 0},
		"at the beginning":            {day, at(2, 8, 0), 8 * time.Hour},
		"at the end":                  {day, at(2, 16, 0), 0},
		"on a Saturday":               {day, at(7, 12, 0), 0},
		"on a Saturday, if asked for": {always, at(7, 12, 0), 5 * time.Hour},
		"late in the evening":         {night, at(2, 23, 0), 7*time.Hour + 30*time.Minute},
		"after midnight":              {night, at(3, 6, 0), 30 * time.Minute},
		"in the night from Friday":    {night, at(7, 1, 0), 5*time.Hour + 30*time.Minute},
		"in the night from Sunday":    {night, at(2, 1, 0), 0},
		"none":                        {facts.QuietHours{Zone: "UTC"}, at(2, 0, 0), 0},
		"of no zone":                  {facts.QuietHours{From: 1, To: 2, Zone: "Mars/Olympus"}, at(2, 0, 1), 0},
	} {
		if got := c.hours.Left(c.now); got != c.want {
			t.Errorf("%s: %s left, want %s", name, got, c.want)
		}
	}
	for _, bad := range []facts.QuietHours{{From: -1, Zone: "UTC"}, {To: 24 * 60, Zone: "UTC"}, {Zone: ""}, {Zone: "Mars/Olympus"}} {
		if bad.Validate() == nil {
			t.Errorf("%+v was taken", bad)
		}
	}
}
