package history_test

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"weir/internal/facts"
	"weir/internal/git"
	"weir/internal/git/gittest"
	"weir/internal/history"
)

// shownFile is a file of a diff: its hunks with three lines of context, and its lines without.
type shownFile struct {
	from, path string
	hunks      []history.ContextHunk
	lines      int
}

func (f shownFile) pair() string { return f.from + "\x00" + f.path }

func openComparer(t gittest.TB, dir string, limits history.CompareLimits) *history.Comparer {
	t.Helper()
	repo, err := git.Open(context.Background(), dir)
	if err != nil {
		t.Fatalf("open: %v", err)
	}
	return history.NewComparer(context.Background(), repo, limits)
}

// between gives what the comparer says of two commits, submodules left out.
func between(t gittest.TB, c *history.Comparer, base, head git.Hash) []shownFile {
	t.Helper()
	c.Renew()
	pairs, err := c.Pairs(base, head)
	if err != nil {
		t.Fatalf("pairs: %v", err)
	}
	var all []shownFile
	for _, p := range pairs {
		d, err := c.Diff(p)
		if err != nil {
			t.Fatalf("diff of %q: %v", p.Path, err)
		}
		if d.Kind == facts.KindSubmodule && p.Status != facts.FileTypeChanged {
			continue
		}
		all = append(all, shownFile{p.From(), p.Path, d.Hunks, d.Lines})
	}
	return all
}

// shown gives what git diff says, with one range as base...head or two commits.
func shown(t gittest.TB, repo *gittest.Repo, revisions ...string) []shownFile {
	t.Helper()
	args := func(more ...string) string {
		return repo.Git(slices.Concat([]string{"-c", "diff.ignoreSubmodules=none", "diff", "--no-color", "--no-ext-diff"}, more, revisions)...)
	}
	raw := strings.Split(args("--raw", "-z", "-M", "--abbrev=40"), "\x00")
	context, bare := parts(args("-p", "-U3", "-M")), parts(args("-p", "-U0", "-M"))
	var all []shownFile
	for i := 0; i < len(raw) && raw[i] != ""; {
		field := strings.Fields(raw[i])
		f := shownFile{from: raw[i+1], path: raw[i+1]}
		i += 2
		switch field[4][0] {
		case 'R':
			f.path = raw[i]
			i++
		case 'A':
			f.from = ""
		}
		oldModule, newModule := field[0] == ":160000", field[1] == "160000"
		sides := []bool{oldModule || newModule}
		if field[4] == "T" {
			sides = []bool{oldModule, newModule} // git shows a deletion and an addition
		}
		for _, module := range sides {
			if !module {
				f.hunks = append(f.hunks, context[0]...)
				for _, h := range bare[0] {
					f.lines += max(h.OldTo-h.OldFrom, h.NewTo-h.NewFrom)
				}
			}
			context, bare = context[1:], bare[1:]
		}
		if field[4] == "T" || !sides[0] {
			all = append(all, f)
		}
	}
	return all
}

// parts gives the hunks of each part of a patch.
func parts(patch string) [][]history.ContextHunk {
	var all [][]history.ContextHunk
	minus, plus := 0, 0
	for line := range strings.Lines(patch) {
		switch {
		case (minus > 0 || plus > 0) && line[0] == '-':
			minus--
		case (minus > 0 || plus > 0) && line[0] == '+':
			plus--
		case (minus > 0 || plus > 0) && line[0] == ' ':
			minus, plus = minus-1, plus-1
		case strings.HasPrefix(line, "diff --git "):
			all = append(all, nil)
		case strings.HasPrefix(line, "@@ "):
			field := strings.Fields(line)
			var h history.ContextHunk
			h.OldFrom, h.OldTo = span(field[1])
			h.NewFrom, h.NewTo = span(field[2])
			minus, plus = h.OldTo-h.OldFrom, h.NewTo-h.NewFrom
			all[len(all)-1] = append(all[len(all)-1], h)
		}
	}
	return all
}

// span reads -12,3 as lines 11 to 14; of no lines git names the one before.
func span(s string) (from, to int) {
	n := 1
	if _, err := fmt.Sscanf(s[1:], "%d,%d", &from, &n); err != nil {
		n = 1
	}
	if n > 0 {
		from--
	}
	return from, from + n
}

// anyRenamed tells whether a file was: only then may git pair the files otherwise.
func anyRenamed(files []shownFile) bool {
	return slices.ContainsFunc(files, func(f shownFile) bool { return f.from != "" && f.from != f.path })
}

func TestComparerAgreesWithGitDiff(t *testing.T) {
	t.Parallel()
	alike, otherwise := 0, 0
	rapid.Check(t, func(r *rapid.T) {
		dir := t.TempDir()
		m := generate(r, dir, 14)
		c := openComparer(r, m.repo.Dir, history.CompareLimits{})
		defer func() { _ = c.Close() }()
		for range 12 {
			one := m.repo.Hash(rapid.SampledFrom(m.commits).Draw(r, "base").mark)
			other := m.repo.Hash(rapid.SampledFrom(m.commits).Draw(r, "head").mark)
			a, b := compareOnce(r, m.repo, c, one, other)
			alike, otherwise = alike+a, otherwise+b
		}
	})
	if alike == 0 {
		t.Error("no file was compared")
	}
	t.Logf("%d files paired alike, %d otherwise", alike, otherwise)
}

// compareOnce compares one pull request to be: what head has and base has not.
func compareOnce(t gittest.TB, repo *gittest.Repo, c *history.Comparer, base, head string) (alike, otherwise int) {
	t.Helper()
	bases := strings.Fields(mergeBases(repo, base, head))
	got, err := c.MergeBase(hashOf(t, base), hashOf(t, head))
	if err != nil {
		t.Fatalf("merge base: %v", err)
	}
	if len(bases) == 0 || got.IsZero() {
		if len(bases) > 0 || !got.IsZero() {
			t.Fatalf("merge base of %s and %s: %s, git %v", base, head, got, bases)
		}
		return 0, 0
	}
	if !slices.Contains(bases, got.String()) {
		t.Fatalf("merge base of %s and %s: %s, git %v", base, head, got, bases)
	}
	revisions := []string{base + "..." + head}
	if len(bases) > 1 { // git takes any of them
		revisions = []string{got.String(), head}
	}
	ours, theirs := between(t, c, got, hashOf(t, head)), shown(t, repo, revisions...)
	byPair := map[string]shownFile{}
	for _, f := range theirs {
		byPair[f.pair()] = f
	}
	for _, f := range ours {
		g, found := byPair[f.pair()]
		if !found {
			otherwise++
			continue
		}
		alike++
		if diff := gocmp.Diff(g, f, gocmp.AllowUnexported(shownFile{})); diff != "" {
			t.Fatalf("%s %q (-git +weir):\n%s", revisions, f.path, diff)
		}
	}
	if (otherwise > 0 || len(ours) != len(theirs)) && !anyRenamed(ours) && !anyRenamed(theirs) {
		t.Fatalf("%s: weir has %d files, git %d", revisions, len(ours), len(theirs))
	}
	return alike, otherwise
}

// mergeBases asks git, which exits with 1 when there is none.
func mergeBases(repo *gittest.Repo, one, other string) string {
	out, _ := gitCommand(context.Background(), repo.Dir, "merge-base", "--all", one, other).Output()
	return string(out)
}

func lineRange(from, to int) string {
	var b strings.Builder
	for i := from; i < to; i++ {
		fmt.Fprintf(&b, "line %d\n", i)
	}
	return b.String()
}

// Hunks that are told apart by hand: in a file of 40 lines, lines 10 and 17 change (six lines between them: one hunk), and
// line 25 (seven lines: another); a line is added at the end.
func TestComparerByHand(t *testing.T) {
	t.Parallel()
	repo := gittest.New(t)
	text := func(change map[int]string) gittest.File {
		var b strings.Builder
		for i := range 40 {
			b.WriteString(cmp.Or(change[i], fmt.Sprintf("line %d\n", i)))
		}
		return gittest.Text(b.String() + change[40])
	}
	base := repo.Commit(gittest.Commit{Set: gittest.Files{"a.txt": text(nil), "gone.txt": gittest.Text(lineRange(0, 5)), "old/name.txt": gittest.Text(lineRange(0, 30)),
		"data.bin": gittest.Text("\x00a"), "turn": gittest.Text(lineRange(0, 3))}})
	head := repo.Commit(gittest.Commit{Parents: []gittest.Mark{base}, Remove: []string{"gone.txt", "old/name.txt"}, Set: gittest.Files{
		"a.txt": text(map[int]string{10: "ten\n", 17: "seventeen\nand more\n", 25: "x\n", 40: "end\n"}), "data.bin": gittest.Text("\x00b"),
		"name.txt": gittest.Text("first\n" + lineRange(1, 30)), "new.txt": gittest.Text(lineRange(100, 104)), "turn": gittest.Link("a.txt"),
		"made.go": gittest.Text("// Code generated by a program. DO NOT EDIT.\n\npackage made\n")}})
	repo.Branch("main", head)
	repo.Write()
	c := openComparer(t, repo.Dir, history.CompareLimits{})
	defer func() { _ = c.Close() }()
	pairs, err := c.Pairs(hashOf(t, repo.Hash(base)), hashOf(t, repo.Hash(head)))
	if err != nil {
		t.Fatal(err)
	}
	type file struct {
		Path, OldPath string
		Status        facts.FileStatus
		history.FileDiff
	}
	var got []file
	for _, p := range pairs {
		d, err := c.Diff(p)
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, file{p.Path, p.OldPath, p.Status, d})
	}
	want := []file{
		// Hunk 1 is lines 7 to 21 (three before 10, three after 17), hunk 2 lines 22 to 29, hunk 3 37 to the end; the second change added one line.
		{"a.txt", "", 'M', history.FileDiff{Lines: 5, Hunks: []history.ContextHunk{{7, 21, 7, 22}, {22, 29, 23, 30}, {37, 40, 38, 42}}}},
		{"data.bin", "", 'M', history.FileDiff{Kind: facts.KindBinary}},
		{"gone.txt", "", 'D', history.FileDiff{Lines: 5, Hunks: []history.ContextHunk{{0, 5, 0, 0}}}},
		{"made.go", "", 'A', history.FileDiff{Generated: true, Lines: 3, Hunks: []history.ContextHunk{{0, 0, 0, 3}}}},
		{"name.txt", "old/name.txt", 'R', history.FileDiff{Lines: 1, Hunks: []history.ContextHunk{{0, 4, 0, 4}}}},
		{"new.txt", "", 'A', history.FileDiff{Lines: 4, Hunks: []history.ContextHunk{{0, 0, 0, 4}}}},
		{"turn", "", 'T', history.FileDiff{Kind: facts.KindSymlink, Lines: 4, Hunks: []history.ContextHunk{{0, 3, 0, 0}, {0, 0, 0, 1}}}},
	}
	if diff := gocmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if ours, theirs := between(t, c, hashOf(t, repo.Hash(base)), hashOf(t, repo.Hash(head))), shown(t, repo, repo.Hash(base), repo.Hash(head)); !slices.EqualFunc(ours, theirs,
		func(a, b shownFile) bool {
			return a.pair() == b.pair() && a.lines == b.lines && slices.Equal(a.hunks, b.hunks)
		}) {
		t.Errorf("git says otherwise:\n%s", gocmp.Diff(theirs, ours, gocmp.AllowUnexported(shownFile{})))
	}
}

func TestComparerLimits(t *testing.T) {
	t.Parallel()
	repo := gittest.New(t)
	base := repo.Commit(gittest.Commit{Set: gittest.Files{"a": gittest.Text("a\n"), "big": gittest.Text(lineRange(0, 100))}})
	head := repo.Commit(gittest.Commit{Parents: []gittest.Mark{base}, Set: gittest.Files{"a": gittest.Text("b\n"), "big": gittest.Text(lineRange(1, 200)), "c/d": gittest.Text("")}})
	repo.Branch("main", head)
	repo.Write()
	from, to := hashOf(t, repo.Hash(base)), hashOf(t, repo.Hash(head))
	few := openComparer(t, repo.Dir, history.CompareLimits{Files: 2})
	defer func() { _ = few.Close() }()
	if _, err := few.Pairs(from, to); !errors.Is(err, history.ErrTooLarge) {
		t.Errorf("three files where two may be: %v", err)
	}
	small := openComparer(t, repo.Dir, history.CompareLimits{Blob: 1000})
	defer func() { _ = small.Close() }()
	pairs, err := small.Pairs(from, to)
	if err != nil {
		t.Fatal(err)
	}
	if d, err := small.Diff(pairs[1]); err != nil || d.Kind != facts.KindTooLarge {
		t.Errorf("a large text: %v %v", d, err)
	}
	little := openComparer(t, repo.Dir, history.CompareLimits{Bytes: 1000})
	defer func() { _ = little.Close() }()
	if _, err := little.Diff(pairs[1]); !errors.Is(err, history.ErrTooLarge) {
		t.Errorf("more than may be read: %v", err)
	}
	if _, err := little.Pairs(hashOf(t, strings.Repeat("ab", 20)), to); !git.Unreadable(err) {
		t.Errorf("a commit that is not there: %v", err)
	}
}

// With wrong clocks a walk by time meets an older common ancestor first: x and y stem from b, which says that it is younger than
// all that follows it, and from a, before it.
func TestMergeBaseWithWrongClocks(t *testing.T) {
	t.Parallel()
	repo := gittest.New(t)
	at := func(when int64, parents ...gittest.Mark) gittest.Mark {
		return repo.Commit(gittest.Commit{Parents: parents, Author: gittest.Person{Name: "A", Email: "a@x", When: when}, Set: gittest.Files{fmt.Sprint(when): gittest.Text("x")}})
	}
	a := at(1_600_000_500)
	b := at(1_600_000_000, a)
	x, y := at(1_600_000_900, b, a), at(1_600_000_901, b, a)
	lone := at(1_600_000_902)
	repo.Branch("x", x)
	repo.Branch("y", y)
	repo.Branch("lone", lone)
	repo.Write()
	c := openComparer(t, repo.Dir, history.CompareLimits{})
	defer func() { _ = c.Close() }()
	for _, of := range []struct{ one, other, want gittest.Mark }{{x, y, b}, {y, x, b}, {x, b, b}, {a, y, a}, {x, x, x}} {
		got, err := c.MergeBase(hashOf(t, repo.Hash(of.one)), hashOf(t, repo.Hash(of.other)))
		if err != nil || got.String() != repo.Hash(of.want) {
			t.Errorf("merge base of %d and %d: %s %v, want %s", of.one, of.other, got, err, repo.Hash(of.want))
		}
	}
	if got, err := c.MergeBase(hashOf(t, repo.Hash(x)), hashOf(t, repo.Hash(lone))); err != nil || !got.IsZero() {
		t.Errorf("of two roots: %s %v", got, err)
	}
}
