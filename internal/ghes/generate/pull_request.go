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

var shortStat = regexp.MustCompile(`(\d+) (file|insertion|deletion)`)

// measure asks git what lies between base and head of each pull request, all in one run.
func measure(ctx context.Context, dir string, pulls []PullRequest) error {
	var pairs bytes.Buffer
	at := map[string]*PullRequest{}
	for n := range pulls {
		fmt.Fprintf(&pairs, "%s %s\n", pulls[n].Head, pulls[n].Base)
		at[pulls[n].Head] = &pulls[n]
	}
	out, err := runGit(ctx, dir, pairs.Bytes(), "diff-tree", "--stdin", "-r", "-M", "--shortstat")
	if err != nil {
		return err
	}
	var p *PullRequest
	for line := range strings.Lines(out) {
		if found := at[strings.TrimSpace(line)]; found != nil {
			p = found
			continue
		}
		for _, m := range shortStat.FindAllStringSubmatch(line, -1) {
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
	return nil
}
