package cli

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"

	"weir/internal/facts"
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
		return c.explainRev(ctx, repo, err)
	}
	lines, err := history.Blame(ctx, repo, commit, slashed(c.File), history.Options{
		Progress: func(done, total int) { bar.show("Reading history", int64(done), int64(total), "commits") },
	})
	bar.clear()
	if errors.Is(err, facts.ErrNotFound) {
		return fmt.Errorf("%s holds no file %s; give its path from the top of the repository", c.Rev, slashed(c.File))
	}
	if err != nil {
		return err
	}
	return printBlame(std, lines)
}

// explainRev says in words why a revision was not found.
func (c *blameCmd) explainRev(ctx context.Context, repo *git.Repository, err error) error {
	if c.Rev == "HEAD" && errors.Is(err, git.ErrUnknownRevision) {
		if refs, refsErr := repo.Refs(ctx, "refs/heads"); refsErr == nil && len(refs) == 0 {
			return errors.New("the repository has no commit yet; blame has something to say from the first commit on")
		}
	}
	return fmt.Errorf("--rev %s: %w", c.Rev, err)
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
