package metrics

import "weir/internal/facts"

// InvolvementDefinition explains the involvement of reviewers.
var InvolvementDefinition = Definition{
	ID: "involvement", Title: "Involvement", Question: "In how many pull requests of their colleagues do people take part?", Unit: "%",
	Formula: "100 x pull requests of the team that a person reviewed or commented on / pull requests of the team by others. Over several people the sums are pooled first. The team is the people chosen on the page, else everybody who opened or reviewed a pull request of the period.",
	LeftOut: countedPullRequests, Window: mergedInPeriod, TimeZone: workspaceZone,
	Bias: "In a large team nobody can or should look at everything: compare it with itself over time.",
}

// Involvement folds the share of the team's pull requests that people reviewed for others. Make it with NewInvolvement.
type Involvement struct {
	lens     Lens
	all      int
	own      map[facts.PersonID]int
	reviewed map[facts.PersonID]int
}

// NewInvolvement starts the involvement of the lens's people in the pull requests of its team.
func NewInvolvement(l Lens) *Involvement {
	return &Involvement{lens: l, own: map[facts.PersonID]int{}, reviewed: map[facts.PersonID]int{}}
}

// Add takes a pull request; one that nobody of the team opened does not count.
func (i *Involvement) Add(pr *facts.JudgedPullRequest) {
	if !i.lens.Team.Has(pr.Person) {
		return
	}
	i.all++
	i.own[pr.Person]++
	for _, person := range reviewers(pr) {
		i.reviewed[person]++
	}
}

// Of gives the involvement of one person, whoever the fold is about.
func (i *Involvement) Of(person facts.PersonID) Value { return i.of(People{person: true}) }

// Result gives 0 to 100.
func (i *Involvement) Result() Value { return i.of(i.lens.People) }

func (i *Involvement) of(people People) Value {
	part, whole := 0, 0
	for person := range contributors(i.lens.Team, i.own, i.reviewed) {
		if people.Has(person) {
			part += i.reviewed[person]
			whole += i.all - i.own[person]
		}
	}
	return Ratio(100*float64(part), float64(whole), whole, "nobody else of the team has a merged pull request in this period")
}

// contributors are the team, or without one everybody who opened or reviewed something; ghosts are nobody.
func contributors(team People, opened, reviewed map[facts.PersonID]int) People {
	if team != nil {
		return team
	}
	found := People{}
	for _, some := range []map[facts.PersonID]int{opened, reviewed} {
		for person := range some {
			if person != 0 {
				found[person] = true
			}
		}
	}
	return found
}
