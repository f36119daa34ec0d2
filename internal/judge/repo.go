package judge

import (
	"context"
	"encoding/json"
	"fmt"

	"weir/internal/facts"
	"weir/internal/store"
)

// Repo judges all commits of a repo by the facts in the store and keeps verdicts, baselines and roll-ups; after them the pull
// requests and tickets that are due. It reads no git and may be run again at any time; what did not change is not written again.
// Other repos that hold the same commits may need it too: see Affected.
func Repo(ctx context.Context, s *store.Store, id facts.RepoID) error {
	if err := commits(ctx, s, id); err != nil {
		return err
	}
	return Items(ctx, s, id)
}

func commits(ctx context.Context, s *store.Store, id facts.RepoID) error {
	rules, err := s.Rules(ctx)
	if err != nil {
		return err
	}
	repo, err := s.Repo(ctx, id)
	if err != nil {
		return err
	}
	person, err := everybody(ctx, s)
	if err != nil {
		return err
	}
	j, err := New(rules, repo, person)
	if err != nil {
		return err
	}
	heads, err := s.PullRequestHeadsOf(ctx, id)
	if err != nil {
		return err
	}
	subjects := subjectsWanted(heads)
	for c, err := range s.CommitsOf(ctx, id) {
		if err != nil {
			return err
		}
		j.Add(&c)
		if _, wanted := subjects[c.Hash]; wanted {
			subjects[c.Hash] = c.Subject
		}
	}
	w, err := worldOf(ctx, s, repo)
	if err != nil {
		return err
	}
	if w.Pulls, err = pullsOf(ctx, s, j, id, heads, subjects); err != nil {
		return err
	}
	return save(ctx, s, id, w, j.Finish(w))
}

// everybody gives who stands behind an identity; an identity that nobody knows is a person without a name.
func everybody(ctx context.Context, s *store.Store) (func(facts.IdentityID) facts.Person, error) {
	people, err := s.People(ctx)
	if err != nil {
		return nil, err
	}
	identities, err := s.Identities(ctx)
	if err != nil {
		return nil, err
	}
	byID := make(map[facts.PersonID]facts.Person, len(people))
	for _, p := range people {
		byID[p.ID] = p
	}
	behind := make(map[facts.IdentityID]facts.Person, len(identities))
	for _, i := range identities {
		behind[i.ID] = byID[i.Person]
	}
	return func(id facts.IdentityID) facts.Person { return behind[id] }, nil
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

// verdictsPerSave bounds how many verdicts are held in the store's own form at a time.
const verdictsPerSave = 2000

func saveVerdicts(ctx context.Context, s *store.Store, id facts.RepoID, res *Result) error {
	held, err := s.Verdicts(ctx, id)
	if err != nil {
		return err
	}
	var changed []facts.JudgedCommit
	for c := range res.Commits() {
		if old, ok := held[c.Number]; ok && old == c.Verdict {
			continue
		}
		judged := facts.JudgedCommit{Verdict: c.Verdict}
		judged.Number, judged.Day, judged.AuthoredAt = c.Number, c.Day, c.AuthoredAt
		if changed = append(changed, judged); len(changed) == verdictsPerSave {
			if err := s.SaveVerdicts(ctx, id, changed); err != nil {
				return err
			}
			changed = changed[:0]
		}
	}
	return s.SaveVerdicts(ctx, id, changed)
}

// allDays is wider than any day that a commit can have been given by mistake.
const allDays = facts.Day(100_000_000)
