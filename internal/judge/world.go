package judge

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"weir/internal/facts"
	"weir/internal/store"
)

const branchPrefix = "refs/heads/"

// worldOf gathers what a repo's own commits do not tell: its branches, old and new, what its months knew
// when they were judged first, and the commits that count in another repo.
func worldOf(ctx context.Context, s *store.Store, repo facts.Repo) (World, error) {
	refs, err := s.Refs(ctx, repo.ID)
	if err != nil {
		return World{}, err
	}
	w := branches(refs, repo.DefaultBranch)
	if w.Frozen, err = frozenMonths(ctx, s, repo.ID); err != nil {
		return World{}, err
	}
	w.Elsewhere, err = elsewhere(ctx, s, repo)
	return w, err
}

// branches sorts the rows of a repo's refs. A name has a row for each hash it had: the last row of a name
// that is gone was a deleted branch, each row before the last one was moved on or force-pushed over.
func branches(refs []facts.Ref, defaultBranch string) World {
	var w World
	last := map[string]facts.Ref{}
	for _, r := range refs {
		old, seen := last[r.Name]
		if !seen || r.GoneAt == 0 || old.GoneAt != 0 && r.GoneAt > old.GoneAt {
			last[r.Name] = r
		}
	}
	for _, r := range refs {
		branch, ok := strings.CutPrefix(r.Name, branchPrefix)
		switch {
		case !ok:
		case r.GoneAt == 0:
			w.Branches = append(w.Branches, r.Hash)
			if branch == defaultBranch {
				w.Default = r.Hash
			}
		case last[r.Name] == r:
			w.Gone = append(w.Gone, r.Hash)
		default:
			w.Overwritten = append(w.Overwritten, Overwritten{Hash: r.Hash, Branch: branch})
		}
	}
	return w
}

func frozenMonths(ctx context.Context, s *store.Store, id facts.RepoID) (map[facts.Day]facts.CommitNumber, error) {
	baselines, err := s.Baselines(ctx, id)
	if err != nil {
		return nil, err
	}
	months := map[facts.Day]facts.CommitNumber{}
	for _, b := range baselines {
		var f frozen
		if err := json.Unmarshal(b.Value, &f); err != nil {
			return nil, fmt.Errorf("read baseline of repo=%d month=%s: %w", id, b.Month, err)
		}
		months[b.Month] = f.UpTo
	}
	return months, nil
}

// elsewhere says which commits of a repo count in another one that holds them too.
func elsewhere(ctx context.Context, s *store.Store, repo facts.Repo) (func(facts.CommitNumber) (string, bool), error) {
	others, err := imported(ctx, s)
	if err != nil {
		return nil, err
	}
	counted := map[facts.CommitNumber]facts.RepoID{}
	for shared, err := range s.SharedCommits(ctx, repo.ID) {
		if err != nil {
			return nil, err
		}
		best := repo
		if other, ok := counted[shared.Number]; ok {
			best = others[other]
		}
		if other, ok := others[shared.Other]; ok && precedes(other, best) {
			counted[shared.Number] = shared.Other
		}
	}
	return func(n facts.CommitNumber) (string, bool) {
		other, ok := counted[n]
		return others[other].FullName, ok
	}, nil
}

func imported(ctx context.Context, s *store.Store) (map[facts.RepoID]facts.Repo, error) {
	repos, err := s.ImportedRepos(ctx)
	if err != nil {
		return nil, err
	}
	byID := map[facts.RepoID]facts.Repo{}
	for _, r := range repos {
		byID[r.ID] = r
	}
	return byID, nil
}

// precedes tells whether a commit that both repos hold counts in a: a repo that still exists before one that
// is gone, the root of a network before a fork, then the one imported first.
func precedes(a, b facts.Repo) bool {
	for _, differ := range [][2]bool{{a.GoneAt == 0, b.GoneAt == 0}, {!a.Fork, !b.Fork}} {
		if differ[0] != differ[1] {
			return differ[0]
		}
	}
	if a.ImportedAt != b.ImportedAt {
		return a.ImportedAt < b.ImportedAt
	}
	return a.ID < b.ID
}

// countedIn begins the detail of a commit that counts in another repo.
const countedIn = "counted in "

// Affected lists the repos in which a commit that this one holds too is decided about as it no longer should be: after it was
// imported, found gone or deleted, they are to be judged as well. A repo that was not judged yet is not listed.
func Affected(ctx context.Context, s *store.Store, id facts.RepoID) ([]facts.RepoID, error) {
	repos, err := imported(ctx, s)
	if err != nil {
		return nil, err
	}
	self, err := s.Repo(ctx, id)
	if err != nil {
		return nil, err
	}
	byName := map[string][]facts.Repo{}
	for _, r := range repos {
		byName[r.FullName] = append(byName[r.FullName], r)
	}
	var affected []facts.RepoID
	for shared, err := range s.SharedVerdicts(ctx, id) {
		if err != nil {
			return nil, err
		}
		if other, known := repos[shared.Other]; known && stale(&shared, self, other, repos, byName) {
			affected = append(affected, other.ID)
		}
	}
	return slices.Compact(affected), nil // they come repo by repo
}

// stale tells whether the verdict of another repo on a shared commit does not know of self: the commit counts there, or is said to
// count in a repo that does not come before self, although self comes first; or it is said to count in self, which comes later.
func stale(v *store.SharedVerdict, self, other facts.Repo, repos map[facts.RepoID]facts.Repo, byName map[string][]facts.Repo) bool {
	name, elsewhere := strings.CutPrefix(v.Detail, countedIn)
	elsewhere = elsewhere && v.Reason == facts.LeftDuplicate
	if _, counts := repos[self.ID]; !counts || !precedes(self, other) {
		return elsewhere && name == self.FullName
	}
	return !elsewhere || !slices.ContainsFunc(byName[name], func(r facts.Repo) bool { return r.ID == self.ID || precedes(r, self) })
}
