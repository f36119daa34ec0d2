package judge

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"weir/internal/facts"
	"weir/internal/store"
)

// Repo judges all commits of a repo by the facts in the store and keeps verdicts, baselines and roll-ups; after them the pull
// requests and tickets that are due. It reads no git and may be run again at any time; what did not change is not written again.
// Other repos that hold the same commits may need it too: see Affected.
func Repo(ctx context.Context, s *store.Store, id facts.RepoID) error {
	g, err := givenFor(ctx, s, id)
	if err != nil {
		return err
	}
	if err := g.commits(ctx, s); err != nil {
		return err
	}
	return g.items(ctx, s)
}

// given is what commits and items of a repo are judged by beside their own facts.
type given struct {
	rules      facts.Rules
	repo       facts.Repo
	people     []facts.Person
	identities []facts.Identity
}

func givenFor(ctx context.Context, s *store.Store, id facts.RepoID) (g given, err error) {
	if g.rules, err = s.Rules(ctx); err != nil {
		return g, err
	}
	if g.repo, err = s.Repo(ctx, id); err != nil {
		return g, err
	}
	if g.people, err = s.People(ctx); err != nil {
		return g, err
	}
	g.identities, err = s.Identities(ctx)
	return g, err
}

func (g *given) commits(ctx context.Context, s *store.Store) error {
	res, w, err := g.judged(ctx, s)
	if err != nil {
		return err
	}
	return save(ctx, s, g.repo.ID, w, res)
}

// judged reads all commits and decides about them. Of what it reads only the rows outlive it.
func (g *given) judged(ctx context.Context, s *store.Store) (*Result, World, error) {
	id := g.repo.ID
	j, err := New(g.rules, g.repo, g.everybody())
	if err != nil {
		return nil, World{}, err
	}
	heads, err := s.PullRequestHeadsOf(ctx, id)
	if err != nil {
		return nil, World{}, err
	}
	subjects := subjectsWanted(heads)
	held, err := s.HeldCommits(ctx, id)
	if err != nil {
		return nil, World{}, err
	}
	j.rows = slices.Grow(j.rows, held)
	for c, err := range s.CommitsOf(ctx, id) {
		if err != nil {
			return nil, World{}, err
		}
		j.Add(&c)
		if _, wanted := subjects[c.Hash]; wanted {
			subjects[c.Hash] = c.Subject
		}
	}
	w, err := worldOf(ctx, s, g.repo)
	if err != nil {
		return nil, World{}, err
	}
	if w.Pulls, err = pullsOf(ctx, s, j, id, heads, subjects); err != nil {
		return nil, World{}, err
	}
	return j.Finish(w), w, nil
}

// everybody gives who stands behind an identity; an identity that nobody knows is a person without a name.
func (g *given) everybody() func(facts.IdentityID) facts.Person {
	byID := make(map[facts.PersonID]int, len(g.people))
	for i := range g.people {
		byID[g.people[i].ID] = i
	}
	behind := make(map[facts.IdentityID]int, len(g.identities))
	for _, i := range g.identities {
		if k, known := byID[i.Person]; known {
			behind[i.ID] = k
		}
	}
	return func(id facts.IdentityID) facts.Person {
		if k, known := behind[id]; known {
			return g.people[k]
		}
		return facts.Person{}
	}
}

// save writes what is new. Roll-ups come last: pages read them, and a run that was stopped before is done again.
func save(ctx context.Context, s *store.Store, id facts.RepoID, w World, res *Result) error {
	if err := saveVerdicts(ctx, s, id, res); err != nil {
		return err
	}
	var fresh []store.Baseline
	for month, number := range res.Frozen {
		if _, frozen := w.Frozen[month]; frozen {
			continue
		}
		value, err := json.Marshal(frozen{UpTo: number})
		if err != nil {
			return fmt.Errorf("save baselines of repo=%d: %w", id, err)
		}
		fresh = append(fresh, store.Baseline{Month: month, Value: value})
	}
	if len(fresh) > 0 {
		if err := s.SaveBaselines(ctx, id, fresh); err != nil {
			return err
		}
	}
	if err := saveGroups(ctx, s, id, res); err != nil {
		return err
	}
	return s.ReplaceDaily(ctx, id, res.Daily)
}

// frozen is what is kept of a month's baseline: which commits it knew. All else follows from the facts.
type frozen struct {
	UpTo facts.CommitNumber `json:"up_to"`
}

// verdictsAtOnce bounds how many verdicts are held in the store's own form.
const verdictsAtOnce = 2000

// saveVerdicts saves those that are not what is held already.
func saveVerdicts(ctx context.Context, s *store.Store, id facts.RepoID, res *Result) error {
	some := make([]facts.JudgedCommit, 0, verdictsAtOnce)
	for c := range res.Commits() {
		judged := facts.JudgedCommit{Verdict: c.Verdict}
		judged.Number, judged.Day, judged.AuthoredAt = c.Number, c.Day, c.AuthoredAt
		if some = append(some, judged); len(some) == verdictsAtOnce {
			if err := saveChanged(ctx, s, id, some); err != nil {
				return err
			}
			some = some[:0]
		}
	}
	return saveChanged(ctx, s, id, some)
}

func saveChanged(ctx context.Context, s *store.Store, id facts.RepoID, some []facts.JudgedCommit) error {
	if len(some) == 0 {
		return nil
	}
	first, last := some[0].Number, some[0].Number
	for i := range some {
		first, last = min(first, some[i].Number), max(last, some[i].Number)
	}
	held, err := s.Verdicts(ctx, id, first, last)
	if err != nil {
		return err
	}
	changed := slices.DeleteFunc(some, func(c facts.JudgedCommit) bool {
		old, ok := held[c.Number]
		return ok && old == c.Verdict
	})
	return s.SaveVerdicts(ctx, id, changed)
}

// allDays is wider than any day that a commit can have been given by mistake.
const allDays = facts.Day(100_000_000)
