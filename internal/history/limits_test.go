package history_test

import (
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"weir/internal/facts"
	"weir/internal/git"
	"weir/internal/git/gittest"
	"weir/internal/history"
)

// heavy leaves a test out unless there is time for it: make test-heavy.
func heavy(t *testing.T) {
	t.Helper()
	if os.Getenv("WEIR_HEAVY") != "1" {
		t.Skip("takes long or much memory; make test-heavy runs it")
	}
}

// chain queues commits one after the other, on main, and writes them.
func chain(r *gittest.Repo, trees ...gittest.Files) []gittest.Mark {
	var marks, last []gittest.Mark
	for _, set := range trees {
		last = []gittest.Mark{r.Commit(gittest.Commit{Parents: last, Set: set})}
		marks = append(marks, last...)
	}
	r.Branch("main", last[0])
	r.Write()
	return marks
}

// files gives a commit's changes without their hunks.
func files(c emitted) map[string]facts.FileChange {
	all := map[string]facts.FileChange{}
	for _, f := range c.Files {
		f.Hunks = nil
		all[f.Path] = f
	}
	return all
}

func checkFiles(t *testing.T, what string, c emitted, want map[string]facts.FileChange) {
	t.Helper()
	got := files(c)
	for path, f := range want {
		f.Path = path
		want[path] = f
	}
	if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); diff != "" {
		t.Errorf("%s (-want +got):\n%s", what, diff)
	}
}

// touched is lines of Ada's, who writes everything in these tests.
func touched(age facts.AgeBucket, lines int) []facts.TouchedLines {
	return []facts.TouchedLines{{Identity: facts.IdentityID('a'), Age: age, Lines: lines}}
}

// measured runs a replay and says what it took.
func measured(t *testing.T, r *gittest.Repo, o history.Options) ([]emitted, *history.Summary) {
	t.Helper()
	done := mostMemory()
	begun := time.Now()
	all, sum := replay(t, r.Dir, o)
	grown, known := done()
	if o.MemoryLimit == 0 {
		o.MemoryLimit = 1 << 30
	}
	t.Logf("%d commits in %.1f s, anonymous memory %d MiB at most", len(all), time.Since(begun).Seconds(), grown>>20)
	// What is known of the files and what is in work do not depend on the ceiling.
	const besides = 64 << 20
	if known && grown > o.MemoryLimit+besides {
		t.Errorf("%d MiB where %d are allowed", grown>>20, o.MemoryLimit>>20)
	}
	return all, sum
}

// TestBlobOf300MB has a text far above the bound beside one that is read as ever.
func TestHeavyBlobOf300MB(t *testing.T) {
	heavy(t)
	const lines = 300 << 20 / 64
	r := gittest.New(t)
	chain(r, gittest.Files{
		"big": gittest.Text(strings.Repeat("a line of a text that nobody will ever read to its end, we hope\n", lines)),
		"a":   gittest.Text("1\n2\n"),
	}, gittest.Files{
		"big": gittest.Text(strings.Repeat("a line of a text that nobody will ever read to its end, we hope\n", lines) + "more\n"),
		"a":   gittest.Text("1\nzwei\n3\n"),
	}, gittest.Files{
		"big": gittest.Text("small\n"),
		"a":   gittest.Text("1\nzwei\n"),
	})
	all, sum := measured(t, r, history.Options{StateDir: t.TempDir()})
	checkFiles(t, "the first", all[0], map[string]facts.FileChange{
		"big": {Status: facts.FileAdded, Kind: facts.KindTooLarge, Added: lines, Unattributed: lines},
		"a":   {Status: facts.FileAdded, Added: 2, New: 2},
	})
	checkFiles(t, "a line more", all[1], map[string]facts.FileChange{
		"big": {Status: facts.FileModified, Kind: facts.KindTooLarge, Added: 1, Unattributed: 1},
		"a":   {Status: facts.FileModified, Added: 2, Deleted: 1, New: 1, Touched: touched(0, 1)},
	})
	checkFiles(t, "small again", all[2], map[string]facts.FileChange{
		"big": {Status: facts.FileModified, Deleted: lines, Unattributed: lines},
		"a":   {Status: facts.FileModified, Deleted: 1, Touched: touched(0, 1)},
	})
	if sum.ProblemCount != 2 || sum.Problems[0].Code != "too_large" {
		t.Errorf("problems: %+v", sum.Problems)
	}
}

// numbered makes lines that are all different.
func numbered(prefix string, from, n int) string {
	var b strings.Builder
	b.Grow(n * (8 + len(prefix)))
	for i := range n {
		fmt.Fprintf(&b, "%s%x\n", prefix, from+i)
	}
	return b.String()
}

// TestFiveMillionLines edits a file of them in the middle, writes it anew, and edits it again.
func TestHeavyFiveMillionLines(t *testing.T) {
	heavy(t)
	const half, lines = 2_500_000, 5_000_000
	r := gittest.New(t)
	tail := numbered("", half+10, half-10)
	other := numbered("x", 0, lines)
	chain(r,
		gittest.Files{"a": gittest.Text(numbered("", 0, lines)), "b": gittest.Text("b\n")},
		gittest.Files{"a": gittest.Text(numbered("", 0, half) + "one\ntwo\n" + tail), "b": gittest.Text("b\nc\n")},
		gittest.Files{"a": gittest.Text(other), "b": gittest.Text("b\nd\n")},
		gittest.Files{"a": gittest.Text("first\n" + other), "b": gittest.Text("b\nd\ne\n")},
		gittest.Files{"a": gittest.Text(other), "b": gittest.Text("b\n")},
	)
	all, sum := measured(t, r, history.Options{StateDir: t.TempDir()})
	checkFiles(t, "an edit in the middle", all[1], map[string]facts.FileChange{
		"a": {Status: facts.FileModified, Added: 2, Deleted: 10, Touched: touched(0, 10)},
		"b": {Status: facts.FileModified, Added: 1, New: 1},
	})
	if h := all[1].Files[0].Hunks; len(h) != 1 || h[0].OldStart != half+1 || h[0].NewStart != half+1 {
		t.Errorf("hunks %+v", h)
	}
	const now = lines - 8
	checkFiles(t, "written anew", all[2], map[string]facts.FileChange{
		"a": {Status: facts.FileModified, Kind: facts.KindTooLarge, Added: lines, Deleted: now, Unattributed: lines},
		"b": {Status: facts.FileModified, Added: 1, Deleted: 1, Touched: touched(0, 1)},
	})
	checkFiles(t, "an edit of it", all[3], map[string]facts.FileChange{
		"a": {Status: facts.FileModified, Added: 1, New: 1},
		"b": {Status: facts.FileModified, Added: 1, New: 1},
	})
	checkFiles(t, "the edit undone", all[4], map[string]facts.FileChange{
		"a": {Status: facts.FileModified, Deleted: 1, Touched: touched(0, 1)},
		"b": {Status: facts.FileModified, Deleted: 2, Touched: touched(0, 2)},
	})
	if sum.ProblemCount != 1 || sum.Problems[0].Code != "too_costly" {
		t.Errorf("problems: %+v", sum.Problems)
	}
}

// TestHeavyManyShortLines has as many lines as the bound on bytes lets through, which must not cost more than it.
func TestHeavyManyShortLines(t *testing.T) {
	heavy(t)
	r := gittest.New(t)
	text := strings.Repeat("\n", 60<<20)
	chain(r, gittest.Files{"a": gittest.Text(text)}, gittest.Files{"a": gittest.Text(text + "x\n"), "b": gittest.Text("b\n")})
	all, sum := measured(t, r, history.Options{})
	checkFiles(t, "a line more", all[1], map[string]facts.FileChange{
		"a": {Status: facts.FileModified, Kind: facts.KindTooLarge, Added: 1, Unattributed: 1},
		"b": {Status: facts.FileAdded, Added: 1, New: 1},
	})
	if sum.ProblemCount != 2 || sum.Problems[0].Code != "too_large" {
		t.Errorf("problems: %+v", sum.Problems)
	}
}

// TestMinifiedBundle edits one line of some megabytes that does not end.
func TestMinifiedBundle(t *testing.T) {
	t.Parallel()
	r := gittest.New(t)
	bundle := func(name string) string {
		return "!function(){" + strings.Repeat("var a=b+"+name+";", 300_000) + "}()"
	}
	marks := chain(r,
		gittest.Files{"app.min.js": gittest.Text("/* a head */\n" + bundle("c"))},
		gittest.Files{"app.min.js": gittest.Text("/* a head */\n" + bundle("d"))},
		gittest.Files{"app.min.js": gittest.Text("/* a head */\n" + bundle("d") + "\n")},
	)
	all, sum := replay(t, r.Dir, history.Options{})
	for i, what := range []string{"edited", "ended"} {
		checkFiles(t, what, all[i+1], map[string]facts.FileChange{
			"app.min.js": {Status: facts.FileModified, Generated: true, Added: 1, Deleted: 1, Touched: touched(0, 1)},
		})
		if by := all[i+1].Files[0].Hunks[0].Touched[0].Commit; int(by) != i+1 {
			t.Errorf("%s: the line is said to be written by commit %d, not %d", what, by, i+1)
		}
	}
	blame := r.Blame("main", "app.min.js")
	if len(blame) != 2 || blame[0].Commit != r.Hash(marks[0]) || blame[1].Commit != r.Hash(marks[2]) {
		t.Errorf("git blame: %+v", blame)
	}
	checkBlame(t, r, r.Hash(marks[2]), "app.min.js")
	if sum.ProblemCount > 0 {
		t.Errorf("problems: %+v", sum.Problems)
	}
}

// checkBlame compares the owners of one file with git's.
func checkBlame(t *testing.T, r *gittest.Repo, commit, path string) {
	t.Helper()
	repo, err := git.Open(t.Context(), r.Dir)
	if err != nil {
		t.Fatal(err)
	}
	lines, err := history.Blame(t.Context(), repo, hashOf(t, commit), path, history.Options{})
	if err != nil {
		t.Fatal(err)
	}
	var got []gittest.Blamed
	for _, l := range lines {
		got = append(got, gittest.Blamed{Commit: l.Commit.String(), Email: l.AuthorEmail, When: l.AuthorTime})
	}
	if diff := cmp.Diff(r.Blame(commit, path), got); diff != "" {
		t.Errorf("%s at %s (-git +ours):\n%s", path, commit, diff)
	}
}

// scattered makes lines of few contents in an order without any order: two of these have no good difference.
func scattered(seed, n int) string {
	var b strings.Builder
	x := uint64(seed)
	for range n {
		x = x*6364136223846793005 + 1442695040888963407
		fmt.Fprintf(&b, "line %d\n", x>>33%300)
	}
	return b.String()
}

// TestTooCostlyDiffIsLeftToNobody bounds the work, says so, keeps what stands before and behind, and goes on.
func TestTooCostlyDiffIsLeftToNobody(t *testing.T) {
	t.Parallel()
	for _, kept := range []bool{false, true} {
		r := gittest.New(t)
		head, tail := numbered("head ", 0, 10), numbered("tail ", 0, 20)
		second := head + scattered(2, 5000) + tail
		chain(r,
			gittest.Files{"a": gittest.Text(head + scattered(1, 4000) + tail), "b": gittest.Text("1\n2\n")},
			gittest.Files{"a": gittest.Text(second), "b": gittest.Text("1\n3\n")},
			gittest.Files{"a": gittest.Text("new\n" + second + "new\n")},
			gittest.Files{"a": gittest.Text("")},
		)
		o := history.Options{MaxDiffCost: 10_000}
		if kept {
			o.StateDir = t.TempDir()
		}
		all, sum := replay(t, r.Dir, o)
		if len(sum.Problems) != 1 || sum.Problems[0].Code != "too_costly" || sum.Problems[0].Path != "a" ||
			sum.Problems[0].Commit.String() != all[1].Hash {
			t.Fatalf("problems: %+v", sum.Problems)
		}
		got := files(all[1])["a"]
		if got.Kind != facts.KindTooLarge || got.Unattributed < 4990 || got.Unattributed != max(got.Added, got.Deleted) ||
			got.Added-got.Deleted != 1000 || got.New+len(got.Touched) > 0 {
			t.Errorf("the costly change: %+v", got)
		}
		if b := files(all[1])["b"]; b.Added != 1 || b.Deleted != 1 || b.Unattributed != 0 {
			t.Errorf("the file beside it: %+v", b)
		}
		checkFiles(t, "after it", all[2], map[string]facts.FileChange{
			"a": {Status: facts.FileModified, Added: 2, New: 2},
		})
		// 10 lines of the head and 20 of the tail, and the 2 that were added, are known; those between are nobody's.
		last := files(all[3])["a"]
		known := 0
		for _, l := range last.Touched {
			known += l.Lines
		}
		if last.Deleted != 5032 || known != 32+5000-got.Added || last.Unattributed != got.Added {
			t.Errorf("all lines deleted, of %d in doubt: %+v", got.Added, last)
		}
	}
}

// TestTooCostlyMergeIsReported has a merge that cannot be compared with its parents: its lines are nobody's, and not
// its own.
func TestTooCostlyMergeIsReported(t *testing.T) {
	t.Parallel()
	r := gittest.New(t)
	root := r.Commit(gittest.Commit{Set: gittest.Files{"b": gittest.Text("b\n")}})
	var sides []gittest.Mark
	for i := range 2 {
		sides = append(sides, r.Commit(gittest.Commit{
			Parents: []gittest.Mark{root}, Set: gittest.Files{"a": gittest.Text(scattered(i+1, 4000))},
		}))
	}
	merge := r.Commit(gittest.Commit{Parents: sides, Set: gittest.Files{"a": gittest.Text(scattered(3, 4000)), "b": gittest.Text("b\nm\n")}})
	r.Branch("main", merge)
	r.Write()
	all, sum := replay(t, r.Dir, history.Options{MaxDiffCost: 10_000})
	if len(sum.Problems) != 1 || sum.Problems[0].Code != "too_costly" || sum.Problems[0].Commit.String() != r.Hash(merge) {
		t.Errorf("problems: %+v", sum.Problems)
	}
	checkFiles(t, "the merge", all[3], map[string]facts.FileChange{"b": {Status: facts.FileModified, MergeLines: 1}})
}

// TestHeavyCostOfTheWorstDiff takes the default bound to its end.
func TestHeavyCostOfTheWorstDiff(t *testing.T) {
	heavy(t)
	for _, lines := range []int{200_000, 2_000_000} {
		r := gittest.New(t)
		chain(r,
			gittest.Files{"a": gittest.Text(scattered(1, lines)), "b": gittest.Text("1\n")},
			gittest.Files{"a": gittest.Text(scattered(2, lines)), "b": gittest.Text("1\n2\n")},
		)
		all, sum := measured(t, r, history.Options{})
		a := files(all[1])["a"]
		t.Logf("two times %d lines without any order: +%d -%d, %d unattributed, problems %v", lines, a.Added, a.Deleted, a.Unattributed, sum.Problems)
		if sum.ProblemCount == 0 && a.Unattributed > 0 || sum.ProblemCount > 0 && sum.Problems[0].Code != "too_costly" {
			t.Errorf("problems %v of %+v", sum.Problems, a)
		}
		if files(all[1])["b"].Added != 1 {
			t.Errorf("the file beside it: %+v", files(all[1])["b"])
		}
	}
}
