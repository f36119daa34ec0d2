package storetest

import (
	"testing"

	"weir/internal/facts"
	"weir/internal/store"
)

var exclusionBehaviour = []behaviour{
	{"a rule leaves repos out at once and asks about imported ones", appliesExclusions},
	{"a rule is shown before it is saved", previewsExclusions},
	{"a rule belongs to its integration", keepsExclusionsApart},
}

func appliesExclusions(t *testing.T, s *store.Store) {
	ctx := t.Context()
	w := NewWorld(t, s, "Main", 4)
	rule := facts.Exclusion{Integration: w.Integration, Kind: facts.ExcludeName, Value: "repo-*", AddedBy: "ada"}
	id := must(s.AddExclusion(ctx, rule))
	equal(t, "all match", must(s.ExclusionCounts(ctx, w.Integration)), map[facts.ExclusionID]int{id: 4})
	equal(t, "nothing stopped", len(must(s.ImportedRepos(ctx))), 3)
	equal(t, "not imported", len(change(t, s, facts.RepoImport, w.Repos...)), 0)
	asked := func() int {
		return len(must(s.RepoIDs(ctx, store.RepoFilter{Integration: w.Integration, Asked: true})))
	}
	equal(t, "asked", asked(), 3)
	sums := must(s.OrganizationSummaries(ctx, w.Integration))
	equal(t, "counts", []int{sums[0].Excluded, sums[0].Asked, sums[0].Imported}, []int{1, 3, 3})
	equal(t, "kept", change(t, s, facts.RepoKeep, w.Repos[0]), w.Repos[:1])
	equal(t, "stopped", change(t, s, facts.RepoStop, w.Repos[1]), w.Repos[1:2])
	equal(t, "asked after answers", asked(), 1)

	_, err := s.AddExclusion(ctx, rule)
	wantError(t, "twice", err, facts.ErrConflict)
	second := must(s.AddExclusion(ctx, facts.Exclusion{Integration: w.Integration, Kind: facts.ExcludeRegex, Value: "acme/repo-[12]$"}))
	equal(t, "the first rule stays the one named", must(s.Repo(ctx, w.Repos[0])).Exclusion, id)
	equal(t, "the answer holds", must(s.Repo(ctx, w.Repos[0])).ExclusionKept, true)
	check(s.DeleteExclusion(ctx, w.Integration, id))
	equal(t, "another rule is another question", must(s.Repo(ctx, w.Repos[0])).ExclusionKept, false)
	equal(t, "counts", must(s.ExclusionCounts(ctx, w.Integration)), map[facts.ExclusionID]int{second: 2})
	equal(t, "free again", change(t, s, facts.RepoImport, w.Repos...), w.Repos[3:])

	late := aRepo(w, 2)
	late.ServerID, late.FullName = 77, "acme/repo-2"
	ids := must(s.SaveRepos(ctx, w.Integration, []facts.Repo{late}))
	check(s.InTx(ctx, func(tx *store.Tx) error { return tx.ApplyExclusions(ctx, w.Integration, ids...) }))
	equal(t, "a new repo", must(s.Repo(ctx, ids[0])).Exclusion, second)
}

func previewsExclusions(t *testing.T, s *store.Store) {
	w := NewWorld(t, s, "Main", 4)
	found := must(s.PreviewExclusion(t.Context(), facts.Exclusion{Integration: w.Integration, Kind: facts.ExcludeRegex, Value: "repo-[234]"}, 2))
	equal(t, "counts", []int{found.Repos, found.Imported, len(found.First)}, []int{3, 2, 2})
	equal(t, "first", found.First[0].FullName, "acme/repo-2")
	if _, err := s.PreviewExclusion(t.Context(), facts.Exclusion{Integration: w.Integration, Kind: facts.ExcludeRegex, Value: "("}, 2); err == nil {
		t.Error("a rule that cannot be read was shown")
	}
	equal(t, "nothing is saved", len(must(s.Exclusions(t.Context(), w.Integration))), 0)
}

func keepsExclusionsApart(t *testing.T, s *store.Store) {
	w, other := NewWorld(t, s, "Main", 2), NewWorld(t, s, "Other", 2)
	id := must(s.AddExclusion(t.Context(), facts.Exclusion{Integration: w.Integration, Kind: facts.ExcludeName, Value: "*"}))
	wantError(t, "through another", s.DeleteExclusion(t.Context(), other.Integration, id), facts.ErrNotFound)
	equal(t, "others untouched", must(s.Repo(t.Context(), other.Repos[1])).Exclusion, facts.ExclusionID(0))
	equal(t, "listed", must(s.Exclusions(t.Context(), w.Integration))[0].Value, "*")
	check(s.DeleteIntegration(t.Context(), w.Integration))
	check(s.PurgeIntegration(t.Context(), w.Integration))
}
