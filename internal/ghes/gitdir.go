package ghes

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// gitEnv shuts out the configuration of the machine; the rest of what git needs is in it.
func gitEnv() []string {
	return []string{
		"PATH=" + os.Getenv("PATH"), "HOME=" + os.TempDir(), "LC_ALL=C",
		"GIT_CONFIG_NOSYSTEM=1", "GIT_CONFIG_GLOBAL=" + os.DevNull, "GIT_TERMINAL_PROMPT=0",
		"GIT_CONFIG_COUNT=5",
		"GIT_CONFIG_KEY_0=safe.directory", "GIT_CONFIG_VALUE_0=*",
		// What GitHub keeps for itself is hidden; pull requests are not.
		"GIT_CONFIG_KEY_1=transfer.hideRefs", "GIT_CONFIG_VALUE_1=refs/__gh__",
		"GIT_CONFIG_KEY_2=http.receivepack", "GIT_CONFIG_VALUE_2=false",
		"GIT_CONFIG_KEY_3=uploadpack.allowFilter", "GIT_CONFIG_VALUE_3=true",
		"GIT_CONFIG_KEY_4=uploadpack.allowAnySHA1InWant", "GIT_CONFIG_VALUE_4=true",
	}
}

// git runs one reading command in a repository and returns what it printed.
func git(ctx context.Context, dir string, args ...string) ([]byte, error) {
	cmd := exec.CommandContext(ctx, "git", args...)
	cmd.Dir = dir
	cmd.Env = append(gitEnv(), "GIT_DIR=.")
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("git %s: %w: %s", args[0], err, bytes.TrimSpace(stderr.Bytes()))
	}
	return out, nil
}

// headBranch is the short name of the branch that HEAD names, "" when it names none.
func headBranch(gitDir string) string {
	if gitDir == "" {
		return ""
	}
	head, err := os.ReadFile(filepath.Join(gitDir, "HEAD"))
	if err != nil {
		return ""
	}
	branch, found := strings.CutPrefix(strings.TrimSpace(string(head)), "ref: refs/heads/")
	if !found {
		return ""
	}
	return branch
}

// gitRef is a reference with the object it names.
type gitRef struct{ Name, SHA, Kind string }

// gitRefs lists the references under a prefix such as refs/heads/ in order of name.
func gitRefs(ctx context.Context, dir, prefix string) ([]gitRef, error) {
	if dir == "" {
		return nil, nil
	}
	out, err := git(ctx, dir, "for-each-ref", "--format=%(refname) %(objectname) %(objecttype)", prefix)
	if err != nil {
		return nil, err
	}
	var refs []gitRef
	for line := range strings.Lines(string(out)) {
		if fields := strings.Fields(line); len(fields) == 3 {
			refs = append(refs, gitRef{fields[0], fields[1], fields[2]})
		}
	}
	return refs, nil
}
