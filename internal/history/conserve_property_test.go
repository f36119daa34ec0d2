package history_test

import (
	"context"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"weir/internal/facts"
	"weir/internal/git"
	"weir/internal/git/gittest"
	"weir/internal/history"
)

// TestLinesAreConserved follows the number of lines alive from commit to commit.
func TestLinesAreConserved(t *testing.T) {
	withDir(t, func(t *rapid.T, dir string) {
		m := generate(t, dir, 14)
		all, _ := replay(t, m.repo.Dir, history.Options{})
		for _, c := range all {
			if c.Merge() || len(c.Parents) == 0 {
				continue
			}
			old, now := m.tree(all[c.Parents[0]-1].Hash), m.tree(c.Hash)
			if want, alive := totalLines(now)-totalLines(old), came(c, old, now); alive != want {
				t.Fatalf("commit %s: %d lines came, by its changes %d", c.Hash, want, alive)
			}
		}
	})
}

// came is by how many lines an ordinary commit's changes made its files longer.
func came(c emitted, old, now gittest.Files) int {
	alive := 0
	for _, f := range c.Files {
		from := f.Path
		if f.OldPath != "" {
			from = f.OldPath
		}
		if a, b := old[from], now[f.Path]; isText(a) && isText(b) {
			alive += f.Added - f.Deleted
		} else {
			// Turned binary or back: git shows no lines, they come and go at once.
			alive += textLines(b) - textLines(a)
		}
		if f.OldPath == "" || f.Status != facts.FileRenamed {
			continue
		}
		if renamedBefore(c, f) {
			alive += textLines(old[from]) // the second file of one source: its lines are counted once only
		}
	}
	return alive
}

// TestLinesAliveAreTheSumOfTheWay adds up, from the first commit to a head along first parents, what ordinary commits
// added less what they deleted, and what git says of each merge against its first parent: so many lines are alive at
// the head, each with an owner.
func TestLinesAliveAreTheSumOfTheWay(t *testing.T) {
	withDir(t, func(t *rapid.T, dir string) {
		m := generate(t, dir, 14)
		o := history.Options{StateDir: filepath.Join(dir, "state")}
		all, _ := replay(t, m.repo.Dir, o)
		alive := make([]int, len(all))
		for i, c := range all {
			if len(c.Parents) == 0 {
				alive[i] = came(c, gittest.Files{}, m.tree(c.Hash))
				continue
			}
			p := c.Parents[0] - 1
			old, now := m.tree(all[p].Hash), m.tree(c.Hash)
			if alive[i] = alive[p] + came(c, old, now); c.Merge() {
				alive[i] = alive[p] + mergedIn(t, m, all[p].Hash, c.Hash)
			}
			if want := totalLines(now); alive[i] != want {
				t.Fatalf("commit %s has %d lines, by the way to it %d", c.Hash, want, alive[i])
			}
		}
		last := rapid.IntRange(0, len(all)-1).Draw(t, "owners at")
		if n := ownedLines(t, m, all[last].Hash, o); n != alive[last] {
			t.Fatalf("commit %s: %d lines have an owner, %d are alive", all[last].Hash, n, alive[last])
		}
	})
}

// mergedIn asks git how many lines a merge has more than its first parent.
func mergedIn(t *rapid.T, m *model, parent, merge string) int {
	old, now, n := m.tree(parent), m.tree(merge), 0
	out := m.repo.Git("diff-tree", "-r", "-z", "--numstat", "--no-renames", parent, merge)
	for entry := range strings.SplitSeq(strings.TrimSuffix(out, "\x00"), "\x00") {
		field := strings.SplitN(entry, "\t", 3)
		if len(field) < 3 {
			continue
		}
		path := field[2]
		added, err := strconv.Atoi(field[0])
		deleted, _ := strconv.Atoi(field[1])
		if err != nil || old[path].Mode == "160000" || now[path].Mode == "160000" {
			added, deleted = textLines(now[path]), textLines(old[path]) // binary, or no file
		}
		n += added - deleted
	}
	return n
}

// ownedLines counts the lines of texts at a commit, and fails when one has no owner.
func ownedLines(t *rapid.T, m *model, commit string, o history.Options) int {
	repo, err := git.Open(context.Background(), m.repo.Dir)
	if err != nil {
		t.Fatalf("%v", err)
	}
	view, err := history.At(context.Background(), repo, hashOf(t, commit), o)
	if err != nil {
		t.Fatalf("%v", err)
	}
	defer func() { _ = view.Close() }()
	n := 0
	for path, f := range m.tree(commit) {
		if f.Mode == "160000" || !isText(f) {
			continue
		}
		runs, err := view.Owners(path)
		if err != nil {
			t.Fatalf("owners of %s: %v", path, err)
		}
		for _, r := range runs {
			if r.Commit == facts.Unattributed {
				t.Fatalf("%s: %d lines are nobody's", path, r.Lines)
			}
			n += r.Lines
		}
	}
	return n
}

// renamedBefore tells whether an earlier file of the commit has the same source.
func renamedBefore(c emitted, f facts.FileChange) bool {
	for _, other := range c.Files {
		if other.Path == f.Path {
			return false
		}
		if other.OldPath == f.OldPath {
			return true
		}
	}
	return false
}

func isText(f gittest.File) bool {
	return f.Mode == "" || f.Mode == "160000" || !strings.Contains(f.Data[:min(8000, len(f.Data))], "\x00")
}

func textLines(f gittest.File) int {
	if f.Mode == "160000" || !isText(f) {
		return 0
	}
	return len(lines(f.Data))
}

func totalLines(tree gittest.Files) int {
	n := 0
	for _, f := range tree {
		n += textLines(f)
	}
	return n
}
