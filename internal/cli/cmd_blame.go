package cli

import (
	"bufio"
	"context"
	"fmt"
	"path/filepath"
	"strings"

	"weir/internal/git"
	"weir/internal/history"
)

type blameCmd struct {
	repositoryFlags
	File string `arg:"" help:"Path of the file inside the repository."`
	Rev  string `help:"Commit, branch or tag to look at." default:"HEAD" placeholder:"REV"`
}

// Run prints one line for each line of the file: commit, author's e-mail as committed, author's time,
// line number, bytes, with tabs between.
func (c *blameCmd) Run(ctx context.Context, std streams) error {
	bar := newProgress(std)
	repo, done, err := c.open(ctx, bar)
	if err != nil {
		return err
	}
	defer done()
	commit, err := repo.Resolve(ctx, c.Rev)
	if err != nil {
		return fmt.Errorf("--rev %s: %w", c.Rev, err)
	}
	lines, err := history.Blame(ctx, repo, commit, slashed(c.File), history.Options{
		Progress: func(done, total int) { bar.show("Reading history", int64(done), int64(total), "commits") },
	})
	bar.clear()
	if err != nil {
		return err
	}
	return printBlame(std, lines)
}

// slashed gives a path as git writes it: slashes, and no ./ in front.
func slashed(file string) string { return strings.TrimPrefix(filepath.ToSlash(file), "./") }

func printBlame(std streams, lines []history.BlamedLine) error {
	out := bufio.NewWriter(std.out)
	for _, line := range lines {
		commit := line.Commit.String()
		if line.Commit == (git.Hash{}) {
			commit = "unattributed"
		}
		fmt.Fprintf(out, "%s\t%s\t%d\t%d\t%s\n", commit, line.AuthorEmail, line.AuthorTime, line.Line, line.Text)
	}
	return out.Flush()
}
