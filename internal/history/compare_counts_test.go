package history_test

import (
	"bufio"
	"bytes"
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"weir/internal/facts"
)

// fileCount is what a commit did to one path. A rename has the earlier path; what git says has the earlier blob.
type fileCount struct {
	path, old      string
	added, deleted int
	kind           facts.FileKind
	blob           string
}

// source is the path that the change took away or edited.
func (f fileCount) source() string { return cmp.Or(f.old, f.path) }

func (f fileCount) equals(g fileCount) bool {
	return f.old == g.old && f.added == g.added && f.deleted == g.deleted
}

// renameLimit is git's default for diff.renameLimit.
const renameLimit = 1000

// compareCounts compares the lines that each commit adds and deletes with what git log shows.
func (c *comparison) compareCounts() {
	commits, equal, weirAdded, weirDeleted, gitAdded, gitDeleted, files := 0, 0, 0, 0, 0, 0, 0
	classes := map[string]int{}
	c.log(func(commit string, want []fileCount) {
		got := c.counts[commit]
		files += c.comparePaired(commit, got, want)
		added, deleted := sums(got)
		a, d := sums(want)
		commits, weirAdded, weirDeleted = commits+1, weirAdded+added, weirDeleted+deleted
		gitAdded, gitDeleted = gitAdded+a, gitDeleted+d
		if added == a && deleted == d {
			equal++
			return
		}
		class := explain(got, want)
		classes[cmp.Or(class, "unexplained")]++
		c.differ(class, "%s: git +%d -%d, weir +%d -%d", commit, a, d, added, deleted)
	})
	fmt.Fprintf(c.Output(), "counts: %d file changes that both pair alike\n", files)
	fmt.Fprintf(c.Output(), "counts: %d commits without merges, %d equal, %.4f %%; git +%d -%d, weir +%d -%d\n",
		commits, equal, percent(equal, commits), gitAdded, gitDeleted, weirAdded, weirDeleted)
	c.printClasses(classes)
}

// comparePaired compares the numbers of the files that continue the same path for us and for the log.
func (c *comparison) comparePaired(commit string, got, want []fileCount) int {
	files, theirs := 0, byPath(want)
	for _, f := range got {
		g, listed := theirs[f.path]
		if !listed || f.old != g.old {
			continue
		}
		files++
		if f.kind != facts.KindTooLarge && f.kind != facts.KindUnreadable && !f.equals(g) {
			c.differ("", "%s %q: git +%d -%d, weir +%d -%d", commit, f.path, g.added, g.deleted, f.added, f.deleted)
		}
	}
	return files
}

func sums(files []fileCount) (added, deleted int) {
	for _, f := range files {
		added, deleted = added+f.added, deleted+f.deleted
	}
	return added, deleted
}

// explain names why the counts of a commit may differ from the log's, "" when that is not known.
func explain(got, want []fileCount) string {
	p := pairing{ours: byPath(got), theirs: byPath(want), uses: map[string]int{}, goes: map[string]fileCount{}}
	for _, f := range got {
		p.uses[f.old]++
	}
	for _, f := range want {
		p.goes[f.source()] = f
		if p.ours[f.path].old != "" {
			p.destinations++
		}
		if _, found := p.ours[f.path]; !found {
			p.sources++
		}
	}
	var classes []string
	for _, f := range got {
		if g := p.theirs[f.path]; f.equals(g) {
			continue
		}
		class := p.class(f)
		if class == "" {
			return ""
		}
		classes = append(classes, class)
	}
	slices.Sort(classes)
	return strings.Join(slices.Compact(classes), ", ")
}

// pairing is how we and the log match the files of one commit.
type pairing struct {
	ours, theirs map[string]fileCount
	// uses counts the files that continue a source for us; goes is where the log lets a source go.
	uses map[string]int
	goes map[string]fileCount
	// What remains for the log to compare, about.
	sources, destinations int
}

// class names why a file may differ.
func (p *pairing) class(f fileCount) string {
	const identical, otherwise = "several sources with the same content", "the log pairs the files otherwise"
	g, listed := p.theirs[f.path]
	to, given := p.goes[f.source()]
	switch {
	case f.kind == facts.KindTooLarge || f.kind == facts.KindUnreadable:
		return "too large or unreadable"
	case !listed && f.old == "" && given: // we delete what the log moves
		if p.goes[p.ours[to.path].old].blob == to.blob {
			return identical
		}
		return otherwise
	case f.old == g.old:
		return ""
	case g.old != "" && p.goes[f.old].blob == g.blob:
		return identical
	case p.uses[f.old] > 1 && f.old != "":
		return "one source, two destinations"
	case f.old != "" && (g.old != "" || given && to.path != f.old):
		return otherwise
	case f.old != "" && p.sources*p.destinations > renameLimit*renameLimit:
		return "the log's rename limit"
	}
	return ""
}

func byPath(files []fileCount) map[string]fileCount {
	paths := make(map[string]fileCount, len(files))
	for _, f := range files {
		paths[f.path] = f
	}
	return paths
}

// log reads git log -p -U0 -M and hands over what each commit did, merges left out.
func (c *comparison) log(each func(commit string, files []fileCount)) {
	cmd := gitCommand(c.Context(), c.dir, "log", "-p", "-U0", "-M", "--raw", "--no-color", "--no-merges",
		"--no-abbrev", "--format=%x00%H", c.head.String())
	out, err := cmd.StdoutPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		c.Fatal(err)
	}
	p := patchReader{each: each}
	lines := bufio.NewReaderSize(out, 1<<20)
	for begun := false; ; {
		line, more, err := lines.ReadLine()
		if err != nil {
			break
		}
		if !begun {
			p.line(line)
		}
		begun = more
	}
	p.end()
	if err := cmd.Wait(); err != nil {
		c.Fatal(err)
	}
}

// patchReader adds up the lines of git log's raw entries and patches.
type patchReader struct {
	each   func(commit string, files []fileCount)
	commit string
	files  []fileCount
	// parts tell to which file each part of the patch belongs, -1 for a submodule's.
	parts       []int
	part        int
	minus, plus int
}

func (p *patchReader) line(line []byte) {
	switch {
	case len(line) == 0:
	case p.minus > 0 || p.plus > 0:
		switch line[0] {
		case '-':
			p.minus--
		case '+':
			p.plus--
		}
	case line[0] == 0:
		p.end()
		p.commit, p.files, p.parts, p.part = string(line[1:]), nil, p.parts[:0], -1
	case line[0] == ':':
		p.entry(string(line))
	case bytes.HasPrefix(line, []byte("diff --git ")):
		p.part++
	case bytes.HasPrefix(line, []byte("@@ ")):
		p.minus, p.plus = hunkSizes(string(line))
		if file := p.parts[p.part]; file >= 0 {
			p.files[file].added += p.plus
			p.files[file].deleted += p.minus
		}
	}
}

// entry takes a raw entry: which paths, and how many parts of the patch it will have.
func (p *patchReader) entry(line string) {
	const submodule = "160000"
	fields := strings.Split(line, "\t")
	info := strings.Fields(fields[0])
	f := fileCount{path: unquote(fields[len(fields)-1]), blob: info[2]}
	if info[4][0] == 'R' {
		f.old = unquote(fields[1])
	}
	part := func(mode string) int {
		if mode == submodule {
			return -1
		}
		return len(p.files)
	}
	if oldMode, newMode := info[0][1:], info[1]; info[4] == "T" {
		p.parts = append(p.parts, part(oldMode), part(newMode)) // git shows a deletion and an addition
	} else if newMode == submodule || oldMode == submodule {
		p.parts = append(p.parts, -1)
	} else {
		p.parts = append(p.parts, len(p.files))
	}
	p.files = append(p.files, f)
}

func (p *patchReader) end() {
	if p.commit != "" {
		p.each(p.commit, p.files)
	}
	p.commit = ""
}

// unquote reads a path as git writes one with unusual characters.
func unquote(path string) string {
	if plain, err := strconv.Unquote(path); err == nil && path[0] == '"' {
		return plain
	}
	return path
}
