package metrics

import (
	"math/bits"

	"weir/internal/facts"
)

// CodingDaysDefinition explains CodingDays.
var CodingDaysDefinition = Definition{
	ID: "coding_days", Title: "Coding days", Question: "On how many days did people commit?", Unit: "days",
	Formula: "The number of days with at least one commit that counts; over several people the sum of each person's days.",
	LeftOut: countedCommits, Window: thePeriod, TimeZone: authorsDay,
	Bias: "Reviews, design and talk leave no commit. A rebase may move author dates.",
}

// CodingDays folds the days with at least one counted commit, per person. A day in two repos is one day.
type CodingDays struct{ days personDays }

// Add takes a roll-up.
func (c *CodingDays) Add(d *facts.Daily) { c.days.add(d) }

// Result gives the number of days.
func (c *CodingDays) Result(Scope) Value {
	n := c.days.len()
	return Of(float64(n), n)
}

// personDays is a set of days per person, as bits: a year of a person takes 48 bytes.
type personDays struct {
	people map[facts.PersonID]map[facts.Day]uint64
}

// add notes the day of a roll-up that holds a counted commit.
func (p *personDays) add(d *facts.Daily) {
	if !d.Worked() {
		return
	}
	if p.people == nil {
		p.people = map[facts.PersonID]map[facts.Day]uint64{}
	}
	words := p.people[d.Person]
	if words == nil {
		words = map[facts.Day]uint64{}
		p.people[d.Person] = words
	}
	words[d.Day>>6] |= 1 << (d.Day & 63)
}

func (p *personDays) len() int {
	n := 0
	for _, words := range p.people {
		for _, word := range words {
			n += bits.OnesCount64(word)
		}
	}
	return n
}
