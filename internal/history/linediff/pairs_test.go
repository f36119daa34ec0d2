package linediff_test

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"strings"
)

// randomPair makes two versions of a file, of one of many kinds that have caught, or could catch,
// a diff at being different from git's.
func randomPair(r *rand.Rand) pair {
	a := randomLines(r)
	b := edit(r, a)
	if r.IntN(12) == 0 {
		b = randomLines(r)
	}
	p := pair{join(r, a), join(r, b)}
	switch r.IntN(10) {
	case 0:
		p = embed(r, p)
	case 1:
		p.a = bytes.ReplaceAll(p.a, []byte("\n"), []byte("\r\n"))
	case 2:
		p.b = bytes.ReplaceAll(p.b, []byte("\n"), []byte("\r\n"))
	}
	if r.IntN(2) == 0 {
		p.a, p.b = p.b, p.a
	}
	return p
}

func randomLines(r *rand.Rand) []string {
	n := r.IntN(1 << r.IntN(9))
	if r.IntN(60) == 0 {
		n = 300 + r.IntN(3000)
	}
	switch r.IntN(7) {
	case 0:
		return alphabet(r, n, 1+r.IntN(4))
	case 1:
		return alphabet(r, n, 1+r.IntN(40))
	case 2:
		return blocks(r, n)
	case 3:
		return repeats(r, n)
	case 4:
		return mixed(r, n)
	}
	return code(r, n)
}

// alphabet makes lines of few different contents.
func alphabet(r *rand.Rand, n, size int) []string {
	lines := make([]string, n)
	for i := range lines {
		lines[i] = strings.Repeat(" ", r.IntN(2)*r.IntN(9)) + string(rune('a'+r.IntN(size)))
	}
	return lines
}

// repeats makes long runs of equal lines.
func repeats(r *rand.Rand, n int) []string {
	var lines []string
	for len(lines) < n {
		l := fmt.Sprint("line ", r.IntN(4))
		for range 1 + r.IntN(40) {
			lines = append(lines, l)
		}
	}
	return lines
}

// mixed makes mostly unique lines with one that is everywhere.
func mixed(r *rand.Rand, n int) []string {
	lines := make([]string, n)
	every := 1 + r.IntN(10)
	for i := range lines {
		lines[i] = fmt.Sprint("unique ", r.IntN(4*n+1))
		if r.IntN(every) == 0 {
			lines[i] = "}"
		}
	}
	return lines
}

// blocks makes paragraphs of indented lines, many of them alike.
func blocks(r *rand.Rand, n int) []string {
	var lines []string
	for len(lines) < n {
		k := r.IntN(5)
		lines = append(lines, fmt.Sprintf("func f%d() {", k))
		for range r.IntN(5) {
			lines = append(lines, strings.Repeat("\t", 1+r.IntN(3))+fmt.Sprint("x", r.IntN(3)))
		}
		lines = append(lines, "}")
		for range r.IntN(3) {
			lines = append(lines, "")
		}
	}
	return lines
}

var words = []string{
	"if x {", "}", "} else {", "return", "for {", "x++", "", "", "call(x)", "// note", "\f", "\v x",
	"end", "begin", "\r", " \r", "{", "case 1:", "break", "x = y", "\x00",
}

// code makes lines with wandering indentation, by spaces, tabs and both.
func code(r *rand.Rand, n int) []string {
	lines := make([]string, n)
	unit := []string{"\t", "    ", "  ", " \t", "\v", "\r"}[r.IntN(6)]
	depth := 0
	for i := range lines {
		depth = max(0, depth+r.IntN(3)-1)
		lines[i] = strings.Repeat(unit, depth) + words[r.IntN(len(words))]
		if r.IntN(8) == 0 {
			lines[i] = strings.Repeat(" ", r.IntN(4))
		}
		if r.IntN(400) == 0 {
			lines[i] = strings.Repeat(" ", 190+r.IntN(20)) + "far"
		}
	}
	return lines
}

// edit inserts, deletes, replaces, copies and moves runs of lines.
func edit(r *rand.Rand, a []string) []string {
	b := append([]string(nil), a...)
	edits := r.IntN(6)
	if r.IntN(10) == 0 {
		edits = r.IntN(60)
	}
	for range edits {
		at := r.IntN(len(b) + 1)
		end := min(len(b), at+r.IntN(1+r.IntN(20)))
		to := r.IntN(len(b) + 1)
		run := append([]string(nil), b[at:end]...)
		switch r.IntN(6) {
		case 0:
			b = splice(b, at, end, nil)
		case 1:
			b = splice(b, to, to, run)
		case 2:
			b = splice(b, end, end, run)
		case 3:
			b = splice(b, at, end, nil)
			to = min(to, len(b))
			b = splice(b, to, to, run)
		case 4:
			b = splice(b, at, at, code(r, r.IntN(5)))
		default:
			b = splice(b, at, end, alphabet(r, r.IntN(5), 4))
		}
	}
	return b
}

func splice(s []string, from, to int, with []string) []string {
	out := append([]string(nil), s[:from]...)
	out = append(out, with...)
	return append(out, s[to:]...)
}

// join ends lines with line feeds, sometimes without the last one.
func join(r *rand.Rand, lines []string) []byte {
	text := strings.Join(lines, "\n")
	if len(lines) > 0 && r.IntN(5) != 0 {
		text += "\n"
	}
	return []byte(text)
}

// embed puts equal text around both versions, with lengths around those of the blocks in which git
// cuts equal tails.
func embed(r *rand.Rand, p pair) pair {
	filler := func() []byte {
		n := 1024*r.IntN(4) + r.IntN(5) - 2
		if r.IntN(3) == 0 {
			n = r.IntN(5000)
		}
		width := 1 + r.IntN(1<<r.IntN(12))
		var b []byte
		for len(b) < n {
			b = append(b, 'a'+byte(r.IntN(2)))
			if r.IntN(width) == 0 {
				b = append(b, '\n')
			}
		}
		return b[:max(n, 0)]
	}
	head, tail := filler(), filler()
	if r.IntN(2) == 0 {
		head = nil
	}
	wrap := func(x []byte) []byte { return bytes.Join([][]byte{head, x, tail}, nil) }
	return pair{wrap(p.a), wrap(p.b)}
}
