package judge

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"weir/internal/facts"
)

// people of the tests: identities 1 and 2 are person 1, 3 is 3, 4 is a bot, 5 excluded, 6 hidden.
func people(id facts.IdentityID) facts.Person {
	switch id {
	case 1, 2:
		return facts.Person{ID: 1, Name: "Ann"}
	case 4:
		return facts.Person{ID: 4, Name: "dependabot[bot]", Bot: true}
	case 5:
		return facts.Person{ID: 5, Name: "Eve", Excluded: true}
	case 6:
		return facts.Person{ID: 6, Name: "Hid", Hidden: true}
	}
	return facts.Person{ID: facts.PersonID(id), Name: fmt.Sprintf("P%d", id)}
}

// hash gives an object id that begins with n, so that the order of numbers and of ids agree.
func hash(n facts.CommitNumber) string { return fmt.Sprintf("%08x%s", n, strings.Repeat("0", 32)) }

// commit makes a commit of one text file with so many new lines.
func commit(n facts.CommitNumber, author facts.IdentityID, lines int, parents ...facts.CommitNumber) facts.Commit {
	return facts.Commit{
		Number: n, Hash: hash(n), Parents: len(parents), ParentNumbers: parents, Author: author,
		AuthoredAt: int64(n) * 1000, CommittedAt: int64(n) * 1000, Day: facts.DayOf(int64(n)*1000, 0),
		Files: []facts.FileChange{{Path: "main.go", Status: facts.FileModified, Added: lines, New: lines, HunkCount: 1}},
	}
}

func finish(t testing.TB, rules facts.Rules, repo facts.Repo, w World, commits ...facts.Commit) map[facts.CommitNumber]Judged {
	t.Helper()
	j, err := New(rules, repo, people)
	if err != nil {
		t.Fatal(err)
	}
	for i := range commits {
		j.Add(&commits[i])
	}
	judged := map[facts.CommitNumber]Judged{}
	for c := range j.Finish(w).Commits() {
		judged[c.Number] = c
	}
	return judged
}

// Each commit meets one reason more than the one before; the first in the order of the reasons is given.
func TestReasons(t *testing.T) {
	t.Parallel()
	rules := facts.DefaultRules()
	rules.Bots = []string{"p7"}
	rules.OutlierMessages = []string{"^WIP"}
	rules.OutlierPaths = []string{`\.sql$`}
	rules.Marked = []facts.Mark{{Repo: 1, Hash: hash(9), Note: "import, by Ann"}}
	wip, dump, broken := commit(10, 1, 1, 9), commit(11, 1, 1, 10), commit(13, 1, 0, 12)
	wip.Subject = "WIP"
	dump.Files[0].Path = "dump.sql"
	broken.Files, broken.Problem = nil, "the tree is missing"
	all := []facts.Commit{
		commit(1, 1, 5), commit(2, 4, 5, 1), commit(3, 5, 5, 2), commit(4, 6, 5, 3), commit(5, 1, 1001, 4), commit(6, 1, 1000, 5),
		commit(7, 7, 5, 6), commit(8, 1, 5, 7, 2), commit(9, 1, 5, 8), wip, dump, commit(12, 4, 5000, 11), broken,
	}
	want := map[facts.CommitNumber][2]string{
		1: {"", ""}, 2: {"bot", ""}, 3: {"excluded_person", ""}, 4: {"hidden_person", ""}, 5: {"outlier", "HALOC 1,001 is more than 1,000"},
		6: {"", ""}, 7: {"bot", ""}, 8: {"merge", ""}, 9: {"marked", "import, by Ann"}, 10: {"outlier", "the message meets the rule ^WIP"},
		11: {"outlier", `a path meets the rule \.sql$`}, 12: {"bot", ""}, 13: {"unreadable", ""},
	}
	got := map[facts.CommitNumber][2]string{}
	for n, c := range finish(t, rules, facts.Repo{ID: 1}, World{}, all...) {
		got[n] = [2]string{string(c.Reason), c.Detail}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	for n, c := range finish(t, facts.DefaultRules(), facts.Repo{ID: 1, GoneAt: 5}, World{}, commit(1, 1, 5), commit(2, 4, 5, 1)) {
		if want := map[facts.CommitNumber]facts.Reason{1: facts.LeftRepoDeleted, 2: facts.LeftBot}[n]; c.Reason != want {
			t.Errorf("of a repo that is gone, commit %d: %q, want %q", n, c.Reason, want)
		}
	}
}

// The history: 1 - 2 - 3 - 4 is main; 5 - 6 a branch off 1; 7 off 6. All marked P make the same change.
//
//	main   1 - 2P - 3 - 4P     4 is made again after 2: both count
//	            \
//	branch       5P - 6        5 descends from 2: counts
//	other  1 - 8P - 9Q         8 is a cherry-pick of 2: duplicate
//	late   1 - 10Q             9 and 10 are on no default branch: 10 is the earlier by committer time
func TestDuplicates(t *testing.T) {
	t.Parallel()
	same := func(c facts.Commit, patch string) facts.Commit {
		c.PatchID = strings.Repeat(patch, 40)
		return c
	}
	ten := same(commit(10, 1, 2, 1), "b")
	ten.CommittedAt = 1
	all := []facts.Commit{
		commit(1, 1, 1), same(commit(2, 1, 2, 1), "a"), commit(3, 1, 3, 2), same(commit(4, 3, 2, 3), "a"), same(commit(5, 1, 2, 2), "a"),
		commit(6, 1, 2, 5), same(commit(8, 3, 2, 1), "a"), same(commit(9, 1, 2, 8), "b"), ten,
	}
	w := World{Default: hash(4), Branches: []string{hash(4), hash(6), hash(9), hash(10)}}
	got := map[facts.CommitNumber]string{}
	for n, c := range finish(t, facts.DefaultRules(), facts.Repo{}, w, all...) {
		if c.Reason != facts.Counts {
			got[n] = string(c.Reason) + " " + c.Detail
		}
	}
	want := map[facts.CommitNumber]string{
		// 5 is no ancestor of 4 and the other way round, but 4 stands on the default branch.
		5: "duplicate counted as " + hash(4), 8: "duplicate counted as " + hash(2), 9: "duplicate counted as " + hash(10),
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	// Without parents nobody can tell ancestors: no commit is taken for a duplicate.
	for i := range all {
		all[i].ParentNumbers = nil
	}
	for n, c := range finish(t, facts.DefaultRules(), facts.Repo{}, w, all...) {
		if c.Reason != facts.Counts {
			t.Errorf("without parents commit %d is %q", n, c.Reason)
		}
	}
}

// main is 1 - 2; 3 was force-pushed over on topic, now at 4; 5 was on a branch that was deleted; 6 is a pull
// request's head that is on no branch; 7 is known to be squashed into 2; 8 is shared with another repo.
func TestReach(t *testing.T) {
	t.Parallel()
	w := World{
		Default: hash(2), Branches: []string{hash(2), hash(4), hash(8)}, Gone: []string{hash(5)},
		Overwritten: []Overwritten{{Hash: hash(3), Branch: "topic"}, {Hash: hash(1), Branch: "main"}},
		Superseded:  func(h string) (string, bool) { return "squashed as " + hash(2), h == hash(7) },
		Elsewhere:   func(n facts.CommitNumber) (string, bool) { return "acme/root", n == 8 },
	}
	var all []facts.Commit
	all = append(all, commit(1, 1, 1))
	for n := facts.CommitNumber(2); n <= 8; n++ {
		all = append(all, commit(n, 1, 1, 1))
	}
	got := map[facts.CommitNumber]string{}
	for n, c := range finish(t, facts.DefaultRules(), facts.Repo{}, w, all...) {
		got[n] = strings.TrimSpace(string(c.Reason) + " " + c.Detail)
	}
	want := map[facts.CommitNumber]string{
		1: "", 2: "", 3: "superseded a force-push to topic left it behind", 4: "", 5: "", 6: "unreachable",
		7: "superseded squashed as " + hash(2), 8: "duplicate counted in acme/root",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// randomCommit draws a commit with files of every kind.
func randomCommit(t *rapid.T, n facts.CommitNumber, parents []facts.CommitNumber) facts.Commit {
	c := commit(n, facts.IdentityID(rapid.IntRange(1, 7).Draw(t, "author")), 0, parents...)
	c.AuthoredAt = rapid.Int64Range(-1e9, 5e9).Draw(t, "at")
	c.Day = facts.DayOf(c.AuthoredAt, 0)
	c.Files = nil
	c.PatchID = rapid.SampledFrom([]string{"", strings.Repeat("ab", 20), strings.Repeat("cd", 20)}).Draw(t, "patch")
	for _, path := range rapid.SliceOfNDistinct(rapid.SampledFrom([]string{"a.go", "b/c.go", "go.sum", "vendor/x/y.go", "z.pb.go", "node_modules/q.js", "w.min.js", "docs/x"}), 0, 6, rapid.ID).Draw(t, "paths") {
		f := facts.FileChange{Path: path, Status: facts.FileModified, Kind: facts.FileKind(rapid.IntRange(0, 5).Draw(t, "kind")), Generated: rapid.Bool().Draw(t, "generated")}
		if len(parents) > 1 {
			f.MergeLines = rapid.IntRange(0, 9).Draw(t, "merge")
		} else if f.Kind == facts.KindText || f.Kind == facts.KindTooLarge {
			f.New = rapid.IntRange(0, 30).Draw(t, "new")
			f.Touched = []facts.TouchedLines{{Identity: facts.IdentityID(rapid.IntRange(1, 7).Draw(t, "who")), Age: facts.AgeBucket(rapid.IntRange(0, 2).Draw(t, "age")), Lines: rapid.IntRange(1, 700).Draw(t, "lines")}}
			f.Added, f.Deleted = f.New+f.Touched[0].Lines, f.Touched[0].Lines
			f.HunkCount = 1
		}
		c.Files = append(c.Files, f)
	}
	return c
}

func randomHistory(t *rapid.T) []facts.Commit {
	var all []facts.Commit
	for n, parents := range history(t, 30) {
		if n > 0 {
			all = append(all, randomCommit(t, facts.CommitNumber(n), parents))
		}
	}
	return all
}

// Whatever the history: every commit counts or is left out for one reason, every line seen is counted, in a
// file that is left out, or in a commit that is; roll-ups add up to the verdicts; HALOC is the sum of its types.
func TestNothingIsLost(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		all := randomHistory(t)
		j, err := New(facts.DefaultRules(), facts.Repo{ID: 3, Globs: []string{"docs/"}}, people)
		if err != nil {
			t.Fatal(err)
		}
		var seen facts.LineCounts
		haloc, merges, mergeLines := 0, 0, 0
		for i := range all {
			j.Add(&all[i])
			for _, f := range all[i].Files {
				mergeLines += f.MergeLines
				if !all[i].Merge() {
					seen.Added += f.Added
					seen.Deleted += f.Deleted
					haloc += f.HALOC()
				}
			}
			if all[i].Merge() {
				merges++
			}
		}
		res := j.Finish(World{Branches: []string{hash(facts.CommitNumber(len(all)))}})
		var counted, left facts.LineCounts
		reasons := map[facts.Reason]int{}
		lines, judgedMerge := 0, 0
		var daily facts.Daily
		for c := range res.Commits() {
			reasons[c.Reason]++
			lines += c.Lines.HALOC() + c.Ignored
			judgedMerge += c.MergeLines
			if c.Reason == facts.Counts {
				counted.Added += c.Added
				counted.Deleted += c.Deleted
				daily.Lines = daily.Lines.Add(c.Lines)
			} else {
				left.Added += c.Seen.Added
				left.Deleted += c.Seen.Deleted
			}
		}
		for _, f := range res.LeftFiles() {
			counted.Added += f.Added
			counted.Deleted += f.Deleted
		}
		total := 0
		for _, n := range reasons {
			total += n
		}
		if total != len(all) || reasons[facts.LeftMerge] != merges {
			t.Fatalf("reasons %v of %d commits, %d merges", reasons, len(all), merges)
		}
		if counted.Added+left.Added != seen.Added || counted.Deleted+left.Deleted != seen.Deleted {
			t.Fatalf("seen %+v, counted with left files %+v, left commits %+v", seen, counted, left)
		}
		if lines != haloc || judgedMerge != mergeLines {
			t.Fatalf("HALOC %d, judged %d; merge lines %d, judged %d", haloc, lines, mergeLines, judgedMerge)
		}
		var rolled facts.Daily
		for _, d := range res.Daily {
			rolled.Commits += d.Commits
			rolled.Merges += d.Merges
			rolled.LeftOut += d.LeftOut
			rolled.Lines = rolled.Lines.Add(d.Lines)
		}
		if rolled.Commits != reasons[facts.Counts] || rolled.Merges != merges || rolled.Commits+rolled.Merges+rolled.LeftOut != total || rolled.Lines != daily.Lines {
			t.Fatalf("roll-ups %+v, verdicts %v %+v", rolled, reasons, daily.Lines)
		}
	})
}

// Merging people or choosing the other window gives what judging from scratch gives, for the stored facts hold no
// person and no window: here the same facts are judged twice with different people, and each line is typed by hand.
func TestRetyping(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		all := randomHistory(t)
		persons := rapid.SliceOfN(rapid.IntRange(1, 7), 8, 8).Draw(t, "persons")
		who := func(id facts.IdentityID) facts.Person { return facts.Person{ID: facts.PersonID(persons[id])} }
		rules := facts.DefaultRules()
		rules.WindowDays = rapid.SampledFrom([]int{facts.WindowShort, facts.WindowLong}).Draw(t, "window")
		j, err := New(rules, facts.Repo{}, who)
		if err != nil {
			t.Fatal(err)
		}
		for i := range all {
			j.Add(&all[i])
		}
		i := 0
		for c := range j.Finish(World{}).Commits() {
			if want := byHand(&all[i], who, rules.WindowDays); c.Lines != want {
				t.Fatalf("commit %d: %+v, want %+v", c.Number, c.Lines, want)
			}
			i++
		}
	})
}

func byHand(c *facts.Commit, who func(facts.IdentityID) facts.Person, window int) facts.WorkTypes {
	var w facts.WorkTypes
	for _, f := range c.Files {
		if f.Left != facts.Counts || c.Merge() {
			continue
		}
		w.NewWork += f.New
		w.Unattributed += f.Unattributed
		for _, touched := range f.Touched {
			young := touched.Age == facts.AgeTo21Days || touched.Age == facts.AgeTo30Days && window == 30
			switch {
			case !young:
				w.LegacyRefactor += touched.Lines
			case who(touched.Identity).ID == who(c.Author).ID:
				w.Rework += touched.Lines
			default:
				w.HelpOthers += touched.Lines
			}
		}
	}
	return w
}
