package report

import (
	"time"

	"weir/internal/facts"
	"weir/internal/metrics"
)

// maxPoints is how many points a chart draws: a longer period is drawn by longer steps.
const maxPoints = 120

// step is what one point of a chart covers.
type step struct {
	name, title string
	// start gives the first day of the step that holds a day, next the first day of the one after.
	start, next func(facts.Day) facts.Day
}

func steps() []step {
	all := []step{
		{"week", "Week from", facts.Day.Monday, func(d facts.Day) facts.Day { return d.Monday() + 7 }},
		{"month", "Month from", facts.Day.Month, facts.Day.NextMonth},
	}
	for _, y := range []struct {
		name, title string
		years       int
	}{{"year", "Year from", 1}, {"decade", "Ten years from", 10}, {"century", "Century from", 100}} {
		start := func(d facts.Day, further int) facts.Day {
			year := d.Time().Year()
			return facts.DayAt(time.Date(year-year%y.years+further, 1, 1, 0, 0, 0, 0, time.UTC))
		}
		all = append(all, step{y.name, y.title, func(d facts.Day) facts.Day { return start(d, 0) },
			func(d facts.Day) facts.Day { return start(d, y.years) }})
	}
	return all
}

// points gives the first days of the steps of a period, by the shortest step that makes few enough of them.
func points(from, to facts.Day) (by step, starts []facts.Day) {
	for _, by = range steps() {
		starts = nil
		for day := by.start(from); day <= to && len(starts) <= maxPoints; day = by.next(day) {
			starts = append(starts, day)
		}
		if len(starts) <= maxPoints {
			break
		}
	}
	return by, starts
}

// chart draws the work types over the period, by week or, where that would be too many points, by month or year.
func (f *codeFold) chart() Chart {
	by, starts := points(f.p.From, f.p.To)
	c := Chart{
		Name: "work_types", Title: "Work types by " + by.name, Kind: ChartStackedBars, Unit: "lines", XTitle: by.title,
		X: []Value{}, Series: []Series{},
	}
	sums := map[facts.Day]facts.WorkTypes{}
	for day, lines := range f.types {
		sums[by.start(day)] = sums[by.start(day)].Add(lines)
	}
	for _, t := range metrics.WorkTypes() {
		c.Series = append(c.Series, Series{Name: string(t), Title: t.Title(), Values: []Value{}, Links: []Link{}})
	}
	for _, start := range starts {
		last := by.next(start) - 1
		c.X = append(c.X, Date(start))
		c.Partial = append(c.Partial, start < f.p.From || last > f.p.To || last >= f.p.Today)
		link := f.countedLink(f.p.On(max(start, f.p.From), min(last, f.p.To)))
		for k, t := range metrics.WorkTypes() {
			c.Series[k].Values = append(c.Series[k].Values, Count(t.Of(sums[start])))
			c.Series[k].Links = append(c.Series[k].Links, link)
		}
	}
	return c
}
