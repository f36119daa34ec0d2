package gittest

import (
	"bufio"
	"strconv"
	"strings"
)

// Blamed is a line as git blame tells of it.
type Blamed struct {
	Commit, Email string
	When          int64
}

// Blame runs git blame with its default options.
func (r *Repo) Blame(rev, path string) []Blamed {
	r.t.Helper()
	out := r.Git("blame", "--porcelain", rev, "--", path)
	var lines []Blamed
	known := map[string]*Blamed{}
	var now *Blamed
	scan := bufio.NewScanner(strings.NewReader(out))
	scan.Buffer(nil, 1<<26)
	for scan.Scan() {
		line := scan.Text()
		word, rest, _ := strings.Cut(line, " ")
		switch {
		case strings.HasPrefix(line, "\t"):
			lines = append(lines, *now)
		case len(word) == 40 || len(word) == 64:
			if now = known[word]; now == nil {
				now = &Blamed{Commit: word}
				known[word] = now
			}
		case word == "author-mail":
			now.Email = strings.Trim(rest, "<>")
		case word == "author-time":
			now.When, _ = strconv.ParseInt(rest, 10, 64)
		}
	}
	return lines
}
