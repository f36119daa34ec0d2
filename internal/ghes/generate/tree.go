package generate

import (
	"bytes"
	"maps"
	"slices"
	"time"
)

// line is one line of a file with who wrote it and when.
type line struct {
	text string
	by   string
	at   time.Time
}

// file is one file at one moment. Files are not changed in place: an edit makes another.
type file struct {
	lines []line
	raw   []byte // of a binary file, in place of lines
	mode  string
	blob  int
	// plain files are source text, which edits go to; the rest is changed by its own events.
	plain bool
	// branch is the one that holds changes to the file, so that no other does.
	branch *branch
}

// tree is the main branch's files by path.
type tree map[string]*file

// content is the file's bytes.
func (f *file) content() []byte {
	if f.raw != nil {
		return f.raw
	}
	var b bytes.Buffer
	for _, l := range f.lines {
		b.WriteString(l.text)
		b.WriteByte('\n')
	}
	return b.Bytes()
}

// lined makes a file of lines by one author.
func lined(texts []string, by string, at time.Time) *file {
	f := &file{mode: "100644"}
	for _, text := range texts {
		f.lines = append(f.lines, line{text, by, at})
	}
	return f
}

// with is the file with other lines.
func (f *file) with(lines []line) *file {
	return &file{lines: lines, mode: f.mode, plain: f.plain, branch: f.branch}
}

// paths lists a tree in order, so that choices do not depend on the order of a map.
func (t tree) paths() []string { return slices.Sorted(maps.Keys(t)) }

// editable lists the plain files that no other branch holds.
func (t tree) editable(b *branch) []string {
	var free []string
	for _, p := range t.paths() {
		if f := t[p]; f.plain && (f.branch == nil || f.branch == b) {
			free = append(free, p)
		}
	}
	return free
}
