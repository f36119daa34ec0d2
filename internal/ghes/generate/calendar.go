package generate

import (
	"math"
	"math/rand/v2"
	"time"
)

// saving is a rule of daylight saving time. The rules are here so that a machine without a time
// zone database tells the same story.
type saving int

const (
	noSaving saving = iota
	europe
	america
)

// zone is where somebody lives: minutes east in winter, and the rule of summer.
type zone struct {
	minutes int
	saving  saving
}

// at is a moment with the offset that holds there and then.
func (z zone) at(t time.Time) time.Time {
	minutes := z.minutes
	if z.summer(t.UTC()) {
		minutes += 60
	}
	return t.In(time.FixedZone("", minutes*60))
}

func (z zone) summer(t time.Time) bool {
	switch z.saving {
	case europe:
		return !t.Before(sunday(t.Year(), time.April, 0)) && t.Before(sunday(t.Year(), time.November, 0))
	case america:
		return !t.Before(sunday(t.Year(), time.March, 2)) && t.Before(sunday(t.Year(), time.November, 1))
	default:
		return false
	}
}

// sunday is the nth Sunday of a month at 01:00, the 0th being the last one before it.
func sunday(year int, month time.Month, n int) time.Time {
	first := time.Date(year, month, 1, 1, 0, 0, 0, time.UTC)
	toNext := (7 - int(first.Weekday())) % 7
	return first.AddDate(0, 0, toNext+7*(n-1))
}

// calendar says who works when, over all repositories.
type calendar struct {
	away map[string][]span
}

type span struct{ from, to time.Time }

// newCalendar gives everybody two or three holidays in a year.
func newCalendar(dice *rand.Rand, org *Organization) *calendar {
	c := &calendar{away: map[string][]span{}}
	days := int(org.To.Sub(org.From).Hours() / 24)
	for _, p := range org.People {
		for range 1 + days/140 {
			from := org.From.AddDate(0, 0, dice.IntN(max(1, days)))
			length := 5 + dice.IntN(14)
			c.away[p.Login] = append(c.away[p.Login], span{from, from.AddDate(0, 0, length)})
		}
	}
	return c
}

// works is how likely somebody works on a day, from 0 to 1.
func (c *calendar) works(p Person, day time.Time) float64 {
	for _, s := range c.away[p.Login] {
		if !day.Before(s.from) && day.Before(s.to) {
			return 0
		}
	}
	_, month, date := day.Date()
	switch {
	case month == time.December && date >= 24, month == time.January && date == 1:
		return 0.02
	case month == time.May && date == 1:
		return 0.05
	case day.Weekday() == time.Saturday, day.Weekday() == time.Sunday:
		return 0.04
	default:
		return 0.93
	}
}

// moments are the times at which a person commits on a day, in no order.
func (c *calendar) moments(dice *rand.Rand, p Person, day time.Time, share float64) []time.Time {
	if dice.Float64() > c.works(p, day) {
		return nil
	}
	var times []time.Time
	for range poisson(dice, p.pace*share) {
		times = append(times, p.zone.at(c.officeTime(dice, p, day)))
	}
	return times
}

// officeTime is mostly between nine and six with a dip at noon, and now and then late.
func (c *calendar) officeTime(dice *rand.Rand, p Person, day time.Time) time.Time {
	hour := 9 + dice.Float64()*3.2
	switch roll := dice.Float64(); {
	case roll > 0.95:
		hour = 19 + dice.Float64()*4
	case roll > 0.42:
		hour = 13 + dice.Float64()*5
	}
	midnight := time.Date(day.Year(), day.Month(), day.Day(), 0, 0, 0, 0, time.UTC)
	local := midnight.Add(time.Duration(hour * float64(time.Hour))).Truncate(time.Second)
	return local.Add(-time.Duration(p.zone.minutes) * time.Minute)
}

// nextOffice moves a moment to when a person is at work: the same moment, or a coming morning.
func (c *calendar) nextOffice(dice *rand.Rand, p Person, t time.Time) time.Time {
	for range 30 {
		local := p.zone.at(t)
		if h := local.Hour(); h >= 9 && h < 18 && c.works(p, local) > 0.5 {
			return t
		}
		ahead := 1
		if local.Hour() < 9 {
			ahead = 0
		}
		y, m, d := local.Date()
		t = time.Date(y, m, d+ahead, 9, dice.IntN(60), dice.IntN(60), 0, local.Location())
	}
	return t
}

// poisson draws how often something happens that happens mean times on average.
func poisson(dice *rand.Rand, mean float64) int {
	limit, product, n := math.Exp(-mean), dice.Float64(), 0
	for product > limit {
		product *= dice.Float64()
		n++
	}
	return n
}
