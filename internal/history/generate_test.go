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
	m := draw(t, dir, most)
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

// draw is generate without writing the repository.
func draw(t *rapid.T, dir string, most int) *model {
	format := "sha1"
	if rapid.IntRange(0, 5).Draw(t, "format") == 0 {
		format = "sha256"
	}
	m := &model{repo: gittest.In(t, dir, format), format: format}
	for range rapid.IntRange(2, most).Draw(t, "commits") {
		m.step(t)
	}
	return m
}

// step adds one commit: a root, an ordinary one, or a merge; or three that make a criss-cross merge.
func (m *model) step(t *rapid.T) {
	n := len(m.commits)
	if n > 2 && rapid.IntRange(0, 15).Draw(t, "criss-cross") == 0 {
		m.crissCross(t)
		return
	}
	parents := 1
	if n > 2 {
		parents = rapid.SampledFrom([]int{1, 1, 1, 1, 1, 2, 2, 2, 3, 4, 0}).Draw(t, "parents")
	}
	m.commit(t, m.recent(t, min(parents, n))...)
}

// recent draws at most so many of the last commits.
func (m *model) recent(t *rapid.T, most int) []int {
	var drawn []int
	n := len(m.commits)
	for range most {
		back := rapid.IntRange(1, min(n, 6)).Draw(t, "parent")
		if p := n - back; !slices.Contains(drawn, p) {
			drawn = append(drawn, p)
		}
	}
	return drawn
}

// crissCross merges two commits both ways, and then the two merges.
func (m *model) crissCross(t *rapid.T) {
	two := m.recent(t, 8)
	if len(two) < 2 {
		return
	}
	n := len(m.commits)
	m.commit(t, two[0], two[1])
	m.commit(t, two[1], two[0])
	m.commit(t, n, n+1)
}

// commit adds a commit with these parents.
func (m *model) commit(t *rapid.T, parents ...int) {
	c := modelCommit{parents: parents}
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
	if len(c.parents) == 1 && rapid.IntRange(0, 9).Draw(t, "revert") == 0 {
		// The commit undoes all that came since another one.
		c.tree = maps.Clone(m.commits[m.recent(t, 1)[0]].tree)
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
	what := rapid.IntRange(0, 29).Draw(t, "edit")
	if len(have) == 0 || what < 3 {
		c.tree[somePath(t)] = gittest.Text(newText(t))
		return
	}
	path := rapid.SampledFrom(have).Draw(t, "of")
	f := c.tree[path]
	if strings.HasPrefix(f.Data, "\x00") && rapid.IntRange(0, 3).Draw(t, "text again") == 0 {
		what = 24
	}
	switch {
	case what < 9:
		f.Data = editText(t, f.Data)
	case what == 9 || what == 10 || what == 22:
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
	case what == 14 || what == 23:
		f.Mode = rapid.SampledFrom([]string{"100644", "100755", "120000"}).Draw(t, "mode")
	case what == 15:
		f.Data = "\x00" + f.Data
	case what == 16:
		f.Data = strings.ReplaceAll(f.Data, "\x00", "")
	case what == 24:
		f.Data = toggle(strings.HasPrefix(f.Data, "\x00"), strings.TrimPrefix(f.Data, "\x00"), "\x00"+f.Data)
	case what == 25:
		f.Mode = toggle(f.Mode == "120000", "100644", "120000")
	case what == 28:
		f.Mode = toggle(f.Mode == "100755", "100644", "100755")
	case what == 17 || what == 29:
		f.Data = crlf(f.Data)
	case what == 18 || what == 26:
		f.Data = toggle(strings.HasSuffix(f.Data, "\n"), strings.TrimSuffix(f.Data, "\n"), f.Data+"\n")
	case what == 19 || what == 27:
		m.swap(t, c.tree, path)
		return
	case what == 20:
		f.Data = ""
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

// toggle gives the one if so, else the other.
func toggle(so bool, one, other string) string {
	if so {
		return one
	}
	return other
}

// swap puts a directory with the file in it in the file's place, or a file in that of its directory.
func (m *model) swap(t *rapid.T, tree gittest.Files, path string) {
	f := tree[path]
	delete(tree, path)
	dir, _, inside := strings.Cut(path, "/")
	if !inside {
		tree[path+"/x"] = f
		return
	}
	for other := range tree {
		if strings.HasPrefix(other, dir+"/") {
			delete(tree, other)
		}
	}
	tree[dir] = f
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
