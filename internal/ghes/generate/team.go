package generate

import (
	"slices"
	"strings"

	"weir/internal/ghes"
)

// teamPlan says who works together.
var teamPlan = []struct {
	name    string
	members []string
}{
	{"Shop", []string{"lena", "jonas", "priya", "yuki", "sofia", "mateo", "grace"}},
	{"Logistics", []string{"tom", "nadia", "omar"}},
	{"Platform", []string{"ben", "amara", "jonas", "mateo"}},
}

// teams are those of the people that the organization has.
func (o *Organization) teams() []ghes.Team {
	var all []ghes.Team
	for _, t := range teamPlan {
		members := slices.DeleteFunc(slices.Clone(t.members), func(login string) bool { return o.person(login).Login == "" })
		if len(members) > 0 {
			all = append(all, ghes.Team{Organization: o.Login, Name: t.name, Members: members, CreatedAt: o.From})
		}
	}
	return all
}

// teamOf is the slug of the first team that somebody is in.
func (o *Organization) teamOf(login string) string {
	for _, t := range o.teams() {
		if slices.Contains(t.Members, login) {
			return strings.ToLower(t.Name)
		}
	}
	return ""
}

// person is the one of a login, nobody when there is none.
func (o *Organization) person(login string) Person {
	for _, p := range o.People {
		if p.Login == login {
			return p
		}
	}
	return Person{}
}

// bot is the login of the organization's program.
func (o *Organization) bot() string {
	for _, p := range o.People {
		if p.Bot {
			return p.Login
		}
	}
	return ""
}
