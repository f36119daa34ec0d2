package facts

import (
	"fmt"
	"time"
)

// QuietHours is a part of each day in which a server is not read from, for the people who work on it.
type QuietHours struct {
	// From and To are minutes after midnight; a From after To spans midnight. Equal ones are no quiet hours.
	From int `json:"from"`
	To   int `json:"to"`
	// Zone is an IANA name.
	Zone string `json:"zone"`
	// Weekends includes Saturday and Sunday.
	Weekends bool `json:"weekends,omitempty"`
}

const minutesPerDay = 24 * 60

// Validate says what is wrong with the hours, in words for the one who set them.
func (h QuietHours) Validate() error {
	if h.From < 0 || h.From >= minutesPerDay || h.To < 0 || h.To >= minutesPerDay {
		return fmt.Errorf("quiet hours are given as times of day from 00:00 to 23:59")
	}
	if _, err := time.LoadLocation(h.Zone); err != nil || h.Zone == "" {
		return fmt.Errorf("there is no time zone %q; choose one such as Europe/Berlin or UTC", h.Zone)
	}
	return nil
}

// Left is how long the quiet hours still last at an instant, 0 outside of them. Hours that cannot be understood are none.
func (h QuietHours) Left(now time.Time) time.Duration {
	zone, err := time.LoadLocation(h.Zone)
	if err != nil || h.From == h.To {
		return 0
	}
	local := now.In(zone)
	length := (h.To - h.From + minutesPerDay) % minutesPerDay
	for back := range 2 { // those that began today, and those that began yesterday
		begin := time.Date(local.Year(), local.Month(), local.Day()-back, h.From/60, h.From%60, 0, 0, zone)
		end := time.Date(begin.Year(), begin.Month(), begin.Day(), h.From/60, h.From%60+length, 0, 0, zone)
		weekend := begin.Weekday() == time.Saturday || begin.Weekday() == time.Sunday
		if (h.Weekends || !weekend) && !local.Before(begin) && local.Before(end) {
			return end.Sub(local)
		}
	}
	return 0
}

// QuietHoursSetting is the name of the setting that holds the quiet hours of an integration.
func QuietHoursSetting(id IntegrationID) string { return fmt.Sprintf("quiet_hours/%d", id) }
