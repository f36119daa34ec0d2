package report

import (
	"context"
	"fmt"

	"weir/internal/facts"
)

// places holds the names that a page needs, and the states of the repos that it covers.
type places struct {
	people map[facts.PersonID]facts.Person
	repos  map[facts.RepoID]facts.Repo
	states map[facts.RepoID]facts.SyncState
	// covered are the repos of the page, in the source's order.
	covered []facts.Repo
}

func placesOf(ctx context.Context, src Places, p Params) (*places, error) {
	people, err := src.People(ctx)
	if err != nil {
		return nil, err
	}
	repos, err := src.ImportedRepos(ctx)
	if err != nil {
		return nil, err
	}
	states, err := src.SyncStates(ctx, facts.SyncCommits, p.Repos...)
	if err != nil {
		return nil, err
	}
	pl := &places{people: map[facts.PersonID]facts.Person{}, repos: map[facts.RepoID]facts.Repo{}, states: map[facts.RepoID]facts.SyncState{}}
	for _, person := range people {
		pl.people[person.ID] = person
	}
	for _, s := range states {
		pl.states[s.Repo] = s
	}
	for _, r := range repos {
		pl.repos[r.ID] = r
		if p.covers(r.ID) {
			pl.covered = append(pl.covered, r)
		}
	}
	return pl, pl.known(p)
}

func (p Params) covers(repo facts.RepoID) bool {
	for _, id := range p.Repos {
		if id == repo {
			return true
		}
	}
	return len(p.Repos) == 0
}

// personName gives what to call a person; somebody without a name goes by the e-mail.
func (pl *places) personName(id facts.PersonID) string {
	p := pl.people[id]
	for _, name := range []string{p.Name, p.Login, p.Email} {
		if name != "" {
			return name
		}
	}
	return fmt.Sprintf("Person %d", id)
}

func (pl *places) repoName(id facts.RepoID) string {
	r := pl.repos[id]
	for _, name := range []string{r.FullName, r.Name} {
		if name != "" {
			return name
		}
	}
	return fmt.Sprintf("Repo %d", id)
}
