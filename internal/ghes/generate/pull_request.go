package generate

import (
	"bytes"
	"context"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// add notes a commit of the branch.
func (p *pull) add(mark int, at time.Time) {
	p.commits = append(p.commits, mark)
	p.CommittedAt = append(p.CommittedAt, at.UTC())
}

// place is the first line of a hunk, in the later version of the file.
type place struct {
	path string
	line int
}

// hunkAt reads where a hunk begins that holds lines of the later version.
var hunkAt = regexp.MustCompile(`^@@ -\S+ \+([1-9]\d*)`)

var shortStat = regexp.MustCompile(`(\d+) (file|insertion|deletion)`)

// measure asks git what lies between base and head of each pull request, all in one run.
func measure(ctx context.Context, dir string, pulls []PullRequest) error {
	var pairs bytes.Buffer
	at := map[string]*PullRequest{}
	for n := range pulls {
		fmt.Fprintf(&pairs, "%s %s\n", pulls[n].Head, pulls[n].Base)
		at[pulls[n].Head] = &pulls[n]
	}
	out, err := runGit(ctx, dir, pairs.Bytes(), "diff-tree", "--stdin", "-r", "-M", "--shortstat", "-p", "-U0")
	if err != nil {
		return err
	}
	var p *PullRequest
	path := ""
	for line := range strings.Lines(out) {
		line = strings.TrimSuffix(line, "\n")
		switch hunk := hunkAt.FindStringSubmatch(line); {
		case at[line] != nil:
			p = at[line]
		case strings.HasPrefix(line, "diff --git "):
			_, path, _ = strings.Cut(line, " b/")
		case hunk != nil:
			n, _ := strconv.Atoi(hunk[1])
			p.places = append(p.places, place{path, n})
		case strings.HasPrefix(line, " "): // no other line begins so without context
			p.count(line)
		}
	}
	return nil
}

// count takes what --shortstat says.
func (p *PullRequest) count(stat string) {
	for _, m := range shortStat.FindAllStringSubmatch(stat, -1) {
		n, _ := strconv.Atoi(m[1])
		switch m[2] {
		case "file":
			p.Files = n
		case "insertion":
			p.Additions = n
		case "deletion":
			p.Deletions = n
		}
	}
}
