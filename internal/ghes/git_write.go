package ghes

import (
	"bytes"
	"context"
	"fmt"
	"os/exec"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// noObject is the id that stands for none.
const noObject = "0000000000000000000000000000000000000000"

// signer is who a commit is by, and when.
type signer struct {
	name, email string
	at          time.Time
}

func (s signer) String() string {
	return fmt.Sprintf("%s <%s> %d +0000", s.name, s.email, s.at.Unix())
}

func (s signer) env(role string) []string {
	prefix := "GIT_" + role + "_"
	return []string{prefix + "NAME=" + s.name, prefix + "EMAIL=" + s.email, fmt.Sprintf("%sDATE=@%d +0000", prefix, s.at.Unix())}
}

// gitWrite runs one writing command in a repository and returns what it printed, without the end of
// the line.
func gitWrite(ctx context.Context, dir string, input []byte, env []string, args ...string) (string, error) {
	if dir == "" {
		return "", fmt.Errorf("git %s: the repo has no git directory", args[0])
	}
	cmd := exec.CommandContext(ctx, "git", args...)
	cmd.Dir, cmd.Stdin = dir, bytes.NewReader(input)
	cmd.Env = slices.Concat(gitEnv(), []string{"GIT_DIR=."}, env)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		return "", fmt.Errorf("git %s: %w: %s%s", args[0], err, bytes.TrimSpace(out), bytes.TrimSpace(stderr.Bytes()))
	}
	return strings.TrimSuffix(string(out), "\n"), nil
}

// gitTip is the commit that a reference names.
func gitTip(ctx context.Context, dir, ref string) (string, error) {
	if dir == "" {
		return "", fmt.Errorf("%s: the repo has no git directory: %w", ref, ErrNotFound)
	}
	out, err := git(ctx, dir, "rev-parse", "--verify", "--quiet", "--end-of-options", ref+"^{commit}")
	if err != nil {
		return "", fmt.Errorf("%s: %w", ref, ErrNotFound)
	}
	return strings.TrimSpace(string(out)), nil
}

// gitUpdate makes a reference name a commit; none removes it.
func gitUpdate(ctx context.Context, dir, ref, sha string) error {
	args := []string{"update-ref", ref, sha}
	if sha == "" {
		args = []string{"update-ref", "-d", ref}
	}
	_, err := gitWrite(ctx, dir, nil, nil, args...)
	return err
}

// gitCommitFiles puts a commit with other contents of some files on top of a parent, and gives its
// id. No content deletes. The reference is moved, or made.
func gitCommitFiles(ctx context.Context, dir, ref, parent string, by signer, message string, files map[string]string) (string, error) {
	var b bytes.Buffer
	fmt.Fprintf(&b, "commit %s\nauthor %s\ncommitter %s\ndata %d\n%s\n", ref, by, by, len(message), message)
	if parent != "" {
		fmt.Fprintf(&b, "from %s\n", parent)
	}
	for path, content := range files {
		if content == "" {
			fmt.Fprintf(&b, "D %s\n", strconv.Quote(path))
			continue
		}
		fmt.Fprintf(&b, "M 100644 inline %s\ndata %d\n%s\n", strconv.Quote(path), len(content), content)
	}
	if _, err := gitWrite(ctx, dir, b.Bytes(), nil, "-c", "core.fsync=none", "fast-import", "--quiet", "--force"); err != nil {
		return "", err
	}
	return gitTip(ctx, dir, ref)
}

// gitMergeTree merges two commits and gives the tree, or ErrConflict.
func gitMergeTree(ctx context.Context, dir, ours, theirs string) (string, error) {
	tree, err := gitWrite(ctx, dir, nil, nil, "merge-tree", "--write-tree", "--no-messages", ours, theirs)
	if err != nil {
		return "", fmt.Errorf("merge %.7s into %.7s: %w: %w", theirs, ours, ErrConflict, err)
	}
	return tree, nil
}

// gitPick gives the tree of a commit's change on top of another one. Older gits take no base for a
// merge; three commits that are used for nothing else tell it to them.
func gitPick(ctx context.Context, dir, tip string, c gitCommit) (string, error) {
	var nobody = signer{"nobody", "nobody@example", time.Unix(0, 0)}
	base, err := gitCommitTree(ctx, dir, c.parents[0]+"^{tree}", "base", nobody, nobody)
	if err != nil {
		return "", err
	}
	ours, err := gitCommitTree(ctx, dir, tip+"^{tree}", "ours", nobody, nobody, base)
	if err != nil {
		return "", err
	}
	theirs, err := gitCommitTree(ctx, dir, c.sha+"^{tree}", "theirs", nobody, nobody, base)
	if err != nil {
		return "", err
	}
	return gitMergeTree(ctx, dir, ours, theirs)
}

// gitCommitTree makes a commit of a tree.
func gitCommitTree(ctx context.Context, dir, tree, message string, author, committer signer, parents ...string) (string, error) {
	args := []string{"commit-tree", tree}
	for _, p := range parents {
		args = append(args, "-p", p)
	}
	return gitWrite(ctx, dir, []byte(message), slices.Concat(author.env("AUTHOR"), committer.env("COMMITTER")), args...)
}

var shortStat = regexp.MustCompile(`(\d+) (file|insertion|deletion)`)

// gitStat counts what lies between where head left base and head.
func gitStat(ctx context.Context, dir, base, head string) (added, deleted, files int, err error) {
	out, err := git(ctx, dir, "diff", "--shortstat", base+"..."+head)
	if err != nil {
		return 0, 0, 0, err
	}
	for _, m := range shortStat.FindAllStringSubmatch(string(out), -1) {
		n, _ := strconv.Atoi(m[1])
		switch m[2] {
		case "file":
			files = n
		case "insertion":
			added = n
		case "deletion":
			deleted = n
		}
	}
	return added, deleted, files, nil
}
