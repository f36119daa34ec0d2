package storetest

import (
	"testing"

	"weir/internal/facts"
	"weir/internal/store"
)

var pullRequestSizeBehaviour = []behaviour{
	{"the size of a pull request comes back as it was measured", savesSize},
	{"a pull request is due for measuring when anything of it was saved", tellsWhatIsToBeMeasured},
	{"pull requests that count are counted by their lines", countsSizes},
}

// aSize has every kind of field in use.
func aSize(number int, changes int64) facts.PullRequestSize {
	return facts.PullRequestSize{Number: number, State: facts.SizeKnown, MadeOf: "1.x", Lacking: hash("d"), Changes: changes,
		Files:  []facts.SizedFile{{Path: "a\xff/b.go", Lines: 70_000, Hunks: 300}, {Path: "go.sum", Kind: facts.KindTooLarge, Generated: true}},
		Places: []facts.CommentPlace{{ServerID: 1 << 40, File: 1, First: 2, Hunks: 3}, {ServerID: -5, File: -1}}}
}

func saveSizes(t *testing.T, s *store.Store, repo facts.RepoID, sizes ...facts.PullRequestSize) {
	check(s.InTx(t.Context(), func(tx *store.Tx) error { return tx.SavePullRequestSizes(t.Context(), repo, sizes) }))
}

func savesSize(t *testing.T, s *store.Store) {
	ctx := t.Context()
	w := NewWorld(t, s, "Main", 2)
	author, reviewer := anActor(s, t, w, 1), anActor(s, t, w, 2)
	for _, repo := range w.Repos {
		check(s.SavePullRequests(ctx, repo, []facts.PullRequest{aPullRequest(repo, 1, author, reviewer), aPullRequest(repo, 2, author, reviewer)}))
		for range 2 { // the second takes the place of the first
			saveSizes(t, s, repo, aSize(2, 4))
		}
	}
	want := aSize(2, 5) // saving is a change
	equal(t, "size", must(s.PullRequestSizes(ctx, w.Repos[0], []int{1, 2})), map[int]facts.PullRequestSize{2: want})
	none := facts.PullRequestSize{Number: 2, State: facts.SizeMissing, Changes: 8}
	saveSizes(t, s, w.Repos[0], none)
	none.Changes++
	equal(t, "size of nothing", must(s.PullRequestSizes(ctx, w.Repos[0], []int{2}))[2], none)
	check(s.PurgeRepo(ctx, w.Repos[0]))
	equal(t, "after the purge", rowsOf(s, t, "pull_request_sizes", "repo_id", w.Repos[0]), 0)
	equal(t, "of the other", rowsOf(s, t, "pull_request_sizes", "repo_id", w.Repos[1]), 1)
}

func tellsWhatIsToBeMeasured(t *testing.T, s *store.Store) {
	ctx := t.Context()
	w := NewWorld(t, s, "Main", 1)
	repo, author, reviewer := w.Repos[0], anActor(s, t, w, 1), anActor(s, t, w, 2)
	check(s.SavePullRequests(ctx, repo, []facts.PullRequest{aPullRequest(repo, 1, author, reviewer), aPullRequest(repo, 2, author, reviewer), aPullRequest(repo, 3, author, reviewer)}))
	numbers := func(due []store.DueItem) (all []int) {
		for _, d := range due {
			all = append(all, d.Number)
		}
		return all
	}
	due := must(s.DueSizes(ctx, repo, -1<<31, 10))
	equal(t, "new", numbers(due), []int{1, 2, 3})
	equal(t, "after the first", numbers(must(s.DueSizes(ctx, repo, 1, 1))), []int{2})
	whole, lacking := aSize(1, due[0].Changes), aSize(2, due[1].Changes)
	whole.Lacking = ""
	saveSizes(t, s, repo, whole, lacking)
	equal(t, "measured", numbers(must(s.DueSizes(ctx, repo, 0, 10))), []int{3})
	equal(t, "judged again", len(must(s.DuePullRequests(ctx, repo, "r"))), 3)
	lacks := must(s.LackingSizes(ctx, repo, 0, 10))
	equal(t, "lacking", len(lacks), 1)
	equal(t, "lacking object", []any{lacks[0].Number, lacks[0].Object}, []any{2, hash("d")})
	equal(t, "lacking after it", len(must(s.LackingSizes(ctx, repo, 2, 10))), 0)

	check(s.InTx(ctx, func(tx *store.Tx) error {
		return tx.SaveComments(ctx, repo, []facts.Comment{{Number: 1, Kind: facts.CommentLine, ServerID: 900}})
	}))
	due = must(s.DueSizes(ctx, repo, 0, 10))
	equal(t, "changed", numbers(due), []int{1, 3})
	check(s.InTx(ctx, func(tx *store.Tx) error { return tx.KeepPullRequestSize(ctx, repo, due[0]) }))
	equal(t, "kept", numbers(must(s.DueSizes(ctx, repo, 0, 10))), []int{3})
	// Something was saved between looking and saving: it is due again.
	saveSizes(t, s, repo, aSize(1, due[0].Changes-1))
	equal(t, "overtaken", numbers(must(s.DueSizes(ctx, repo, 0, 10))), []int{1, 3})
	check(s.InTx(ctx, func(tx *store.Tx) error { return tx.MarkPullRequestGone(ctx, repo, 3) }))
	equal(t, "gone", numbers(must(s.DueSizes(ctx, repo, 0, 10))), []int{1})
}

func countsSizes(t *testing.T, s *store.Store) {
	ctx := t.Context()
	w := NewWorld(t, s, "Main", 3)
	author, reviewer := anActor(s, t, w, 1), anActor(s, t, w, 2)
	sized := func(state facts.SizeState, reason facts.Reason, lines int) facts.PullRequestVerdict {
		return facts.PullRequestVerdict{Reason: reason, Size: facts.SizeVerdict{State: state, Lines: lines}}
	}
	verdicts := map[int]facts.PullRequestVerdict{1: sized(facts.SizeKnown, facts.Counts, 7), 2: sized(facts.SizeKnown, facts.Counts, 3), 3: sized(facts.SizeKnown, facts.LeftBot, 9),
		4: sized(facts.SizeTooLarge, facts.Counts, 0), 5: sized(facts.SizeUnread, facts.Counts, 0)}
	for _, repo := range w.Repos { // the last is not imported
		for n := range verdicts {
			check(s.SavePullRequests(ctx, repo, []facts.PullRequest{aPullRequest(repo, n, author, reviewer)}))
		}
		check(s.SavePullRequestVerdicts(ctx, repo, store.PullRequestVerdicts{RuledBy: "r", Changes: map[int]int64{}, Of: verdicts}))
		verdicts[1] = sized(facts.SizeKnown, facts.Counts, 8)
	}
	equal(t, "sizes", must(s.SizeCounts(ctx)), []facts.SizeCount{{Lines: 3, PullRequests: 2}, {Lines: 7, PullRequests: 1}, {Lines: 8, PullRequests: 1}})
}
