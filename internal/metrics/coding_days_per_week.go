package metrics

import "weir/internal/facts"

// CodingDaysPerWeekDefinition explains CodingDaysPerWeek.
var CodingDaysPerWeekDefinition = Definition{
	ID: "coding_days_per_week", Title: "Coding days per week", Question: "How regularly do people get to code?", Unit: "days per week",
	Formula: "Days with at least one commit that counts / (days in the period / 7). Over several people: the sum of their days / (number of people x days in the period / 7).",
	LeftOut: countedCommits,
	Window:  thePeriod, TimeZone: authorsDay,
	Bias: "Holidays and days off are in the denominator. Without a choice of people, those without any commit in the period are not.",
}

// CodingDaysPerWeek folds coding days per week and person.
type CodingDaysPerWeek struct{ days personDays }

// Add takes a roll-up.
func (c *CodingDaysPerWeek) Add(d *facts.Daily) { c.days.add(d) }

// Result divides by the person-weeks of the scope.
func (c *CodingDaysPerWeek) Result(s Scope) Value {
	people := s.People
	if people == 0 {
		people = len(c.days.people)
	}
	n := c.days.len()
	if s.Days == 0 {
		return None(noDays)
	}
	return Ratio(float64(n)*7, float64(people*s.Days), n, noPeople)
}
