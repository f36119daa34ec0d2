package ghes

import (
	"cmp"
	"slices"
	"strings"
	"time"
)

// Team is a group of an organization's members.
type Team struct {
	ID           int64
	Organization string
	Name         string
	// Slug is made of Name when not given.
	Slug        string
	Description string
	Members     []string
	CreatedAt   time.Time
}

// AddTeam adds a team, or replaces the one of that slug.
func (w *World) AddTeam(t Team) Team {
	w.mu.Lock()
	defer w.mu.Unlock()
	t.ID = w.nextID(t.ID)
	t.Slug = cmp.Or(t.Slug, strings.ReplaceAll(fold(t.Name), " ", "-"))
	t.CreatedAt = orDefault(t.CreatedAt)
	w.teams = append(slices.DeleteFunc(slices.Clone(w.teams), func(o Team) bool {
		return fold(o.Organization) == fold(t.Organization) && o.Slug == t.Slug
	}), t)
	return t
}

// Teams returns an organization's teams in order of slug.
func (w *World) Teams(organization string) []Team {
	w.mu.RLock()
	defer w.mu.RUnlock()
	var teams []Team
	for _, t := range w.teams {
		if fold(t.Organization) == fold(organization) {
			teams = append(teams, t)
		}
	}
	slices.SortFunc(teams, func(a, b Team) int { return strings.Compare(a.Slug, b.Slug) })
	return teams
}

// team finds one by its slug.
func (w *World) team(organization, slug string) (Team, bool) {
	for _, t := range w.Teams(organization) {
		if t.Slug == slug {
			return t, true
		}
	}
	return Team{}, false
}
