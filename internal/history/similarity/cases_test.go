package similarity_test

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"strings"
)

// entry is a path in a generated tree.
type entry struct {
	path, mode string
	data       []byte
}

// change is a commit that removes some paths and adds others.
type change struct {
	old, added []entry
}

var names = []string{"a", "b", "c.go", "d/a", "d/b", "d/c.go", "d/e/a", "x/a", "x/b", "x/y/c.go", "z"}

// randomChange removes some files and adds n that resemble them more or less.
func randomChange(r *rand.Rand, n int) change {
	var c change
	base := randomFile(r)
	paths := r.Perm(len(names))
	for _, p := range paths[:1+r.IntN(len(names))] {
		if r.IntN(6) == 0 {
			base = randomFile(r)
		}
		data := base
		if r.IntN(3) > 0 {
			data = vary(r, base)
		}
		c.old = append(c.old, entry{"old/" + names[p], mode(r), data})
	}
	for i := range n {
		data := c.old[r.IntN(len(c.old))].data
		if r.IntN(4) > 0 {
			data = vary(r, data)
		}
		c.added = append(c.added, entry{fmt.Sprintf("new/%d/%s", i, names[r.IntN(len(names))]), mode(r), data})
	}
	return c
}

func mode(r *rand.Rand) string {
	switch r.IntN(30) {
	case 0:
		return "120000"
	case 1, 2:
		return "100755"
	}
	return "100644"
}

func randomFile(r *rand.Rand) []byte {
	var b bytes.Buffer
	lines := 1 + r.IntN(1<<r.IntN(9))
	kinds := 1 + r.IntN(2*lines)
	end := "\n"
	if r.IntN(5) == 0 {
		end = "\r\n"
	}
	for range lines {
		k := r.IntN(kinds)
		b.WriteString(strings.Repeat(fmt.Sprint("word", k, " "), 1+k%25))
		b.WriteString(end)
	}
	if r.IntN(15) == 0 {
		b.WriteByte(0)
	}
	if r.IntN(4) == 0 {
		b.WriteString("no end")
	}
	return b.Bytes()
}

// vary replaces, drops and repeats some lines.
func vary(r *rand.Rand, data []byte) []byte {
	var b bytes.Buffer
	often := 1 + r.IntN(12)
	for line := range bytes.Lines(data) {
		switch r.IntN(often * 3) {
		case 0:
		case 1:
			b.Write(line)
			b.Write(line)
		case 2:
			fmt.Fprintln(&b, "other", r.IntN(1000), string(line))
		default:
			b.Write(line)
		}
	}
	if r.IntN(20) == 0 {
		return bytes.ReplaceAll(b.Bytes(), []byte("\r\n"), []byte("\n"))
	}
	return b.Bytes()
}

// fastImport writes for each change a commit with the old paths and one with the added paths. The
// subject of the latter is the number of the change.
func fastImport(changes []change) []byte {
	var in bytes.Buffer
	commit := func(subject string, files []entry) {
		fmt.Fprintf(&in, "commit refs/heads/main\ncommitter t <t@example.org> 1 +0000\n")
		fmt.Fprintf(&in, "data %d\n%s\ndeleteall\n", len(subject), subject)
		for _, f := range files {
			fmt.Fprintf(&in, "M %s inline %s\ndata %d\n%s\n", f.mode, f.path, len(f.data), f.data)
		}
	}
	for i, c := range changes {
		commit("before", c.old)
		commit(fmt.Sprint(i), c.added)
	}
	return in.Bytes()
}
