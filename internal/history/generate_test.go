package history_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"pgregory.net/rapid"

	"weir/internal/git/gittest"
)

// model is a generated history, kept beside the repository so that tests know what every commit holds.
type model struct {
	repo    *gittest.Repo
	format  string
	commits []modelCommit
}

type modelCommit struct {
	mark    gittest.Mark
	parents []int
	tree    gittest.Files
}

// generate draws a history of so many commits with everything that makes line history hard.
func generate(t *rapid.T, dir string, most int) *model {
	format := "sha1"
	if rapid.IntRange(0, 5).Draw(t, "format") == 0 {
		format = "sha256"
	}
	m := &model{repo: gittest.In(t, dir, format), format: format}
	for range rapid.IntRange(2, most).Draw(t, "commits") {
		m.commit(t)
	}
	heads := map[int]bool{}
	for i, c := range m.commits {
		heads[i] = true
		for _, p := range c.parents {
			delete(heads, p)
		}
	}
	for i := range heads {
		m.repo.Branch(fmt.Sprintf("head%d", i), m.commits[i].mark)
	}
	m.repo.Branch("main", m.commits[len(m.commits)-1].mark)
	m.repo.Write()
	return m
}

// commit adds one commit: a root, an ordinary one, or a merge.
func (m *model) commit(t *rapid.T) {
	var c modelCommit
	n := len(m.commits)
	parents := 1
	if n > 2 {
		parents = rapid.SampledFrom([]int{1, 1, 1, 1, 1, 2, 2, 2, 3, 4, 0}).Draw(t, "parents")
	}
	for range min(parents, n) {
		back := rapid.IntRange(1, min(n, 6)).Draw(t, "parent")
		if p := n - back; !slices.Contains(c.parents, p) {
			c.parents = append(c.parents, p)
		}
	}
	c.tree = gittest.Files{}
	if len(c.parents) > 0 {
		c.tree = maps.Clone(m.commits[c.parents[0]].tree)
	}
	for _, p := range c.parents[min(1, len(c.parents)):] {
		m.mergeIn(t, c.tree, m.commits[p].tree)
	}
	edits := rapid.IntRange(0, 4).Draw(t, "edits")
	if len(c.parents) > 1 {
		edits /= 2
	}
	for range edits {
		m.edit(t, &c)
	}
	settle(c.tree)
	who := rapid.SampledFrom([]string{"ada", "bob", "cyd"}).Draw(t, "author")
	c.mark = m.repo.Commit(gittest.Commit{
		Parents: m.marks(c.parents), Clear: true, Set: c.tree,
		Author: gittest.Person{
			Name: who, Email: who + "@example.com",
			When: 1577836800 + rapid.Int64Range(-40, 80).Draw(t, "day")*86400,
		},
	})
	m.commits = append(m.commits, c)
}

func (m *model) marks(commits []int) []gittest.Mark {
	var marks []gittest.Mark
	for _, i := range commits {
		marks = append(marks, m.commits[i].mark)
	}
	return marks
}

// mergeIn takes some files of another parent, and mixes the lines of others.
func (m *model) mergeIn(t *rapid.T, tree, other gittest.Files) {
	for _, path := range slices.Sorted(maps.Keys(other)) {
		mine, have := tree[path]
		switch theirs := other[path]; rapid.IntRange(0, 3).Draw(t, "merge") {
		case 0:
			tree[path] = theirs
		case 1:
			if have && mine.Mode != "160000" && theirs.Mode == mine.Mode {
				tree[path] = gittest.File{Mode: mine.Mode, Data: mix(t, mine.Data, theirs.Data)}
			} else {
				tree[path] = theirs
			}
		case 2:
			if !have {
				tree[path] = theirs
			}
		}
	}
}

// mix takes the first lines of one text and the last of another.
func mix(t *rapid.T, a, b string) string {
	x, y := lines(a), lines(b)
	return strings.Join(x[:rapid.IntRange(0, len(x)).Draw(t, "head")], "") +
		strings.Join(y[rapid.IntRange(0, len(y)).Draw(t, "tail"):], "")
}

func lines(s string) []string { return slices.Collect(strings.Lines(s)) }

// settle removes what a tree cannot hold: a file where there is a directory.
func settle(tree gittest.Files) {
	for path := range tree {
		for other := range tree {
			if strings.HasPrefix(other, path+"/") {
				delete(tree, path)
				break
			}
		}
	}
}

var paths = []string{"a", "b", "a/x", "a/y", "b/x", "dir/x", "dir/y", "dir/sub/x", "dir.x", "dir-x", "ü ä\t", "x.go"}

func somePath(t *rapid.T) string { return rapid.SampledFrom(paths).Draw(t, "path") }

// edit changes one thing.
func (m *model) edit(t *rapid.T, c *modelCommit) {
	have := slices.Sorted(maps.Keys(c.tree))
	what := rapid.IntRange(0, 19).Draw(t, "edit")
	if len(have) == 0 || what < 3 {
		c.tree[somePath(t)] = gittest.Text(newText(t))
		return
	}
	path := rapid.SampledFrom(have).Draw(t, "of")
	f := c.tree[path]
	switch {
	case what < 9:
		f.Data = editText(t, f.Data)
	case what == 9 || what == 10:
		delete(c.tree, path)
		path = somePath(t)
	case what == 11:
		delete(c.tree, path)
		path, f.Data = somePath(t), editText(t, f.Data)
	case what == 12:
		path = somePath(t)
	case what == 13:
		delete(c.tree, path)
		return
	case what == 14:
		f.Mode = rapid.SampledFrom([]string{"100644", "100755", "120000"}).Draw(t, "mode")
	case what == 15:
		f.Data = "\x00" + f.Data
	case what == 16:
		f.Data = strings.ReplaceAll(f.Data, "\x00", "")
	case what == 17:
		f.Data = crlf(f.Data)
	case what == 18:
		f.Data = strings.TrimSuffix(f.Data, "\n")
	default:
		if rapid.Bool().Draw(t, "module") {
			f = gittest.Module(m.someHash(t))
		} else if old, had := m.old(t, path); had {
			f = old
		}
	}
	if f.Mode == "160000" && !isHex(f.Data) {
		f.Mode = "100644"
	}
	if f.Mode == "120000" && (f.Data == "" || strings.Contains(f.Data, "\x00")) {
		f.Mode = "100644"
	}
	c.tree[path] = f
}

func isHex(s string) bool {
	return (len(s) == 40 || len(s) == 64) && strings.Trim(s, "0123456789abcdef") == ""
}

func (m *model) someHash(t *rapid.T) string {
	digit := rapid.SampledFrom([]string{"1", "2"}).Draw(t, "digit")
	if m.format == "sha256" {
		return strings.Repeat(digit, 64)
	}
	return strings.Repeat(digit, 40)
}

// old is what a path held in an earlier commit.
func (m *model) old(t *rapid.T, path string) (gittest.File, bool) {
	if len(m.commits) == 0 {
		return gittest.File{}, false
	}
	f, had := m.commits[rapid.IntRange(0, len(m.commits)-1).Draw(t, "revert to")].tree[path]
	return f, had
}

func crlf(s string) string {
	if strings.Contains(s, "\r\n") {
		return strings.ReplaceAll(s, "\r\n", "\n")
	}
	return strings.ReplaceAll(s, "\n", "\r\n")
}

// someLine repeats itself often, as the lines of programs do.
func someLine(t *rapid.T) string {
	if rapid.Bool().Draw(t, "common") {
		return rapid.SampledFrom([]string{"\n", "}\n", "\t}\n", "\treturn nil\n", "a\n"}).Draw(t, "line")
	}
	return fmt.Sprintf("\tline number %d of the text\n", rapid.IntRange(0, 99).Draw(t, "number"))
}

func someLines(t *rapid.T, most int) []string {
	return rapid.SliceOfN(rapid.Custom(someLine), 0, most).Draw(t, "lines")
}

func newText(t *rapid.T) string {
	text := strings.Join(someLines(t, 20), "")
	if rapid.IntRange(0, 3).Draw(t, "long") == 0 {
		// Long enough for a common tail of more than 1,024 bytes.
		text += strings.Repeat("\tthe same again and again\n}\n\n", 60) + strings.Join(someLines(t, 5), "")
	}
	return text
}

// editText replaces a few stretches of lines.
func editText(t *rapid.T, text string) string {
	l := lines(text)
	for range rapid.IntRange(1, 3).Draw(t, "places") {
		at := rapid.IntRange(0, len(l)).Draw(t, "at")
		gone := rapid.IntRange(0, min(4, len(l)-at)).Draw(t, "gone")
		l = slices.Concat(l[:at], someLines(t, 4), l[at+gone:])
	}
	return strings.Join(l, "")
}
