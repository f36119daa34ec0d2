package history_test

import (
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"weir/internal/git/gittest"
)

// census counts what makes line history hard, by what the commits hold and not by what was drawn.
type census map[string]int

func (n census) take(m *model) {
	if m.format == "sha256" {
		n["SHA-256 repositories"]++
	}
	for i, c := range m.commits {
		n["commits"]++
		n.shape(m, i)
		if len(c.parents) == 1 {
			n.changes(m, m.commits[c.parents[0]].tree, c.tree)
		}
		n.holds(c.tree)
	}
}

// shape looks at the parents of a commit, and at whether it makes an earlier state again.
func (n census) shape(m *model, i int) {
	c := m.commits[i]
	switch len(c.parents) {
	case 0:
		if i > 0 {
			n["further roots"]++
		}
		return
	case 1:
	default:
		n["merges"]++
		if len(c.parents) > 2 {
			n["octopus merges"]++
		}
		if m.crossed(c.parents[0], c.parents[1]) {
			n["criss-cross merges"]++
		}
		return
	}
	parent := m.commits[c.parents[0]].tree
	if maps.Equal(parent, c.tree) {
		n["commits without a change"]++
		return
	}
	if slices.ContainsFunc(m.commits[:i], func(e modelCommit) bool { return maps.Equal(e.tree, c.tree) }) {
		n["reverts"]++
	}
}

// crossed tells whether two merges have the same parents.
func (m *model) crossed(a, b int) bool {
	x, y := slices.Sorted(slices.Values(m.commits[a].parents)), slices.Sorted(slices.Values(m.commits[b].parents))
	return len(x) > 1 && slices.Equal(x, y)
}

// changes looks at what an ordinary commit does to its parent's files.
func (n census) changes(m *model, old, now gittest.Files) {
	gone := func(f gittest.File) bool {
		for path, g := range old {
			if _, still := now[path]; !still && g.Data == f.Data {
				return true
			}
		}
		return false
	}
	removed := slices.ContainsFunc(slices.Collect(maps.Keys(old)), func(path string) bool { _, still := now[path]; return !still })
	for path, f := range now {
		before, had := old[path]
		switch {
		case had && before != f:
			n.edit(before, f)
		case had:
		case gone(f):
			n["renames without an edit"]++
		case slices.Contains(slices.Collect(maps.Values(old)), f):
			n["copies"]++
		case removed:
			n["renames with an edit, or not"]++
		}
	}
	for path := range old {
		for other := range now {
			if _, same := now[path]; !same && strings.HasPrefix(other, path+"/") {
				n["files that become a directory"]++
			}
			if _, same := old[other]; !same && strings.HasPrefix(path, other+"/") {
				n["directories that become a file"]++
			}
		}
	}
}

func (n census) edit(old, now gittest.File) {
	kind := func(f gittest.File) string {
		switch {
		case f.Mode == "160000" || f.Mode == "120000":
			return f.Mode
		case strings.Contains(f.Data, "\x00"):
			return "binary"
		}
		return "text"
	}
	a, b := kind(old), kind(now)
	switch {
	case a == "160000" || b == "160000":
		n["changes of submodules"]++
	case a != b && (a == "120000" || b == "120000"):
		n["changes of type"]++
	case a == "text" && b == "binary":
		n["texts that turn binary"]++
	case a == "binary" && b == "text":
		n["binary files that turn text"]++
	case old.Mode != now.Mode:
		n["changes of mode"]++
	}
	if a != "text" || b != "text" {
		return
	}
	if strings.Contains(old.Data, "\r\n") != strings.Contains(now.Data, "\r\n") && len(old.Data) > 0 && len(now.Data) > 0 {
		n["changes of line ends"]++
	}
	if strings.HasSuffix(old.Data, "\n") != strings.HasSuffix(now.Data, "\n") && len(old.Data) > 0 && len(now.Data) > 0 {
		n["last newlines that come or go"]++
	}
	if (old.Data == "") != (now.Data == "") {
		n["files that become empty or cease to be"]++
	}
}

// holds looks at one tree.
func (n census) holds(tree gittest.Files) {
	seen := map[string]bool{}
	for _, f := range tree {
		if len(f.Data) > 0 && seen[f.Data] {
			n["identical files in a tree"]++
		}
		seen[f.Data] = true
	}
}

// wanted is what 300 histories of up to 14 steps, the size of the other properties, must hold at least: a quarter or
// less of what they hold on average.
var wanted = census{
	"merges": 200, "octopus merges": 15, "criss-cross merges": 40, "further roots": 20, "reverts": 20,
	"commits without a change": 80, "renames without an edit": 18, "renames with an edit, or not": 50, "copies": 4,
	"changes of mode": 9, "changes of type": 12, "texts that turn binary": 9, "binary files that turn text": 4,
	"changes of line ends": 15, "last newlines that come or go": 12, "files that become empty or cease to be": 12,
	"identical files in a tree": 20, "files that become a directory": 15, "directories that become a file": 12,
	"changes of submodules": 4, "SHA-256 repositories": 15,
}

// TestHistoriesHoldWhatIsHard counts it, so that a change of the generator cannot quietly make the properties easy.
func TestHistoriesHoldWhatIsHard(t *testing.T) {
	t.Parallel()
	const drawn = 12 // for each check
	n, base, checks := census{}, t.TempDir(), 0
	rapid.Check(t, func(rt *rapid.T) {
		checks++
		for i := range drawn {
			dir := filepath.Join(base, strconv.Itoa(checks), strconv.Itoa(i))
			if err := os.MkdirAll(dir, 0o700); err != nil {
				rt.Fatalf("%v", err)
			}
			n.take(draw(rt, dir, 14))
		}
	})
	for _, what := range slices.Sorted(maps.Keys(n)) {
		t.Logf("%6d %s", n[what], what)
	}
	for what, least := range wanted {
		if n[what]*300 < least*drawn*checks {
			t.Errorf("%s: %d in %d histories, want %d in 300", what, n[what], drawn*checks, least)
		}
	}
}
